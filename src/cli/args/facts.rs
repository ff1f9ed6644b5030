//! The arguments of `facts`.
use super::{ListLook, ListWhat};
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(in crate::cli) struct Facts {
    #[command(subcommand)]
    pub what: Option<FactsWhat>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum FactsWhat {
    #[command(flatten)]
    List(ListWhat),
    /// List the values without a name of their own that a rule can read (`reads`), by file
    Pointers(ListLook),
}
