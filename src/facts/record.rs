//! Facts of registry records: the one that stands in for a session, and each by itself.
use super::{Fact, Join, exists, same, session_of_record, text};
use crate::contract::{Loaded, Record, Release, load_record};
use crate::snapshot::{Observed, PathKind, RecordEntry, Snapshot};
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

/// One registry record.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RecordFacts {
    /// Its path.
    pub path: Fact<String>,
    /// Name of its folder, by which it is found.
    pub folder: Fact<String>,
    /// Whether the folder has a `record.json`.
    pub file_exists: Fact<bool>,
    /// Whether the judged release accepts it.
    pub accepted: Fact<bool>,
    /// The words by which it is refused; absent when it is accepted.
    pub refusal: Fact<String>,
    /// Its `agent_id`.
    pub agent_id: Fact<String>,
    /// Whether that is the name of its folder.
    pub id_is_folder: Fact<bool>,
    /// Its `agent_name`.
    pub agent_name: Fact<String>,
    /// Its backend.
    pub backend: Fact<String>,
    /// Its lifecycle state (`active` for records of before 0.8.0).
    pub state: Fact<String>,
    /// Whether its lease has not ended and it is active.
    pub fresh: Fact<bool>,
    /// When its lease ends.
    pub lease_expires_at: Fact<String>,
    /// The tmux session it names.
    pub session_name: Fact<String>,
    /// Whether tmux has that session.
    pub session_live: Fact<bool>,
    /// The manifest it names.
    pub manifest_path: Fact<String>,
    /// Whether that is an absolute path.
    pub manifest_absolute: Fact<bool>,
    /// Whether that file exists.
    pub manifest_exists: Fact<bool>,
    /// The agent definition directory it names.
    pub agent_def_dir: Fact<String>,
    /// Whether that directory exists.
    pub agent_def_dir_exists: Fact<bool>,
    /// Its generation.
    pub generation_id: Fact<String>,
    /// The gateway port it names.
    pub gateway_port: Fact<i64>,
    /// Whether its folder or file is a symbolic link.
    pub is_symlink: Fact<bool>,
}

impl RecordFacts {
    /// The facts of one entry.
    pub fn of(snapshot: &Snapshot, release: Option<Release>, entry: &RecordEntry) -> Self {
        let get = |pointer: &str| text(&entry.record, &entry.path, pointer);
        let loaded = release.map(|r| load_record(&entry.record, &entry.path, r));
        let (accepted, refusal) = judged(entry, loaded.as_ref());
        let agent_id = get("/agent_id");
        let manifest_path = get("/runtime/manifest_path");
        let agent_def_dir = get("/runtime/agent_def_dir");
        let session_name = match session_of_record(entry) {
            Some(name) => Fact::known(name, format!("{}#/terminal", entry.path)),
            None => get("/terminal/session_name"),
        };
        let lease = get("/lease_expires_at");
        let kind = |raw: &str, kind: PathKind| match snapshot.paths.get(raw) {
            Some(Observed::Present(s)) => Fact::known(s.kind == kind, raw),
            Some(Observed::Absent) => Fact::known(false, raw),
            Some(other) => Fact::unknown(other.ignorance().unwrap_or_default(), raw),
            None => Fact::unknown("this path was not looked at", raw),
        };
        RecordFacts {
            path: Fact::known(entry.path.clone(), entry.path.clone()),
            folder: Fact::known(entry.folder.clone(), entry.path.clone()),
            file_exists: exists(&entry.record, entry.path.clone()),
            accepted,
            refusal,
            id_is_folder: agent_id.then(|id| *id == entry.folder),
            agent_id,
            agent_name: get("/agent_name"),
            backend: get("/identity/backend"),
            state: state(entry),
            fresh: fresh(snapshot, entry, loaded.as_ref()),
            lease_expires_at: if lease.value().is_some() { lease } else { get("/liveness/lease_expires_at") },
            session_live: session_name.and_then(|n| session_live(snapshot, n)),
            session_name,
            manifest_absolute: manifest_path.then(|p| p.starts_with('/')),
            manifest_exists: manifest_path.and_then(|p| kind(p, PathKind::File)),
            manifest_path,
            agent_def_dir_exists: agent_def_dir.and_then(|p| kind(p, PathKind::Directory)),
            agent_def_dir,
            generation_id: get("/generation_id"),
            gateway_port: super::number(&entry.record, &entry.path, "/gateway/port"),
            is_symlink: Fact::known(entry.symlink, entry.path.clone()),
        }
    }

    /// The facts of no record at all.
    fn none(join: &Join<'_>) -> Self {
        RecordFacts {
            path: join.no_record(),
            folder: join.no_record(),
            file_exists: join.no_record(),
            accepted: join.no_record(),
            refusal: join.no_record(),
            agent_id: join.no_record(),
            id_is_folder: join.no_record(),
            agent_name: join.no_record(),
            backend: join.no_record(),
            state: join.no_record(),
            fresh: join.no_record(),
            lease_expires_at: join.no_record(),
            session_name: join.no_record(),
            session_live: join.no_record(),
            manifest_path: join.no_record(),
            manifest_absolute: join.no_record(),
            manifest_exists: join.no_record(),
            agent_def_dir: join.no_record(),
            agent_def_dir_exists: join.no_record(),
            generation_id: join.no_record(),
            gateway_port: join.no_record(),
            is_symlink: join.no_record(),
        }
    }
}

