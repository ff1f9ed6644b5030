//! The pointers that are kept of each kind of file (contract sections 3 to 5 and 8): identity, paths, versions, times,
//! kinds, states, pids, ports, indexes. Prompts, arguments, values of variables, mailbox and free-form leaves are not.
use super::keep::Keep;

/// Fields at the top of a session manifest, and of its sections.
const MANIFEST: &[&str] = &[
    "schema_version",
    "backend",
    "tool",
    "role_name",
    "created_at_utc",
    "working_directory",
    "brain_manifest_path",
    "agent_name",
    "agent_id",
    "tmux_session_name",
    "job_dir",
    "registry_generation_id",
    "registry_launch_authority",
    "runtime/session_id",
    "runtime/job_dir",
    "runtime/memory_binding",
    "runtime/memory_dir",
    "runtime/memory_root",
    "runtime/memo_file",
    "runtime/pages_dir",
    "runtime/agent_def_dir",
    "runtime/agent_pid",
    "runtime/registry_generation_id",
    "runtime/registry_launch_authority",
    "tmux/session_name",
    "tmux/primary_window_index",
    "tmux/primary_window_role",
    "tmux/primary_window_name",
    "tmux/primary_window_id",
    "tmux/primary_pane_id",
    "system_prompt/format",
    "system_prompt/role_name",
];

/// Who may relaunch the agent, how, and through which gateway.
const MANIFEST_AUTHORITY: &[&str] = &[
    "agent_launch_authority/backend",
    "agent_launch_authority/tool",
    "agent_launch_authority/tmux_session_name",
    "agent_launch_authority/primary_window_index",
    "agent_launch_authority/primary_window_id",
    "agent_launch_authority/primary_pane_id",
    "agent_launch_authority/working_directory",
    "agent_launch_authority/session_id",
    "agent_launch_authority/profile_name",
    "agent_launch_authority/profile_path",
    "agent_launch_authority/session_origin",
    "agent_launch_authority/posture_kind",
    "agent_launch_authority/launch_env/*/mode",
    "agent_launch_authority/launch_env/*/name",
    "gateway_authority/*/api_base_url",
    "gateway_authority/*/managed_agent_ref",
    "gateway_authority/*/terminal_id",
    "gateway_authority/*/profile_name",
    "gateway_authority/*/profile_path",
    "gateway_authority/*/parsing_mode",
    "gateway_authority/*/tmux_window_name",
    "launch_plan/backend",
    "launch_plan/tool",
    "launch_plan/executable",
    "launch_plan/working_directory",
    "launch_plan/home_selector/env_var",
    "launch_plan/home_selector/home_path",
    "launch_plan/env_var_names/*",
    "launch_plan/role_injection/method",
    "launch_plan/role_injection/role_name",
    "launch_plan/metadata/joined_launch_mode",
    "launch_plan/metadata/session_origin",
    "launch_plan/metadata/tmux_window_name",
    "launch_plan/mailbox/transport",
    "launch_plan/mailbox/mailbox_kind",
    "launch_plan/launch_policy_provenance/requested_operator_prompt_mode",
    "launch_plan/launch_policy_provenance/detected_tool_version",
    "launch_plan/launch_policy_provenance/selected_strategy_id",
    "launch_plan/launch_policy_provenance/selection_source",
    "launch_plan/launch_policy_provenance/override_env_var_name",
    "launch_policy_provenance/requested_operator_prompt_mode",
    "launch_policy_provenance/detected_tool_version",
    "launch_policy_provenance/selected_strategy_id",
    "launch_policy_provenance/selection_source",
    "launch_policy_provenance/override_env_var_name",
];

/// Names that stand in `backend_state`, `interactive` and the backends' own sections, and mean the same in all of them.
const MANIFEST_BACKEND: &[&str] = &[
    "session_id",
    "session_name",
    "tmux_session_name",
    "tmux_window_name",
    "turn_index",
    "role_bootstrap_applied",
    "working_directory",
    "resume_selection_kind",
    "resume_selection_value",
    "api_base_url",
    "terminal_id",
    "parsing_mode",
    "profile_name",
    "profile_path",
    "thread_id",
    "pid",
    "process_started_at_utc",
];

/// The sections that hold [`MANIFEST_BACKEND`].
const BACKEND_SECTIONS: &[&str] =
    &["backend_state", "interactive", "codex", "headless", "local_interactive", "cao", "houmao_server"];

/// Names of a managed agent's identity, as servers give it and external records cache it.
const IDENTITY: &[&str] = &[
    "tracked_agent_id",
    "transport",
    "tool",
    "session_name",
    "terminal_id",
    "runtime_session_id",
    "tmux_session_name",
    "tmux_window_name",
    "manifest_path",
    "session_root",
    "agent_name",
    "agent_id",
];

