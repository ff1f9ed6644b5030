//! Facts of the registry record that stands in for a session.
use super::{Fact, Join, ManifestFacts, RecordFacts, exists, same, text};
use crate::contract::{Loaded, Release, load_manifest};
use crate::snapshot::{Observed, SessionRoot};
use schemars::JsonSchema;
use serde::Serialize;

/// The registry record that stands in for the session.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StandInFacts {
    /// Whether there is one: the record of the published agent id, else the only one that names the session.
    pub exists: Fact<bool>,
    /// How many records name this session.
    pub claimants: Fact<i64>,
    /// How many fresh records carry the agent's name.
    pub same_name: Fact<i64>,
    /// What the record itself says.
    pub record: RecordFacts,
    /// Whether its session is this one.
    pub names_this_session: Fact<bool>,
    /// Whether it names the manifest that the session publishes.
    pub same_manifest: Fact<bool>,
    /// Whether its generation is the manifest's.
    pub same_generation: Fact<bool>,
    /// Whether it would carry an attach: it is fresh, its manifest exists, is accepted and names this session.
    pub is_good: Fact<bool>,
}

impl StandInFacts {
    /// Derives them; `manifest` are the facts of the session's own.
    pub fn of(join: &Join<'_>, manifest: &ManifestFacts) -> Self {
        let record = match join.record {
            Some(entry) => RecordFacts::of(join.snapshot, join.release, entry),
            None => RecordFacts::none(join),
        };
        let published = join.env("HOUMAO_MANIFEST_PATH");
        StandInFacts {
            exists: match join.record {
                Some(entry) => exists(&entry.record, entry.path.clone()),
                None => join.no_record::<bool>().or_known(false),
            },
            claimants: match join.unseen_record() {
                Some(why) => Fact::unknown(why, "registry"),
                None => Fact::known(join.claimants.len() as i64, "registry: records that name the session"),
            },
            same_name: same_name(join, &record),
            names_this_session: record.session_name.then(|n| *n == join.name),
            same_manifest: same(&record.manifest_path, &published),
            same_generation: same(&record.generation_id, &join.manifest_text("/registry_generation_id")),
            is_good: is_good(join, &record, manifest),
            record,
        }
    }
}

fn same_name(join: &Join<'_>, stand_in: &RecordFacts) -> Fact<i64> {
    let name = join.manifest_text("/agent_name");
    name.and_then(|name| {
        if let Some(why) = join.unseen_record() {
            return Fact::unknown(why, "registry");
        }
        let count = super::live_records(join.snapshot, join.release)
            .into_iter()
            .filter(|e| text(&e.record, &e.path, "/agent_name").value() == Some(name))
            .filter(|e| match join.record {
                Some(known) if std::ptr::eq(known, *e) => is_fresh(stand_in),
                _ => is_fresh(&RecordFacts::of(join.snapshot, join.release, e)),
            })
            .count();
        Fact::known(count as i64, "registry")
    })
}

fn is_fresh(record: &RecordFacts) -> bool {
    record.fresh.value() == Some(&true)
}

/// Whether the record alone would carry an attach (contract 6.1 a8 to a10).
fn is_good(join: &Join<'_>, record: &RecordFacts, manifest: &ManifestFacts) -> Fact<bool> {
    let source = record.path.source.clone();
    let needed = [&record.accepted, &record.fresh, &record.manifest_absolute, &record.manifest_exists];
    if needed.iter().any(|f| f.value() == Some(&false)) || record.path.is_absent() {
        return Fact::known(false, source);
    }
    if let Some(why) = needed.iter().find_map(|f| f.ignorance()) {
        return Fact::unknown(why, source);
    }
    let named = |p: &String| match join.snapshot.paths.get(p) {
        Some(Observed::Present(state)) => join.snapshot.root_of_manifest(&state.resolved),
        _ => None,
    };
    let (Some(root), Some(release)) = (record.manifest_path.value().and_then(named), join.release) else {
        return Fact::unknown("the manifest it names was not read", source);
    };
    // Mostly it is the session's own, which was judged already.
    let own = join.root.filter(|own| std::ptr::eq(*own, root)).map(|_| manifest.accepted.clone());
    let accepted = own.unwrap_or_else(|| accepted(root, release));
    match (accepted.value(), accepted.ignorance()) {
        (Some(true), _) => match super::session_of_root(root) {
            Some(name) => Fact::known(name == join.name, source),
            None => Fact::unknown("the manifest's session name is not a plain string", source),
        },
        (_, Some(why)) => Fact::unknown(why, source),
        _ => Fact::known(false, source),
    }
}

/// Whether a release accepts the manifest of a root.
fn accepted(root: &SessionRoot, release: Release) -> Fact<bool> {
    let source = &*root.manifest_path;
    match load_manifest(&root.manifest, source, release) {
        Loaded::Ok(_) => Fact::known(true, source),
        Loaded::Refused(_) => Fact::known(false, source),
        Loaded::Unknown(why) => Fact::unknown(why, source),
    }
}
