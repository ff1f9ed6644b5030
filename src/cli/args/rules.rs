//! The arguments of `rules`.
use super::ListWhat;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct Rules {
    #[command(subcommand)]
    pub what: Option<RulesWhat>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum RulesWhat {
    #[command(flatten)]
    List(ListWhat),
    /// Write a rule of your own that works, with its fixtures, to be changed
    New {
        /// Its id, which begins with x-
        id: String,
        /// The folder of your rules
        #[arg(long, value_name = "DIR", default_value = ".")]
        dir: PathBuf,
    },
    /// Tell all mistakes of all rule files, and what their style lacks (exit 2 for mistakes, 1 for style alone)
    Lint {
        /// The folder of your rules; without it, the built-in ones
        dir: Option<PathBuf>,
    },
    /// Try each rule of a folder on its fixtures: it fires, is quiet, is unknown
    Test {
        /// The folder of your rules, with fixtures/<rule id>/ beside them
        dir: PathBuf,
    },
}
