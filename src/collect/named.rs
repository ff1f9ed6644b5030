//! What the collected files, tmux and the operator name, and hence has to be looked at too.
use super::environment::Environment;
use super::read::beginning;
use super::roots::Pointer;
use crate::snapshot::{
    Content, EnvValue, FileView, NamedBy, Observed, RecordEntry, RegistryView, SessionRoot, Tmux, TmuxAnswer,
    TmuxSession,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Pointers in a manifest to what a resume or an attach depends on (contract sections 3.2 and 6.3).
const MANIFEST_PATHS: &[&str] = &[
    "/agent_launch_authority/profile_path",
    "/agent_launch_authority/working_directory",
    "/backend_state/working_directory",
    "/brain_manifest_path",
    "/headless/working_directory",
    "/interactive/working_directory",
    "/job_dir",
    "/launch_plan/home_selector/home_path",
    "/launch_plan/working_directory",
    "/local_interactive/working_directory",
    "/runtime/agent_def_dir",
    "/runtime/job_dir",
    "/runtime/memo_file",
    "/runtime/memory_dir",
    "/runtime/memory_root",
    "/runtime/pages_dir",
    "/working_directory",
];
/// Pointers in a record.
const RECORD_PATHS: &[&str] =
    &["/gateway/state_path", "/runtime/agent_def_dir", "/runtime/manifest_path", "/runtime/session_root"];
/// Where a record and a manifest name their tmux session, the first that is set.
const RECORD_SESSIONS: &[&str] =
    &["/terminal/current_session_name", "/terminal/session_name", "/terminal/last_session_name"];
const MANIFEST_SESSIONS: &[&str] = &["/tmux/session_name", "/tmux_session_name"];
/// Variables of a tmux session that hold paths which some step follows.
const SESSION_PATHS: &[&str] = &["HOUMAO_AGENT_DEF_DIR", "HOUMAO_GATEWAY_STATE_PATH", "HOUMAO_MANIFEST_PATH"];
/// What a managed session publishes.
const PUBLISHED: &[&str] = &["HOUMAO_MANIFEST_PATH", "HOUMAO_AGENT_ID"];
/// Largest brain manifest that is looked into.
const BRAIN_BYTES_MAX: u64 = 1 << 20;

/// The JSON of a file, if it was read.
pub(super) fn json(file: &Observed<FileView>) -> Option<&Value> {
    match &file.present()?.content {
        Content::Json(value) => Some(value),
        _ => None,
    }
}

/// A string in a document that is not blank.
pub(super) fn text<'a>(document: &'a Value, pointer: &str) -> Option<&'a str> {
    document.pointer(pointer)?.as_str().filter(|s| !s.trim().is_empty())
}

fn file_text<'a>(file: &'a Observed<FileView>, pointer: &str) -> Option<&'a str> {
    json(file).and_then(|document| text(document, pointer))
}

/// The sessions of the tmux server, if one answered.
pub(super) fn sessions(tmux: &Tmux) -> &[TmuxSession] {
    match &tmux.answer {
        TmuxAnswer::Server { server } => &server.sessions,
        _ => &[],
    }
}

/// Whether the asked server has every session that a local record names, or a manifest as its own, and each of them
/// publishes something; one that does not may only have the name of a session that another server has.
pub(super) fn sessions_are_there(tmux: &Tmux, registry: &RegistryView, roots: &[SessionRoot]) -> bool {
    let first = |file, pointers: &[&str]| pointers.iter().find_map(|pointer| file_text(file, pointer));
    let entries = registry.folders.iter().filter_map(|f| f.live.present()).flatten();
    let recorded = entries.filter_map(|entry| first(&entry.record, RECORD_SESSIONS));
    let written = roots.iter().filter_map(|root| first(&root.manifest, MANIFEST_SESSIONS));
    let answered = matches!(tmux.answer, TmuxAnswer::Server { .. } | TmuxAnswer::NoServer { .. });
    let published = |s: &TmuxSession| PUBLISHED.iter().any(|name| variable(s, name).is_some());
    let is_here = |name| sessions(tmux).iter().any(|s| s.name == name && published(s));
    answered && recorded.chain(written).all(is_here)
}

/// A variable that is set in the session itself, which is where Houmao reads.
pub(super) fn variable<'a>(session: &'a TmuxSession, name: &str) -> Option<&'a str> {
    match session.env.present()?.get(name)? {
        EnvValue::Value(value) => Some(value).filter(|v| !v.trim().is_empty()).map(String::as_str),
        _ => None,
    }
}

