//! `manifest.json` as data: every dialect is this one table (contract section 3.2).
pub use super::plan::MAILBOX_STALWART_FIELDS;
use super::plan::{LAUNCH_PLAN, POLICY_PROVENANCE};
use super::rules;
use crate::contract::Release;
use crate::contract::check::{Fallback, Field, Kind, Model, Word, field, text, word};
use crate::contract::releases::{
    GEMINI_GONE, KIMI, MEMORY_BINDING, MEMORY_ROOTS, PRIMARY_IDS, SYSTEM_PROMPTS,
};

/// The kinds of session. Order matters: refusals list them.
pub const BACKENDS: Kind = Kind::Word(&[
    word("local_interactive"),
    word("codex_headless"),
    word("codex_app_server"),
    word("claude_headless"),
    word("gemini_headless").until(GEMINI_GONE),
    word("kimi_headless").since(KIMI),
    word("cao_rest"),
    word("houmao_server_rest"),
]);

/// Whether a release knows a kind of session.
pub fn knows_backend(backend: &str, release: Release) -> bool {
    matches!(BACKENDS, Kind::Word(words) if words.iter().any(|w| w.word == backend && w.span.holds(release)))
}

/// How a pair server reads the terminal.
pub const PARSING_MODES: Kind = Kind::Word(&[word("cao_only"), word("shadow_only")]);
const LAUNCH_AUTHORITIES: Kind = Kind::Word(&[word("runtime"), word("external")]);

pub(super) const fn maybe(name: &'static str) -> Field {
    text(name).optional()
}

pub(super) const fn plain(name: &'static str) -> Field {
    field(name, Kind::Text)
}

pub(super) const fn one(name: &'static str, words: &'static [Word]) -> Field {
    field(name, Kind::Word(words))
}

const fn turn_index() -> Field {
    field("turn_index", Kind::Integer)
}

static CODEX: Model = Model {
    class: "CodexSectionV1",
    fields: &[
        plain("thread_id").nullable(),
        turn_index(),
        field("pid", Kind::Integer).optional(),
        plain("process_started_at_utc").optional(),
    ],
    rule: None,
};

static HEADLESS: Model = Model {
    class: "HeadlessSectionV1",
    fields: &[
        plain("session_id").nullable(),
        turn_index(),
        field("role_bootstrap_applied", Kind::Boolean),
        text("working_directory"),
        one("resume_selection_kind", &[word("none"), word("last"), word("exact")]).or(Fallback::Text("none")),
        maybe("resume_selection_value"),
    ],
    rule: Some(rules::headless),
};

static LOCAL_INTERACTIVE: Model = Model {
    class: "LocalInteractiveSectionV1",
    fields: &[turn_index(), field("role_bootstrap_applied", Kind::Boolean), text("working_directory")],
    rule: None,
};

static CAO: Model = Model {
    class: "CaoSectionV2",
    fields: &[
        text("api_base_url"),
        text("session_name"),
        text("terminal_id"),
        text("profile_name"),
        text("profile_path"),
        plain("tmux_window_name").optional(),
        field("parsing_mode", PARSING_MODES),
        turn_index().or(Fallback::Integer(0)),
    ],
    rule: None,
};

static HOUMAO_SERVER: Model = Model {
    class: "HoumaoServerSectionV1",
    fields: &[
        text("api_base_url"),
        text("session_name"),
        text("terminal_id"),
        field("parsing_mode", PARSING_MODES),
        maybe("tmux_window_name"),
        turn_index().or(Fallback::Integer(0)),
    ],
    rule: None,
};

/// `runtime`.
pub static RUNTIME: Model = Model {
    class: "SessionManifestRuntimeSectionV1",
    fields: &[
        maybe("session_id"),
        maybe("job_dir").until(MEMORY_ROOTS),
        one("memory_binding", &[word("auto"), word("exact"), word("disabled")])
            .optional()
            .since(MEMORY_BINDING)
            .until(MEMORY_ROOTS),
        maybe("memory_dir").since(MEMORY_BINDING).until(MEMORY_ROOTS),
        maybe("memory_root").since(MEMORY_ROOTS),
        maybe("memo_file").since(MEMORY_ROOTS),
        maybe("pages_dir").since(MEMORY_ROOTS),
        maybe("agent_def_dir"),
        field("agent_pid", Kind::Integer).optional().ruled(rules::above_zero),
        maybe("registry_generation_id"),
        field("registry_launch_authority", LAUNCH_AUTHORITIES).or(Fallback::Text("runtime")),
    ],
    rule: Some(rules::runtime),
};

/// `tmux`.
pub static TMUX: Model = Model {
    class: "SessionManifestTmuxSectionV1",
    fields: &[
        text("session_name"),
        text("primary_window_index").or(Fallback::Text("0")),
        one("primary_window_role", &[word("managed_agent_surface")])
            .or(Fallback::Text("managed_agent_surface")),
        maybe("primary_window_name"),
        maybe("primary_window_id").since(PRIMARY_IDS),
        maybe("primary_pane_id").since(PRIMARY_IDS),
    ],
    rule: None,
};

static INTERACTIVE: Model = Model {
    class: "SessionManifestInteractiveSectionV1",
    fields: &[
        turn_index().or(Fallback::Integer(0)),
        maybe("working_directory"),
        field("role_bootstrap_applied", Kind::Boolean).optional(),
        maybe("terminal_id"),
        field("parsing_mode", PARSING_MODES).optional(),
        maybe("tmux_window_name"),
    ],
    rule: None,
};

