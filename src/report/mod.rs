//! Pure writers, one file a format: a report and how it should look in, bytes out.
//!
//! No clock, no environment, no terminal is asked here; `cli` puts what it found out about them into [`Look`].
//! To add a format: one file, one variant of [`Format`], one line in [`write`].
pub mod diff;
mod github;
mod html;
mod human;
pub mod json;
pub mod jsonl;
mod junit;
mod markdown;
mod openmetrics;
mod order;
mod plain;
mod tally;
mod text;
mod time;
mod told;
mod trials;

pub use text::{command, count, visible, wrap};
pub use trials::{TrialFormat, write_trials};

use human::{advice, path, verdict, ways, words};

use crate::finding::{Detail, Report, Severity};
use std::io;

/// The formats that a report can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For people at a terminal.
    #[default]
    Human,
    /// `houmao-doctor.report/1`, for programs.
    Json,
    /// `houmao-doctor.line/1`, one finding a line, for logs.
    Jsonl,
    /// For an issue tracker.
    Markdown,
    /// One self-contained file for a browser.
    Html,
    /// JUnit XML, for CI servers.
    Junit,
    /// Annotations of GitHub's workflow logs.
    Github,
    /// For the textfile collector of Prometheus.
    Openmetrics,
}

/// How a report should look. Formats for programs ignore it: they always hold everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Columns that prose is wrapped at. Paths and commands are never wrapped.
    pub width: usize,
    /// Whether words may be coloured. No meaning is carried by colour alone.
    pub colour: bool,
    /// Whether nothing but ASCII may be written.
    pub ascii: bool,
    /// How much is shown.
    pub detail: Detail,
    /// Findings below this are only counted.
    pub show: Severity,
}

impl Default for Look {
    fn default() -> Self {
        Look { width: 80, colour: false, ascii: false, detail: Detail::Normal, show: Severity::Info }
    }
}

/// Writes `report` in `format`, as one document that ends in a newline.
///
/// # Errors
/// Only what `out` gives.
pub fn write(format: Format, report: &Report, look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        Format::Human => human::write(report, look, out),
        Format::Json => json::write(report, out),
        Format::Jsonl => jsonl::write(report, out),
        Format::Markdown => markdown::write(report, look, out),
        Format::Html => html::write(report, look, out),
        Format::Junit => junit::write(report, out),
        Format::Github => github::write(report, look, out),
        Format::Openmetrics => openmetrics::write(report, out),
    }
}

/// One of several inputs, and the report on it.
#[derive(Debug)]
pub struct Judged<'r> {
    /// The snapshot or folder, as it was named.
    pub input: String,
    /// What was found in it.
    pub report: &'r Report,
}

/// Writes the reports on several inputs in `format`, as one document that ends in a newline; a single one as [`write`]
/// does. `exit_code` is that of the run.
///
/// # Errors
/// Only what `out` gives.
pub fn write_several(
    format: Format,
    all: &[Judged],
    exit_code: u8,
    look: &Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if let [one] = all {
        return write(format, one.report, look, out);
    }
    match format {
        Format::Human => human::write_several(all, look, out),
        Format::Json => json::write_several(all, exit_code, out),
        Format::Jsonl => jsonl::write_several(all, out),
        Format::Markdown => markdown::write_several(all, look, out),
        Format::Html => html::write_several(all, look, out),
        Format::Junit => junit::write_several(all, out),
        Format::Github => github::write_several(all, look, out),
        Format::Openmetrics => openmetrics::write_several(all, out),
    }
}

/// The release of the doctor that writes the report.
const DOCTOR: &str = env!("CARGO_PKG_VERSION");
