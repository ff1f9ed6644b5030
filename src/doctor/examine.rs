//! Observe or load, then judge.
use super::judge::judge;
use super::request::{Ask, Request, Selection, Socket, Source};
use super::{DoctorError, demo, load_snapshot, rule_set};
use crate::collect::{Wants, collect, tmux::SocketArgs};
use crate::finding::Report;
use crate::snapshot::Snapshot;

/// Judges what is asked for. Rules are loaded first: a broken rule set stops the doctor before anything is looked at.
///
/// # Errors
/// When the doctor cannot do its work; trouble of the patient is never an error.
pub fn examine(request: &Request) -> Result<Report, DoctorError> {
    let rules = rule_set()?;
    let mut snapshot = match &request.source {
        Source::Live => capture(request)?,
        Source::Snapshot(path) => load_snapshot(path)?,
        Source::Demo(name) => demo(name)?,
    };
    if request.houmao.is_some() {
        snapshot.houmao.asked.clone_from(&request.houmao);
    }
    judge(&snapshot, &rules, request)
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
    match &request.ask {
        None => {}
        Some(Ask::Flags(flags)) => {
            wants.agent_refs.extend(flags.agent_id.iter().chain(&flags.agent_name).cloned());
            wants.pair_ports.extend(flags.pair_port);
        }
        Some(Ask::Command(argv)) => from_command(argv, &mut wants),
    }
    wants.default_pair = !wants.agent_refs.is_empty();
    wants
}

/// What a command names, read loosely: it only widens what is looked at, and the replay reads it strictly.
fn from_command(argv: &[String], wants: &mut Wants) {
    let mut words = argv.iter().flat_map(|a| match a.split_once('=') {
        Some((option, value)) if option.starts_with("--") => vec![option.to_owned(), value.to_owned()],
        _ => vec![a.clone()],
    });
    while let Some(word) = words.next() {
        match word.as_str() {
            "--agent-id" | "--agent-name" => wants.agent_refs.extend(words.next()),
            "--pair-port" | "--port" => {
                wants.pair_ports.extend(words.next().and_then(|p| p.parse::<u16>().ok()))
            }
            "--session-root" => wants.session_roots.extend(words.next().map(Into::into)),
            _ => {}
        }
    }
}