/// Records of the shared registry, local and external, of all versions.
const RECORD: &[&str] = &[
    "schema_version",
    "agent_name",
    "agent_id",
    "generation_id",
    "published_at",
    "lease_expires_at",
    "identity/backend",
    "identity/tool",
    "runtime/manifest_path",
    "runtime/session_root",
    "runtime/agent_def_dir",
    "terminal/kind",
    "terminal/session_name",
    "terminal/current_session_name",
    "terminal/last_session_name",
    "lifecycle/state",
    "lifecycle/relaunchable",
    "lifecycle/state_updated_at",
    "lifecycle/stopped_at",
    "lifecycle/stop_reason",
    "liveness/published_at",
    "liveness/lease_expires_at",
    "gateway/host",
    "gateway/port",
    "gateway/state_path",
    "gateway/protocol_version",
    "mailbox/transport",
    "kind",
    "local_name",
    "external_agent_id",
    "pair_api_base_url",
    "remote_agent_ref",
    "gateway_expected",
    "lifecycle_owner",
    "created_at_utc",
    "updated_at_utc",
    "verified_at_utc",
];

/// `attach.json`, `gateway_manifest.json`, `desired-config.json`, `state.json`, `current-instance.json`.
const GATEWAY: &[&str] = &[
    "schema_version",
    "attach_identity",
    "backend",
    "tmux_session_name",
    "working_directory",
    "backend_metadata/session_id",
    "backend_metadata/tool",
    "backend_metadata/managed_api_base_url",
    "backend_metadata/managed_agent_ref",
    "backend_metadata/api_base_url",
    "backend_metadata/session_name",
    "backend_metadata/terminal_id",
    "backend_metadata/profile_name",
    "backend_metadata/profile_path",
    "backend_metadata/parsing_mode",
    "backend_metadata/tmux_window_name",
    "manifest_path",
    "agent_def_dir",
    "runtime_session_id",
    "desired_host",
    "desired_port",
    "desired_execution_mode",
    "desired_tui_tracking_timings/watch_poll_interval_seconds",
    "desired_tui_tracking_timings/stability_threshold_seconds",
    "desired_tui_tracking_timings/completion_stability_seconds",
    "desired_tui_tracking_timings/unknown_to_stalled_timeout_seconds",
    "desired_tui_tracking_timings/stale_active_recovery_seconds",
    "desired_tui_tracking_timings/final_stable_active_recovery_seconds",
    "desired_diagnostic_logging/enabled",
    "desired_diagnostic_logging/max_bytes",
    "desired_diagnostic_logging/backup_count",
    "gateway_pid",
    "gateway_host",
    "gateway_port",
    "gateway_protocol_version",
    "gateway_execution_mode",
    "gateway_tmux_window_id",
    "gateway_tmux_window_index",
    "gateway_tmux_pane_id",
];

/// What only `state.json` and `current-instance.json` say.
const GATEWAY_STATE: &[&str] = &[
    "protocol_version",
    "gateway_health",
    "managed_agent_connectivity",
    "managed_agent_recovery",
    "request_admission",
    "terminal_surface_eligibility",
    "active_execution",
    "execution_mode",
    "queue_depth",
    "managed_agent_instance_epoch",
    "managed_agent_instance_id",
    "observation_channels/*/channel",
    "observation_channels/*/provider",
    "observation_channels/*/state",
    "observation_channels/*/generation",
    "observation_channels/*/last_sequence",
    "pid",
    "host",
    "port",
    "tmux_window_id",
    "tmux_window_index",
    "tmux_pane_id",
];

/// What servers and gateways answer on `/health` and `/houmao/agents/{ref}`.
const ANSWER: &[&str] = &[
    "status",
    "houmao_service",
    "service",
    "protocol_version",
    "detail",
    "generation_id",
    "backend",
    "has_gateway",
    "published_at",
    "lease_expires_at",
];

/// The pointers whose values are not redacted, `*` for any key or index, by kind of document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPointers {
    /// `manifest.json`.
    pub manifest: Vec<String>,
    /// `record.json`.
    pub record: Vec<String>,
    /// Every JSON file below `gateway/`.
    pub gateway: Vec<String>,
}

/// What is kept, for whoever asks for values by pointer.
pub fn kept_pointers() -> KeptPointers {
    let Kept { manifest, record, gateway, .. } = Kept::lists();
    let [manifest, record, gateway] = [manifest, record, gateway].map(|keep| keep.pointers());
    KeptPointers { manifest, record, gateway }
}

/// What is kept of each kind of document.
pub(super) struct Kept {
    /// `manifest.json`.
    pub manifest: Keep,
    /// `record.json`, local or external.
    pub record: Keep,
    /// Every JSON file below `gateway/`.
    pub gateway: Keep,
    /// An answer over HTTP.
    pub answer: Keep,
}

impl Kept {
    /// The lists, ready to use.
    pub(super) fn lists() -> Self {
        Kept {
            manifest: Keep::of(&[MANIFEST, MANIFEST_AUTHORITY]).and_below(BACKEND_SECTIONS, MANIFEST_BACKEND),
            record: Keep::of(&[RECORD]).and_below(&["cached_identity"], IDENTITY),
            gateway: Keep::of(&[GATEWAY, GATEWAY_STATE]),
            answer: Keep::of(&[ANSWER, IDENTITY]),
        }
    }
}
