//! From arguments to what the doctor is asked.
use super::args::{Capture, Check, ConfigArgs, Demo, Diff, Examine, Flags, Judge, Observe, Select, Why};
use crate::doctor::{self, Ask, Config, Request, Selection, Socket, Source};
use clap::ValueEnum;

/// Nothing is observed: what is judged lies in files.
const UNSEEN: Observe = Observe {
    tmux_socket_name: None,
    tmux_socket_path: None,
    offline: true,
    probe_remote: false,
    houmao: None,
};

/// A bare call.
pub(super) fn examine(e: &Examine) -> Request {
    let source = e.snapshot.clone().map_or(Source::Live, Source::Snapshot);
    request(selection(&e.select), source, &e.observe, &e.judge)
}

/// `why`: the selectors of the flag form are the operation's own.
pub(super) fn why(w: &Why) -> Request {
    let ask = match w.flags.operation {
        None => Ask::Command(w.command.clone()),
        Some(_) => Ask::Flags(flags(&w.flags, &w.examine.select)),
    };
    Request { ask: Some(ask), ..examine(&w.examine) }
}

fn flags(f: &Flags, select: &Select) -> doctor::Flags {
    let operation = f.operation.and_then(|o| o.to_possible_value());
    doctor::Flags {
        operation: operation.map(|v| v.get_name().to_owned()).unwrap_or_default(),
        current_session: f.current_session,
        target_tmux_session: f.target_tmux_session.clone(),
        agent_name: select.agent_name.clone(),
        agent_id: select.agent_id.clone(),
        pair_port: f.pair_port,
        background: f.background,
    }
}

/// `capture`.
pub(super) fn capture(c: &Capture) -> Request {
    let (socket, observe) = (socket(&c.observe), &c.observe);
    Request {
        selection: selection(&c.select),
        socket,
        offline: observe.offline,
        probe_remote: observe.probe_remote,
        houmao: observe.houmao.clone(),
        ..Request::default()
    }
}

/// `check`: one request for each snapshot and fixture, in the order of the command line, snapshots first.
pub(super) fn check(c: &Check) -> Vec<Request> {
    let observe = Observe { houmao: c.houmao.clone(), ..UNSEEN };
    let snapshots = c.snapshot.iter().map(|file| Source::Snapshot(file.clone()));
    let all = snapshots.chain(c.folders.iter().map(|folder| Source::Fixture(folder.clone())));
    all.map(|source| request(selection(&c.select), source, &observe, &c.judge)).collect()
}

/// `diff`: how those files that are snapshots are judged.
pub(super) fn diff(d: &Diff) -> Request {
    Request {
        selection: Selection::All,
        source: Source::Snapshot(d.new.clone()),
        offline: true,
        rules: d.rules.clone(),
        config: config(&d.config),
        no_suppress: d.no_suppress,
        fail_on: d.fail_on.into(),
        ..Request::default()
    }
}

/// `demo`.
pub(super) fn demo(d: &Demo) -> Request {
    let request = request(Selection::All, Source::Demo(d.name.clone()), &UNSEEN, &d.judge);
    // A sample is not of the folder that it is shown in; only a configuration that is named counts.
    let config = if request.config == Config::Nearest { Config::No } else { request.config };
    Request { config, ..request }
}

fn request(selection: Selection, source: Source, observe: &Observe, judge: &Judge) -> Request {
    Request {
        selection,
        source,
        socket: socket(observe),
        offline: observe.offline,
        probe_remote: observe.probe_remote,
        houmao: observe.houmao.clone(),
        rules: judge.rules.clone(),
        config: config(&judge.config),
        no_suppress: judge.no_suppress,
        baseline: judge.baseline.clone(),
        fail_on: judge.fail_on.into(),
        ask: None,
    }
}

fn socket(observe: &Observe) -> Socket {
    match (&observe.tmux_socket_name, &observe.tmux_socket_path) {
        (Some(name), _) => Socket::Name(name.clone()),
        (None, Some(path)) => Socket::Path(path.clone()),
        (None, None) => Socket::Default,
    }
}

/// The configuration that is asked for.
pub(super) fn config(c: &ConfigArgs) -> Config {
    match (&c.config, c.no_config) {
        (Some(file), _) => Config::File(file.clone()),
        (None, true) => Config::No,
        (None, false) => Config::Nearest,
    }
}

fn selection(s: &Select) -> Selection {
    match s {
        Select { session: Some(name), .. } => Selection::Session(name.clone()),
        Select { agent_name: Some(name), .. } => Selection::AgentName(name.clone()),
        Select { agent_id: Some(id), .. } => Selection::AgentId(id.clone()),
        Select { session_root: Some(dir), .. } => Selection::SessionRoot(dir.clone()),
        Select { all: true, .. } => Selection::All,
        Select { .. } => Selection::Here,
    }
}
