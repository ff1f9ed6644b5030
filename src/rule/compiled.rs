//! Rules as checked and compiled: what the engine runs. Every path in here names a fact of the rule's scope.
use super::late::Late;
use super::words::{Dialect, Mistake, Operation, ScopeKind, Version};
use super::written;
use crate::facts::{ReadFile, ReadKind};
use crate::finding::{Effect, Severity};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// All rules, sorted by id, and the commands they refer to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RuleSet {
    pub(super) rules: BTreeMap<String, Rule>,
    pub(super) commands: BTreeMap<String, Late<Command>>,
    /// Ids of the rules that a configuration took out.
    pub(super) off: BTreeSet<String>,
}

impl RuleSet {
    /// The rules, sorted by id.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values()
    }

    /// The rule of this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.get(id)
    }

    /// The commands by name, sorted.
    pub fn commands(&self) -> impl Iterator<Item = (&str, &Command)> {
        self.commands.iter().filter_map(|(name, command)| Some((name.as_str(), command.get().ok()?)))
    }

    /// The command of this name.
    pub fn command(&self, name: &str) -> Option<&Command> {
        self.commands.get(name)?.get().ok()
    }

    /// Takes a rule out, as a configuration may say; whether it was there.
    pub fn switch_off(&mut self, id: &str) -> bool {
        let was = self.rules.remove(id).is_some();
        if was {
            self.off.insert(id.to_owned());
        }
        was
    }

    /// Whether there is a rule of this id that a configuration took out.
    pub fn is_off(&self, id: &str) -> bool {
        self.off.contains(id)
    }

    /// Gives a rule another severity, as a configuration may say; whether it was there.
    pub fn set_severity(&mut self, id: &str, severity: Severity) -> bool {
        self.rules.get_mut(id).map(|rule| rule.severity = severity).is_some()
    }
}

/// One rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Kebab-case name of the defect.
    pub id: String,
    /// How bad it is when it fires.
    pub severity: Severity,
    /// What it judges.
    pub scope: ScopeKind,
    /// The operations that set the harm off.
    pub(crate) triggered_by: Vec<Operation>,
    /// What it reads by itself.
    pub(crate) reads: Vec<Read>,
    pub(crate) applies: Option<Condition>,
    pub(super) when: Late<Condition>,
    pub(super) told: Late<Told>,
}

/// What a rule says when it fires.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Told {
    pub message: Template,
    pub why: Template,
    pub confirm: Vec<Template>,
    pub evidence: Vec<FactPath>,
    pub identity: Vec<FactPath>,
    pub caused_by: Vec<Cause>,
    pub remedies: Vec<Remedy>,
    pub do_not: Vec<DoNot>,
    pub written: written::Rule,
}

impl Rule {
    /// When it fires; an error is a mistake in a built-in rule, which is a fault of the doctor.
    pub(crate) fn when(&self) -> Result<&Condition, &[Mistake]> {
        self.when.get()
    }

    /// What it says when it fires; errors are as those of [`Rule::when`].
    pub(crate) fn told(&self) -> Result<&Told, &[Mistake]> {
        self.told.get()
    }

    /// The rule as its author wrote it, for explanations and tables.
    ///
    /// # Panics
    /// When a built-in rule that was not compiled before has a mistake; a test compiles them all.
    pub fn written(&self) -> &written::Rule {
        match self.told() {
            Ok(told) => &told.written,
            Err(mistakes) => panic!("the built-in rule `{}` has mistakes: {mistakes:?}", self.id),
        }
    }
}

/// One value that a rule reads by itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Read {
    /// What it is called after `reads.`.
    pub name: String,
    pub file: ReadFile,
    /// A JSON pointer.
    pub pointer: String,
    pub kind: ReadKind,
}

/// Rules that explain this one, each for itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cause {
    /// Ids of the rules.
    pub rules: Vec<String>,
    /// They explain only where this holds.
    pub when: Option<Condition>,
}

/// One step of the way out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Remedy {
    pub step: Step,
    pub title: Option<Template>,
    pub when: Option<Condition>,
    pub because: Template,
    /// Name of a command in the catalogue.
    pub verify: Option<String>,
    /// Whether it only makes ready for the next step.
    pub prepares: bool,
    /// Whether it is another way than the steps before it.
    pub instead: bool,
}

/// What a remedy does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// Runs a command of the catalogue.
    Use(String),
    /// Something that a person does.
    Do { action: Template, effect: Effect, loses: Option<String>, runs: Operation },
}

/// Something not to do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DoNot {
    pub what: Forbidden,
    pub when: Option<Condition>,
    pub because: Template,
}

/// What must not be run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Forbidden {
    /// A command of the catalogue.
    Use(String),
    /// This argv.
    Argv(Vec<Template>),
}

/// A command of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// The operation of Houmao that it triggers.
    pub runs: Operation,
    /// What running it does to the host.
    pub effect: Effect,
    /// What running it stops or loses; not told where a fact that it names is not known.
    pub(crate) loses: Option<Template>,
    pub(crate) title: Template,
    pub(crate) applies: Option<Condition>,
    pub(crate) verify: Vec<Template>,
    pub(crate) forms: Vec<Form>,
    /// The scopes whose facts fill it.
    pub(crate) scopes: Vec<ScopeKind>,
    pub(super) written: written::Command,
}

impl Command {
    /// Whether it asks the doctor, which is how most remedies are verified.
    pub fn is_the_doctor(&self) -> bool {
        let program = |form: &Form| matches!(form.argv.first(), Some(Template(parts)) if *parts == [Part::Text("houmao-doctor".into())]);
        self.forms.iter().all(program)
    }

    /// The command as its author wrote it, for tables and for the tests that show it to the real CLI.
    pub fn written(&self) -> &written::Command {
        &self.written
    }
}

/// One spelling of a command.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Form {
    /// None: the same in every dialect.
    pub dialect: Option<Dialect>,
    pub argv: Vec<Template>,
    /// First release that has it.
    pub since: Option<Version>,
    /// First release that no longer has it.
    pub until: Option<Version>,
}

/// A condition over facts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    AnyOf(Vec<Condition>),
    Not(Box<Condition>),
    Any(Quantified),
    Every(Quantified),
    Count { of: Quantified, op: Op, number: i64 },
    Compare { left: FactPath, op: Op, right: Operand },
    Present(FactPath),
    Missing(FactPath),
    Holds(FactPath),
}

/// What a quantifier asks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quantified {
    pub var: String,
    pub list: FactPath,
    /// All elements satisfy it where it is not given.
    pub condition: Option<Box<Condition>>,
}

/// How two sides are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    Contains,
    StartsWith,
}

impl Op {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Op::Eq => "==",
            Op::Ne => "!=",
            Op::Lt => "<",
            Op::Le => "<=",
            Op::Gt => ">",
            Op::Ge => ">=",
            Op::In => "in",
            Op::Contains => "contains",
            Op::StartsWith => "starts_with",
        }
    }
}

/// The right side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    Path(FactPath),
    /// A value that stands in the rule; after `in` a list of them.
    Literal(Value),
}

/// The way to a fact, or to an element that a quantifier bound.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FactPath {
    /// The name of the bound element where it starts; none: it starts at the scope.
    pub bound: Option<String>,
    /// The fields on the way.
    pub steps: Vec<String>,
}

/// Text with placeholders.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Template(pub Vec<Part>);

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part {
    Text(String),
    Fact(FactPath),
}
