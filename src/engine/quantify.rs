//! Quantifiers: conditions over the elements of a list.
use super::compare::holds;
use super::eval::{Judged, Truth, expectation, judge, single};
use super::reading::{Bound, Env, Fault, Reading, State};
use crate::rule::{Op, Quantified};
use serde_json::Value;

/// Of long lists, the readings of so many elements are kept.
const MAX_ELEMENTS: usize = 12;

/// The elements of a list, or the answer that there are none to ask.
enum Elements<'a> {
    Listed(Reading<'a>, Vec<Bound<'a>>),
    None(Reading<'a>, Truth),
}

fn elements<'a>(q: &'a Quantified, env: &Env<'a>) -> Result<Elements<'a>, Fault> {
    let reading = env.read(&q.list)?;
    match reading.state {
        State::Known(Value::Array(items)) => {
            let bind = |(i, value): (usize, &'a Value)| Bound {
                var: &q.var,
                value,
                label: if env.mute { String::new() } else { format!("{}[{i}]", reading.name) },
                source: reading.source,
            };
            let bound = items.iter().enumerate().map(bind).collect();
            Ok(Elements::Listed(reading, bound))
        }
        State::Known(_) => Err(format!("`{}` is not a list", reading.name)),
        State::Absent => Ok(Elements::None(reading, Truth::False)),
        State::Unknown(_) => Ok(Elements::None(reading, Truth::Unknown)),
    }
}

fn element<'a>(
    q: &'a Quantified,
    env: &Env<'a>,
    bound: &Bound<'a>,
    negated: bool,
) -> Result<Judged<'a>, Fault> {
    match &q.condition {
        None => Ok(Judged::new(Truth::True)),
        Some(condition) => judge(condition, &env.with([bound.clone()]), negated),
    }
}

/// `any` is decided by the first element that satisfies it, `every` by the first that does not.
pub(super) fn quantify<'a>(
    q: &'a Quantified,
    env: &Env<'a>,
    negated: bool,
    decisive: Truth,
) -> Result<Judged<'a>, Fault> {
    let word = if decisive == Truth::True {
        "one that satisfies the condition"
    } else {
        "all satisfy the condition"
    };
    let expected = || expectation(word.into(), negated);
    let (reading, bound) = match elements(q, env)? {
        Elements::Listed(reading, bound) => (reading, bound),
        Elements::None(reading, truth) => return Ok(single(truth, &reading, expected)),
    };
    let mut all = single(decisive.not(), &reading, expected);
    let mut unknown = None::<Judged>;
    for (i, bound) in bound.into_iter().enumerate() {
        let mut judged = element(q, env, &bound, negated)?;
        match judged.truth {
            truth if truth == decisive => {
                if judged.readings.is_empty() {
                    judged.readings = all.readings;
                }
                judged.bound.insert(0, bound);
                return Ok(judged);
            }
            Truth::Unknown => {
                unknown.get_or_insert(Judged::new(Truth::Unknown)).missing.extend(judged.missing)
            }
            _ if i < MAX_ELEMENTS => all.readings.extend(judged.readings),
            _ => {}
        }
    }
    Ok(unknown.unwrap_or(all))
}

/// Elements that cannot be judged leave a range of numbers; the answer is known if the whole range agrees.
pub(super) fn count<'a>(
    q: &'a Quantified,
    env: &Env<'a>,
    negated: bool,
    op: Op,
    number: i64,
) -> Result<Judged<'a>, Fault> {
    let expected = || expectation(format!("{} {number}", op.word()), negated);
    let (reading, bound) = match elements(q, env)? {
        Elements::Listed(reading, bound) => (reading, bound),
        Elements::None(reading, Truth::Unknown) => return Ok(single(Truth::Unknown, &reading, expected)),
        // What is not there has no elements.
        Elements::None(reading, _) => (reading, Vec::new()),
    };
    let all = bound.len();
    let (mut sure, mut open) = (0_i64, 0_i64);
    let (mut readings, mut missing) = (Vec::new(), Vec::new());
    for bound in bound {
        let judged = element(q, env, &bound, negated)?;
        match judged.truth {
            Truth::True if sure < MAX_ELEMENTS as i64 => {
                sure += 1;
                readings.extend(judged.readings);
            }
            Truth::True => sure += 1,
            Truth::Unknown => {
                open += 1;
                missing.extend(judged.missing);
            }
            Truth::False => {}
        }
    }
    let mut answers = (sure..=sure + open).map(|n| holds(op, n.cmp(&number)));
    let first = answers.next().unwrap_or_default();
    if answers.any(|answer| answer != first) {
        return Ok(Judged { missing, ..Judged::new(Truth::Unknown) });
    }
    let mut judged = single(first.into(), &reading, expected);
    if let Some(evidence) = judged.readings.first_mut().filter(|_| reading.state != State::Absent) {
        let more = if open > 0 { format!(" for sure, {open} cannot be told") } else { String::new() };
        evidence.observed = format!("{sure} of {all}{more}");
    }
    judged.readings.extend(readings);
    Ok(judged)
}
