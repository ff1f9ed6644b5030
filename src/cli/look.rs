//! How the report should look on what standard output is.
use super::args::{Show, When};
use crate::finding::Detail;
use crate::report::Look;
use std::io::{self, IsTerminal};

/// Columns of a report that does not go to a terminal, and the most that are used unasked.
const COLUMNS: usize = 80;

/// The look that the arguments, `NO_COLOR`, `TERM` and the terminal ask for.
pub(super) fn look(show: &Show) -> Look {
    let terminal = io::stdout().is_terminal();
    let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|t| t == "dumb");
    let colour = match show.color {
        When::Always => true,
        When::Never => false,
        When::Auto => terminal && !set("NO_COLOR") && !dumb,
    };
    let detail = match (show.brief, show.verbose) {
        (true, _) => Detail::Brief,
        (_, true) => Detail::Full,
        _ => Detail::Normal,
    };
    let width = show.width.map_or_else(width, usize::from);
    Look { width, colour, ascii: show.ascii, detail, show: show.show.into() }
}

/// Columns of prose on what standard output is.
pub(super) fn width() -> usize {
    if io::stdout().is_terminal() { columns() } else { COLUMNS }
}

/// The terminal's columns, within what reads well.
fn columns() -> usize {
    terminal_size::terminal_size().map_or(COLUMNS, |(w, _)| usize::from(w.0).clamp(40, COLUMNS))
}
