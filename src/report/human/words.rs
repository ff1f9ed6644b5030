//! The shared words as a person reads them.
use crate::finding::{Effect, EffectKind, OperationEffect, OperationVerdict, Remedy, Severity, Waited};
use crate::report::order::Case;
use crate::report::text::count;

/// One change, as the end of a sentence that begins with the command.
pub(in crate::report) fn effect(e: &OperationEffect) -> String {
    let verb = match e.kind {
        EffectKind::KillsWindow => "kills tmux window",
        EffectKind::SignalsProcess => "sends a signal to process",
        EffectKind::UnsetsEnv => "removes variables from the environment of tmux session",
        EffectKind::CopiesEnv => "copies your shell's environment into tmux session",
        EffectKind::RewritesFile => "rewrites",
        EffectKind::PublishesRecord => "writes the registry record anew:",
        EffectKind::MovesFocus => "changes the selected window of tmux session",
    };
    let detail = if e.detail.is_empty() { String::new() } else { format!(" ({})", e.detail) };
    format!("{verb} {}{detail}", e.target)
}

/// An operation as its command ends: `gateway attach`, since `attach` alone is tmux's word too.
pub(in crate::report) fn command_name(operation: &str) -> String {
    // A command that Houmao does not know has no name of its own.
    if operation == "unknown" {
        return "the command".to_owned();
    }
    let of_gateway = ["attach", "detach", "status"].iter().any(|o| operation.starts_with(o));
    if of_gateway { format!("gateway {operation}") } else { operation.to_owned() }
}

/// A severity, in the words of `--fail-on`.
pub(in crate::report) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Danger => "danger",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// What running a remedy does, in words, with what it costs. That nothing is stopped is said only of what Houmao has no
/// part in: its own commands may stop a gateway that they replace.
pub(in crate::report) fn effect_of(r: &Remedy) -> String {
    let words = match r.effect {
        Effect::ReadOnly => "reads only",
        Effect::Mutates if r.loses.is_some() || !stands_alone(&r.argv) => "changes state",
        Effect::Mutates => "changes state, stops nothing",
        Effect::RestartsAgent => "replaces the agent process",
        Effect::Destructive => "cannot be undone",
    };
    match &r.loses {
        Some(loses) => format!("{words}; it costs {}", loses.trim_end_matches('.')),
        None => words.to_owned(),
    }
}

/// What stands between a step and one that belongs to its number: another way, or what such a way goes on with.
pub(in crate::report) fn between(r: &Remedy) -> &'static str {
    if r.instead { "or" } else { "and" }
}

/// A title as it goes on after a word: without its capital, unless that is of a name.
pub(in crate::report) fn going_on(title: &str) -> String {
    let mut chars = title.chars();
    match chars.next() {
        Some(first) if !title.starts_with("Houmao") => first.to_lowercase().chain(chars).collect(),
        _ => title.to_owned(),
    }
}

/// Whether a command is one, and none of Houmao's.
fn stands_alone(argv: &[String]) -> bool {
    !argv.is_empty() && !argv.iter().any(|word| word == "houmao-mgr")
}

/// How long was waited, and what was seen at first.
pub(in crate::report) fn waited(w: &Waited) -> String {
    let looks = count(w.looks as usize, "look");
    let first = match w.first.verdict {
        Some(verdict) => format!("the operation {}", foretold(verdict)),
        None => format!("{} and exit code {}", count(w.first.findings.len(), "finding"), w.first.exit_code),
    };
    match (w.well, w.looks) {
        (true, 1) => "No need to wait: all was well at the first look.".to_owned(),
        (true, _) => format!("Waited {} s ({looks}) until all was well; at first: {first}.", w.seconds),
        (false, _) => format!("Waited {} s ({looks}) in vain; at first: {first}.", w.seconds),
    }
}

fn foretold(verdict: OperationVerdict) -> &'static str {
    match verdict {
        OperationVerdict::WillWork => "would work",
        OperationVerdict::WillWorkByFallback => "would work by its fallback",
        OperationVerdict::WillFail => "would fail",
        OperationVerdict::WouldHarm => "would harm",
        OperationVerdict::CannotTell => "could not be told",
    }
}

/// Unknown outcomes by what is missing, so that one blind spot is told once.
pub(in crate::report) fn blind_spots(cases: &[Case]) -> Vec<String> {
    let mut spots: Vec<(&str, usize)> = Vec::new();
    gather(cases, reason, &mut spots);
    spots.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    told(spots)
}

/// The same, each fact that could not be seen by itself.
pub(super) fn blind_facts(cases: &[Case]) -> Vec<String> {
    let mut spots: Vec<(&str, usize)> = Vec::new();
    gather(cases, |missing| missing, &mut spots);
    told(spots)
}

fn told(spots: Vec<(&str, usize)>) -> Vec<String> {
    spots.into_iter().map(|(m, n)| format!("{m} ({})", count(n, "check"))).collect()
}

/// Counts the checks by what `of` makes of a missing fact. A check that misses several facts for one reason counts once.
fn gather<'a>(cases: &'a [Case], of: fn(&str) -> &str, spots: &mut Vec<(&'a str, usize)>) {
    for (_, missing) in cases.iter().flat_map(|c| &c.unknown) {
        let mut seen: Vec<&str> = Vec::new();
        for spot in missing.iter().map(|m| of(m)) {
            if seen.contains(&spot) {
                continue;
            }
            seen.push(spot);
            match spots.iter_mut().find(|(s, _)| *s == spot) {
                Some((_, n)) => *n += 1,
                None => spots.push((spot, 1)),
            }
        }
    }
}

/// Why a fact is missing: what stands behind its name.
fn reason(missing: &str) -> &str {
    let why = missing.split_once(": ").map_or(missing, |(_, why)| why);
    why.strip_prefix("cannot tell: ").unwrap_or(why)
}
