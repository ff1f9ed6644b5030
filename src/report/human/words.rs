//! The shared words as a person reads them.
use crate::finding::{Effect, EffectKind, OperationEffect, Severity};
use crate::report::order::Case;
use crate::report::text::count;

/// One change, as the end of a sentence that begins with the command.
pub(super) fn effect(e: &OperationEffect) -> String {
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
pub(super) fn command_name(operation: &str) -> String {
    let of_gateway = ["attach", "detach", "status"].iter().any(|o| operation.starts_with(o));
    if of_gateway { format!("gateway {operation}") } else { operation.to_owned() }
}

/// A severity, in the words of `--fail-on`.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Danger => "danger",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// What running a remedy does, in words.
pub(super) fn effect_of(effect: Effect) -> &'static str {
    match effect {
        Effect::ReadOnly => "reads only",
        Effect::Mutates => "changes state, stops nothing",
        Effect::RestartsAgent => "replaces the agent process",
        Effect::Destructive => "cannot be undone",
    }
}

/// Unknown outcomes by what is missing, so that one blind spot is told once: by its reason, or with `facts` by each fact
/// that hangs on it too.
pub(super) fn blind_spots(cases: &[Case], facts: bool) -> Vec<String> {
    let mut spots: Vec<(&str, usize)> = Vec::new();
    for (_, missing) in cases.iter().flat_map(|c| &c.unknown) {
        let mut told: Vec<&str> = Vec::new();
        for spot in missing.iter().map(|m| if facts { m } else { reason(m) }) {
            // A check that misses several facts for one reason is one check.
            if told.contains(&spot) {
                continue;
            }
            told.push(spot);
            match spots.iter_mut().find(|(s, _)| *s == spot) {
                Some((_, n)) => *n += 1,
                None => spots.push((spot, 1)),
            }
        }
    }
    if !facts {
        spots.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    }
    spots.into_iter().map(|(m, n)| format!("{m} ({})", count(n, "check"))).collect()
}

/// Why a fact is missing: what stands behind its name.
fn reason(missing: &str) -> &str {
    let why = missing.split_once(": ").map_or(missing, |(_, why)| why);
    why.strip_prefix("cannot tell: ").unwrap_or(why)
}
