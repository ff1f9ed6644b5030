//! From a snapshot to a report: pure, so that live and replayed judgement give the same bytes.
use super::DoctorError;
use super::exit::exit_code;
use super::layout::layouts;
use super::operations::{Replayed, replay_asked, replay_for};
use super::request::{Ask, Request};
use super::select::select;
use crate::contract::{Dialect, Release};
use crate::engine::{Examined, judge as ask_rules};
use crate::facts::{
    HostScope, Join, Judged, RecordScope, SessionScope, WindowScope, judged_release, live_records,
};
use crate::finding::{NotLooked, Operation, Outcome, Report, Subject, SubjectKind};
use crate::rule::{self, RuleSet, ScopeKind};
use crate::snapshot::{Observed, Snapshot, TmuxAnswer};
use serde::Serialize;
use serde_json::Value;

/// Judges one snapshot: contract, replay, facts, rules. The same snapshot and request always give the same report.
///
/// # Errors
/// When the operation that is asked about cannot be read.
pub fn judge(snapshot: &Snapshot, rules: &RuleSet, request: &Request) -> Result<Report, DoctorError> {
    let Seen { judged, joins, examined, operations } = look(snapshot, rules, request)?;
    let outcomes = ask_rules(rules, &examined, judged.release.map(engine_release));
    let asked_only = if request.ask.is_some() { &operations[..1] } else { &[] };
    let exit = exit_code(&outcomes, asked_only, tmux_answered(snapshot), !joins.is_empty(), request.fail_on);
    Ok(Report { layouts: layouts(&joins), ..report(snapshot, judged, examined, operations, outcomes, exit) })
}

/// What rules are asked of: the subjects with all their facts, and the release that is judged.
///
/// # Errors
/// When the operation that is asked about cannot be read.
pub fn subjects(
    snapshot: &Snapshot,
    rules: &RuleSet,
    request: &Request,
) -> Result<(Vec<Examined>, Option<(rule::Dialect, rule::Version)>), DoctorError> {
    let seen = look(snapshot, rules, request)?;
    Ok((seen.examined, seen.judged.release.map(engine_release)))
}

/// Everything that is derived before the rules are asked.
struct Seen<'a> {
    judged: Judged,
    joins: Vec<Join<'a>>,
    examined: Vec<Examined>,
    operations: Vec<Operation>,
}

fn look<'a>(snapshot: &'a Snapshot, rules: &RuleSet, request: &Request) -> Result<Seen<'a>, DoctorError> {
    let judged = judged_release(snapshot);
    let mut asked = match &request.ask {
        Some(ask) => Some(replay_asked(snapshot, ask, &judged)?),
        None => None,
    };
    let joins = match (&mut asked, &request.ask) {
        (Some(operation), Some(ask)) => of_asked(snapshot, judged.release, operation, ask),
        _ => select(snapshot, judged.release, &request.selection),
    };
    let asked = asked.as_ref();
    let mut examined = vec![host(snapshot, judged.release, asked)];
    let mut operations: Vec<Operation> = asked.into_iter().cloned().collect();
    for join in &joins {
        let replayed = replay_for(join);
        examine_session(join, &replayed, asked, &mut examined);
        examine_windows(join, asked, rules, &mut examined);
        if asked.is_none() {
            operations.extend(replayed.shown());
        }
    }
    let records_wanted = rules.rules().any(|r| r.scope == ScopeKind::Record);
    examine_records(&joins, asked, records_wanted, &mut examined);
    Ok(Seen { judged, joins, examined, operations })
}

/// The session that an operation is about: the one it resolves to, else the one that its selectors name. The operation
/// gets it as its subject, where it is one.
fn of_asked<'a>(
    snapshot: &'a Snapshot,
    release: Option<Release>,
    operation: &mut Operation,
    ask: &Ask,
) -> Vec<Join<'a>> {
    if let Some(name) = operation.subject.as_deref().and_then(|s| s.strip_prefix("session:")) {
        return vec![Join::of(snapshot, release, name.to_owned())];
    }
    let joins = select(snapshot, release, &ask.names());
    if let [one] = joins.as_slice() {
        operation.subject = Some(one.subject_id());
    }
    joins
}

/// Whether tmux told what there is; that there is no server is an answer too.
fn tmux_answered(snapshot: &Snapshot) -> bool {
    matches!(snapshot.tmux.answer, TmuxAnswer::Server { .. } | TmuxAnswer::NoServer { .. })
}

fn engine_release(release: Release) -> (rule::Dialect, rule::Version) {
    let dialect = match release.dialect() {
        Dialect::Flat => rule::Dialect::Flat,
        Dialect::Scoped => rule::Dialect::Scoped,
    };
    (dialect, (release.major, release.minor, release.patch))
}

fn host(snapshot: &Snapshot, release: Option<Release>, asked: Option<&Operation>) -> Examined {
    let subject =
        Subject { id: "host".into(), kind: SubjectKind::Host, name: "this host".into(), details: vec![] };
    Examined {
        subject,
        scope: ScopeKind::Host,
        facts: facts(&HostScope::of(snapshot, release, asked)),
        parent: None,
    }
}

