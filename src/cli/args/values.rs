//! What options can be set to.
use crate::{doctor, finding, report};
use clap::ValueEnum;
use jiff::SignedDuration;
use std::time::Duration;

/// A severity on the command line, worst first.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Severity {
    /// A routine command would harm something that lives
    Danger,
    /// An operation will fail
    Error,
    /// Likely trouble, or an operation that works only by its fallback
    Warning,
    /// Explains something; nothing is wrong
    Info,
}

impl From<Severity> for finding::Severity {
    fn from(s: Severity) -> Self {
        match s {
            Severity::Danger => finding::Severity::Danger,
            Severity::Error => finding::Severity::Error,
            Severity::Warning => finding::Severity::Warning,
            Severity::Info => finding::Severity::Info,
        }
    }
}

/// A report format on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people at a terminal
    Human,
    /// For programs: houmao-doctor.report/1
    Json,
    /// For logs and DuckDB: one finding a line
    Jsonl,
    /// For an issue tracker
    Markdown,
    /// For a browser: one self-contained file
    Html,
    /// For CI servers: JUnit XML
    Junit,
    /// For GitHub's workflow logs: annotations
    Github,
    /// For the textfile collector of Prometheus
    Openmetrics,
}

impl From<Format> for report::Format {
    fn from(f: Format) -> Self {
        match f {
            Format::Human => report::Format::Human,
            Format::Json => report::Format::Json,
            Format::Jsonl => report::Format::Jsonl,
            Format::Markdown => report::Format::Markdown,
            Format::Html => report::Format::Html,
            Format::Junit => report::Format::Junit,
            Format::Github => report::Format::Github,
            Format::Openmetrics => report::Format::Openmetrics,
        }
    }
}

/// A format of trials on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TrialFormat {
    /// For people at a terminal
    Human,
    /// JUnit XML, for CI servers
    Junit,
}

impl From<TrialFormat> for report::TrialFormat {
    fn from(f: TrialFormat) -> Self {
        match f {
            TrialFormat::Human => report::TrialFormat::Human,
            TrialFormat::Junit => report::TrialFormat::Junit,
        }
    }
}

/// The format of a list on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people at a terminal: a table
    Human,
    /// For programs: an array
    Json,
}

/// When words are coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// An operation on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Operation {
    /// Start a gateway for the agent
    Attach,
    /// Stop the agent's gateway
    Detach,
    /// Ask for the gateway's state, which is not read-only
    Status,
    /// Start the agent's process anew
    Relaunch,
    /// Stop the agent
    Stop,
    /// Remove what a stopped session left
    Cleanup,
}

/// A published document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Document {
    /// A rule file
    Rule,
    /// A snapshot
    Snapshot,
    /// The JSON report
    Report,
    /// The JSON reports of `check` on several inputs
    Reports,
    /// The JSON comparison of two reports
    Diff,
    /// The expectation of a fixture (expected.yaml)
    Expected,
    /// A line of the report in JSON lines
    Line,
}

impl From<Document> for doctor::Document {
    fn from(d: Document) -> Self {
        match d {
            Document::Rule => doctor::Document::Rule,
            Document::Snapshot => doctor::Document::Snapshot,
            Document::Report => doctor::Document::Report,
            Document::Reports => doctor::Document::Reports,
            Document::Diff => doctor::Document::Diff,
            Document::Expected => doctor::Document::Expected,
            Document::Line => doctor::Document::Line,
        }
    }
}

/// A format of comparisons on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people at a terminal
    Human,
    /// For programs: houmao-doctor.diff/1
    Json,
}

impl From<DiffFormat> for report::diff::DiffFormat {
    fn from(f: DiffFormat) -> Self {
        match f {
            DiffFormat::Human => report::diff::DiffFormat::Human,
            DiffFormat::Json => report::diff::DiffFormat::Json,
        }
    }
}

/// A shell with completion scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    /// Bash
    Bash,
    /// Zsh
    Zsh,
    /// Fish
    Fish,
    /// Nushell
    Nushell,
}

/// Reads a release as Houmao's packages write it.
pub(super) fn release(text: &str) -> Result<String, String> {
    match crate::contract::Release::parse(text) {
        Some(_) => Ok(text.trim().to_owned()),
        None => Err("a release is written X.Y.Z, such as 0.4.2".to_owned()),
    }
}

/// The longest that is waited for.
const WAIT_MAX: Duration = Duration::from_secs(3600);

/// Reads a time to wait, such as `30s` or `2m`.
pub(super) fn wait(text: &str) -> Result<Duration, String> {
    let read = text.parse::<SignedDuration>().ok().and_then(|time| Duration::try_from(time).ok());
    match read {
        Some(time) if (Duration::from_secs(1)..=WAIT_MAX).contains(&time) => Ok(time),
        Some(_) => Err("a time to wait is at least 1s and at most 1h".to_owned()),
        None => Err("a time to wait is written with its unit, such as 30s or 2m".to_owned()),
    }
}
