//! Facts of the session root: the folder and what must be in it.
use super::{Fact, Join, ShellFacts, exists};
use crate::snapshot::{Observed, PathKind, SessionRoot};
use schemars::JsonSchema;
use serde::Serialize;

/// The session root.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RootFacts {
    /// Its path, links followed.
    pub path: Fact<String>,
    /// Whether the folder exists.
    pub exists: Fact<bool>,
    /// The runtime root under which it lies (`<runtime root>/sessions/<backend>/<session id>`); absent where it lies otherwise.
    pub runtime_root: Fact<String>,
    /// The project whose runtime root that is: the folder that holds its `.houmao`; absent where the runtime root is another.
    pub project: Fact<String>,
    /// Whether a pair server that is started from there finds the registration of this session (contract section 8.1);
    /// absent where the session is not pair-managed.
    pub registration_kept: Fact<bool>,
    /// Whether the session itself publishes it; else only a registry record names it.
    pub from_session: Fact<bool>,
    /// Whether `gateway/` exists.
    pub gateway_exists: Fact<bool>,
    /// The files that every resume writes into `gateway/` and that are not there, sorted.
    pub gateway_missing: Fact<Vec<String>>,
    /// Path of `run/current-instance.json`.
    pub handle_path: Fact<String>,
    /// Path of `run/`, which holds the handle and the pid file.
    pub run_path: Fact<String>,
    /// The root that `attach.json` inside it names, when that is another one: the folder was moved or copied.
    pub moved_from: Fact<String>,
    /// How the variables of the operator's shell lead elsewhere, in words: to another runtime root than the one under which
    /// it lies, or to paths that are not absolute; absent where they do neither.
    pub shell_elsewhere: Fact<String>,
}

impl RootFacts {
    /// Derives them.
    pub fn of(join: &Join<'_>) -> Self {
        let Some(root) = join.root else {
            let source = "the session root";
            return RootFacts {
                path: join.no_root(source),
                exists: join.no_root(source),
                runtime_root: join.no_root(source),
                project: join.no_root(source),
                registration_kept: join.no_root(source),
                from_session: join.no_root(source),
                gateway_exists: join.no_root(source),
                gateway_missing: join.no_root(source),
                handle_path: join.no_root(source),
                run_path: join.no_root(source),
                moved_from: join.no_root(source),
                shell_elsewhere: shell_elsewhere(join, &join.no_root(source)),
            };
        };
        RootFacts {
            path: Fact::known(root.path.clone(), root.path.clone()),
            exists: folder(&root.folder, &root.path),
            runtime_root: runtime_root(root),
            project: project(root),
            registration_kept: match root.registration_path() {
                Some(path) => join.path_is(&path, PathKind::File),
                None => join.manifest_text("/backend").and_then(|_| Fact::absent(root.manifest_path.clone())),
            },
            from_session: match (join.environment().ignorance(), join.unseen_pointer()) {
                (Some(why), _) => Fact::unknown(why, root.path.clone()),
                (_, Some(why)) if !join.root_from_env => Fact::unknown(why, root.path.clone()),
                _ => Fact::known(join.root_from_env, root.path.clone()),
            },
            gateway_exists: folder(&root.gateway.folder, &join.gateway_path("")),
            gateway_missing: missing_files(join, root),
            handle_path: Fact::known(join.gateway_path("run/current-instance.json"), root.path.clone()),
            run_path: Fact::known(join.gateway_path("run"), root.path.clone()),
            moved_from: moved_from(join, root),
            shell_elsewhere: shell_elsewhere(join, &runtime_root(root)),
        }
    }
}

fn runtime_root(root: &SessionRoot) -> Fact<String> {
    match root.runtime_root() {
        Some(folder) => Fact::known(folder.to_string_lossy().into_owned(), root.path.clone()),
        None => Fact::absent(root.path.clone()),
    }
}

fn project(root: &SessionRoot) -> Fact<String> {
    let houmao = root.runtime_root().filter(|r| r.ends_with(".houmao/runtime")).and_then(|r| r.parent());
    match houmao.and_then(|h| h.parent()) {
        Some(folder) => Fact::known(folder.to_string_lossy().into_owned(), root.path.clone()),
        None => Fact::absent(root.path.clone()),
    }
}

/// What this shell says of roots that does not fit a session under this runtime root.
fn shell_elsewhere(join: &Join<'_>, runtime_root: &Fact<String>) -> Fact<String> {
    let shell = ShellFacts::of(join.snapshot, join.release);
    let other = shell.runtime_dir.and_then(|dir| {
        let told = |own: &String| format!("HOUMAO_GLOBAL_RUNTIME_DIR is {dir}, and it lies under {own}");
        runtime_root.and_then(|own| match own == dir {
            true => Fact::absent(shell.runtime_dir.source.clone()),
            false => Fact::known(told(own), shell.runtime_dir.source.clone()),
        })
    });
    let relative = shell.relative_roots.then(|names| format!("not an absolute path: {}", names.join(", ")));
    match (other.value(), relative.value()) {
        (Some(other), Some(relative)) => {
            Fact::known(format!("{other}; {relative}"), shell.relative_roots.source.clone())
        }
        (Some(_), None) => other,
        (None, Some(_)) => relative,
        (None, None) if other.ignorance().is_some() => other,
        (None, None) => relative,
    }
}

fn folder(seen: &Observed<crate::snapshot::PathState>, source: &str) -> Fact<bool> {
    match seen {
        Observed::Present(state) => Fact::known(state.kind == PathKind::Directory, source),
        other => exists(other, source),
    }
}

fn missing_files(join: &Join<'_>, root: &SessionRoot) -> Fact<Vec<String>> {
    let tree = &root.gateway;
    let source = join.gateway_path("");
    let seen = [
        ("attach.json", exists(&tree.attach, "")),
        ("desired-config.json", exists(&tree.desired_config, "")),
        ("gateway_manifest.json", exists(&tree.gateway_manifest, "")),
        ("protocol-version.txt", exists(&tree.protocol_version, "")),
        ("queue.sqlite", exists(&tree.queue, "")),
        ("state.json", exists(&tree.state, "")),
    ];
    if let Some(why) = seen.iter().find_map(|(_, f)| f.ignorance()) {
        return Fact::unknown(why, source);
    }
    let gone: Vec<String> =
        seen.iter().filter(|(_, f)| f.value() == Some(&false)).map(|(n, _)| (*n).to_owned()).collect();
    if gone.is_empty() { Fact::absent(source) } else { Fact::known(gone, source) }
}

fn moved_from(join: &Join<'_>, root: &SessionRoot) -> Fact<String> {
    let path = join.gateway_path("attach.json");
    let named = super::text(&root.gateway.attach, &path, "/manifest_path");
    named.and_then(|named| {
        if *named == root.manifest_path {
            Fact::absent(format!("{path}#/manifest_path"))
        } else {
            let parent = named.rsplit_once('/').map_or(named.as_str(), |(dir, _)| dir);
            Fact::known(parent.to_owned(), format!("{path}#/manifest_path"))
        }
    })
}
