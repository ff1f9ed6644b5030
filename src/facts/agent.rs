//! Facts of the agent that a session is of: what names it best.
use super::{Fact, Join, ManifestFacts, StandInFacts};
use schemars::JsonSchema;
use serde::Serialize;

/// The agent's names, from the manifest, else from the record, else as published.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AgentFacts {
    /// Its exact id.
    pub id: Fact<String>,
    /// Its friendly name.
    pub name: Fact<String>,
    /// Whether it is pair-managed (`houmao_server_rest`).
    pub is_pair: Fact<bool>,
    /// Port of the pair server at the persisted `api_base_url`.
    pub pair_port: Fact<i64>,
    /// Whether its session was joined (`joined_tmux`).
    pub is_joined: Fact<bool>,
}

impl AgentFacts {
    /// Derives them.
    pub(super) fn of(join: &Join<'_>, manifest: &ManifestFacts, stand_in: &StandInFacts) -> Self {
        let first = |options: [&Fact<String>; 3]| {
            options.iter().find(|f| f.value().is_some()).map_or_else(|| options[0].clone(), |f| (*f).clone())
        };
        let backend = first([&manifest.backend, &stand_in.record.backend, &manifest.backend]);
        AgentFacts {
            id: first([&manifest.agent_id, &stand_in.record.agent_id, &join.env("HOUMAO_AGENT_ID")]),
            name: first([&manifest.agent_name, &stand_in.record.agent_name, &manifest.agent_name]),
            is_pair: backend.then(|b| b == "houmao_server_rest"),
            pair_port: manifest.api_base_url.and_then(|url| {
                let port =
                    url.trim_end_matches('/').rsplit_once(':').and_then(|(_, p)| p.parse::<u16>().ok());
                match port {
                    Some(port) => Fact::known(i64::from(port), manifest.api_base_url.source.clone()),
                    None => Fact::absent(manifest.api_base_url.source.clone()),
                }
            }),
            is_joined: manifest
                .session_origin
                .then(|o| o == "joined_tmux")
                .or_known_where(&manifest.backend, false),
        }
    }
}
