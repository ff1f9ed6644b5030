//! Raw trees that an operator packed elsewhere: read by the same parsers and redacted by the same lists as a living host,
//! and told under their original paths. What is in none of the trees was not looked at; it is never taken for absent.
mod said;

pub use said::{TreesError, TreesHost};

use super::environment::{self, Environment};
use super::keep::Keep;
use super::keep_lists::Kept;
use super::limits::{Limits, PATHS_MAX};
use super::named::{self, Seen};
use super::paths::{expand_user, state};
use super::{Wants, queue, registry, roots, servers, tmux};
use crate::snapshot::{
    Databases, Host, Houmao, NamedBy, Observed, OtherServer, PathKind, PathState, Probe, RegistryFolder,
    RegistryView, RootPath, SCHEMA, SessionRoot, Snapshot, Socket, SocketChoice, Tmux, TmuxAnswer,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use walkdir::WalkDir;

/// Why something was not looked at.
const WHY: &str = "not among the packed trees";
/// Why nothing is known of the operator's shell.
const SHELL_UNSAID: &str = "`env` of host.yaml does not say what the operator's shell sets";
/// Why nothing is known of other tmux servers.
const OTHERS_UNSAID: &str = "`other_tmux` of host.yaml does not say whether another tmux server runs";
/// The folder with the session root.
const ROOT: &str = "session-root";
/// The folder with the registry.
const REGISTRY: &str = "registry";
/// The file with what the listing command printed.
const LISTING: &str = "tmux.txt";

/// Reads the trees in a folder.
///
/// # Errors
/// What is wrong with them, as one sentence.
pub fn collect_trees(folder: &Path, said: &TreesHost) -> Result<Snapshot, TreesError> {
    let now = said.taken_at.parse().map_err(|e: jiff::Error| TreesError::Time(e.to_string()))?;
    let mut vars = said.env.clone().unwrap_or_default();
    vars.insert("HOME".into(), said.home.clone());
    let env = Environment { vars, cwd: PathBuf::from(&said.cwd), uid: said.uid, now };
    let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    let trees = Trees::of(&folder, said)?;
    let (kept, mut limits) = (Kept::lists(), Limits::default());
    let registry = trees.registry(said, &env, &kept.record, &mut limits)?;
    let tmux = Tmux {
        socket: Socket { chosen_by: SocketChoice::Default, path: None },
        answer: listing(&folder.join(LISTING))?,
    };
    let sessions = named::sessions(&tmux);
    let pointers = named::pointers(&[], sessions, &registry);
    let session_roots = vec![trees.session_root(said, &pointers, &env, &kept)];
    let brains = BTreeMap::new();
    let seen = Seen { env: &env, sessions, registry: &registry, roots: &session_roots, brains: &brains };
    let (mut paths, cut) = seen.paths(PATHS_MAX);
    if cut {
        limits.hit("paths", format!("{PATHS_MAX} paths"));
    }
    paths.extend(pointers.iter().map(|p| p.text.clone()));
    let wants = Wants { houmao: said.houmao.clone(), ..Wants::default() };
    let questions = servers::questions(&wants, &seen);
    let ports = seen.ports().into_iter().chain(servers::ports(&questions));
    let probe = |(base_url, path): (String, String)| Probe { base_url, path, answer: unseen() };
    Ok(Snapshot {
        schema: SCHEMA.to_string(),
        doctor: env!("CARGO_PKG_VERSION").to_string(),
        taken_at: now.to_string(),
        host: host(said, &env),
        houmao: Houmao { installed: unseen(), asked: said.houmao.clone() },
        paths: paths.into_iter().map(|p| (p.clone(), trees.look_at(&p, said, &env))).collect(),
        executables: seen.programs().into_iter().map(|p| (p.clone(), program(&p, said))).collect(),
        processes: seen.pids().into_iter().map(|pid| (pid, unseen())).collect(),
        ports: ports.map(|port| (port, unseen())).collect(),
        probes: questions.clone().into_iter().map(probe).collect(),
        tmux: tmux.clone(),
        other_tmux: others(said),
        registry: registry.clone(),
        session_roots: session_roots.clone(),
        limits_hit: limits.into_list(),
        took_ms: unseen(),
    })
}

fn unseen<T>() -> Observed<T> {
    Observed::NotLooked(WHY.to_owned())
}

/// Other tmux servers, as far as it is said that there are some; what one of them has was not packed.
fn others(said: &TreesHost) -> Observed<Vec<OtherServer>> {
    let Some(sockets) = &said.other_tmux else { return Observed::NotLooked(OTHERS_UNSAID.to_owned()) };
    let server = |socket: &String| OtherServer {
        socket_path: socket.clone(),
        answer: TmuxAnswer::NotLooked { why: WHY.to_owned() },
    };
    Observed::Present(sockets.iter().map(server).collect())
}

/// The operator's shell, as far as it is said.
fn host(said: &TreesHost, env: &Environment) -> Host {
    let host = Host { booted_at: unseen(), ..environment::host(env) };
    match said.env {
        Some(_) => host,
        None => Host { env: Observed::NotLooked(SHELL_UNSAID.to_owned()), ..host },
    }
}

/// Where a program is, if that is said.
fn program(name: &str, said: &TreesHost) -> Observed<String> {
    let path = said.programs.as_ref().and_then(|all| all.get(name));
    path.map_or_else(unseen, |path| Observed::Present(path.clone()))
}

/// What tmux printed; without the file tmux was not asked.
fn listing(file: &Path) -> Result<TmuxAnswer, TreesError> {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Ok(TmuxAnswer::NotLooked { why: WHY.to_owned() });
        }
        Err(e) => return Err(TreesError::Listing(e.to_string())),
    };
    let said = String::from_utf8_lossy(&bytes).trim().to_owned();
    if said.starts_with("no server running") || said.starts_with("error connecting") {
        return Ok(TmuxAnswer::NoServer { said });
    }
    let listing = tmux::parse(&bytes).map_err(|e| TreesError::Listing(e.to_string()))?;
    match listing.is_whole() {
        true => Ok(TmuxAnswer::Server { server: listing.into_server() }),
        false => Err(TreesError::Listing("it breaks off before its end".to_owned())),
    }
}

