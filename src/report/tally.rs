//! How many outcomes of each kind a report has, and the sentence that says so.
use super::order::{self, Case};
use crate::finding::{Report, Verdict};

/// How many rules came to what. The numbers add up to all outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    pub fired: usize,
    pub suppressed: usize,
    pub passed: usize,
    pub not_applicable: usize,
    pub unknown: usize,
    pub error: usize,
}

impl Tally {
    /// Counts the outcomes of a report.
    pub fn of(report: &Report) -> Self {
        let mut tally = Tally::default();
        for outcome in &report.outcomes {
            *match outcome.verdict {
                Verdict::Fired { .. } => &mut tally.fired,
                Verdict::Suppressed { .. } => &mut tally.suppressed,
                Verdict::Passed => &mut tally.passed,
                Verdict::NotApplicable => &mut tally.not_applicable,
                Verdict::Unknown { .. } => &mut tally.unknown,
                Verdict::Error { .. } => &mut tally.error,
            } += 1;
        }
        tally
    }

    /// Each count with the name that programs get.
    pub fn named(self) -> [(&'static str, usize); 6] {
        [
            ("fired", self.fired),
            ("suppressed", self.suppressed),
            ("passed", self.passed),
            ("not_applicable", self.not_applicable),
            ("unknown", self.unknown),
            ("error", self.error),
        ]
    }
}

/// The counts and the exit code, for people.
pub(super) fn sentence(report: &Report) -> String {
    let tally = Tally::of(report);
    let cases: Vec<Case> = order::cases(report);
    let echoes: usize = cases.iter().flat_map(|c| &c.families).map(|f| f.echoes.len()).sum();
    let echoes = if echoes == 0 { String::new() } else { format!(" ({echoes} follow from others)") };
    let suppressed =
        if tally.suppressed == 0 { String::new() } else { format!(", {} suppressed", tally.suppressed) };
    let errors =
        if tally.error == 0 { String::new() } else { format!(", {} failed inside the doctor", tally.error) };
    format!(
        "{} fired{echoes}{suppressed}, {} passed, {} unknown{errors}. Exit code {}.",
        tally.fired, tally.passed, tally.unknown, report.exit_code
    )
}
