//! The order that every format shares: danger first, each cause before its echoes, and the groups people think in.
use crate::finding::{Finding, Operation, Report, Severity, Subject, SubjectKind, Verdict};
use std::cmp::Reverse;

/// A cause that stands for itself, with the findings it explains.
pub(super) struct Family<'a> {
    /// The cause.
    pub head: &'a Finding,
    /// What it explains, directly or by way of another echo: worst first.
    pub echoes: Vec<&'a Finding>,
}

impl Family<'_> {
    /// The worst severity in it, since an echo can be worse than its cause.
    pub fn severity(&self) -> Severity {
        self.echoes.iter().map(|f| f.severity).fold(self.head.severity, Severity::max)
    }
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
    families.sort_by_key(|f| (Reverse(f.severity()), Reverse(f.head.severity)));
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

/// What a person takes for one case: the host, one session with its windows, one record, or an operation whose target
/// resolves to nothing.
pub(super) struct Case<'a> {
    /// What it is about; none for a target that resolves to nothing.
    pub subject: Option<&'a Subject>,
    /// The operations that would act on it, in the order of the report.
    pub operations: Vec<&'a Operation>,
    /// What was found, worst first.
    pub families: Vec<Family<'a>>,
    /// Outcomes: rules that passed.
    pub passed: usize,
    /// Outcomes that hang on something unseen: rule and what is missing.
    pub unknown: Vec<(&'a str, &'a [String])>,
    /// Rules that could not be evaluated: rule and what happened.
    pub errors: Vec<(&'a str, &'a str)>,
}

/// The cases of a report, in the order of its subjects; a family stands with its cause.
pub(super) fn cases(report: &Report) -> Vec<Case<'_>> {
    let mut cases: Vec<Case> = report
        .subjects
        .iter()
        .filter(|s| s.kind != SubjectKind::Window)
        .map(|s| {
            Case::new(
                Some(s),
                report.operations.iter().filter(|o| o.subject.as_ref() == Some(&s.id)).collect(),
            )
        })
        .collect();
    cases.extend(report.operations.iter().filter(|o| o.subject.is_none()).map(|o| Case::new(None, vec![o])));
    if cases.is_empty() {
        cases.push(Case::new(None, Vec::new()));
    }
    let home = |cases: &[Case], subject: &str| {
        let of = |id: &str| cases.iter().position(|c| c.subject.is_some_and(|s| s.id == id));
        of(whole(subject)).or_else(|| of("host")).unwrap_or(0)
    };
    for family in families(fired(report)) {
        let at = home(&cases, &family.head.subject);
        cases[at].families.push(family);
    }
    for outcome in &report.outcomes {
        let at = home(&cases, &outcome.subject);
        let case = &mut cases[at];
        match &outcome.verdict {
            Verdict::Passed => case.passed += 1,
            Verdict::Unknown { missing } => case.unknown.push((&outcome.rule, missing)),
            Verdict::Error { detail } => case.errors.push((&outcome.rule, detail)),
            Verdict::Fired { .. } | Verdict::NotApplicable => {}
        }
    }
    cases
}

impl<'a> Case<'a> {
    fn new(subject: Option<&'a Subject>, operations: Vec<&'a Operation>) -> Self {
        Case { subject, operations, families: Vec::new(), passed: 0, unknown: Vec::new(), errors: Vec::new() }
    }
}