/// All records, local before external, of all folders.
pub(super) fn records(registry: &RegistryView) -> impl Iterator<Item = &RecordEntry> {
    registry.folders.iter().flat_map(|f| [&f.live, &f.external]).filter_map(Observed::present).flatten()
}

/// Every pointer to a manifest.
pub(super) fn pointers(roots: &[PathBuf], sessions: &[TmuxSession], registry: &RegistryView) -> Vec<Pointer> {
    let operator = roots.iter().map(|dir| Pointer {
        text: dir.join("manifest.json").to_string_lossy().into_owned(),
        by: NamedBy::Operator,
    });
    let tmux = sessions.iter().filter_map(|session| {
        let text = variable(session, "HOUMAO_MANIFEST_PATH")?.to_string();
        Some(Pointer { text, by: NamedBy::TmuxSession(session.id.clone()) })
    });
    let records = records(registry).filter_map(|entry| {
        let text = file_text(&entry.record, "/runtime/manifest_path")?.to_string();
        Some(Pointer { text, by: NamedBy::Record(entry.path.clone()) })
    });
    operator.chain(tmux).chain(records).collect()
}

/// Everything that was collected so far and that names other things.
pub(super) struct Seen<'a> {
    pub env: &'a Environment,
    /// The sessions of the tmux server; none before it has answered.
    pub sessions: &'a [TmuxSession],
    pub registry: &'a RegistryView,
    pub roots: &'a [SessionRoot],
    /// The brain manifests that the manifests of these roots name, as far as they could be read.
    pub brains: &'a BTreeMap<String, Option<Brain>>,
}

