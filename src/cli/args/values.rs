//! What options can be set to.
use crate::{doctor, finding, report};
use clap::ValueEnum;

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
}

impl From<TrialFormat> for report::TrialFormat {
    fn from(f: TrialFormat) -> Self {
        match f {
            TrialFormat::Human => report::TrialFormat::Human,
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
            Document::Expected => doctor::Document::Expected,
            Document::Line => doctor::Document::Line,
        }
    }
}
