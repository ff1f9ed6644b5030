//! From a snapshot to a report: pure, so that live and replayed judgement give the same bytes.
use super::operations::{Replayed, replay_for};
use super::select::{Selection, select};
use crate::contract::{Dialect, Release};
use crate::engine::{Examined, judge as ask_rules};
use crate::facts::{HostScope, Join, Judged, RecordScope, SessionScope, WindowScope, judged_release, live_records};
use crate::finding::{
    NotLooked, Operation, OperationVerdict, Outcome, Report, Severity, Subject, SubjectKind, Verdict,
};
use crate::replay::Ask;
use crate::rule::{self, RuleSet, ScopeKind};
use crate::snapshot::{Observed, Snapshot};
use serde::Serialize;
use serde_json::Value;

/// What is asked of a snapshot.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Which sessions are judged.
    pub selection: Selection,
    /// The operation that was asked for (`why`); without one the usual operations are replayed for each session.
    pub ask: Option<Ask>,
    /// Where the snapshot comes from: `live`, or its file name.
    pub origin: String,
    /// From which severity on a finding makes the exit code 1.
    pub fail_on: Option<Severity>,
}

/// Judges a snapshot. None: there is nothing to examine.
pub fn judge(snapshot: &Snapshot, rules: &RuleSet, question: &Question) -> Option<Report> {
    let judged = judged_release(snapshot);
    let mut joins = select(snapshot, judged.release, &question.selection);
    let asked = question.ask.as_ref().map(|ask| super::operations::replay_one(snapshot, ask, &judged));
    if let Some(operation) = &asked {
        joins.retain(|j| operation.subject.as_deref().is_none_or(|s| s == j.subject_id()));
    }
    let tmux_answered = matches!(
        snapshot.tmux.answer,
        crate::snapshot::TmuxAnswer::Server { .. } | crate::snapshot::TmuxAnswer::NoServer { .. }
    );
    if joins.is_empty() && asked.is_none() && tmux_answered {
        return None;
    }
    let mut examined = vec![host(snapshot, judged.release)];
    let mut operations = Vec::new();
    for join in &joins {
        let replayed = replay_for(join, asked.as_ref());
        examine_session(join, &replayed, &mut examined);
        operations.extend(replayed.shown(question.ask.is_some()));
    }
    operations.splice(0..0, asked.clone());
    examine_records(snapshot, &judged, &joins, &mut examined);
    let outcomes = ask_rules(rules, &examined, judged.release.map(engine_release));
    Some(report(snapshot, question, judged, examined, operations, outcomes))
}

fn engine_release(release: Release) -> (rule::Dialect, rule::Version) {
    let dialect = match release.dialect() {
        Dialect::Flat => rule::Dialect::Flat,
        Dialect::Scoped => rule::Dialect::Scoped,
    };
    (dialect, (release.major, release.minor, release.patch))
}

fn host(snapshot: &Snapshot, release: Option<Release>) -> Examined {
    let subject = Subject { id: "host".into(), kind: SubjectKind::Host, name: "this host".into(), details: vec![] };
    Examined { subject, scope: ScopeKind::Host, facts: facts(&HostScope::of(snapshot, release)), parent: None }
}

/// A scope as the engine reads it. Facts are plain data, so this cannot fail; if it ever did, every fact would be
/// missing and every rule would say `error`.
fn facts(scope: &impl Serialize) -> Value {
    serde_json::to_value(scope).unwrap_or(Value::Null)
}

fn examine_session(join: &Join<'_>, replayed: &Replayed, examined: &mut Vec<Examined>) {
    let scope = SessionScope::of(join, &replayed.by_name);
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
    examined.push(Examined { subject, scope: ScopeKind::Session, facts: facts(&scope), parent: Some("host".into()) });
    for window in join.tmux.iter().flat_map(|s| &s.windows) {
        let subject = Subject {
            id: format!("{id}/window:{}", window.id),
            kind: SubjectKind::Window,
            name: format!("{} window {}", join.name, window.index),
            details: vec![("tmux_id".into(), window.id.clone())],
        };
        let facts = facts(&WindowScope::of(join, window));
        examined.push(Examined { subject, scope: ScopeKind::Window, facts, parent: Some(id.clone()) });
    }
}

/// The records of the judged sessions; with all sessions judged, all records.
fn examine_records(snapshot: &Snapshot, judged: &Judged, joins: &[Join<'_>], examined: &mut Vec<Examined>) {
    for entry in live_records(snapshot, judged.release) {
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
        let facts = facts(&RecordScope::of(snapshot, judged.release, entry));
        examined.push(Examined { subject, scope: ScopeKind::Record, facts, parent: Some(owner.subject_id()) });
    }
}

fn report(
    snapshot: &Snapshot,
    question: &Question,
    judged: Judged,
    examined: Vec<Examined>,
    operations: Vec<Operation>,
    outcomes: Vec<Outcome>,
) -> Report {
    let asked = question.ask.as_ref().and(operations.first());
    let exit_code = exit_code(&outcomes, asked, question.fail_on.unwrap_or(Severity::Error));
    Report {
        taken_at: snapshot.taken_at.clone(),
        origin: question.origin.clone(),
        houmao_version: judged.release.map(|r| r.to_string()),
        houmao_known_by: judged.known_by,
        houmao_dialect: judged.release.map(|r| match r.dialect() {
            Dialect::Flat => "flat".to_owned(),
            Dialect::Scoped => "scoped".to_owned(),
        }),
        subjects: examined.into_iter().map(|e| e.subject).collect(),
        operations,
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
    if !matches!(
        snapshot.tmux.answer,
        crate::snapshot::TmuxAnswer::Server { .. } | crate::snapshot::TmuxAnswer::NoServer { .. }
    ) {
        note("tmux".into(), Some(crate::facts::tmux_ignorance(&snapshot.tmux.answer)));
    }
    for probe in &snapshot.probes {
        note(format!("GET {}{}", probe.base_url, probe.path), probe.answer.ignorance());
    }
    for root in &snapshot.session_roots {
        note(root.manifest_path.clone(), root.manifest.ignorance());
        note(format!("{}/gateway/run/current-instance.json", root.path), root.gateway.current_instance.ignorance());
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

/// The exit code, the same for every format: 1 something at or above the threshold, 3 nothing of that kind but
/// something could not be told, else 0.
fn exit_code(outcomes: &[Outcome], asked: Option<&Operation>, fail_on: Severity) -> u8 {
    let asked_severity = asked.and_then(|op| match op.verdict {
        OperationVerdict::WouldHarm => Some(Severity::Danger),
        OperationVerdict::WillFail => Some(Severity::Error),
        OperationVerdict::WillWorkByFallback => Some(Severity::Warning),
        OperationVerdict::WillWork | OperationVerdict::CannotTell => None,
    });
    let fired = outcomes.iter().filter_map(|o| match &o.verdict {
        Verdict::Fired { finding } => Some(finding.severity),
        _ => None,
    });
    if fired.chain(asked_severity).any(|s| s >= fail_on) {
        return 1;
    }
    if outcomes.iter().any(|o| matches!(o.verdict, Verdict::Error { .. })) {
        return 2;
    }
    let unsure = outcomes.iter().any(|o| matches!(o.verdict, Verdict::Unknown { .. }))
        || asked.is_some_and(|op| op.verdict == OperationVerdict::CannotTell);
    if unsure { 3 } else { 0 }
}
