//! Facts of what listens on a port, and whose it is.
use super::{Fact, Join};
use crate::snapshot::{Answer, Body, Observed, Port, Process};
use schemars::JsonSchema;
use serde::Serialize;

/// What listens on the port that `current-instance.json` records.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ListenerFacts {
    /// Whose it is: `own` (a gateway of this root), `other_agent` (a gateway of another root) or `stranger`; absent when
    /// nothing listens there.
    pub owner: Fact<String>,
    /// Its pid.
    pub pid: Fact<i64>,
    /// The gateway root of the other agent whose gateway listens there.
    pub other_root: Fact<String>,
    /// `protocol_version` that it answered on `/health`.
    pub protocol_version: Fact<String>,
}

impl ListenerFacts {
    /// Derives them for the recorded port.
    pub fn of(join: &Join<'_>, port: &Fact<i64>, host: &Fact<String>) -> Self {
        let pid = port.and_then(|number| owner_pid(join, *number));
        let gateway = pid.and_then(|pid| gateway(join, *pid));
        let own = join.root.map(|r| format!("{}/gateway", r.path));
        ListenerFacts {
            owner: pid.and_then(|_| match &gateway {
                Fact { reading: super::Reading::Known(root), source } if Some(root) == own.as_ref() => {
                    Fact::known("own".to_owned(), source.clone())
                }
                known if known.value().is_some() => {
                    Fact::known("other_agent".to_owned(), known.source.clone())
                }
                unseen if unseen.ignorance().is_some() => unseen.clone(),
                none => Fact::known("stranger".to_owned(), none.source.clone()),
            }),
            other_root: gateway.and_then(|root| match own.as_ref() == Some(root) {
                true => Fact::absent(gateway.source.clone()),
                false => Fact::known(root.clone(), gateway.source.clone()),
            }),
            pid,
            protocol_version: protocol_version(join, port, host),
        }
    }
}

/// What was seen of a port.
pub(super) fn seen<'a>(join: &Join<'a>, port: i64) -> Fact<&'a Port> {
    let source = format!("listening sockets on port {port}");
    match u16::try_from(port).ok().and_then(|p| join.snapshot.ports.get(&p)) {
        Some(Observed::Present(seen)) => Fact::known(seen, source),
        Some(Observed::Absent) => Fact::absent(source),
        Some(other) => Fact::unknown(other.ignorance().unwrap_or_default(), source),
        None => Fact::unknown("this port was not looked at", source),
    }
}

/// Pid of the process that listens on a port; absent when nothing does.
fn owner_pid(join: &Join<'_>, port: i64) -> Fact<i64> {
    let port = seen(join, port);
    port.and_then(|seen| match &seen.pid {
        _ if seen.listening_on.is_empty() => Fact::absent(port.source.clone()),
        Observed::Present(pid) => Fact::known(i64::from(*pid), port.source.clone()),
        other => {
            let why = other.ignorance().unwrap_or_else(|| "no owner was found".into());
            Fact::unknown(why, port.source.clone())
        }
    })
}

/// The gateway root that a process serves; absent for any other program. Every gateway of a root that something names is
/// among the observed processes, so a pid that is not there runs none of them.
fn gateway(join: &Join<'_>, pid: i64) -> Fact<String> {
    let source = format!("process {pid} (command line)");
    let process = u32::try_from(pid).ok().and_then(|p| join.snapshot.processes.get(&p));
    match process {
        Some(Observed::Present(Process {
            gateway_service: Observed::Present(true), gateway_root, ..
        })) => gateway_root
            .clone()
            .map_or_else(|| Fact::absent(source.clone()), |root| Fact::known(root, source.clone())),
        Some(Observed::Present(Process { gateway_service, .. })) => match gateway_service.ignorance() {
            Some(why) => Fact::unknown(why, source),
            None => Fact::absent(source),
        },
        Some(Observed::Absent) | None => Fact::absent(source),
        Some(other) => Fact::unknown(other.ignorance().unwrap_or_default(), source),
    }
}

/// The base URL at which a gateway on this host and port is asked.
pub(super) fn base_url(port: i64, host: &Fact<String>) -> String {
    let host = match host.value().map(String::as_str) {
        None | Some("0.0.0.0") => "127.0.0.1",
        Some(other) => other,
    };
    format!("http://{host}:{port}")
}

/// What was answered on `/health` there.
pub(super) fn health_answer<'a>(join: &Join<'a>, port: &Fact<i64>, host: &Fact<String>) -> Fact<&'a Answer> {
    port.and_then(|number| {
        let base = base_url(*number, host);
        let source = format!("GET {base}/health");
        match join.snapshot.probes.iter().find(|p| p.base_url == base && p.path == "/health") {
            Some(probe) => match &probe.answer {
                Observed::Present(answer) => Fact::known(answer, source),
                Observed::Absent => Fact::absent(source),
                other => Fact::unknown(other.ignorance().unwrap_or_default(), source),
            },
            None => Fact::unknown("it was not asked", source),
        }
    })
}

fn protocol_version(join: &Join<'_>, port: &Fact<i64>, host: &Fact<String>) -> Fact<String> {
    let answer = health_answer(join, port, host);
    answer.and_then(|a| {
        let source = format!("{} .protocol_version", answer.source);
        let Answer::Http { body: Body::Json(body), .. } = a else { return Fact::absent(source) };
        match body.get("protocol_version") {
            Some(serde_json::Value::String(text)) => Fact::known(text.clone(), source),
            _ => Fact::absent(source),
        }
    })
}
