//! What became of each finding and of each verdict.
use super::{Change, Diff, Found, SCHEMA, Side, SideKind, Unseen};
use crate::finding;
use crate::report::DOCTOR;
use crate::report::json::{Finding, Operation, OutcomeKind, Report, Reports, Severity};
use std::collections::BTreeSet;

/// An input of which there are several, none where there is one, and what each side says of it.
type Pair<'a> = (Option<&'a str>, Option<&'a Report>, Option<&'a Report>);

/// Compares two reports; `old` and `new` come with the file and the kind of what they were read from. Exit code 1 stands
/// for something new at or above `fail_on`.
pub fn compare(
    old: (&str, SideKind, &Report),
    new: (&str, SideKind, &Report),
    fail_on: finding::Severity,
) -> Diff {
    let side = |(file, kind, report): (&str, SideKind, &Report)| Side {
        file: file.to_owned(),
        kind,
        inputs: Vec::new(),
        taken_at: report.taken_at.clone(),
        houmao: report.houmao.version.clone(),
    };
    compare_pairs(side(old), side(new), &[(None, Some(old.2), Some(new.2))], fail_on)
}

/// Compares the reports on several inputs, each with that on the input of the same name; those of the newer side come
/// first, and in its order.
pub fn compare_several(old: (&str, &Reports), new: (&str, &Reports), fail_on: finding::Severity) -> Diff {
    let of = |all: &'_ Reports, input: &str| all.reports.iter().position(|j| j.input == input);
    let mut pairs: Vec<Pair> = Vec::new();
    for judged in &new.1.reports {
        let before = of(old.1, &judged.input).map(|at| &old.1.reports[at].report);
        pairs.push((Some(&judged.input), before, Some(&judged.report)));
    }
    for judged in old.1.reports.iter().filter(|j| of(new.1, &j.input).is_none()) {
        pairs.push((Some(&judged.input), Some(&judged.report), None));
    }
    compare_pairs(several(old), several(new), &pairs, fail_on)
}

fn several((file, all): (&str, &Reports)) -> Side {
    let reports = || all.reports.iter().map(|j| &j.report);
    let houmao = reports().next().and_then(|r| r.houmao.version.clone());
    Side {
        file: file.to_owned(),
        kind: SideKind::Reports,
        inputs: all.reports.iter().map(|j| j.input.clone()).collect(),
        taken_at: reports().map(|r| r.taken_at.clone()).max().unwrap_or_default(),
        houmao: houmao.filter(|version| reports().all(|r| r.houmao.version.as_ref() == Some(version))),
    }
}

fn compare_pairs(old: Side, new: Side, pairs: &[Pair], fail_on: finding::Severity) -> Diff {
    let mut diff = Diff {
        ok: true,
        schema: SCHEMA.to_owned(),
        doctor: DOCTOR.to_owned(),
        exit_code: 0,
        old,
        new,
        appeared: vec![],
        fixed: vec![],
        same: vec![],
        unseen: vec![],
        operations: vec![],
    };
    for pair in pairs {
        add(&mut diff, pair);
    }
    diff.exit_code = u8::from(diff.appeared.iter().any(|f| weight(f.finding.severity) >= fail_on));
    diff.ok = diff.exit_code == 0;
    diff
}

/// Adds what became of the findings and verdicts of one input.
fn add(diff: &mut Diff, &(input, before, after): &Pair) {
    let input = input.map(str::to_owned);
    let findings = |report: Option<&Report>| report.map(|r| r.findings.clone()).unwrap_or_default();
    let operations = |report: Option<&Report>| report.map(|r| r.operations.clone()).unwrap_or_default();
    let prints =
        |all: &[Finding]| -> BTreeSet<String> { all.iter().map(|f| f.fingerprint.clone()).collect() };
    let (old, new) = (findings(before), findings(after));
    let (known, still) = (prints(&old), prints(&new));
    for finding in new {
        let is_known = known.contains(&finding.fingerprint);
        let list = if is_known { &mut diff.same } else { &mut diff.appeared };
        list.push(Found { input: input.clone(), finding });
    }
    for finding in old.into_iter().filter(|f| !still.contains(&f.fingerprint)) {
        let gone = || Some(format!("{} is not among its inputs", input.as_deref().unwrap_or_default()));
        match after.map_or_else(gone, |after| blind_to(&finding, after)) {
            None => diff.fixed.push(Found { input: input.clone(), finding }),
            Some(why) => diff.unseen.push(Unseen { input: input.clone(), finding, why }),
        }
    }
    let changes = changes(&operations(before), &operations(after));
    diff.operations.extend(changes.into_iter().map(|c| Change { input: input.clone(), ..c }));
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
        input: None,
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
