//! The order that every format shares: danger first, each cause before its echoes, and the groups people think in.
use crate::finding::{
    Finding, Layout, Operation, OperationVerdict, Report, Severity, Subject, SubjectKind, Verdict,
};
use std::cmp::Reverse;

/// A cause that stands for itself, with the findings it explains.
pub(super) struct Family<'a> {
    /// The cause.
    pub head: &'a Finding,
    /// What it explains, directly or by way of another echo: worst first.
    pub echoes: Vec<&'a Finding>,
}

impl<'a> Family<'a> {
    /// The finding that makes it as bad as it is: the cause, unless an echo is worse.
    pub fn worst(&self) -> &'a Finding {
        let worse = self.echoes.iter().copied().filter(|f| f.severity > self.head.severity);
        worse.max_by_key(|f| f.severity).unwrap_or(self.head)
    }

    /// Its defect in one line: the cause's, unless an echo is a danger. An echo that is there because the replay fails lends no
    /// title: the verdict says already that the operation fails.
    pub fn title(&self) -> &'a str {
        let worst = self.worst();
        let lends = worst.severity == Severity::Danger && !repeats_replay(worst);
        let speaks = if lends { worst } else { self.head };
        speaks.title.trim().trim_end_matches('.')
    }

    /// How much it says of why an operation ends as it does. What holds the finding that a replay fails or harms is its
    /// reason; what reads a replay, or the question, can be; what reads neither is no reason, however bad it is.
    pub fn reason(&self) -> Reason {
        let grave = |f: &&&Finding| f.severity >= Severity::Error;
        let all = || std::iter::once(&self.head).chain(&self.echoes).filter(grave);
        let reads = |f: &Finding| {
            f.evidence.iter().any(|e| e.source.starts_with(REPLAY) || e.fact.starts_with("host.asked."))
        };
        match () {
            () if all().any(|f| repeats_replay(f)) => Reason::Decides,
            () if all().any(|f| reads(f)) => Reason::Possible,
            () => Reason::None,
        }
    }

    /// The worst severity in it, since an echo can be worse than its cause.
    pub fn severity(&self) -> Severity {
        self.echoes.iter().map(|f| f.severity).fold(self.head.severity, Severity::max)
    }
}

/// How the source of what a replay came to begins.
const REPLAY: &str = "replay of ";

/// See [`Family::reason`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// It asks nothing about an operation.
    None,
    /// It looks at how an operation ends.
    Possible,
    /// It holds the finding that an operation ends so.
    Decides,
}

/// Whether a finding is there because of what a replay came to.
fn repeats_replay(finding: &Finding) -> bool {
    finding.evidence.first().is_some_and(|e| e.source.starts_with(REPLAY))
}

/// All findings of the report: worst family first, in each the cause before its echoes.
pub(super) fn findings(report: &Report) -> Vec<&Finding> {
    families(fired(report)).into_iter().flat_map(|f| std::iter::once(f.head).chain(f.echoes)).collect()
}

/// The findings as the outcomes hold them.
fn fired(report: &Report) -> Vec<&Finding> {
    let fired = report.outcomes.iter().filter_map(|o| match &o.verdict {
        Verdict::Fired { finding } => Some(finding.as_ref()),
        _ => None,
    });
    fired.collect()
}

/// Groups findings under their causes. Nothing is lost: what has no cause among `all` heads a family of its own, and so
/// does the worst finding of a circle of causes.
fn families(all: Vec<&Finding>) -> Vec<Family<'_>> {
    let mut left = all;
    left.sort_by_key(|f| (Reverse(f.severity), f.subject.as_str(), f.rule.as_str()));
    let (heads, mut left): (Vec<_>, Vec<_>) =
        left.iter().copied().partition(|f| !left.iter().any(|cause| explains(cause, f)));
    let mut families: Vec<Family> = heads.into_iter().map(|head| family(head, &mut left)).collect();
    while !left.is_empty() {
        let head = left.remove(0);
        families.push(family(head, &mut left));
    }
    // Among equals the reason of what an operation comes to is first: what merely stands beside it must not head the page.
    families.sort_by_key(|f| (Reverse(f.severity()), Reverse(f.reason()), Reverse(f.head.severity)));
    families
}