static SYSTEM_PROMPT: Model = Model {
    class: "SessionManifestSystemPromptSectionV1",
    fields: &[
        one("format", &[word("text")]).or(Fallback::Text("text")),
        text("role_name"),
        plain("text"),
        text("sha256"),
        text("source"),
    ],
    rule: None,
};

static ENV_LITERAL: Model = Model {
    class: "JoinedLaunchEnvBindingLiteralV1",
    fields: &[one("mode", &[word("literal")]), text("name"), text("value")],
    rule: None,
};

static ENV_INHERITED: Model = Model {
    class: "JoinedLaunchEnvBindingInheritedV1",
    fields: &[one("mode", &[word("inherit")]), text("name")],
    rule: None,
};

static AGENT_LAUNCH_AUTHORITY: Model = Model {
    class: "SessionManifestAgentLaunchAuthorityV1",
    fields: &[
        field("backend", BACKENDS),
        text("tool"),
        maybe("tmux_session_name"),
        text("primary_window_index").or(Fallback::Text("0")),
        maybe("primary_window_id").since(PRIMARY_IDS),
        maybe("primary_pane_id").since(PRIMARY_IDS),
        text("working_directory"),
        maybe("session_id"),
        maybe("profile_name"),
        maybe("profile_path"),
        one("session_origin", &[word("joined_tmux")]).optional(),
        one(
            "posture_kind",
            &[
                word("runtime_launch_plan"),
                word("tui_launch_options"),
                word("headless_launch_options"),
                word("unavailable"),
            ],
        )
        .optional(),
        field("launch_args", Kind::List(&Kind::Text)).optional().ruled(rules::launch_args),
        field(
            "launch_env",
            Kind::List(&Kind::Tagged("mode", &[("literal", &ENV_LITERAL), ("inherit", &ENV_INHERITED)])),
        )
        .optional(),
    ],
    rule: Some(rules::posture),
};

static ENDPOINT: Model = Model {
    class: "SessionManifestGatewayEndpointAuthorityV1",
    fields: &[
        maybe("api_base_url"),
        maybe("managed_agent_ref"),
        maybe("terminal_id"),
        maybe("profile_name"),
        maybe("profile_path"),
        field("parsing_mode", PARSING_MODES).optional(),
        maybe("tmux_window_name"),
    ],
    rule: None,
};

static GATEWAY_AUTHORITY: Model = Model {
    class: "SessionManifestGatewayAuthorityV1",
    fields: &[field("attach", Kind::Model(&ENDPOINT)), field("control", Kind::Model(&ENDPOINT))],
    rule: None,
};

/// The top level: what all versions begin and end with, around the rows of one version.
macro_rules! top {
    ($($row:expr),* $(,)?) => {
        &[
            field("schema_version", Kind::Integer),
            field("backend", BACKENDS),
            text("tool"),
            text("role_name"),
            text("created_at_utc"),
            text("working_directory"),
            text("brain_manifest_path"),
            $($row,)*
            field("launch_plan", Kind::Model(&LAUNCH_PLAN)),
            field("launch_policy_provenance", Kind::Model(&POLICY_PROVENANCE)).optional(),
            field("system_prompt", Kind::Model(&SYSTEM_PROMPT)).optional().since(SYSTEM_PROMPTS),
            field("backend_state", Kind::AnyObject),
            field("codex", Kind::Model(&CODEX)).optional(),
            field("headless", Kind::Model(&HEADLESS)).optional(),
            field("local_interactive", Kind::Model(&LOCAL_INTERACTIVE)).optional(),
            field("cao", Kind::Model(&CAO)).optional(),
            field("houmao_server", Kind::Model(&HOUMAO_SERVER)).optional(),
        ]
    };
}

/// `schema_version` 2, read up to 0.6.6.
pub static V2: Model = Model {
    class: "SessionManifestPayloadV2",
    fields: top![maybe("registry_generation_id")],
    rule: Some(rules::v2),
};

/// `schema_version` 3, read up to 0.6.6.
pub static V3: Model = Model {
    class: "SessionManifestPayloadV3",
    fields: top![
        maybe("agent_name"),
        maybe("agent_id"),
        maybe("tmux_session_name"),
        maybe("job_dir"),
        maybe("registry_generation_id"),
        field("registry_launch_authority", LAUNCH_AUTHORITIES).or(Fallback::Text("runtime")),
    ],
    rule: Some(rules::v3),
};

/// `schema_version` 4, in all its dialects.
pub static V4: Model = Model {
    class: "SessionManifestPayloadV4",
    fields: top![
        maybe("agent_name"),
        maybe("agent_id"),
        maybe("tmux_session_name"),
        maybe("job_dir").until(MEMORY_ROOTS),
        maybe("registry_generation_id"),
        field("registry_launch_authority", LAUNCH_AUTHORITIES).or(Fallback::Text("runtime")),
        field("runtime", Kind::Model(&RUNTIME)),
        field("tmux", Kind::Model(&TMUX)).optional(),
        field("interactive", Kind::Model(&INTERACTIVE)).optional(),
        field("agent_launch_authority", Kind::Model(&AGENT_LAUNCH_AUTHORITY)).optional(),
        field("gateway_authority", Kind::Model(&GATEWAY_AUTHORITY)).optional(),
    ],
    rule: Some(rules::v4),
};
