//! What became of each finding and of each verdict.
use super::{Change, Diff, SCHEMA, Side, SideKind, Unseen};
use crate::finding;
use crate::report::DOCTOR;
use crate::report::json::{Finding, Operation, OutcomeKind, Report, Severity};
use std::collections::BTreeSet;

/// Compares two reports; `old` and `new` come with the file and the kind of what they were read from. Exit code 1 stands
/// for something new at or above `fail_on`.
pub fn compare(
    old: (&str, SideKind, &Report),
    new: (&str, SideKind, &Report),
    fail_on: finding::Severity,
) -> Diff {
    let (before, after) = (old.2, new.2);
    let prints = |report: &Report| -> BTreeSet<String> {
        report.findings.iter().map(|f| f.fingerprint.clone()).collect()
    };
    let (known, still) = (prints(before), prints(after));
    let (same, appeared): (Vec<Finding>, Vec<Finding>) =
        after.findings.iter().cloned().partition(|f| known.contains(&f.fingerprint));
    let (mut fixed, mut unseen) = (Vec::new(), Vec::new());
    for finding in before.findings.iter().filter(|f| !still.contains(&f.fingerprint)).cloned() {
        match blind_to(&finding, after) {
            None => fixed.push(finding),
            Some(why) => unseen.push(Unseen { finding, why }),
        }
    }
    let exit_code = u8::from(appeared.iter().any(|f| weight(f.severity) >= fail_on));
    Diff {
        ok: exit_code == 0,
        schema: SCHEMA.to_owned(),
        doctor: DOCTOR.to_owned(),
        exit_code,
        old: side(old),
        new: side(new),
        appeared,
        fixed,
        same,
        unseen,
        operations: changes(&before.operations, &after.operations),
    }
}

fn side((file, kind, report): (&str, SideKind, &Report)) -> Side {
    Side {
        file: file.to_owned(),
        kind,
        taken_at: report.taken_at.clone(),
        houmao: report.houmao.version.clone(),
    }
}

fn weight(severity: Severity) -> finding::Severity {
    match severity {
        Severity::Danger => finding::Severity::Danger,
        Severity::Error => finding::Severity::Error,
        Severity::Warning => finding::Severity::Warning,
        Severity::Info => finding::Severity::Info,
    }
}

/// Why a report without this finding does not show that it is fixed; none where it does: its rule was asked of its
/// subject, and everything that decides the answer was seen.
fn blind_to(finding: &Finding, after: &Report) -> Option<String> {
    let mine = |o: &&crate::report::json::Outcome| o.rule == finding.rule && o.subject == finding.subject;
    let Some(outcome) = after.outcomes.list.iter().find(mine) else {
        let there = after.subjects.iter().any(|s| s.id == finding.subject);
        return Some(match there {
            true => format!("the rule {} was not asked there", finding.rule),
            false => format!("{} is not there", finding.subject),
        });
    };
    match outcome.outcome {
        OutcomeKind::Fired | OutcomeKind::Passed | OutcomeKind::NotApplicable => None,
        OutcomeKind::Unknown => Some(outcome.missing.join("; ")),
        OutcomeKind::Suppressed => Some(format!("{} is suppressed there", finding.rule)),
        OutcomeKind::Error => Some(outcome.detail.clone().unwrap_or_default()),
    }
}

/// The operations whose verdict differs, those of the newer side first and in its order.
fn changes(old: &[Operation], new: &[Operation]) -> Vec<Change> {
    let same = |a: &Operation, b: &Operation| {
        (&a.operation, &a.selector, &a.subject) == (&b.operation, &b.selector, &b.subject)
    };
    let change = |of: &Operation, old: Option<&Operation>, new: Option<&Operation>| Change {
        operation: of.operation.clone(),
        selector: of.selector.clone(),
        subject: of.subject.clone(),
        old: old.map(|o| o.verdict),
        new: new.map(|o| o.verdict),
    };
    let now = new.iter().map(|n| change(n, old.iter().find(|o| same(o, n)), Some(n)));
    let gone = old.iter().filter(|o| !new.iter().any(|n| same(o, n))).map(|o| change(o, Some(o), None));
    now.chain(gone).filter(|c| c.old != c.new).collect()
}
