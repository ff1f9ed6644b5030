//! Which things belong together: tmux session, session root and registry record of one managed session.
use super::{Fact, bearer_of_name, bearer_of_record, leaf, text};
use crate::contract::Release;
use crate::snapshot::{
    Content, EnvValue, NamedBy, Observed, PathKind, PathState, RecordEntry, RegistryFolder, RegistryRoot,
    RootPath, SessionRoot, Snapshot, TmuxSession,
};
use std::collections::{BTreeMap, BTreeSet};

/// One managed session, joined from what names it.
#[derive(Debug, Clone)]
pub struct Join<'a> {
    /// The whole observation.
    pub snapshot: &'a Snapshot,
    /// The judged release.
    pub release: Option<Release>,
    /// Name of the tmux session.
    pub name: String,
    /// What gives it that name.
    pub named_by: String,
    /// The tmux session of exactly that name.
    pub tmux: Option<&'a TmuxSession>,
    /// The session root: of the manifest that the session publishes, else of the record that stands in.
    pub root: Option<&'a SessionRoot>,
    /// Whether the session itself publishes that root (else only a record names it).
    pub root_from_env: bool,
    /// The record that stands in: the one of the published agent id, else the only one that names the session.
    pub record: Option<&'a RecordEntry>,
    /// All records that name the session.
    pub claimants: Vec<&'a RecordEntry>,
}

/// Whether a session publishes any Houmao name of its own.
pub fn is_managed(session: &TmuxSession) -> bool {
    let set = |v: &EnvValue| matches!(v, EnvValue::Value(_));
    session.env.present().is_some_and(|env| env.values().any(set))
}

/// The registry root that a release reads; none when the release is not known and the lines differ.
pub fn registry_of(snapshot: &Snapshot, release: Option<Release>) -> Option<&RegistryRoot> {
    let (old, new) = (&snapshot.registry.before_1_0, &snapshot.registry.since_1_0);
    match release {
        Some(r) if r < Release::new(1, 0, 0) => Some(old),
        Some(_) => Some(new),
        None => (old.root == new.root).then_some(old),
    }
}

/// The listed registry folder that a release reads. Without a known release, the one that has records.
pub fn registry_folder(snapshot: &Snapshot, release: Option<Release>) -> Option<&RegistryFolder> {
    let root = match registry_of(snapshot, release) {
        Some(RegistryRoot { root: RootPath::Folder(path), .. }) => path,
        Some(_) => return None,
        None => {
            let filled = |f: &&RegistryFolder| f.live.present().is_some_and(|l| !l.is_empty());
            return snapshot.registry.folders.iter().find(filled);
        }
    };
    snapshot.registry.folders.iter().find(|f| &f.root == root)
}

/// The tmux session that a record names: `terminal.session_name`, `current_session_name` or `last_session_name`.
pub fn session_of_record(entry: &RecordEntry) -> Option<String> {
    ["/terminal/current_session_name", "/terminal/session_name", "/terminal/last_session_name"]
        .iter()
        .find_map(|p| text(&entry.record, &entry.path, p).value().cloned())
}

/// Whether a record says that its agent is not running (stopped or retired); such records claim no session.
pub fn is_stopped(entry: &RecordEntry) -> bool {
    let state = text(&entry.record, &entry.path, "/lifecycle/state");
    matches!(state.value().map(String::as_str), Some("stopped" | "retired"))
}

/// All managed sessions: those that publish a Houmao name, those that a running record names, and those that
/// `also` names; sorted by name. A name under which an agent no longer runs, but a live session does, is none.
pub fn joins<'a>(snapshot: &'a Snapshot, release: Option<Release>, also: &[String]) -> Vec<Join<'a>> {
    let mut names: BTreeSet<String> = also.iter().cloned().collect();
    if let Some(server) = snapshot.server() {
        names.extend(server.sessions.iter().filter(|s| is_managed(s)).map(|s| s.name.clone()));
    }
    for entry in live_records(snapshot, release).into_iter().filter(|e| !is_stopped(e)) {
        names.extend(session_of_record(entry).filter(|_| bearer_of_record(snapshot, entry).is_none()));
    }
    for root in snapshot.session_roots.iter().filter(|r| r.named_by.contains(&NamedBy::Operator)) {
        let name = session_of_root(root).unwrap_or_else(|| root.path.clone());
        let bearer = bearer_of_name(snapshot, release, &name);
        names.insert(bearer.map_or(name, |s| s.name.clone()));
    }
    names.into_iter().map(|name| Join::of(snapshot, release, name)).collect()
}

/// The session name that a manifest gives.
pub fn session_of_root(root: &SessionRoot) -> Option<String> {
    ["/tmux/session_name", "/tmux_session_name"]
        .iter()
        .find_map(|p| text(&root.manifest, &root.manifest_path, p).value().cloned())
}

/// The records of the registry that the release reads, by folder: a snapshot may list them in any order.
pub fn live_records(snapshot: &Snapshot, release: Option<Release>) -> Vec<&RecordEntry> {
    let live = registry_folder(snapshot, release).and_then(|f| f.live.present());
    let mut records: Vec<&RecordEntry> = live.into_iter().flatten().collect();
    records.sort_by_key(|entry| (&entry.folder, &entry.path));
    records
}

