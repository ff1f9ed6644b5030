//! Facts of the operation that the operator asked about (`why`).
use super::{Fact, Reading, session_here};
use crate::finding::Operation;
use crate::snapshot::Snapshot;
use schemars::JsonSchema;
use serde::Serialize;

/// The operation that was asked about; everything is absent when none was.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AskedFacts {
    /// `attach`, `attach --background`, `detach`, `status`, `relaunch`, `stop` or `cleanup`.
    pub operation: Fact<String>,
    /// How its target is named (`--agent-name gpu`); `--current-session` also when nothing names one.
    pub selector: Fact<String>,
    /// Whether it acts on the current session.
    pub is_current: Fact<bool>,
    /// Whether it ends with an error; unknown when that cannot be told.
    pub fails: Fact<bool>,
    /// Whether something that is not the recorded gateway would suffer; unknown when that cannot be told.
    pub harms: Fact<bool>,
    /// The error it would print.
    pub error: Fact<String>,
    /// Id of the step that decides it.
    pub decided_by: Fact<String>,
    /// The session name that `--target-tmux-session` gives, when tmux has no session of exactly that name.
    pub missing_target: Fact<String>,
    /// The session that tmux takes for that name instead, because it begins with it.
    pub taken_target: Fact<String>,
}

impl AskedFacts {
    /// Derives them.
    pub fn of(snapshot: &Snapshot, asked: Option<&Operation>) -> Self {
        let source = "the command that was asked about";
        let op = |take: &dyn Fn(&Operation) -> Option<String>| match asked.and_then(take) {
            Some(text) => Fact::known(text, source),
            None => Fact::absent(source),
        };
        let target = op(&|o| o.selector.strip_prefix("--target-tmux-session ").map(str::to_owned));
        let names = || snapshot.server().into_iter().flat_map(|s| &s.sessions).map(|s| s.name.clone());
        let missing_target = target.and_then(|t| match session_here(snapshot, t).reading {
            Reading::Known(false) => Fact::known(t.clone(), source),
            Reading::Unknown(why) => Fact::unknown(why, source),
            _ => Fact::absent(source),
        });
        AskedFacts {
            operation: op(&|o| Some(o.operation.clone())),
            selector: op(&|o| Some(o.selector.clone())),
            is_current: match asked {
                Some(o) => Fact::known(o.selector == "--current-session", source),
                None => Fact::absent(source),
            },
            fails: match asked {
                Some(o) => super::operation::fails(o, source),
                None => Fact::absent(source),
            },
            harms: super::OperationFacts::of_asked(asked, source),
            error: op(&|o| o.error.clone()),
            decided_by: op(&|o| Some(o.decided_by.clone())),
            taken_target: missing_target.and_then(|t| {
                let longer: Vec<String> = names().filter(|n| n.starts_with(t.as_str())).collect();
                match longer.as_slice() {
                    [one] => Fact::known(one.clone(), "tmux: list-sessions"),
                    _ => Fact::absent("tmux: list-sessions"),
                }
            }),
            missing_target,
        }
    }
}
