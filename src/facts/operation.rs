//! Facts of the replayed operations: what `houmao-mgr` would do to this session.
use super::Fact;
use crate::contract::Release;
use crate::finding::{EffectKind, Operation, OperationVerdict, StepOutcome};
use schemars::JsonSchema;
use serde::Serialize;

/// One replayed operation.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OperationFacts {
    /// `will_work`, `will_work_by_fallback`, `will_fail` or `would_harm`; unknown when it cannot be told.
    pub verdict: Fact<String>,
    /// Whether it would end with an error; unknown when it cannot be told.
    pub fails: Fact<bool>,
    /// Whether something that is not the recorded gateway would suffer.
    pub harms: Fact<bool>,
    /// The exit code it would give.
    pub exit_code: Fact<i64>,
    /// The error it would print; absent when it would succeed, and when its words hold something random.
    pub error: Fact<String>,
    /// Id of the step that decides it.
    pub decided_by: Fact<String>,
    /// The first error, when what is printed hides it.
    pub hidden_error: Fact<String>,
    /// Ids of the steps that fell through to another way.
    pub fell_through: Fact<Vec<String>>,
    /// The windows that would be killed, in words.
    pub kills: Fact<Vec<String>>,
    /// The window or process of the recorded gateway that would be ended; absent where none would.
    pub stops: Fact<String>,
    /// Those of the windows that are not the recorded gateway.
    pub kills_harmfully: Fact<Vec<String>>,
    /// The processes that would get a signal and are not the recorded gateway, in words.
    pub signals_harmfully: Fact<Vec<String>>,
    /// Whether anything would change at all.
    pub mutates: Fact<bool>,
    /// Whether the operator's environment would be copied into the session.
    pub copies_env: Fact<bool>,
    /// How Houmao leaves it to chance whether it works; absent where it does not. The other facts of such an operation
    /// are absent: there is no one answer.
    pub by_chance: Fact<String>,
    /// What is odd about the window that the gateway would be opened in; absent when nothing is.
    pub new_window_remark: Fact<String>,
    /// Of a relaunch: whether all that can be seen lets it start the agent's program, harming nothing. Whether the program
    /// then starts is never foreseen, so that the other facts of such a relaunch are unknown. Absent of other operations.
    pub reaches_start: Fact<bool>,
}

/// The operation that starts the agent's program, and the step in which it does.
const RELAUNCH: &str = "relaunch";

impl OperationFacts {
    /// The facts of an operation; of one that was not replayed they are unknown, be it that its `release` is not known.
    pub fn of(operation: Option<&Operation>, release: Option<Release>) -> Self {
        let Some(op) = operation else {
            return Self::unknown(match release {
                Some(_) => "an operation was not replayed, since nothing that was seen names its target",
                None => "which release is installed is not known",
            });
        };
        let source = format!("replay of {} {} ({})", op.operation, op.selector, op.houmao);
        if op.verdict == OperationVerdict::CannotTell {
            return Self::untold(op, source);
        }
        let hit = |kind: EffectKind, harmful: bool| {
            let list: Vec<String> = op
                .effects
                .iter()
                .filter(|e| e.kind == kind && (!harmful || e.harm))
                .map(|e| e.detail.clone())
                .collect();
            if list.is_empty() { Fact::absent(source.clone()) } else { Fact::known(list, source.clone()) }
        };
        let optional = |text: &Option<String>| match text {
            Some(t) => Fact::known(t.clone(), source.clone()),
            None => Fact::absent(source.clone()),
        };
        let fell: Vec<String> =
            op.steps.iter().filter(|s| s.outcome == StepOutcome::FellThrough).map(|s| s.id.clone()).collect();
        OperationFacts {
            verdict: Fact::known(word(op.verdict).to_owned(), source.clone()),
            fails: fails(op, &source),
            harms: Fact::known(op.effects.iter().any(|e| e.harm), source.clone()),
            exit_code: exit_code(op, &source).then(|code| i64::from(*code)),
            error: error(op, &source),
            decided_by: Fact::known(op.decided_by.clone(), source.clone()),
            hidden_error: optional(&op.hidden_error),
            fell_through: if fell.is_empty() {
                Fact::absent(source.clone())
            } else {
                Fact::known(fell, source.clone())
            },
            kills: hit(EffectKind::KillsWindow, false),
            stops: optional(&stops(op)),
            kills_harmfully: hit(EffectKind::KillsWindow, true),
            signals_harmfully: hit(EffectKind::SignalsProcess, true),
            mutates: Fact::known(!op.effects.is_empty(), source.clone()),
            new_window_remark: optional(&remark(op)),
            copies_env: Fact::known(
                op.effects.iter().any(|e| e.kind == EffectKind::CopiesEnv),
                source.clone(),
            ),
            reaches_start: match op.operation == RELAUNCH {
                true => Fact::known(false, source.clone()),
                false => Fact::absent(source.clone()),
            },
            by_chance: Fact::absent(source),
        }
    }

