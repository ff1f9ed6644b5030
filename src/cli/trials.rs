//! `check` and `test`: fixtures, for a machine that wants to know whether they are diagnosed as they were.
use super::args::{Check, Test};
use super::{CliError, TROUBLE, complain, examine, request, say};
use crate::doctor::{self, Examination, Source, config::Settings, trial};
use crate::finding::trial::exit_code;
use crate::report::{self, visible};
use similar::TextDiff;

/// `check`: every snapshot and fixture gets its report; the exit code is the worst of theirs.
pub(super) fn check(c: &Check) -> Result<u8, CliError> {
    let mut codes = Vec::new();
    for request in request::check(c) {
        let code = match &request.source {
            Source::Fixture(folder) => {
                let rules = doctor::rules_of(&request)?;
                let request = trial::asked(folder, request.clone(), &rules)?;
                let Examination { report, nothing, .. } = doctor::examine(&request)?;
                let differences = trial::differences(folder, &report, &rules)?;
                super::write(&report, nothing.as_deref().filter(|_| differences.is_none()), &c.show)?;
                match differences {
                    None => report.exit_code,
                    Some(differences) => as_expected(&folder.display().to_string(), &differences),
                }
            }
            _ => examine(&request, &c.show)?.report.exit_code,
        };
        codes.push(code);
    }
    Ok(worst(&codes))
}

/// Tells what is not as `expected.yaml` says.
fn as_expected(folder: &str, differences: &[String]) -> u8 {
    for difference in differences {
        complain(&format!("{folder}: not as expected: {difference}"));
    }
    u8::from(!differences.is_empty())
}

/// The code that speaks for all: the doctor's own trouble, then findings, then blindness, then that nothing was there.
fn worst(codes: &[u8]) -> u8 {
    [TROUBLE, 1, 3, 4].into_iter().find(|code| codes.contains(code)).unwrap_or(0)
}

/// `test`: all fixtures below the folders.
pub(super) fn test(t: &Test) -> Result<u8, CliError> {
    let settings = Settings::configured(&request::config(&t.config), &t.rules)?;
    if t.verbose {
        complain(&match &settings.policy.config {
            Some(file) => format!("the configuration is {file}"),
            None => "no configuration is used".to_owned(),
        });
    }
    let rules = settings.rules()?;
    if t.accept {
        for change in trial::changes(&t.folders, &rules) {
            let file = change.file.display().to_string();
            let diff = TextDiff::from_lines(&change.before, &change.after);
            let shown = diff.unified_diff().header(&file, &file).to_string();
            // Names in an expectation come from a fixture, and a fixture can hold anything.
            let shown: Vec<String> = shown.lines().map(|line| visible(line, false)).collect();
            say(|out| writeln!(out, "{}", shown.join("\n")))?;
            change.accept()?;
        }
    }
    let trials = trial::run(&t.folders, &rules);
    say(|out| report::write_trials(t.format.into(), &trials, out))?;
    Ok(exit_code(&trials))
}
