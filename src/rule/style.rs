//! What a rule without mistakes still lacks to be of use to a reader.
use super::check::Notes;
use super::check_reads::READS;
use super::compiled::{RuleSet, Template};
use super::load::is_commands;
use super::structure::{self, Text};
use super::words::Mistake;
use super::written;
use crate::rule::Part;
use schemars::schema_for;
use std::collections::BTreeSet;

/// What is wrong with the style of the rules in these texts (each with its file name), which are rules of `rules`.
pub fn style_of(texts: &[(String, String)], rules: &RuleSet) -> Vec<Mistake> {
    let mut found = Vec::new();
    for (file, text) in texts.iter().filter(|(file, _)| !is_commands(file)) {
        let mut notes = Notes::new(file, Some(text));
        let read = structure::read::<written::Rule>(&mut notes, &Text::Yaml(text.clone()), || {
            schema_for!(written::Rule)
        });
        if let Some(rule) = read.filter(|rule| rules.rule(&rule.id).is_some()) {
            style(&mut notes, &rule, rules);
        }
        found.append(&mut notes.mistakes);
    }
    found.sort();
    found
}

/// What is wrong with the style of rules that are built in; without lines, since their text is not at hand.
pub fn style_of_built_in(rules: &RuleSet) -> Vec<Mistake> {
    let mut found = Vec::new();
    for rule in rules.rules() {
        let file = format!("rules/{}.yaml", rule.id);
        let mut notes = Notes::new(&file, None);
        style(&mut notes, rule.written(), rules);
        found.append(&mut notes.mistakes);
    }
    found
}

fn style(notes: &mut Notes, rule: &written::Rule, rules: &RuleSet) {
    let Some(Ok(told)) = rules.rule(&rule.id).map(|compiled| compiled.told()) else { return };
    if !names_a_fact(&told.message) {
        notes.at("message", |notes| {
            notes.wrong(
                "the message names no fact, so every session gets the same words",
                Some("say what is wrong here, with {session.name} or what was read".into()),
            );
        });
    }
    if rule.evidence.is_empty() {
        let help = "list the facts that a reader wants to see under `evidence`";
        notes.wrong("there is no evidence beside what decides the rule", Some(help.into()));
    }
    if rule.confirm.is_none() && rule.confirm_by.is_none() {
        let help = "give a command that only reads as `confirm`, or say how under `confirm_by`";
        notes.wrong("the rule does not say how a person can confirm it by hand", Some(help.into()));
    }
    let verifies = |remedy: &written::Remedy| {
        let command = remedy.command.as_ref().and_then(|name| rules.command(name));
        // A doctor that looks again is a verification itself.
        let looks = command.is_some_and(|c| c.is_the_doctor() || c.written().verify.is_some());
        remedy.verify.is_some() || looks
    };
    if let Some(last) = rule.remedies.last().filter(|last| !verifies(last)) {
        let what = match last.command.as_deref().or(last.action.as_deref()) {
            Some(name) => format!("the last remedy, `{name}`, does not verify"),
            None => "the last remedy does not verify".into(),
        };
        let help = "end with `use: look-again`, or name a command under `verify`";
        notes.at("remedies", |notes| notes.wrong(what, Some(help.into())));
    }
    notes.at("do_not", |notes| {
        notes.each(&rule.do_not, |notes, item| {
            if item.because.trim().is_empty() {
                notes.at("because", |notes| {
                    notes.wrong("a do-not without a reason", Some("say what would happen".into()));
                });
            }
            Some(())
        });
    });
    for reason in rule.remedies.iter().filter(|r| r.because.trim().is_empty()) {
        let name = reason.command.as_deref().or(reason.action.as_deref()).unwrap_or_default();
        notes.at("remedies", |notes| {
            notes.wrong(format!("the remedy `{name}` does not say why it can work"), None);
        });
    }
    leads_nowhere(notes, rule);
    if let Some(text) = notes.text {
        unused_reads(notes, text, rule);
    }
    let twice: BTreeSet<&String> =
        rule.evidence.iter().filter(|e| rule.evidence.iter().filter(|o| o == e).count() > 1).collect();
    for fact in twice {
        notes.at("evidence", |notes| notes.wrong(format!("`{fact}` is listed twice"), None));
    }
}

/// The words by which a step in prose names an operation of Houmao.
const OPERATIONS: [&str; 5] = ["attach", "detach", "relaunch", "stop", "end"];

/// A step in prose that names an operation and does not say that it leads there: no danger could leave it out.
fn leads_nowhere(notes: &mut Notes, rule: &written::Rule) {
    let names = |text: &str| {
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-');
        words.map(str::to_lowercase).find(|w| OPERATIONS.contains(&w.as_str()))
    };
    for remedy in rule.remedies.iter().filter(|r| r.runs.is_none()) {
        if let Some(word) = remedy.action.as_deref().and_then(names) {
            let help = "say to which operation it leads under `runs`, or `runs: none`";
            notes.at("remedies", |notes| {
                notes.wrong(format!("a step says `{word}` and not what it `runs`"), Some(help.into()));
            });
        }
    }
}

/// What is read and used nowhere; looked for in the text, where every use has its name.
fn unused_reads(notes: &mut Notes, text: &str, rule: &written::Rule) {
    for (name, _) in &rule.reads.0 {
        let whole = |rest: &str| {
            !rest.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        let used = format!("{READS}.{name}");
        if !text.match_indices(&used).any(|(at, _)| text.get(at + used.len()..).is_some_and(whole)) {
            notes.at(READS, |notes| {
                notes.at(name, |notes| {
                    let help = Some(format!("use it as `{used}`, or take it out"));
                    notes.wrong(format!("`{name}` is read and used nowhere"), help);
                });
            });
        }
    }
}

fn names_a_fact(template: &Template) -> bool {
    template.0.iter().any(|part| matches!(part, Part::Fact(_)))
}
