//! The decision path of one operation: its steps as a table, and at the step that decided it what was read and said.
use super::page::{Page, Tone};
use super::words::command_name;
use crate::finding::{Detail, Operation, OperationVerdict, Step, StepOutcome};
use crate::report::text;

/// A row of the table: one step, or several in a row that need not be told apart.
pub(in crate::report) struct Row<'a> {
    pub number: String,
    pub title: String,
    pub outcome: StepOutcome,
    /// It is the step at which the verdict is decided.
    pub decides: bool,
    /// It is the step at which harm is decided.
    pub harms: bool,
    /// The step to say more about.
    pub step: Option<&'a Step>,
}

/// How much of the error that Houmao prints is told with the short path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    FirstLine,
    Whole,
}

/// The path in short: which steps go well, which one decides, how it ends, and what Houmao prints then. Gives whether it
/// prints something.
pub(super) fn fold(page: &mut Page, op: &Operation, said: Said) -> bool {
    let fails = op.verdict == OperationVerdict::WillFail;
    let error = op.error.as_ref().filter(|_| fails && said != Said::Nothing);
    let colon = if error.is_some() { ":" } else { "." };
    let end = match op.exit_code {
        Some(code) if fails => format!(". Exit code {code}{colon}"),
        Some(code) if op.verdict == OperationVerdict::WouldHarm => format!(". Exit code {code}."),
        _ => colon.to_owned(),
    };
    page.item("  ", &format!("Replay of {} (not run): {}{end}", called(op), runs(op)));
    if let Some(error) = error.map(|e| format!("Error: {e}")) {
        if said == Said::Whole {
            error.lines().for_each(|line| page.prose(6, line));
        } else {
            let line = text::cut(&page.show(&error), page.look.width.saturating_sub(6));
            page.row(&format!("      {line}"), None);
        }
    }
    missing(page, op);
    error.is_some()
}

/// The command with its selector.
fn called(op: &Operation) -> String {
    let selector = if op.selector.is_empty() { String::new() } else { format!(" {}", op.selector) };
    format!("{}{selector}", command_name(&op.operation))
}

/// All steps in runs of one outcome; named are the one that decides, and on the way to a fallback the ones that failed.
/// That those after the one that ends it are not reached goes without saying.
fn runs(op: &Operation) -> String {
    let fallback = op.verdict == OperationVerdict::WillWorkByFallback;
    let named = |row: &Row| row.decides || (fallback && row.outcome == StepOutcome::FellThrough);
    let mut rows = rows(op, true);
    let all = rows.len();
    rows.truncate(rows.iter().rposition(|r| r.outcome != StepOutcome::NotReached).map_or(all, |at| at + 1));
    let mut runs: Vec<String> = Vec::new();
    let mut at = 0;
    while at < rows.len() {
        let (row, from) = (&rows[at], at + 1);
        let alike = |r: &&Row| word(r) == word(row) && !named(r);
        let run = if named(row) { 1 } else { rows[at..].iter().take_while(alike).count() };
        at += run;
        let number = if run == 1 { from.to_string() } else { format!("{from}-{at}") };
        let step = match runs.len() {
            0 if run == 1 => "step ",
            0 => "steps ",
            _ => "",
        };
        let of = if row.decides && at < all { format!(" of {all}") } else { String::new() };
        let title = if named(row) { format!(" ({})", row.title) } else { String::new() };
        runs.push(format!("{step}{number}{of}{title} {}", word(row)));
    }
    runs.join("; ")
}

/// Writes the path step by step. `told` is whether the error that would be printed has been told.
pub(super) fn write(page: &mut Page, op: &Operation, told: bool) {
    page.heading(&format!("How {} decides ({}; replayed, nothing was run)", called(op), op.houmao));
    let rows = rows(op, true);
    let numbers = rows.iter().map(|r| text::columns(&r.number)).max().unwrap_or(0);
    let words = rows.iter().map(|r| text::columns(word(r))).max().unwrap_or(0);
    let titles = rows.iter().map(|r| text::columns(&page.show(&r.title))).max().unwrap_or(0);
    let room = page.look.width.saturating_sub(numbers + words + 6).max(20);
    for row in &rows {
        step_row(page, row, numbers, titles.min(room));
        if let Some(step) = row.step {
            note(page, step, op);
        }
    }
    end(page, op, told);
}

/// The error that is printed, the one that is hidden, and what is missing to tell.
fn end(page: &mut Page, op: &Operation, told: bool) {
    if let Some(error) = op.error.as_ref().filter(|_| !told) {
        let code = op.exit_code.map(|c| format!(", with exit code {c}")).unwrap_or_default();
        page.prose(2, &format!("It would print{code}:"));
        format!("Error: {error}").lines().for_each(|line| page.prose(6, line));
    }
    if let Some(hidden) = &op.hidden_error {
        page.prose(2, "The first error, which the fallback hides from what is printed:");
        page.prose(6, hidden);
    }
    missing(page, op);
}

/// What is missing to tell; the verdict has told a single reason.
fn missing(page: &mut Page, op: &Operation) {
    if op.missing.len() > 1 || (page.look.detail == Detail::Full && !op.missing.is_empty()) {
        page.prose(2, "What is missing to tell:");
        for missing in &op.missing {
            page.item("  - ", missing);
        }
    }
}

