//! Reading single leaves of observed files as facts, with their source.
use super::{Fact, Reading};
use crate::snapshot::{Content, FileView, ODD_NUMBER, Observed, REDACTED};
use serde_json::Value;

/// Why the value of a placeholder is unknown.
pub(super) const HELD_BACK: &str = "redacted at collection";

/// What stands at a pointer of a JSON file, placeholders included. Present, absent and unreadable files, keys and values
/// are told apart: a file that is not there makes its leaves absent; one that cannot be read, or is not JSON, makes them
/// unknown.
pub(super) fn raw<'a>(file: &'a Observed<FileView>, path: &str, pointer: &str) -> Fact<&'a Value> {
    let source = format!("{path}#{pointer}");
    match file {
        Observed::Absent => Fact::absent(source),
        Observed::Present(view) => match &view.content {
            Content::Json(doc) => match at(doc, pointer) {
                None | Some(Value::Null) => Fact::absent(source),
                Some(value) => Fact::known(value, source),
            },
            Content::NotJson(said) | Content::NotUtf8(said) => {
                Fact::unknown(format!("not readable: {said}"), source)
            }
            Content::Text(_) => Fact::unknown("not read as JSON", source),
        },
        other => Fact::unknown(other.ignorance().unwrap_or_default(), source),
    }
}

/// `Value::pointer`, which makes each step anew for the escapes that nearly no pointer has.
fn at<'a>(document: &'a Value, pointer: &str) -> Option<&'a Value> {
    let is_plain = !pointer.contains('~') && pointer.starts_with('/');
    match is_plain.then(|| pointer.split('/').skip(1).try_fold(document, |at, key| at.as_object()?.get(key)))
    {
        Some(Some(value)) => Some(value),
        _ => document.pointer(pointer),
    }
}

/// One leaf of a JSON file: as [`raw`], and what is only a placeholder is unknown.
pub fn leaf(file: &Observed<FileView>, path: &str, pointer: &str) -> Fact<Value> {
    let raw = raw(file, path, pointer);
    raw.and_then(|value| match value {
        v if v.get(REDACTED).is_some() => Fact::unknown(HELD_BACK, raw.source.clone()),
        v if v.get(ODD_NUMBER).is_some() => {
            Fact::unknown("a number that JSON cannot hold", raw.source.clone())
        }
        v => Fact::known((*v).clone(), raw.source.clone()),
    })
}

/// A string leaf; another type is unknown (the contract says whether that is a violation).
pub fn text(file: &Observed<FileView>, path: &str, pointer: &str) -> Fact<String> {
    typed(leaf(file, path, pointer), "string", |v| v.as_str().map(str::to_owned))
}

/// An integer leaf.
pub fn number(file: &Observed<FileView>, path: &str, pointer: &str) -> Fact<i64> {
    typed(leaf(file, path, pointer), "integer", Value::as_i64)
}

fn typed<T>(fact: Fact<Value>, kind: &str, take: impl Fn(&Value) -> Option<T>) -> Fact<T> {
    let Fact { reading, source } = fact;
    let reading = match reading {
        Reading::Known(v) => match take(&v) {
            Some(t) => Reading::Known(t),
            None => Reading::Unknown(format!("not of type {kind}")),
        },
        Reading::Absent(a) => Reading::Absent(a),
        Reading::Unknown(why) => Reading::Unknown(why),
    };
    Fact { reading, source }
}

/// A fact about an observation: known when it is present, absent when it is absent, else unknown.
pub fn observed<T, U>(seen: &Observed<T>, source: impl Into<String>, take: impl FnOnce(&T) -> U) -> Fact<U> {
    match seen {
        Observed::Present(v) => Fact::known(take(v), source),
        Observed::Absent => Fact::absent(source),
        other => Fact::unknown(other.ignorance().unwrap_or_default(), source),
    }
}

/// Whether something is there: known either way, unless it could not be seen.
pub fn exists<T>(seen: &Observed<T>, source: impl Into<String>) -> Fact<bool> {
    match seen {
        Observed::Present(_) => Fact::known(true, source),
        Observed::Absent => Fact::known(false, source),
        other => Fact::unknown(other.ignorance().unwrap_or_default(), source),
    }
}

impl<T> Fact<T> {
    /// The fact that follows from this one; absence and ignorance stay what they are.
    pub fn then<U>(&self, f: impl FnOnce(&T) -> U) -> Fact<U> {
        let reading = match &self.reading {
            Reading::Known(v) => Reading::Known(f(v)),
            Reading::Absent(a) => Reading::Absent(*a),
            Reading::Unknown(w) => Reading::Unknown(w.clone()),
        };
        Fact { reading, source: self.source.clone() }
    }

    /// The fact that follows from this one, or its own absence or ignorance.
    pub fn and_then<U>(&self, f: impl FnOnce(&T) -> Fact<U>) -> Fact<U> {
        match &self.reading {
            Reading::Known(v) => f(v),
            Reading::Absent(_) => Fact::absent(self.source.clone()),
            Reading::Unknown(w) => Fact::unknown(w.clone(), self.source.clone()),
        }
    }

    /// Whether it was seen not to be there.
    pub fn is_absent(&self) -> bool {
        matches!(self.reading, Reading::Absent(_))
    }

    /// Why it is unknown, if it is.
    pub fn ignorance(&self) -> Option<&str> {
        match &self.reading {
            Reading::Unknown(why) => Some(why),
            _ => None,
        }
    }
}

/// Whether two facts agree: unknown if either is, absent if either is absent.
pub fn same<T: PartialEq>(a: &Fact<T>, b: &Fact<T>) -> Fact<bool> {
    let source = format!("{} against {}", a.source, b.source);
    match (&a.reading, &b.reading) {
        (Reading::Unknown(w), _) | (_, Reading::Unknown(w)) => Fact::unknown(w.clone(), source),
        (Reading::Known(x), Reading::Known(y)) => Fact::known(x == y, source),
        _ => Fact::absent(source),
    }
}
