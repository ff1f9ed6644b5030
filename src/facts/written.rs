//! Facts of what the gateway's derived files say, held against the record that they are derived from.
use super::{Fact, HandleFacts, Join, number, text};
use schemars::JsonSchema;
use serde::Serialize;

/// What `gateway_manifest.json` and `state.json` say. Neither is an authority: the manifest and `current-instance.json`
/// are (contract section 5).
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WrittenFacts {
    /// `gateway_pid` of `gateway_manifest.json`.
    pub pid: Fact<i64>,
    /// `gateway_port` of `gateway_manifest.json`.
    pub port: Fact<i64>,
    /// Names of the fields in which `gateway_manifest.json` contradicts `current-instance.json`, sorted; absent when
    /// there are none, or when one of the two says nothing of a gateway.
    pub drift: Fact<Vec<String>>,
    /// `managed_agent_connectivity` of `state.json`: `connected` or `unavailable`.
    pub connectivity: Fact<String>,
    /// `request_admission` of `state.json`: `open`, `blocked_unavailable` or `blocked_reconciliation`.
    pub admission: Fact<String>,
}

impl WrittenFacts {
    /// Derives them.
    pub fn of(join: &Join<'_>, handle: &HandleFacts) -> Self {
        let path = join.gateway_path("gateway_manifest.json");
        let state = join.gateway_path("state.json");
        let Some(gateway) = join.root.map(|r| &r.gateway) else {
            return WrittenFacts {
                pid: join.no_root(path.clone()),
                port: join.no_root(path.clone()),
                drift: join.no_root(path),
                connectivity: join.no_root(state.clone()),
                admission: join.no_root(state),
            };
        };
        let pid = number(&gateway.gateway_manifest, &path, "/gateway_pid");
        let port = number(&gateway.gateway_manifest, &path, "/gateway_port");
        let window = text(&gateway.gateway_manifest, &path, "/gateway_tmux_window_id");
        let pane = text(&gateway.gateway_manifest, &path, "/gateway_tmux_pane_id");
        let compared = [
            ("gateway_pid", super::same(&pid, &handle.pid)),
            ("gateway_port", super::same(&port, &handle.port)),
            ("gateway_tmux_pane_id", super::same(&pane, &handle.pane_id)),
            ("gateway_tmux_window_id", super::same(&window, &handle.window_id)),
        ];
        WrittenFacts {
            drift: drift(&compared, &path),
            pid,
            port,
            connectivity: text(&gateway.state, &state, "/managed_agent_connectivity"),
            admission: text(&gateway.state, &state, "/request_admission"),
        }
    }
}

fn drift(compared: &[(&str, Fact<bool>)], path: &str) -> Fact<Vec<String>> {
    let source = format!("{path} against run/current-instance.json");
    let apart = compared.iter().filter(|(_, same)| same.value() == Some(&false));
    let names: Vec<String> = apart.map(|(name, _)| (*name).to_owned()).collect();
    match compared.iter().find_map(|(_, same)| same.ignorance()) {
        _ if !names.is_empty() => Fact::known(names, source),
        Some(why) => Fact::unknown(why, source),
        None => Fact::absent(source),
    }
}
