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

/// A look that has begun.
#[derive(Debug)]
pub struct Looking {
    wants: Wants,
    env: Environment,
    started: Instant,
    tmux: tmux::Running,
}

/// Begins to look: tmux is by far the slowest to answer, so that it is asked before anything else is done. Reads the
/// process environment and the clock.
pub fn begin(wants: Wants) -> Looking {
    begin_in(wants, Environment::real())
}

fn begin_in(wants: Wants, env: Environment) -> Looking {
    let started = Instant::now();
    let question = TmuxQuestion { socket: wants.tmux_socket.clone(), ..TmuxQuestion::default() };
    let tmux = tmux::start(&question, &|name| env.var(name).map(str::to_owned));
    Looking { wants, env, started, tmux }
}

impl Looking {
    /// Looks at everything once; every failure becomes data.
    pub fn finish(self) -> Snapshot {
        let Looking { wants, env, started, tmux } = self;
        let mut snapshot = look_around(&wants, &env, || tmux.finish());
        let took = u64::try_from(started.elapsed().as_millis());
        snapshot.took_ms = took.map_or_else(|_| snapshot.took_ms.clone(), Observed::Present);
        snapshot
    }
}

/// Everything after and beside tmux; its answer is only waited for when everything else was looked at that is known
/// without it.
fn look_around(wants: &Wants, env: &Environment, tmux: impl FnOnce() -> Tmux) -> Snapshot {
    let kept = Kept::lists();
    let mut limits = Limits::default();
    let registry = registry::look(env, &kept.record, &mut limits);
    let eyes = Eyes { wants, env, kept: &kept, registry: &registry };
    let mut around = Around::default();
    let allowed = probes::Allowed { offline: wants.offline, remote: wants.probe_remote };
    let end = probes::end();
    let (tmux, host, houmao, probes) = std::thread::scope(|scope| {
        // Servers answer while the machine is looked at.
        let ask = |questions| scope.spawn(|| probes::ask(questions, allowed, end, &kept.answer));
        let first = ask(around.read_roots(&eyes, &[], &mut limits));
        let running = processes::gateways(&mut limits);
        around.look(&eyes, &[], &running, &mut limits);
        let (host, houmao) = (environment::host(env), programs::houmao(wants.houmao.as_deref(), env));
        let tmux = tmux();
        let sessions = named::sessions(&tmux);
        let second = Some(around.read_roots(&eyes, sessions, &mut limits)).filter(|more| !more.is_empty());
        let second = second.map(ask);
        around.look(&eyes, sessions, &running, &mut limits);
        let asked = [Some(first), second].into_iter().flatten();
        let answers = asked.flat_map(|a| a.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        let probes = probes::sorted(answers.collect());
        (tmux, host, houmao, probes)
    });
    if probes::ran_out(&probes) {
        limits.hit("probes", probes::time_limit());
    }
    let Around { roots, paths, executables, processes, ports, .. } = around;
    Snapshot {
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
        other_tmux: tmux::elsewhere::look(&tmux, &registry, env, &mut limits),
        tmux,
        registry,
        session_roots: roots,
        limits_hit: limits.into_list(),
        took_ms: Observed::NotLooked("not measured".to_owned()),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
