//! The words of a tmux session as its operator sees it: windows and panes, and what each of them is to Houmao.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a window or pane is to Houmao.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The agent's own terminal: window 0, and in it the first pane.
    AgentSurface,
    /// The window that the manifest records as the agent's (since 0.9.0), at another index than 0.
    MovedAgent,
    /// The one window at another index in which the agent's program runs, while window 0 is missing or another's.
    AstrayAgent,
    /// The gateway that `current-instance.json` of this session records, id and pane.
    RecordedGateway,
    /// It is named `gateway`, but it is not the recorded one. Names are no authority.
    LooksLikeGateway,
    /// Anything else: Houmao neither made nor uses it.
    Auxiliary,
    /// Which window is recorded could not be seen, so this cannot be told.
    Unknown,
}

/// The windows of one tmux session, as the session shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Layout {
    /// Id of the judged subject that it is shown for.
    pub subject: String,
    /// Name of the tmux session: the subject's own, or the other one in which its recorded window is now.
    pub session: String,
    /// Id of the tmux session (`$3`).
    pub id: String,
    /// Its windows, sorted by index.
    pub windows: Vec<LayoutWindow>,
    /// How many more windows it has than are listed.
    pub windows_left_out: usize,
}

/// One window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LayoutWindow {
    /// Id (`@4`).
    pub id: String,
    /// Index in its session.
    pub index: u32,
    /// Name.
    pub name: String,
    /// Whether it is its session's selected window.
    pub active: bool,
    /// What it is to Houmao.
    pub role: Role,
    /// Whether `current-instance.json` of the subject records its id as the gateway's, whatever it is now; none when
    /// that file could not be read.
    pub recorded: Option<bool>,
    /// Its panes, sorted by index.
    pub panes: Vec<LayoutPane>,
    /// How many more panes it has than are listed.
    pub panes_left_out: usize,
}

/// One pane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LayoutPane {
    /// Id (`%7`).
    pub id: String,
    /// Index in its window.
    pub index: u32,
    /// Name of the program in the foreground.
    pub command: String,
    /// Pid of the process that tmux started in it.
    pub pid: u32,
    /// Whether that process has ended (`remain-on-exit`).
    pub dead: bool,
    /// Whether it is its window's selected pane.
    pub active: bool,
    /// What it is to Houmao.
    pub role: Role,
}