impl<'a> Join<'a> {
    /// Joins what belongs to the session called `name`.
    pub fn of(snapshot: &'a Snapshot, release: Option<Release>, name: String) -> Self {
        let tmux = snapshot.server().and_then(|s| s.sessions.iter().find(|x| x.name == name));
        let records = live_records(snapshot, release);
        let claimants: Vec<&RecordEntry> = records
            .iter()
            .copied()
            .filter(|e| !is_stopped(e) && session_of_record(e).as_deref() == Some(name.as_str()))
            .collect();
        let mut join = Join {
            snapshot,
            release,
            named_by: if tmux.is_some() {
                "tmux: #{session_name}".into()
            } else {
                "the files that name it".into()
            },
            name,
            tmux,
            root: None,
            root_from_env: false,
            record: None,
            claimants,
        };
        let by_id = join.env("HOUMAO_AGENT_ID");
        join.record = match by_id.value() {
            Some(id) => records.iter().copied().find(|e| e.folder == *id),
            // A session that is here may publish an id that was not read.
            None if tmux.is_some() && by_id.ignorance().is_some() => None,
            None => (join.claimants.len() == 1).then(|| join.claimants[0]),
        };
        join.find_root();
        join
    }

    fn find_root(&mut self) {
        if let Some(session) = self.tmux {
            let by_env = NamedBy::TmuxSession(session.id.clone());
            self.root = self.snapshot.session_roots.iter().find(|r| r.named_by.contains(&by_env));
            self.root_from_env = self.root.is_some();
        }
        let named = self.record.or(self.claimants.first().copied());
        if self.root.is_none() {
            self.root = named.and_then(|record| {
                let by_record = NamedBy::Record(record.path.clone());
                self.snapshot.session_roots.iter().find(|r| r.named_by.contains(&by_record))
            });
        }
        if self.root.is_none() && self.tmux.is_none() {
            let same = |r: &&SessionRoot| {
                r.named_by.contains(&NamedBy::Operator)
                    && session_of_root(r).unwrap_or_else(|| r.path.clone()) == self.name
            };
            self.root = self.snapshot.session_roots.iter().find(same);
        }
    }

    /// The session environment: absent when tmux has no such session.
    pub fn environment(&self) -> Fact<&'a BTreeMap<String, EnvValue>> {
        let source = format!("tmux environment of {}", self.name);
        match self.tmux.map(|s| &s.env) {
            Some(Observed::Present(env)) => Fact::known(env, source),
            Some(Observed::Absent) => Fact::absent(source),
            Some(other) => Fact::unknown(other.ignorance().unwrap_or_default(), source),
            None => self.not_here(source),
        }
    }

    /// Where one name of the session environment is read.
    pub fn env_source(&self, name: &str) -> String {
        format!("tmux environment of {}: {name}", self.name)
    }

    /// One name of the session environment, as Houmao reads it: trimmed, blank counts as absent, the global environment
    /// is not consulted (contract section 2.2).
    pub fn env(&self, name: &str) -> Fact<String> {
        let source = self.env_source(name);
        let Fact { reading, .. } = self.environment().and_then(|env| match env.get(name) {
            Some(EnvValue::Value(v)) if !v.trim().is_empty() && !v.trim().starts_with('-') => {
                Fact::known(v.trim().to_owned(), source.clone())
            }
            _ => Fact::absent(source.clone()),
        });
        Fact { reading, source }
    }

    /// What was observed at a path that something names.
    pub fn path(&self, raw: &str) -> Observed<PathState> {
        match self.snapshot.paths.get(raw) {
            Some(seen) => seen.clone(),
            None => Observed::NotLooked("this path was not looked at".into()),
        }
    }

    /// Whether a path leads to a thing of this kind.
    pub fn path_is(&self, raw: &str, kind: PathKind) -> Fact<bool> {
        match self.path(raw) {
            Observed::Present(state) => Fact::known(state.kind == kind, raw),
            Observed::Absent => Fact::known(false, raw),
            other => Fact::unknown(other.ignorance().unwrap_or_default(), raw),
        }
    }

    /// Whether a path is this session's own `state.json`.
    pub fn is_own_state(&self, raw: &str) -> Fact<bool> {
        let Some(root) = self.root else {
            return self.no_root("the session root");
        };
        let own = format!("{}/gateway/state.json", root.path);
        match self.path(raw) {
            Observed::Present(state) => Fact::known(state.resolved == own, raw),
            _ => Fact::known(raw == own, raw),
        }
    }

    /// A string leaf of the manifest.
    pub fn manifest_text(&self, pointer: &str) -> Fact<String> {
        match self.root {
            Some(root) => text(&root.manifest, &root.manifest_path, pointer),
            None => self.no_root("the session root"),
        }
    }

    /// A string leaf of the record that stands in.
    pub fn record_text(&self, pointer: &str) -> Fact<String> {
        match self.record {
            Some(entry) => text(&entry.record, &entry.path, pointer),
            None => self.no_record(),
        }
    }

    /// The window id and pane id that `current-instance.json` records.
    pub fn handle_ids(&self) -> Fact<(String, Option<String>)> {
        let Some(root) = self.root else {
            return self.no_root("the session root");
        };
        let path = self.gateway_path("run/current-instance.json");
        let file = &root.gateway.current_instance;
        if matches!(file, Observed::Present(v) if matches!(v.content, Content::NotJson(_) | Content::NotUtf8(_)))
        {
            return Fact::absent(path);
        }
        let pane = leaf(file, &path, "/tmux_pane_id").value().and_then(|v| v.as_str().map(str::to_owned));
        text(file, &path, "/tmux_window_id").then(|id| (id.clone(), pane))
    }

    /// The path of a file of the gateway subtree.
    pub fn gateway_path(&self, name: &str) -> String {
        match self.root {
            Some(root) => format!("{}/gateway/{name}", root.path),
            None => format!("gateway/{name}"),
        }
    }

    /// Subject id of the session.
    pub fn subject_id(&self) -> String {
        format!("session:{}", self.name)
    }
}
