//! The live session that an agent goes on in, where its files still give the name that the session had.
//!
//! A renamed session keeps its environment, and with it the agent. Judged as a session of its own, the old name would be
//! one that is gone, and what is advised there, such as to stop the agent, would hit the one that lives.
//!
//! Where the old name is another session's by now, every operation that goes by name acts on that one.
use super::{
    Fact, Join, is_stopped, live_records, no_server, session_live, session_of_record, session_of_root,
};
use crate::contract::Release;
use crate::replay::{bearer_beside, is_younger, may_bear, publishes_id};
use crate::snapshot::{NamedBy, RecordEntry, SessionRoot, Snapshot, TmuxSession};

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

/// The session whose manifest pointer leads to this root, and in which its agent can be: a rename leaves its age, and the
/// manifest only gets younger.
fn publisher<'a>(sessions: &'a [TmuxSession], root: &SessionRoot) -> Option<&'a TmuxSession> {
    let publishes = |s: &&TmuxSession| root.named_by.contains(&NamedBy::TmuxSession(s.id.clone()));
    sessions.iter().filter(publishes).find(|s| may_bear(s, root) && !is_younger(s, root))
}

/// The session that has the name which the manifest gives, though the agent is in another one, and that other one.
pub(super) fn beside<'a>(join: &Join<'a>) -> Fact<(&'a TmuxSession, &'a TmuxSession)> {
    let source = "tmux sessions, their environments and window 0";
    let Some(root) = join.root else { return join.no_root(source) };
    let Some(server) = join.snapshot.server() else { return no_server(join.snapshot, source) };
    if server.sessions.len() < 2 {
        return Fact::absent(source);
    }
    let name = session_of_root(root);
    if let (None, Some(why)) = (&name, join.manifest_text("/tmux/session_name").ignorance()) {
        return Fact::unknown(why, source);
    }
    let holder = server.sessions.iter().find(|s| Some(&s.name) == name.as_ref());
    let Some(holder) = holder else { return Fact::absent(source) };
    match bearer_beside(join.snapshot, root, holder) {
        Ok(Some(bearer)) => Fact::known((holder, bearer), source),
        Ok(None) => Fact::absent(source),
        Err(why) => Fact::unknown(why, source),
    }
}
