//! The only room that touches the machine; a broken part becomes data, never an abort.
//!
//! ```text
//!  environment ─▶ tmux, registry ─▶ pointers ─▶ session roots ─▶ what all of these name: paths, programs,
//!                                                                processes, ports, servers
//! ```
//! Everything is opened for reading only, bounded, and redacted before it leaves this room.
mod databases;
mod environment;
pub mod json;
mod keep;
mod keep_lists;
mod limits;
mod mailbox;
mod named;
mod paths;
mod ports;
mod probes;
mod processes;
mod programs;
mod project;
mod queue;
mod read;
mod registry;
mod roots;
mod servers;
mod sock_diag;
mod sqlite;
pub mod tmux;

pub use environment::Environment;
pub use tmux::SocketArgs;

use crate::snapshot::{SCHEMA, Snapshot, Tmux};
use keep_lists::Kept;
use limits::{Limits, PATHS_MAX};
use named::Seen;
use std::path::PathBuf;
use tmux::TmuxQuestion;

/// What the caller wants looked at, beyond what names itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wants {
    /// The tmux socket to ask.
    pub tmux_socket: SocketArgs,
    /// No request is made over HTTP.
    pub offline: bool,
    /// Hosts that are not loopback are asked too.
    pub probe_remote: bool,
    /// Session roots that are looked at even if nothing names them (`--session-root`).
    pub session_roots: Vec<PathBuf>,
    /// The release to judge by (`--houmao`).
    pub houmao: Option<String>,
    /// Ports of loopback on which a pair server is asked.
    pub pair_ports: Vec<u16>,
    /// Agents that each of these pair servers is asked for: id, name or session name.
    pub agent_refs: Vec<String>,
    /// The default ports of both release lines' pair servers are asked too.
    pub default_pair: bool,
}

/// Looks at everything once. Reads the process environment and the clock; every failure becomes data.
pub fn collect(wants: &Wants) -> Snapshot {
    collect_in(wants, &Environment::real())
}

/// Looks at everything once, as seen from the given environment.
pub fn collect_in(wants: &Wants, env: &Environment) -> Snapshot {
    // tmux is by far the slowest to answer: it is asked first, and answers while the registry is read.
    let question = TmuxQuestion { socket: wants.tmux_socket.clone(), ..TmuxQuestion::default() };
    let running = tmux::start(&question, &|name| env.var(name).map(str::to_owned));
    look_around(wants, env, || running.finish())
}

/// Everything after and beside tmux; its answer is only waited for when the registry is read.
fn look_around(wants: &Wants, env: &Environment, tmux: impl FnOnce() -> Tmux) -> Snapshot {
    let kept = Kept::lists();
    let mut limits = Limits::default();
    let registry = registry::look(env, &kept.record, &mut limits);
    let running = processes::gateways(&mut limits);
    let tmux = tmux();
    let pointers = named::pointers(&wants.session_roots, &tmux, &registry);
    let mut session_roots = roots::look(&pointers, env, &kept, &mut limits);

    let gateway_roots = session_roots.iter().map(|r| format!("{}/gateway", r.path)).collect();
    let seen = Seen { env, tmux: &tmux, registry: &registry, roots: &session_roots };
    let (mut paths, cut) = seen.paths(PATHS_MAX);
    if cut {
        limits.hit("paths", format!("{PATHS_MAX} paths"));
    }
    paths.extend(pointers.into_iter().map(|p| p.text));
    let questions = servers::questions(wants, &seen);
    let mut ports = seen.ports();
    ports.extend(servers::ports(&questions));
    let allowed = probes::Allowed { offline: wants.offline, remote: wants.probe_remote };
    let programs = seen.programs();
    let (probes, processes, ports, databases) = std::thread::scope(|scope| {
        // Servers answer, and databases are read, while the machine is looked at.
        let asking = scope.spawn(|| probes::ask(questions, allowed, &kept.answer));
        let reading = scope.spawn(|| databases::look(&session_roots, &registry));
        let processes = processes::look(&seen.pids(), &gateway_roots, &running);
        let likely: Vec<u32> = processes.keys().copied().collect();
        let ports = ports::look(&ports, &likely, &mut limits);
        (joined(asking), processes, ports, joined(reading))
    });
    for (root, read) in session_roots.iter_mut().zip(databases) {
        root.databases = read;
    }
    if probes::ran_out(&probes) {
        limits.hit("probes", probes::time_limit());
    }

    Snapshot {
        schema: SCHEMA.to_string(),
        doctor: env!("CARGO_PKG_VERSION").to_string(),
        taken_at: env.now.to_string(),
        host: environment::host(env),
        houmao: programs::houmao(wants.houmao.as_deref(), env),
        paths: paths.into_iter().map(|p| (p.clone(), paths::look_at(&p, env))).collect(),
        executables: programs::look(programs, env),
        processes,
        ports,
        probes,
        tmux,
        registry,
        session_roots,
        limits_hit: limits.into_list(),
    }
}

/// What a thread found; its panic goes on here.
fn joined<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
