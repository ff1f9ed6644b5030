//! The JSON files of `<session root>/gateway/` as data (contract section 5).
use super::rules;
use crate::contract::check::{Fallback, Field, Kind, Model, field, text, word};
use crate::contract::manifest::shape::{BACKENDS, PARSING_MODES};
use crate::contract::releases::{FINAL_RECOVERY, OBSERVATION_CHANNELS, PRIMARY_IDS, TUI_TIMINGS};

/// Addresses that a gateway may listen on.
pub const HOSTS: Kind = Kind::Word(&[word("127.0.0.1"), word("0.0.0.0")]);
/// Versions of the gateway protocol.
pub const PROTOCOLS: Kind = Kind::Word(&[word("v1")]);
const MODES: Kind = Kind::Word(&[word("detached_process"), word("tmux_auxiliary_window")]);

/// A TCP port.
pub const fn port(name: &'static str) -> Field {
    field(name, Kind::Integer).ruled(rules::port)
}

const fn maybe(name: &'static str) -> Field {
    text(name).optional()
}

const fn version() -> Field {
    field("schema_version", Kind::Integer).or(Fallback::Integer(1))
}

const fn mode(name: &'static str) -> Field {
    field(name, MODES).or(Fallback::Text("detached_process"))
}

const fn protocol() -> Field {
    field("protocol_version", PROTOCOLS).or(Fallback::Text("v1"))
}

/// `backend_metadata` of all sessions but those of pair servers.
pub static HEADLESS: Model = Model {
    class: "GatewayAttachBackendMetadataHeadlessV1",
    fields: &[maybe("session_id"), text("tool"), maybe("managed_api_base_url"), maybe("managed_agent_ref")],
    rule: Some(rules::headless),
};

static CAO: Model = Model {
    class: "GatewayAttachBackendMetadataCaoV1",
    fields: &[
        text("api_base_url"),
        text("terminal_id"),
        text("profile_name"),
        text("profile_path"),
        field("parsing_mode", PARSING_MODES),
        maybe("tmux_window_name"),
    ],
    rule: None,
};

static HOUMAO_SERVER: Model = Model {
    class: "GatewayAttachBackendMetadataHoumaoServerV1",
    fields: &[
        text("api_base_url"),
        text("session_name"),
        text("terminal_id"),
        field("parsing_mode", PARSING_MODES),
        maybe("tmux_window_name"),
    ],
    rule: None,
};

static METADATA: [(&str, &Model); 3] = [
    // A model with a rule shows itself to unions as the function that it is wrapped in.
    ("function-after[_validate_server_managed_fields(), GatewayAttachBackendMetadataHeadlessV1]", &HEADLESS),
    ("GatewayAttachBackendMetadataCaoV1", &CAO),
    ("GatewayAttachBackendMetadataHoumaoServerV1", &HOUMAO_SERVER),
];

/// What `attach.json` and `gateway_manifest.json` share, around the rows of one of them.
macro_rules! attachable {
    ($($row:expr),* $(,)?) => {
        &[
            version(),
            text("attach_identity"),
            field("backend", BACKENDS),
            text("tmux_session_name"),
            text("working_directory"),
            field("backend_metadata", Kind::Either(&METADATA)),
            maybe("manifest_path"),
            maybe("agent_def_dir"),
            maybe("runtime_session_id"),
            field("desired_host", HOSTS).optional(),
            port("desired_port").optional(),
            $($row,)*
        ]
    };
}

/// `attach.json`.
pub static ATTACH: Model =
    Model { class: "GatewayAttachContractV1", fields: attachable![], rule: Some(rules::attach) };

/// `gateway_manifest.json`.
pub static MANIFEST: Model = Model {
    class: "GatewayManifestV1",
    fields: attachable![
        field("gateway_pid", Kind::Integer).optional().ruled(rules::above_zero),
        field("gateway_host", HOSTS).optional(),
        port("gateway_port").optional(),
        field("gateway_protocol_version", PROTOCOLS).optional(),
        field("gateway_execution_mode", MODES).optional(),
        maybe("gateway_tmux_window_id"),
        maybe("gateway_tmux_window_index"),
        maybe("gateway_tmux_pane_id"),
    ],
    rule: Some(rules::manifest),
};

const fn seconds(name: &'static str) -> Field {
    // The defaults differ and decide nothing.
    field(name, Kind::PositiveNumber).or(Fallback::Integer(1))
}

static TIMINGS: Model = Model {
    class: "GatewayTuiTrackingTimingConfigV1",
    fields: &[
        seconds("watch_poll_interval_seconds"),
        seconds("stability_threshold_seconds"),
        seconds("completion_stability_seconds"),
        seconds("unknown_to_stalled_timeout_seconds"),
        seconds("stale_active_recovery_seconds"),
        seconds("final_stable_active_recovery_seconds").since(FINAL_RECOVERY),
    ],
    rule: None,
};

