//! `check` and `test`: fixtures, for a machine that wants to know whether they are diagnosed as they were.
use super::args::{Check, Test, TrialFormat};
use super::look::look;
use super::{CliError, TROUBLE, complain, request, say, say_in};
use crate::doctor::{self, Examination, Request, Source, config::Settings, trial};
use crate::finding::Report;
use crate::finding::trial::exit_code;
use crate::report::{self, Judged, visible};
use similar::TextDiff;

/// One snapshot or fixture, judged.
struct Checked {
    input: String,
    report: Report,
    /// What is not as its expectation says, or why there was nothing to examine, each a sentence for standard error.
    said: Vec<String>,
    code: u8,
}

/// `check`: one document with the report of every snapshot and fixture; the exit code is the worst of theirs.
pub(super) fn check(c: &Check) -> Result<u8, CliError> {
    let all = request::check(c).iter().map(judge).collect::<Result<Vec<Checked>, CliError>>()?;
    let worst = worst(&all.iter().map(|checked| checked.code).collect::<Vec<_>>());
    let judged: Vec<Judged> =
        all.iter().enumerate().map(|(n, one)| Judged { input: name(&all, n), report: &one.report }).collect();
    let look = look(&c.show);
    say(|out| report::write_several(c.show.format.into(), &judged, worst, &look, out))?;
    all.iter().flat_map(|one| &one.said).for_each(|said| complain(said));
    Ok(worst)
}

/// What an input is called: as it was named, and numbered where it was named before.
fn name(all: &[Checked], at: usize) -> String {
    let input = &all[at].input;
    match all[..at].iter().filter(|before| before.input == *input).count() {
        0 => input.clone(),
        before => format!("{input} ({})", before + 1),
    }
}

fn judge(request: &Request) -> Result<Checked, CliError> {
    let Source::Fixture(folder) = &request.source else {
        let input = match &request.source {
            Source::Snapshot(file) => file.display().to_string(),
            _ => String::new(),
        };
        let Examination { report, nothing, .. } = doctor::examine(request)?;
        let code = report.exit_code;
        return Ok(Checked { input, report, said: nothing.into_iter().collect(), code });
    };
    let rules = doctor::rules_of(request)?;
    let request = trial::asked(folder, request.clone(), &rules)?;
    let Examination { report, nothing, .. } = doctor::examine(&request)?;
    let input = folder.display().to_string();
    let (said, code) = match trial::differences(folder, &report, &rules)? {
        None => (nothing.into_iter().collect(), report.exit_code),
        Some(differences) => {
            let differ = u8::from(!differences.is_empty());
            let told = differences.iter().map(|d| format!("{input}: not as expected: {d}"));
            (told.chain(kept(&input, &report, differ)).collect(), differ)
        }
    };
    Ok(Checked { input, report, said, code })
}

/// Says why the exit code is not the one that the report tells of.
fn kept(input: &str, report: &Report, code: u8) -> Option<String> {
    let other = code == 0 && report.exit_code != 0;
    let own = report.exit_code;
    other.then(|| {
        format!("{input}: all is as its expected.yaml says, so that this counts as 0 and not as {own}")
    })
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
            let shown: Vec<String> = shown.lines().map(|line| visible(line, t.ascii)).collect();
            say(|out| writeln!(out, "{}", shown.join("\n")))?;
            change.accept()?;
        }
    }
    let trials = trial::run(&t.folders, &rules);
    let ascii = t.ascii && t.format == TrialFormat::Human;
    say_in(ascii, |out| report::write_trials(t.format.into(), &trials, out))?;
    Ok(exit_code(&trials))
}
