//! Which cases a document for people tells, and what they are called.
use super::order::{self, Case};
use super::verdict;
use crate::finding::{Report, SubjectKind};

/// Said where there is nothing to be judged; that is not health.
pub(super) fn nothing(report: &Report) -> String {
    if let Some(nothing) = &report.nothing {
        return nothing.clone();
    }
    let why = order::tmux(report).map(|why| format!(": {why}")).unwrap_or_default();
    format!("no managed session was found{why}")
}

/// The same as a sentence, for formats without a place for a verdict; none where something was judged.
pub(super) fn nothing_to_examine(report: &Report) -> Option<String> {
    (report.exit_code == NOTHING).then(|| format!("Nothing to examine: {}.", nothing(report)))
}

/// The exit code of a report that judged nothing.
const NOTHING: u8 = 4;

/// The cases that are told, worst first: every session; the host and records only when there is something to tell.
pub(super) fn shown(report: &Report) -> Vec<Case<'_>> {
    let mut cases = order::cases(report);
    cases.sort_by_key(verdict::word);
    cases.retain(|c| super::human::deserves(c, report));
    cases
}

/// What a case is called in a table.
pub(super) fn name(case: &Case) -> String {
    match (case.subject, case.operations.first()) {
        (Some(s), _) if s.kind == SubjectKind::Host => "this machine".to_owned(),
        (Some(s), _) if s.kind == SubjectKind::Record => verdict::record(s),
        (Some(s), _) => s.name.clone(),
        (None, Some(op)) => op.selector.clone(),
        (None, None) => String::new(),
    }
}
