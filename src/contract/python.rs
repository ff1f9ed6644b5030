//! The few habits of Python that show in what Houmao accepts and says.
use super::check::Seen;
use crate::snapshot::ODD_NUMBER;
use jiff::Timestamp;
use serde_json::Value;

mod time;

pub use time::parse_isoformat;

/// `str.strip()`: white space as Unicode has it, and the four ASCII separators.
pub fn strip(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c))
}

/// `str(x)` of a float.
pub fn float(n: f64) -> String {
    if n.is_nan() {
        "nan".into()
    } else if n.is_infinite() {
        if n > 0.0 { "inf".into() } else { "-inf".into() }
    } else {
        format!("{n:?}")
    }
}

/// `str(x)` of a JSON value.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => repr(other),
    }
}

/// `repr(x)` of a JSON value; of the characters that Python escapes, only the common ones are.
pub fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".into(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Number(n) => match n.as_f64().filter(|_| n.is_f64()) {
            Some(f) => float(f),
            None => n.to_string(),
        },
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(repr).collect::<Vec<_>>().join(", "))
        }
        Value::Object(map) if map.len() == 1 && map.contains_key(ODD_NUMBER) => match Seen::of(value) {
            Seen::Float(Some(n)) => float(n),
            _ => map[ODD_NUMBER].as_str().unwrap_or_default().to_owned(),
        },
        Value::Object(map) => {
            let pairs: Vec<_> = map.iter().map(|(k, v)| format!("{}: {}", quoted(k), repr(v))).collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

/// `repr(x)` of a string.
pub fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => out.extend(['\\', c]),
            c if (c as u32) < 0x20 || c as u32 == 0x7f => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// `int(text)`: white space around, a sign, digits with single underscores between.
pub fn integer(text: &str) -> Option<i128> {
    let body = strip(text);
    let (negative, digits) = match body.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, body.strip_prefix('+').unwrap_or(body)),
    };
    let fine = !digits.is_empty()
        && digits.split('_').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    if !fine {
        return None;
    }
    let size = digits.replace('_', "").parse::<i128>().unwrap_or(i128::MAX);
    Some(if negative { -size } else { size })
}

/// Whether a `no_proxy` list names a host, as Python reads it.
pub fn bypasses_proxy(list: &str, host: &str) -> bool {
    list.split(',').map(str::trim).any(|entry| {
        let entry = entry.trim_start_matches('.');
        entry == "*" || (!entry.is_empty() && (entry == host || host.ends_with(&format!(".{entry}"))))
    })
}

/// `datetime.fromisoformat(text.replace("Z", "+00:00"))` of a moment with a time zone.
///
/// # Errors
/// Whether the text was no time stamp, or one without a zone.
pub fn parse_moment(text: &str) -> Result<Timestamp, NoMoment> {
    parse_isoformat(&text.replace('Z', "+00:00"))
}

/// Why a text is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMoment {
    /// Not ISO 8601 as Python reads it.
    NotIso,
    /// ISO 8601 without a time zone.
    Naive,
}
