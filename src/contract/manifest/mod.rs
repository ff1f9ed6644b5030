//! `manifest.json` (contract section 3): versions 2, 3 and 4, the latter in all its dialects.
mod authority;
mod dialect;
mod legacy;
mod plan;
pub(super) mod rules;
pub(super) mod shape;

pub use authority::*;
pub use dialect::*;
pub use rules::WITHOUT_TMUX;

use super::check::{Body, Findings, Model, Seen, Verdict, examine};
use super::outcome::{Loaded, Opening, Refusal, document, settle};
use super::releases::{MEMORY_ROOTS, Release};
use crate::snapshot::{FileView, Observed};
use serde_json::Value;
use std::sync::Arc;

/// Parts of the names of fields that not every release has (contract sections 3.1 and 3.2).
const DATED: [&str; 5] = ["job_dir", "memory_", "primary_pane_id", "primary_window_id", "system_prompt"];

/// Whether a refusal names a field that came or went with a release, so that another one wrote the manifest.
pub fn names_dated_field(refusal: &str) -> bool {
    DATED.iter().any(|field| refusal.contains(field))
}

/// A manifest that loads.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// `schema_version` as the file has it: 2, 3 or 4.
    pub written_as: u8,
    /// Kind of session (`local_interactive`, `houmao_server_rest`, …).
    pub backend: String,
    /// Tool (`claude`, `codex`, …).
    pub tool: String,
    /// Name of the role.
    pub role_name: String,
    /// Working directory.
    pub working_directory: String,
    /// Path of the brain manifest.
    pub brain_manifest_path: String,
    /// Agent name; always there except for sessions without tmux.
    pub agent_name: Option<String>,
    /// Agent id; likewise.
    pub agent_id: Option<String>,
    /// Name of the tmux session: of the `tmux` section, else of the top level.
    pub tmux_session_name: Option<String>,
    /// Generation of the registry record.
    pub registry_generation_id: Option<String>,
    /// Who publishes the registry record: `runtime` or `external`.
    pub registry_launch_authority: String,
    /// Session id.
    pub session_id: Option<String>,
    /// Agent definition directory.
    pub agent_def_dir: Option<String>,
    /// `joined_tmux`, if the session was joined rather than launched.
    pub session_origin: Option<String>,
    /// How a relaunch would go.
    pub posture_kind: Option<String>,
    release: Release,
    endpoints: Option<(Endpoint, Endpoint)>,
    /// Shared by copies: it is by far the largest part.
    document: Arc<Value>,
}

impl Manifest {
    /// Any other value, by path (`houmao_server/session_name`), in the `schema_version` 4 form, with defaults for
    /// missing keys.
    pub fn at(&self, path: &str) -> Seen<'_> {
        self.body().at(path)
    }

    /// The document in its `schema_version` 4 form, after any upgrade.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Whether it came from `agents join`.
    pub fn is_joined(&self) -> bool {
        self.session_origin.as_deref() == Some("joined_tmux")
    }

    /// Whether its registry record is published and refreshed by the session itself.
    pub fn publishes_itself(&self) -> bool {
        self.registry_launch_authority == "runtime"
    }

    fn read(document: &Value, written_as: u8, release: Release) -> Verdict<Manifest> {
        let b = Body::new(document, &shape::V4, release);
        let session = if b.has("tmux") { "tmux/session_name" } else { "tmux_session_name" };
        Ok(Manifest {
            written_as,
            backend: b.required("backend")?,
            tool: b.required("tool")?,
            role_name: b.required("role_name")?,
            working_directory: b.required("working_directory")?,
            brain_manifest_path: b.required("brain_manifest_path")?,
            agent_name: b.string("agent_name")?,
            agent_id: b.string("agent_id")?,
            tmux_session_name: b.string(session)?,
            registry_generation_id: b.string("registry_generation_id")?,
            registry_launch_authority: b.required("registry_launch_authority")?,
            session_id: b.string("runtime/session_id")?,
            agent_def_dir: b.string("runtime/agent_def_dir")?,
            session_origin: b.string("agent_launch_authority/session_origin")?,
            posture_kind: b.string("agent_launch_authority/posture_kind")?,
            release,
            endpoints: authority::endpoints(&b)?,
            document: Arc::new(document.clone()),
        })
    }
}

