//! What may leave a JSON file: every key and type, and of the leaves only those on a list of pointers.
use crate::snapshot::{ODD_NUMBER, REDACTED};
use serde_json::{Map, Value, json};

/// A list of JSON pointers whose leaves are kept; `*` stands for any key or index. What stands under a kept pointer but
/// is no leaf is not covered by it.
pub(super) struct Keep {
    pointers: Vec<Vec<&'static str>>,
}

impl Keep {
    /// Keeps what any of the lists names. Pointers are written without the leading slash.
    pub(super) fn of(lists: &[&[&'static str]]) -> Self {
        let pointers = lists.iter().flat_map(|list| list.iter()).map(|p| p.split('/').collect()).collect();
        Keep { pointers }
    }

    /// Keeps also what `names` names, below each of `sections`.
    pub(super) fn and_below(mut self, sections: &[&'static str], names: &[&'static str]) -> Self {
        self.pointers.extend(sections.iter().flat_map(|s| names.iter().map(move |n| vec![*s, *n])));
        self
    }

    /// What is kept, as pointers with `*` for any key or index, sorted.
    pub(super) fn pointers(&self) -> Vec<String> {
        let mut all: Vec<String> = self.pointers.iter().map(|keys| format!("/{}", keys.join("/"))).collect();
        all.sort();
        all.dedup();
        all
    }

    /// The document with every leaf that is not on the list replaced by a placeholder.
    pub(super) fn redact(&self, document: Value) -> Value {
        let tails: Vec<&[&str]> = self.pointers.iter().map(Vec::as_slice).collect();
        redact(document, "", &tails)
    }
}

fn redact(value: Value, key: &str, tails: &[&[&'static str]]) -> Value {
    match value {
        Value::Object(map) if is_odd_number(&map) => leaf(Value::Object(map), key, tails),
        Value::Object(map) => Value::Object(
            map.into_iter()
                .map(|(k, v)| {
                    let below = step(tails, &k);
                    let v = redact(v, &k, &below);
                    (k, v)
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(
            items
                .into_iter()
                .enumerate()
                .map(|(i, v)| redact(v, key, &step(tails, &i.to_string())))
                .collect(),
        ),
        Value::Null => Value::Null,
        other => leaf(other, key, tails),
    }
}

fn step<'a>(tails: &[&'a [&'static str]], key: &str) -> Vec<&'a [&'static str]> {
    tails
        .iter()
        .filter_map(|tail| match tail.split_first() {
            Some((first, rest)) if *first == "*" || *first == key => Some(rest),
            _ => None,
        })
        .collect()
}

fn leaf(value: Value, key: &str, tails: &[&[&'static str]]) -> Value {
    if !tails.iter().any(|tail| tail.is_empty()) {
        return placeholder(&value);
    }
    match value {
        Value::String(text) if key.ends_with("_url") => Value::String(bare_url(&text)),
        other => other,
    }
}

/// A URL whose user information and query are replaced by `***`; what is no URL stays as it is.
pub(super) fn bare_url(text: &str) -> String {
    let (url, tail) = match text.find(['?', '#']) {
        Some(at) => (&text[..at], format!("{}***", &text[at..=at])),
        None => (text, String::new()),
    };
    let (scheme, rest) = match url.find("://") {
        Some(at) => url.split_at(at + 3),
        None => ("", url),
    };
    let host_ends = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(host_ends);
    let authority = match authority.rfind('@') {
        Some(at) => format!("***{}", &authority[at..]),
        None => authority.to_string(),
    };
    format!("{scheme}{authority}{path}{tail}")
}

/// The reader's own form of a number that JSON proper cannot hold. A document that happens to hold such an object
/// itself is read as that number, which loses nothing that Houmao's files can say.
fn is_odd_number(map: &Map<String, Value>) -> bool {
    map.len() == 1 && map.get(ODD_NUMBER).is_some_and(Value::is_string)
}

fn placeholder(value: &Value) -> Value {
    let (kind, blank) = match value {
        Value::String(text) => ("string", is_blank(text)),
        Value::Bool(_) => ("boolean", false),
        Value::Number(n) if n.is_f64() => ("float", false),
        Value::Object(odd) => (odd_kind(odd), false),
        _ => ("integer", false),
    };
    json!({ REDACTED: { "type": kind, "blank": blank } })
}

/// `NaN` and `Infinity` are floats; what is written in digits is an integer beyond 64 bits.
fn odd_kind(odd: &Map<String, Value>) -> &'static str {
    let text = odd.get(ODD_NUMBER).and_then(Value::as_str).unwrap_or_default();
    if text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit()) { "integer" } else { "float" }
}

/// Whether nothing is left after Python's `str.strip()`, which also strips the four separators below space.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c))
}

#[cfg(test)]
#[path = "keep_tests.rs"]
mod tests;
