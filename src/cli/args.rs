//! The arguments, with each option's help beside its type.
mod bare;
mod facts;
mod files;
mod fixtures;
mod lists;
mod rules;
mod values;

pub(super) use facts::{Facts, FactsWhat};
pub(super) use files::*;
pub(super) use fixtures::*;
pub(super) use lists::*;
pub(super) use rules::{Rules, RulesWhat};
pub(super) use values::*;

use crate::doctor;
use clap::{Args, Parser, Subcommand, ValueHint};
use std::path::PathBuf;

/// Says why a Houmao gateway attach fails, before anything is run, without changing anything.
///
/// Without a subcommand it judges the managed tmux session around it, or, elsewhere, every managed session of this
/// machine. It only reads: no command of Houmao is run, no file and no tmux state is changed.
#[derive(Debug, Parser)]
#[command(name = "houmao-doctor", version, args_conflicts_with_subcommands = true, after_help = EXIT_CODES)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub examine: Examine,
}

/// Said at the end of every help text that leads to a report.
const EXIT_CODES: &str = "Exit codes, the same in every format:\n  0  nothing at or above --fail-on\n  1  something at \
or above --fail-on\n  2  the doctor could not do its work (usage, rules, its own fault): standard output is \
empty,\n     unless a rule failed inside the doctor, which the report then names\n  3  inconclusive: something \
needed could not be seen, and nothing fired\n  4  nothing to examine";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Say why a command failed, or what it would do; the command is read, never run
    #[command(after_help = EXIT_CODES)]
    Why(Why),
    /// Write down what is observed, for judging it later or elsewhere with --snapshot
    Capture(Capture),
    /// Judge a built-in sample, to see what a report looks like
    #[command(after_help = EXIT_CODES)]
    Demo(Demo),
    /// Judge snapshots and fixtures, and report on all of them in one document
    ///
    /// Where an expected.yaml lies beside a fixture, it decides the exit code: 0 if all is as expected, else 1.
    #[command(after_help = EXIT_CODES)]
    Check(Check),
    /// Try all fixtures below folders: is each still diagnosed as its expected.yaml says?
    #[command(after_help = TEST_CODES)]
    Test(Test),
    /// Compare two snapshots or reports: what is new, what is fixed, what is the same
    #[command(after_help = DIFF_CODES)]
    Diff(Diff),
    /// Explain a rule, or an error text of houmao-mgr
    Explain(Explain),
    /// The rules: list them, write and try your own
    Rules(Rules),
    /// The facts that rules can ask for
    Facts(Facts),
    /// Print the JSON Schema of a document that the doctor reads or writes
    Schema {
        /// Which document
        document: Document,
    },
    /// Print the completion script of a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Write the manual pages into a folder
    Man {
        /// The folder, which must be there; pages that are there already are written anew
        #[arg(value_hint = ValueHint::DirPath)]
        dir: PathBuf,
    },
}

/// Observe or load, judge, report.
#[derive(Debug, Args)]
pub(super) struct Examine {
    #[command(flatten)]
    pub select: Select,
    #[command(flatten)]
    pub observe: Observe,
    /// Judge a snapshot file (JSON or YAML; - is standard input) instead of this machine
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Where to look",
          conflicts_with_all = ["tmux_socket_name", "tmux_socket_path", "offline", "probe_remote"])]
    pub snapshot: Option<PathBuf>,
    #[command(flatten)]
    pub waiting: Waiting,
    #[command(flatten)]
    pub judge: Judge,
    #[command(flatten)]
    pub show: Show,
}

/// Which sessions; at most one of these.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which sessions")]
pub(super) struct Select {
    /// Only the tmux session of exactly this name
    #[arg(long, value_name = "NAME", group = "selection", allow_hyphen_values = true)]
    pub session: Option<String>,
    /// Only the agent of this name
    #[arg(long, value_name = "NAME", group = "selection", allow_hyphen_values = true)]
    pub agent_name: Option<String>,
    /// Only the agent of this id
    #[arg(long, value_name = "ID", group = "selection", allow_hyphen_values = true)]
    pub agent_id: Option<String>,
    /// Only the run in this folder (the one with manifest.json)
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, group = "selection", allow_hyphen_values = true)]
    pub session_root: Option<PathBuf>,
    /// Every managed session, also from inside one
    #[arg(long, group = "selection")]
    pub all: bool,
}

/// How the observation is made.
#[derive(Debug, Args)]
#[command(next_help_heading = "Where to look")]
pub(super) struct Observe {
    /// Ask the tmux server of this socket name, as tmux -L
    #[arg(short = 'L', long, value_name = "NAME", conflicts_with = "tmux_socket_path")]
    pub tmux_socket_name: Option<String>,
    /// Ask the tmux server at this socket, as tmux -S
    #[arg(short = 'S', long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub tmux_socket_path: Option<PathBuf>,
    /// Make no request over HTTP, not even on this machine
    #[arg(long, conflicts_with = "probe_remote")]
    pub offline: bool,
    /// Probe servers on other machines too
    #[arg(long)]
    pub probe_remote: bool,
    /// Judge for this release of Houmao, whatever is installed
    #[arg(long, value_name = "X.Y.Z", value_parser = release)]
    pub houmao: Option<String>,
}

