//! The decision path of an operation, drawn as a line of steps, with the same as a table for those who rather read.
use super::draw::{fold, lines};
use crate::finding::{Operation, OperationVerdict, StepOutcome};
use crate::report::path::{self, Row, rows};
use crate::report::text::{columns, command, count, prose, visible};
use crate::report::{plain, words};
use maud::{Markup, html};

/// The width of the drawing, in its own units; it is scaled to the page.
const WIDTH: usize = 760;
/// Where the line runs, and where the cards begin.
const LINE: usize = 22;
const LEFT: usize = 52;
/// Columns of a title and of a small line in a card.
const TITLE: usize = 66;
const SMALL: usize = 92;

/// The drawing and the table.
pub(super) fn figure(op: &Operation, id: &str) -> Markup {
    let rows = rows(op, false);
    let (mut y, mut parts) = (8, Vec::new());
    parts.push(start(op, &mut y));
    for row in &rows {
        parts.push(card(row, &mut y));
        if row.harms {
            for effect in op.effects.iter().filter(|e| e.harm) {
                parts.push(harm(&words::effect(effect), &mut y));
            }
        }
    }
    parts.push(end(op, &mut y));
    let line = y - 30;
    html! {
        figure.path {
            svg viewBox={ "0 0 " (WIDTH) " " (y + 4) } role="img" aria-labelledby={ (id) "-title " (id) "-desc" } {
                title #{ (id) "-title" } { "Decision path of " (prose(&op.operation)) ": " (plain::verdict(op.verdict)) }
                desc #{ (id) "-desc" } { (description(op, &rows)) }
                path.rail d={ "M" (LINE) " 20V" (line) } {}
                @for part in &parts { (part) }
            }
            figcaption {
                details {
                    summary { "The same as a table, every step" }
                    (table(op))
                }
            }
        }
    }
}

/// The drawing in words.
fn description(op: &Operation, rows: &[Row]) -> String {
    let plain = |row: &Row| format!("{} {}: {}", row.number, prose(&row.title), path::word(row));
    let steps: Vec<String> = rows.iter().map(plain).collect();
    let harms = op.effects.iter().filter(|e| e.harm).map(|e| format!("It {}.", prose(&words::effect(e))));
    let harms: Vec<String> = harms.collect();
    format!("{}. {}", steps.join("; "), harms.join(" ")).trim_end().to_owned()
}

/// The command, as it is typed.
fn start(op: &Operation, y: &mut usize) -> Markup {
    let typed = command(&op.argv, false);
    let typed =
        fold(&format!("$ {}", if typed.is_empty() { prose(&op.operation) } else { typed }), SMALL - 2, 4);
    let (top, height) = (*y, 20 + typed.len() * 18);
    *y += height + 14;
    html! {
        circle.dot cx=(LINE) cy=(top + height / 2) r="6" {}
        rect.prompt x=(LEFT) y=(top) width=(WIDTH - LEFT - 4) height=(height) rx="8" {}
        (lines("typed", LEFT + 16, top + 24, 18, &typed))
    }
}

/// One step, or several plain ones.
fn card(row: &Row, y: &mut usize) -> Markup {
    let class = class(row);
    let title = fold(&format!("{}  {}", row.number, prose(&row.title)), TITLE, 4);
    let mut small: Vec<String> = Vec::new();
    if let Some(step) = row.step {
        small.extend(step.read.iter().flat_map(|r| fold(&format!("reads {}", visible(r, false)), SMALL, 4)));
        small.extend(step.source.iter().flat_map(|s| fold(&format!("from {}", visible(s, false)), SMALL, 4)));
        small.extend(step.said.iter().flat_map(|s| fold(&format!("says {}", prose(s)), SMALL, 5)));
    }
    let (top, height) = (*y, 18 + title.len() * 20 + small.len() * 17 + usize::from(!small.is_empty()) * 4);
    *y += height + 12;
    let word = path::word(row);
    let chip = columns(word) * 8 + 20;
    let middle = top + 19;
    let several = row.number.contains('-');
    html! {
        g.step.(class) {
            @if several { rect.behind x=(LEFT + 5) y=(top + 5) width=(WIDTH - LEFT - 8) height=(height) rx="8" {} }
            rect.card x=(LEFT) y=(top) width=(WIDTH - LEFT - 4) height=(height) rx="8" {}
            circle.knot cx=(LINE) cy=(middle) r="11" {}
            (icon(class, middle))
            (lines("step-title", LEFT + 16, top + 24, 20, &title))
            rect.pill x=(WIDTH - 16 - chip) y=(top + 8) width=(chip) height="22" rx="11" {}
            text.pill-text x=(WIDTH - 16 - chip / 2) y=(top + 23) text-anchor="middle" { (word) }
            @if !small.is_empty() { (lines("small", LEFT + 16, top + 8 + title.len() * 20 + 18, 17, &small)) }
        }
    }
}

