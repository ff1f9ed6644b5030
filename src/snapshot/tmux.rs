//! What one tmux server answered.
use super::Observed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The names of a tmux session environment that are read, values included (contract section 2.1, and the names of
/// v0.1.0 before the rename). No other variable of a session is collected, not even its name.
pub const TMUX_VARIABLES: &[&str] = &[
    "AGENTSYS_AGENT_ID",
    "AGENTSYS_MANIFEST_PATH",
    "HOUMAO_AGENT_DEF_DIR",
    "HOUMAO_AGENT_GATEWAY_HOST",
    "HOUMAO_AGENT_GATEWAY_PORT",
    "HOUMAO_AGENT_ID",
    "HOUMAO_AGENT_MEMORY_DIR",
    "HOUMAO_AGENT_MEMO_FILE",
    "HOUMAO_AGENT_PAGES_DIR",
    "HOUMAO_GATEWAY_ATTACH_PATH",
    "HOUMAO_GATEWAY_EXECUTION_MODE",
    "HOUMAO_GATEWAY_PROTOCOL_VERSION",
    "HOUMAO_GATEWAY_ROOT",
    "HOUMAO_GATEWAY_STATE_PATH",
    "HOUMAO_GATEWAY_TMUX_PANE_ID",
    "HOUMAO_GATEWAY_TMUX_WINDOW_ID",
    "HOUMAO_GATEWAY_TMUX_WINDOW_INDEX",
    "HOUMAO_JOB_DIR",
    "HOUMAO_MANIFEST_PATH",
    "HOUMAO_MEMORY_DIR",
    "HOUMAO_NATIVE_AGENT_ROOT",
    "HOUMAO_RESUME_ID",
    "HOUMAO_TOOL",
];

/// What came of asking tmux.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tmux {
    /// Which socket was asked.
    pub socket: Socket,
    /// What it answered.
    pub answer: TmuxAnswer,
}

/// Which socket was asked, and why that one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Socket {
    /// How it was chosen.
    pub chosen_by: SocketChoice,
    /// Its path, where it can be told without asking tmux.
    pub path: Option<String>,
}

/// How the socket was chosen, in tmux's own order of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SocketChoice {
    /// `-S PATH`.
    Path,
    /// `-L NAME`.
    Name,
    /// `$TMUX`.
    Tmux,
    /// `$TMUX_TMPDIR`.
    TmuxTmpdir,
    /// tmux's own default.
    Default,
}

/// The answers of tmux that must be told apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum TmuxAnswer {
    /// A server answered.
    Server {
        /// What it holds.
        server: TmuxServer,
    },
    /// No server listens on the socket.
    NoServer {
        /// What tmux said.
        said: String,
    },
    /// The socket may not be opened.
    NotPermitted {
        /// What tmux said.
        said: String,
    },
    /// tmux did not answer in time.
    TimedOut {
        /// The limit, in milliseconds.
        after_ms: u64,
    },
    /// There is no `tmux` on `PATH`.
    NotInstalled,
    /// tmux failed in another way, or its answer could not be read.
    Failed {
        /// What tmux said, or what could not be read.
        said: String,
    },
    /// tmux was not asked.
    NotLooked {
        /// Why.
        why: String,
    },
}

/// Another tmux server of the same user than the one that was asked, or the asked one where its socket's file is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherServer {
    /// Path of the socket that it listens on.
    pub socket_path: String,
    /// What it answered.
    pub answer: TmuxAnswer,
}

/// A tmux server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TmuxServer {
    /// Version, as tmux writes it (`3.3a`).
    pub version: String,
    /// Pid of the server.
    pub pid: u32,
    /// When the server started, RFC 3339 in UTC.
    pub started_at: String,
    /// Path of its socket.
    pub socket_path: String,
    /// The session that a command without a target would act on from the operator's shell
    /// (`display-message -p`), by id; `absent` when there is no session.
    pub current: Observed<String>,
    /// The sessions, sorted by id number.
    pub sessions: Vec<TmuxSession>,
}

impl TmuxServer {
    /// The session that a command without a target would act on from the operator's shell, if there is one and it is known.
    pub fn current_session(&self) -> Option<&TmuxSession> {
        let id = self.current.present()?;
        self.sessions.iter().find(|s| &s.id == id)
    }
}

/// One tmux session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TmuxSession {
    /// Id (`$3`); exact as a target.
    pub id: String,
    /// Name, as tmux stores it.
    pub name: String,
    /// When it was created, RFC 3339 in UTC.
    pub created_at: String,
    /// How many clients are attached.
    pub attached: u32,
    /// Its `base-index` option.
    pub base_index: Option<u32>,
    /// Its `renumber-windows` option.
    pub renumber_windows: Option<bool>,
    /// The allow-listed names of its environment (see [`TMUX_VARIABLES`]). A name that is missing is absent everywhere.
    /// `absent`: the session ended while it was being read.
    pub env: Observed<BTreeMap<String, EnvValue>>,
    /// Its windows, sorted by index.
    pub windows: Vec<TmuxWindow>,
}

/// What a session environment says of one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum EnvValue {
    /// It is set in the session.
    Value(String),
    /// It is marked for removal in the session (`set-environment -r`): new panes do not get it, nor does Houmao.
    Removed,
    /// It is set only in the server's global environment, which Houmao never reads.
    GlobalOnly(String),
}

/// One tmux window, as linked into one session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TmuxWindow {
    /// Id (`@4`), unique in the server.
    pub id: String,
    /// Index in its session.
    pub index: u32,
    /// Name.
    pub name: String,
    /// Whether it is its session's selected window.
    pub active: bool,
    /// Its panes, sorted by index.
    pub panes: Vec<TmuxPane>,
}

/// One pane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TmuxPane {
    /// Id (`%7`), unique in the server.
    pub id: String,
    /// Index in its window.
    pub index: u32,
    /// Pid of the process that tmux started in it.
    pub pid: u32,
    /// Whether that process has ended (`remain-on-exit`).
    pub dead: bool,
    /// Whether it is its window's selected pane.
    pub active: bool,
    /// Name of the program in the foreground.
    pub current_command: String,
}
