//! Facts of the gateway: desired configuration, state file, listener, processes.
use super::listener::{health_answer, seen};
use super::shell::attach_redirected;
use super::{Fact, Join, ListenerFacts, exists, number, text};
use crate::contract::{Loaded, load_desired_config};
use crate::snapshot::{Answer, Body, Observed, Process};
use schemars::JsonSchema;
use serde::Serialize;

/// The gateway of the session root.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GatewayFacts {
    /// `gateway_health` of `state.json`.
    pub state_health: Fact<String>,
    /// `managed_agent_connectivity` of `state.json`: whether the gateway could reach its agent (`connected`,
    /// `unavailable`).
    pub state_connectivity: Fact<String>,
    /// `managed_agent_recovery` of `state.json`: `idle`, `awaiting_rebind` or `reconciliation_required`.
    pub state_recovery: Fact<String>,
    /// `request_admission` of `state.json`: `open`, `blocked_unavailable` or `blocked_reconciliation`.
    pub state_admission: Fact<String>,
    /// Whether Houmao accepts `desired-config.json`.
    pub desired_accepted: Fact<bool>,
    /// The words by which it is refused; absent when it is accepted.
    pub desired_refusal: Fact<String>,
    /// `desired_host` of `desired-config.json`, on which every attach listens again.
    pub desired_host: Fact<String>,
    /// `desired_port` of `desired-config.json`, which every attach asks for again.
    pub desired_port: Fact<i64>,
    /// Whether something listens on that port.
    pub desired_port_taken: Fact<bool>,
    /// Whether a gateway of this root is what listens there.
    pub desired_port_own: Fact<bool>,
    /// A port beside it on which nothing was seen to listen: the next such number.
    pub spare_port: Fact<i64>,
    /// The port, recorded or asked for, on which a gateway of this root listens.
    pub own_port: Fact<i64>,
    /// Whether something listens on the recorded port.
    pub recorded_port_listening: Fact<bool>,
    /// What `/health` of the recorded gateway answers: `ok`, `refused`, `timed_out`, `foreign` (something else
    /// answered) or `broken`.
    pub health: Fact<String>,
    /// What listens on the recorded port.
    pub listener: ListenerFacts,
    /// Pids of the processes that run a gateway of this root, sorted.
    pub processes: Fact<Vec<i64>>,
    /// How many they are.
    pub process_count: Fact<i64>,
    /// Those of them that no file records: orphans.
    pub orphans: Fact<Vec<i64>>,
    /// The orphan, where there is exactly one.
    pub sole_orphan: Fact<i64>,
    /// Whether `HOUMAO_AGENT_GATEWAY_HOST` or `_PORT` of the operator's shell sends an attach from there to another address
    /// than the session's own.
    pub attach_redirected: Fact<bool>,
    /// Whether `gateway.log` holds an old complaint about an address in use.
    pub log_says_address_in_use: Fact<bool>,
    /// Whether `queue.sqlite` is an SQLite file.
    pub queue_is_sqlite: Fact<bool>,
    /// Path of `logs/gateway.log`, if it exists.
    pub log_path: Fact<String>,
}

impl GatewayFacts {
    /// Derives them.
    pub fn of(join: &Join<'_>, handle: &super::HandleFacts) -> Self {
        let desired_path = join.gateway_path("desired-config.json");
        let state_path = join.gateway_path("state.json");
        let state = |pointer: &str| match join.root {
            Some(root) => text(&root.gateway.state, &state_path, pointer),
            None => join.no_root(state_path.clone()),
        };
        let (desired_accepted, desired_refusal) = desired(join, &desired_path);
        let (desired_host, desired_port) = match join.root.map(|r| &r.gateway.desired_config) {
            Some(file) => {
                (text(file, &desired_path, "/desired_host"), number(file, &desired_path, "/desired_port"))
            }
            None => (join.no_root(desired_path.clone()), join.no_root(desired_path)),
        };
        let processes = own_processes(join);
        let desired_port_own = port_own(join, &desired_port, &processes);
        let orphans = orphans(&processes, [&handle.pid, &handle.pid_file]);
        GatewayFacts {
            state_health: state("/gateway_health"),
            state_connectivity: state("/managed_agent_connectivity"),
            state_recovery: state("/managed_agent_recovery"),
            state_admission: state("/request_admission"),
            attach_redirected: attach_redirected(join.snapshot, &desired_host, &desired_port),
            desired_accepted,
            desired_refusal,
            desired_host,
            desired_port_taken: listening(join, &desired_port),
            spare_port: spare_port(join, &desired_port),
            own_port: own_port([
                (&handle.port, &port_own(join, &handle.port, &processes)),
                (&desired_port, &desired_port_own),
            ]),
            desired_port_own,
            desired_port,
            recorded_port_listening: listening(join, &handle.port),
            health: health(join, handle),
            listener: ListenerFacts::of(join, &handle.port, &handle.host),
            sole_orphan: orphans.and_then(|pids| match pids.as_slice() {
                [one] => Fact::known(*one, orphans.source.clone()),
                _ => Fact::absent(orphans.source.clone()),
            }),
            orphans,
            process_count: processes.then(|p| p.len() as i64),
            processes,
            log_says_address_in_use: log(join)
                .and_then(|l| super::observed(&l.says_address_in_use, l.path.clone(), |says| *says)),
            queue_is_sqlite: match join.root {
                Some(root) => {
                    super::observed(&root.gateway.queue, join.gateway_path("queue.sqlite"), |q| q.sqlite)
                }
                None => join.no_root(join.gateway_path("queue.sqlite")),
            },
            log_path: log(join).then(|l| l.path.clone()),
        }
    }
}

