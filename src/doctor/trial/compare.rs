//! What is expected against what was found: pure.
use super::expected::{AllOthers, BySubject, Expected, ExpectedOperation, Quiet, SCHEMA};
use crate::finding::trial::{Agreement, Check};
use crate::finding::{Operation, Report, Verdict};
use crate::rule::{RuleSet, suggest};
use std::collections::BTreeMap;

/// What a rule said of a subject, in the words of an expectation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Fires,
    Echoes,
    Unknown,
}

impl Said {
    const ALL: [Said; 3] = [Said::Fires, Said::Echoes, Said::Unknown];

    fn of(verdict: &Verdict) -> Option<Self> {
        match verdict {
            Verdict::Fired { finding } if finding.caused_by.is_empty() => Some(Said::Fires),
            Verdict::Fired { .. } => Some(Said::Echoes),
            Verdict::Unknown { .. } => Some(Said::Unknown),
            _ => None,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Said::Fires => "fires",
            Said::Echoes => "fires as an echo of another",
            Said::Unknown => "cannot be told",
        }
    }
}

/// Compares everything that is expected with everything that was found, in the order of the expectation.
pub fn compare(report: &Report, expected: &Expected) -> Vec<Check> {
    let mut checks = vec![exit_code(report, expected)];
    operations(report, expected, &mut checks);
    let mut found: BTreeMap<(&str, &str), Said> = BTreeMap::new();
    for outcome in &report.outcomes {
        if let Some(said) = Said::of(&outcome.verdict) {
            found.insert((&outcome.subject, &outcome.rule), said);
        }
    }
    let all = found.clone();
    for (said, (_, listed)) in Said::ALL.into_iter().zip(expected.lists()) {
        for (subject, rule) in listed.0.iter().flat_map(|(s, rules)| rules.iter().map(move |r| (s, r))) {
            let about = format!("{rule} of {subject} {}", said.words());
            let instead = match all.get(&(subject.as_str(), rule.as_str())) {
                Some(now) if *now == said => String::new(),
                Some(now) => format!("it {} now", now.words()),
                None => silence(report, subject, rule),
            };
            found.remove(&(subject.as_str(), rule.as_str()));
            checks.push(Check { agreement: agreement(&instead), about, instead });
        }
    }
    let mut quiet = true;
    for outcome in &report.outcomes {
        let Some(said) = found.get(&(outcome.subject.as_str(), outcome.rule.as_str())) else { continue };
        quiet = false;
        checks.push(Check {
            agreement: if *said == Said::Unknown { Agreement::Unknown } else { Agreement::Noisy },
            about: format!("{} of {} {}", outcome.rule, outcome.subject, said.words()),
            instead: words(&outcome.verdict),
        });
    }
    if quiet {
        let about = "all other rules are quiet".to_owned();
        checks.push(Check { agreement: Agreement::Validated, about, instead: String::new() });
    }
    checks
}

/// Subjects that are listed and are not there, a sentence each: a typing mistake, or not the fixture it is written for.
pub fn strangers(report: &Report, expected: &Expected) -> Vec<String> {
    let known = report.subjects.iter().map(|s| s.id.as_str());
    let listed = expected.lists().into_iter().flat_map(|(_, listed)| listed.0.keys());
    let strange = listed.filter(|id| !report.subjects.iter().any(|s| s.id == **id));
    let told = strange.map(|id| {
        let help = suggest(id, known.clone()).map(|help| format!("; {help}")).unwrap_or_default();
        format!("expected.yaml lists `{id}`, and the fixture has no such subject{help}")
    });
    let mut all: Vec<String> = told.collect();
    all.dedup();
    all
}

fn agreement(instead: &str) -> Agreement {
    if instead.is_empty() { Agreement::Validated } else { Agreement::Missing }
}

fn exit_code(report: &Report, expected: &Expected) -> Check {
    let instead = match report.exit_code == expected.exit_code {
        true => String::new(),
        false => format!("it is {} now", report.exit_code),
    };
    Check {
        agreement: agreement(&instead),
        about: format!("the exit code is {}", expected.exit_code),
        instead,
    }
}

