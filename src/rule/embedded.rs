//! The rules that are built in. A test compiles all of them with the whole catalogue, so that a release has no mistake in
//! them: one that trusts them is enough here, and what they say can wait until they fire.
use super::catalogue::Catalogue;
use super::check::Notes;
use super::check_command::{self, Commands};
use super::check_head;
use super::compiled::{Command, Condition, Rule, RuleSet, Told};
use super::late::{Embedded, Late};
use super::load::{Source, load, stem};
use super::mend::Reading;
use super::structure::{self, Text};
use super::words::Mistake;
use super::{check_rule, written};
use schemars::schema_for;
use std::sync::Arc;

// `RULES`: file, what is asked of each first, then where it applies, the whole. `COMMANDS`: name, the whole.
include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Loads the built-in rules, all that they say, and their commands.
///
/// # Errors
/// All mistakes in them, which are faults of the doctor.
pub fn load_embedded(catalogue: &Catalogue) -> Result<RuleSet, Vec<Mistake>> {
    let commands: Vec<String> = COMMANDS.iter().map(|(name, whole)| format!("\"{name}\":{whole}")).collect();
    let commands = Text::Json(format!("{{{}}}", commands.join(",")).into());
    let commands = Source { name: "rules/commands.yaml".into(), text: commands };
    let rules = RULES
        .iter()
        .map(|(file, _, _, whole)| Source { name: (*file).into(), text: Text::Json((*whole).into()) });
    load(rules.chain([commands]).collect(), catalogue, &RuleSet::default())
}

/// Loads where the built-in rules apply; when they fire, what they say then, and the commands, are compiled when that is
/// needed.
///
/// # Errors
/// All mistakes in what they ask, which are faults of the doctor.
pub fn load_embedded_at_need(catalogue: Catalogue) -> Result<RuleSet, Vec<Mistake>> {
    let catalogue = Arc::new(catalogue);
    let embedded = |name, json| Embedded { name, json, catalogue: Arc::clone(&catalogue) };
    let mut set = RuleSet::default();
    let mut mistakes = Vec::new();
    for (file, first, when, whole) in RULES {
        match rule(&embedded(file, first), embedded(file, when), embedded(file, whole)) {
            Ok(rule) => drop(set.rules.insert(rule.id.clone(), rule)),
            Err(more) => mistakes.extend(more),
        }
    }
    for (name, json) in COMMANDS {
        set.commands.insert((*name).to_owned(), Late::from(embedded(name, json), command));
    }
    if mistakes.is_empty() { Ok(set) } else { Err(mistakes) }
}

/// A rule that knows where it applies, and where it finds the rest.
fn rule(first: &Embedded, rest: Embedded, whole: Embedded) -> Result<Rule, Vec<Mistake>> {
    read(first, first.name, |notes, asked: written::First| {
        let (reads, applies) = check_head::first(notes, &asked, &first.catalogue)?;
        let written::First { id, severity, scope, triggered_by, .. } = asked;
        let (when, told) = (Late::from(rest, when), Late::from(whole, told));
        Some(Rule { id, severity, scope, triggered_by, reads, applies, when, told })
    })
}

fn when(rest: &Embedded) -> Result<Condition, Vec<Mistake>> {
    read(rest, rest.name, |notes, asked: written::When| check_head::when(notes, &asked, &rest.catalogue))
}

fn told(whole: &Embedded) -> Result<Told, Vec<Mistake>> {
    let rule = read(whole, whole.name, |notes, rule: written::Rule| {
        let reading = Reading { rule, is_mended: false };
        check_rule::check(notes, &stem(whole.name), &reading, &whole.catalogue, &Commands::trusted())
    })?;
    rule.told.take()
}

fn command(whole: &Embedded) -> Result<Command, Vec<Mistake>> {
    read(whole, "rules/commands.yaml", |notes, command: written::Command| {
        check_command::check(notes, whole.name, &command, &whole.catalogue)
    })
}

/// Reads JSON that was embedded, and compiles it.
fn read<W: serde::de::DeserializeOwned, T>(
    embedded: &Embedded,
    file: &str,
    compile: impl FnOnce(&mut Notes, W) -> Option<T>,
) -> Result<T, Vec<Mistake>> {
    let mut notes = Notes::new(file, None);
    let written =
        structure::read(&mut notes, &Text::Json(embedded.json.into()), || schema_for!(written::Rule));
    let compiled = written.and_then(|written| compile(&mut notes, written));
    compiled.filter(|_| notes.mistakes.is_empty()).ok_or(notes.mistakes)
}
