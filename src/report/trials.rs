//! Trials of fixtures, written: one line a fixture, and below it what is not as expected.
mod junit;

use super::text::{count, visible};
use crate::finding::trial::{Agreement, Check, Trial};
use std::io;

/// The words for how expectation and judgement go together, in the order in which they are told.
const WORDS: [(Agreement, &str); 4] = [
    (Agreement::Validated, "validated"),
    (Agreement::Missing, "missing"),
    (Agreement::Noisy, "noisy"),
    (Agreement::Unknown, "unknown"),
];

/// The formats that trials can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrialFormat {
    /// For people at a terminal.
    Human,
    /// JUnit XML, for CI servers.
    Junit,
}

/// Writes what came of trials.
///
/// # Errors
/// Only what `out` gives.
pub fn write_trials(format: TrialFormat, trials: &[Trial], out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        TrialFormat::Human => human(trials, out),
        TrialFormat::Junit => junit::write(trials, out),
    }
}

fn human(trials: &[Trial], out: &mut dyn io::Write) -> io::Result<()> {
    for trial in trials {
        let sum = if trial.errors.is_empty() { sum(trial, false) } else { "error".to_owned() };
        writeln!(out, "{}: {sum}", visible(&trial.name, false))?;
        for error in &trial.errors {
            writeln!(out, "  error    {}", visible(error, false))?;
        }
        for check in trial.checks.iter().filter(|c| c.agreement != Agreement::Validated) {
            writeln!(out, "  {:<9}{}", word(check.agreement), visible(&sentence(check), false))?;
        }
    }
    let all = Trial {
        name: String::new(),
        checks: trials.iter().flat_map(|t| t.checks.iter().cloned()).collect(),
        errors: Vec::new(),
    };
    let errors = trials.iter().filter(|t| !t.errors.is_empty()).count();
    let errors = if errors == 0 { String::new() } else { format!(", {} in error", errors) };
    writeln!(out, "{}{errors}: {}", count(trials.len(), "fixture"), sum(&all, true))
}

/// What was expected or found, and what is so instead.
fn sentence(check: &Check) -> String {
    match check.instead.is_empty() {
        true => check.about.clone(),
        false => format!("{}: {}", check.about, check.instead),
    }
}

fn word(agreement: Agreement) -> &'static str {
    WORDS.iter().find(|(a, _)| *a == agreement).map_or("", |(_, word)| word)
}

/// How many of each; of what is not there only where all are told.
fn sum(trial: &Trial, all: bool) -> String {
    let counts = WORDS.iter().map(|(agreement, word)| (trial.count(*agreement), *agreement, word));
    let told = counts.filter(|(n, agreement, _)| all || *n > 0 || *agreement == Agreement::Validated);
    told.map(|(n, _, word)| format!("{n} {word}")).collect::<Vec<_>>().join(", ")
}
