//! The verdict on one case, in one word and one sentence.
pub(in crate::report) use super::word::Word;
use super::words::command_name;
use crate::finding::{
    EffectKind, Operation, OperationEffect, OperationVerdict, Severity, StepOutcome, Subject, SubjectKind,
};
use crate::report::order::{Case, Reason};
use crate::report::text::{command, count};

/// Characters of an error of Houmao that still is a sentence of the verdict.
const SENTENCE: usize = 160;

/// The verdict on a case: the worst of what the operation would come to and of what was found.
pub(in crate::report) fn word(case: &Case) -> Word {
    let found = match case.families.first().map(|f| f.severity()) {
        Some(Severity::Danger) => Word::Danger,
        // Where an operation was replayed, it is that which fails or not; what else fails is told by another word.
        Some(Severity::Error) if case.operations.is_empty() => Word::Fail,
        Some(Severity::Error) => Word::Error,
        Some(Severity::Warning) => Word::Warn,
        Some(Severity::Info) => Word::Info,
        None => Word::Ok,
    };
    let main = case.operations.first().map_or(Word::Ok, |o| match o.verdict {
        _ if !case.asked && case.explained().is_some() => Word::Info,
        OperationVerdict::WillWork => Word::Ok,
        OperationVerdict::WillWorkByFallback => Word::Warn,
        OperationVerdict::WillFail => Word::Fail,
        OperationVerdict::WouldHarm => Word::Danger,
        OperationVerdict::CannotTell => Word::CannotTell,
    });
    // The other operations are asked only whether they would harm: that detach fails where nothing is attached is
    // no fault of the session.
    let others = if case.operations.iter().any(|o| o.verdict == OperationVerdict::WouldHarm) {
        Word::Danger
    } else {
        Word::Ok
    };
    let seen = case.unknown.is_empty() && case.errors.is_empty() && case.silent.is_none();
    let unseen = if seen { Word::Ok } else { Word::CannotTell };
    let word = found.min(main).min(others);
    // A warning says more than "some checks could not be decided", unless that is what the exit code says; health does not.
    if word >= Word::Info || case.inconclusive { word.min(unseen) } else { word }
}

/// The verdict as a sentence. With `named`, it says what it is about.
pub(in crate::report) fn sentence(case: &Case, named: bool) -> String {
    let about = if named { subject(case.subject) } else { String::new() };
    let title = case.families.first().map(|f| f.title().to_owned());
    match (word(case), case.operations.first()) {
        (Word::Danger, _) => danger(case, &about, title),
        (Word::Info, Some(_)) if let Some(remark) = case.explained() => {
            let about = if about.is_empty() { about } else { format!("{about}: ") };
            format!("{about}{}.", remark.title.trim().trim_end_matches('.'))
        }
        (word, Some(main)) => operation(case, word, main, &about, title),
        (word, None) => {
            let about = if about.is_empty() { String::new() } else { format!("{about}: ") };
            match (word, title) {
                (Word::CannotTell, _) if let Some(why) = case.silent => untold(case, &about, why),
                (Word::CannotTell, None) => format!("{about}{}.", unseen(case)),
                (Word::CannotTell, Some(title)) => format!("{about}{title}; {}.", unseen(case)),
                (_, Some(title)) => format!("{about}{title}."),
                (_, None) => format!("{about}{} passed, 0 unknown.", count(case.passed, "check")),
            }
        }
    }
}

/// The same for a row of a table, where the word and the name have columns of their own: the defect, else what the main
/// operation comes to.
pub(in crate::report) fn row(case: &Case) -> String {
    match (case.families.first(), word(case)) {
        (Some(family), Word::Danger | Word::Fail | Word::Error | Word::Warn) => family.title().to_owned(),
        _ => sentence(case, false),
    }
}

/// What would be harmed by which command, then what the rest comes to.
fn danger(case: &Case, about: &str, title: Option<String>) -> String {
    let harming: Vec<&&Operation> =
        case.operations.iter().filter(|o| o.verdict == OperationVerdict::WouldHarm).collect();
    let own = if about.is_empty() { "something that lives" } else { about };
    let Some(first) = harming.first() else { return found(case, about, own, title) };
    let code = first.exit_code.map(|c| format!(" and ends with exit code {c}")).unwrap_or_default();
    // The replay of the main operation tells how that one ends.
    let code = if std::ptr::eq(**first, case.operations[0]) { String::new() } else { code };
    let harm = first.worst_harm();
    let victim = harm.map_or_else(|| own.to_owned(), |e| victim(case, e, own));
    let whose = if victim == own || about.is_empty() { String::new() } else { format!("{about}: ") };
    let again = if harming.len() == 1 { "it" } else { first.operation.as_str() };
    let harm = harm.map(|e| format!(": {again} {}{code}", super::words::effect(e))).unwrap_or_default();
    format!("{whose}{} would harm {victim}{harm}.", commands(&harming))
}

