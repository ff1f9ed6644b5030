//! The files of `<session root>/gateway/` (contract section 5).
mod rules;
pub(super) mod shape;

use super::check::{Body, Model, Verdict, examine};
use super::outcome::{Loaded, Opening, Refusal, document, settle};
use super::python;
use super::releases::Release;
use crate::snapshot::{Content, FileView, Observed};

/// `run/current-instance.json`: the recorded handle of a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentInstance {
    /// Its pid; Python's integers have no upper limit, pids do: above it, the largest.
    pub pid: u32,
    /// `127.0.0.1` or `0.0.0.0`.
    pub host: String,
    /// Its port; only above zero is asked, so it may be no port at all.
    pub port: i128,
    /// `detached_process` or `tmux_auxiliary_window`.
    pub execution_mode: String,
    /// Its tmux window, where it runs in one.
    pub tmux_window: Option<RecordedWindow>,
    /// How often the agent was bound anew.
    pub managed_agent_instance_epoch: i128,
    /// The agent's instance.
    pub managed_agent_instance_id: Option<String>,
}

/// The tmux window in which a gateway was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedWindow {
    /// Window id (`@4`).
    pub id: String,
    /// Window index, as written; never `0`, but nothing else is asked of it.
    pub index: String,
    /// Pane id (`%7`).
    pub pane_id: Option<String>,
}

/// `desired-config.json`: where the next gateway is to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredConfig {
    /// Address.
    pub host: Option<String>,
    /// Port.
    pub port: Option<u16>,
    /// Mode, `detached_process` unless said.
    pub execution_mode: String,
}

/// `attach.json`: what was published of the session for gateways; derived from the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachContract {
    /// Who is attached to.
    pub attach_identity: String,
    /// Kind of session.
    pub backend: String,
    /// Name of the tmux session.
    pub tmux_session_name: String,
    /// Path of the manifest.
    pub manifest_path: Option<String>,
    /// Agent definition directory.
    pub agent_def_dir: Option<String>,
    /// Desired address; read back when it is regenerated.
    pub desired_host: Option<String>,
    /// Desired port; likewise.
    pub desired_port: Option<u16>,
}

/// `gateway_manifest.json`: the attach contract with the live gateway; derived, never read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayManifest {
    /// What it shares with `attach.json`.
    pub attach: AttachContract,
    /// The gateway's pid.
    pub pid: Option<u32>,
    /// Its address.
    pub host: Option<String>,
    /// Its port.
    pub port: Option<u16>,
    /// Its mode.
    pub execution_mode: Option<String>,
    /// Its tmux window.
    pub tmux_window: Option<RecordedWindow>,
}

/// `state.json`: the gateway's status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayState {
    /// Who is attached to.
    pub attach_identity: String,
    /// Kind of session.
    pub backend: String,
    /// Name of the tmux session.
    pub tmux_session_name: String,
    /// `healthy` or `not_attached`.
    pub gateway_health: String,
    /// `connected` or `unavailable`.
    pub managed_agent_connectivity: String,
    /// `idle`, `awaiting_rebind` or `reconciliation_required`.
    pub managed_agent_recovery: String,
    /// `open`, `blocked_unavailable` or `blocked_reconciliation`.
    pub request_admission: String,
    /// `ready`, `unknown` or `not_ready`.
    pub terminal_surface_eligibility: String,
    /// `idle` or `running`.
    pub active_execution: String,
    /// Mode.
    pub execution_mode: String,
    /// Address of the live gateway.
    pub host: Option<String>,
    /// Its port.
    pub port: Option<u16>,
    /// Its tmux window.
    pub tmux_window: Option<RecordedWindow>,
    /// How often the agent was bound anew.
    pub managed_agent_instance_epoch: i128,
}

/// What `release` makes of `run/current-instance.json`. `path` is the file's path as Houmao prints it.
pub fn load_current_instance(
    file: &Observed<FileView>,
    path: &str,
    release: Release,
) -> Loaded<CurrentInstance> {
    load(file, path, release, &INSTANCE_FILE, |b| {
        Ok(CurrentInstance {
            pid: b.number("pid")?.unwrap_or(u32::MAX),
            host: b.required("host")?,
            port: b.integer("port")?.unwrap_or_default(),
            execution_mode: b.required("execution_mode")?,
            tmux_window: window(b, "")?,
            managed_agent_instance_epoch: b.integer("managed_agent_instance_epoch")?.unwrap_or_default(),
            managed_agent_instance_id: b.string("managed_agent_instance_id")?,
        })
    })
}

/// What `release` makes of `desired-config.json`.
pub fn load_desired_config(file: &Observed<FileView>, path: &str, release: Release) -> Loaded<DesiredConfig> {
    load(file, path, release, &DESIRED_FILE, |b| {
        Ok(DesiredConfig {
            host: b.string("desired_host")?,
            port: b.number("desired_port")?,
            execution_mode: b.required("desired_execution_mode")?,
        })
    })
}

/// What `release` makes of `attach.json`.
pub fn load_attach_contract(
    file: &Observed<FileView>,
    path: &str,
    release: Release,
) -> Loaded<AttachContract> {
    load(file, path, release, &ATTACH_FILE, attach)
}

