//! `houmao-doctor.toml`: own rules, severities, rules that are switched off, and findings that are lived with.
use super::request::{Config, Request};
use super::{DoctorError, baseline, rule_set, rule_set_with};
use crate::finding::{Policy, Severity, Suppression, SuppressionState};
use crate::rule::{Mistake, RuleSet, read_text, shape_mistake, suggest};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// The name under which a configuration is found.
pub const NAME: &str = "houmao-doctor.toml";

/// A configuration as people write it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// Folders with own rules, from the folder of this file.
    #[serde(default)]
    rules: Vec<PathBuf>,
    /// Rules that are not asked.
    #[serde(default)]
    off: Vec<Spanned<String>>,
    /// Another severity, by rule.
    #[serde(default)]
    severity: BTreeMap<Spanned<String>, Spanned<Severity>>,
    /// Findings that are lived with.
    #[serde(default)]
    suppress: Vec<WrittenSuppression>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSuppression {
    rule: Spanned<String>,
    subject: Spanned<String>,
    reason: Spanned<String>,
    until: Spanned<toml::Value>,
}

/// The rules that a request is judged by, and what was decided beside them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    /// All rules, those that are switched off taken out; none where they are just the built-in ones.
    pub own: Option<RuleSet>,
    /// What was decided beside them.
    pub policy: Policy,
}

impl Settings {
    /// Reads what the request names: own rules, the configuration, the baseline.
    ///
    /// # Errors
    /// All mistakes of the configuration, or of the rules, or what is wrong with the baseline.
    pub fn of(request: &Request) -> Result<Self, DoctorError> {
        let mut settings = Settings::configured(&request.config, &request.rules)?;
        if request.no_suppress {
            settings.policy.suppressions.clear();
        }
        settings.policy.baseline = baseline::read(request)?;
        Ok(settings)
    }

    /// Reads a configuration and own rules.
    ///
    /// # Errors
    /// All mistakes of the configuration, or of the rules.
    pub fn configured(config: &Config, folders: &[PathBuf]) -> Result<Self, DoctorError> {
        let Some(file) = found(config) else {
            let own = if folders.is_empty() { None } else { Some(rule_set_with(folders)?) };
            return Ok(Settings { own, policy: Policy::default() });
        };
        let name = file.display().to_string();
        let text = read_text(&file).map_err(|what| {
            let file = name.clone();
            DoctorError::Config(vec![Mistake { file, line: None, column: None, what, help: None }])
        })?;
        let written: Written = toml::from_str(&text).map_err(|e| {
            let place = e.span().map(|span| place(&text, &span));
            let mut mistake = shape_mistake(&name, e.message(), place);
            // The one that TOML makes easy.
            if text.lines().any(|line| line.trim() == "[suppress]") {
                mistake.help = Some("each suppression begins with `[[suppress]]`".into());
            }
            DoctorError::Config(vec![mistake])
        })?;
        let beside = file.parent().unwrap_or(Path::new(""));
        let mut all: Vec<PathBuf> = written.rules.iter().map(|folder| beside.join(folder)).collect();
        // A folder that the configuration and the operator name is one.
        let fresh =
            folders.iter().filter(|folder| !written.rules.iter().any(|r| is_same(&beside.join(r), folder)));
        all.extend(fresh.cloned());
        let mut rules = rule_set_with(&all)?;
        let mut notes = Notes { name: &name, text: &text, mistakes: Vec::new() };
        let mut policy = Policy { config: Some(name.clone()), ..Policy::default() };
        policy.suppressions =
            written.suppress.iter().filter_map(|s| suppression(s, &rules, &mut notes)).collect();
        severities(&written, &mut rules, &mut policy, &mut notes);
        switch_off(&written, &mut rules, &mut policy, &mut notes);
        match notes.mistakes.is_empty() {
            true => Ok(Settings { own: Some(rules), policy }),
            false => Err(DoctorError::Config(notes.mistakes)),
        }
    }

    /// The rules.
    ///
    /// # Errors
    /// When a built-in rule has a mistake, which is a fault of the doctor.
    pub fn rules(self) -> Result<RuleSet, DoctorError> {
        self.own.map_or_else(rule_set, Ok)
    }
}

/// The configuration that is used: the one that is named, or the one in the nearest folder around the working directory.
fn found(config: &Config) -> Option<PathBuf> {
    match config {
        Config::No => None,
        Config::File(file) => Some(file.clone()),
        Config::Nearest => {
            let here = std::env::current_dir().ok()?;
            here.ancestors().map(|folder| folder.join(NAME)).find(|file| file.is_file())
        }
    }
}