/// Where each tree was, and where it is.
struct Trees(Vec<(PathBuf, PathBuf)>);

impl Trees {
    fn of(folder: &Path, said: &TreesHost) -> Result<Self, TreesError> {
        let mut trees = vec![(PathBuf::from(&said.session_root), folder.join(ROOT))];
        trees.extend(said.registry.iter().map(|was| (PathBuf::from(was), folder.join(REGISTRY))));
        for (name, (_, here)) in [ROOT, REGISTRY].into_iter().zip(&trees) {
            if !here.is_dir() {
                return Err(TreesError::Missing(name));
            }
            for entry in WalkDir::new(here).into_iter().flatten().filter(|e| e.path_is_symlink()) {
                let inside = std::fs::canonicalize(entry.path()).is_ok_and(|to| to.starts_with(here));
                if !inside {
                    return Err(TreesError::Link(entry.path().display().to_string()));
                }
            }
        }
        Ok(Trees(trees))
    }

    /// Where a path of the host is here.
    fn here(&self, path: &Path) -> Option<PathBuf> {
        let (rest, here) =
            self.0.iter().find_map(|(was, here)| Some((path.strip_prefix(was).ok()?, here)))?;
        // Without a trailing slash for the tree itself.
        Some(if rest.as_os_str().is_empty() { here.clone() } else { here.join(rest) })
    }

    /// The same with every path of here told as it was.
    fn told<T: Serialize + DeserializeOwned + Clone>(&self, what: &T) -> T {
        let told = serde_json::to_value(what).ok().map(|mut value| {
            self.tell(&mut value);
            value
        });
        told.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_else(|| what.clone())
    }

