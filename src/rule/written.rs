//! A rule and a command as people write them: the YAML types, and by their doc comments the editor schema.
//!
//! Nothing is checked here beyond the shape; [`super::check`] turns these into what the engine runs. No `flatten`: it
//! would let misspelt keys pass.
use super::cause::Cause;
use super::condition::Condition;
use super::words::{Operation, ScopeKind};
use crate::facts::{ReadFile, ReadKind};
use crate::finding::{Effect, Severity};
use schemars::JsonSchema;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

/// One rule of houmao-doctor: a condition over facts, and what to say and advise when it holds.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Kebab-case name of the defect; the same as the file's name without `.yaml`. Never used again for another defect.
    pub id: String,
    /// The defect in one line, without a dot at the end.
    pub title: String,
    /// `danger`: a routine command would harm something that lives. `error`: an operation will fail. `warning`: likely
    /// trouble. `info`: explains something.
    pub severity: Severity,
    /// What is judged, and so which facts can be asked: the `host`, a `session`, a `window` or a registry `record`.
    pub scope: ScopeKind,
    /// Values that have no fact of their own, by a name of your choice: each is the value at a JSON pointer of one file, and
    /// can then be used everywhere in the rule as `reads.NAME`.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Read>", extend("propertyNames" = {"pattern": READ_NAME}))]
    pub reads: Reads,
    /// The rule concerns only subjects for which this holds; where it does not, the outcome is `not_applicable`.
    pub applies: Option<Condition>,
    /// The rule fires when this holds.
    pub when: Condition,
    /// What is wrong here. `{fact}` is replaced by this subject's value, `{w.fact}` by that of the element which a
    /// firing `any: {w: …}` found; `{{` and `}}` are literal braces.
    pub message: String,
    /// Why it happens and why it matters: cause and mechanism. Placeholders as in `message`.
    pub why: String,
    /// A read-only command by which a person can see it, one argument an element; placeholders are filled in whole.
    pub confirm: Option<Vec<String>>,
    /// How a person confirms it by hand: what to look for in the answer of `confirm`, or the way where no one command shows
    /// it. One of the two is there. No placeholders.
    pub confirm_by: Option<String>,
    /// Facts that are shown with every finding, besides those that decided it.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// Facts whose values tell one defect of this rule from another of the same subject; the fingerprint of a finding is
    /// made of rule, subject and these. None where the rule has one defect a subject. Nothing that changes by itself
    /// (times, pids) and no paths, which differ between homes.
    #[serde(default)]
    pub identity: Vec<String>,
    /// Only for `danger`, and required there: the operations that set the harm off. While this rule fires, no remedy
    /// shows a command that runs one of them.
    #[serde(default)]
    pub triggered_by: Vec<Operation>,
    /// Rules that explain this one when they fire for the same subject, its session or its host. Where such a rule can
    /// also fire beside this one without explaining it, it says under which condition it explains.
    #[serde(default)]
    pub caused_by: Vec<Cause>,
    /// The way out, safest first; those that cannot work for a subject are left out there.
    #[serde(default)]
    pub remedies: Vec<Remedy>,
    /// What not to do, with reasons; required for `danger`.
    #[serde(default)]
    pub do_not: Vec<DoNot>,
    /// Where to read on: a page with anchor, or an address.
    #[serde(default)]
    pub references: Vec<String>,
    /// What could be seen that makes this rule fire although nothing is wrong, or stay silent although something is, and
    /// how to tell. No placeholders. Every built-in rule says it.
    pub may_be_wrong: Option<String>,
}

impl Rule {
    /// Ids of the rules that can explain this one, under whatever condition.
    pub fn causes(&self) -> impl Iterator<Item = &String> {
        self.caused_by.iter().flat_map(|cause| &cause.rules)
    }
}

/// What of a built-in rule is compiled at each start; the build takes it out of the whole.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct First {
    pub id: String,
    pub severity: Severity,
    pub scope: ScopeKind,
    #[serde(default)]
    pub triggered_by: Vec<Operation>,
    #[serde(default)]
    pub reads: Reads,
    pub applies: Option<Condition>,
}

/// What of a built-in rule is compiled where it applies; the build takes it out of the whole too.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct When {
    pub scope: ScopeKind,
    #[serde(default)]
    pub reads: Reads,
    pub when: Condition,
}

/// What names of values that are read look like.
const READ_NAME: &str = "^[a-z][a-z0-9_]*$";

