//! The words of replayed operations: verdict, step, effect.
use super::Severity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether an operation would work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperationVerdict {
    /// It will do what it says, on its first way.
    WillWork,
    /// It will do what it says, after its first way failed.
    WillWorkByFallback,
    /// It will say that it failed, and harm nothing that lives.
    WillFail,
    /// It would stop, kill, overwrite or leak something that is not the recorded gateway, whatever it says.
    WouldHarm,
    /// Something that decides it could not be seen, or Houmao itself leaves it to chance.
    CannotTell,
}

impl OperationVerdict {
    /// How bad it is for an operation that was asked about, in the words of `--fail-on`; none for what works and for what
    /// cannot be told.
    pub fn severity(self) -> Option<Severity> {
        match self {
            OperationVerdict::WouldHarm => Some(Severity::Danger),
            OperationVerdict::WillFail => Some(Severity::Error),
            OperationVerdict::WillWorkByFallback => Some(Severity::Warning),
            OperationVerdict::WillWork | OperationVerdict::CannotTell => None,
        }
    }
}

/// What came of one step of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepOutcome {
    /// The step does what it is for.
    Ok,
    /// The step ends the operation with an error.
    Failed,
    /// The step fails, and the operation goes on by another way.
    FellThrough,
    /// The operation ends before this step.
    NotReached,
    /// What the step depends on could not be seen.
    Unknown,
}

/// One step of an operation, as `houmao-mgr` would take it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// Stable name of the step.
    pub id: String,
    /// What the step is for, in a few words.
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

/// What kind of change an operation makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
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

/// One change an operation makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OperationEffect {
    /// What kind of change.
    pub kind: EffectKind,
    /// What it hits: a window id, a pid, a path, a session name.
    pub target: String,
    /// The target in words (session, index, command), for people.
    pub detail: String,
    /// Whether something that is not the recorded gateway of this session would suffer.
    pub harm: bool,
}

/// One operation of `houmao-mgr`, replayed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Operation {
    /// `attach`, `attach --background`, `detach`, `status`, `relaunch`, `stop` or `cleanup`.
    pub operation: String,
    /// How its target is named, as on the command line: `--current-session`, `--agent-name gpu`.
    pub selector: String,
    /// Id of the subject it would act on, where it resolves to one.
    pub subject: Option<String>,
    /// The release that was replayed.
    pub houmao: String,
    /// The command that was replayed.
    pub argv: Vec<String>,
    /// Whether it would work.
    pub verdict: OperationVerdict,
    /// The exit code it would give; none when that cannot be told.
    pub exit_code: Option<i32>,
    /// The error it would print, without the leading `Error: `; none when it would succeed or cannot be told.
    pub error: Option<String>,
    /// Id of the step that decided it.
    pub decided_by: String,
    /// The first error, when a fallback hides it from what is printed.
    pub hidden_error: Option<String>,
    /// What could not be seen and would be needed; empty unless the verdict is `cannot_tell`.
    pub missing: Vec<String>,
    /// Whether nothing is missing to tell, and Houmao itself leaves it to chance; `missing` then says how.
    pub by_chance: bool,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// What it would change, in order.
    pub effects: Vec<OperationEffect>,
}

impl Operation {
    /// The harm that is told of it first: what it ends, before what it only overwrites.
    pub fn worst_harm(&self) -> Option<&OperationEffect> {
        let ends = |e: &&OperationEffect| {
            e.harm && matches!(e.kind, EffectKind::KillsWindow | EffectKind::SignalsProcess)
        };
        self.effects.iter().find(ends).or_else(|| self.effects.iter().find(|e| e.harm))
    }
}