impl Seen<'_> {
    fn manifests(&self) -> impl Iterator<Item = &Value> {
        self.roots.iter().filter_map(|root| json(&root.manifest))
    }

    fn records(&self) -> impl Iterator<Item = &Value> {
        records(self.registry).filter_map(|entry| json(&entry.record))
    }

    /// Paths as written, with every role prompt that some agent definition folder should hold.
    pub(super) fn paths(&self, limit: usize) -> (BTreeSet<String>, bool) {
        let mut paths = BTreeSet::new();
        for manifest in self.manifests() {
            paths.extend(MANIFEST_PATHS.iter().filter_map(|p| text(manifest, p)).map(String::from));
        }
        for record in self.records() {
            paths.extend(RECORD_PATHS.iter().filter_map(|p| text(record, p)).map(String::from));
        }
        for session in self.sessions {
            paths.extend(SESSION_PATHS.iter().filter_map(|n| variable(session, n)).map(String::from));
        }
        paths.extend(self.roots.iter().filter_map(SessionRoot::registration_path));
        paths.extend(self.brains.values().flatten().flat_map(|brain| brain.paths.iter().cloned()));
        let prompts = self.role_prompts();
        let cut = paths.len() + prompts.len() > limit;
        paths.extend(prompts);
        (paths.into_iter().take(limit).collect(), cut)
    }

    /// `<agent_def_dir>/roles/<role>/system-prompt.md` of every folder and every role: which record a session falls
    /// back to is a matter of judgement, so no pair is left out.
    fn role_prompts(&self) -> BTreeSet<String> {
        let of_manifests = self.manifests().filter_map(|m| text(m, "/runtime/agent_def_dir"));
        let of_records = self.records().filter_map(|r| text(r, "/runtime/agent_def_dir"));
        let of_sessions = self.sessions.iter().filter_map(|s| variable(s, "HOUMAO_AGENT_DEF_DIR"));
        let dirs: BTreeSet<&str> = of_manifests.chain(of_records).chain(of_sessions).collect();
        let roles: BTreeSet<&str> = self.manifests().filter_map(|m| text(m, "/role_name")).collect();
        let prompt =
            |dir: &str, role: &str| format!("{}/roles/{role}/system-prompt.md", dir.trim_end_matches('/'));
        dirs.iter().flat_map(|dir| roles.iter().map(move |role| prompt(dir, role))).collect()
    }

    /// Programs that a resume looks up.
    pub(super) fn programs(&self) -> BTreeSet<String> {
        let planned = self.manifests().filter_map(|m| text(m, "/launch_plan/executable")).map(String::from);
        planned.chain(self.brains.values().flatten().filter_map(|brain| brain.program.clone())).collect()
    }

    /// Pids that files name.
    pub(super) fn pids(&self) -> BTreeSet<u32> {
        let mut pids = BTreeSet::new();
        for root in self.roots {
            let gateway = &root.gateway;
            let files = [(&gateway.current_instance, "/pid"), (&gateway.gateway_manifest, "/gateway_pid")];
            let in_files = files.iter().filter_map(|(file, at)| json(file)?.pointer(at)?.as_u64());
            pids.extend(in_files.filter_map(|pid| u32::try_from(pid).ok()));
            if let Some(Content::Text(text)) = gateway.pid_file.present().map(|f| &f.content) {
                pids.extend(text.trim().parse::<u32>());
            }
        }
        pids.extend(self.manifests().filter_map(|m| {
            let pid = m.pointer("/runtime/agent_pid")?.as_u64()?;
            u32::try_from(pid).ok()
        }));
        pids.remove(&0);
        pids
    }

    /// Ports on which a gateway is to listen.
    pub(super) fn wanted_ports(&self) -> BTreeSet<u16> {
        let files = self.roots.iter().flat_map(|root| [&root.gateway.desired_config, &root.gateway.attach]);
        let in_files = files.filter_map(|file| json(file)?.pointer("/desired_port")?.as_u64());
        let in_shell = self.env.var("HOUMAO_AGENT_GATEWAY_PORT").and_then(number);
        let all = in_files.chain(in_shell);
        all.filter_map(|p| u16::try_from(p).ok()).filter(|p| *p > 0).collect()
    }

    /// Ports that files and variables name.
    pub(super) fn ports(&self) -> BTreeSet<u16> {
        let mut ports: Vec<u64> = Vec::new();
        for root in self.roots {
            let g = &root.gateway;
            let files = [
                (&g.current_instance, "/port"),
                (&g.desired_config, "/desired_port"),
                (&g.attach, "/desired_port"),
                (&g.gateway_manifest, "/gateway_port"),
                (&g.state, "/gateway_port"),
            ];
            ports.extend(files.iter().filter_map(|(file, at)| json(file)?.pointer(at)?.as_u64()));
            // Where the port is taken, one of the next is what an operator is told to use.
            let wanted = json(&g.desired_config).and_then(|c| c.pointer("/desired_port")?.as_u64());
            ports.extend(wanted.into_iter().flat_map(|p| (1..=SPARE).map(move |n| p.saturating_add(n))));
        }
        ports.extend(self.records().filter_map(|r| r.pointer("/gateway/port")?.as_u64()));
        let name = "HOUMAO_AGENT_GATEWAY_PORT";
        let live = self.sessions.iter().filter_map(|s| variable(s, name));
        ports.extend(live.chain(self.env.var(name)).filter_map(number));
        ports.into_iter().filter_map(|p| u16::try_from(p).ok()).filter(|p| *p > 0).collect()
    }
}

/// How many ports beside a wanted one are looked at too.
const SPARE: u64 = 3;

/// A port as Python reads a whole number; underscores may stand between digits, and one too many only means a look.
fn number(text: &str) -> Option<u64> {
    text.trim().replace('_', "").parse().ok()
}

/// What of a brain manifest decides a resume; nothing else of it is kept.
pub(super) struct Brain {
    program: Option<String>,
    paths: Vec<String>,
}

impl Brain {
    /// Where the manifests of these roots say that their brain manifests are.
    pub(super) fn paths_in(roots: &[SessionRoot]) -> BTreeSet<&str> {
        let manifests = roots.iter().filter_map(|root| json(&root.manifest));
        manifests.filter_map(|m| text(m, "/brain_manifest_path")).collect()
    }

    /// Reads one as Houmao does: as YAML, of which JSON is a part. Houmao writes JSON, and a reader of JSON is done sooner.
    pub(super) fn read(path: &Path) -> Option<Brain> {
        let bytes = beginning(path, BRAIN_BYTES_MAX)?;
        let yaml = || serde_yaml::from_slice(&bytes).ok();
        let document: Value = serde_json::from_slice(&bytes).ok().or_else(yaml)?;
        let at = |pointer: &str| text(&document, pointer).map(String::from);
        let paths = ["/credentials/env_contract/source_file", "/runtime/launch_home_selector/value"];
        Some(Brain {
            program: at("/runtime/launch_executable"),
            paths: paths.into_iter().filter_map(at).collect(),
        })
    }
}
