//! Which managed sessions are judged.
use super::request::Selection;
use crate::contract::Release;
use crate::facts::{
    Join, bearer_of_name, bearer_of_record, is_managed, joins, live_records, session_of_record, text,
};
use crate::snapshot::{NamedBy, SessionRoot, Snapshot, TmuxAnswer, TmuxSession};
use std::path::Path;

/// The sessions that are judged, sorted by name.
pub fn select<'a>(snapshot: &'a Snapshot, release: Option<Release>, selection: &Selection) -> Vec<Join<'a>> {
    match selection {
        Selection::All => joins(snapshot, release, &[]),
        Selection::Here => here(snapshot, release),
        Selection::Session(name) => {
            let mut found = joins(snapshot, release, &[]);
            found.retain(|j| &j.name == name);
            // Where tmux told nothing, the session that was asked for can be there.
            let plain = || match &snapshot.tmux.answer {
                TmuxAnswer::Server { server } => server.sessions.iter().any(|x| &x.name == name),
                answer => !matches!(answer, TmuxAnswer::NoServer { .. }),
            };
            if found.is_empty() && plain() {
                found.push(Join::of(snapshot, release, name.clone()));
            }
            // The name that the files still have leads to the session that was renamed.
            let bearer = bearer_of_name(snapshot, release, name).filter(|_| found.is_empty());
            found.extend(bearer.map(|s| Join::of(snapshot, release, s.name.clone())));
            found
        }
        Selection::AgentName(name) => by_agent(snapshot, release, "/agent_name", name),
        Selection::AgentId(id) => by_agent(snapshot, release, "/agent_id", id),
        Selection::SessionRoot(path) => {
            let mut found = joins(snapshot, release, &[]);
            // A folder without a manifest, which nothing else names, is a mistake in the path and no session.
            let there = |r: &SessionRoot| {
                !r.manifest.is_absent() || r.named_by.iter().any(|by| *by != NamedBy::Operator)
            };
            let named =
                |r: &SessionRoot| r.named_by.contains(&NamedBy::Operator) || path == Path::new(&r.path);
            found.retain(|j| j.root.is_some_and(|r| named(r) && there(r)));
            found
        }
    }
}

/// Whether the whole host is judged, and not single sessions.
pub fn is_whole(snapshot: &Snapshot, release: Option<Release>, selection: &Selection) -> bool {
    match selection {
        Selection::All => true,
        Selection::Here => around_shell(snapshot).is_none_or(|session| {
            !is_own(session, &joins(snapshot, release, std::slice::from_ref(&session.name)))
        }),
        _ => false,
    }
}

/// Inside a managed session that one. Inside another tmux session that one too, beside all managed ones: an attach from
/// this shell acts on it, so silence about it would hide the cause. Elsewhere all managed sessions.
fn here<'a>(snapshot: &'a Snapshot, release: Option<Release>) -> Vec<Join<'a>> {
    let Some(session) = around_shell(snapshot) else {
        return joins(snapshot, release, &[]);
    };
    let mut all = joins(snapshot, release, std::slice::from_ref(&session.name));
    if is_own(session, &all) {
        all.retain(|j| j.name == session.name);
    }
    all
}

/// The tmux session that the operator's shell is in.
fn around_shell(snapshot: &Snapshot) -> Option<&TmuxSession> {
    let inside = snapshot.host.variable("TMUX").present().is_some_and(|v| !v.is_empty());
    snapshot.server().filter(|_| inside)?.current_session()
}

/// Whether a session is managed, or a record says so.
fn is_own(session: &TmuxSession, all: &[Join<'_>]) -> bool {
    let own = all.iter().find(|j| j.name == session.name);
    is_managed(session) || own.is_some_and(|j| !j.claimants.is_empty())
}

/// The sessions whose manifest, published id or record gives the agent this name or id.
fn by_agent<'a>(
    snapshot: &'a Snapshot,
    release: Option<Release>,
    pointer: &str,
    value: &str,
) -> Vec<Join<'a>> {
    let mut also: Vec<String> = Vec::new();
    for entry in live_records(snapshot, release) {
        let hit = text(&entry.record, &entry.path, pointer).value().is_some_and(|v| v == value)
            || (pointer == "/agent_id" && entry.folder == value);
        if hit {
            let bearer = bearer_of_record(snapshot, entry).map(|s| s.name.clone());
            also.extend(bearer.or_else(|| session_of_record(entry)));
        }
    }
    let named: Vec<String> = also.clone();
    let mut found = joins(snapshot, release, &also);
    found.retain(|j| {
        named.contains(&j.name)
            || j.manifest_text(pointer).value().is_some_and(|v| v == value)
            || (pointer == "/agent_id" && j.env("HOUMAO_AGENT_ID").value().is_some_and(|v| v == value))
    });
    found
}
