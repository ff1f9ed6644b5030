//! Registry records as data (contract sections 4.1 to 4.3).
use super::rules;
use crate::contract::check::{Fallback, Field, Kind, Model, field, text, word};
use crate::contract::gateway::shape::{HOSTS, PROTOCOLS, port};
use crate::contract::manifest::shape::{BACKENDS, MAILBOX_STALWART_FIELDS};

const LIFECYCLE_STATES: Kind =
    Kind::Word(&[word("active"), word("stopped"), word("relaunching"), word("retired")]);

const fn maybe(name: &'static str) -> Field {
    text(name).optional()
}

const TERMINAL_KIND: Field = field("kind", Kind::Word(&[word("tmux")])).or(Fallback::Text("tmux"));

static IDENTITY: Model =
    Model { class: "RegistryIdentityV1", fields: &[field("backend", BACKENDS), text("tool")], rule: None };

static RUNTIME: Model = Model {
    class: "RegistryRuntimeV1",
    fields: &[text("manifest_path"), maybe("session_root"), maybe("agent_def_dir")],
    rule: None,
};

static TERMINAL_V1: Model =
    Model { class: "RegistryTerminalV1", fields: &[TERMINAL_KIND, text("session_name")], rule: None };

static TERMINAL_V2: Model = Model {
    class: "RegistryTerminalV2",
    fields: &[TERMINAL_KIND, maybe("current_session_name"), maybe("last_session_name")],
    rule: Some(rules::terminal),
};

static LIFECYCLE: Model = Model {
    class: "RegistryLifecycleV1",
    fields: &[
        field("state", LIFECYCLE_STATES),
        field("relaunchable", Kind::Boolean),
        text("state_updated_at"),
        maybe("stopped_at"),
        maybe("stop_reason"),
    ],
    rule: Some(rules::lifecycle),
};

static LIVENESS: Model = Model {
    class: "RegistryLivenessV1",
    fields: &[text("published_at"), text("lease_expires_at")],
    rule: Some(rules::lease),
};

static GATEWAY: Model = Model {
    class: "RegistryGatewayV1",
    fields: &[field("host", HOSTS), port("port"), text("state_path"), field("protocol_version", PROTOCOLS)],
    rule: None,
};

static MAILBOX_FILESYSTEM: Model = Model {
    class: "RegistryMailboxFilesystemV1",
    fields: &[
        field("transport", Kind::Word(&[word("filesystem")])),
        text("principal_id"),
        text("address"),
        text("filesystem_root"),
        text("bindings_version"),
    ],
    rule: None,
};

static MAILBOX_STALWART: Model =
    Model { class: "RegistryMailboxStalwartV1", fields: MAILBOX_STALWART_FIELDS, rule: None };

const GATEWAY_ROW: Field = field("gateway", Kind::Model(&GATEWAY)).optional();

static MAILBOXES: [(&str, &Model); 2] =
    [("filesystem", &MAILBOX_FILESYSTEM), ("stalwart", &MAILBOX_STALWART)];

const MAILBOX: Field = field("mailbox", Kind::Tagged("transport", &MAILBOXES)).optional();

const fn version(n: i128) -> Field {
    field("schema_version", Kind::Integer).or(Fallback::Integer(n))
}

/// Version 2.
pub static V2: Model = Model {
    class: "LiveAgentRegistryRecordV2",
    fields: &[
        version(2),
        text("agent_name"),
        text("agent_id"),
        text("generation_id"),
        text("published_at"),
        text("lease_expires_at"),
        field("identity", Kind::Model(&IDENTITY)),
        field("runtime", Kind::Model(&RUNTIME)),
        field("terminal", Kind::Model(&TERMINAL_V1)),
        GATEWAY_ROW,
        MAILBOX,
    ],
    rule: Some(rules::v2),
};

/// Version 3.
pub static V3: Model = Model {
    class: "ManagedAgentRegistryRecordV3",
    fields: &[
        version(3),
        text("agent_name"),
        text("agent_id"),
        text("generation_id"),
        field("lifecycle", Kind::Model(&LIFECYCLE)),
        field("identity", Kind::Model(&IDENTITY)),
        field("runtime", Kind::Model(&RUNTIME)),
        field("terminal", Kind::Model(&TERMINAL_V2)),
        field("liveness", Kind::Model(&LIVENESS)).optional(),
        GATEWAY_ROW,
        MAILBOX,
    ],
    rule: Some(rules::v3),
};

/// What an external record caches of its agent.
static CACHED_IDENTITY: Model = Model {
    class: "HoumaoManagedAgentIdentity",
    fields: &[
        text("tracked_agent_id"),
        field("transport", Kind::Word(&[word("tui"), word("headless")])),
        text("tool"),
        maybe("session_name"),
        maybe("terminal_id"),
        maybe("runtime_session_id"),
        maybe("tmux_session_name"),
        maybe("tmux_window_name"),
        maybe("manifest_path"),
        maybe("session_root"),
        maybe("agent_name"),
        maybe("agent_id"),
        field("lifecycle_state", LIFECYCLE_STATES).optional(),
        field("management_kind", Kind::Word(&[word("local_lifecycle"), word("external_communication_only")]))
            .optional(),
        field("lifecycle_owner", Kind::Word(&[word("local"), word("remote")])).optional(),
        maybe("external_agent_id"),
        maybe("remote_pair_api_base_url"),
        maybe("remote_agent_ref"),
    ],
    rule: None,
};

/// Version 1 of external records.
pub static EXTERNAL: Model = Model {
    class: "ExternalManagedAgentRegistryRecordV1",
    fields: &[
        version(1),
        field("kind", Kind::Word(&[word("external_communication_only")]))
            .or(Fallback::Text("external_communication_only")),
        field("local_name", Kind::Text).ruled(rules::local_name),
        field("external_agent_id", Kind::Text).ruled(rules::external_agent_id),
        text("generation_id"),
        field("pair_api_base_url", Kind::Text).ruled(rules::pair_url),
        text("remote_agent_ref"),
        field("gateway_expected", Kind::Boolean).or(Fallback::False),
        field("lifecycle_owner", Kind::Word(&[word("remote")])).or(Fallback::Text("remote")),
        text("created_at_utc"),
        text("updated_at_utc"),
        maybe("verified_at_utc"),
        field("cached_identity", Kind::Model(&CACHED_IDENTITY)),
    ],
    rule: Some(rules::external),
};
