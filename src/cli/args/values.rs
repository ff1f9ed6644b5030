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
}

impl From<Format> for report::Format {
    fn from(f: Format) -> Self {
        match f {
            Format::Human => report::Format::Human,
            Format::Json => report::Format::Json,
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
}

impl From<Document> for doctor::Document {
    fn from(d: Document) -> Self {
        match d {
            Document::Rule => doctor::Document::Rule,
            Document::Snapshot => doctor::Document::Snapshot,
            Document::Report => doctor::Document::Report,
            Document::Expected => doctor::Document::Expected,
        }
    }
}
