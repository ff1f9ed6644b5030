//! Facts of what a session publishes in its tmux environment.
use super::{Fact, Join};
use crate::contract::python;
use crate::snapshot::EnvValue;
use schemars::JsonSchema;
use serde::Serialize;

/// What the session environment publishes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EnvFacts {
    /// `HOUMAO_MANIFEST_PATH`, where it is set and not blank.
    pub manifest_path: Fact<String>,
    /// `HOUMAO_AGENT_ID`, where it is set and not blank.
    pub agent_id: Fact<String>,
    /// Whether that id has the form of an agent id (contract 6.1 a7).
    pub agent_id_valid: Fact<bool>,
    /// `HOUMAO_AGENT_DEF_DIR`, where it is set and not blank.
    pub agent_def_dir: Fact<String>,
    /// Whether that directory exists.
    pub agent_def_dir_exists: Fact<bool>,
    /// The names among `HOUMAO_MANIFEST_PATH` and `HOUMAO_AGENT_ID` that are set only in tmux's global environment.
    pub global_only: Fact<Vec<String>>,
    /// The names among them that are marked for removal in this session.
    pub removed: Fact<Vec<String>>,
    /// Names of the time before the rename (`AGENTSYS_…`) that are set.
    pub legacy: Fact<Vec<String>>,
    /// Retired pointers that are set (`HOUMAO_GATEWAY_ATTACH_PATH`, `HOUMAO_GATEWAY_ROOT`).
    pub retired: Fact<Vec<String>>,
    /// How many of the four live-gateway names are set.
    pub live_names: Fact<i64>,
    /// `HOUMAO_AGENT_GATEWAY_HOST`.
    pub gateway_host: Fact<String>,
    /// `HOUMAO_AGENT_GATEWAY_PORT`.
    pub gateway_port: Fact<String>,
    /// `HOUMAO_GATEWAY_PROTOCOL_VERSION`.
    pub gateway_protocol: Fact<String>,
    /// The names of host, port and protocol version whose value no release accepts, sorted; absent when all that are set
    /// are accepted (contract section 7.4).
    pub live_refused: Fact<Vec<String>>,
    /// `HOUMAO_GATEWAY_STATE_PATH`.
    pub gateway_state_path: Fact<String>,
    /// Whether that is this session's own `state.json`.
    pub gateway_state_path_own: Fact<bool>,
    /// `HOUMAO_GATEWAY_EXECUTION_MODE`, which a gateway window's shell leaks into the session.
    pub leaked_execution_mode: Fact<String>,
}

const LIVE: [&str; 4] = [
    "HOUMAO_AGENT_GATEWAY_HOST",
    "HOUMAO_AGENT_GATEWAY_PORT",
    "HOUMAO_GATEWAY_STATE_PATH",
    "HOUMAO_GATEWAY_PROTOCOL_VERSION",
];
const POINTERS: [&str; 2] = ["HOUMAO_MANIFEST_PATH", "HOUMAO_AGENT_ID"];

impl EnvFacts {
    /// Derives them.
    pub fn of(join: &Join<'_>) -> Self {
        let agent_id = join.env("HOUMAO_AGENT_ID");
        let agent_def_dir = join.env("HOUMAO_AGENT_DEF_DIR");
        let state_path = join.env("HOUMAO_GATEWAY_STATE_PATH");
        EnvFacts {
            manifest_path: join.env("HOUMAO_MANIFEST_PATH"),
            agent_id_valid: agent_id.then(|id| crate::contract::ids::agent_id(id).is_ok()),
            agent_id,
            agent_def_dir_exists: agent_def_dir
                .and_then(|dir| join.path_is(dir, crate::snapshot::PathKind::Directory)),
            agent_def_dir,
            global_only: names_where(join, &POINTERS, |v| matches!(v, EnvValue::GlobalOnly(_))),
            removed: names_where(join, &POINTERS, |v| matches!(v, EnvValue::Removed)),
            legacy: names_where(join, &["AGENTSYS_AGENT_ID", "AGENTSYS_MANIFEST_PATH"], is_set),
            retired: names_where(join, &["HOUMAO_GATEWAY_ATTACH_PATH", "HOUMAO_GATEWAY_ROOT"], is_set),
            live_names: join
                .environment()
                .then(|env| LIVE.iter().filter(|n| env.get(**n).is_some_and(is_set)).count() as i64),
            gateway_host: join.env(LIVE[0]),
            gateway_port: join.env(LIVE[1]),
            gateway_protocol: join.env(LIVE[3]),
            live_refused: live_refused(join),
            gateway_state_path_own: state_path.and_then(|p| join.is_own_state(p)),
            gateway_state_path: state_path,
            leaked_execution_mode: join.env("HOUMAO_GATEWAY_EXECUTION_MODE"),
        }
    }
}

/// Host, port and protocol version as every release validates them.
fn live_refused(join: &Join<'_>) -> Fact<Vec<String>> {
    let port_is_one = |text: &str| python::integer(text).is_some_and(|p| (1..=65535).contains(&p));
    let accepted = |name: &str, value: &str| match name {
        "HOUMAO_AGENT_GATEWAY_HOST" => ["127.0.0.1", "0.0.0.0"].contains(&value),
        "HOUMAO_AGENT_GATEWAY_PORT" => port_is_one(value),
        _ => value == "v1",
    };
    join.environment().and_then(|_| {
        let named = [LIVE[0], LIVE[1], LIVE[3]].into_iter();
        let refused = named.filter(|name| join.env(name).value().is_some_and(|v| !accepted(name, v)));
        let found: Vec<String> = refused.map(str::to_owned).collect();
        let source = join.env_source(LIVE[0]);
        if found.is_empty() { Fact::absent(source) } else { Fact::known(found, source) }
    })
}

fn is_set(value: &EnvValue) -> bool {
    matches!(value, EnvValue::Value(v) if !v.trim().is_empty())
}

fn names_where(join: &Join<'_>, names: &[&str], test: impl Fn(&EnvValue) -> bool) -> Fact<Vec<String>> {
    join.environment().and_then(|env| {
        let found: Vec<String> =
            names.iter().filter(|n| env.get(**n).is_some_and(&test)).map(|n| (*n).to_owned()).collect();
        let source = join.env_source(names[0]);
        if found.is_empty() { Fact::absent(source) } else { Fact::known(found, source) }
    })
}