/// Line and column of the beginning of a span, counted from 1.
fn place(text: &str, span: &Range<usize>) -> (usize, usize) {
    let before = text.get(..span.start).unwrap_or(text);
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count());
    (before.matches('\n').count() + 1, column + 1)
}

/// The mistakes of one configuration.
struct Notes<'a> {
    name: &'a str,
    text: &'a str,
    mistakes: Vec<Mistake>,
}

impl Notes<'_> {
    fn wrong(&mut self, span: &Range<usize>, what: String, help: Option<String>) {
        let (line, column) = place(self.text, span);
        let file = self.name.to_owned();
        self.mistakes.push(Mistake { file, line: Some(line), column: Some(column), what, help });
    }

    /// The severity of a rule; a name that no rule has is a mistake.
    fn rule(&mut self, name: &Spanned<String>, rules: &RuleSet) -> Option<Severity> {
        let id = name.get_ref();
        let rule = rules.rule(id).map(|r| r.severity);
        if rule.is_none() {
            let help = suggest(id, rules.rules().map(|r| r.id.as_str()).collect::<Vec<_>>());
            self.wrong(&name.span(), format!("there is no rule `{id}`"), help);
        }
        rule
    }
}

/// Whether both lead to one folder; what cannot be followed is told when it is read.
fn is_same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

fn suppression(s: &WrittenSuppression, rules: &RuleSet, notes: &mut Notes) -> Option<Suppression> {
    let severity = notes.rule(&s.rule, rules);
    let (rule, subject) = (s.rule.get_ref(), s.subject.get_ref());
    if severity == Some(Severity::Danger) && subject.contains(['*', '?']) {
        let what = format!("{rule} is a danger, and a danger is suppressed only by its exact subject");
        let help = "write one suppression for each subject, such as `session:gpu`".to_owned();
        notes.wrong(&s.subject.span(), what, Some(help));
    }
    if s.reason.get_ref().trim().is_empty() {
        let help = "say why this finding can be lived with".to_owned();
        notes.wrong(&s.reason.span(), "`reason` is empty".to_owned(), Some(help));
    }
    let until = match s.until.get_ref() {
        toml::Value::Datetime(date) if date.time.is_none() => date.to_string(),
        toml::Value::String(text) => text.clone(),
        _ => String::new(),
    };
    let Ok(until) = until.parse::<Date>() else {
        let help = "write the last day on which it counts, such as 2026-12-31".to_owned();
        notes.wrong(&s.until.span(), "`until` is not a date".to_owned(), Some(help));
        return None;
    };
    Some(Suppression {
        rule: rule.clone(),
        subject: subject.clone(),
        reason: s.reason.get_ref().trim().to_owned(),
        until: until.to_string(),
        place: format!("{}:{}", notes.name, place(notes.text, &s.rule.span()).0),
        state: SuppressionState::Unused,
    })
}

/// What is said of a danger that a configuration would make less of.
fn danger(rule: &str) -> (String, Option<String>) {
    let what = format!("{rule} is a danger, and stays one");
    (what, Some("suppress it for one exact subject, with a reason and a date".to_owned()))
}

fn severities(written: &Written, rules: &mut RuleSet, policy: &mut Policy, notes: &mut Notes) {
    for (rule, wanted) in &written.severity {
        let Some(was) = notes.rule(rule, rules) else { continue };
        match (was, *wanted.get_ref()) {
            (Severity::Danger, _) => {
                let (what, help) = danger(rule.get_ref());
                notes.wrong(&rule.span(), what, help);
            }
            (_, Severity::Danger) => {
                let what = "only a rule that names what sets it off can be a danger".to_owned();
                let help = Some("use `error`, `warning` or `info`".to_owned());
                notes.wrong(&wanted.span(), what, help);
            }
            (was, now) => {
                rules.set_severity(rule.get_ref(), now);
                policy.severities.push((rule.get_ref().clone(), was, now));
            }
        }
    }
}

fn switch_off(written: &Written, rules: &mut RuleSet, policy: &mut Policy, notes: &mut Notes) {
    for rule in &written.off {
        match notes.rule(rule, rules) {
            None => {}
            Some(Severity::Danger) => {
                let (what, help) = danger(rule.get_ref());
                notes.wrong(&rule.span(), what, help);
            }
            Some(_) => policy.off.push(rule.get_ref().clone()),
        }
    }
    policy.off.sort();
    policy.off.dedup();
    for rule in &policy.off {
        rules.switch_off(rule);
    }
}