/// Takes out of `left` all that `head` explains.
fn family<'a>(head: &'a Finding, left: &mut Vec<&'a Finding>) -> Family<'a> {
    let mut echoes: Vec<&Finding> = Vec::new();
    loop {
        let before = left.len();
        left.retain(|f| {
            let mine = explains(head, f) || echoes.iter().any(|e| explains(e, f));
            if mine {
                echoes.push(f);
            }
            !mine
        });
        if left.len() == before {
            break;
        }
    }
    echoes.sort_by_key(|f| (Reverse(f.severity), f.subject.as_str(), f.rule.as_str()));
    Family { head, echoes }
}

/// Whether `cause` is among the declared causes of `echo`, for the same session (or its parts) or the host.
fn explains(cause: &Finding, echo: &Finding) -> bool {
    let near = whole(&cause.subject) == whole(&echo.subject) || cause.subject == "host";
    near && cause.rule != echo.rule && echo.caused_by.contains(&cause.rule)
}

/// The subject that a part belongs to: `session:gpu/window:@4` is of `session:gpu`. Only the last ` /kind:` is a part,
/// since session names may hold slashes.
pub(super) fn whole(subject: &str) -> &str {
    match subject.rfind("/window:") {
        Some(at) if subject.starts_with("session:") => &subject[..at],
        _ => subject,
    }
}

/// What a person takes for one case: the machine, one session with its windows, one record, or an operation whose target
/// resolves to nothing.
pub(super) struct Case<'a> {
    /// What it is about; none for a target that resolves to nothing.
    pub subject: Option<&'a Subject>,
    /// The operations that would act on it, in the order of the report.
    pub operations: Vec<&'a Operation>,
    /// Its windows: those of its own tmux session first.
    pub layouts: Vec<&'a Layout>,
    /// Why tmux lists no windows, where it lists none at all.
    pub tmux: Option<&'a str>,
    /// What was found, worst first.
    pub families: Vec<Family<'a>>,
    /// Outcomes: rules that passed.
    pub passed: usize,
    /// Outcomes that hang on something unseen: rule and what is missing.
    pub unknown: Vec<(&'a str, &'a [String])>,
    /// Rules that could not be evaluated: rule and what happened.
    pub errors: Vec<(&'a str, &'a str)>,
    /// Why tmux did not tell what there is; only where no operation says it and this is the verdict of the report.
    pub silent: Option<&'a str>,
    /// The report as a whole is inconclusive: what could not be seen is its verdict.
    pub inconclusive: bool,
    /// The operator asked about an operation, so that its verdict counts as it stands.
    pub asked: bool,
}

/// The cases of a report, in the order of its subjects. Where only one session is judged, what is known of the machine
/// belongs to its case, and so it does to that of an operation whose target resolves to none; else the machine is a case of
/// its own, and each session shows its own part of what follows.
pub(super) fn cases(report: &Report) -> Vec<Case<'_>> {
    let of = |s: &Subject| report.operations.iter().filter(|o| o.subject.as_ref() == Some(&s.id)).collect();
    let drawn = |s: &Subject| report.layouts.iter().filter(|l| l.subject == s.id).collect();
    let whole_subjects = report.subjects.iter().filter(|s| s.kind != SubjectKind::Window);
    let mut cases: Vec<Case> =
        whole_subjects.map(|s| Case { layouts: drawn(s), ..Case::new(Some(s), of(s)) }).collect();
    cases.extend(report.operations.iter().filter(|o| o.subject.is_none()).map(|o| Case::new(None, vec![o])));
    if cases.is_empty() {
        cases.push(Case::new(None, Vec::new()));
    }
    let mut found: Vec<Vec<&Finding>> = cases.iter().map(|_| Vec::new()).collect();
    for outcome in &report.outcomes {
        let at = match &outcome.verdict {
            Verdict::Fired { finding } if report.asked => home_of(&cases, finding),
            _ => home(&cases, &outcome.subject),
        };
        let case = &mut cases[at];
        match &outcome.verdict {
            Verdict::Passed => case.passed += 1,
            Verdict::Unknown { missing } => case.unknown.push((&outcome.rule, missing)),
            Verdict::Error { detail } => case.errors.push((&outcome.rule, detail)),
            Verdict::Fired { finding } => found[at].push(finding),
            Verdict::NotApplicable | Verdict::Suppressed { .. } => {}
        }
    }
    for (case, found) in cases.iter_mut().zip(found) {
        case.families = families(found);
        case.inconclusive = report.exit_code == 3;
        case.asked = report.asked;
        case.tmux = tmux(report);
        let silent = report.not_looked.iter().find(|n| n.what == "tmux" && report.exit_code == 3);
        case.silent = silent.filter(|_| case.is_untold()).map(|n| n.why.as_str());
    }
    cases
}