/// What `release` makes of a manifest. `named` is its path as Houmao prints it where it is loaded.
pub fn load_manifest(file: &Observed<FileView>, named: &str, release: Release) -> Loaded<Manifest> {
    let opening = Opening {
        missing: format!("Session manifest not found: {named}"),
        missing_uncaught: false,
        not_json: |named, _| format!("Invalid JSON in session manifest: {named}"),
    };
    let resolved = file.present().map_or(named, |view| view.path.as_str());
    match document(file, named, &opening) {
        Ok(value) => parse_manifest(value, named, resolved, release),
        Err(refused) => refused,
    }
}

/// What `release` makes of a manifest that was read. `resolved` is its path with links followed.
pub(super) fn parse_manifest(
    value: &Value,
    named: &str,
    resolved: &str,
    release: Release,
) -> Loaded<Manifest> {
    let version = value.get("schema_version").map_or(Seen::Nothing, Seen::of);
    let number = match version {
        Seen::Integer(None) => {
            return Loaded::Unknown(format!("{named}: the value at /schema_version was not kept"));
        }
        Seen::Integer(Some(number)) => number,
        _ => 0,
    };
    let source = Source { named, resolved, release };
    match number {
        4 => source.check(value, &shape::V4, "session_manifest.v4").and_then(|()| source.read(value, 4)),
        3 if release < MEMORY_ROOTS => legacy::load_v3(value, &source),
        2 if release < MEMORY_ROOTS => legacy::load_v2(value, &source),
        _ => Loaded::Refused(Refusal::new(named, mismatch(version, &source))),
    }
}

/// Where a manifest comes from and who reads it.
struct Source<'a> {
    named: &'a str,
    resolved: &'a str,
    release: Release,
}

impl Source<'_> {
    /// Examines a document; `what` is the schema that refusals name.
    fn check(&self, value: &Value, model: &'static Model, what: &str) -> Loaded<()> {
        let prefix = format!("{what} validation failed for {}", self.named);
        self.settle(examine(value, model, self.release, self.named), &prefix)
    }

    /// The same after an upgrade.
    fn check_upgraded(&self, value: &Value, model: &'static Model, what: &str) -> Loaded<()> {
        let prefix = format!("{what} validation failed for upgraded {}", self.named);
        self.settle(examine(value, model, self.release, self.named), &prefix)
    }

    fn settle(&self, findings: Findings, prefix: &str) -> Loaded<()> {
        let mut settled = settle(findings, self.named, prefix, || Ok(()));
        if let Loaded::Refused(refusal) = &mut settled
            && self.release >= MEMORY_ROOTS
            && refusal.said.contains("gateway_authority is required")
        {
            refusal.said.push_str(
                ". Start a fresh runtime session; legacy backend-specific authority synthesis is not supported before \
                 1.0.",
            );
        }
        settled
    }

    fn read(&self, document: &Value, written_as: u8) -> Loaded<Manifest> {
        settle(Findings::default(), self.named, "", || Manifest::read(document, written_as, self.release))
    }
}

fn mismatch(version: Seen, source: &Source) -> String {
    let got = match version {
        Seen::Integer(Some(n)) => n.to_string(),
        Seen::Boolean(Some(true)) => "True".into(),
        Seen::Boolean(Some(false)) => "False".into(),
        _ => "None".into(),
    };
    let (wanted, advice) = if source.release < MEMORY_ROOTS {
        ("in {2, 3, 4}", "Legacy CAO manifests are not supported; start a new session.")
    } else {
        (
            "=4",
            "Start a fresh runtime session; in-memory upgrades from older manifests are not supported before 1.0.",
        )
    };
    let sep = if wanted.starts_with('=') { "" } else { " " };
    format!(
        "Session manifest schema-version mismatch: expected schema_version{sep}{wanted}, got {got} in `{}`. {advice}",
        source.named
    )
}

#[cfg(test)]
#[path = "manifest_tests.rs"]
mod tests;
