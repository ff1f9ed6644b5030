//! Loads rules from files and texts. All mistakes of all files come together.
use super::catalogue::Catalogue;
use super::check::Notes;
use super::check_command::{self, Commands, Known};
use super::check_links::{self, Causes};
use super::check_rule;
use super::compiled::{Command, RuleSet};
use super::late::Late;
use super::mend::{self, Reading};
use super::structure::{self, Text};
use super::words::Mistake;
use super::written;
use schemars::schema_for;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The file of the catalogue of commands, without `.yaml`.
const COMMANDS: &str = "commands";

/// The beginning of the ids of rules that are not built in, so that no later built-in one takes their name.
pub(crate) const OWN: &str = "x-";

/// A longer rule file is not a rule file.
const MAX_BYTES: u64 = 1 << 20;

/// A file with its name.
pub(super) struct Source {
    pub name: String,
    pub text: Text,
}

impl Source {
    fn stem(&self) -> String {
        stem(&self.name)
    }

    fn yaml(&self) -> Option<&str> {
        match &self.text {
            Text::Yaml(yaml) => Some(yaml),
            Text::Json(_) => None,
        }
    }
}

/// The name of a file without its folder and ending.
pub(super) fn stem(file: &str) -> String {
    Path::new(file).file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Whether a file is a catalogue of commands, and no rule.
pub(super) fn is_commands(file: &str) -> bool {
    stem(file) == COMMANDS
}

/// Loads rules from YAML texts, each with its file name, on top of `base`: its rules and commands can be named, and are
/// part of the result.
pub fn load_texts(
    texts: Vec<(String, String)>,
    catalogue: &Catalogue,
    base: &RuleSet,
) -> Result<RuleSet, Vec<Mistake>> {
    let sources = texts.into_iter().map(|(name, text)| Source { name, text: Text::Yaml(text) });
    load(sources.collect(), catalogue, base)
}

/// Loads rule files, and the `*.yaml` files directly in folders, on top of `base` (see [`load_texts`]).
pub fn load_files(paths: &[PathBuf], catalogue: &Catalogue, base: &RuleSet) -> Result<RuleSet, Vec<Mistake>> {
    let mut texts = Vec::new();
    let mut mistakes = Vec::new();
    for path in paths {
        let files = if path.is_dir() { files_of(path) } else { Ok(vec![path.clone()]) };
        match files {
            Ok(files) => {
                for file in files {
                    match read_text(&file) {
                        Ok(text) => texts.push((file.display().to_string(), text)),
                        Err(what) => mistakes.push(unreadable(&file, what)),
                    }
                }
            }
            Err(what) => mistakes.push(unreadable(path, what)),
        }
    }
    match load_texts(texts, catalogue, base) {
        Ok(rules) if mistakes.is_empty() => Ok(rules),
        Ok(_) => Err(mistakes),
        Err(more) => {
            mistakes.extend(more);
            mistakes.sort();
            Err(mistakes)
        }
    }
}

fn unreadable(path: &Path, what: String) -> Mistake {
    Mistake { file: path.display().to_string(), line: None, column: None, what, help: None }
}

/// The rule files directly in a folder, sorted; an error if there are none.
pub(crate) fn files_of(folder: &Path) -> Result<Vec<PathBuf>, String> {
    if folder.exists() && !folder.is_dir() {
        return Err("is not a folder".into());
    }
    let entries = fs::read_dir(folder).map_err(|e| format!("cannot be read: {e}"))?;
    let paths: Result<Vec<_>, _> = entries.map(|entry| entry.map(|e| e.path())).collect();
    let mut paths = paths.map_err(|e| format!("cannot be read: {e}"))?;
    paths.retain(|path| path.extension().is_some_and(|e| e == "yaml" || e == "yml"));
    paths.sort();
    if paths.is_empty() {
        return Err("the folder has no rule files (*.yaml)".into());
    }
    Ok(paths)
}

/// The text of a regular file, up to the limit for a rule; a FIFO or a device would never end.
///
/// # Errors
/// What is wrong with the file, as words that follow its name.
pub(crate) fn read_text(path: &Path) -> Result<String, String> {
    let fault = |e: std::io::Error| format!("cannot be read: {e}");
    if !fs::metadata(path).map_err(fault)?.is_file() {
        return Err("is not a regular file".into());
    }
    let mut bytes = Vec::new();
    fs::File::open(path).map_err(fault)?.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(fault)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("is longer than {MAX_BYTES} bytes"));
    }
    String::from_utf8(bytes).map_err(|_| "is not UTF-8".into())
}

