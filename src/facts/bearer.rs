//! The live session that an agent goes on in, where its files still give the name that the session had.
//!
//! A renamed session keeps its environment, and with it the agent. Judged as a session of its own, the old name would be
//! one that is gone, and what is advised there, such as to stop the agent, would hit the one that lives.
//!
//! A session into which the environment was copied publishes the same. It is told by its age (a renamed session is as old
//! as it was, so no younger than the manifest) and by a shell where the agent's program should run.
use super::{is_stopped, live_records, session_live, session_of_record, session_of_root, text};
use crate::contract::Release;
use crate::snapshot::{EnvValue, NamedBy, RecordEntry, SessionRoot, Snapshot, TmuxSession};
use jiff::Timestamp;

/// What an agent's pane shows in the foreground once its program has ended.
const SHELLS: [&str; 9] = ["ash", "bash", "csh", "dash", "fish", "ksh", "sh", "tcsh", "zsh"];

/// The live session that publishes the manifest or the agent id of a record whose own session is gone.
pub fn bearer_of_record<'a>(snapshot: &'a Snapshot, entry: &RecordEntry) -> Option<&'a TmuxSession> {
    let sessions = &snapshot.server()?.sessions;
    if !is_gone(snapshot, &session_of_record(entry)?) {
        return None;
    }
    let named_by = NamedBy::Record(entry.path.clone());
    let roots = snapshot.session_roots.iter().filter(|r| r.named_by.contains(&named_by));
    let roots: Vec<&SessionRoot> = roots.collect();
    let of_manifest = roots.iter().find_map(|r| publisher(sessions, r));
    let may = |s: &&TmuxSession| roots.iter().all(|r| may_bear(s, r));
    of_manifest.or_else(|| sessions.iter().filter(may).find(|s| publishes_id(s, &entry.folder)))
}

/// The live session that files mean which give it the name `name`, where tmux has no session of that name.
pub fn bearer_of_name<'a>(
    snapshot: &'a Snapshot,
    release: Option<Release>,
    name: &str,
) -> Option<&'a TmuxSession> {
    let sessions = &snapshot.server()?.sessions;
    if !is_gone(snapshot, name) {
        return None;
    }
    let records = live_records(snapshot, release).into_iter().filter(|e| !is_stopped(e));
    let mut records = records.filter(|e| session_of_record(e).as_deref() == Some(name));
    records.find_map(|e| bearer_of_record(snapshot, e)).or_else(|| {
        let mut roots = snapshot.session_roots.iter().filter(|r| session_of_root(r).as_deref() == Some(name));
        roots.find_map(|r| publisher(sessions, r))
    })
}

/// Whether tmux is known to have no session of this name.
fn is_gone(snapshot: &Snapshot, name: &str) -> bool {
    session_live(snapshot, name).value() == Some(&false)
}

/// The session whose manifest pointer leads to this root, and in which its agent can be.
fn publisher<'a>(sessions: &'a [TmuxSession], root: &SessionRoot) -> Option<&'a TmuxSession> {
    let publishes = |s: &&TmuxSession| root.named_by.contains(&NamedBy::TmuxSession(s.id.clone()));
    sessions.iter().filter(publishes).find(|s| may_bear(s, root))
}

/// Whether the agent of this root can be in this session, whatever its name: its program is in the foreground of window 0;
/// or the session is no younger than the manifest, and no shell runs where the program should. What the manifest does not
/// tell speaks for the session.
pub fn may_bear(session: &TmuxSession, root: &SessionRoot) -> bool {
    let told = |pointer: &str| text(&root.manifest, &root.manifest_path, pointer).value().cloned();
    let surface = session.windows.iter().find(|w| w.index == 0).and_then(|w| w.panes.first());
    let command = surface.map(|p| p.current_command.as_str()).unwrap_or_default();
    let program = told("/launch_plan/executable");
    if program.is_some_and(|path| path.rsplit('/').next() == Some(command)) {
        return true;
    }
    let ended = told("/backend").as_deref() == Some("local_interactive") && SHELLS.contains(&command);
    let moment = |at: &str| at.parse::<Timestamp>().ok();
    let made = told("/created_at_utc").and_then(|at| moment(&at));
    let younger = made.zip(moment(&session.created_at)).is_some_and(|(made, began)| began > made);
    !ended && !younger
}

fn publishes_id(session: &TmuxSession, id: &str) -> bool {
    let published = session.env.present().and_then(|env| env.get("HOUMAO_AGENT_ID"));
    matches!(published, Some(EnvValue::Value(v)) if v.trim() == id)
}
