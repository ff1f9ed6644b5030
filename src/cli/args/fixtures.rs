//! The arguments of what works on fixtures: `check` and `test`.
use super::{ConfigArgs, Judge, Select, Show, TrialFormat};
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// Said at the end of the help text of `test`.
pub(super) const TEST_CODES: &str = "Exit codes:\n  0  every fixture is diagnosed as expected\n  1  one is not\n  2  one cannot be \
tried: no expectation, a mistake in it, an empty folder";

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Folders of fixtures: with snapshot.yaml, or with host.yaml and raw trees. Several get
    /// one document, in which each has its report
    #[arg(value_name = "FIXTURE_DIR", value_hint = ValueHint::DirPath, required_unless_present = "snapshot")]
    pub folders: Vec<PathBuf>,
    /// Snapshot files (JSON or YAML; - is standard input)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, num_args = 1..)]
    pub snapshot: Vec<PathBuf>,
    #[command(flatten)]
    pub select: Select,
    /// Judge for this release of Houmao, whatever is installed
    #[arg(long, value_name = "X.Y.Z", value_parser = super::release)]
    pub houmao: Option<String>,
    #[command(flatten)]
    pub judge: Judge,
    #[command(flatten)]
    pub show: Show,
}

#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Folders below which fixtures are looked for
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath, required = true)]
    pub folders: Vec<PathBuf>,
    /// Show what differs, and write it into each expected.yaml
    #[arg(long)]
    pub accept: bool,
    /// Write the result in this format
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: TrialFormat,
    /// Write nothing but ASCII
    #[arg(long)]
    pub ascii: bool,
    /// Use the rules in this folder too (YAML, as `rules/README.md` tells); can be repeated
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub rules: Vec<PathBuf>,
    /// Say on standard error which configuration is used
    #[arg(short, long)]
    pub verbose: bool,
    #[command(flatten)]
    pub config: ConfigArgs,
}
