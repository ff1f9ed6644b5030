//! Compares two known values.
use super::reading::Fault;
use super::show;
use crate::rule::Op;
use serde_json::{Number, Value};
use std::cmp::Ordering;

/// Whether `left op right`. The checker compared the kinds, so another kind here is a fault of the doctor.
pub(super) fn compare(left: &Value, op: Op, right: &Value) -> Result<bool, Fault> {
    let fault = || format!("cannot tell {} {} {}", show::literal(left), op.word(), show::literal(right));
    match (op, left, right) {
        (Op::Eq, ..) => equal(left, right).ok_or_else(fault),
        (Op::Ne, ..) => equal(left, right).map(|e| !e).ok_or_else(fault),
        (Op::Lt | Op::Le | Op::Gt | Op::Ge, Value::Number(l), Value::Number(r)) => {
            order(l, r).map(|o| holds(op, o)).ok_or_else(fault)
        }
        (Op::In, left, Value::Array(items)) => among(left, items).ok_or_else(fault),
        (Op::Contains, Value::Array(items), right) => among(right, items).ok_or_else(fault),
        (Op::Contains, Value::String(l), Value::String(r)) => Ok(l.contains(r.as_str())),
        (Op::StartsWith, Value::String(l), Value::String(r)) => Ok(l.starts_with(r.as_str())),
        _ => Err(fault()),
    }
}

/// Whether an ordering satisfies an operator of order or equality.
pub(super) fn holds(op: Op, order: Ordering) -> bool {
    match op {
        Op::Eq => order.is_eq(),
        Op::Ne => order.is_ne(),
        Op::Lt => order.is_lt(),
        Op::Le => order.is_le(),
        Op::Gt => order.is_gt(),
        Op::Ge => order.is_ge(),
        Op::In | Op::Contains | Op::StartsWith => false,
    }
}

fn among(value: &Value, items: &[Value]) -> Option<bool> {
    for item in items {
        if equal(value, item)? {
            return Some(true);
        }
    }
    Some(false)
}

fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::String(l), Value::String(r)) => Some(l == r),
        (Value::Bool(l), Value::Bool(r)) => Some(l == r),
        (Value::Number(l), Value::Number(r)) => order(l, r).map(Ordering::is_eq),
        _ => None,
    }
}

/// Whole numbers are compared exactly, others as floating point.
fn order(left: &Number, right: &Number) -> Option<Ordering> {
    let whole = |n: &Number| n.as_i64().map(i128::from).or_else(|| n.as_u64().map(i128::from));
    match (whole(left), whole(right)) {
        (Some(l), Some(r)) => Some(l.cmp(&r)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}
