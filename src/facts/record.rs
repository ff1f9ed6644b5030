//! Facts of one registry record by itself.
use super::{Fact, Join, exists, is_stopped, leaf, no_server, session_of_record, text};
use crate::contract::{LIFECYCLE_RECORDS, Loaded, Record, Release, load_record};
use crate::snapshot::{Content, EnvValue, Observed, PathKind, RecordEntry, Snapshot};
use schemars::JsonSchema;
use serde::Serialize;

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
    /// Since how many whole minutes it is in this state (`lifecycle.state_updated_at`); absent before 0.8.0.
    pub state_minutes: Fact<i64>,
    /// Whether it says of itself that the agent can be launched again (`lifecycle.relaunchable`).
    pub relaunchable: Fact<bool>,
    /// Whether its lease has not ended and it is active.
    pub fresh: Fact<bool>,
    /// When its lease ends.
    pub lease_expires_at: Fact<String>,
    /// The tmux session it names.
    pub session_name: Fact<String>,
    /// Whether tmux has that session; of a stopped agent, whether the server that Houmao asks has one of that name.
    pub session_live: Fact<bool>,
    /// `HOUMAO_AGENT_ID` of that session; absent where it publishes none, and where there is no such session.
    pub session_agent_id: Fact<String>,
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
    /// Whether it ends every discovery scan of a passive server: since 0.8.0, JSON that is refused does.
    pub ends_discovery: Fact<bool>,
}

impl RecordFacts {
    /// The facts of one entry.
    pub fn of(snapshot: &Snapshot, release: Option<Release>, entry: &RecordEntry) -> Self {
        let get = |pointer: &str| text(&entry.record, &entry.path, pointer);
        let loaded = release.map(|r| load_record(&entry.record, &entry.path, r));
        let (accepted, refusal) = judged(entry, loaded.as_ref());
        let ends_discovery = accepted.then(|accepted| !accepted && scans_end(release) && is_json(entry));
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
            state_minutes: state_minutes(snapshot, entry),
            relaunchable: flag(entry, "/lifecycle/relaunchable"),
            fresh: fresh(snapshot, entry, loaded.as_ref()),
            lease_expires_at: if lease.value().is_some() { lease } else { get("/liveness/lease_expires_at") },
            session_live: session_name.and_then(|n| match is_stopped(entry) {
                // Nothing of it can live elsewhere; the name is what counts, and only where Houmao looks.
                true => session_here(snapshot, n),
                false => session_live(snapshot, n),
            }),
            session_agent_id: session_name.and_then(|n| session_agent_id(snapshot, n)),
            session_name,
            manifest_absolute: manifest_path.then(|p| p.starts_with('/')),
            manifest_exists: manifest_path.and_then(|p| kind(p, PathKind::File)),
            manifest_path,
            agent_def_dir_exists: agent_def_dir.and_then(|p| kind(p, PathKind::Directory)),
            agent_def_dir,
            generation_id: get("/generation_id"),
            gateway_port: super::number(&entry.record, &entry.path, "/gateway/port"),
            is_symlink: Fact::known(entry.symlink, entry.path.clone()),
            ends_discovery,
        }
    }

    /// The facts of no record at all.
    pub(super) fn none(join: &Join<'_>) -> Self {
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
            state_minutes: join.no_record(),
            relaunchable: join.no_record(),
            fresh: join.no_record(),
            lease_expires_at: join.no_record(),
            session_name: join.no_record(),
            session_live: join.no_record(),
            session_agent_id: join.no_record(),
            manifest_path: join.no_record(),
            manifest_absolute: join.no_record(),
            manifest_exists: join.no_record(),
            agent_def_dir: join.no_record(),
            agent_def_dir_exists: join.no_record(),
            generation_id: join.no_record(),
            gateway_port: join.no_record(),
            is_symlink: join.no_record(),
            ends_discovery: join.no_record(),
        }
    }
}

/// Whether the discovery of this release's passive server stops at a record that it refuses, instead of passing over it.
fn scans_end(release: Option<Release>) -> bool {
    release.is_some_and(|r| r >= LIFECYCLE_RECORDS)
}

fn is_json(entry: &RecordEntry) -> bool {
    entry.record.present().is_some_and(|file| matches!(file.content, Content::Json(_)))
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

/// Whole minutes between the last change of state and the observation.
fn state_minutes(snapshot: &Snapshot, entry: &RecordEntry) -> Fact<i64> {
    text(&entry.record, &entry.path, "/lifecycle/state_updated_at").and_then(|at| {
        let source = format!("{}#/lifecycle/state_updated_at against {}", entry.path, snapshot.taken_at);
        match (at.parse::<jiff::Timestamp>(), snapshot.taken_at.parse::<jiff::Timestamp>()) {
            (Ok(at), Ok(now)) => Fact::known(now.duration_since(at).as_secs() / 60, source),
            _ => Fact::unknown("a time that cannot be read", source),
        }
    })
}

fn flag(entry: &RecordEntry, pointer: &str) -> Fact<bool> {
    let value = leaf(&entry.record, &entry.path, pointer);
    value.and_then(|v| match v.as_bool() {
        Some(flag) => Fact::known(flag, value.source.clone()),
        None => Fact::unknown("not of type boolean", value.source.clone()),
    })
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

/// Whether tmux has a session of exactly this name; unknown where another server of this user may have it.
pub fn session_live(snapshot: &Snapshot, name: &str) -> Fact<bool> {
    let source = "tmux: list-sessions";
    match snapshot.server() {
        Some(server) if server.sessions.iter().any(|s| s.name == name) => Fact::known(true, source),
        _ => super::elsewhere::not_here::<bool>(snapshot, name, source).or_known(false),
    }
}

/// Whether the asked server, the only one that Houmao sees, has a session of exactly this name.
pub fn session_here(snapshot: &Snapshot, name: &str) -> Fact<bool> {
    let source = "tmux: list-sessions";
    match snapshot.server() {
        Some(server) => Fact::known(server.sessions.iter().any(|s| s.name == name), source),
        None => no_server(snapshot, source).or_known(false),
    }
}

/// The agent that the session of a name publishes.
fn session_agent_id(snapshot: &Snapshot, name: &str) -> Fact<String> {
    let source = format!("tmux: HOUMAO_AGENT_ID of session {name}");
    match snapshot.server().and_then(|s| s.sessions.iter().find(|s| s.name == name)) {
        None => session_live(snapshot, name).and_then(|_| Fact::absent(source)),
        Some(session) => {
            let env = super::observed(&session.env, source.clone(), Clone::clone);
            env.and_then(|env| match env.get("HOUMAO_AGENT_ID") {
                Some(EnvValue::Value(id)) => Fact::known(id.trim().to_owned(), source.clone()),
                _ => Fact::absent(source.clone()),
            })
        }
    }
}

impl<T> Fact<T> {
    /// The fact with absence read as this value.
    pub fn or_known(self, value: T) -> Self {
        if self.is_absent() { Fact::known(value, self.source) } else { self }
    }
}
