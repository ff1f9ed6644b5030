//! The record of one replay: the steps taken, what they change, and how the operation ends.
use super::steps::title;
use crate::finding::{EffectKind, OperationEffect, Step, StepOutcome};

/// Why a replay stops before its last step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Halt {
    /// Houmao raises an error here.
    Raised(Raised),
    /// Something that decides the step could not be seen; the text says what.
    Unseen(String),
    /// Everything that decides the step was seen, and Houmao itself leaves it to chance; the text says how.
    Chance(String),
}

/// An error that Houmao raises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Raised {
    /// Its message; none where it holds something random.
    pub text: Option<String>,
    /// What kind of exception.
    pub class: Class,
}

/// Kinds of exceptions, as far as commands tell them apart (contract, "Error display").
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Class {
    /// An error meant for the operator: `Error: <text>`, exit 1.
    Click,
    /// A failure that is told on standard output, with exit 0 and no error.
    Told,
    /// A usage error: `Error: <text>`, exit 2.
    Usage,
    /// Of the `BrainLaunchRuntimeError` family.
    Houmao,
    /// Of the operating system (`OSError` and its kinds), with its class name.
    System(&'static str),
    /// A `RuntimeError` outside Houmao's family, with its class name (`TmuxCommandError`).
    Runtime(&'static str),
    /// Raised before any command begins: a traceback, whatever the release.
    AtImport,
    /// Anything else, with its class name.
    Other(String),
}

impl Raised {
    /// An error meant for the operator.
    pub fn click(text: impl Into<String>) -> Halt {
        Halt::Raised(Raised { text: Some(text.into()), class: Class::Click })
    }

    /// An error of Houmao's own family.
    pub fn houmao(text: impl Into<String>) -> Halt {
        Halt::Raised(Raised { text: Some(text.into()), class: Class::Houmao })
    }

    /// An error of another class.
    pub fn of(class: Class, text: impl Into<String>) -> Halt {
        Halt::Raised(Raised { text: Some(text.into()), class })
    }
}

/// A step that goes on, or the end of the replay.
pub(super) type Go<T = ()> = Result<T, Halt>;

/// What one replay has recorded so far.
#[derive(Debug, Default)]
pub(super) struct Trail {
    pub steps: Vec<Step>,
    pub effects: Vec<OperationEffect>,
    pub hidden_error: Option<String>,
    /// The step that let a fallback answer.
    pub fell_through: bool,
}

impl Trail {
    /// A step that does what it is for.
    pub fn ok(&mut self, id: &str, read: impl Into<String>, source: impl Into<String>) {
        self.push(id, StepOutcome::Ok, Some(read.into()), Some(source.into()), None);
    }

    /// A step that is ok but worth a remark.
    pub fn remark(
        &mut self,
        id: &str,
        read: impl Into<String>,
        source: impl Into<String>,
        said: impl Into<String>,
    ) {
        self.push(id, StepOutcome::Ok, Some(read.into()), Some(source.into()), Some(said.into()));
    }

    /// A step that fails, after which the operation goes on by another way.
    pub fn fell(&mut self, id: &str, read: Option<String>, source: Option<String>, said: Option<String>) {
        self.fell_through = true;
        self.push(id, StepOutcome::FellThrough, read, source, said);
    }

    /// A step that ends the replay: by an error, or by ignorance.
    pub fn halt(&mut self, id: &str, read: Option<String>, source: Option<String>, halt: Halt) -> Halt {
        let (outcome, said) = match &halt {
            Halt::Raised(raised) => (StepOutcome::Failed, raised.text.clone()),
            Halt::Unseen(what) | Halt::Chance(what) => (StepOutcome::Unknown, Some(what.clone())),
        };
        self.push(id, outcome, read, source, said);
        halt
    }

    /// The result of a step: recorded as ok, or as its end.
    pub fn settle<T>(&mut self, id: &str, read: &str, source: &str, result: Go<T>) -> Go<T> {
        match result {
            Ok(value) => {
                self.ok(id, read, source);
                Ok(value)
            }
            Err(halt) => Err(self.halt(id, Some(read.to_owned()), Some(source.to_owned()), halt)),
        }
    }

    /// A change that the operation makes.
    pub fn effect(
        &mut self,
        kind: EffectKind,
        target: impl Into<String>,
        detail: impl Into<String>,
        harm: bool,
    ) {
        let effect = OperationEffect { kind, target: target.into(), detail: detail.into(), harm };
        let known = self.effects.iter_mut().find(|e| e.kind == effect.kind && e.target == effect.target);
        match known {
            // The second writing of a file, or the second signal, is the same change; harm stays harm.
            Some(known) => known.harm |= effect.harm,
            None => self.effects.push(effect),
        }
    }

    fn push(
        &mut self,
        id: &str,
        outcome: StepOutcome,
        read: Option<String>,
        source: Option<String>,
        said: Option<String>,
    ) {
        self.steps.push(Step { id: id.to_owned(), title: title(id).to_owned(), outcome, read, source, said });
    }
}
