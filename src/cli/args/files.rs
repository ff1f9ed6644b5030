//! Arguments of what looks more than once: waiting, and comparing files.
use super::ConfigArgs;
use super::values::{DiffFormat, Severity, wait};
use clap::{Args, ValueHint};
use std::path::PathBuf;
use std::time::Duration;

/// Whether to look again.
#[derive(Debug, Args)]
pub(crate) struct Waiting {
    /// Look again each second until the operation asked about would work (or, where none is asked about, until the exit
    /// code is 0), for at most this long, such as 30s or 2m
    #[arg(long, value_name = "TIME", value_parser = wait, conflicts_with = "snapshot", help_heading = "Where to look")]
    pub wait: Option<Duration>,
}

/// Said at the end of the help text of `diff`.
pub(super) const DIFF_CODES: &str = "Exit codes:\n  0  nothing new at or above --fail-on\n  1  something new at or above \
--fail-on\n  2  a file cannot be read";

/// Two files to compare.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The older snapshot or report (JSON or YAML), or what `check` wrote about several with --format json
    #[arg(value_hint = ValueHint::FilePath)]
    pub old: PathBuf,
    /// The newer one; it need not be of the same kind
    #[arg(value_hint = ValueHint::FilePath)]
    pub new: PathBuf,
    /// Give exit code 1 for new findings of this severity and worse
    #[arg(long, value_name = "SEVERITY", default_value = "error", help_heading = "What counts")]
    pub fail_on: Severity,
    /// Use the rules in this folder too, where a snapshot is judged; can be repeated
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "What counts")]
    pub rules: Vec<PathBuf>,
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Compare also what the configuration suppresses in a snapshot
    #[arg(long, help_heading = "What counts")]
    pub no_suppress: bool,
    /// Write the comparison in this format
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = "How it is shown")]
    pub format: DiffFormat,
    /// Write nothing but ASCII
    #[arg(long, help_heading = "How it is shown")]
    pub ascii: bool,
}
