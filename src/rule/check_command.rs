//! Compiles the catalogue of commands.
use super::catalogue::Catalogue;
use super::check::{Names, Notes, argv, template};
use super::check_condition;
use super::compiled::{Command, Form};
use super::words::{Dialect, ScopeKind, Version, is_kebab, version};
use super::written;
use crate::finding::Effect;
use std::collections::BTreeMap;

/// What rules need to know of a command when they are checked.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub effect: Effect,
    /// It has mistakes of its own; rules that use it are not blamed for them.
    pub broken: bool,
    pub scopes: Vec<ScopeKind>,
}

/// The commands that rules can name.
#[derive(Debug)]
pub(super) enum Commands {
    /// These.
    Known(BTreeMap<String, Known>),
    /// Any, and it fits: for rules that were checked against the known ones before.
    Trusted(Known),
}

impl Commands {
    /// Takes every name on trust.
    pub fn trusted() -> Self {
        Commands::Trusted(Known { effect: Effect::ReadOnly, broken: false, scopes: SCOPES.to_vec() })
    }

    pub fn get(&self, name: &str) -> Option<&Known> {
        match self {
            Commands::Known(known) => known.get(name),
            Commands::Trusted(any) => Some(any),
        }
    }

    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        let known = match self {
            Commands::Known(known) => Some(known),
            Commands::Trusted(_) => None,
        };
        known.into_iter().flat_map(BTreeMap::keys).map(String::as_str)
    }
}

impl Known {
    /// Whether a rule of this scope can use it: windows and records also have the facts of their session.
    pub fn reaches(&self, scope: ScopeKind) -> bool {
        let part = matches!(scope, ScopeKind::Window | ScopeKind::Record);
        self.scopes.contains(&scope) || part && self.scopes.contains(&ScopeKind::Session)
    }
}

/// The order in which scopes are tried; the mistakes of the first are the ones that are told.
const SCOPES: [ScopeKind; 4] = [ScopeKind::Session, ScopeKind::Host, ScopeKind::Window, ScopeKind::Record];

/// Compiles a command for every scope whose facts it can do with.
pub(super) fn check(
    notes: &mut Notes,
    name: &str,
    written: &written::Command,
    catalogue: &Catalogue,
) -> Option<Command> {
    check_words(notes, name, written);
    let mut compiled: Option<Command> = None;
    let mut mistakes = None;
    for names in SCOPES.into_iter().filter_map(|scope| Names::of(catalogue, scope)) {
        // One scope that the command can do with is enough, and then the mistakes in others are none.
        let names = Names { quiet: compiled.is_some(), ..names };
        let mut trial = Notes::new(notes.file, notes.text);
        trial.path.clone_from(&notes.path);
        let command = compile(&mut trial, &names, written);
        match (command, &mut compiled) {
            (Some(command), None) if trial.mistakes.is_empty() => {
                compiled = Some(Command { scopes: vec![names.scope], ..command });
            }
            (Some(command), Some(first)) if trial.mistakes.is_empty() => {
                if (Command { scopes: first.scopes.clone(), ..command }) == *first {
                    first.scopes.push(names.scope);
                }
            }
            _ => {
                mistakes.get_or_insert(trial.mistakes);
            }
        }
    }
    if compiled.is_none() {
        notes.mistakes.extend(mistakes.unwrap_or_default());
    }
    compiled
}

fn check_words(notes: &mut Notes, name: &str, written: &written::Command) {
    if !is_kebab(name) {
        notes.wrong(format!("the command name `{name}` is not kebab-case"), None);
    }
    if written.effect >= Effect::RestartsAgent && written.loses.is_none() {
        notes.wrong(format!("the command `{name}` has this effect and says not what it `loses`"), None);
    }
    let argv = &written.argv;
    let dialects = usize::from(argv.flat.is_some()) + usize::from(argv.scoped.is_some());
    match (argv.any.is_some(), dialects) {
        (false, 0) => {
            notes.wrong(format!("the command `{name}` has no argv: give `flat`, `scoped` or `any`"), None)
        }
        (true, 1..) => {
            notes.wrong(format!("the command `{name}` has `any` and a dialect: `any` stands alone"), None)
        }
        _ => {}
    }
}

fn compile(notes: &mut Notes, names: &Names, written: &written::Command) -> Option<Command> {
    let title = notes.at("title", |notes| template(notes, names, &[], &written.title));
    let loses = written
        .loses
        .as_deref()
        .map_or(Some(None), |text| notes.at("loses", |notes| template(notes, names, &[], text)).map(Some));
    let applies = match &written.applies {
        None => Some(None),
        Some(part) => {
            notes.at("applies", |notes| check_condition::check(notes, names, part)).condition.map(Some)
        }
    };
    let verify = written
        .verify
        .as_deref()
        .map_or(Some(Vec::new()), |list| notes.at("verify", |notes| argv(notes, names, &[], list)));
    let forms = forms(notes, names, written);
    Some(Command {
        runs: written.runs,
        effect: written.effect,
        loses: loses?,
        title: title?,
        applies: applies?,
        verify: verify?,
        forms: forms?,
        scopes: Vec::new(),
        written: written.clone(),
    })
}

fn forms(notes: &mut Notes, names: &Names, written: &written::Command) -> Option<Vec<Form>> {
    let mut forms = Vec::new();
    let all = &written.argv;
    let flat = (written.flat_since.as_deref(), written.flat_until.as_deref());
    let scoped = (written.scoped_since.as_deref(), written.scoped_until.as_deref());
    for (key, dialect, list, (since, until)) in [
        ("flat", Some(Dialect::Flat), &all.flat, flat),
        ("scoped", Some(Dialect::Scoped), &all.scoped, scoped),
        ("any", None, &all.any, (None, None)),
    ] {
        let since = bound(notes, &format!("{key}_since"), since);
        let until = bound(notes, &format!("{key}_until"), until);
        let Some(list) = list else { continue };
        let argv = notes.at("argv", |notes| notes.at(key, |notes| argv(notes, names, &[], list)));
        forms.push(Form { dialect, argv: argv?, since, until });
    }
    Some(forms)
}

fn bound(notes: &mut Notes, key: &str, text: Option<&str>) -> Option<Version> {
    let text = text?;
    let read = version(text);
    if read.is_none() {
        notes.at(key, |notes| notes.wrong(format!("`{text}` is not a release: X.Y.Z"), None));
    }
    read
}
