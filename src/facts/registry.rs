//! Facts of the shared registry as a whole: the two roots of the two release lines.
use super::{Fact, RecordFacts, observed, registry_of, text};
use crate::contract::{Loaded, Release, load_record};
use crate::snapshot::{Observed, RecordEntry, RegistryFolder, RootPath, Snapshot};
use schemars::JsonSchema;
use serde::Serialize;

/// Newest release whose records this doctor knows; it accepts those of both lines.
const READS_BOTH: Release = Release::new(2, 4, 0);

/// The registry. Its default root moved at 1.0.0, and no release reads the other line's.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RegistryFacts {
    /// The root that the other release line reads from this shell; absent when both read the same, and when it is not known which
    /// release is judged and no root has a record.
    pub other_root: Fact<String>,
    /// Names of the agents that are active in that root and have no record in the one that the judged release reads,
    /// sorted.
    pub left_behind: Fact<Vec<String>>,
    /// Their tmux sessions, sorted.
    pub left_behind_sessions: Fact<Vec<String>>,
    /// The records of the judged release's root that end every discovery scan of a passive server, sorted.
    pub ends_discovery: Fact<Vec<String>>,
}

impl RegistryFacts {
    /// Derives them.
    pub fn of(snapshot: &Snapshot, release: Option<Release>) -> Self {
        let other = other_root(snapshot, release);
        let left = other.and_then(|root| left_behind(snapshot, release, root));
        let names = |pointer: &'static [&'static str]| {
            left.then(|entries| {
                let mut found: Vec<String> = entries
                    .iter()
                    .filter_map(|e| pointer.iter().find_map(|p| text(&e.record, &e.path, p).value().cloned()))
                    .collect();
                found.sort();
                found.dedup();
                found
            })
        };
        RegistryFacts {
            left_behind: names(&["/agent_name", "/agent_id"]),
            left_behind_sessions: names(&["/terminal/current_session_name", "/terminal/session_name"]),
            other_root: other,
            ends_discovery: ends_discovery(snapshot, release),
        }
    }
}

fn ends_discovery(snapshot: &Snapshot, release: Option<Release>) -> Fact<Vec<String>> {
    let source = "registry: live_agents";
    let Some(folder) = super::registry_folder(snapshot, release) else {
        return Fact::absent(source);
    };
    observed(&folder.live, source, Clone::clone).and_then(|entries| {
        let (mut found, mut unseen) = (Vec::new(), None);
        for record in entries.iter().map(|e| RecordFacts::of(snapshot, release, e)) {
            if record.ends_discovery.value() == Some(&true) {
                found.extend(record.path.value().cloned());
            }
            unseen = unseen.or_else(|| record.ends_discovery.ignorance().map(str::to_owned));
        }
        found.sort();
        match (found.is_empty(), unseen) {
            (false, _) => Fact::known(found, source),
            (true, Some(why)) => Fact::unknown(why, source),
            (true, None) => Fact::absent(source),
        }
    })
}

/// The root of the line that is not judged, where that is another folder.
fn other_root(snapshot: &Snapshot, release: Option<Release>) -> Fact<String> {
    let source = "the registry roots of both release lines";
    let view = &snapshot.registry;
    if view.before_1_0.root == view.since_1_0.root {
        return Fact::absent(source);
    }
    // Without a record in either, it is the same which of them is read.
    let empty = |f: &RegistryFolder| match &f.live {
        Observed::Present(entries) => entries.is_empty(),
        other => matches!(other, Observed::Absent),
    };
    let Some(own) = registry_of(snapshot, release) else {
        if view.folders.iter().all(empty) {
            return Fact::absent(source);
        }
        return Fact::unknown("which release is installed is not known", source);
    };
    let other = if own == &view.before_1_0 { &view.since_1_0 } else { &view.before_1_0 };
    match &other.root {
        RootPath::Folder(path) => Fact::known(path.clone(), source),
        RootPath::Refused(_) => Fact::absent(source),
    }
}

/// The active records of the other root whose agent has none in the judged release's root.
fn left_behind<'a>(
    snapshot: &'a Snapshot,
    release: Option<Release>,
    root: &str,
) -> Fact<Vec<&'a RecordEntry>> {
    let folder = |path: &str| snapshot.registry.folders.iter().find(|f: &&RegistryFolder| f.root == path);
    let source = format!("{root}/live_agents");
    let Ok(now) = snapshot.taken_at.parse() else {
        return Fact::unknown("the snapshot's time cannot be read", source);
    };
    let active = |e: &&RecordEntry| matches!(load_record(&e.record, &e.path, READS_BOTH), Loaded::Ok(record) if record.is_active(now));
    let own = super::registry_folder(snapshot, release).map(|f| &f.live);
    if let Some(why) = own.and_then(Observed::ignorance) {
        return Fact::unknown(why, source);
    }
    let own = own.and_then(Observed::present);
    let here = |e: &&RecordEntry| own.is_some_and(|list| list.iter().any(|o| o.folder == e.folder));
    let Some(listed) = folder(root) else {
        return Fact::unknown("this folder was not listed", source);
    };
    let list = match &listed.live {
        Observed::Present(list) => list,
        Observed::Absent => return Fact::absent(source),
        other => return Fact::unknown(other.ignorance().unwrap_or_default(), source),
    };
    let alone = || list.iter().filter(|e| !here(e));
    let found: Vec<&RecordEntry> = alone().filter(active).collect();
    match (found.is_empty(), alone().find_map(|e| e.record.ignorance())) {
        (false, _) => Fact::known(found, source),
        (true, Some(why)) => Fact::unknown(why, source),
        (true, None) => Fact::absent(source),
    }
}