    fn tell(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                let was = self.0.iter().find_map(|(was, here)| {
                    let rest = Path::new(text.as_str()).strip_prefix(here).ok()?;
                    Some(if rest.as_os_str().is_empty() { was.clone() } else { was.join(rest) })
                });
                if let Some(was) = was {
                    *text = was.to_string_lossy().into_owned();
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.tell(item)),
            Value::Object(fields) => {
                // Copying and git forget when a file was written, and nothing here tells whether they did.
                if fields.contains_key("modified_at") && fields.contains_key("size") {
                    fields.insert("modified_at".to_owned(), Value::String(String::new()));
                }
                fields.values_mut().for_each(|field| self.tell(field));
            }
            _ => {}
        }
    }

    /// Both release lines' roots; what they hold is only known of the one that was packed.
    fn registry(
        &self,
        said: &TreesHost,
        env: &Environment,
        keep: &Keep,
        limits: &mut Limits,
    ) -> Result<RegistryView, TreesError> {
        let (before_1_0, since_1_0) = (registry::before_1_0(env), registry::since_1_0(env));
        let folder = |root: &RootPath| match root {
            RootPath::Folder(path) => Some(path.clone()),
            RootPath::Refused(_) => None,
        };
        let mut looked: Vec<String> =
            [&before_1_0, &since_1_0].iter().filter_map(|r| folder(&r.root)).collect();
        looked.sort();
        looked.dedup();
        if let Some(given) = said.registry.clone().filter(|given| !looked.contains(given)) {
            return Err(TreesError::Registry { given, looked: looked.join(" and ") });
        }
        let mut folders = Vec::new();
        for root in looked {
            let here = said.registry.as_ref().filter(|r| **r == root).and_then(|r| self.here(Path::new(r)));
            folders.push(match here {
                None => RegistryFolder { live: unseen(), external: unseen(), root },
                Some(here) => self.told(&RegistryFolder {
                    live: registry::entries(&here.join("live_agents"), keep, limits),
                    external: registry::entries(&here.join("external_agents"), keep, limits),
                    root,
                }),
            });
        }
        Ok(RegistryView { before_1_0, since_1_0, folders })
    }

    /// The session root, named by what names it; by the operator where nothing else does.
    fn session_root(
        &self,
        said: &TreesHost,
        pointers: &[roots::Pointer],
        env: &Environment,
        kept: &Kept,
    ) -> SessionRoot {
        let manifest = Path::new(&said.session_root).join("manifest.json");
        let mine = pointers.iter().filter(|p| plain(&p.text, env).as_deref() == Some(manifest.as_path()));
        let mut named_by: Vec<NamedBy> = mine.map(|p| p.by.clone()).collect();
        named_by.sort();
        named_by.dedup();
        if named_by.is_empty() {
            named_by.push(NamedBy::Operator);
        }
        let here = self.here(Path::new(&said.session_root)).unwrap_or_default();
        let mut root = roots::session_root(&here, &here.join("manifest.json"), named_by, env, kept);
        root.databases = Databases {
            queue: queue::look(&here.join("gateway/queue.sqlite")),
            ..Databases::not_looked(WHY)
        };
        self.told(&root)
    }

    /// What a path, as it is written somewhere, leads to, where that is in one of the trees.
    fn look_at(&self, text: &str, said: &TreesHost, env: &Environment) -> Observed<PathState> {
        let Some(path) = plain(text, env) else { return unseen() };
        let absent = || said.absent.iter().flatten().any(|gone| path.starts_with(gone));
        match self.here(&path) {
            Some(here) => self.told(&state(&here)),
            None if absent() => {
                let resolved = path.to_string_lossy().into_owned();
                Observed::Present(PathState { kind: PathKind::Missing, resolved })
            }
            None => unseen(),
        }
    }
}

/// A path as it is written, absolute, without following links: the links of the host are not here.
fn plain(text: &str, env: &Environment) -> Option<PathBuf> {
    let path = env.cwd.join(expand_user(text, env).ok()?);
    let mut plain = PathBuf::from("/");
    for part in path.components() {
        match part {
            Component::Normal(name) => plain.push(name),
            Component::ParentDir => {
                plain.pop();
            }
            _ => {}
        }
    }
    Some(plain)
}
