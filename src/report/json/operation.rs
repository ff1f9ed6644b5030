//! Replayed operations, as published.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One operation of `houmao-mgr`, replayed from the observation alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Operation {
    /// `attach`, `attach --background`, `detach`, `status`, `relaunch`, `stop` or `cleanup`.
    pub operation: String,
    /// How its target is named on the command line.
    pub selector: String,
    /// Id of the subject it would act on; null when it resolves to none.
    pub subject: Option<String>,
    /// The release that was replayed.
    pub houmao: String,
    /// The command that was replayed, one argument an element.
    pub argv: Vec<String>,
    /// Whether it would work.
    pub verdict: OperationVerdict,
    /// The exit code it would give; null when that cannot be told.
    pub exit_code: Option<i32>,
    /// The error it would print, without the leading `Error: `; null when it would succeed or that cannot be told.
    pub error: Option<String>,
    /// Id of the step that decides it.
    pub decided_by: String,
    /// The first error, when a fallback hides it from what is printed.
    pub hidden_error: Option<String>,
    /// What could not be seen and would be needed.
    pub missing: Vec<String>,
    /// Whether nothing is missing to tell, and Houmao itself leaves it to chance; `missing` then says how.
    pub by_chance: bool,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// What it would change, in order.
    pub effects: Vec<OperationEffect>,
}

/// Whether an operation would work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperationVerdict {
    /// It would do what it says.
    WillWork,
    /// It would do what it says, after its first way failed.
    WillWorkByFallback,
    /// It would say that it failed, and harm nothing that lives.
    WillFail,
    /// It would harm something that is not the recorded gateway, whatever it says.
    WouldHarm,
    /// Something that decides it could not be seen.
    CannotTell,
}

/// One step of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// Stable name of the step.
    pub id: String,
    /// What the step is for.
    pub title: String,
    /// What comes of it.
    pub outcome: StepOutcome,
    /// What was read.
    pub read: Option<String>,
    /// From where.
    pub source: Option<String>,
    /// What Houmao would say or think at this step, when it is not plainly ok.
    pub said: Option<String>,
}

/// What comes of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepOutcome {
    /// It does what it is for.
    Ok,
    /// It ends the operation with an error.
    Failed,
    /// It fails, and the operation goes on by another way.
    FellThrough,
    /// The operation ends before it.
    NotReached,
    /// What it depends on could not be seen.
    Unknown,
}

/// One change an operation would make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OperationEffect {
    /// What kind of change.
    pub kind: EffectKind,
    /// What it hits: a window id, a pid, a path, a session name.
    pub target: String,
    /// The target in words, for people.
    pub detail: String,
    /// Whether something that is not the recorded gateway of this session would suffer.
    pub harm: bool,
}

/// What kind of change an operation would make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EffectKind {
    /// A tmux window is killed.
    KillsWindow,
    /// A process gets a signal.
    SignalsProcess,
    /// Variables are removed from a tmux session's environment.
    UnsetsEnv,
    /// The operator's environment is copied into a tmux session's environment.
    CopiesEnv,
    /// A file is written anew.
    RewritesFile,
    /// A registry record is written anew.
    PublishesRecord,
    /// The selected window of a session changes.
    MovesFocus,
}
