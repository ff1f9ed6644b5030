//! What is examined of a snapshot: the host, sessions, windows and records with all their facts, and the operations that
//! are replayed for them.
use super::DoctorError;
use super::operations::{Replayed, replay_asked, replay_for};
use super::reads::{self, Reads};
use super::request::{Ask, Request, Selection};
use super::select::{is_whole, select};
use crate::contract::Release;
use crate::engine::Examined;
use crate::facts::{
    HostFacts, HostScope, Join, Judged, RecordScope, SessionScope, WindowScope, bearer_of_name,
    judged_release, live_records, owns, text,
};
use crate::finding::{EffectKind, Operation, Subject, SubjectKind};
use crate::rule::{RuleSet, ScopeKind};
use crate::snapshot::{RecordEntry, Snapshot, TmuxAnswer};
use serde::Serialize;
use serde_json::Value;

/// Everything that is derived before the rules are asked.
pub(super) struct Seen<'a> {
    pub judged: Judged,
    /// The judged sessions.
    pub joins: Vec<Join<'a>>,
    pub examined: Vec<Examined>,
    /// The operation that is asked about, alone; else those of every session.
    pub operations: Vec<Operation>,
    /// Windows that some command would kill though they are no gateway of the session: the session's subject and the id.
    pub struck: Vec<(String, String)>,
}

/// Derives it.
///
/// # Errors
/// When the operation that is asked about cannot be read.
pub(super) fn examine<'a>(
    snapshot: &'a Snapshot,
    rules: &RuleSet,
    request: &Request,
) -> Result<Seen<'a>, DoctorError> {
    let judged = judged_release(snapshot);
    let mut asked = match &request.ask {
        Some(ask) => Some(replay_asked(snapshot, ask, &request.selection, &judged)?),
        None => None,
    };
    let joins = match (&mut asked, &request.ask) {
        (Some(operation), Some(ask)) => {
            of_asked(snapshot, judged.release, operation, ask, &request.selection)
        }
        _ => select(snapshot, judged.release, &request.selection),
    };
    let asked = asked.as_ref();
    // The same for every subject; of a registry with many records it is the larger part.
    let host_facts = HostFacts::of(snapshot, judged.release, asked);
    let mut examined = vec![host(snapshot, host_facts.clone())];
    let mut operations: Vec<Operation> = asked.into_iter().cloned().collect();
    let mut struck = Vec::new();
    for join in &joins {
        let replayed = replay_for(join);
        let harms = replayed.by_name.values().chain(asked).flat_map(|o| &o.effects).filter(|e| e.harm);
        let windows = harms.filter(|e| e.kind == EffectKind::KillsWindow);
        struck.extend(windows.map(|e| (join.subject_id(), e.target.clone())));
        examine_session(join, &replayed, &host_facts, rules, &mut examined);
        examine_windows(join, &host_facts, rules, &mut examined);
        if asked.is_none() {
            operations.extend(replayed.shown());
        }
    }
    let around = Around { snapshot, release: judged.release, host: &host_facts, rules };
    let whole = asked.is_none() && is_whole(snapshot, judged.release, &request.selection);
    examine_records(&around, &joins, whole, &mut examined);
    Ok(Seen { judged, joins, examined, operations, struck })
}

/// The session that an operation is about: the one it resolves to, by whatever name that one lives now, else the one that
/// its selectors name, else the selected one. The operation gets it as its subject, where it is one.
fn of_asked<'a>(
    snapshot: &'a Snapshot,
    release: Option<Release>,
    operation: &mut Operation,
    ask: &Ask,
    selection: &Selection,
) -> Vec<Join<'a>> {
    if let Some(name) = operation.subject.as_deref().and_then(|s| s.strip_prefix("session:")) {
        let bearer = bearer_of_name(snapshot, release, name).map(|s| s.name.clone());
        let join = Join::of(snapshot, release, bearer.unwrap_or_else(|| name.to_owned()));
        operation.subject = Some(join.subject_id());
        return vec![join];
    }
    let named = match ask.names() {
        Selection::Here => selection.clone(),
        named => named,
    };
    let joins = match (&named, snapshot.server().and_then(|s| s.current_session())) {
        // What names nothing is of the session that tmux takes for the current one, managed or not.
        (Selection::Here | Selection::All, Some(session)) => {
            vec![Join::of(snapshot, release, session.name.clone())]
        }
        _ => select(snapshot, release, &named),
    };
    if let [one] = joins.as_slice() {
        operation.subject = Some(one.subject_id());
    }
    joins
}

/// Why tmux shows no session at all, as a sentence goes on.
pub(super) fn windowless(snapshot: &Snapshot) -> Option<String> {
    let socket = snapshot.tmux.socket.path.as_deref().unwrap_or("the default socket");
    match &snapshot.tmux.answer {
        TmuxAnswer::NoServer { .. } => Some(format!("no tmux server runs on {socket}")),
        TmuxAnswer::NotInstalled => Some("there is no tmux on PATH".into()),
        TmuxAnswer::Server { server } if server.sessions.is_empty() => {
            Some(format!("the tmux server on {} has no session", server.socket_path))
        }
        _ => None,
    }
}

