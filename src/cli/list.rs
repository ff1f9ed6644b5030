//! Lists of rules and facts: a table for people, no wider than what it goes to, and a JSON array for programs.
use super::args::{ListFormat, ListLook};
use super::{CliError, look, say};
use crate::doctor::Entry;
use crate::report::{visible, wrap};

/// Fewer columns than this are no room for the last column of the table; it then has lines of its own.
const ROOM: usize = 24;
/// What stands before text on lines of its own.
const DEEP: &str = "    ";

/// Writes `entries`, of which each is a `noun`.
pub(super) fn list_as(asked: ListLook, noun: &str, entries: &[Entry]) -> Result<u8, CliError> {
    let text = match asked.format {
        ListFormat::Json => serde_json::to_string_pretty(entries)?,
        ListFormat::Human => table(asked, noun, entries, look::width()),
    };
    say(|out| writeln!(out, "{text}")).map(|()| 0)
}

fn table(asked: ListLook, noun: &str, entries: &[Entry], width: usize) -> String {
    let shown = |text: &str| visible(text, asked.ascii);
    let head = [noun.to_owned(), "kind".to_owned(), "what it is".to_owned()];
    let rows = entries.iter().map(|e| [shown(&e.name), shown(&e.kind), shown(&e.about)]);
    let rows: Vec<[String; 3]> = std::iter::once(head).chain(rows).collect();
    let widest = |at: usize| rows.iter().map(|r| r[at].chars().count()).max().unwrap_or(0);
    let (name, kind) = (widest(0), widest(1));
    let before = name + kind + 4;
    let mut lines = Vec::new();
    for [n, k, about] in &rows {
        let start = format!("{n:<name$}  {k:<kind$}");
        if before + ROOM <= width {
            lines.extend(wrap(about, width, &format!("{start}  "), &" ".repeat(before)));
        } else {
            lines.push(start);
            lines.extend(wrap(about, width, DEEP, DEEP));
        }
    }
    lines.iter().map(|l| l.trim_end()).collect::<Vec<_>>().join("\n")
}
