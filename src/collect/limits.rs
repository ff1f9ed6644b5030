//! Limits that were hit, gathered while looking (law 8: each is also an `unreadable` where it matters).
use crate::snapshot::LimitHit;
use std::collections::BTreeSet;

/// Entries of one registry folder that are read at most.
pub(super) const RECORDS_MAX: usize = 10_000;
/// Session roots that are read at most.
pub(super) const ROOTS_MAX: usize = 2_000;
/// Paths that are looked at at most.
pub(super) const PATHS_MAX: usize = 100_000;
/// Processes that are looked at at most.
pub(super) const PROCESSES_MAX: usize = 100_000;

/// The limits that were hit, each once.
#[derive(Debug, Default)]
pub(super) struct Limits {
    hits: BTreeSet<LimitHit>,
}

impl Limits {
    /// Notes that looking at `what` stopped at `limit`.
    pub(super) fn hit(&mut self, what: impl Into<String>, limit: impl Into<String>) {
        self.hits.insert(LimitHit { what: what.into(), limit: limit.into() });
    }

    /// All of them, sorted.
    pub(super) fn into_list(self) -> Vec<LimitHit> {
        self.hits.into_iter().collect()
    }
}
