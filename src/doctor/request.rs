//! What the doctor can be asked.
use crate::finding::Severity;
use std::path::PathBuf;

/// What is to be judged, and how the observation is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Which sessions.
    pub selection: Selection,
    /// Where the observation comes from.
    pub source: Source,
    /// Which tmux socket is asked.
    pub socket: Socket,
    /// No request is made over HTTP.
    pub offline: bool,
    /// Hosts that are not loopback may be probed.
    pub probe_remote: bool,
    /// The release to judge for, as given; it wins over the installed one.
    pub houmao: Option<String>,
    /// Folders with the user's own rules.
    pub rules: Vec<PathBuf>,
    /// Which configuration is used.
    pub config: Config,
    /// The suppressions of the configuration count for nothing.
    pub no_suppress: bool,
    /// A report whose findings do not count again.
    pub baseline: Option<PathBuf>,
    /// From which severity on a finding gives exit code 1.
    pub fail_on: Severity,
    /// The operation asked about; none: attach of each selected session, and whether the others would harm.
    pub ask: Option<Ask>,
}

impl Default for Request {
    /// A bare call that observes this machine, and uses no configuration.
    fn default() -> Self {
        Request {
            selection: Selection::Here,
            source: Source::Live,
            socket: Socket::Default,
            offline: false,
            probe_remote: false,
            houmao: None,
            rules: vec![],
            config: Config::No,
            no_suppress: false,
            baseline: None,
            fail_on: Severity::Error,
            ask: None,
        }
    }
}

/// Which sessions are judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// The session around the operator's shell where that is managed, else every managed one.
    Here,
    /// Every managed session.
    All,
    /// The tmux session of exactly this name.
    Session(String),
    /// The agent of this name.
    AgentName(String),
    /// The agent of this id.
    AgentId(String),
    /// The run in this folder.
    SessionRoot(PathBuf),
}

/// Where the observation comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// This machine, now.
    Live,
    /// A snapshot file; `-` is standard input.
    Snapshot(PathBuf),
    /// The folder of a fixture.
    Fixture(PathBuf),
    /// The built-in sample of this name.
    Demo(String),
}

/// Which configuration is used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Config {
    /// None.
    #[default]
    No,
    /// `houmao-doctor.toml` in the nearest folder around the working directory, if there is one.
    Nearest,
    /// This file.
    File(PathBuf),
}

/// Which tmux socket is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Socket {
    /// As tmux chooses.
    Default,
    /// As `tmux -L NAME`.
    Name(String),
    /// As `tmux -S PATH`.
    Path(PathBuf),
}

/// The operation asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A command as it was typed, program name first; it is read, never run.
    Command(Vec<String>),
    /// An operation and its selectors.
    Flags(Flags),
}

/// An operation and its selectors, as `why --for` gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flags {
    /// `attach`, `detach`, `status`, `relaunch`, `stop` or `cleanup`.
    pub operation: String,
    /// `--current-session`.
    pub current_session: bool,
    /// `--target-tmux-session`.
    pub target_tmux_session: Option<String>,
    /// `--agent-name`.
    pub agent_name: Option<String>,
    /// `--agent-id`.
    pub agent_id: Option<String>,
    /// `--pair-port`.
    pub pair_port: Option<u16>,
    /// `--background`.
    pub background: bool,
}

impl Ask {
    /// What an operation names: an agent, a session, or (naming nothing) the current one. Read loosely, since it only
    /// decides what is looked at and shown; the replay reads the command strictly.
    pub fn names(&self) -> Selection {
        let flags = match self {
            Ask::Flags(flags) => flags.clone(),
            Ask::Command(argv) => Flags::loosely(argv),
        };
        match (flags.agent_id, flags.agent_name, flags.target_tmux_session) {
            (Some(id), _, _) => Selection::AgentId(id),
            (_, Some(name), _) => Selection::AgentName(name),
            (_, _, Some(session)) => Selection::Session(session),
            _ => Selection::Here,
        }
    }
}

impl Flags {
    /// The selectors that stand in a command line, whatever else is wrong with it.
    pub fn loosely(argv: &[String]) -> Self {
        let mut flags = Flags {
            operation: String::new(),
            current_session: false,
            target_tmux_session: None,
            agent_name: None,
            agent_id: None,
            pair_port: None,
            background: false,
        };
        let mut words = argv.iter().flat_map(|a| match a.split_once('=') {
            Some((option, value)) if option.starts_with("--") => vec![option.to_owned(), value.to_owned()],
            _ => vec![a.clone()],
        });
        while let Some(word) = words.next() {
            match word.as_str() {
                "--agent-id" => flags.agent_id = words.next(),
                "--agent-name" => flags.agent_name = words.next(),
                "--target-tmux-session" => flags.target_tmux_session = words.next(),
                "--pair-port" | "--port" => flags.pair_port = words.next().and_then(|p| p.parse().ok()),
                _ => {}
            }
        }
        flags
    }
}