/// Why tmux lists no windows: what is known of the machine.
pub(super) fn tmux(report: &Report) -> Option<&str> {
    let host = report.subjects.iter().find(|s| s.kind == SubjectKind::Host)?;
    host.details.iter().find(|(what, _)| what == "tmux").map(|(_, why)| why.as_str())
}

/// Which case a finding belongs to where an operation was asked about: what is said of the question goes with the answer.
fn home_of(cases: &[Case], finding: &Finding) -> usize {
    let of_question = finding.evidence.iter().any(|e| e.fact.starts_with("host.asked."));
    let answer = cases.iter().position(|c| !c.operations.is_empty()).filter(|_| of_question);
    answer.unwrap_or_else(|| home(cases, &finding.subject))
}

/// Which case an outcome of `subject` belongs to.
fn home(cases: &[Case], subject: &str) -> usize {
    let sessions: Vec<usize> = (0..cases.len()).filter(|&at| cases[at].is(SubjectKind::Session)).collect();
    let machine = || cases.iter().position(|c| c.is(SubjectKind::Host));
    let asked = cases.iter().position(|c| c.subject.is_none());
    let host = || match sessions.as_slice() {
        [only] => *only,
        [] => asked.or_else(machine).unwrap_or(0),
        _ => machine().unwrap_or(0),
    };
    let same = |c: &Case| c.subject.is_some_and(|s| s.id == whole(subject) && s.kind != SubjectKind::Host);
    cases.iter().position(same).unwrap_or_else(host)
}

impl<'a> Case<'a> {
    fn new(subject: Option<&'a Subject>, operations: Vec<&'a Operation>) -> Self {
        Case {
            subject,
            operations,
            layouts: Vec::new(),
            tmux: None,
            silent: None,
            families: Vec::new(),
            passed: 0,
            unknown: Vec::new(),
            errors: Vec::new(),
            inconclusive: false,
            asked: false,
        }
    }

