//! The live session that an agent goes on in, where its files still give the name that the session had.
//!
//! A renamed session keeps its environment, and with it the agent. Judged as a session of its own, the old name would be
//! one that is gone, and what is advised there, such as to stop the agent, would hit the one that lives.
use super::{is_stopped, live_records, session_live, session_of_record, session_of_root};
use crate::contract::Release;
use crate::snapshot::{EnvValue, NamedBy, RecordEntry, Snapshot, TmuxSession};

/// The live session that publishes the manifest or the agent id of a record whose own session is gone.
pub fn bearer_of_record<'a>(snapshot: &'a Snapshot, entry: &RecordEntry) -> Option<&'a TmuxSession> {
    let sessions = &snapshot.server()?.sessions;
    if !is_gone(snapshot, &session_of_record(entry)?) {
        return None;
    }
    let named_by = NamedBy::Record(entry.path.clone());
    let roots = snapshot.session_roots.iter().filter(|r| r.named_by.contains(&named_by));
    let of_manifest = roots.into_iter().find_map(|r| publisher(sessions, &r.named_by));
    of_manifest.or_else(|| sessions.iter().find(|s| publishes_id(s, &entry.folder)))
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
        roots.find_map(|r| publisher(sessions, &r.named_by))
    })
}

/// Whether tmux is known to have no session of this name.
fn is_gone(snapshot: &Snapshot, name: &str) -> bool {
    session_live(snapshot, name).value() == Some(&false)
}

/// The session whose manifest pointer leads to what `named_by` names.
fn publisher<'a>(sessions: &'a [TmuxSession], named_by: &[NamedBy]) -> Option<&'a TmuxSession> {
    sessions.iter().find(|s| named_by.contains(&NamedBy::TmuxSession(s.id.clone())))
}

fn publishes_id(session: &TmuxSession, id: &str) -> bool {
    let published = session.env.present().and_then(|env| env.get("HOUMAO_AGENT_ID"));
    matches!(published, Some(EnvValue::Value(v)) if v.trim() == id)
}