/// Loads all at once, with whatever they say together.
pub(super) fn load(
    sources: Vec<Source>,
    catalogue: &Catalogue,
    base: &RuleSet,
) -> Result<RuleSet, Vec<Mistake>> {
    let mut set = base.clone();
    let mut mistakes = Vec::new();
    let (commands, rules): (Vec<_>, Vec<_>) = sources.into_iter().partition(|s| is_commands(&s.name));
    let known = load_commands(&commands, catalogue, &mut set, &mut mistakes);
    let written = read_rules(&rules, base, &mut mistakes);
    let causes = causes_of(base, &rules, &written);
    for (source, reading) in written {
        let mut notes = Notes::new(&source.name, source.yaml());
        check_links::check(&mut notes, &reading.rule, &causes);
        if let Some(rule) = check_rule::check(&mut notes, &source.stem(), &reading, catalogue, &known) {
            set.rules.insert(rule.id.clone(), rule);
        }
        mistakes.append(&mut notes.mistakes);
    }
    mistakes.sort();
    mistakes.dedup();
    if mistakes.is_empty() { Ok(set) } else { Err(mistakes) }
}

/// Which rules there are, and which of them each names as its causes. Of an id that is there twice the first counts, and
/// a rule that could not be read is still one that others may name.
fn causes_of(base: &RuleSet, sources: &[Source], written: &[(&Source, Reading)]) -> Causes {
    let named = |rule: &written::Rule| rule.causes().cloned().collect();
    let mut causes: Causes = base.rules().map(|r| (r.id.clone(), named(r.written()))).collect();
    for (_, Reading { rule, .. }) in written {
        causes.entry(rule.id.clone()).or_insert_with(|| named(rule));
    }
    for source in sources {
        causes.entry(source.stem()).or_default();
    }
    causes
}

fn load_commands(
    sources: &[Source],
    catalogue: &Catalogue,
    set: &mut RuleSet,
    mistakes: &mut Vec<Mistake>,
) -> Commands {
    let known = |c: &Command| Known { effect: c.effect, broken: false, scopes: c.scopes.clone() };
    let mut all: BTreeMap<_, _> = set.commands().map(|(name, c)| (name.to_owned(), known(c))).collect();
    for source in sources {
        let mut notes = Notes::new(&source.name, source.yaml());
        let commands: written::Commands =
            structure::read(&mut notes, &source.text, || schema_for!(BTreeMap<String, written::Command>))
                .unwrap_or_default();
        for (name, command) in commands.0 {
            notes.at(&name, |notes| {
                if all.contains_key(&name) {
                    notes.wrong(format!("the command `{name}` is there already"), None);
                    return;
                }
                match check_command::check(notes, &name, &command, catalogue) {
                    Some(compiled) => {
                        all.insert(name.clone(), known(&compiled));
                        set.commands.insert(name.clone(), Late::made(compiled));
                    }
                    None => {
                        let broken = Known { effect: command.effect, broken: true, scopes: Vec::new() };
                        all.insert(name.clone(), broken);
                    }
                }
            });
        }
        mistakes.append(&mut notes.mistakes);
    }
    Commands::Known(all)
}

/// The rules, as far as they can be read. One whose id is wrong is checked all the same.
fn read_rules<'s>(
    sources: &'s [Source],
    base: &RuleSet,
    mistakes: &mut Vec<Mistake>,
) -> Vec<(&'s Source, Reading)> {
    let mut rules = Vec::<(&Source, Reading)>::new();
    for source in sources {
        let mut notes = Notes::new(&source.name, source.yaml());
        if let Some(mut reading) = mend::read(&mut notes, &source.text, &source.stem()) {
            let id = &reading.rule.id;
            let first = rules.iter().find(|(_, r)| r.rule.id == *id).map(|(s, _)| s.name.as_str());
            let first = first.or_else(|| base.rule(id).map(|_| "the built-in rules"));
            // What is loaded on top of other rules are a user's own, which keep out of the way of later built-in ones.
            let foreign = base.rules().next().is_some() && !id.starts_with(OWN);
            match first {
                Some(first) => notes.at("id", |notes| {
                    notes.wrong(format!("the id `{id}` is taken by {first}"), None);
                }),
                None if foreign => notes.at("id", |notes| {
                    let help = format!("call it `{OWN}{id}`, and its file so too");
                    notes.wrong("the ids of own rules begin with `x-`", Some(help));
                }),
                None => {}
            }
            // That such an id is not the file's name is no further mistake.
            if !notes.mistakes.is_empty() {
                reading.rule.id = source.stem();
            }
            rules.push((source, reading));
        }
        mistakes.append(&mut notes.mistakes);
    }
    rules
}
