//! JUnit XML for CI servers: one suite a subject, one case a rule. What could not be seen is skipped with the reason, since
//! JUnit has no other word for it; the exit code still says that the run is inconclusive.
use super::text::{prose, visible};
use super::{Judged, plain, told, words};
use crate::finding::{Finding, Operation, OperationVerdict, Outcome, Report, Verdict};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use std::io;
use std::time::Duration;

/// Writes the document.
pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    document(suites("", report), report.observed_in_ms, out)
}

/// Writes one document with the suites of several reports, which bear the name of their input too.
pub(super) fn write_several(all: &[Judged], out: &mut dyn io::Write) -> io::Result<()> {
    let named = all.iter().flat_map(|j| suites(&format!("{}: ", visible(&j.input, false)), j.report));
    let took: Vec<u64> = all.iter().filter_map(|j| j.report.observed_in_ms).collect();
    document(named.collect(), (!took.is_empty()).then(|| took.iter().sum()), out)
}

fn document(suites: Vec<TestSuite>, took: Option<u64>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut xml = quick_junit::Report::new("houmao-doctor");
    if let Some(took) = took {
        xml.set_time(Duration::from_millis(took));
    }
    xml.add_test_suites(suites);
    // Written whole, so that what goes wrong with `out` stays what it is: a closed pipe is no error.
    out.write_all(xml.to_string().map_err(io::Error::other)?.as_bytes())
}

/// All suites of a report. `input` is what their names begin with.
fn suites(input: &str, report: &Report) -> Vec<TestSuite> {
    let asked = report.operations.first().filter(|_| report.asked).map(|asked| {
        let mut suite = TestSuite::new(format!("{input}operation"));
        let mut case = operation(report, asked);
        case.set_classname(format!("{input}operation"));
        suite.add_test_case(case);
        waited(report, &mut suite);
        suite
    });
    // Nothing was asked of windows and records unless some rule concerns them: they are no suite then.
    let subjects = by_subject(report).into_iter().map(|(id, outcomes)| suite(input, report, id, &outcomes));
    asked.into_iter().chain(nothing(input, report)).chain(subjects).collect()
}

/// A suite of its own where there was nothing to examine: passed checks of the host alone would look healthy.
fn nothing(input: &str, report: &Report) -> Option<TestSuite> {
    let why = told::nothing_to_examine(report)?;
    let mut suite = TestSuite::new(format!("{input}sessions"));
    let mut status = TestCaseStatus::skipped();
    status.set_type("nothing").set_message(visible(&why, false));
    let mut case = TestCase::new("nothing to examine", status);
    case.set_classname(format!("{input}sessions"));
    suite.add_test_case(case);
    Some(suite)
}

/// What the first look said, where there were several.
fn waited(report: &Report, suite: &mut TestSuite) {
    if let Some(w) = &report.waited {
        suite.add_property(("waited", words::waited(w).as_str()));
        suite.add_property(("first_look_taken_at", visible(&w.first.taken_at, false).as_str()));
        suite.add_property(("first_look_exit_code", w.first.exit_code.to_string().as_str()));
    }
}

/// The outcomes by their subject, in the order of the subjects.
fn by_subject(report: &Report) -> Vec<(&str, Vec<&Outcome>)> {
    let mut suites: Vec<(&str, Vec<&Outcome>)> =
        report.subjects.iter().map(|s| (s.id.as_str(), Vec::new())).collect();
    for outcome in &report.outcomes {
        match suites.iter_mut().find(|(id, _)| *id == outcome.subject) {
            Some((_, outcomes)) => outcomes.push(outcome),
            None => suites.push((&outcome.subject, vec![outcome])),
        }
    }
    suites.retain(|(_, outcomes)| !outcomes.is_empty());
    suites
}

fn suite(input: &str, report: &Report, id: &str, outcomes: &[&Outcome]) -> TestSuite {
    let name = format!("{input}{}", visible(id, false));
    let mut suite = TestSuite::new(name.as_str());
    let houmao = report.houmao_version.as_deref().unwrap_or("unknown");
    let about = [("taken_at", report.taken_at.as_str()), ("houmao", houmao)];
    let known = report.subjects.iter().find(|s| s.id == id);
    let named = known.map(|s| ("name", s.name.as_str()));
    let details = known.iter().flat_map(|s| &s.details).map(|(what, value)| (what.as_str(), value.as_str()));
    for (what, value) in about.into_iter().chain(named).chain(details) {
        suite.add_property((visible(what, false), visible(value, false)));
    }
    waited(report, &mut suite);
    for outcome in outcomes {
        let mut case = rule(report, outcome);
        case.set_classname(name.as_str());
        suite.add_test_case(case);
    }
    suite
}

/// One rule: failed at or above `--fail-on`, skipped where nothing can be said.
fn rule(report: &Report, outcome: &Outcome) -> TestCase {
    let (status, said) = match &outcome.verdict {
        Verdict::Fired { finding }
            if finding.severity >= report.fail_on && !report.policy.knows(&finding.fingerprint) =>
        {
            (failed(finding), None)
        }
        Verdict::Fired { finding } => {
            let severity = words::severity(finding.severity);
            let said =
                format!("{severity}: {}\n{}", prose(&finding.title), plain::finding(finding).join("\n"));
            (TestCaseStatus::success(), Some(said))
        }
        Verdict::Suppressed { by, .. } => {
            let reason = report.policy.suppressions.get(*by).map_or("", |s| s.reason.as_str());
            (skipped("suppressed", reason), None)
        }
        Verdict::Passed => (TestCaseStatus::success(), None),
        Verdict::NotApplicable => (skipped("not_applicable", "the rule does not concern this subject"), None),
        Verdict::Unknown { missing } => (skipped("unknown", &missing.join("; ")), None),
        Verdict::Error { detail } => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type("error").set_message(prose(detail));
            (status, None)
        }
    };
    let mut case = TestCase::new(visible(&outcome.rule, false), status);
    if let Some(said) = said {
        case.set_system_out(said);
    }
    case
}

fn failed(f: &Finding) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(words::severity(f.severity)).set_message(prose(&f.title));
    status.set_description(plain::finding(f).join("\n"));
    status
}

fn skipped(kind: &str, why: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_type(kind).set_message(format!("{kind}: {}", visible(why, false)));
    status
}

/// The operation that was asked about: its verdict counts like a finding's severity.
fn operation(report: &Report, o: &Operation) -> TestCase {
    let verdict = plain::verdict(o.verdict);
    let said = plain::operation(o).join("\n");
    let fails = o.verdict.severity().is_some_and(|s| s >= report.fail_on);
    let status = if fails {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        let why = o.error.as_deref().map(|e| format!(": {}", visible(e, false))).unwrap_or_default();
        status.set_type("verdict").set_message(format!("{verdict}{why}")).set_description(said.as_str());
        status
    } else if o.verdict == OperationVerdict::CannotTell {
        skipped("unknown", &o.missing.join("; "))
    } else {
        TestCaseStatus::success()
    };
    let name = format!("{} {}", o.operation, o.selector);
    let mut case = TestCase::new(visible(name.trim(), false), status);
    if !fails {
        case.set_system_out(format!("{verdict}\n{said}"));
    }
    case
}
