//! What Houmao would get on asking tmux, the files and this shell, answered from the snapshot.
use super::files::Files;
use super::texts;
use super::tmux_target;
use super::trail::{Class, Go, Halt, Raised};
use crate::contract::{REGISTRY_MOVED, Release};
use crate::snapshot::{
    EnvValue, Observed, PathKind, PathState, Process, RegistryFolder, RootPath, SessionRoot, Snapshot,
    TmuxAnswer, TmuxServer, TmuxSession,
};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The snapshot, as one release sees it from one place.
#[derive(Clone, Copy)]
pub(super) struct World<'a> {
    pub snapshot: &'a Snapshot,
    pub release: Release,
    /// The tmux session (by id) that the command is run inside of, where it is not the operator's own place.
    pub inside: Option<&'a str>,
    pub now: Timestamp,
    /// Variables that the command sets for itself.
    pub env: &'a BTreeMap<String, String>,
    pub files: &'a Files,
}

/// What tmux answers to a command about a session.
pub(super) enum Reply<T> {
    Ok(T),
    /// tmux fails with this on its standard error.
    Said(String),
    /// tmux cannot be run at all.
    CannotRun,
}

impl<'a> World<'a> {
    /// The tmux server, or what any tmux command says without one.
    pub fn tmux(&self) -> Go<Reply<&'a TmuxServer>> {
        Ok(match &self.snapshot.tmux.answer {
            TmuxAnswer::Server { server } => Reply::Ok(server),
            TmuxAnswer::NoServer { said } | TmuxAnswer::NotPermitted { said } => {
                Reply::Said(said.trim().to_owned())
            }
            TmuxAnswer::NotInstalled => Reply::CannotRun,
            TmuxAnswer::TimedOut { after_ms } => {
                return Err(Halt::Unseen(format!("tmux did not answer within {after_ms} ms")));
            }
            TmuxAnswer::Failed { said } => return Err(Halt::Unseen(format!("tmux failed: {said}"))),
            TmuxAnswer::NotLooked { why } => return Err(Halt::Unseen(format!("tmux was not asked: {why}"))),
        })
    }

    /// `tmux has-session -t target`.
    pub fn has_session(&self, target: &str) -> Go<Reply<&'a TmuxSession>> {
        Ok(match self.tmux()? {
            Reply::Ok(server) => match tmux_target::session(server, target) {
                Ok(session) => Reply::Ok(session),
                Err(said) => Reply::Said(said),
            },
            Reply::Said(said) => Reply::Said(said),
            Reply::CannotRun => Reply::CannotRun,
        })
    }

    /// The session of exactly this name, as libtmux finds it; without a server it finds none.
    pub fn exact_session(&self, name: &str) -> Go<Option<&'a TmuxSession>> {
        Ok(match self.tmux()? {
            Reply::Ok(server) => server.sessions.iter().find(|s| s.name == name),
            _ => None,
        })
    }

    /// The session that a tmux command without a target acts on.
    pub fn current_session(&self) -> Go<Option<&'a TmuxSession>> {
        let Reply::Ok(server) = self.tmux()? else { return Ok(None) };
        if let Some(id) = self.inside {
            return Ok(server.sessions.iter().find(|s| s.id == id));
        }
        match &server.current {
            Observed::Present(_) => Ok(server.current_session()),
            Observed::Absent => Ok(None),
            other => Err(Halt::Unseen(format!(
                "tmux's current session is {}",
                other.ignorance().unwrap_or_default()
            ))),
        }
    }

    /// `tmux show-environment -t target NAME`, as gateway commands read it (contract section 2.2).
    pub fn session_variable(&self, target: &str, variable: &str) -> Go<Option<String>> {
        let session = match self.has_session(target)? {
            Reply::Ok(session) => session,
            Reply::CannotRun => return Err(cannot_run(&["show-environment", "-t", target, variable])),
            Reply::Said(said) => {
                // A miss of the session has words of its own here; a missing server does not.
                let why =
                    if said.starts_with("can't find") { format!("no such session: {target}") } else { said };
                let values = [("variable", variable), ("session", target), ("why", &why)];
                return Err(Raised::click(texts::ENV_READ.say(&values)));
            }
        };
        read_variable(session, variable)
    }

    /// Whether a session has any of these variables set.
    pub fn any_set(session: &TmuxSession, names: &[&str]) -> bool {
        match &session.env {
            Observed::Present(env) => names.iter().any(|n| matches!(env.get(*n), Some(EnvValue::Value(_)))),
            _ => true,
        }
    }

    /// A variable of the operator's shell; blank ones as they are. What the command sets for itself is always seen.
    pub fn shell(&self, name: &str) -> Go<Option<&'a str>> {
        if let Some(own) = self.env.get(name) {
            return Ok(Some(own));
        }
        match self.snapshot.host.variable(name) {
            Observed::Present(value) => Ok(Some(value)),
            Observed::Absent => Ok(None),
            other => Err(Halt::Unseen(format!(
                "{name} of this shell is {}",
                other.ignorance().unwrap_or_default()
            ))),
        }
    }

    /// The same where an unseen shell is taken to set nothing, so that a harm or an error that lies beyond is still told.
    /// The replay as a whole then cannot end well (see `run`).
    pub fn shell_if_seen(&self, name: &str) -> Option<&'a str> {
        self.shell(name).ok().flatten()
    }

    /// Why nothing is known of the operator's shell.
    pub fn unseen_shell(&self) -> Option<Halt> {
        let why = self.snapshot.host.env.ignorance()?;
        Some(Halt::Unseen(format!("the variables of this shell are {why}")))
    }

    /// What a path leads to, as it is written where it is named.
    pub fn path(&self, written: &str) -> Go<&'a PathState> {
        let known = self.snapshot.paths.get(written);
        match known {
            Some(Observed::Present(state)) => Ok(state),
            Some(other) => {
                Err(Halt::Unseen(format!("{written} is {}", other.ignorance().unwrap_or_default())))
            }
            None => Err(Halt::Unseen(format!("{written} was not looked at"))),
        }
    }

    /// Whether there is a directory at a resolved path that some written path leads to.
    pub fn kind_of(&self, written: &[&str]) -> Go<PathKind> {
        let mut last = None;
        for path in written {
            match self.path(path) {
                Ok(state) => return Ok(state.kind),
                Err(halt) => last = Some(halt),
            }
        }
        Err(last.unwrap_or_else(|| Halt::Unseen("no path to look at".to_owned())))
    }

    /// The session root of a resolved manifest path.
    pub fn root(&self, manifest: &str) -> Option<&'a SessionRoot> {
        self.snapshot.root_of_manifest(manifest)
    }

    /// The folder of the registry that this release uses.
    ///
    /// Refused is Houmao's own error for a bad `HOUMAO_GLOBAL_REGISTRY_DIR`.
    pub fn registry(&self) -> Result<&'a str, &'a str> {
        let view = &self.snapshot.registry;
        let root = if self.release < REGISTRY_MOVED { &view.before_1_0 } else { &view.since_1_0 };
        match &root.root {
            RootPath::Folder(path) => Ok(path),
            RootPath::Refused(why) => Err(why),
        }
    }

    /// The listing of a registry root.
    pub fn registry_folder(&self, root: &str) -> Option<&'a RegistryFolder> {
        self.snapshot.registry.folders.iter().find(|f| f.root == root)
    }

    /// The process of a pid: `Ok(None)` means that there is none.
    pub fn process(&self, pid: u32) -> Go<Option<&'a Process>> {
        match self.snapshot.processes.get(&pid) {
            Some(Observed::Present(process)) => Ok(Some(process)),
            Some(Observed::Absent) => Ok(None),
            Some(other) => {
                Err(Halt::Unseen(format!("process {pid} is {}", other.ignorance().unwrap_or_default())))
            }
            None => Err(Halt::Unseen(format!("process {pid} was not looked at"))),
        }
    }

    /// Whether a process is a gateway of this session root.
    pub fn is_gateway_of(&self, process: &Process, root: &SessionRoot) -> bool {
        let Some(served) = process.gateway_root.as_deref() else { return false };
        let served = served.trim_end_matches('/');
        !process.zombie && (served == root.path || served == format!("{}/gateway", root.path))
    }
}

/// A variable of a session: set and not blank, or none.
pub(super) fn read_variable(session: &TmuxSession, variable: &str) -> Go<Option<String>> {
    let env = match &session.env {
        Observed::Present(env) => env,
        other => {
            let why = other.ignorance().unwrap_or_else(|| "gone: the session ended meanwhile".to_owned());
            return Err(Halt::Unseen(format!("the environment of tmux session {} is {why}", session.name)));
        }
    };
    Ok(match env.get(variable) {
        Some(EnvValue::Value(value)) => Some(value.trim().to_owned()).filter(|v| !v.is_empty()),
        _ => None,
    })
}

/// The error of a command when there is no `tmux` to run.
pub(super) fn cannot_run(args: &[&str]) -> Halt {
    let list: Vec<String> = args.iter().map(|a| crate::contract::python::quoted(a)).collect();
    let values = [
        ("args", format!("[{}]", list.join(", "))),
        ("why", "[Errno 2] No such file or directory: 'tmux'".to_owned()),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    Raised::of(Class::Runtime("TmuxCommandError"), texts::TMUX_RUN.say(&values))
}
