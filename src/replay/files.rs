//! Files as a release loads them, each loaded once however many operations are replayed: they are the same for all.
use super::world::World;
use crate::contract::{
    AttachContract, GatewayState, Loaded, Manifest, Record, load_attach_contract, load_gateway_state,
    load_manifest, load_record,
};
use crate::snapshot::{RecordEntry, SessionRoot};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What was loaded so far, by where it lies and how Houmao calls it.
#[derive(Debug, Default)]
pub(super) struct Files {
    manifests: Known<Manifest>,
    records: Known<Record>,
    states: Known<GatewayState>,
    attaches: Known<AttachContract>,
}

type Known<T> = RefCell<BTreeMap<(String, String), Loaded<T>>>;

impl World<'_> {
    /// The manifest of a session root; `path` is what its errors call it.
    pub fn manifest(&self, root: &SessionRoot, path: &str) -> Loaded<Manifest> {
        once(&self.files.manifests, &root.manifest_path, path, || {
            load_manifest(&root.manifest, path, self.release)
        })
    }

    /// A registry record; `path` is what its errors call it.
    pub fn record(&self, entry: &RecordEntry, path: &str) -> Loaded<Record> {
        once(&self.files.records, &entry.path, path, || load_record(&entry.record, path, self.release))
    }

    /// The gateway's `state.json` of a session root.
    pub fn gateway_state(&self, root: &SessionRoot) -> Loaded<GatewayState> {
        let path = format!("{}/gateway/state.json", root.path);
        once(&self.files.states, &root.path, &path, || {
            load_gateway_state(&root.gateway.state, &path, self.release)
        })
    }

    /// The gateway's `attach.json` of a session root.
    pub fn attach_contract(&self, root: &SessionRoot) -> Loaded<AttachContract> {
        let path = format!("{}/gateway/attach.json", root.path);
        once(&self.files.attaches, &root.path, &path, || {
            load_attach_contract(&root.gateway.attach, &path, self.release)
        })
    }
}

fn once<T: Clone>(known: &Known<T>, at: &str, path: &str, load: impl FnOnce() -> Loaded<T>) -> Loaded<T> {
    let key = (at.to_owned(), path.to_owned());
    if let Some(loaded) = known.borrow().get(&key) {
        return loaded.clone();
    }
    let loaded = load();
    known.borrow_mut().insert(key, loaded.clone());
    loaded
}
