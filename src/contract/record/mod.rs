//! Registry records (contract section 4): versions 2 and 3 of local agents, version 1 of external ones.
mod external;
mod rules;
mod shape;

pub use external::*;

use super::check::{Body, Verdict, examine};
use super::outcome::{Loaded, Opening, document, settle};
use super::python;
use super::releases::{LIFECYCLE_RECORDS, Release};
use crate::contract::Seen;
use crate::snapshot::{FileView, Observed};
use jiff::Timestamp;
use serde_json::Value;

/// A registry record that loads; version 2 is upgraded, as releases since 0.8.0 do in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// `schema_version` as the file has it (a missing one counts as 2).
    pub written_as: u8,
    /// Agent name.
    pub agent_name: String,
    /// Agent id; never compared with the folder's name.
    pub agent_id: String,
    /// Generation that owns the id.
    pub generation_id: String,
    /// Kind of session.
    pub backend: String,
    /// Tool.
    pub tool: String,
    /// Path of the manifest.
    pub manifest_path: String,
    /// Session root.
    pub session_root: Option<String>,
    /// Agent definition directory.
    pub agent_def_dir: Option<String>,
    /// Name of the tmux session that the agent runs in now.
    pub current_session_name: Option<String>,
    /// Name of the tmux session that it last ran in.
    pub last_session_name: Option<String>,
    /// Where the agent stands in its life.
    pub lifecycle: Lifecycle,
    /// The lease; only active and relaunching agents have one.
    pub lease: Option<Lease>,
    /// The live gateway, if one was published.
    pub gateway: Option<RecordedGateway>,
}

/// Where an agent stands in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifecycle {
    /// `active`, `stopped`, `relaunching` or `retired`; version 2 knows only active agents.
    pub state: String,
    /// Whether a relaunch is promised.
    pub relaunchable: bool,
    /// When it was stopped, as written.
    pub stopped_at: Option<String>,
    /// Why it was stopped.
    pub stop_reason: Option<String>,
}

/// From when to when a record counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// When it was published.
    pub published_at: Timestamp,
    /// Until when it counts, inclusive.
    pub expires_at: Timestamp,
    /// Both as written: published, expires.
    pub written: (String, String),
}

/// The gateway of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedGateway {
    /// `127.0.0.1` or `0.0.0.0`.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Path of its `state.json`.
    pub state_path: String,
}

/// Said when a record is published whose own lease is over (contract section 4.4).
pub fn expired_lease_text(release: Release) -> &'static str {
    if release < LIFECYCLE_RECORDS {
        "Refusing to publish a record with an already-expired lease."
    } else {
        "Refusing to publish an active record with an expired lease."
    }
}

impl Record {
    /// Name of the tmux session: the current one, else the last one.
    pub fn session_name(&self) -> &str {
        self.current_session_name.as_deref().or(self.last_session_name.as_deref()).unwrap_or_default()
    }