fn host(snapshot: &Snapshot, host: HostFacts) -> Examined {
    let details = windowless(snapshot).map(|why| ("tmux".into(), why)).into_iter().collect();
    let subject = Subject { id: "host".into(), kind: SubjectKind::Host, name: "this host".into(), details };
    Examined {
        subject,
        scope: ScopeKind::Host,
        facts: facts(&HostScope { host }),
        reads: Reads::new(),
        parent: None,
    }
}

/// A scope as the engine reads it. Facts are plain data, so this cannot fail; if it ever did, every fact would be
/// missing and every rule would say `error`.
pub(super) fn facts(scope: &impl Serialize) -> Value {
    serde_json::to_value(scope).unwrap_or(Value::Null)
}

fn examine_session(
    join: &Join<'_>,
    replayed: &Replayed,
    host: &HostFacts,
    rules: &RuleSet,
    examined: &mut Vec<Examined>,
) {
    let scope = SessionScope::of(join, &replayed.by_name, host);
    let mut details: Vec<(String, String)> = Vec::new();
    let mut detail = |key: &str, fact: &crate::facts::Fact<String>| {
        if let Some(value) = fact.value() {
            details.push((key.to_owned(), value.clone()));
        }
    };
    detail("agent_id", &scope.agent.id);
    detail("agent_name", &scope.agent.name);
    detail("backend", &scope.manifest.backend);
    detail("record", &scope.stand_in.record.path);
    detail("session_root", &scope.root.path);
    detail("tmux_id", &scope.session.id);
    let id = join.subject_id();
    let subject = Subject { id: id.clone(), kind: SubjectKind::Session, name: join.name.clone(), details };
    examined.push(Examined {
        subject,
        scope: ScopeKind::Session,
        facts: facts(&scope),
        reads: reads::of_session(rules, ScopeKind::Session, join),
        parent: Some("host".into()),
    });
}

/// The windows of a session. Their facts are derived only where a rule asks for them.
fn examine_windows(join: &Join<'_>, host: &HostFacts, rules: &RuleSet, examined: &mut Vec<Examined>) {
    let wanted = rules.rules().any(|r| r.scope == ScopeKind::Window);
    let reads = reads::of_session(rules, ScopeKind::Window, join);
    let id = join.subject_id();
    for window in join.tmux.iter().flat_map(|s| &s.windows) {
        let subject = Subject {
            id: format!("{id}/window:{}", window.id),
            kind: SubjectKind::Window,
            name: format!("{} window {}", join.name, window.index),
            details: vec![("tmux_id".into(), window.id.clone())],
        };
        let facts = if wanted { facts(&WindowScope::of(join, window, host)) } else { Value::Null };
        let (scope, parent) = (ScopeKind::Window, Some(id.clone()));
        examined.push(Examined { subject, scope, facts, reads: reads.clone(), parent });
    }
}

/// The records of the judged sessions; where the whole host is judged, also those that belong to no session. Their facts
/// are derived only where a rule asks for them.
fn examine_records(around: &Around<'_>, joins: &[Join<'_>], whole: bool, examined: &mut Vec<Examined>) {
    let wanted = around.rules.rules().any(|r| r.scope == ScopeKind::Record);
    for entry in live_records(around.snapshot, around.release) {
        let owner = joins.iter().find(|join| owns(join, entry));
        if owner.is_none() && !whole {
            continue;
        }
        let subject = record_subject(entry, owner);
        let scope = || RecordScope::of(around.snapshot, around.release, entry, owner, around.host);
        let facts = if wanted { facts(&scope()) } else { Value::Null };
        let parent = Some(owner.map_or_else(|| "host".into(), Join::subject_id));
        let (scope, reads) = (ScopeKind::Record, reads::of_record(around.rules, entry));
        examined.push(Examined { subject, scope, facts, reads, parent });
    }
}

/// A record as a subject: of whose agent it is as far as it says so, else as far as a session publishes its id.
fn record_subject(entry: &RecordEntry, owner: Option<&Join<'_>>) -> Subject {
    let name = text(&entry.record, &entry.path, "/agent_name");
    let of_agent = name.value().map(|name| ("agent_name".to_owned(), name.clone()));
    let of_session = owner.map(|join| ("session".to_owned(), join.name.clone()));
    let path = ("path".to_owned(), entry.path.clone());
    Subject {
        id: format!("record:{}", entry.folder),
        kind: SubjectKind::Record,
        name: entry.folder.clone(),
        details: of_agent.into_iter().chain([path]).chain(of_session).collect(),
    }
}

/// What every record is judged against.
struct Around<'a> {
    snapshot: &'a Snapshot,
    release: Option<Release>,
    host: &'a HostFacts,
    rules: &'a RuleSet,
}
