//! Which servers are asked what: gateways that are recorded or published, and pair servers that something names.
use super::Wants;
use super::environment::Environment;
use super::keep::bare_url;
use super::named::{Seen, json, records, text, variable};
use super::probes::{Question, agent, health};
use crate::snapshot::{NamedBy, SessionRoot};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The pair server's port of each release line, and the variable that changes it (contract section 1.4).
const PAIR_PORTS: [(&str, u16); 2] = [("CAO_PORT", 9889), ("HOUMAO_PASSIVE_SERVER_PORT", 9891)];

/// The default pair ports of both release lines; a value that is no port names none.
pub(super) fn default_pair_ports(env: &Environment) -> Vec<u16> {
    let port = |(name, default): (&str, u16)| match env.var(name) {
        Some(value) => value.trim().parse().ok(),
        None => Some(default),
    };
    PAIR_PORTS.into_iter().filter_map(port).collect()
}

/// The ports of loopback on which pair servers are asked.
pub(super) fn pair_ports(wants: &Wants, env: &Environment) -> BTreeSet<u16> {
    let default = if wants.default_pair { default_pair_ports(env) } else { Vec::new() };
    wants.pair_ports.iter().copied().chain(default).collect()
}

/// Everything to ask.
pub(super) fn questions(wants: &Wants, seen: &Seen) -> BTreeSet<Question> {
    let mut asked = BTreeSet::new();
    let all_records: BTreeMap<&str, &Value> = records(seen.registry)
        .filter_map(|entry| Some((entry.path.as_str(), json(&entry.record)?)))
        .collect();
    for root in seen.roots {
        asked.extend(recorded_gateway(root).map(|base| health(&base)));
        asked
            .extend(pair_of(root).into_iter().flat_map(|base| about(&base, &references(root, &all_records))));
    }
    for session in seen.sessions {
        let port = variable(session, "HOUMAO_AGENT_GATEWAY_PORT").and_then(|p| p.trim().parse().ok());
        let host = variable(session, "HOUMAO_AGENT_GATEWAY_HOST").unwrap_or("127.0.0.1");
        asked.extend(port.map(|port| health(&base_url(host, port))));
    }
    for record in all_records.values() {
        if let (Some(base), Some(of)) =
            (text(record, "/pair_api_base_url"), text(record, "/remote_agent_ref"))
        {
            asked.extend(about(base, &BTreeSet::from([of.to_string()])));
        }
    }
    // Whoever listens where a gateway is to listen may answer in its place.
    asked.extend(seen.wanted_ports().into_iter().map(|port| health(&base_url("127.0.0.1", port))));
    let wanted: BTreeSet<String> = wants.agent_refs.iter().cloned().collect();
    for port in pair_ports(wants, seen.env) {
        asked.extend(about(&base_url("127.0.0.1", port), &wanted));
    }
    asked.into_iter().map(|(base, path)| (bare_url(&base), path)).collect()
}

/// Ports that base URLs name.
pub(super) fn ports(questions: &BTreeSet<Question>) -> BTreeSet<u16> {
    let port = |(base, _): &Question| base.parse::<ureq::http::Uri>().ok()?.port_u16();
    questions.iter().filter_map(port).collect()
}

fn about(base: &str, references: &BTreeSet<String>) -> Vec<Question> {
    let agents = references.iter().map(|reference| agent(base, reference));
    std::iter::once(health(base)).chain(agents).collect()
}

/// A server that listens on all addresses is reached over loopback.
fn base_url(host: &str, port: u16) -> String {
    let host = if host.trim() == "0.0.0.0" { "127.0.0.1" } else { host.trim() };
    format!("http://{host}:{port}")
}

/// Base URL of the gateway that `current-instance.json` records.
fn recorded_gateway(root: &SessionRoot) -> Option<String> {
    let record = json(&root.gateway.current_instance)?;
    let port = u16::try_from(record.pointer("/port")?.as_u64()?).ok()?;
    Some(base_url(text(record, "/host")?, port))
}

/// Base URLs of the pair server that a manifest names.
fn pair_of(root: &SessionRoot) -> BTreeSet<String> {
    let Some(manifest) = json(&root.manifest) else { return BTreeSet::new() };
    let at = [
        "/gateway_authority/attach/api_base_url",
        "/houmao_server/api_base_url",
        "/backend_state/api_base_url",
    ];
    at.iter().filter_map(|p| text(manifest, p)).map(String::from).collect()
}

/// The names under which a pair server may know a manifest's agent: its own reference, and, for a pair-managed one,
/// what the records that name this manifest say.
fn references(root: &SessionRoot, all_records: &BTreeMap<&str, &Value>) -> BTreeSet<String> {
    let Some(manifest) = json(&root.manifest) else { return BTreeSet::new() };
    // Manifests before version 4 name their agent only in the backend's own sections (contract section 3.3).
    let older: &[&str] = match text(manifest, "/backend") {
        Some("houmao_server_rest") => &["/houmao_server/session_name", "/backend_state/session_name"],
        _ => &[],
    };
    let own = ["/gateway_authority/attach/managed_agent_ref"].iter().chain(older);
    let mut found: BTreeSet<String> = own.filter_map(|p| text(manifest, p)).map(String::from).collect();
    let naming = root.named_by.iter().filter_map(|by| match by {
        NamedBy::Record(path) => all_records.get(path.as_str()),
        _ => None,
    });
    for record in naming.filter(|r| text(r, "/identity/backend") == Some("houmao_server_rest")) {
        let at = ["/agent_id", "/agent_name", "/terminal/session_name", "/terminal/current_session_name"];
        found.extend(at.iter().filter_map(|p| text(record, p)).map(String::from));
    }
    found
}
