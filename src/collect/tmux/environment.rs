//! Reads what `show-environment -s` prints, and keeps only the names of the contract.
use super::cursor::{Cursor, ParseError};
use crate::snapshot::{EnvValue, TMUX_VARIABLES};
use std::collections::BTreeMap;

/// The allow-listed names of one environment; `None` is marked for removal.
pub(super) type Variables = BTreeMap<&'static str, Option<String>>;

/// One line of `show-environment -s`, which may span several lines of text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    Set(&'static str, String),
    Removed(&'static str),
    /// A name that is none of ours; neither it nor its value is kept.
    NotOurs,
}

/// Reads lines, remembering the last quoted value that it looked at: a row of removed names is followed by one value,
/// which would otherwise be looked for again from each of them.
#[derive(Debug, Default)]
pub(super) struct Reader {
    seen: Option<Quoted>,
}

#[derive(Debug, Clone)]
struct Quoted {
    /// Where its `=` is.
    equals: usize,
    /// Just after its closing quote; `None` if what follows the `=` is no quoted value.
    end: Option<usize>,
}

impl Reader {
    /// The line at the cursor, or `None` (and the cursor stays) if none is there.
    ///
    /// `NAME="value"; export NAME;` is tried first, and counts only if the name is repeated: a name may hold newlines
    /// and look like `unset X;`, but cannot hold `=`.
    pub(super) fn line(&mut self, cursor: &mut Cursor) -> Result<Option<Line>, ParseError> {
        if let Some(line) = self.assignment(cursor)? {
            return Ok(Some(line));
        }
        if !cursor.eat(b"unset ") {
            return Ok(None);
        }
        let name = cursor.until(b";\n", "the end of a removed variable")?;
        Ok(Some(ours(name).map_or(Line::NotOurs, Line::Removed)))
    }

    fn assignment(&mut self, cursor: &mut Cursor) -> Result<Option<Line>, ParseError> {
        let start = cursor.at();
        let Some(Quoted { equals, end: Some(end) }) = self.next_value(*cursor) else { return Ok(None) };
        let name = cursor.moved_to(equals).since(start);
        let mut after = cursor.moved_to(end);
        if name.is_empty() || !(after.eat(b"; export ") && after.eat(name) && after.eat(b";\n")) {
            return Ok(None);
        }
        let line = match ours(name) {
            Some(name) => Line::Set(name, value(cursor.moved_to(equals + 2), end - 1)?),
            None => Line::NotOurs,
        };
        *cursor = after;
        Ok(Some(line))
    }

    fn next_value(&mut self, cursor: Cursor) -> Option<Quoted> {
        if let Some(seen) = self.seen.as_ref().filter(|seen| seen.equals >= cursor.at()) {
            return Some(seen.clone());
        }
        let equals = cursor.at() + cursor.rest().iter().position(|b| *b == b'=')?;
        let mut after = cursor.moved_to(equals + 1);
        let quoted = after.eat(b"\"") && skip_quoted(&mut after);
        self.seen = Some(Quoted { equals, end: quoted.then(|| after.at()) });
        self.seen.clone()
    }
}

/// Steps over a value and its closing quote.
fn skip_quoted(cursor: &mut Cursor) -> bool {
    let mut escaped = false;
    for (i, b) in cursor.rest().iter().enumerate() {
        match b {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => {
                *cursor = cursor.moved_to(cursor.at() + i + 1);
                return true;
            }
            _ => {}
        }
    }
    false
}

fn value(mut cursor: Cursor, end: usize) -> Result<String, ParseError> {
    let mut bytes = Vec::with_capacity(end.saturating_sub(cursor.at()));
    while cursor.at() < end {
        bytes.push(cursor.byte()?);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn ours(name: &[u8]) -> Option<&'static str> {
    TMUX_VARIABLES.iter().copied().find(|ours| ours.as_bytes() == name)
}

/// What a session's environment says of each name, told apart from what only the global environment says. A name in
/// neither is left out.
pub(super) fn outcomes(session: &Variables, global: &Variables) -> BTreeMap<String, EnvValue> {
    let outcome = |name: &str| match (session.get(name), global.get(name)) {
        (Some(Some(value)), _) => Some(EnvValue::Value(value.clone())),
        (Some(None), _) => Some(EnvValue::Removed),
        (None, Some(Some(value))) => Some(EnvValue::GlobalOnly(value.clone())),
        (None, Some(None) | None) => None,
    };
    TMUX_VARIABLES.iter().filter_map(|name| Some(((*name).to_owned(), outcome(name)?))).collect()
}

#[cfg(test)]
#[path = "environment_tests.rs"]
mod tests;
