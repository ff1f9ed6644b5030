//! The only room that touches the machine; a broken part becomes data, never an abort.
//!
//! ```text
//!  environment ─▶ tmux, registry ─▶ pointers ─▶ session roots ─▶ around: what all of these name: paths, programs,
//!                                                                processes, ports, servers
//! ```
//! tmux is the slowest to answer, so what does not hang on its answer is looked at meanwhile.
//! Everything is opened for reading only, bounded, and redacted before it leaves this room.
mod around;
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
mod trees;

pub use environment::Environment;
pub use keep_lists::{KeptPointers, kept_pointers};
pub use tmux::SocketArgs;
pub use trees::{TreesError, TreesHost, collect_trees};

use crate::snapshot::{Observed, SCHEMA, Snapshot, Tmux};
use around::{Around, Eyes};
use keep_lists::Kept;
use limits::Limits;
use std::path::PathBuf;
use std::time::Instant;
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
    collect_beside(wants, || ()).0
}

/// As [`collect`], with work that needs no observation: it is done when nothing else is left to do until tmux answers.
pub fn collect_beside<T>(wants: &Wants, work: impl FnOnce() -> T) -> (Snapshot, T) {
    let started = Instant::now();
    let (mut snapshot, done) = collect_in(wants, &Environment::real(), work);
    let took = u64::try_from(started.elapsed().as_millis());
    snapshot.took_ms = took.map_or_else(|_| snapshot.took_ms.clone(), Observed::Present);
    (snapshot, done)
}

/// The same, as seen from the given environment. tmux is by far the slowest to answer, so that it is asked before anything
/// else. All the rest is done by one thread: with more of them each is slower, since they share what memory is made of.
fn collect_in<T>(wants: &Wants, env: &Environment, work: impl FnOnce() -> T) -> (Snapshot, T) {
    let question = TmuxQuestion { socket: wants.tmux_socket.clone(), ..TmuxQuestion::default() };
    let running = tmux::start(&question, &|name| env.var(name).map(str::to_owned));
    look_around(wants, env, || {
        let done = work();
        (running.finish(), done)
    })
}

/// Everything after and beside tmux; its answer is only waited for when everything else was looked at that is known
/// without it.
fn look_around<T>(wants: &Wants, env: &Environment, tmux: impl FnOnce() -> (Tmux, T)) -> (Snapshot, T) {
    let kept = Kept::lists();
    let mut limits = Limits::default();
    let registry = registry::look(env, &kept.record, &mut limits);
    let eyes = Eyes { wants, env, kept: &kept, registry: &registry };
    let mut around = Around::default();
    let allowed = probes::Allowed { offline: wants.offline, remote: wants.probe_remote };
    let end = probes::end();
    let (tmux, host, houmao, probes, done) = std::thread::scope(|scope| {
        // Servers answer while the machine is looked at.
        let (mut probes, mut asked) = (Vec::new(), Vec::new());
        let mut ask = |questions| {
            let (settled, open) = probes::sort(questions, allowed);
            probes.extend(settled);
            if !open.is_empty() {
                asked.push(scope.spawn(|| probes::ask(open, end, &kept.answer)));
            }
        };
        ask(around.read_roots(&eyes, &[], &mut limits));
        let running = processes::gateways(&mut limits);
        around.look(&eyes, &[], &running, &mut limits);
        let (host, houmao) = (environment::host(env), programs::houmao(wants.houmao.as_deref(), env));
        let (tmux, done) = tmux();
        let sessions = named::sessions(&tmux);
        ask(around.read_roots(&eyes, sessions, &mut limits));
        around.look(&eyes, sessions, &running, &mut limits);
        for asked in asked {
            probes.extend(asked.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        (tmux, host, houmao, probes::sorted(probes), done)
    });
    if probes::ran_out(&probes) {
        limits.hit("probes", probes::time_limit());
    }
    let Around { roots, paths, executables, processes, ports, .. } = around;
    let snapshot = Snapshot {
        schema: SCHEMA.to_string(),
        doctor: env!("CARGO_PKG_VERSION").to_string(),
        taken_at: env.now.to_string(),
        host,
        houmao,
        paths,
        executables,
        processes,
        ports,
        probes,
        other_tmux: tmux::elsewhere::look(&tmux, &registry, &roots, env, &mut limits),
        tmux,
        registry,
        session_roots: roots,
        limits_hit: limits.into_list(),
        took_ms: Observed::NotLooked("not measured".to_owned()),
    };
    (snapshot, done)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