static DIAGNOSTIC_LOGGING: Model = Model {
    class: "GatewayDiagnosticLoggingConfigV1",
    fields: &[
        field("enabled", Kind::Boolean).or(Fallback::False),
        field("max_bytes", Kind::Integer).or(Fallback::Integer(1_048_576)).ruled(rules::log_bytes),
        field("backup_count", Kind::Integer).or(Fallback::Integer(5)).ruled(rules::log_backups),
    ],
    rule: None,
};

/// `desired-config.json`.
pub static DESIRED: Model = Model {
    class: "GatewayDesiredConfigV1",
    fields: &[
        version(),
        field("desired_host", HOSTS).optional(),
        port("desired_port").optional(),
        mode("desired_execution_mode"),
        field("desired_tui_tracking_timings", Kind::Model(&TIMINGS)).optional().since(TUI_TIMINGS),
        field("desired_diagnostic_logging", Kind::Model(&DIAGNOSTIC_LOGGING)).optional().since(PRIMARY_IDS),
    ],
    rule: Some(rules::version),
};

/// `run/current-instance.json`.
pub static INSTANCE: Model = Model {
    class: "GatewayCurrentInstanceV1",
    fields: &[
        version(),
        protocol(),
        field("pid", Kind::Integer).ruled(rules::above_zero),
        field("host", HOSTS),
        // Only above zero: no upper limit here.
        field("port", Kind::Integer).ruled(rules::above_zero),
        mode("execution_mode"),
        maybe("tmux_window_id"),
        maybe("tmux_window_index"),
        maybe("tmux_pane_id"),
        field("managed_agent_instance_epoch", Kind::Integer).ruled(rules::above_zero),
        maybe("managed_agent_instance_id"),
    ],
    rule: Some(rules::instance),
};

const fn count(name: &'static str) -> Field {
    field(name, Kind::Integer).or(Fallback::Integer(0))
}

static HOOK_COUNTERS: Model = Model {
    class: "GatewayHookObservationCountersV1",
    fields: &[
        count("events_seen"),
        count("normalized_events"),
        count("unknown_events"),
        count("malformed_events"),
        count("orphan_terminals"),
        count("orphan_generations"),
        count("duplicate_events"),
        count("steer_events"),
        count("turn_epochs"),
        count("compaction_boundaries"),
        count("allow_settles"),
        count("deny_settles"),
        count("terminal_gaps"),
    ],
    rule: None,
};

static OBSERVATION_CHANNEL: Model = Model {
    class: "GatewayObservationChannelV1",
    fields: &[
        field("channel", Kind::Word(&[word("hook")])).or(Fallback::Text("hook")),
        field("provider", Kind::Text).or(Fallback::Text("claude")),
        field(
            "state",
            Kind::Word(&[
                word("active"),
                word("unavailable"),
                word("stale"),
                word("disabled_by_policy"),
                word("untrusted_workspace"),
                word("error"),
                word("stopped"),
            ]),
        ),
        field("detail", Kind::Text).optional(),
        field("generation", Kind::Integer).optional(),
        field("last_event_name", Kind::Text).optional(),
        field("last_event_at_utc", Kind::Text).optional(),
        field("last_sequence", Kind::Integer).optional(),
        field("counters", Kind::Model(&HOOK_COUNTERS)).optional(),
        field("conflict_reasons", Kind::List(&Kind::Text)).or(Fallback::Empty),
    ],
    rule: None,
};

/// `state.json`.
pub static STATE: Model = Model {
    class: "GatewayStatusV1",
    fields: &[
        version(),
        protocol(),
        text("attach_identity"),
        field("backend", BACKENDS),
        text("tmux_session_name"),
        field("gateway_health", Kind::Word(&[word("healthy"), word("not_attached")])),
        field("managed_agent_connectivity", Kind::Word(&[word("connected"), word("unavailable")])),
        field(
            "managed_agent_recovery",
            Kind::Word(&[word("idle"), word("awaiting_rebind"), word("reconciliation_required")]),
        ),
        field(
            "request_admission",
            Kind::Word(&[word("open"), word("blocked_unavailable"), word("blocked_reconciliation")]),
        ),
        field(
            "terminal_surface_eligibility",
            Kind::Word(&[word("ready"), word("unknown"), word("not_ready")]),
        ),
        field("active_execution", Kind::Word(&[word("idle"), word("running")])),
        mode("execution_mode"),
        field("queue_depth", Kind::Integer).ruled(rules::not_negative),
        field("gateway_host", HOSTS).optional(),
        port("gateway_port").optional(),
        maybe("gateway_tmux_window_id"),
        maybe("gateway_tmux_window_index"),
        maybe("gateway_tmux_pane_id"),
        field("managed_agent_instance_epoch", Kind::Integer).ruled(rules::not_negative),
        maybe("managed_agent_instance_id"),
        field("observation_channels", Kind::List(&Kind::Model(&OBSERVATION_CHANNEL)))
            .optional()
            .since(OBSERVATION_CHANNELS),
    ],
    rule: Some(rules::state),
};
