//! `rules new`, `rules lint` and `rules test`: for those who write rules.
use super::args::{ListWhat, Rules, RulesWhat};
use super::{CliError, PLAIN, list_as, say};
use crate::doctor::{self, authoring};
use crate::report::count;
use crate::rule::Mistake;
use std::path::Path;

/// `rules`: the list, unless something else is asked.
pub(super) fn rules(r: &Rules) -> Result<u8, CliError> {
    match &r.what {
        None => list_as(PLAIN, "rule", &doctor::rules()?),
        Some(RulesWhat::List(ListWhat::List(look))) => list_as(*look, "rule", &doctor::rules()?),
        Some(RulesWhat::New { id, dir }) => new(dir, id),
        Some(RulesWhat::Lint { dir }) => lint(dir.as_deref()),
        Some(RulesWhat::Test { dir }) => test(dir),
    }
}

fn new(dir: &Path, id: &str) -> Result<u8, CliError> {
    let files = authoring::new_rule(dir, id)?;
    let dir = shlex::try_quote(&dir.to_string_lossy()).map_or_else(|_| "DIR".to_owned(), |d| d.into_owned());
    say(|out| {
        for file in &files {
            writeln!(out, "wrote {}", crate::report::visible(&file.display().to_string(), false))?;
        }
        writeln!(out, "\nThe rule works as it stands, and its fixtures show it. Now")?;
        writeln!(out, "  1. make the rule yours (`houmao-doctor facts list` tells what can be asked)")?;
        writeln!(out, "  2. houmao-doctor rules lint {dir}")?;
        writeln!(out, "  3. make the fixtures fit: at least one on which it fires, is quiet, is unknown")?;
        writeln!(out, "  4. houmao-doctor rules test {dir}")?;
        writeln!(out, "  5. houmao-doctor --rules {dir}, or `rules = [\"{dir}\"]` in houmao-doctor.toml")
    })
    .map(|()| 0)
}

fn lint(dir: Option<&Path>) -> Result<u8, CliError> {
    let lint = authoring::lint(dir)?;
    let lines = |mistakes: &[Mistake], word: &str| {
        mistakes
            .iter()
            .map(|m| format!("{word}: {}", crate::report::visible(&m.to_string(), false)))
            .collect::<Vec<_>>()
    };
    let mut all = lines(&lint.mistakes, "mistake");
    all.extend(lines(&lint.style, "style"));
    let code = match (lint.mistakes.is_empty(), lint.style.is_empty()) {
        (false, _) => 2,
        (true, false) => 1,
        (true, true) => 0,
    };
    all.push(format!(
        "{}, {} on style",
        count(lint.mistakes.len(), "mistake"),
        count(lint.style.len(), "remark")
    ));
    say(|out| writeln!(out, "{}", all.join("\n"))).map(|()| code)
}

fn test(dir: &Path) -> Result<u8, CliError> {
    let trials = authoring::try_rules(dir)?;
    let seen = |line: &String| crate::report::visible(line, false);
    say(|out| {
        trials.wrong.iter().try_for_each(|line| writeln!(out, "wrong: {}", seen(line)))?;
        trials.unheld.iter().try_for_each(|line| writeln!(out, "unheld: {}", seen(line)))?;
        let (rules, kept) = (count(trials.rules.len(), "rule"), count(trials.kept, "fixture"));
        writeln!(out, "{rules}, {kept} as promised, {} wrong", trials.wrong.len())
    })?;
    Ok(u8::from(!trials.wrong.is_empty()))
}