    /// The remark that explains why the main operation need not work: nothing worse was found, and the remark holds what
    /// the replay came to beside the handle that lives already.
    pub fn explained(&self) -> Option<&'a Finding> {
        let main = self.operations.first()?;
        let stops = matches!(main.verdict, OperationVerdict::WillFail | OperationVerdict::CannotTell);
        let harms = self.operations.iter().any(|o| o.verdict == OperationVerdict::WouldHarm);
        let worse = self.families.iter().any(|f| f.severity() > Severity::Info);
        let reads = |f: &Finding, part: &str| f.evidence.iter().any(|e| e.fact.starts_with(part));
        let explains = |f: &&Finding| reads(f, "handle.") && reads(f, &format!("{}.", main.operation));
        let remarks =
            self.families.iter().flat_map(|f| std::iter::once(f.head).chain(f.echoes.iter().copied()));
        if stops && !harms && !worse { remarks.into_iter().find(explains) } else { None }
    }

    /// Whether it is about the machine, or about a session for which no operation was replayed.
    fn is_untold(&self) -> bool {
        self.is(SubjectKind::Host) || self.is(SubjectKind::Session) && self.operations.is_empty()
    }

    /// Whether it is about a subject of this kind.
    pub fn is(&self, kind: SubjectKind) -> bool {
        self.subject.is_some_and(|s| s.kind == kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Outcome;

    fn finding(rule: &str, severity: Severity, subject: &str, caused_by: &[&str]) -> Outcome {
        let finding = Finding {
            rule: rule.into(),
            severity,
            subject: subject.into(),
            title: String::new(),
            message: String::new(),
            why: String::new(),
            confirm: vec![],
            evidence: vec![],
            caused_by: caused_by.iter().map(|c| (*c).to_owned()).collect(),
            echoes: vec![],
            remedies: vec![],
            do_not: vec![],
            references: vec![],
            fingerprint: String::new(),
        };
        Outcome {
            rule: rule.into(),
            subject: subject.into(),
            verdict: Verdict::Fired { finding: Box::new(finding) },
        }
    }

    fn report(sessions: &[&str], outcomes: Vec<Outcome>) -> Report {
        let subject = |id: String, kind| Subject { name: id.clone(), id, kind, details: vec![] };
        let sessions = sessions.iter().map(|s| subject(format!("session:{s}"), SubjectKind::Session));
        Report {
            taken_at: String::new(),
            houmao_version: None,
            houmao_known_by: String::new(),
            houmao_dialect: None,
            subjects: std::iter::once(subject("host".into(), SubjectKind::Host)).chain(sessions).collect(),
            operations: vec![],
            layouts: vec![],
            outcomes,
            tmux_socket: None,
            not_looked: vec![],
            limits_hit: vec![],
            policy: Default::default(),
            fail_on: Severity::Error,
            asked: false,
            observed_in_ms: None,
            exit_code: 1,
            nothing: None,
            waited: None,
        }
    }

    fn restarted() -> Vec<Outcome> {
        vec![
            finding("stale-env", Severity::Warning, "session:a", &[]),
            finding("restarted", Severity::Info, "host", &[]),
            finding("wrong-window", Severity::Danger, "session:a/window:@1", &["restarted"]),
            finding("stale-port", Severity::Warning, "session:a", &["wrong-window"]),
            finding("wrong-window", Severity::Danger, "session:b/window:@1", &["other-cause"]),
        ]
    }

    #[test]
    fn a_cause_is_as_bad_as_its_worst_echo_and_comes_before_it() {
        let report = report(&["a", "b"], restarted());
        let order: Vec<(&str, &str)> =
            findings(&report).iter().map(|f| (f.rule.as_str(), whole(&f.subject))).collect();
        assert_eq!(
            order,
            [
                ("wrong-window", "session:b"),
                ("restarted", "host"),
                ("wrong-window", "session:a"),
                ("stale-port", "session:a"),
                ("stale-env", "session:a"),
            ]
        );
    }

    #[test]
    fn among_many_sessions_each_keeps_its_own_danger() {
        let report = report(&["a", "b"], restarted());
        let cases = cases(&report);
        let worst: Vec<Severity> = cases.iter().map(|c| c.families[0].severity()).collect();
        assert_eq!(worst, [Severity::Info, Severity::Danger, Severity::Danger]);
    }

    #[test]
    fn a_single_session_takes_in_what_is_known_of_the_machine() {
        let mut outcomes = restarted();
        outcomes.truncate(4);
        let report = report(&["a"], outcomes);
        let cases = cases(&report);
        assert!(cases[0].families.is_empty());
        assert_eq!(cases[1].families[0].head.rule, "restarted");
        assert_eq!(cases[1].families[0].echoes.len(), 2);
    }

    #[test]
    fn session_names_may_hold_slashes() {
        assert_eq!(whole("session:a/b"), "session:a/b");
        assert_eq!(whole("session:a/window:x/window:@1"), "session:a/window:x");
        assert_eq!(whole("record:a/window:@1"), "record:a/window:@1");
    }
}