/// The danger of a command that was not asked about: the first that its finding warns of, one that is sure to harm first.
fn found(case: &Case, about: &str, own: &str, title: Option<String>) -> String {
    let cause = title.as_ref().map(|t| format!(": {t}")).unwrap_or_default();
    let all = case.families.first().map(|f| f.worst().do_not.as_slice()).unwrap_or_default();
    let warned = |unsure| {
        let mut of_houmao = all.iter().filter(|d| d.argv.first().is_some_and(|word| word == "houmao-mgr"));
        of_houmao.find(|d| d.unsure == unsure).map(|d| command(&d.argv, false))
    };
    let (argv, harms, harm) = match (warned(false), warned(true)) {
        (Some(argv), _) => (argv, "would harm", "would do harm"),
        (None, Some(argv)) => (argv, "may harm", "may do harm"),
        // No command of Houmao reaches it now; what it is can still be said.
        (None, None) => return format!("{own}{cause}{}.", answer(case)),
    };
    // The window that is recorded as the gateway is what such a command kills, wherever it is; of other harm the finding
    // tells the victim, which need not be the session that is examined.
    let recorded = case.layouts.iter().filter(|l| l.windows.iter().any(|w| w.recorded == Some(true)));
    let sessions: Vec<&str> = recorded.map(|l| l.session.as_str()).collect();
    let held = |s: &&&str| case.subject.is_none_or(|subject| subject.name != **s);
    let other = sessions.iter().find(held).map(|s| format!("session \"{s}\""));
    let whose = match (&other, sessions.is_empty()) {
        (None, false) => "",
        _ => about,
    };
    let whose = if whose.is_empty() { String::new() } else { format!("{whose}: ") };
    let harm = match (other, sessions.is_empty()) {
        (Some(other), _) => format!("{harms} {other}"),
        (None, false) => format!("{harms} {own}"),
        (None, true) => harm.to_owned(),
    };
    format!("{whose}`{argv}` {harm}{cause}{}.", answer(case))
}

/// What the operation that was asked about comes to, where the danger is that of another one.
fn answer(case: &Case) -> String {
    let Some(main) = case.operations.first().filter(|_| case.asked) else { return String::new() };
    let name = command_name(&main.operation);
    match main.verdict {
        OperationVerdict::WillWork => format!("; {name} itself will work"),
        OperationVerdict::WillWorkByFallback => format!("; {name} itself will work, by its fallback"),
        OperationVerdict::WillFail => format!("; {name} itself will fail"),
        OperationVerdict::CannotTell => format!("; whether {name} itself will work cannot be told"),
        OperationVerdict::WouldHarm => String::new(),
    }
}

/// The commands by name: `gateway attach and detach`.
fn commands(harming: &[&&Operation]) -> String {
    let names: Vec<String> = harming.iter().map(|o| command_name(&o.operation)).collect();
    match names.first().and_then(|n| n.split_once(' ')).map(|(group, _)| format!("{group} ")) {
        Some(group) if names.iter().all(|n| n.starts_with(&group)) => {
            let names: Vec<String> = names.iter().map(|n| n[group.len()..].to_owned()).collect();
            format!("{group}{}", list(&names))
        }
        _ => list(&names),
    }
}

/// What an effect harms: `own`, unless it hits the window of another session or something that is no part of tmux.
fn victim(case: &Case, e: &OperationEffect, own: &str) -> String {
    match e.kind {
        EffectKind::KillsWindow => {
            let holds = case.layouts.iter().filter(|l| l.windows.iter().any(|w| w.id == e.target));
            let sessions: Vec<&str> = holds.map(|l| l.session.as_str()).collect();
            match (sessions.as_slice(), case.subject) {
                ([], _) => format!("tmux window {}", e.target),
                (held, Some(s)) if held.contains(&s.name.as_str()) => own.to_owned(),
                ([other, ..], _) => format!("session \"{other}\""),
            }
        }
        EffectKind::SignalsProcess => format!("process {}", e.target),
        _ => own.to_owned(),
    }
}

