//! Facts of the pair server that the manifest names (`gateway_authority.attach`).
use super::{Fact, ManifestFacts, observed, text};
use crate::snapshot::{Answer, Body, Probe, RecordEntry, Snapshot};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

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
    /// Base URL of a `houmao-passive-server` that was asked for this agent by its id or name, whether the manifest or the
    /// operator named it; absent where none was asked.
    pub passive_url: Fact<String>,
    /// Status of its answer.
    pub passive_status: Fact<i64>,
}

impl ServerFacts {
    /// Derives them.
    pub fn of(snapshot: &Snapshot, manifest: &ManifestFacts, agent: [&Fact<String>; 2]) -> Self {
        let passive = passive(snapshot, agent);
        let asked_of = passive.and_then(|(url, path)| ask(snapshot, url, path));
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
            agent_status: status(&agent),
            agent_detail: agent_leaf("detail"),
            agent_is_expected: agent_session_name
                .and_then(|got| manifest.managed_agent_ref.then(|expected| got == expected)),
            agent_session_name,
            agent_transport: agent_leaf("transport"),
            passive_status: status(&asked_of),
            passive_url: passive.then(|(url, _)| url.clone()),
        }
    }
}

fn status(answer: &Fact<Answer>) -> Fact<i64> {
    answer.and_then(|a| match a {
        Answer::Http { status, .. } => Fact::known(i64::from(*status), answer.source.clone()),
        _ => Fact::absent(answer.source.clone()),
    })
}

/// Base URLs of the servers of imported agents: they are asked for agents of their own hosts.
fn imported_from(snapshot: &Snapshot) -> BTreeSet<String> {
    let entries = snapshot.registry.folders.iter().filter_map(|f| f.external.present()).flatten();
    let base = |e: &RecordEntry| text(&e.record, &e.path, "/pair_api_base_url").value().cloned();
    entries.filter_map(base).map(|url| url.trim_end_matches('/').to_owned()).collect()
}

/// The first passive server that was asked for an agent of one of these names, and the path by which it was.
fn passive(snapshot: &Snapshot, names: [&Fact<String>; 2]) -> Fact<(String, String)> {
    let source = "GET /health of the servers that were asked";
    let path = |name: &String| format!("/houmao/agents/{}", encode(name));
    let paths: Vec<String> = names.iter().filter_map(|n| n.value()).map(path).collect();
    let mut unseen = None;
    let elsewhere = imported_from(snapshot);
    let own = |p: &&Probe| {
        p.path.starts_with("/houmao/agents/") && !elsewhere.contains(p.base_url.trim_end_matches('/'))
    };
    for probe in snapshot.probes.iter().filter(own) {
        let health = ask(snapshot, &probe.base_url, "/health");
        let service = health.and_then(|a| body_text(a, "houmao_service", &health.source));
        let is_passive = service.value().is_some_and(|service| service == "houmao-passive-server");
        if is_passive && paths.contains(&probe.path) {
            return Fact::known((probe.base_url.clone(), probe.path.clone()), health.source.clone());
        }
        // It may be this agent that was asked for, or a passive server that was asked.
        let nameless = names.iter().find_map(|n| n.ignorance()).filter(|_| is_passive);
        let faceless = service.ignorance().filter(|_| paths.contains(&probe.path));
        unseen = unseen.or(nameless.or(faceless).map(str::to_owned));
    }
    match unseen {
        Some(why) => Fact::unknown(why, source),
        None => Fact::absent(source),
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
