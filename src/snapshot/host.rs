//! The operator's shell and machine, and the installed Houmao.
use super::Observed;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use std::collections::BTreeMap;

/// Variables of the operator's shell that steer Houmao (contract section 1.4). No other variable is read.
/// Those in [`PRESENCE_ONLY`] are kept as `set` or `empty`, since their values can hold credentials.
pub const SHELL_VARIABLES: &[&str] = &[
    "AGENTSYS_GLOBAL_REGISTRY_DIR",
    "CAO_PORT",
    "HOME",
    "HOUMAO_AGENT_GATEWAY_HOST",
    "HOUMAO_AGENT_GATEWAY_PORT",
    "HOUMAO_AGENT_ID",
    "HOUMAO_ENABLE_TMUX_CONFIG_INJECTION",
    "HOUMAO_GATEWAY_EXECUTION_MODE",
    "HOUMAO_GATEWAY_RESPECT_PROXY_ENV",
    "HOUMAO_GATEWAY_STATE_PATH",
    "HOUMAO_GATEWAY_TMUX_PANE_ID",
    "HOUMAO_GATEWAY_TMUX_WINDOW_ID",
    "HOUMAO_GATEWAY_TMUX_WINDOW_INDEX",
    "HOUMAO_GLOBAL_MAILBOX_DIR",
    "HOUMAO_GLOBAL_REGISTRY_DIR",
    "HOUMAO_GLOBAL_RUNTIME_DIR",
    "HOUMAO_LOCAL_JOBS_DIR",
    "HOUMAO_MANIFEST_PATH",
    "HOUMAO_PASSIVE_SERVER_PORT",
    "HOUMAO_PRESERVE_NO_PROXY_ENV",
    "HOUMAO_PROJECT_OVERLAY_DIR",
    "HOUMAO_PROJECT_OVERLAY_DISCOVERY_MODE",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "TMUX",
    "TMUX_PANE",
    "TMUX_TMPDIR",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
];

/// Variables of whose list of hosts only the entries are kept that exempt loopback.
pub const EXEMPTIONS: &[&str] = &["NO_PROXY", "no_proxy"];

/// Variables whose value is kept only as `set` or `empty`.
pub const PRESENCE_ONLY: &[&str] =
    &["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "all_proxy", "http_proxy", "https_proxy"];

/// The operator's shell and machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Numeric user id of the doctor, which is the operator's.
    pub uid: u32,
    /// Home directory (`$HOME`, else the password database).
    pub home: String,
    /// Working directory of the operator's shell.
    pub cwd: String,
    /// When the machine booted, RFC 3339 in UTC.
    pub booted_at: Observed<String>,
    /// The allow-listed variables that are set (see [`SHELL_VARIABLES`]); a missing key means: not set. A snapshot that says
    /// nothing of them did not look. Older ones have the bare map, since the doctor that took them always saw its shell.
    #[serde(default = "shell_not_said", deserialize_with = "shell")]
    pub env: Observed<BTreeMap<String, String>>,
}

impl Host {
    /// One variable of the operator's shell; absent means that it is not set.
    pub fn variable(&self, name: &str) -> Observed<&str> {
        match &self.env {
            Observed::Present(env) => {
                env.get(name).map_or(Observed::Absent, |v| Observed::Present(v.as_str()))
            }
            Observed::Absent => Observed::Absent,
            Observed::Unreadable(reason) => Observed::Unreadable(reason.clone()),
            Observed::NotLooked(why) => Observed::NotLooked(why.clone()),
        }
    }
}

/// What a snapshot says that names no shell.
fn shell_not_said() -> Observed<BTreeMap<String, String>> {
    Observed::NotLooked("the snapshot does not say what the operator's shell sets".to_owned())
}

/// The observation, or the bare map of before it was one. Only names that the doctor keeps make a bare map, so that a
/// misspelt observation is not taken for a variable.
fn shell<'de, D: Deserializer<'de>>(from: D) -> Result<Observed<BTreeMap<String, String>>, D::Error> {
    let value = serde_json::Value::deserialize(from)?;
    match serde_json::from_value::<BTreeMap<String, String>>(value.clone()) {
        Ok(bare) if bare.keys().all(|name| SHELL_VARIABLES.contains(&name.as_str())) => {
            Ok(Observed::Present(bare))
        }
        _ => Observed::deserialize(value).map_err(D::Error::custom),
    }
}

/// Which Houmao is installed, found without running it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Houmao {
    /// The `houmao-mgr` on `PATH` and the release its environment's package metadata names.
    pub installed: Observed<Installed>,
    /// The release given by `--houmao`, which wins.
    pub asked: Option<String>,
}

/// An installed Houmao.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Installed {
    /// Release, as its package metadata writes it.
    pub version: String,
    /// Path of the `houmao-mgr` script that was found on `PATH`.
    pub manager: String,
    /// Path of the `dist-info` folder that names the release.
    pub metadata: String,
}

/// One process that a file names or that runs a Houmao gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// Name of its program, as the kernel gives it (at most 15 bytes).
    pub command: String,
    /// When it started, RFC 3339 in UTC; with the pid it identifies the process.
    pub started_at: Observed<String>,
    /// User it runs as.
    pub uid: Observed<u32>,
    /// Whether its command line runs Houmao's gateway service.
    pub gateway_service: Observed<bool>,
    /// The `--gateway-root` of its command line, if it runs a gateway.
    pub gateway_root: Option<String>,
    /// Whether the doctor's user may signal it (`kill -0` succeeds); Houmao takes "may not" for "not running".
    pub may_signal: bool,
    /// Whether it is a zombie (dead, not yet reaped).
    pub zombie: bool,
}

/// One TCP port of this machine that a file or variable names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// Local addresses on which something listens, sorted (`127.0.0.1`, `0.0.0.0`, `::1`, `::`); empty: nothing listens.
    pub listening_on: Vec<String>,
    /// The listening process, where its sockets may be read.
    pub pid: Observed<u32>,
}
