//! Trials as JUnit XML: one suite a fixture, one case an expectation.
use super::word;
use crate::finding::trial::{Agreement, Check, Trial};
use crate::report::visible;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::io;

/// Writes the document.
pub(super) fn write(trials: &[Trial], out: &mut dyn io::Write) -> io::Result<()> {
    let mut xml = Report::new("houmao-doctor test");
    xml.add_test_suites(trials.iter().map(suite));
    // Written whole, so that what goes wrong with `out` stays what it is: a closed pipe is no error.
    out.write_all(xml.to_string().map_err(io::Error::other)?.as_bytes())
}

fn suite(trial: &Trial) -> TestSuite {
    let name = visible(&trial.name, false);
    let mut suite = TestSuite::new(name.as_str());
    let failed = trial.errors.iter().map(|error| {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_type("error").set_message(visible(error, false));
        TestCase::new("can be tried", status)
    });
    for mut case in failed.chain(trial.checks.iter().map(case)) {
        case.set_classname(name.as_str());
        suite.add_test_case(case);
    }
    suite
}

/// One expectation; what differs is a failure of the type *missing*, *noisy* or *unknown*.
fn case(check: &Check) -> TestCase {
    let status = match check.agreement {
        Agreement::Validated => TestCaseStatus::success(),
        differs => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(word(differs)).set_message(visible(&check.instead, false));
            status
        }
    };
    TestCase::new(visible(&check.about, false), status)
}
