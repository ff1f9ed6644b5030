//! Session roots: every one that something points to, and the files in it that are read (contract sections 1.3, 5).
use super::environment::Environment;
use super::keep_lists::Kept;
use super::limits::{Limits, ROOTS_MAX};
use super::paths::{expand_and_resolve, resolve, state};
use super::read::{json_file, log_file, queue_file, text_file};
use crate::snapshot::{Databases, GatewayTree, NamedBy, Observed, PathState, SessionRoot};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// One pointer to a manifest, as it is written where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pointer {
    /// The path, as written.
    pub text: String,
    /// Where it stands.
    pub by: NamedBy,
}

/// Every session root that a pointer leads to and that is at least partly there, sorted by path. One that the operator
/// names is looked at even if nothing is there. Those of `before` are not looked at again.
pub(super) fn look(
    pointers: &[Pointer],
    before: Vec<SessionRoot>,
    env: &Environment,
    kept: &Kept,
    limits: &mut Limits,
) -> Vec<SessionRoot> {
    let mut named: BTreeMap<(PathBuf, PathBuf), BTreeSet<NamedBy>> = BTreeMap::new();
    for pointer in pointers {
        let Ok(manifest) = expand_and_resolve(&pointer.text, env) else { continue };
        let Some(root) = manifest.parent() else { continue };
        if pointer.by == NamedBy::Operator || root.is_dir() {
            named.entry((root.to_path_buf(), manifest)).or_default().insert(pointer.by.clone());
        }
    }
    if named.len() > ROOTS_MAX {
        limits.hit("session roots", format!("{ROOTS_MAX} roots"));
    }
    let key = |root: &SessionRoot| (root.path.clone(), root.manifest_path.clone());
    let mut before: BTreeMap<_, _> = before.into_iter().map(|root| (key(&root), root)).collect();
    let roots = named.into_iter().take(ROOTS_MAX);
    let look = |((root, manifest), by): ((PathBuf, PathBuf), BTreeSet<NamedBy>)| {
        let named_by = by.into_iter().collect();
        let key = (root.to_string_lossy().into_owned(), manifest.to_string_lossy().into_owned());
        match before.remove(&key) {
            Some(seen) => SessionRoot { named_by, ..seen },
            None => session_root(&root, &manifest, named_by, env, kept),
        }
    };
    roots.map(look).collect()
}

pub(super) fn session_root(
    root: &Path,
    manifest: &Path,
    named_by: Vec<NamedBy>,
    env: &Environment,
    kept: &Kept,
) -> SessionRoot {
    SessionRoot {
        path: root.to_string_lossy().into_owned(),
        manifest_path: manifest.to_string_lossy().into_owned(),
        named_by,
        folder: state(root),
        manifest: json_file(manifest, &kept.manifest),
        gateway: gateway(&root.join("gateway"), env, kept),
        databases: Databases::not_looked("not read yet"),
    }
}

fn gateway(dir: &Path, env: &Environment, kept: &Kept) -> GatewayTree {
    let json = |name: &str| json_file(&dir.join(name), &kept.gateway);
    GatewayTree {
        folder: resolved_state(dir, env),
        protocol_version: text_file(&dir.join("protocol-version.txt")),
        attach: json("attach.json"),
        gateway_manifest: json("gateway_manifest.json"),
        desired_config: json("desired-config.json"),
        state: json("state.json"),
        current_instance: json("run/current-instance.json"),
        pid_file: text_file(&dir.join("run/gateway.pid")),
        log: log_file(&dir.join("logs/gateway.log")),
        queue: queue_file(&dir.join("queue.sqlite")),
        events: resolved_state(&dir.join("events.jsonl"), env),
    }
}

/// What a path inside a root is; a loop of links is left to the kernel to report.
fn resolved_state(path: &Path, env: &Environment) -> Observed<PathState> {
    state(resolve(path, &env.cwd).as_deref().unwrap_or(path))
}

#[cfg(test)]
#[path = "roots_tests.rs"]
mod tests;