    /// Whether its lease counts at `now`; a record without a lease is never fresh.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.lease.as_ref().is_some_and(|lease| lease.expires_at >= now)
    }

    /// Whether it is fresh and its agent active.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.lifecycle.state == "active" && self.is_fresh(now)
    }

    /// Whether relaunch finds it (since 0.8.0).
    pub fn is_relaunchable(&self, now: Timestamp) -> bool {
        self.lifecycle.relaunchable
            && match self.lifecycle.state.as_str() {
                "stopped" => true,
                "active" => self.is_active(now),
                _ => false,
            }
    }

    /// Whether cleanup finds it (since 0.8.0).
    pub fn is_cleanup_candidate(&self) -> bool {
        !python::strip(&self.manifest_path).is_empty()
            && self.session_root.as_deref().is_some_and(|root| !python::strip(root).is_empty())
    }

    /// Whether its lease was over before `now` by more than `grace_seconds`; a record without a lease never is.
    pub fn is_expired_beyond(&self, grace_seconds: i64, now: Timestamp) -> bool {
        self.lease.as_ref().is_some_and(|lease| {
            let grace = jiff::SignedDuration::from_secs(grace_seconds);
            lease.expires_at.checked_add(grace).is_ok_and(|until| until < now)
        })
    }

    /// What a publication of `generation` under this record's id is refused with, if this record stands in its way
    /// (contract section 4.4). `after` is the second look, after writing.
    pub fn ownership_conflict(
        &self,
        agent_id: &str,
        generation: &str,
        now: Timestamp,
        release: Release,
        after: bool,
    ) -> Option<String> {
        let (stands, kind) = match release < LIFECYCLE_RECORDS {
            true => (self.is_fresh(now), "fresh"),
            false => (self.is_active(now), "active"),
        };
        let when = if after { "after publish verification" } else { "before publish" };
        (stands && self.generation_id != generation).then(|| {
            format!(
                "Shared-registry ownership conflict for agent_id `{agent_id}` {when}: {kind} generation `{}` already \
                 owns that logical identity, so generation `{generation}` must stand down.",
                self.generation_id
            )
        })
    }

    fn read(document: &Value, written_as: u8, release: Release) -> Verdict<Record> {
        let model = if written_as == 2 { &shape::V2 } else { &shape::V3 };
        let b = Body::new(document, model, release);
        let (current, last, lease) = match written_as {
            2 => ("terminal/session_name", "terminal/session_name", ""),
            _ => ("terminal/current_session_name", "terminal/last_session_name", "liveness/"),
        };
        let session_root = b.string("runtime/session_root")?;
        let lifecycle = match written_as {
            2 => Lifecycle {
                state: "active".into(),
                relaunchable: session_root.is_some(),
                stopped_at: None,
                stop_reason: None,
            },
            _ => Lifecycle {
                state: b.required("lifecycle/state")?,
                relaunchable: b.boolean("lifecycle/relaunchable")?.unwrap_or_default(),
                stopped_at: b.string("lifecycle/stopped_at")?,
                stop_reason: b.string("lifecycle/stop_reason")?,
            },
        };
        Ok(Record {
            written_as,
            agent_name: b.required("agent_name")?,
            agent_id: b.required("agent_id")?,
            generation_id: b.required("generation_id")?,
            backend: b.required("identity/backend")?,
            tool: b.required("identity/tool")?,
            manifest_path: b.required("runtime/manifest_path")?,
            session_root,
            agent_def_dir: b.string("runtime/agent_def_dir")?,
            current_session_name: b.string(current)?,
            last_session_name: b.string(last)?,
            lifecycle,
            lease: read_lease(&b, lease)?,
            gateway: read_gateway(&b)?,
        })
    }
}

fn read_lease(b: &Body, prefix: &str) -> Verdict<Option<Lease>> {
    let (published, expires) = (format!("{prefix}published_at"), format!("{prefix}lease_expires_at"));
    let (Some(from), Some(to)) = (b.string(&published)?, b.string(&expires)?) else { return Ok(None) };
    Ok(Some(Lease {
        published_at: rules::moment("published_at", &from)?,
        expires_at: rules::moment("lease_expires_at", &to)?,
        written: (from, to),
    }))
}

fn read_gateway(b: &Body) -> Verdict<Option<RecordedGateway>> {
    if !b.has("gateway") {
        return Ok(None);
    }
    Ok(Some(RecordedGateway {
        host: b.required("gateway/host")?,
        port: b.number("gateway/port")?.unwrap_or_default(),
        state_path: b.required("gateway/state_path")?,
    }))
}

/// What `release` makes of a registry record. `path` is the record's path as Houmao prints it. Look for the file first:
/// Houmao does, and the refusal of an absent one is the exception that it would otherwise end with.
pub fn load_record(file: &Observed<FileView>, path: &str, release: Release) -> Loaded<Record> {
    let opening = Opening {
        missing: format!("FileNotFoundError: [Errno 2] No such file or directory: '{path}'"),
        missing_uncaught: true,
        not_json: |path, _| format!("Invalid JSON in registry record `{path}`."),
    };
    let value = match document(file, path, &opening) {
        Ok(value) => value,
        Err(refused) => return refused,
    };
    let written_as = match written_as(value, release) {
        Ok(version) => version,
        Err(pointer) => return Loaded::Unknown(format!("{path}: the value at {pointer} was not kept")),
    };
    let model = if written_as == 2 { &shape::V2 } else { &shape::V3 };
    let prefix = format!("Invalid registry record `{path}`");
    settle(examine(value, model, release, path), path, &prefix, || Record::read(value, written_as, release))
}

/// By which version's rules a record is read. Python's `==` takes `2.0` for 2.
fn written_as(value: &Value, release: Release) -> Result<u8, &'static str> {
    if release < LIFECYCLE_RECORDS {
        return Ok(2);
    }
    let Some(map) = value.as_object() else { return Ok(3) };
    match map.get("schema_version").map(Seen::of) {
        None | Some(Seen::Integer(Some(2))) => Ok(2),
        Some(Seen::Float(Some(n))) if (n - 2.0).abs() < f64::EPSILON => Ok(2),
        Some(Seen::Integer(None) | Seen::Float(None)) => Err("/schema_version"),
        Some(_) => Ok(3),
    }
}
