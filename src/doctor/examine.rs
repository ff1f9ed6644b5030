//! Observe or load, then judge.
use super::config::Settings;
use super::exit::NOTHING;
use super::judge::judge_with;
use super::request::{Ask, Flags, Request, Selection, Socket, Source};
use super::subjects::windowless;
use super::{DoctorError, demo, load_snapshot, rule_set_at_need, trial};
use crate::collect::{Wants, collect, collect_beside, tmux::SocketArgs};
use crate::engine::Examined;
use crate::facts::is_managed;
use crate::finding::Report;
use crate::rule::RuleSet;
use crate::snapshot::{NamedBy, PathKind, Snapshot};
use std::path::Path;

/// What one look gives.
#[derive(Debug, Clone)]
pub struct Examination {
    /// What was found.
    pub report: Report,
    /// One sentence that says why there was nothing to examine, if there was nothing.
    pub nothing: Option<String>,
    /// What was observed.
    pub snapshot: Snapshot,
    /// The rules.
    pub rules: RuleSet,
    /// What they were asked of.
    pub examined: Vec<Examined>,
}

/// Judges what is asked for.
///
/// # Errors
/// When the doctor cannot do its work; trouble of the patient is never an error.
pub fn examine(request: &Request) -> Result<Examination, DoctorError> {
    // A user's rules are compiled before anything is looked at; a mistake in them stops the doctor.
    let Settings { own, policy } = Settings::of(request)?;
    // The built-in rules are held by tests, so that they can be compiled while tmux answers.
    let rules = || own.map_or_else(rule_set_at_need, Ok);
    let (mut snapshot, rules) = match &request.source {
        Source::Live => collect_beside(&wants(request), rules),
        Source::Snapshot(path) => (load_snapshot(path)?, rules()),
        Source::Fixture(folder) => (trial::observed(folder)?, rules()),
        Source::Demo(name) => (demo(name)?, rules()),
    };
    let rules = rules?;
    if request.houmao.is_some() {
        snapshot.houmao.asked.clone_from(&request.houmao);
    }
    let (mut report, examined) = judge_with(&snapshot, &rules, request, policy)?;
    let nothing = (report.exit_code == NOTHING).then(|| nothing_found(&snapshot, &request.selection));
    if !matches!(request.selection, Selection::Here | Selection::All) {
        report.nothing.clone_from(&nothing);
    }
    Ok(Examination { report, nothing, snapshot, rules, examined })
}

/// What was looked for, where, and what there is instead.
fn nothing_found(snapshot: &Snapshot, selection: &Selection) -> String {
    let socket =
        snapshot.server().map(|s| s.socket_path.clone()).or_else(|| snapshot.tmux.socket.path.clone());
    let socket = socket.unwrap_or_else(|| "the default socket".into());
    let managed: Vec<&str> = snapshot
        .server()
        .into_iter()
        .flat_map(|s| &s.sessions)
        .filter(|s| is_managed(s))
        .map(|s| s.name.as_str())
        .collect();
    let tmux = windowless(snapshot);
    let known = match managed.as_slice() {
        [] if tmux.is_some() => tmux.clone().unwrap_or_default(),
        [] => "no session there publishes a Houmao name".to_owned(),
        names => format!("managed sessions there are: {}", names.join(", ")),
    };
    match selection {
        Selection::Session(name) => {
            format!("no tmux session on {socket} is named \"{name}\", and no file names one; {known}")
        }
        Selection::AgentName(name) => {
            format!("no manifest and no registry record is of an agent \"{name}\"; {known}")
        }
        Selection::AgentId(id) => {
            format!("no manifest and no registry record is of agent id \"{id}\"; {known}")
        }
        Selection::SessionRoot(path) => no_root(snapshot, path),
        Selection::Here | Selection::All if tmux.is_some() => {
            format!("nothing to examine: {known}, and no running registry record names a session")
        }
        Selection::Here | Selection::All => {
            format!("nothing to examine on {socket}: {known}, and no running registry record names one")
        }
    }
}

/// What is wrong with the folder that was given, and what to give instead.
fn no_root(snapshot: &Snapshot, path: &Path) -> String {
    let given = snapshot.session_roots.iter().find(|r| r.named_by.contains(&NamedBy::Operator));
    let is_folder =
        given.and_then(|r| r.folder.present()).is_some_and(|state| state.kind == PathKind::Directory);
    let path = path.display();
    match is_folder {
        true => format!(
            "there is no session root at {path}: the folder has no manifest.json, and no record names it; give the \
             folder that holds the manifest.json of a run"
        ),
        false => format!("there is no session root at {path}: neither the folder nor a manifest.json"),
    }
}

/// Observes this machine, changing nothing.
///
/// # Errors
/// None yet; what could not be seen is said in the snapshot.
pub fn capture(request: &Request) -> Result<Snapshot, DoctorError> {
    Ok(collect(&wants(request)))
}

fn wants(request: &Request) -> Wants {
    let mut wants = Wants {
        tmux_socket: match &request.socket {
            Socket::Default => SocketArgs::Unsaid,
            Socket::Name(name) => SocketArgs::Name(name.clone()),
            Socket::Path(path) => SocketArgs::Path(path.clone()),
        },
        offline: request.offline,
        probe_remote: request.probe_remote,
        session_roots: match &request.selection {
            Selection::SessionRoot(path) => vec![path.clone()],
            _ => vec![],
        },
        houmao: request.houmao.clone(),
        ..Wants::default()
    };
    let flags = match &request.ask {
        None => None,
        Some(Ask::Flags(flags)) => Some(flags.clone()),
        Some(Ask::Command(argv)) => Some(Flags::loosely(argv)),
    };
    if let Some(flags) = flags {
        wants.agent_refs.extend(flags.agent_id.into_iter().chain(flags.agent_name));
        wants.pair_ports.extend(flags.pair_port);
    }
    wants.default_pair = !wants.agent_refs.is_empty();
    wants
}
