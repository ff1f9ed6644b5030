//! The arguments of lists: of rules, of facts.
use super::ListFormat;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum ListWhat {
    /// List them, sorted by name
    List(ListLook),
}

/// How a list looks.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct ListLook {
    /// Write the list in this format
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: ListFormat,
    /// Write nothing but ASCII
    #[arg(long)]
    pub ascii: bool,
}