/// A scope as the engine reads it. Facts are plain data, so this cannot fail; if it ever did, every fact would be
/// missing and every rule would say `error`.
fn facts(scope: &impl Serialize) -> Value {
    serde_json::to_value(scope).unwrap_or(Value::Null)
}

fn examine_session(
    join: &Join<'_>,
    replayed: &Replayed,
    asked: Option<&Operation>,
    examined: &mut Vec<Examined>,
) {
    let scope = SessionScope::of(join, &replayed.by_name, asked);
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
        parent: Some("host".into()),
    });
}

/// The windows of a session. Their facts are derived only where a rule asks for them.
fn examine_windows(
    join: &Join<'_>,
    asked: Option<&Operation>,
    rules: &RuleSet,
    examined: &mut Vec<Examined>,
) {
    let wanted = rules.rules().any(|r| r.scope == ScopeKind::Window);
    let id = join.subject_id();
    for window in join.tmux.iter().flat_map(|s| &s.windows) {
        let subject = Subject {
            id: format!("{id}/window:{}", window.id),
            kind: SubjectKind::Window,
            name: format!("{} window {}", join.name, window.index),
            details: vec![("tmux_id".into(), window.id.clone())],
        };
        let facts = if wanted { facts(&WindowScope::of(join, window, asked)) } else { Value::Null };
        examined.push(Examined { subject, scope: ScopeKind::Window, facts, parent: Some(id.clone()) });
    }
}

/// The records of the judged sessions. Their facts are derived only where a rule asks for them.
fn examine_records(
    joins: &[Join<'_>],
    asked: Option<&Operation>,
    wanted: bool,
    examined: &mut Vec<Examined>,
) {
    let Some(first) = joins.first() else { return };
    let (snapshot, release) = (first.snapshot, first.release);
    for entry in live_records(snapshot, release) {
        let owner = joins.iter().find(|j| {
            j.record.is_some_and(|r| r.path == entry.path) || j.claimants.iter().any(|r| r.path == entry.path)
        });
        let Some(owner) = owner else { continue };
        let subject = Subject {
            id: format!("record:{}", entry.folder),
            kind: SubjectKind::Record,
            name: entry.folder.clone(),
            details: vec![("path".into(), entry.path.clone())],
        };
        let facts =
            if wanted { facts(&RecordScope::of(snapshot, release, entry, asked)) } else { Value::Null };
        examined.push(Examined {
            subject,
            scope: ScopeKind::Record,
            facts,
            parent: Some(owner.subject_id()),
        });
    }
}

fn report(
    snapshot: &Snapshot,
    judged: Judged,
    examined: Vec<Examined>,
    operations: Vec<Operation>,
    outcomes: Vec<Outcome>,
    exit_code: u8,
) -> Report {
    Report {
        taken_at: snapshot.taken_at.clone(),
        houmao_version: judged.release.map(|r| r.to_string()),
        houmao_known_by: judged.known_by,
        houmao_dialect: judged.release.map(|r| match r.dialect() {
            Dialect::Flat => "flat".to_owned(),
            Dialect::Scoped => "scoped".to_owned(),
        }),
        subjects: examined.into_iter().map(|e| e.subject).collect(),
        operations,
        layouts: Vec::new(),
        not_looked: not_looked(snapshot),
        limits_hit: snapshot
            .limits_hit
            .iter()
            .map(|l| NotLooked { what: l.what.clone(), why: l.limit.clone() })
            .collect(),
        outcomes,
        exit_code,
    }
}

/// What was not looked at or could not be read, sorted.
fn not_looked(snapshot: &Snapshot) -> Vec<NotLooked> {
    let mut list = Vec::new();
    let mut note = |what: String, why: Option<String>| {
        if let Some(why) = why {
            list.push(NotLooked { what, why });
        }
    };
    if !tmux_answered(snapshot) {
        note("tmux".into(), Some(crate::facts::tmux_ignorance(&snapshot.tmux.answer)));
    }
    for probe in &snapshot.probes {
        note(format!("GET {}{}", probe.base_url, probe.path), probe.answer.ignorance());
    }
    for root in &snapshot.session_roots {
        note(root.manifest_path.clone(), root.manifest.ignorance());
        note(
            format!("{}/gateway/run/current-instance.json", root.path),
            root.gateway.current_instance.ignorance(),
        );
        note(format!("{}/gateway/desired-config.json", root.path), root.gateway.desired_config.ignorance());
        note(format!("{}/gateway/state.json", root.path), root.gateway.state.ignorance());
    }
    for folder in &snapshot.registry.folders {
        note(format!("{}/live_agents", folder.root), folder.live.ignorance());
        for entry in folder.live.present().into_iter().flatten() {
            note(entry.path.clone(), entry.record.ignorance());
        }
    }
    if matches!(snapshot.houmao.installed, Observed::Unreadable(_)) {
        note("the installed Houmao".into(), snapshot.houmao.installed.ignorance());
    }
    list.sort();
    list.dedup();
    list
}