    /// The facts of an operation of which it cannot be told how it ends.
    fn untold(op: &Operation, source: String) -> Self {
        let why = op.missing.join("; ");
        if op.by_chance {
            let by_chance = Fact::known(why, source.clone());
            return Self { by_chance, ..Self::each(&Fact::absent(source)) };
        }
        let why = format!("cannot tell: {why}");
        let reaches_start = match (op.operation == RELAUNCH, op.decided_by == RELAUNCH) {
            (false, _) => Fact::absent(source),
            (true, true) => Fact::known(true, source),
            (true, false) => Fact::unknown(why.clone(), source),
        };
        Self { reaches_start, ..Self::unknown(&why) }
    }

    /// Whether the operation that was asked about harms; absent when none was.
    pub fn of_asked(asked: Option<&Operation>, source: &str) -> Fact<bool> {
        match asked {
            Some(op) if op.verdict == OperationVerdict::CannotTell => {
                Fact::unknown(format!("cannot tell: {}", op.missing.join("; ")), source)
            }
            Some(op) => Fact::known(op.effects.iter().any(|e| e.harm), source),
            None => Fact::absent(source),
        }
    }

    fn unknown(why: &str) -> Self {
        Self::each(&Fact::unknown(why, "replay"))
    }

    /// All of them with the same reading, which is not a known one.
    fn each(gap: &Fact<()>) -> Self {
        OperationFacts {
            verdict: gap.and_then(absent),
            fails: gap.and_then(absent),
            harms: gap.and_then(absent),
            exit_code: gap.and_then(absent),
            error: gap.and_then(absent),
            decided_by: gap.and_then(absent),
            hidden_error: gap.and_then(absent),
            fell_through: gap.and_then(absent),
            kills: gap.and_then(absent),
            stops: gap.and_then(absent),
            kills_harmfully: gap.and_then(absent),
            signals_harmfully: gap.and_then(absent),
            mutates: gap.and_then(absent),
            copies_env: gap.and_then(absent),
            by_chance: gap.and_then(absent),
            new_window_remark: gap.and_then(absent),
            reaches_start: gap.and_then(absent),
        }
    }
}

/// What stands for a value that there cannot be: `each` is only asked of gaps.
fn absent<T>((): &()) -> Fact<T> {
    Fact::absent("replay")
}

/// The exit code; not known of an operation that harms something before its end could be seen.
fn exit_code(op: &Operation, source: &str) -> Fact<i32> {
    match op.exit_code {
        Some(code) => Fact::known(code, source),
        None => Fact::unknown(format!("cannot tell: {}", op.missing.join("; ")), source),
    }
}

/// Whether it ends with an error, or only tells of a failure and exits with 0. Some errors hold something random, so that
/// their words are not known; they are errors all the same.
pub(super) fn fails(op: &Operation, source: &str) -> Fact<bool> {
    let told = op.verdict == OperationVerdict::WillFail;
    exit_code(op, source).then(|code| told || *code != 0 || op.error.is_some())
}

/// What it prints as its error.
fn error(op: &Operation, source: &str) -> Fact<String> {
    match &op.error {
        Some(text) => Fact::known(text.clone(), source),
        None => exit_code(op, source).and_then(|_| Fact::absent(source)),
    }
}

/// The recorded gateway's window, else its process, where the operation ends it.
fn stops(op: &Operation) -> Option<String> {
    let ended = |kind: EffectKind| op.effects.iter().find(move |e| e.kind == kind && !e.harm);
    let window = ended(EffectKind::KillsWindow).map(|e| format!("window {}", e.target));
    window.or_else(|| ended(EffectKind::SignalsProcess).map(|e| format!("process {}", e.target)))
}

fn remark(op: &Operation) -> Option<String> {
    let opened = op.steps.iter().find(|s| s.id == "new-window" && s.outcome == StepOutcome::Ok);
    opened.and_then(|s| s.said.clone())
}

fn word(verdict: OperationVerdict) -> &'static str {
    match verdict {
        OperationVerdict::WillWork => "will_work",
        OperationVerdict::WillWorkByFallback => "will_work_by_fallback",
        OperationVerdict::WillFail => "will_fail",
        OperationVerdict::WouldHarm => "would_harm",
        OperationVerdict::CannotTell => "cannot_tell",
    }
}
