//! A file that holds a snapshot or reports, whichever it says.
use super::{REPORT, REPORTS, SCHEMA, SNAPSHOT, StoreError, Text, found, head, read};
use crate::report::json::{Report, Reports};
use crate::report::jsonl::SCHEMA as LINE;
use crate::snapshot::Snapshot;
use serde_json::Value;
use std::path::Path;

/// What a file holds that is either a snapshot or reports.
pub(in crate::doctor) enum Either {
    /// A snapshot.
    Snapshot(Box<Snapshot>),
    /// A report.
    Report(Box<Report>),
    /// The reports on several inputs.
    Reports(Box<Reports>),
}

/// The form of a line of a report in JSON lines.
pub(in crate::doctor) const LINES: &str = LINE;

/// Reads a snapshot or reports, whichever the file says that it holds.
///
/// # Errors
/// As [`super::load_snapshot`].
pub(in crate::doctor) fn load_either(path: &Path) -> Result<Either, StoreError> {
    let Text { file, text, notation } = Text::of(path)?;
    if is_lines(&text) {
        return Err(StoreError::Lines { file });
    }
    let schema = head(&file, &text, notation)?;
    match schema.as_ref().and_then(Value::as_str) {
        Some(SCHEMA) => Ok(Either::Snapshot(Box::new(read(SNAPSHOT, &file, &text, notation)?))),
        Some(REPORT) => Ok(Either::Report(Box::new(read("report", &file, &text, notation)?))),
        Some(REPORTS) => Ok(Either::Reports(Box::new(read("reports", &file, &text, notation)?))),
        _ => Err(StoreError::Neither { file, found: found(schema) }),
    }
}

/// Whether a text is a report in JSON lines.
fn is_lines(text: &str) -> bool {
    let first = text.lines().next().and_then(|line| serde_json::from_str::<Value>(line).ok());
    first.is_some_and(|line| line.get("schema").and_then(Value::as_str) == Some(LINE))
}
