//! Reads facts out of serialised scopes.
use super::show;
use crate::rule::FactPath;
use serde_json::Value;

/// What went wrong inside the doctor: the facts have not the form that their schema says.
pub(super) type Fault = String;

/// What is known of a fact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum State<'a> {
    Known(&'a Value),
    Absent,
    Unknown(&'a str),
}

/// A fact as read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading<'a> {
    /// Its name, with the numbers of list elements: `session.windows[1].index`; empty where nothing is told.
    pub name: String,
    /// See [`Env::mute`].
    pub mute: bool,
    pub state: State<'a>,
    pub source: &'a str,
}

/// An element that a quantifier bound.
#[derive(Debug, Clone)]
pub(super) struct Bound<'a> {
    pub var: &'a str,
    pub value: &'a Value,
    /// The element's own name: `session.windows[1]`; empty where nothing is told.
    pub label: String,
    /// Where the list was read.
    pub source: &'a str,
}

/// Where names are looked up.
#[derive(Debug, Clone)]
pub(super) struct Env<'a> {
    pub scope: &'a Value,
    pub bound: Vec<Bound<'a>>,
    /// Only the answer is wanted, not what decided it: most rules do not fire, and words for what they read would take
    /// most of the time.
    pub mute: bool,
}

impl<'a> Env<'a> {
    /// The facts of a scope, with nothing bound.
    pub fn of(scope: &'a Value) -> Self {
        Env { scope, bound: Vec::new(), mute: false }
    }

    /// The same with further elements bound.
    pub fn with(&self, more: impl IntoIterator<Item = Bound<'a>>) -> Self {
        let mut env = self.clone();
        env.bound.extend(more);
        env
    }

    /// The same, where only the answer is wanted.
    pub fn muted(&self) -> Self {
        Env { mute: true, ..self.clone() }
    }

    /// Reads a fact; a fact inside an absent or unknown one is so itself.
    pub fn read(&self, path: &FactPath) -> Result<Reading<'a>, Fault> {
        let (mut at, mut name, mut source) = match &path.bound {
            None => (self.scope, String::new(), ""),
            Some(var) => {
                let bound = self.bound.iter().rev().find(|b| b.var == var);
                let bound = bound.ok_or_else(|| format!("nothing is bound to `{var}`"))?;
                (bound.value, if self.mute { String::new() } else { bound.label.clone() }, bound.source)
            }
        };
        let mut early = None;
        for step in &path.steps {
            if !self.mute {
                name = if name.is_empty() { step.clone() } else { format!("{name}.{step}") };
            }
            if early.is_some() {
                continue;
            }
            let field = at.get(step).ok_or_else(|| format!("the facts have no `{name}`"))?;
            if let Some(state) = state(field) {
                if !self.mute {
                    source = field.get("source").and_then(Value::as_str).unwrap_or_default();
                }
                match state {
                    State::Known(value) => at = value,
                    other => early = Some(other),
                }
            } else if field.is_null() {
                early = Some(State::Absent);
            } else {
                at = field;
            }
        }
        let state = early.unwrap_or(if at.is_null() { State::Absent } else { State::Known(at) });
        Ok(Reading { name, mute: self.mute, state, source })
    }
}

/// What is known of a fact; none of a group of facts, which has no fields of these names.
fn state(fact: &Value) -> Option<State<'_>> {
    if let Some(value) = fact.get("known") {
        return Some(State::Known(value));
    }
    if fact.get("absent").is_some() {
        return Some(State::Absent);
    }
    fact.get("unknown").and_then(Value::as_str).map(State::Unknown)
}

impl Reading<'_> {
    /// The observation in words that can be shown.
    pub fn observed(&self) -> String {
        match self.state {
            State::Known(value) => show::value(value),
            State::Absent => "absent".into(),
            State::Unknown(why) => format!("unknown: {}", show::text(why)),
        }
    }
}
