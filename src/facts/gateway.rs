//! Facts of the gateway: desired configuration, state file, listener, processes.
use super::{Fact, Join, exists, number, text};
use crate::contract::{Loaded, load_desired_config};
use crate::snapshot::{Answer, Body, Observed, Process};
use schemars::JsonSchema;
use serde::Serialize;

/// The gateway of the session root.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GatewayFacts {
    /// `gateway_health` of `state.json`.
    pub state_health: Fact<String>,
    /// Whether Houmao accepts `desired-config.json`.
    pub desired_accepted: Fact<bool>,
    /// The words by which it is refused; absent when it is accepted.
    pub desired_refusal: Fact<String>,
    /// `desired_port` of `desired-config.json`, which every attach asks for again.
    pub desired_port: Fact<i64>,
    /// Whether something listens on that port.
    pub desired_port_taken: Fact<bool>,
    /// Whether a gateway of this root is what listens there.
    pub desired_port_own: Fact<bool>,
    /// Whether something listens on the recorded port.
    pub recorded_port_listening: Fact<bool>,
    /// What `/health` of the recorded gateway answers: `ok`, `refused`, `timed_out`, `foreign` (something else
    /// answered) or `broken`.
    pub health: Fact<String>,
    /// Pids of the processes that run a gateway of this root, sorted.
    pub processes: Fact<Vec<i64>>,
    /// How many they are.
    pub process_count: Fact<i64>,
    /// Those of them that no file records: orphans.
    pub orphans: Fact<Vec<i64>>,
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
        let (desired_accepted, desired_refusal) = desired(join, &desired_path);
        let desired_port = match join.root {
            Some(root) => number(&root.gateway.desired_config, &desired_path, "/desired_port"),
            None => Fact::absent(desired_path),
        };
        let processes = own_processes(join);
        GatewayFacts {
            state_health: match join.root {
                Some(root) => text(&root.gateway.state, &state_path, "/gateway_health"),
                None => Fact::absent(state_path),
            },
            desired_accepted,
            desired_refusal,
            desired_port_taken: listening(join, &desired_port),
            desired_port_own: port_own(join, &desired_port, &processes),
            desired_port,
            recorded_port_listening: listening(join, &handle.port),
            health: health(join, handle),
            orphans: orphans(&processes, [&handle.pid, &handle.pid_file]),
            process_count: processes.then(|p| p.len() as i64),
            processes,
            log_says_address_in_use: log(join)
                .and_then(|l| super::observed(&l.says_address_in_use, l.path.clone(), |says| *says)),
            queue_is_sqlite: match join.root {
                Some(root) => {
                    super::observed(&root.gateway.queue, join.gateway_path("queue.sqlite"), |q| q.sqlite)
                }
                None => Fact::absent(join.gateway_path("queue.sqlite")),
            },
            log_path: log(join).then(|l| l.path.clone()),
        }
    }
}

fn log<'a>(join: &Join<'a>) -> Fact<&'a crate::snapshot::LogView> {
    let source = join.gateway_path("logs/gateway.log");
    match join.root.map(|r| &r.gateway.log) {
        Some(Observed::Present(view)) => Fact::known(view, source),
        None | Some(Observed::Absent) => Fact::absent(source),
        Some(other) => Fact::unknown(other.ignorance().unwrap_or_default(), source),
    }
}

fn desired(join: &Join<'_>, path: &str) -> (Fact<bool>, Fact<String>) {
    let (Some(root), Some(release)) = (join.root, join.release) else {
        return (Fact::absent(path), Fact::absent(path));
    };
    let file = &root.gateway.desired_config;
    if exists(file, path).value() == Some(&false) {
        return (Fact::absent(path), Fact::absent(path));
    }
    match load_desired_config(file, path, release) {
        Loaded::Ok(_) => (Fact::known(true, path), Fact::absent(path)),
        Loaded::Refused(refusal) => (Fact::known(false, path), Fact::known(refusal.said, path)),
        Loaded::Unknown(why) => (Fact::unknown(why.clone(), path), Fact::unknown(why, path)),
    }
}

fn listening(join: &Join<'_>, port: &Fact<i64>) -> Fact<bool> {
    port.and_then(|port| {
        let source = format!("listening sockets on port {port}");
        match u16::try_from(*port).ok().and_then(|p| join.snapshot.ports.get(&p)) {
            Some(Observed::Present(seen)) => Fact::known(!seen.listening_on.is_empty(), source),
            Some(Observed::Absent) => Fact::known(false, source),
            Some(other) => Fact::unknown(other.ignorance().unwrap_or_default(), source),
            None => Fact::unknown("this port was not looked at", source),
        }
    })
}

fn port_own(join: &Join<'_>, port: &Fact<i64>, own: &Fact<Vec<i64>>) -> Fact<bool> {
    port.and_then(|port| {
        let source = format!("listening sockets on port {port}");
        let Some(Observed::Present(seen)) =
            u16::try_from(*port).ok().and_then(|p| join.snapshot.ports.get(&p))
        else {
            return Fact::unknown("this port was not looked at", source);
        };
        match (&seen.pid, own.value()) {
            _ if seen.listening_on.is_empty() => Fact::absent(source),
            (Observed::Present(pid), Some(pids)) => Fact::known(pids.contains(&i64::from(*pid)), source),
            (Observed::Present(_), None) => own.then(|_| false),
            (other, _) => {
                Fact::unknown(other.ignorance().unwrap_or_else(|| "no owner was found".into()), source)
            }
        }
    })
}

fn own_processes(join: &Join<'_>) -> Fact<Vec<i64>> {
    let source = "processes that run a gateway";
    let Some(root) = join.root else {
        return Fact::absent(source);
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
    let Some(port) = handle.port.value() else {
        return handle.port.then(|_| String::new());
    };
    let host = match handle.host.value().map(String::as_str) {
        None | Some("0.0.0.0") => "127.0.0.1",
        Some(other) => other,
    };
    let base = format!("http://{host}:{port}");
    let source = format!("GET {base}/health");
    let Some(probe) = join.snapshot.probes.iter().find(|p| p.base_url == base && p.path == "/health") else {
        return Fact::unknown("it was not asked", source);
    };
    super::observed(&probe.answer, source, |answer| {
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