/// One value that a rule reads by itself. Absent where the file or the pointer is not there; unknown where the file could
/// not be read, or the value is redacted or of another kind than declared.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// The file, by its short name.
    #[schemars(with = "ReadFile")]
    pub file: String,
    /// A JSON pointer (RFC 6901) to the value, as in `/tmux/session_name`. Only values that the doctor keeps can be read;
    /// all others are redacted as soon as the file is.
    pub pointer: String,
    /// What the value is. `exists` asks only whether something is there, and can be asked of any pointer.
    #[schemars(with = "ReadKind")]
    pub kind: String,
}

/// What a rule reads by itself, in the order of the file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reads(pub Vec<(String, Read)>);

impl<'de> Deserialize<'de> for Reads {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Named("read", PhantomData)).map(Reads)
    }
}

/// One step of the way out: a command of the catalogue (`use`) or something that a person does (`do`).
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// Name of a command in `commands.yaml`.
    #[serde(rename = "use")]
    pub command: Option<String>,
    /// What a person does, as an instruction. Either this or `use`.
    #[serde(rename = "do")]
    pub action: Option<String>,
    /// What the step achieves here, if the command's own title does not say it well enough.
    pub title: Option<String>,
    /// The step is offered only where this holds.
    pub when: Option<Condition>,
    /// Why it can work here.
    pub because: String,
    /// Name of the command that shows whether it worked, if it is another than the command's own `verify`.
    pub verify: Option<String>,
    /// Whether it only makes ready for the next step, which helps and is told together with it.
    #[serde(default)]
    pub prepares: bool,
    /// Whether it is another way than the steps before it that change something, so that one of them is enough and the two
    /// are never done one after the other. Reports tell it after "or", without a number of its own.
    #[serde(default)]
    pub instead: bool,
    /// What a `do` step does to the host; `mutates` unless given. Commands say it in the catalogue.
    pub effect: Option<Effect>,
    /// What a `do` step loses; required when its effect is `restarts_agent` or `destructive`.
    pub loses: Option<String>,
    /// The operation of Houmao that a `do` step leads to, so that it is left out while a danger forbids that; `none` unless
    /// given. Commands say it in the catalogue.
    pub runs: Option<Operation>,
}

/// Something that must not be run now: a command of the catalogue (`use`) or an argv.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DoNot {
    /// Name of a command in `commands.yaml`.
    #[serde(rename = "use")]
    pub command: Option<String>,
    /// The command, one argument an element. Either this or `use`.
    pub argv: Option<Vec<String>>,
    /// Left out only where this is known not to hold.
    pub when: Option<Condition>,
    /// What would happen.
    pub because: String,
}

/// One command of the catalogue.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// What it achieves, as an instruction in one line.
    pub title: String,
    /// The operation of Houmao that it triggers.
    pub runs: Operation,
    /// What running it does to the host.
    pub effect: Effect,
    /// What running it stops or loses, with facts in braces; where one of them is not known, it costs nothing. Required when
    /// the effect is `restarts_agent` or `destructive`.
    pub loses: Option<String>,
    /// How it is spelt, by command-line dialect.
    pub argv: Argv,
    /// First 0.x release that has it, `X.Y.Z`.
    pub flat_since: Option<String>,
    /// First release that no longer has the flat spelling, `X.Y.Z`.
    pub flat_until: Option<String>,
    /// First release since 1.0 that has it, `X.Y.Z`.
    pub scoped_since: Option<String>,
    /// First release that no longer has the scoped spelling, `X.Y.Z`.
    pub scoped_until: Option<String>,
    /// It is offered only where this holds; asked of the session's facts.
    pub applies: Option<Condition>,
    /// The command that shows whether it worked, one argument an element.
    pub verify: Option<Vec<String>>,
}

/// The spellings of a command; one that is not given does not exist in that dialect.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Argv {
    /// Houmao 0.x (`agents gateway attach …`).
    pub flat: Option<Vec<String>>,
    /// Houmao 1.0 and later (`agents single … gateway attach`).
    pub scoped: Option<Vec<String>>,
    /// The same whatever the release, as for tmux and the doctor itself; excludes the other two.
    pub any: Option<Vec<String>>,
}

/// The catalogue of commands (`commands.yaml`), in the order of the file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Commands(pub Vec<(String, Command)>);

impl<'de> Deserialize<'de> for Commands {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Named("command", PhantomData)).map(Commands)
    }
}

/// Reads a map whose keys are names of things of one kind, and refuses a name that is there twice (a plain map would keep
/// the last).
struct Named<T>(&'static str, PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Named<T> {
    type Value = Vec<(String, T)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}s by name", self.0)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::<(String, T)>::new();
        while let Some(name) = map.next_key::<String>()? {
            if all.iter().any(|(n, _)| *n == name) {
                return Err(A::Error::custom(format!("the {} `{name}` is there twice", self.0)));
            }
            all.push((name, map.next_value()?));
        }
        Ok(all)
    }
}
