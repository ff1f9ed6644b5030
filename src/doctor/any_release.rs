//! What an operation comes to where the release of Houmao is not known: said where all releases agree.
use crate::contract::CHANGES;
use crate::facts::Join;
use crate::finding::{Operation, OperationVerdict, Step, StepOutcome};
use crate::replay::{Ask, Replayer, Selector, Verb};

/// The release of such an operation, as reports name it.
const ANY: &str = "any release";

/// What ends a replay that hangs on the release.
const DIFFER: &str =
    "the installed release of Houmao is not known, and it is what decides that; give --houmao X.Y.Z";

/// The operations from inside a live session. They are only shown: a rule asks what one release does.
pub(super) fn replay_inside(join: &Join<'_>) -> Vec<Operation> {
    let Some(session) = join.tmux else { return Vec::new() };
    let replayers: Vec<_> = CHANGES.iter().map(|r| (*r, Replayer::new(join.snapshot, *r))).collect();
    let verbs = [Verb::Attach { background: false }, Verb::Detach, Verb::Status];
    let operations = verbs.into_iter().filter_map(|verb| {
        let ask = |release| Ask::of(verb.clone(), Selector::Inside(session.id.clone()), None, release);
        let all = replayers.iter().map(|(release, replayer)| replayer.replay(&ask(*release))).collect();
        let operation = agreed(all)?;
        Some(Operation { subject: Some(join.subject_id()), ..operation })
    });
    operations.collect()
}

/// What all of them say, the newest last; none of none.
fn agreed(mut all: Vec<Operation>) -> Option<Operation> {
    let mut newest = all.pop()?;
    let same = |part: &dyn Fn(&Operation) -> bool| all.iter().all(part);
    let verdict = same(&|o| o.verdict == newest.verdict);
    let step = verdict && same(&|o| o.decided_by == newest.decided_by);
    let error = step && same(&|o| (&o.error, o.exit_code) == (&newest.error, newest.exit_code));
    let hidden = step && same(&|o| o.hidden_error == newest.hidden_error);
    let argv = same(&|o| o.argv == newest.argv);
    let missing = step && same(&|o| o.missing == newest.missing);
    newest.effects.retain(|e| all.iter().all(|o| o.effects.contains(e)));
    newest.steps = common(&newest, &all, step);
    newest.houmao = ANY.into();
    if !argv {
        newest.argv.clear();
    }
    if !error {
        (newest.error, newest.exit_code) = (None, None);
    }
    if !hidden {
        newest.hidden_error = None;
    }
    if !verdict {
        newest.verdict = OperationVerdict::CannotTell;
    }
    if !missing {
        newest.missing.clear();
    }
    if newest.verdict == OperationVerdict::CannotTell && newest.missing.is_empty() {
        newest.missing.push(DIFFER.into());
    }
    if !step {
        newest.by_chance = false;
        newest.decided_by = "release".into();
        newest.steps.push(by_release(newest.verdict));
    }
    Some(newest)
}

/// The steps that all of them begin with; with `decided` up to the one that decided, which they share.
fn common(newest: &Operation, all: &[Operation], decided: bool) -> Vec<Step> {
    let alike = |(n, step): &(usize, &Step)| {
        all.iter().all(|o| o.steps.get(*n).is_some_and(|s| (&s.id, s.outcome) == (&step.id, step.outcome)))
    };
    let reached = |(_, step): &(usize, &Step)| step.outcome != StepOutcome::NotReached;
    let steps = newest.steps.iter().enumerate().take_while(reached).take_while(alike);
    let mut steps: Vec<Step> = steps.map(|(_, step)| step.clone()).collect();
    if decided && !steps.iter().any(|s| s.id == newest.decided_by) {
        steps.extend(newest.steps.iter().find(|s| s.id == newest.decided_by).cloned());
    }
    steps
}

/// The step from which on releases go ways of their own.
fn by_release(verdict: OperationVerdict) -> Step {
    let (outcome, said) = match verdict {
        OperationVerdict::CannotTell => (StepOutcome::Unknown, Some(DIFFER.to_owned())),
        OperationVerdict::WillFail => (
            StepOutcome::Failed,
            Some("every release ends it with an error, each at a step of its own".into()),
        ),
        _ => (StepOutcome::Ok, None),
    };
    Step {
        id: "release".into(),
        title: "go on as the installed release does".into(),
        outcome,
        read: None,
        source: None,
        said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(verdict: OperationVerdict, decided_by: &str, error: Option<&str>) -> Operation {
        let outcome = match verdict {
            OperationVerdict::WillFail => StepOutcome::Failed,
            _ => StepOutcome::Ok,
        };
        let step = |id: &str, outcome| Step {
            id: id.into(),
            title: id.into(),
            outcome,
            read: None,
            source: None,
            said: None,
        };
        Operation {
            operation: "attach".into(),
            selector: "--current-session".into(),
            subject: None,
            houmao: "0.4.2".into(),
            argv: vec!["houmao-mgr".into()],
            verdict,
            exit_code: error.map(|_| 1),
            error: error.map(Into::into),
            decided_by: decided_by.into(),
            hidden_error: None,
            missing: vec![],
            by_chance: false,
            steps: vec![step("current", StepOutcome::Ok), step(decided_by, outcome)],
            effects: vec![],
        }
    }

    /// What they share is said, and nothing that only some of them do.
    #[test]
    fn what_all_say_is_said() {
        use OperationVerdict::{CannotTell, WillFail, WillWork};
        let fails = |error| operation(WillFail, "queue", Some(error));
        let all = agreed(vec![fails("it is old"), fails("it is old")]).expect("some");
        assert_eq!((all.verdict, all.error.as_deref(), all.steps.len()), (WillFail, Some("it is old"), 2));
        let words = agreed(vec![fails("it is old"), fails("old")]).expect("some");
        assert_eq!((words.verdict, words.error, words.exit_code), (WillFail, None, None));
        let steps = agreed(vec![fails("it is old"), operation(WillFail, "role", None)]).expect("some");
        let ids: Vec<&str> = steps.steps.iter().map(|s| s.id.as_str()).collect();
        assert_eq!((steps.verdict, ids), (WillFail, vec!["current", "release"]));
        let differ = agreed(vec![fails("it is old"), operation(WillWork, "queue", None)]).expect("some");
        assert_eq!((differ.verdict, differ.missing), (CannotTell, vec![DIFFER.to_owned()]));
        assert_eq!(agreed(vec![]), None);
    }
}