/// What would be harmed at a step.
fn harm(what: &str, y: &mut usize) -> Markup {
    let text = fold(&prose(what), TITLE + 10, 5);
    let (top, height) = (*y - 4, 38 + text.len() * 19);
    *y += height + 8;
    html! {
        g.harm {
            path.branch d={ "M" (LEFT + 20) " " (top - 8) "v" (height / 2 + 8) "h24" } {}
            rect.card x=(LEFT + 44) y=(top) width=(WIDTH - LEFT - 48) height=(height) rx="8" {}
            text.harm-word x=(LEFT + 60) y=(top + 24) { "HARM" }
            (lines("harm-text", LEFT + 60, top + 44, 19, &text))
        }
    }
}

/// How it ends.
fn end(op: &Operation, y: &mut usize) -> Markup {
    let code = op.exit_code.map_or("exit code not known".to_owned(), |c| format!("exit code {c}"));
    let text = format!("{}, {code}", plain::verdict(op.verdict));
    let (top, width) = (*y, columns(&text) * 9 + 40);
    *y += 36;
    html! {
        g.end.(verdict_class(op.verdict)) {
            circle.dot cx=(LINE) cy=(top + 18) r="6" {}
            rect.card x=(LEFT) y=(top) width=(width) height="36" rx="18" {}
            text.step-title x=(LEFT + width / 2) y=(top + 23) text-anchor="middle" { (text) }
        }
    }
}

/// The style of a row.
fn class(row: &Row) -> &'static str {
    match row.outcome {
        _ if row.harms => "danger",
        StepOutcome::Ok => "ok",
        StepOutcome::Failed => "fail",
        StepOutcome::FellThrough => "warn",
        StepOutcome::NotReached => "idle",
        StepOutcome::Unknown => "unsure",
    }
}

/// The style of a verdict on an operation.
pub(super) fn verdict_class(verdict: OperationVerdict) -> &'static str {
    match verdict {
        OperationVerdict::WillWork => "ok",
        OperationVerdict::WillWorkByFallback => "warn",
        OperationVerdict::WillFail => "fail",
        OperationVerdict::WouldHarm => "danger",
        OperationVerdict::CannotTell => "unsure",
    }
}

/// The sign in a knot of the line: a tick, a cross, an exclamation mark, a question mark, nothing.
fn icon(class: &str, middle: usize) -> Markup {
    let sign = match class {
        "ok" => "m-5 0 3.5 4 6.5-8",
        "fail" => "m-4-4 8 8m0-8-8 8",
        "danger" => "m0-6v7m0 4v.5",
        "warn" => "m0-5v10m-4-4 4 4 4-4",
        "unsure" => "m-3-2.5a3 3 0 1 1 4.5 2.6q-1.5 1-1.5 2.4m0 3v.5",
        _ => "",
    };
    html! { @if !sign.is_empty() { path.sign d={ "M" (LINE) " " (middle) (sign) } {} } }
}

/// Every step in a table.
fn table(op: &Operation) -> Markup {
    html! {
        table {
            caption { (count(op.steps.len(), "step")) }
            thead { tr {
                th scope="col" { "Step" } th scope="col" { "What it is for" } th scope="col" { "What comes of it" } th scope="col" { "What it reads" }
            } }
            tbody {
                @for row in rows(op, true) {
                    tr {
                        td { (row.number) }
                        th scope="row" { (prose(&row.title)) }
                        td { span.chip.(class(&row)) { (path::word(&row)) } }
                        td {
                            @if let Some(step) = row.step {
                                @if let Some(read) = &step.read { code { (visible(read, false)) } }
                                @if let Some(source) = &step.source { " from " (visible(source, false)) }
                                @if let Some(said) = &step.said { br; "says " (prose(said)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
