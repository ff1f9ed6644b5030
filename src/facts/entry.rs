//! Facts of one folder of the registry, whatever its record says.
use super::{Fact, Join, bearer_of_record};
use crate::snapshot::{RecordEntry, Snapshot, TmuxSession};
use schemars::JsonSchema;
use serde::Serialize;

/// One entry of `live_agents/`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EntryFacts {
    /// Whether it is a folder at all.
    pub is_folder: Fact<bool>,
    /// How many temporary files of writes that never ended lie beside the record.
    pub leftovers: Fact<i64>,
    /// Name of the session whose agent this is: one that publishes the entry's name as its agent id, or that the record
    /// names while it runs, or that goes on under another name.
    pub session: Fact<String>,
}

impl EntryFacts {
    /// Derives them; `owner` is the managed session that it belongs to.
    pub fn of(snapshot: &Snapshot, entry: &RecordEntry, owner: Option<&Join<'_>>) -> Self {
        let source = "tmux environments and records";
        EntryFacts {
            is_folder: Fact::known(entry.is_folder, entry.path.clone()),
            leftovers: Fact::known(i64::from(entry.leftovers), entry.path.clone()),
            session: match owner {
                Some(join) => Fact::known(join.name.clone(), join.named_by.clone()),
                None => super::no_server(snapshot, source),
            },
        }
    }
}

/// Whether an entry is the record of a managed session.
pub fn owns(join: &Join<'_>, entry: &RecordEntry) -> bool {
    let same = |r: &RecordEntry| r.path == entry.path;
    let bears = |s: &TmuxSession| bearer_of_record(join.snapshot, entry).is_some_and(|b| b.id == s.id);
    join.record.is_some_and(same) || join.claimants.iter().any(|r| same(r)) || join.tmux.is_some_and(bears)
}
