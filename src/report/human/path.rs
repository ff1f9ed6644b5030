//! The decision path of one operation: its steps as a table, and at the step that decided it what was read and said.
use super::evidence::below;
use super::page::{Page, Tone};
use super::words::command_name;
use crate::finding::{Detail, Operation, OperationVerdict, Step, StepOutcome};
use crate::report::text;

/// A row of the table: one step, or several in a row that need not be told apart.
pub(in crate::report) struct Row<'a> {
    pub number: String,
    pub title: String,
    pub outcome: StepOutcome,
    /// It is the step at which harm is decided.
    pub harms: bool,
    /// The step to say more about.
    pub step: Option<&'a Step>,
}

/// Says at which step the operation is decided, and what Houmao prints then: the path in short, for the first screen.
pub(super) fn stop(page: &mut Page, op: &Operation) {
    let Some(told) = stopping(op) else { return };
    page.prose(2, &told);
    if let Some(error) = op.error.as_ref().filter(|_| op.verdict == OperationVerdict::WillFail) {
        page.prose(6, &format!("Error: {error}"));
    }
}

/// The sentence for the step that decides, where there is something to say.
pub(super) fn stopping(op: &Operation) -> Option<String> {
    let all = op.steps.len();
    let place =
        op.steps.iter().position(|s| s.id == op.decided_by).map(|at| (at + 1, op.steps[at].title.as_str()));
    let fails = op.steps.iter().position(|s| s.outcome == StepOutcome::FellThrough);
    let code = op.exit_code.map(|c| format!(" with exit code {c}")).unwrap_or_default();
    let name = command_name(&op.operation);
    let prints = if op.error.is_some() { " and prints:" } else { "." };
    let told = match (op.verdict, place, fails) {
        (OperationVerdict::WillFail, Some((n, title)), _) => {
            format!("{name} stops at step {n} of {all} ({title}){code}{prints}")
        }
        (OperationVerdict::WillFail, None, _) if op.error.is_some() => {
            format!("{name} ends{code}{prints}")
        }
        (OperationVerdict::CannotTell, Some((n, title)), _) => {
            format!("It hangs on step {n} of {all} ({title}), which could not be seen.")
        }
        (OperationVerdict::WillWorkByFallback, Some((n, title)), Some(at)) if n > at + 1 => {
            let fell = &op.steps[at].title;
            format!("Step {} of {all} ({fell}) fails; step {n} ({title}) stands in.", at + 1)
        }
        _ => return None,
    };
    Some(told)
}

/// Writes the path, the error that would be printed unless it has been told (`said`), and the one that a fallback hides.
/// `told` are the sources that the evidence will show, which need not be shown twice; those below the session root
/// `root` are shortened.
pub(super) fn write(page: &mut Page, op: &Operation, said: bool, told: &[&str], root: Option<&str>) {
    let selector = if op.selector.is_empty() { String::new() } else { format!(" {}", op.selector) };
    page.heading(&format!(
        "How {}{selector} decides ({}; replayed, nothing was run)",
        command_name(&op.operation),
        op.houmao
    ));
    let rows = rows(op, page.look.detail == Detail::Full);
    let numbers = rows.iter().map(|r| text::columns(&r.number)).max().unwrap_or(0);
    let words = rows.iter().map(|r| text::columns(word(r))).max().unwrap_or(0);
    let titles = rows.iter().map(|r| text::columns(&page.show(&r.title))).max().unwrap_or(0);
    let room = page.look.width.saturating_sub(numbers + words + 6).max(20);
    for row in &rows {
        step_row(page, row, numbers, titles.min(room));
        if let Some(step) = row.step {
            let twice = step.source.as_deref().is_some_and(|s| told.iter().any(|t| same_place(t, s)));
            note(page, step, twice, op, root);
        }
    }
    end(page, op, said);
}

/// The error that is printed, the one that is hidden, and what is missing to tell.
fn end(page: &mut Page, op: &Operation, said: bool) {
    if let Some(error) = op.error.as_ref().filter(|_| !said) {
        let code = op.exit_code.map(|c| format!(", with exit code {c}")).unwrap_or_default();
        page.prose(2, &format!("It would print{code}:"));
        page.prose(6, &format!("Error: {error}"));
    }
    // What is hidden behind an error that is printed can wait; behind a success it is all there is to see.
    if let Some(hidden) =
        op.hidden_error.as_ref().filter(|_| op.error.is_none() || page.look.detail == Detail::Full)
    {
        page.prose(2, "The first error, which the fallback hides from what is printed:");
        page.prose(6, hidden);
    }
    // The verdict and the step have told a single reason.
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
            rows.push(Row { number, title, outcome: step.outcome, harms: false, step: None });
            at += run;
        } else {
            let more = all || !plain;
            let harms = decides(step) && op.verdict == OperationVerdict::WouldHarm;
            rows.push(Row {
                number: (at + 1).to_string(),
                title: step.title.clone(),
                outcome: step.outcome,
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
fn note(page: &mut Page, step: &Step, twice: bool, op: &Operation, root: Option<&str>) {
    let source = step.source.as_deref().map(|s| below(root, s));
    match (&step.read, &source) {
        _ if twice => {}
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

/// Whether two sources are one place: a variable of the environment is named alone or after where it stands.
fn same_place(one: &str, other: &str) -> bool {
    let name = |s: &str| s.rsplit(' ').next().map(str::to_owned).filter(|n| !n.contains('/'));
    one == other || (name(one).is_some() && name(one) == name(other))
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
