//! The decision path of one operation: its steps as a table, and at the step that decided it what was read and said.
use super::evidence::below;
use super::page::{Page, Tone};
use crate::finding::{Detail, Operation, OperationVerdict, Step, StepOutcome};
use crate::report::text::count;
use comfy_table::{ContentArrangement, Table, presets};

/// A row of the table: one step, or several in a row that need not be told apart.
struct Row<'a> {
    number: String,
    title: String,
    outcome: StepOutcome,
    /// It is the step at which harm is decided.
    harms: bool,
    /// The step to say more about.
    step: Option<&'a Step>,
}

/// Writes the path, the error that would be printed, and the one that a fallback hides. `told` are the sources that the
/// evidence will show, which need not be shown twice; those below the session root `root` are shortened.
pub(super) fn write(page: &mut Page, op: &Operation, told: &[&str], root: Option<&str>) {
    let selector = if op.selector.is_empty() { String::new() } else { format!(" {}", op.selector) };
    page.heading(&format!(
        "How {}{selector} decides (Houmao {}; replayed, nothing was run)",
        op.operation, op.houmao
    ));
    let rows = rows(op, page.look.detail == Detail::Full);
    for (line, row) in table(page, &rows).iter().zip(&rows) {
        page.row(line, tone(row));
        if let Some(step) = row.step {
            let twice = step.source.as_deref().is_some_and(|s| told.iter().any(|t| same_place(t, s)));
            note(page, step, twice, op, root);
        }
    }
    if let Some(error) = &op.error {
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
    if !op.missing.is_empty() {
        page.prose(2, "What is missing to tell:");
        for missing in &op.missing {
            page.item("  - ", missing);
        }
    }
}

/// The steps, runs of plain ones drawn together unless everything is wanted.
fn rows(op: &Operation, all: bool) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut at = 0;
    while at < op.steps.len() {
        let step = &op.steps[at];
        let decides = |s: &Step| s.id == op.decided_by;
        let plain = matches!(step.outcome, StepOutcome::Ok | StepOutcome::NotReached);
        let run = op.steps[at..].iter().take_while(|s| s.outcome == step.outcome && !decides(s)).count();
        if plain && !all && run > 2 {
            let last = &op.steps[at + run - 1];
            let title = match step.outcome {
                StepOutcome::Ok => format!("{} up to: {}", count(run, "step"), last.title),
                _ => format!("{} after that", count(run, "step")),
            };
            rows.push(Row {
                number: format!("{}-{}", at + 1, at + run),
                title,
                outcome: step.outcome,
                harms: false,
                step: None,
            });
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

/// One line a row, columns aligned, nothing wrapped.
fn table(page: &Page, rows: &[Row]) -> Vec<String> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    for row in rows {
        table.add_row([row.number.clone(), page.show(&row.title), word(row).to_owned()]);
    }
    table.lines().map(|line| format!(" {}", line.trim_end())).collect()
}

/// What was read at a step, where, and what Houmao says there.
fn note(page: &mut Page, step: &Step, twice: bool, op: &Operation, root: Option<&str>) {
    let source = step.source.as_deref().map(|s| below(root, s));
    match (&step.read, &source) {
        _ if twice => {}
        (Some(read), Some(source)) => page.pair(8, &format!("reads {read}"), ", ", &format!("from {source}")),
        (Some(read), None) => page.raw(8, &format!("reads {read}")),
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

fn word(row: &Row) -> &'static str {
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
