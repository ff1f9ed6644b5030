//! Facts of the pair server that the manifest names (`gateway_authority.attach`).
use super::{Fact, ManifestFacts, observed};
use crate::snapshot::{Answer, Body, Probe, Snapshot};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// The pair server at the persisted `api_base_url`, and what it knows of the persisted `managed_agent_ref`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ServerFacts {
    /// What `/health` answered: `ok` (some JSON with status 200), `refused`, `timed_out`, `bad_url`, `broken` or
    /// `error` (another status).
    pub answer: Fact<String>,
    /// `houmao_service` of its answer: `houmao-server` or `houmao-passive-server`; absent for anything else.
    pub service: Fact<String>,
    /// Whether it is a `houmao-server`, the only kind that current-session pair attach accepts (before 0.11).
    pub is_houmao_server: Fact<bool>,
    /// Status of `GET /houmao/agents/{ref}`.
    pub agent_status: Fact<i64>,
    /// What the server said of the agent, when it does not know it.
    pub agent_detail: Fact<String>,
    /// `session_name` of the agent that it knows.
    pub agent_session_name: Fact<String>,
    /// Whether that is the persisted `managed_agent_ref`.
    pub agent_is_expected: Fact<bool>,
    /// `transport` of the agent that it knows (`tui` or `headless`).
    pub agent_transport: Fact<String>,
}

impl ServerFacts {
    /// Derives them.
    pub fn of(snapshot: &Snapshot, manifest: &ManifestFacts) -> Self {
        let health = manifest.api_base_url.and_then(|base| ask(snapshot, base, "/health"));
        let agent = manifest.api_base_url.and_then(|base| {
            manifest
                .managed_agent_ref
                .and_then(|name| ask(snapshot, base, &format!("/houmao/agents/{}", encode(name))))
        });
        let agent_leaf = |key: &str| agent.and_then(|a| body_text(a, key, &agent.source));
        let service = health.and_then(|a| body_text(a, "houmao_service", &health.source));
        let agent_session_name = agent_leaf("session_name");
        ServerFacts {
            answer: health.then(|a| word(a).to_owned()),
            is_houmao_server: health.then(|_| service.value().is_some_and(|s| s == "houmao-server")),
            service,
            agent_status: agent.and_then(|a| match a {
                Answer::Http { status, .. } => Fact::known(i64::from(*status), agent.source.clone()),
                _ => Fact::absent(agent.source.clone()),
            }),
            agent_detail: agent_leaf("detail"),
            agent_is_expected: agent_session_name
                .and_then(|got| manifest.managed_agent_ref.then(|expected| got == expected)),
            agent_session_name,
            agent_transport: agent_leaf("transport"),
        }
    }
}

/// What a pair server answered on a path.
pub(super) fn ask(snapshot: &Snapshot, base: &str, path: &str) -> Fact<Answer> {
    let source = format!("GET {}{path}", base.trim_end_matches('/'));
    let same = |p: &&Probe| p.base_url.trim_end_matches('/') == base.trim_end_matches('/') && p.path == path;
    match snapshot.probes.iter().find(same) {
        Some(probe) => observed(&probe.answer, source, Clone::clone),
        None => Fact::unknown("it was not asked", source),
    }
}

/// One word for an answer on `/health`.
pub(super) fn word(answer: &Answer) -> &'static str {
    match answer {
        Answer::Http { status: 200, body: Body::Json(_) } => "ok",
        Answer::Http { .. } => "error",
        Answer::Refused => "refused",
        Answer::TimedOut => "timed_out",
        Answer::BadUrl(_) => "bad_url",
        Answer::Broken(_) => "broken",
    }
}

fn body_text(answer: &Answer, key: &str, source: &str) -> Fact<String> {
    let Answer::Http { body: Body::Json(value), .. } = answer else {
        return Fact::absent(source);
    };
    match value.get(key) {
        Some(Value::String(text)) => Fact::known(text.clone(), format!("{source} .{key}")),
        Some(Value::Object(_)) => Fact::unknown("redacted at collection", format!("{source} .{key}")),
        _ => Fact::absent(format!("{source} .{key}")),
    }
}

/// Percent-encodes a reference as Houmao does: everything but unreserved characters.
pub fn encode(reference: &str) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for byte in reference.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
