//! Three-valued evaluation that keeps the readings which decided the result.
//!
//! An `all` with one *no* is *no*, an `any_of` with one *yes* is *yes*, whatever else is unknown. A comparison with
//! something absent is *no*, with something unknown it is unknown. Presence of something unknown is unknown.
use super::compare::compare;
use super::quantify::{count, quantify};
use super::reading::{Bound, Env, Fault, Reading, State};
use super::show;
use crate::finding::Evidence;
use crate::rule::{Condition, Op, Operand};
use serde_json::Value;

/// Yes, no, or not to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    True,
    False,
    Unknown,
}

impl Truth {
    pub fn not(self) -> Self {
        match self {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(truth: bool) -> Self {
        if truth { Truth::True } else { Truth::False }
    }
}

/// A result with what decided it.
#[derive(Debug, Clone)]
pub(super) struct Judged<'a> {
    pub truth: Truth,
    /// What decided a yes or a no.
    pub readings: Vec<Evidence>,
    /// What is missing for an answer: `fact: why`; empty unless unknown.
    pub missing: Vec<String>,
    /// The elements that make it true, outer ones first.
    pub bound: Vec<Bound<'a>>,
}

impl<'a> Judged<'a> {
    pub fn new(truth: Truth) -> Self {
        Judged { truth, readings: Vec::new(), missing: Vec::new(), bound: Vec::new() }
    }

    fn absorb(&mut self, part: Judged<'a>) {
        self.readings.extend(part.readings);
        self.missing.extend(part.missing);
        self.bound.extend(part.bound);
    }
}

/// Evaluates a condition.
pub(super) fn evaluate<'a>(condition: &'a Condition, env: &Env<'a>) -> Result<Judged<'a>, Fault> {
    judge(condition, env, false)
}

/// `negated`: the condition stands under an odd number of `not`, which the readings' expectations say.
pub(super) fn judge<'a>(condition: &'a Condition, env: &Env<'a>, negated: bool) -> Result<Judged<'a>, Fault> {
    match condition {
        Condition::All(parts) => combine(parts.iter().map(|p| judge(p, env, negated)), Truth::False),
        Condition::AnyOf(parts) => {
            // Which alternative holds is not fixed, so nothing that it binds can be named.
            let judged = combine(parts.iter().map(|p| judge(p, env, negated)), Truth::True)?;
            Ok(Judged { bound: Vec::new(), ..judged })
        }
        Condition::Not(part) => {
            let judged = judge(part, env, !negated)?;
            Ok(Judged { truth: judged.truth.not(), bound: Vec::new(), ..judged })
        }
        Condition::Any(q) => quantify(q, env, negated, Truth::True),
        Condition::Every(q) => {
            let judged = quantify(q, env, negated, Truth::False)?;
            Ok(Judged { bound: Vec::new(), ..judged })
        }
        Condition::Count { of, op, number } => count(of, env, negated, *op, *number),
        Condition::Compare { left, op, right } => {
            let left = env.read(left)?;
            comparison(left, *op, right, env, negated)
        }
        Condition::Present(path) => Ok(presence(&env.read(path)?, true, negated)),
        Condition::Missing(path) => Ok(presence(&env.read(path)?, false, negated)),
        Condition::Holds(path) => {
            let reading = env.read(path)?;
            let truth = match reading.state {
                State::Known(Value::Bool(holds)) => (*holds).into(),
                State::Known(_) => return Err(format!("`{}` is not a boolean", reading.name)),
                State::Absent => Truth::False,
                State::Unknown(_) => Truth::Unknown,
            };
            Ok(single(truth, &reading, || expectation("true".into(), negated)))
        }
    }
}

/// Joins parts: the first that is `decisive` decides alone; else unknown ones; else all together.
fn combine<'a>(
    parts: impl Iterator<Item = Result<Judged<'a>, Fault>>,
    decisive: Truth,
) -> Result<Judged<'a>, Fault> {
    let mut all = Judged::new(decisive.not());
    let mut unknown = None::<Judged>;
    for part in parts {
        let part = part?;
        match part.truth {
            truth if truth == decisive => return Ok(part),
            Truth::Unknown => unknown.get_or_insert(Judged::new(Truth::Unknown)).missing.extend(part.missing),
            _ => all.absorb(part),
        }
    }
    Ok(unknown.unwrap_or(all))
}

