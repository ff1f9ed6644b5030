//! What a question gives where there is nothing to ask: absent where it was seen that there is none, else unknown.
use super::{
    Fact, Join, Reading, elsewhere, exists, live_records, registry_folder, registry_of, session_of_root, text,
};
use crate::contract::{Release, WITHOUT_TMUX};
use crate::snapshot::{Observed, PathKind, RootPath, SessionRoot, Snapshot};

impl Join<'_> {
    /// What a question to a record gives when there is none: absent, unless the registry could not be listed.
    pub fn no_record<T>(&self) -> Fact<T> {
        let published = self.env("HOUMAO_AGENT_ID");
        if let Some(why) = published.ignorance().filter(|_| self.tmux.is_some()) {
            return Fact::unknown(why, published.source.clone());
        }
        no_record(self.snapshot, self.release)
    }

    /// Why it is not known which records there are and whom they name; nothing where all were read. One that is no record
    /// at all names nobody.
    pub(super) fn unseen_record(&self) -> Option<String> {
        unseen_record(self.snapshot, self.release)
    }

    /// What a question to the session root gives when none was read: absent where everything that could name one was seen
    /// to name none or to lead nowhere, unknown where it could not be followed.
    pub fn no_root<T>(&self, source: impl Into<String>) -> Fact<T> {
        match self.unseen_root() {
            Some(why) => Fact::unknown(why, source),
            None => Fact::absent(source),
        }
    }

    /// Why it is not known whether there is a session root.
    fn unseen_root(&self) -> Option<String> {
        self.unseen_pointer().or_else(|| match self.record.or(self.claimants.first().copied()) {
            Some(entry) => entry.record.ignorance().or_else(|| {
                let path = text(&entry.record, &entry.path, "/runtime/manifest_path");
                path.value().and_then(|path| self.unfollowed(path))
            }),
            // The record of a published agent id lies in a folder of that name; any other record may name the session.
            None if self.env("HOUMAO_AGENT_ID").value().is_some() => {
                self.no_record::<i64>().ignorance().map(str::to_owned)
            }
            None => self.unseen_record(),
        })
    }

    /// Why it is not known where the manifest pointer of the session leads.
    pub(super) fn unseen_pointer(&self) -> Option<String> {
        let pointer = self.env("HOUMAO_MANIFEST_PATH");
        match pointer.value() {
            Some(path) => self.unfollowed(path),
            None => pointer.ignorance().map(str::to_owned),
        }
    }

    /// What a question about the tmux session gives where the asked server has none of this name.
    pub(super) fn not_here<T>(&self, source: impl Into<String>) -> Fact<T> {
        match self.is_nameless() {
            true => Fact::unknown("no file that could be read names its tmux session", source),
            false if self.has_no_tmux() => super::no_server(self.snapshot, &source.into()),
            false => elsewhere::not_here(self.snapshot, &self.name, source),
        }
    }

    /// Whether there is no tmux session to be elsewhere, since the backend has none.
    pub(super) fn has_no_tmux(&self) -> bool {
        let backend = |r: &SessionRoot| text(&r.manifest, &r.manifest_path, "/backend");
        self.tmux.is_none()
            && self.root.is_some_and(|r| backend(r).value().is_some_and(|b| b == WITHOUT_TMUX))
    }

    /// Whether the session goes by the path of the folder that the operator gave, since its manifest tells no name.
    pub(super) fn is_nameless(&self) -> bool {
        let goes_by = |root: &SessionRoot| root.path == self.name && session_of_root(root).is_none();
        // Of this backend it is known that there is none to be named.
        let has_one = || self.manifest_text("/backend").value().is_none_or(|b| b != WITHOUT_TMUX);
        self.tmux.is_none() && self.claimants.is_empty() && self.root.is_some_and(goes_by) && has_one()
    }

    /// Why no root was read at a manifest path; nothing where there is certainly none.
    fn unfollowed(&self, manifest: &str) -> Option<String> {
        match self.path(manifest) {
            Observed::Absent => None,
            Observed::Present(state) if state.kind == PathKind::Missing => None,
            Observed::Present(_) => Some(format!("the folder of {manifest} was not read")),
            other => Some(format!("{manifest} is {}", other.ignorance().unwrap_or_default())),
        }
    }
}

fn no_record<T>(snapshot: &Snapshot, release: Option<Release>) -> Fact<T> {
    let source = match registry_of(snapshot, release).map(|r| &r.root) {
        Some(RootPath::Folder(root)) => format!("registry {root}"),
        Some(RootPath::Refused(_)) => {
            return Fact::absent("registry: HOUMAO_GLOBAL_REGISTRY_DIR is refused");
        }
        None => "registry".to_owned(),
    };
    match registry_folder(snapshot, release).map(|f| exists(&f.live, "")) {
        Some(Fact { reading: Reading::Unknown(why), .. }) => Fact::unknown(why, source),
        _ => Fact::absent(source),
    }
}

/// Why it is not known which records there are and what they say; nothing where all were read. One that is no record at
/// all says nothing.
pub(super) fn unseen_record(snapshot: &Snapshot, release: Option<Release>) -> Option<String> {
    let listed = no_record::<i64>(snapshot, release).ignorance().map(str::to_owned);
    listed.or_else(|| live_records(snapshot, release).into_iter().find_map(|e| e.record.ignorance()))
}