/// The next port on which nothing was seen to listen; of one that was not looked at nothing is known.
fn spare_port(join: &Join<'_>, desired: &Fact<i64>) -> Fact<i64> {
    desired.and_then(|port| {
        let taken = |next: i64| seen(join, next).value().is_some_and(|p| !p.listening_on.is_empty());
        match (port + 1..=i64::from(u16::MAX)).find(|next| !taken(*next)) {
            Some(next) => Fact::known(next, desired.source.clone()),
            None => Fact::absent(desired.source.clone()),
        }
    })
}

fn log<'a>(join: &Join<'a>) -> Fact<&'a crate::snapshot::LogView> {
    let source = join.gateway_path("logs/gateway.log");
    match join.root.map(|r| &r.gateway.log) {
        Some(Observed::Present(view)) => Fact::known(view, source),
        None => join.no_root(source),
        Some(Observed::Absent) => Fact::absent(source),
        Some(other) => Fact::unknown(other.ignorance().unwrap_or_default(), source),
    }
}

fn desired(join: &Join<'_>, path: &str) -> (Fact<bool>, Fact<String>) {
    let Some(root) = join.root else {
        return (join.no_root(path), join.no_root(path));
    };
    let file = &root.gateway.desired_config;
    if exists(file, path).value() == Some(&false) {
        return (Fact::absent(path), Fact::absent(path));
    }
    let Some(release) = join.release else {
        let why = "which release is installed is not known";
        return (Fact::unknown(why, path), Fact::unknown(why, path));
    };
    match load_desired_config(file, path, release) {
        Loaded::Ok(_) => (Fact::known(true, path), Fact::absent(path)),
        Loaded::Refused(refusal) => (Fact::known(false, path), Fact::known(refusal.said, path)),
        Loaded::Unknown(why) => (Fact::unknown(why.clone(), path), Fact::unknown(why, path)),
    }
}

fn listening(join: &Join<'_>, port: &Fact<i64>) -> Fact<bool> {
    let seen = port.and_then(|port| seen(join, *port));
    seen.then(|seen| !seen.listening_on.is_empty()).or_known_where(port, false)
}

fn port_own(join: &Join<'_>, port: &Fact<i64>, own: &Fact<Vec<i64>>) -> Fact<bool> {
    let seen = port.and_then(|port| seen(join, *port));
    seen.and_then(|port| match (&port.pid, own.value()) {
        _ if port.listening_on.is_empty() => Fact::absent(seen.source.clone()),
        (Observed::Present(pid), Some(pids)) => {
            Fact::known(pids.contains(&i64::from(*pid)), seen.source.clone())
        }
        (Observed::Present(_), None) => own.then(|_| false),
        (other, _) => {
            let why = other.ignorance().unwrap_or_else(|| "no owner was found".into());
            Fact::unknown(why, seen.source.clone())
        }
    })
}

/// The first of these ports that is known to be the own gateway's.
fn own_port(ports: [(&Fact<i64>, &Fact<bool>); 2]) -> Fact<i64> {
    let source = "listening sockets on the recorded and the desired port";
    match ports.iter().find(|(_, own)| own.value() == Some(&true)) {
        Some((port, _)) => (*port).clone(),
        None => match ports.iter().find_map(|(port, own)| port.ignorance().or(own.ignorance())) {
            Some(why) => Fact::unknown(why, source),
            None => Fact::absent(source),
        },
    }
}

fn own_processes(join: &Join<'_>) -> Fact<Vec<i64>> {
    let source = "processes that run a gateway";
    let Some(root) = join.root else {
        return join.no_root(source);
    };
    let own = format!("{}/gateway", root.path);
    let is_own =
        |p: &Process| p.gateway_service == Observed::Present(true) && p.gateway_root.as_ref() == Some(&own);
    let mut pids = Vec::new();
    for (pid, seen) in &join.snapshot.processes {
        let service = seen.present().map(|p| p.gateway_service.ignorance());
        match service.unwrap_or_else(|| seen.ignorance()) {
            // One that could not be looked at may be one.
            Some(why) => return Fact::unknown(format!("process {pid}: {why}"), source),
            None if seen.present().is_some_and(is_own) => pids.push(i64::from(*pid)),
            None => {}
        }
    }
    Fact::known(pids, source)
}

/// The gateways that no file records. One that an unread file may record is none for sure.
fn orphans(processes: &Fact<Vec<i64>>, recorded: [&Fact<i64>; 2]) -> Fact<Vec<i64>> {
    processes.and_then(|pids| {
        let source = processes.source.clone();
        let is_recorded = |pid: &i64| recorded.iter().any(|r| r.value() == Some(pid));
        let orphans: Vec<i64> = pids.iter().copied().filter(|pid| !is_recorded(pid)).collect();
        match recorded.iter().find_map(|r| r.ignorance()) {
            _ if orphans.is_empty() => Fact::absent(source),
            Some(why) => Fact::unknown(why, source),
            None => Fact::known(orphans, source),
        }
    })
}

/// What `/health` of the recorded gateway answers. A body that is not the gateway's own form means that something else
/// answered (contract sections 6.4.7 and 7.4).
fn health(join: &Join<'_>, handle: &super::HandleFacts) -> Fact<String> {
    health_answer(join, &handle.port, &handle.host).then(|answer| {
        match answer {
            Answer::Http { status: 200, body: Body::Json(v) } if v.get("protocol_version").is_some() => "ok",
            Answer::Http { .. } => "foreign",
            Answer::Refused => "refused",
            Answer::TimedOut => "timed_out",
            Answer::BadUrl(_) | Answer::Broken(_) => "broken",
        }
        .to_owned()
    })
}
