//! One command to replay: what is to be done, to which agent, and how it is spelt.
use super::steps;
use crate::contract::{Dialect, Release};
use std::collections::BTreeMap;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// `gateway attach`.
    Attach {
        /// `--background`.
        background: bool,
    },
    /// `gateway detach`.
    Detach,
    /// `gateway status`.
    Status,
    /// `relaunch`.
    Relaunch,
    /// `stop`.
    Stop,
    /// `cleanup session`.
    Cleanup,
}

/// Which agent is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// The current session of the operator's shell.
    Current {
        /// Whether the command line says so (`--current-session`, `agents self`).
        explicit: bool,
    },
    /// The current session, as if the command were run inside the tmux session with this id.
    Inside(String),
    /// `--target-tmux-session`.
    TmuxSession(String),
    /// `--agent-name`.
    AgentName(String),
    /// `--agent-id`.
    AgentId(String),
    /// `--session-root`, for cleanup.
    SessionRoot(String),
    /// `--manifest-path`, for cleanup.
    ManifestPath(String),
}

/// One command to replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// What is to be done.
    pub verb: Verb,
    /// To which agent.
    pub selector: Selector,
    /// `--pair-port` (of relaunch and stop, `--port`).
    pub pair_port: Option<i64>,
    /// The command itself, one argument an element.
    pub argv: Vec<String>,
    /// Variables that the command sets for itself (`NAME=value houmao-mgr …`); they win over the shell's.
    pub env: BTreeMap<String, String>,
}

impl Verb {
    /// Name of the operation, as reports have it.
    pub fn name(&self) -> &'static str {
        match self {
            Verb::Attach { background: false } => "attach",
            Verb::Attach { background: true } => "attach --background",
            Verb::Detach => "detach",
            Verb::Status => "status",
            Verb::Relaunch => "relaunch",
            Verb::Stop => "stop",
            Verb::Cleanup => "cleanup",
        }
    }

    pub(super) fn plan(&self) -> Vec<&'static str> {
        let own: &[&str] = match self {
            Verb::Attach { .. } => steps::ATTACH,
            Verb::Detach => steps::DETACH,
            Verb::Status => steps::STATUS,
            Verb::Relaunch => &["relaunch-authority", "relaunch"],
            Verb::Stop => &["stop-agent"],
            Verb::Cleanup => return vec!["cleanup-liveness", "cleanup"],
        };
        steps::RESUME.iter().chain(own).copied().collect()
    }
}

impl Selector {
    /// The selector as the flat command line spells it.
    pub fn flags(&self) -> Vec<String> {
        let pair = |option: &str, value: &str| vec![option.to_owned(), value.to_owned()];
        match self {
            Selector::Current { .. } | Selector::Inside(_) => vec!["--current-session".to_owned()],
            Selector::TmuxSession(name) => pair("--target-tmux-session", name),
            Selector::AgentName(name) => pair("--agent-name", name),
            Selector::AgentId(id) => pair("--agent-id", id),
            Selector::SessionRoot(path) => pair("--session-root", path),
            Selector::ManifestPath(path) => pair("--manifest-path", path),
        }
    }

    /// The selector in one line, as reports have it.
    pub fn shown(&self) -> String {
        match self {
            Selector::Current { .. } | Selector::Inside(_) => "--current-session".to_owned(),
            other => shlex::try_join(other.flags().iter().map(String::as_str))
                .unwrap_or_else(|_| other.flags().join(" ")),
        }
    }
}

impl Ask {
    /// A question about the current session, as from inside the tmux session with this id.
    pub fn inside(verb: Verb, session: &str, release: Release) -> Ask {
        let selector = Selector::Inside(session.to_owned());
        let argv = argv(&verb, &selector, None, release);
        Ask { verb, selector, pair_port: None, argv, env: BTreeMap::new() }
    }

    /// A question with its canonical command line.
    pub fn of(verb: Verb, selector: Selector, pair_port: Option<i64>, release: Release) -> Ask {
        let argv = argv(&verb, &selector, pair_port, release);
        Ask { verb, selector, pair_port, argv, env: BTreeMap::new() }
    }
}

/// The command line of a question in the release's dialect (contract, "CLI spelling").
fn argv(verb: &Verb, selector: &Selector, pair_port: Option<i64>, release: Release) -> Vec<String> {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let (group, name) = match verb {
        Verb::Attach { .. } | Verb::Detach | Verb::Status => {
            ("gateway", verb.name().trim_end_matches(" --background"))
        }
        Verb::Relaunch | Verb::Stop => ("", verb.name()),
        Verb::Cleanup => ("cleanup", "session"),
    };
    let command = format!("{group} {name}");
    let mut argv = words("houmao-mgr agents");
    let selected = matches!(selector, Selector::AgentName(_) | Selector::AgentId(_));
    match release.dialect() {
        Dialect::Flat => {
            argv.extend(words(command.trim()));
            argv.extend(selector.flags());
        }
        Dialect::Scoped if selected => {
            argv.push("single".to_owned());
            argv.extend(selector.flags());
            argv.extend(words(command.trim()));
        }
        Dialect::Scoped => {
            argv.push("self".to_owned());
            argv.extend(words(command.trim()));
        }
    }
    if let Some(port) = pair_port {
        argv.extend(["--pair-port".to_owned(), port.to_string()]);
    }
    if matches!(verb, Verb::Attach { background: true }) {
        argv.push("--background".to_owned());
    }
    argv
}