/// Why a rule that should say something of a subject does not.
fn silence(report: &Report, subject: &str, rule: &str) -> String {
    let said = report.outcomes.iter().find(|o| o.subject == subject && o.rule == rule);
    match said.map(|o| &o.verdict) {
        Some(Verdict::Passed) => "it passes".to_owned(),
        Some(Verdict::NotApplicable) => "it does not apply".to_owned(),
        Some(other) => words(other),
        None if report.subjects.iter().any(|s| s.id == subject) => "it is not asked of it".to_owned(),
        None => "there is no such subject".to_owned(),
    }
}

/// What a person wants to know of an answer that was not expected.
fn words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Fired { finding } => finding.message.trim().to_owned(),
        Verdict::Unknown { missing } => missing.join("; "),
        Verdict::Error { detail } => format!("it could not be evaluated: {detail}"),
        _ => String::new(),
    }
}

fn operations(report: &Report, expected: &Expected, checks: &mut Vec<Check>) {
    let mut shown: Vec<&Operation> = report.operations.iter().collect();
    for wanted in &expected.operations {
        let same = |o: &&Operation| {
            o.operation == wanted.operation && o.selector == wanted.selector && o.subject == wanted.subject
        };
        let now = shown.iter().position(same).map(|at| shown.remove(at));
        let instead = match now {
            None => "it is not shown".to_owned(),
            Some(now) if now.verdict == wanted.verdict && now.exit_code == wanted.exit_code => String::new(),
            Some(now) => format!("it {} now", outlook(&expected_operation(now))),
        };
        let about = format!("{} {}", name(wanted), outlook(wanted));
        checks.push(Check { agreement: agreement(&instead), about, instead });
    }
    for operation in shown {
        let now = expected_operation(operation);
        let about = format!("{} {}", name(&now), outlook(&now));
        checks.push(Check { agreement: Agreement::Noisy, about, instead: "it is not expected".to_owned() });
    }
}

fn name(operation: &ExpectedOperation) -> String {
    let subject = operation.subject.iter().map(|s| format!("of {s}"));
    let words = [operation.operation.clone(), operation.selector.clone()].into_iter().chain(subject);
    words.filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

fn outlook(operation: &ExpectedOperation) -> String {
    use crate::finding::OperationVerdict::*;
    let verdict = match operation.verdict {
        WillWork => "will work",
        WillWorkByFallback => "will work by its fallback",
        WillFail => "will fail",
        WouldHarm => "would harm",
        CannotTell => "cannot be told",
    };
    match operation.exit_code {
        Some(code) => format!("{verdict} with exit code {code}"),
        None => verdict.to_owned(),
    }
}

fn expected_operation(o: &Operation) -> ExpectedOperation {
    ExpectedOperation {
        operation: o.operation.clone(),
        selector: o.selector.clone(),
        subject: o.subject.clone(),
        verdict: o.verdict,
        exit_code: o.exit_code,
    }
}

/// The expectation that the report fulfils, asked as `before` asks.
pub(super) fn as_found(report: &Report, rules: &RuleSet, before: Option<&Expected>) -> Expected {
    let listed = |wanted: Said| {
        let mut by_subject = BySubject::default();
        for outcome in report.outcomes.iter().filter(|o| Said::of(&o.verdict) == Some(wanted)) {
            by_subject.0.entry(outcome.subject.clone()).or_default().push(outcome.rule.clone());
        }
        by_subject.0.values_mut().for_each(|rules| rules.sort());
        by_subject
    };
    let [fires, echoes, unknown] = Said::ALL.map(listed);
    let named =
        |id: &String| [&fires, &echoes, &unknown].iter().any(|l| l.0.values().flatten().any(|r| r == id));
    let quiet = match before.map(|b| &b.quiet) {
        Some(Quiet::Rules(_)) => {
            Quiet::Rules(rules.rules().map(|r| r.id.clone()).filter(|id| !named(id)).collect())
        }
        _ => Quiet::AllOthers(AllOthers::AllOthers),
    };
    Expected {
        schema: SCHEMA.to_owned(),
        houmao: before.and_then(|b| b.houmao.clone()),
        ask: before.and_then(|b| b.ask.clone()),
        exit_code: report.exit_code,
        operations: report.operations.iter().map(expected_operation).collect(),
        fires,
        echoes,
        unknown,
        quiet,
    }
}