/// The steps, runs of plain ones drawn together unless everything is wanted.
pub(in crate::report) fn rows(op: &Operation, all: bool) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut at = 0;
    while at < op.steps.len() {
        let step = &op.steps[at];
        let decides = |s: &Step| s.id == op.decided_by;
        let plain = matches!(step.outcome, StepOutcome::Ok | StepOutcome::NotReached);
        let run = op.steps[at..].iter().take_while(|s| s.outcome == step.outcome && !decides(s)).count();
        if plain && !all && run > 2 {
            let (number, title) = (format!("{}-{}", at + 1, at + run), together(run, at, op.steps.len()));
            rows.push(Row { number, title, outcome: step.outcome, decides: false, harms: false, step: None });
            at += run;
        } else {
            let more = all || !plain;
            let harms = decides(step) && op.verdict == OperationVerdict::WouldHarm;
            rows.push(Row {
                number: (at + 1).to_string(),
                title: step.title.clone(),
                outcome: step.outcome,
                decides: decides(step),
                harms,
                step: (more || harms).then_some(step),
            });
            at += 1;
        }
    }
    rows
}

/// What a run of `run` steps from step `at` (from 0) on is called, in a path of `all`.
fn together(run: usize, at: usize, all: usize) -> String {
    match (at, at + run) {
        (0, end) if end == all => format!("all {}", text::count(run, "step")),
        (0, _) => format!("the first {}", text::count(run, "step")),
        (_, end) if end == all => format!("the last {}", text::count(run, "step")),
        _ => format!("the {} between", text::count(run, "step")),
    }
}

/// Number, title and outcome; a title that is longer than `titles` columns goes on below itself.
fn step_row(page: &mut Page, row: &Row, numbers: usize, titles: usize) {
    let title = page.show(&row.title);
    let number = format!("  {:<numbers$}  ", row.number);
    for (n, part) in text::wrap(&title, titles, "", "").into_iter().enumerate() {
        let pad = " ".repeat(titles.saturating_sub(text::columns(&part)));
        let line = if n == 0 {
            format!("{number}{part}{pad}  {}", word(row))
        } else {
            format!("{}{part}", " ".repeat(number.len()))
        };
        page.row(&line, tone(row));
    }
}

/// What was read at a step, where, and what Houmao says there.
fn note(page: &mut Page, step: &Step, op: &Operation) {
    match (&step.read, &step.source) {
        (Some(read), Some(source)) => page.pair(8, &format!("reads {read}"), ", ", &format!("from {source}")),
        (Some(read), None) => page.prose(8, &format!("reads {read}")),
        (None, Some(source)) => page.raw(8, &format!("from {source}")),
        (None, None) => {}
    }
    if let Some(said) = step
        .said
        .as_deref()
        .filter(|said| ![&op.error, &op.hidden_error].into_iter().flatten().any(|e| e.contains(said)))
    {
        page.item("        says ", said);
    }
}

/// What comes of a row, in a word.
pub(in crate::report) fn word(row: &Row) -> &'static str {
    match row.outcome {
        _ if row.harms => "HARMS",
        StepOutcome::Ok => "ok",
        StepOutcome::Failed => "FAILS",
        StepOutcome::FellThrough => "fails, goes on",
        StepOutcome::NotReached => "not reached",
        StepOutcome::Unknown => "CANNOT TELL",
    }
}

fn tone(row: &Row) -> Option<Tone> {
    match row.outcome {
        _ if row.harms => Some(Tone::Danger),
        StepOutcome::Ok => None,
        StepOutcome::Failed => Some(Tone::Bad),
        StepOutcome::FellThrough => Some(Tone::Warn),
        StepOutcome::NotReached => Some(Tone::Faint),
        StepOutcome::Unknown => Some(Tone::Unsure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(verdict: OperationVerdict, decided_by: usize, outcomes: &[StepOutcome]) -> Operation {
        let step = |(n, outcome): (usize, &StepOutcome)| Step {
            id: format!("s{n}"),
            title: format!("title {n}"),
            outcome: *outcome,
            read: None,
            source: None,
            said: None,
        };
        Operation {
            operation: "attach".into(),
            selector: String::new(),
            subject: None,
            houmao: "0.4.2".into(),
            argv: vec![],
            verdict,
            exit_code: None,
            error: None,
            decided_by: format!("s{decided_by}"),
            hidden_error: None,
            missing: vec![],
            by_chance: false,
            steps: outcomes.iter().enumerate().map(step).collect(),
            effects: vec![],
        }
    }

    #[test]
    fn a_path_is_folded_around_the_step_that_decides() {
        use StepOutcome::{Failed, FellThrough, NotReached, Ok as Fine, Unknown};
        let told = |verdict, at, outcomes: &[StepOutcome]| runs(&operation(verdict, at, outcomes));
        let fails = told(OperationVerdict::WillFail, 2, &[Fine, Fine, Failed, NotReached, NotReached]);
        assert_eq!(fails, "steps 1-2 ok; 3 of 5 (title 2) FAILS");
        let last = told(OperationVerdict::WillFail, 2, &[Fine, FellThrough, Failed]);
        assert_eq!(last, "step 1 ok; 2 fails, goes on; 3 (title 2) FAILS");
        let fallback = told(OperationVerdict::WillWorkByFallback, 1, &[FellThrough, Fine, Fine, Fine]);
        assert_eq!(fallback, "step 1 (title 0) fails, goes on; 2 of 4 (title 1) ok; 3-4 ok");
        let harms = told(OperationVerdict::WouldHarm, 1, &[Fine, Fine, Fine, NotReached]);
        assert_eq!(harms, "step 1 ok; 2 of 4 (title 1) HARMS; 3 ok");
        let blind = told(OperationVerdict::CannotTell, 0, &[Unknown, NotReached]);
        assert_eq!(blind, "step 1 of 2 (title 0) CANNOT TELL");
    }
}
