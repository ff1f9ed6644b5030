//! From a snapshot to a report: pure, so that live and replayed judgement give the same bytes.
use super::DoctorError;
use super::carried;
use super::exit::exit_code;
use super::expiry::{expire, settle};
use super::layout::layouts;
use super::request::Request;
use super::subjects::{Seen, examine};
use crate::contract::{Dialect, Release};
use crate::engine::{Examined, judge_with as ask_rules};
use crate::facts::Judged;
use crate::finding::{NotLooked, Operation, Outcome, Policy, Report, Severity};
use crate::rule::{self, RuleSet};
use crate::snapshot::{Observed, Snapshot, TmuxAnswer};

/// Judges one snapshot: contract, replay, facts, rules. The same snapshot and request always give the same report.
///
/// # Errors
/// When the operation that is asked about cannot be read.
pub fn judge(snapshot: &Snapshot, rules: &RuleSet, request: &Request) -> Result<Report, DoctorError> {
    judge_with(snapshot, rules, request, Policy::default()).map(|(report, _)| report)
}

/// As [`judge`], with what was decided beside the rules. The day by which suppressions end is that of the observation.
/// Gives also what the rules were asked of.
///
/// # Errors
/// When the operation that is asked about cannot be read.
pub fn judge_with(
    snapshot: &Snapshot,
    rules: &RuleSet,
    request: &Request,
    mut policy: Policy,
) -> Result<(Report, Vec<Examined>), DoctorError> {
    let Seen { judged, joins, examined, operations, struck } = examine(snapshot, rules, request)?;
    expire(&mut policy, &snapshot.taken_at);
    let mut outcomes = ask_rules(rules, &examined, judged.release.map(engine_release), &policy.suppressions);
    carried::repeat(snapshot, request, &mut outcomes);
    settle(&mut policy, &outcomes);
    let asked = request.ask.is_some();
    let asked_only = if asked { &operations[..1] } else { &[] };
    let (answered, examining) = (tmux_answered(snapshot), !joins.is_empty());
    let exit = exit_code(&outcomes, asked_only, answered, examining, request.fail_on, &policy);
    let report = report(snapshot, judged, &examined, operations, outcomes, exit);
    let report =
        Report { layouts: layouts(&joins, &struck), fail_on: request.fail_on, asked, policy, ..report };
    Ok((report, examined))
}

/// What rules are asked of, and the release that is judged.
type Subjects = (Vec<Examined>, Option<(rule::Dialect, rule::Version)>);

/// What rules are asked of: the subjects with all their facts, and the release that is judged.
///
/// # Errors
/// When the operation that is asked about cannot be read.
pub fn subjects(snapshot: &Snapshot, rules: &RuleSet, request: &Request) -> Result<Subjects, DoctorError> {
    let seen = examine(snapshot, rules, request)?;
    Ok((seen.examined, seen.judged.release.map(engine_release)))
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

fn report(
    snapshot: &Snapshot,
    judged: Judged,
    examined: &[Examined],
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
        subjects: examined.iter().map(|e| e.subject.clone()).collect(),
        operations,
        layouts: Vec::new(),
        tmux_socket: carried::socket(snapshot).map(str::to_owned),
        not_looked: not_looked(snapshot),
        limits_hit: limits_hit(snapshot),
        outcomes,
        policy: Policy::default(),
        fail_on: Severity::Error,
        asked: false,
        observed_in_ms: snapshot.took_ms.present().copied(),
        exit_code,
        nothing: None,
        waited: None,
    }
}

/// The limits that were hit, sorted.
fn limits_hit(snapshot: &Snapshot) -> Vec<NotLooked> {
    let hit = snapshot.limits_hit.iter().map(|l| NotLooked { what: l.what.clone(), why: l.limit.clone() });
    let mut list: Vec<NotLooked> = hit.collect();
    list.sort();
    list
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