/// What `release` makes of `gateway_manifest.json`.
pub fn load_gateway_manifest(
    file: &Observed<FileView>,
    path: &str,
    release: Release,
) -> Loaded<GatewayManifest> {
    load(file, path, release, &MANIFEST_FILE, |b| {
        Ok(GatewayManifest {
            attach: attach(b)?,
            pid: b.number("gateway_pid")?,
            host: b.string("gateway_host")?,
            port: b.number("gateway_port")?,
            execution_mode: b.string("gateway_execution_mode")?,
            tmux_window: window(b, "gateway_")?,
        })
    })
}

/// What `release` makes of `state.json`.
pub fn load_gateway_state(file: &Observed<FileView>, path: &str, release: Release) -> Loaded<GatewayState> {
    load(file, path, release, &STATE_FILE, |b| {
        Ok(GatewayState {
            attach_identity: b.required("attach_identity")?,
            backend: b.required("backend")?,
            tmux_session_name: b.required("tmux_session_name")?,
            gateway_health: b.required("gateway_health")?,
            managed_agent_connectivity: b.required("managed_agent_connectivity")?,
            managed_agent_recovery: b.required("managed_agent_recovery")?,
            request_admission: b.required("request_admission")?,
            terminal_surface_eligibility: b.required("terminal_surface_eligibility")?,
            active_execution: b.required("active_execution")?,
            execution_mode: b.required("execution_mode")?,
            host: b.string("gateway_host")?,
            port: b.number("gateway_port")?,
            tmux_window: window(b, "gateway_")?,
            managed_agent_instance_epoch: b.integer("managed_agent_instance_epoch")?.unwrap_or_default(),
        })
    })
}

/// The pid in `run/gateway.pid`: an integer above zero with white space around it; anything else, a missing file
/// included, counts as none. Bytes that are not UTF-8 would end the command; that is `unreadable` at collection.
pub fn load_pid_file(file: &Observed<FileView>) -> Observed<Option<u32>> {
    match file {
        Observed::Absent => Observed::Present(None),
        other => other.map(|view| match &view.content {
            Content::Text(text) => {
                python::integer(text).filter(|pid| *pid > 0).map(|pid| u32::try_from(pid).unwrap_or(u32::MAX))
            }
            _ => None,
        }),
    }
}

/// How the loader of one file speaks.
struct GatewayFile {
    model: &'static Model,
    missing: &'static str,
    invalid: &'static str,
}

static INSTANCE_FILE: GatewayFile = GatewayFile {
    model: &shape::INSTANCE,
    missing: "Gateway run state not found",
    invalid: "Gateway run-state validation failed for",
};
static DESIRED_FILE: GatewayFile = GatewayFile {
    model: &shape::DESIRED,
    missing: "Gateway desired config not found",
    invalid: "Gateway desired config validation failed for",
};
static ATTACH_FILE: GatewayFile = GatewayFile {
    model: &shape::ATTACH,
    missing: "Gateway attach contract not found",
    invalid: "Gateway attach contract validation failed for",
};
static MANIFEST_FILE: GatewayFile = GatewayFile {
    model: &shape::MANIFEST,
    missing: "Gateway manifest not found",
    invalid: "Gateway manifest validation failed for",
};
static STATE_FILE: GatewayFile = GatewayFile {
    model: &shape::STATE,
    missing: "Gateway state not found",
    invalid: "Gateway status validation failed for",
};

fn load<T>(
    file: &Observed<FileView>,
    path: &str,
    release: Release,
    kind: &GatewayFile,
    read: impl FnOnce(&Body) -> Verdict<T>,
) -> Loaded<T> {
    let opening = Opening {
        missing: format!("{}: {path}", kind.missing),
        missing_uncaught: false,
        not_json: |path, why| format!("Invalid JSON in {path}: {why}"),
    };
    let value = match document(file, path, &opening) {
        Ok(value) => value,
        Err(refused) => return refused,
    };
    if !value.is_object() {
        return Loaded::Refused(Refusal::new(path, format!("Expected top-level object in {path}")));
    }
    let findings = examine(value, kind.model, release, path);
    let prefix = format!("{} {path}", kind.invalid);
    settle(findings, path, &prefix, || read(&Body::new(value, kind.model, release)))
}

fn attach(b: &Body) -> Verdict<AttachContract> {
    Ok(AttachContract {
        attach_identity: b.required("attach_identity")?,
        backend: b.required("backend")?,
        tmux_session_name: b.required("tmux_session_name")?,
        manifest_path: b.string("manifest_path")?,
        agent_def_dir: b.string("agent_def_dir")?,
        desired_host: b.string("desired_host")?,
        desired_port: b.number("desired_port")?,
    })
}

/// The window of a gateway, from the fields with this prefix.
fn window(b: &Body, prefix: &str) -> Verdict<Option<RecordedWindow>> {
    let field = |name: &str| b.string(&format!("{prefix}tmux_{name}"));
    let (Some(id), Some(index)) = (field("window_id")?, field("window_index")?) else { return Ok(None) };
    Ok(Some(RecordedWindow { id, index, pane_id: field("pane_id")? }))
}