fn judged(entry: &RecordEntry, loaded: Option<&Loaded<Record>>) -> (Fact<bool>, Fact<String>) {
    let source = entry.path.clone();
    if entry.record.is_absent() {
        return (Fact::absent(source.clone()), Fact::absent(source));
    }
    match loaded {
        Some(Loaded::Ok(_)) => (Fact::known(true, source.clone()), Fact::absent(source)),
        Some(Loaded::Refused(r)) => (Fact::known(false, source.clone()), Fact::known(r.said.clone(), source)),
        Some(Loaded::Unknown(why)) => {
            (Fact::unknown(why.clone(), source.clone()), Fact::unknown(why.clone(), source))
        }
        None => {
            let why = "which release is installed is not known";
            (Fact::unknown(why, source.clone()), Fact::unknown(why, source))
        }
    }
}

fn state(entry: &RecordEntry) -> Fact<String> {
    let written = text(&entry.record, &entry.path, "/lifecycle/state");
    match (written.is_absent(), entry.record.is_absent()) {
        (true, false) => {
            Fact::known("active".into(), format!("{}: records of this form are always active", entry.path))
        }
        _ => written,
    }
}

fn fresh(snapshot: &Snapshot, entry: &RecordEntry, loaded: Option<&Loaded<Record>>) -> Fact<bool> {
    let source = format!("{} against {}", entry.path, snapshot.taken_at);
    let Ok(now) = snapshot.taken_at.parse() else {
        return Fact::unknown("the snapshot's time cannot be read", source);
    };
    match loaded {
        Some(Loaded::Ok(record)) => Fact::known(record.is_active(now), source),
        Some(Loaded::Refused(_)) => Fact::known(false, source),
        Some(Loaded::Unknown(why)) => Fact::unknown(why.clone(), source),
        None => Fact::unknown("which release is installed is not known", source),
    }
}

/// Whether tmux has a session of exactly this name.
pub fn session_live(snapshot: &Snapshot, name: &str) -> Fact<bool> {
    let source = "tmux: list-sessions";
    match snapshot.server() {
        Some(server) => Fact::known(server.sessions.iter().any(|s| s.name == name), source),
        None => super::no_server::<bool>(snapshot, source).or_known(false),
    }
}

impl<T> Fact<T> {
    /// The fact with absence read as this value.
    pub fn or_known(self, value: T) -> Self {
        if self.is_absent() { Fact::known(value, self.source) } else { self }
    }
}

impl StandInFacts {
    /// Derives them.
    pub fn of(join: &Join<'_>) -> Self {
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
            claimants: match unseen_record(join) {
                Some(why) => Fact::unknown(why, "registry"),
                None => Fact::known(join.claimants.len() as i64, "registry: records that name the session"),
            },
            same_name: same_name(join),
            names_this_session: record.session_name.then(|n| *n == join.name),
            same_manifest: same(&record.manifest_path, &published),
            same_generation: same(&record.generation_id, &join.manifest_text("/registry_generation_id")),
            is_good: is_good(join, &record),
            record,
        }
    }
}

/// Why it is not known which records there are and whom they name; nothing where all were read. One that is no record at
/// all names nobody.
fn unseen_record(join: &Join<'_>) -> Option<String> {
    let listed = join.no_record::<i64>().ignorance().map(str::to_owned);
    let records = super::live_records(join.snapshot, join.release);
    listed.or_else(|| records.into_iter().find_map(|e| e.record.ignorance()))
}

fn same_name(join: &Join<'_>) -> Fact<i64> {
    let name = join.manifest_text("/agent_name");
    name.and_then(|name| {
        if let Some(why) = unseen_record(join) {
            return Fact::unknown(why, "registry");
        }
        let count = super::live_records(join.snapshot, join.release)
            .into_iter()
            .filter(|e| text(&e.record, &e.path, "/agent_name").value() == Some(name))
            .filter(|e| RecordFacts::of(join.snapshot, join.release, e).fresh.value() == Some(&true))
            .count();
        Fact::known(count as i64, "registry")
    })
}

/// Whether the record alone would carry an attach (contract 6.1 a8 to a10).
fn is_good(join: &Join<'_>, record: &RecordFacts) -> Fact<bool> {
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
    match load_manifest_session(root, release) {
        Loaded::Ok(name) => Fact::known(name == join.name, source),
        Loaded::Refused(_) => Fact::known(false, source),
        Loaded::Unknown(why) => Fact::unknown(why, source),
    }
}

fn load_manifest_session(root: &crate::snapshot::SessionRoot, release: Release) -> Loaded<String> {
    match crate::contract::load_manifest(&root.manifest, &root.manifest_path, release) {
        Loaded::Ok(_) => match super::session_of_root(root) {
            Some(name) => Loaded::Ok(name),
            None => Loaded::Unknown("the manifest's session name is not a plain string".into()),
        },
        Loaded::Refused(refusal) => Loaded::Refused(refusal),
        Loaded::Unknown(why) => Loaded::Unknown(why),
    }
}
