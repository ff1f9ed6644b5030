//! From a finished replay to the operation that reports show.
use super::Ask;
use super::steps::title;
use super::texts;
use super::trail::{Class, Go, Halt, Raised, Trail};
use crate::contract::{Release, SHOWN_ERRORS, SHOWN_INTERNAL_ERRORS};
use crate::finding::{EffectKind, Operation, OperationVerdict, Step, StepOutcome};

/// The operation that a trail and its end make.
///
/// Harm outweighs everything, whatever the command says; then ignorance; then failure; a success that needed a fallback
/// is told from a plain one.
pub(super) fn operation(
    ask: &Ask,
    release: Release,
    trail: Trail,
    end: Go,
    subject: Option<String>,
) -> Operation {
    let harm = trail.effects.iter().any(|e| e.harm);
    let (exit_code, error, missing) = match &end {
        Ok(()) => (Some(0), None, Vec::new()),
        Err(Halt::Raised(raised)) => (Some(exit_code(raised)), shown(raised, release), Vec::new()),
        Err(Halt::Unseen(what) | Halt::Chance(what)) => (None, None, vec![what.clone()]),
    };
    let verdict = match (harm, &end) {
        (true, _) => OperationVerdict::WouldHarm,
        (false, Err(Halt::Unseen(_) | Halt::Chance(_))) => OperationVerdict::CannotTell,
        (false, Err(Halt::Raised(_))) => OperationVerdict::WillFail,
        (false, Ok(())) if trail.fell_through => OperationVerdict::WillWorkByFallback,
        (false, Ok(())) => OperationVerdict::WillWork,
    };
    let decided_by = decided_by(&trail, &end);
    let mut steps = trail.steps;
    if end.is_err() {
        not_reached(&mut steps, ask);
    }
    Operation {
        operation: ask.verb.name().to_owned(),
        selector: ask.selector.shown(),
        subject,
        houmao: release.to_string(),
        argv: ask.argv.clone(),
        verdict,
        exit_code,
        error,
        decided_by,
        hidden_error: trail.hidden_error,
        missing,
        by_chance: matches!(end, Err(Halt::Chance(_))),
        steps,
        effects: trail.effects,
    }
}

/// The step that decided it: the one that harms, else the one that ended the replay, else, of a success, the step that
/// answered for one that fell through, or the last.
fn decided_by(trail: &Trail, end: &Go) -> String {
    let last = |wanted: StepOutcome| trail.steps.iter().rposition(|s| s.outcome == wanted);
    let harm = trail.effects.iter().find(|e| e.harm).map(|e| harming_steps(e.kind));
    let harmful = harm.and_then(|ids| trail.steps.iter().position(|s| ids.contains(&s.id.as_str())));
    let deciding = harmful.or_else(|| match end {
        Err(Halt::Raised(_)) => last(StepOutcome::Failed),
        Err(Halt::Unseen(_) | Halt::Chance(_)) => last(StepOutcome::Unknown),
        Ok(()) => last(StepOutcome::FellThrough).map(|at| (at + 1).min(trail.steps.len() - 1)),
    });
    let step = deciding.and_then(|at| trail.steps.get(at)).or_else(|| trail.steps.last());
    step.map_or_else(|| "command".to_owned(), |s| s.id.clone())
}

/// The steps at which a change of this kind is made.
fn harming_steps(kind: EffectKind) -> &'static [&'static str] {
    match kind {
        EffectKind::KillsWindow => &["stop-recorded-gateway", "server-status", "clear", "stop-agent"],
        EffectKind::SignalsProcess => &["stop-recorded-gateway", "relaunch"],
        EffectKind::UnsetsEnv => &["clear"],
        EffectKind::CopiesEnv => &["session-env"],
        EffectKind::RewritesFile => &["gateway-files"],
        EffectKind::PublishesRecord => &["registry-publish"],
        EffectKind::MovesFocus => &["window-0"],
    }
}

/// The steps that the operation would have taken after its end.
fn not_reached(steps: &mut Vec<Step>, ask: &Ask) {
    let plan = ask.verb.plan();
    for id in plan {
        if steps.iter().all(|s| s.id != id) {
            steps.push(Step {
                id: id.to_owned(),
                title: title(id).to_owned(),
                outcome: StepOutcome::NotReached,
                read: None,
                source: None,
                said: None,
            });
        }
    }
}

fn exit_code(raised: &Raised) -> i32 {
    match raised.class {
        Class::Usage => 2,
        Class::Told => 0,
        _ => 1,
    }
}

/// What is printed: the text after `Error: `; of a traceback, its last line without the class.
fn shown(raised: &Raised, release: Release) -> Option<String> {
    let text = raised.text.clone()?;
    let class = match &raised.class {
        Class::Told => return None,
        Class::Click | Class::Usage => return Some(text),
        Class::Houmao if release >= SHOWN_ERRORS => return Some(text),
        Class::Houmao | Class::AtImport => return Some(last_line(&text)),
        Class::System(class) | Class::Runtime(class) => (*class).to_owned(),
        Class::Other(class) => class.clone(),
    };
    if release < SHOWN_INTERNAL_ERRORS {
        return Some(last_line(&text));
    }
    let detail = text.trim();
    let values = [("detail", detail), ("class", class.as_str())];
    Some(if detail.is_empty() { texts::INTERNAL_BARE.say(&values) } else { texts::INTERNAL.say(&values) })
}

fn last_line(text: &str) -> String {
    text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned()
}
