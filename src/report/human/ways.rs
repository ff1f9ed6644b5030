//! The steps of a way out as a reader takes them: ways that exclude each other under one number, commands by themselves.
use crate::finding::{Effect, Remedy};

/// The steps in their order, each with those that can be done instead of it: what excludes each other is no sequence.
pub(in crate::report) fn ways_of<'a>(steps: &[&'a Remedy]) -> Vec<Vec<&'a Remedy>> {
    let mut ways: Vec<Vec<&Remedy>> = Vec::new();
    for step in steps.iter().copied() {
        let joins = |way: &&mut Vec<&Remedy>| {
            step.instead && way.iter().any(|r| r.effect > Effect::ReadOnly)
                || way.len() > 1 && way.last().is_some_and(|r| r.prepares)
        };
        match ways.last_mut().filter(joins) {
            Some(way) => way.push(step),
            None => ways.push(vec![step]),
        }
    }
    ways
}

/// The title and the command of a step. Where a person does it, the command is at the end of the words, if there is one; it
/// gets its own line too, so that it can be pasted.
pub(in crate::report) fn in_words<'a>(title: &'a str, argv: &[String]) -> (&'a str, Vec<String>) {
    let ends = |(head, tail): &(&str, &str)| {
        !head.is_empty() && ["houmao-mgr ", "tmux "].iter().any(|program| tail.starts_with(program))
    };
    match title.rsplit_once(": ").filter(ends).filter(|_| argv.is_empty()) {
        Some((head, tail)) => (head, tail.split(' ').map(str::to_owned).collect()),
        None => (title, argv.to_vec()),
    }
}