/// What counts.
#[derive(Debug, Args)]
#[command(next_help_heading = "What counts")]
pub(super) struct Judge {
    /// Give exit code 1 for findings of this severity and worse
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    pub fail_on: Severity,
    /// Use the rules in this folder too (YAML, as `rules/README.md` tells); can be repeated
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub rules: Vec<PathBuf>,
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Count and show what the configuration suppresses
    #[arg(long)]
    pub no_suppress: bool,
    /// Fail only on findings that are not in this report (written with --format json or jsonl)
    #[arg(long, value_name = "REPORT", value_hint = ValueHint::FilePath)]
    pub baseline: Option<PathBuf>,
}

/// Which configuration is used.
#[derive(Debug, Args)]
#[command(next_help_heading = "What counts")]
pub(super) struct ConfigArgs {
    /// Use this configuration [default: houmao-doctor.toml in the nearest folder around the working directory]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// Use no configuration
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,
}

/// How the report looks.
#[derive(Debug, Args)]
#[command(next_help_heading = "How it is shown")]
pub(super) struct Show {
    /// Write the report in this format
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: Format,
    /// Show findings of this severity and worse; the others are only counted
    #[arg(long, value_name = "SEVERITY", default_value = "info")]
    pub show: Severity,
    /// Show only verdict, cause, what to do and what not to do
    #[arg(long, conflicts_with = "verbose")]
    pub brief: bool,
    /// Show every check, all evidence and every step
    #[arg(short, long)]
    pub verbose: bool,
    /// Colour words (auto: only on a terminal, and not if NO_COLOR is set)
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: When,
    /// Write nothing but ASCII in human reports
    #[arg(long)]
    pub ascii: bool,
    /// Wrap prose at this many columns (default: the terminal's, at most 80)
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(40..=400))]
    pub width: Option<u16>,
}

/// Ask about one operation.
#[derive(Debug, Args)]
pub(super) struct Why {
    #[command(flatten)]
    pub examine: Examine,
    #[command(flatten)]
    pub flags: Flags,
    /// The command as it was typed, after `--`: houmao-mgr agents gateway attach …
    #[arg(
        last = true,
        value_name = "COMMAND",
        required_unless_present = "operation",
        conflicts_with = "operation"
    )]
    pub command: Vec<String>,
}

/// The operation by flags instead of as a command. `--agent-name` and `--agent-id` name its target too.
#[derive(Debug, Args)]
#[command(next_help_heading = "The operation, when no command is given")]
pub(super) struct Flags {
    /// Ask about this operation
    #[arg(long = "for", value_name = "OPERATION", id = "operation")]
    pub operation: Option<Operation>,
    /// As if called with --current-session
    #[arg(long, requires = "operation",
          conflicts_with_all = ["command", "target_tmux_session", "agent_name", "agent_id"])]
    pub current_session: bool,
    /// As if called with --target-tmux-session
    #[arg(long, value_name = "SESSION", requires = "operation",
          conflicts_with_all = ["command", "agent_name", "agent_id"])]
    pub target_tmux_session: Option<String>,
    /// As if called with --pair-port
    #[arg(long, value_name = "PORT", requires = "operation", conflicts_with = "command")]
    pub pair_port: Option<u16>,
    /// As if called with --background
    #[arg(long, requires = "operation", conflicts_with = "command")]
    pub background: bool,
}

#[derive(Debug, Args)]
pub(super) struct Capture {
    #[command(flatten)]
    pub select: Select,
    #[command(flatten)]
    pub observe: Observe,
    /// Write to this file, as YAML if it ends in .yaml or .yml, else as JSON; without it, JSON to standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Print a shell script that packs the same by hand, for a machine without the doctor; nothing is observed
    #[arg(long, exclusive = true)]
    pub print_commands: bool,
}

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Which sample; a wrong name lists them
    #[arg(default_value = doctor::DEMOS[0].name)]
    pub name: String,
    /// Print its snapshot (YAML), as fixtures of rules patch it, and judge nothing
    #[arg(long)]
    pub print_snapshot: bool,
    #[command(flatten)]
    pub judge: Judge,
    #[command(flatten)]
    pub show: Show,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Id of a rule, or what houmao-mgr printed; without it, the rules are listed
    #[arg(conflicts_with = "error")]
    pub rule: Option<String>,
    /// What houmao-mgr printed; - reads it from standard input
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub error: Option<String>,
    /// Know the rules in this folder too; can be repeated
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub rules: Vec<PathBuf>,
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Write nothing but ASCII in human reports
    #[arg(long)]
    pub ascii: bool,
}
