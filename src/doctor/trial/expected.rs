//! `expected.yaml`: what a fixture must be diagnosed as. Strict and complete: whatever is taken out of it is missed.
use crate::finding::OperationVerdict;
use crate::rule::{Mistake, Notes, RuleSet, Text, read_strictly, suggest};
use schemars::{JsonSchema, schema_for};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The version of this form.
pub const SCHEMA: &str = "houmao-doctor.expected/1";

/// What a fixture must be diagnosed as. Everything that fires, cannot be told or is shown must be listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Always `houmao-doctor.expected/1`.
    pub schema: String,
    /// The release to judge for, as `--houmao` gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub houmao: Option<String>,
    /// The command that is asked about, as `why -- …` takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<String>,
    /// The exit code of the report, with the default `--fail-on error`.
    pub exit_code: u8,
    /// The operations that the report shows.
    pub operations: Vec<ExpectedOperation>,
    /// By subject, the rules that must fire there and be headlines.
    pub fires: BySubject,
    /// By subject, the rules that must fire there and be explained by others.
    pub echoes: BySubject,
    /// By subject, the rules whose answer cannot be told there.
    pub unknown: BySubject,
    /// The rules that must neither fire nor be unknown.
    pub quiet: Quiet,
}

/// An operation that the report must show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedOperation {
    /// `attach`, `attach --background`, `detach`, `status`, `relaunch`, `stop` or `cleanup`.
    pub operation: String,
    /// How its target is named, as on the command line; empty where it is not.
    pub selector: String,
    /// Id of the subject it acts on; null where it resolves to none.
    pub subject: Option<String>,
    /// Whether it would work.
    pub verdict: OperationVerdict,
    /// The exit code it would give; null where that cannot be told.
    pub exit_code: Option<i32>,
}

/// Rules by subject.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct BySubject(pub BTreeMap<String, Vec<String>>);

/// What must be quiet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Quiet {
    /// Every rule that is not listed elsewhere, those of later releases too.
    AllOthers(AllOthers),
    /// These rules, which with those listed elsewhere must be all there are.
    Rules(Vec<String>),
}

/// The word `all_others`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AllOthers {
    /// Every rule that is not listed elsewhere.
    AllOthers,
}

impl<'de> Deserialize<'de> for BySubject {
    /// A subject that comes twice is a mistake; an ordinary map would silently keep the last.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Once;
        impl<'de> Visitor<'de> for Once {
            type Value = BySubject;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map from subjects to lists of rules")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<BySubject, A::Error> {
                let mut all = BTreeMap::new();
                while let Some((subject, rules)) = map.next_entry::<String, Vec<String>>()? {
                    if all.contains_key(&subject) {
                        return Err(A::Error::custom(format!("the subject `{subject}` is there twice")));
                    }
                    all.insert(subject, rules);
                }
                Ok(BySubject(all))
            }
        }
        deserializer.deserialize_map(Once)
    }
}

impl<'de> Deserialize<'de> for Quiet {
    /// By hand, because the derived one for `untagged` loses the line of a mistake.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WordOrList;
        impl<'de> Visitor<'de> for WordOrList {
            type Value = Quiet;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`all_others`, or a list of every rule that must stay quiet")
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<Quiet, E> {
                match word {
                    "all_others" => Ok(Quiet::AllOthers(AllOthers::AllOthers)),
                    other => Err(E::invalid_value(serde::de::Unexpected::Str(other), &self)),
                }
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Quiet, A::Error> {
                let mut rules = Vec::new();
                while let Some(rule) = list.next_element()? {
                    rules.push(rule);
                }
                Ok(Quiet::Rules(rules))
            }
        }
        deserializer.deserialize_any(WordOrList)
    }
}

impl Expected {
    /// Reads an expectation; `file` is what mistakes call it.
    ///
    /// # Errors
    /// All mistakes of its form, each with its line.
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<Mistake>> {
        let mut notes = Notes::new(file, Some(text));
        let read =
            read_strictly::<Expected>(&mut notes, &Text::Yaml(text.to_owned()), || schema_for!(Expected));
        match read {
            Some(expected) if expected.schema == SCHEMA => Ok(expected),
            Some(expected) => {
                let what = format!("the schema is `{}`, and this doctor reads `{SCHEMA}`", expected.schema);
                notes.at("schema", |notes| notes.wrong(what, None));
                Err(notes.mistakes)
            }
            None => Err(notes.mistakes),
        }
    }

    /// Every name in it that is no rule or stands twice, and every rule that a list of quiet ones forgets.
    pub fn check(&self, file: &str, text: &str, rules: &RuleSet) -> Vec<Mistake> {
        let mut notes = Notes::new(file, Some(text));
        let mut places = BTreeMap::<(&str, &str), &str>::new();
        for (key, listed) in self.lists() {
            for (subject, names) in &listed.0 {
                notes.at(key, |notes| notes.at(subject, |notes| known(notes, names, rules)));
                for name in names {
                    if let Some(first) = places.insert((subject, name), key) {
                        let what = format!("`{name}` is listed twice for {subject}: under `{first}` too");
                        notes.at(key, |notes| notes.at(subject, |notes| notes.wrong(what, None)));
                    }
                }
            }
        }
        for (index, operation) in self.operations.iter().enumerate() {
            if self.operations.iter().take(index).any(|o| o == operation) {
                let what = format!("`{}` stands twice among the operations", operation.operation);
                notes.at("operations", |notes| notes.wrong(what, None));
            }
        }
        if let Quiet::Rules(names) = &self.quiet {
            notes.at("quiet", |notes| {
                known(notes, names, rules);
                complete(notes, names, &places, rules);
            });
        }
        notes.mistakes
    }

    /// The lists of rules, by key.
    pub fn lists(&self) -> [(&'static str, &BySubject); 3] {
        [("fires", &self.fires), ("echoes", &self.echoes), ("unknown", &self.unknown)]
    }
}

/// Notes every name that no rule has.
fn known(notes: &mut Notes, names: &[String], rules: &RuleSet) {
    notes.each(names, |notes, name| {
        if rules.is_off(name) {
            let help = "take it out of here, or out of `off` there".to_owned();
            notes.wrong(format!("the rule `{name}` is switched off by the configuration"), Some(help));
        } else if rules.rule(name).is_none() {
            let help = suggest(name, rules.rules().map(|r| r.id.as_str()).collect::<Vec<_>>());
            notes.wrong(format!("there is no rule `{name}`"), help);
        }
        Some(())
    });
}

/// A list of quiet rules holds every rule that is not listed elsewhere, once.
fn complete(notes: &mut Notes, names: &[String], places: &BTreeMap<(&str, &str), &str>, rules: &RuleSet) {
    let elsewhere = |id: &str| places.keys().any(|(_, name)| *name == id);
    for (index, name) in names.iter().enumerate() {
        if elsewhere(name) || names.iter().take(index).any(|n| n == name) {
            notes.wrong(format!("`{name}` is listed twice"), None);
        }
    }
    let forgotten: Vec<&str> = rules.rules().map(|r| r.id.as_str()).collect();
    let forgotten: Vec<&str> =
        forgotten.into_iter().filter(|id| !elsewhere(id) && !names.iter().any(|n| n == id)).collect();
    if !forgotten.is_empty() {
        let help = "`quiet: all_others` means all that are not listed elsewhere".to_owned();
        notes.wrong(format!("the list forgets {}", forgotten.join(", ")), Some(help));
    }
}