/// Whether the main operation works, and why not.
fn operation(case: &Case, word: Word, main: &Operation, about: &str, title: Option<String>) -> String {
    let name = command_name(&main.operation);
    let for_what = if about.is_empty() { String::new() } else { format!(" for {about}") };
    match main.verdict {
        OperationVerdict::CannotTell if word != Word::CannotTell => {
            let title = title.unwrap_or_else(|| stopped_at(main));
            format!("{title}; whether {name} will work{for_what} cannot be told.")
        }
        OperationVerdict::CannotTell => {
            let missing = main.missing.first().cloned().or(title).unwrap_or_else(|| stopped_at(main));
            format!("whether {name} will work{for_what}: {missing}.")
        }
        OperationVerdict::WillFail => {
            // Only what is as bad as a failure, and asks about it, can be its reason.
            let reason = case.families.first().is_some_and(|f| f.reason() > Reason::None);
            let remark = case.explained().map(|f| f.title.clone());
            let why = title.filter(|_| reason).or(remark).or_else(|| remarked(case, main));
            let why = why.or_else(|| in_a_line(main)).unwrap_or_else(|| stopped_at(main));
            format!("{name} will fail{for_what}: {}.", why.trim_end_matches('.'))
        }
        // What is worse than a warning comes first; that the command gets around it is no comfort.
        OperationVerdict::WillWorkByFallback if word < Word::CannotTell && title.is_some() => {
            let about = if about.is_empty() { String::new() } else { format!("{about}: ") };
            let title = title.unwrap_or_default();
            format!("{about}{title}; {name} itself will work, by its fallback.")
        }
        OperationVerdict::WillWorkByFallback => {
            let why = title.map(|t| format!(": {t}")).unwrap_or_default();
            format!("{name} will work{for_what}, but only by its fallback{why}.")
        }
        OperationVerdict::WillWork if word == Word::CannotTell => {
            format!("{name} will work{for_what}, but {}.", unseen(case))
        }
        OperationVerdict::WillWork if word >= Word::Info => {
            let done = main.steps.iter().filter(|s| s.outcome == StepOutcome::Ok).count();
            let (steps, passed) = (count(main.steps.len(), "step"), count(case.passed, "check"));
            format!("{name} will work{for_what}: {done} of {steps}, {passed} passed, 0 unknown.")
        }
        OperationVerdict::WillWork | OperationVerdict::WouldHarm => {
            // What is wrong comes first; that this command works nevertheless is no comfort.
            match title {
                Some(title) if about.is_empty() => format!("{title}; {name} itself will work."),
                Some(title) => format!("{about}: {title}; {name} itself will work."),
                None => format!("{name} will work{for_what}."),
            }
        }
    }
}

/// The title of a remark that reads what the operation comes to.
fn remarked(case: &Case, main: &Operation) -> Option<String> {
    let part = format!("{}.", main.operation);
    let reads = |f: &&crate::finding::Finding| f.evidence.iter().any(|e| e.fact.starts_with(&part));
    case.families.iter().map(|f| f.head).find(reads).map(|f| f.title.clone())
}

/// The error that would be printed, where it is a sentence; what goes on for lines is told with the path.
fn in_a_line(main: &Operation) -> Option<String> {
    let first = main.error.as_ref()?.lines().next()?;
    (first.chars().count() <= SENTENCE).then(|| first.to_owned())
}

/// What the step that decides says, else what it is for.
fn stopped_at(main: &Operation) -> String {
    let Some(step) = main.steps.iter().find(|s| s.id == main.decided_by) else {
        return main.decided_by.clone();
    };
    step.said.clone().unwrap_or_else(|| format!("it stops where it has to {}", step.title))
}

/// What cannot be told where tmux told nothing.
fn untold(case: &Case, about: &str, why: &str) -> String {
    let why = why.trim_end_matches('.');
    match case.is(SubjectKind::Session) {
        true => format!("{about}whether an attach would work: {why}."),
        false => format!("{about}which sessions there are, and whether an attach would work: {why}."),
    }
}

/// How many checks could not be decided.
fn unseen(case: &Case) -> String {
    let n = case.unknown.len() + case.errors.len();
    format!("{} could not be decided", count(n, "check"))
}

/// What a case is about, in words.
pub(in crate::report) fn subject(subject: Option<&Subject>) -> String {
    match subject {
        None => String::new(),
        Some(s) if s.kind == SubjectKind::Host => "this machine".to_owned(),
        Some(s) if s.kind == SubjectKind::Record => format!("the registry {}", record(s)),
        Some(s) => format!("session \"{}\"", s.name),
    }
}

/// A record by what people know of it: its agent, else the session that publishes its id; the id where there is neither.
pub(in crate::report) fn record(s: &Subject) -> String {
    let detail = |key: &str| s.details.iter().find(|(k, _)| k == key).map(|(_, value)| value);
    match (detail("agent_name"), detail("session")) {
        (Some(agent), _) => format!("record of agent {agent}"),
        (None, Some(session)) => format!("record of session {session}"),
        (None, None) => format!("record {}", s.name),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}
