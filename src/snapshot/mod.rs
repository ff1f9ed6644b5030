//! What was observed, as plain serialisable data: the only thing that crosses from I/O to thought.
//!
//! `collect` fills it, everything else reads it. Nothing here decides anything. Every answer says whether it is known
//! ([`Observed`]). Maps are sorted, times are RFC 3339 in UTC, paths are strings as the operating system gave them
//! (lossily decoded), so that the same observation always gives the same bytes.
mod files;
mod host;
mod observed;
mod pair;
mod probe;
mod registry;
mod sqlite;
mod tmux;

pub use files::*;
pub use host::*;
pub use observed::*;
pub use probe::*;
pub use registry::*;
pub use sqlite::*;
pub use tmux::*;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of this format.
pub const SCHEMA: &str = "houmao-doctor.snapshot/1";

/// Everything that one run observed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// Always `houmao-doctor.snapshot/1`.
    pub schema: String,
    /// Release of the doctor that took it.
    pub doctor: String,
    /// When it was taken, RFC 3339 in UTC; the only clock that judgement uses.
    pub taken_at: String,
    /// The operator's shell and machine.
    pub host: Host,
    /// Which Houmao is installed.
    pub houmao: Houmao,
    /// What tmux answered.
    pub tmux: Tmux,
    /// Other tmux servers of this user, sorted by socket; looked for only where something names a session that the asked
    /// server does not have.
    #[serde(default = "no_others")]
    pub other_tmux: Observed<Vec<OtherServer>>,
    /// Which registry root each release line would use, and what is in each of them.
    pub registry: RegistryView,
    /// Session roots, sorted by path: every one that a tmux session, a registry record or the operator names.
    pub session_roots: Vec<SessionRoot>,
    /// Every other path whose existence some step depends on, keyed by the path as it is written where it is named
    /// (agent definition directories, role prompts, brain manifests, working directories, manifest pointers).
    pub paths: BTreeMap<String, Observed<PathState>>,
    /// Programs looked up on the operator's `PATH`: name to found path. `absent` means not on `PATH`.
    pub executables: BTreeMap<String, Observed<String>>,
    /// Processes by pid: every pid that a file names, and every process that runs a Houmao gateway.
    pub processes: BTreeMap<u32, Observed<Process>>,
    /// Ports by number: every port that a file or variable names. `present` says who listens on it.
    pub ports: BTreeMap<u16, Observed<Port>>,
    /// Requests made over HTTP, sorted by URL, and pair servers' own files.
    pub probes: Vec<Probe>,
    /// Limits that were hit while looking; each is also an `unreadable` where it matters.
    pub limits_hit: Vec<LimitHit>,
    /// How long the observation took, in milliseconds. Snapshots of before it was measured do not say.
    #[serde(default = "not_measured")]
    pub took_ms: Observed<u64>,
}

fn not_measured() -> Observed<u64> {
    Observed::NotLooked("not measured".to_owned())
}

/// What snapshots say that are older than this observation.
fn no_others() -> Observed<Vec<OtherServer>> {
    Observed::NotLooked("the doctor that took this snapshot did not look for other tmux servers".into())
}

/// One limit that was hit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitHit {
    /// What was being looked at.
    pub what: String,
    /// The limit, in words.
    pub limit: String,
}

impl Snapshot {
    /// The session root whose resolved manifest path is `manifest`, if it was looked at.
    pub fn root_of_manifest(&self, manifest: &str) -> Option<&SessionRoot> {
        self.session_roots.iter().find(|r| r.manifest_path == manifest)
    }

    /// The tmux server's answer, if there is one.
    pub fn server(&self) -> Option<&TmuxServer> {
        match &self.tmux.answer {
            TmuxAnswer::Server { server } => Some(server),
            _ => None,
        }
    }
}