fn comparison<'a>(
    left: Reading<'a>,
    op: Op,
    right: &Operand,
    env: &Env<'a>,
    negated: bool,
) -> Result<Judged<'a>, Fault> {
    let right = match right {
        Operand::Path(path) => env.read(path)?,
        Operand::Literal(literal) => return against(&left, op, literal, negated),
    };
    let truth = match (left.state, right.state) {
        (State::Known(l), State::Known(r)) => compare(l, op, r)?.into(),
        (State::Absent, _) | (_, State::Absent) => Truth::False,
        _ => Truth::Unknown,
    };
    let expected = || {
        let shown = match right.state {
            State::Known(value) => show::literal(value),
            _ => right.observed(),
        };
        expectation(format!("{} {} ({shown})", op.word(), right.name), negated)
    };
    let mut judged = single(truth, &left, expected);
    if env.mute {
        return Ok(judged);
    }
    if truth == Truth::Unknown && !matches!(left.state, State::Unknown(_)) {
        judged.missing.clear();
    }
    if let State::Unknown(why) = right.state {
        if truth == Truth::Unknown {
            judged.missing.push(missing(&right.name, why));
        }
    } else if truth != Truth::Unknown {
        judged.readings.push(evidence(&right, None));
    }
    // An absent side decides alone; what could not be seen on the other side is no evidence.
    if truth != Truth::Unknown && matches!(left.state, State::Unknown(_)) {
        judged.readings.remove(0);
    }
    Ok(judged)
}

fn against<'a>(left: &Reading<'a>, op: Op, right: &Value, negated: bool) -> Result<Judged<'a>, Fault> {
    let truth = match left.state {
        State::Known(value) => compare(value, op, right)?.into(),
        State::Absent => Truth::False,
        State::Unknown(_) => Truth::Unknown,
    };
    let expected = || {
        let shown = match right {
            Value::Array(items) => {
                format!("[{}]", items.iter().map(show::literal).collect::<Vec<_>>().join(", "))
            }
            value => show::literal(value),
        };
        expectation(format!("{} {shown}", op.word()), negated)
    };
    Ok(single(truth, left, expected))
}

fn presence<'a>(reading: &Reading<'a>, wanted: bool, negated: bool) -> Judged<'a> {
    let truth = match reading.state {
        State::Known(_) => wanted.into(),
        State::Absent => (!wanted).into(),
        State::Unknown(_) => Truth::Unknown,
    };
    let word = if wanted { "present" } else { "missing" };
    single(truth, reading, || expectation(word.into(), negated))
}

/// A result that one reading decides.
pub(super) fn single<'a>(
    truth: Truth,
    reading: &Reading<'a>,
    expected: impl FnOnce() -> String,
) -> Judged<'a> {
    let mut judged = Judged::new(truth);
    if reading.mute {
        return judged;
    }
    match (truth, reading.state) {
        (Truth::Unknown, State::Unknown(why)) => judged.missing.push(missing(&reading.name, why)),
        (Truth::Unknown, _) => judged.missing.push(missing(&reading.name, "cannot be told")),
        _ => judged.readings.push(evidence(reading, Some(expected()))),
    }
    judged
}

fn missing(name: &str, why: &str) -> String {
    format!("{name}: {}", show::text(why))
}

/// What the rule expects; negated under an odd number of `not`.
pub(super) fn expectation(what: String, negated: bool) -> String {
    if negated { format!("not {what}") } else { what }
}

/// A reading as it is shown.
pub(super) fn evidence(reading: &Reading, expected: Option<String>) -> Evidence {
    Evidence {
        fact: reading.name.clone(),
        observed: reading.observed(),
        expected,
        source: show::text(reading.source),
    }
}
