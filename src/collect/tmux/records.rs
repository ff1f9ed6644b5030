//! Splits an answer of tmux into records and environments, by a description of the records.
//!
//! ```text
//! @<kind> word word … length:text length:text …      one record; ids and numbers first, hostile texts last
//! @G                                                  then the global environment
//! @E $3                                               then the environment of session $3 (without an id: it is gone)
//! @END …                                              the answer is complete
//! ```
use super::cursor::{Cursor, ParseError};
use super::environment::{Line, Reader, Variables};
use std::collections::BTreeMap;

/// What the records of one kind look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// The letter after `@`.
    pub kind: u8,
    /// How many words.
    pub words: usize,
    /// How many length-prefixed texts after them; at least one.
    pub texts: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub kind: u8,
    /// Where it starts, for messages.
    pub at: usize,
    pub words: Vec<String>,
    pub texts: Vec<String>,
}

/// An answer, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Answer {
    pub records: Vec<Record>,
    /// The global environment, if it was printed.
    pub global: Option<Variables>,
    /// The environments by session id.
    pub environments: BTreeMap<String, Variables>,
    /// Whether the end mark was printed.
    pub ended: bool,
}

/// Reads an answer whose records have these shapes. An answer that stops between two records is no error; it is not
/// `ended`.
pub(super) fn read(bytes: &[u8], shapes: &[Shape]) -> Result<Answer, ParseError> {
    let mut cursor = Cursor::new(bytes);
    let mut answer = Answer::default();
    let mut lines = Reader::default();
    while !cursor.at_end() {
        if answer.ended {
            return Err(cursor.missing("nothing after the end mark"));
        }
        if cursor.eat(b"@G\n") {
            let variables = environment(&mut cursor, &mut lines)?;
            answer.global = Some(variables);
        } else if cursor.eat(b"@END") {
            cursor.until(b"\n", "the end of the end mark")?;
            answer.ended = true;
        } else if cursor.eat(b"@E ") {
            owned_environment(&mut cursor, &mut lines, &mut answer)?;
        } else {
            answer.records.push(record(&mut cursor, shapes)?);
        }
    }
    Ok(answer)
}

fn owned_environment(cursor: &mut Cursor, lines: &mut Reader, answer: &mut Answer) -> Result<(), ParseError> {
    let start = *cursor;
    let id = lossy(cursor.until(b"\n", "the id of a session")?);
    let variables = environment(cursor, lines)?;
    if id.is_empty() {
        return Ok(());
    }
    match answer.environments.insert(id, variables) {
        None => Ok(()),
        Some(_) => Err(start.missing("each session's environment once")),
    }
}

fn environment(cursor: &mut Cursor, lines: &mut Reader) -> Result<Variables, ParseError> {
    let mut variables = Variables::new();
    while let Some(line) = lines.line(cursor)? {
        match line {
            Line::Set(name, value) => drop(variables.insert(name, Some(value))),
            Line::Removed(name) => drop(variables.insert(name, None)),
            Line::NotOurs => {}
        }
    }
    Ok(variables)
}

fn record(cursor: &mut Cursor, shapes: &[Shape]) -> Result<Record, ParseError> {
    let start = *cursor;
    let shape = match *cursor.rest() {
        [b'@', kind, b' ', ..] => shapes.iter().find(|s| s.kind == kind),
        _ => None,
    };
    let shape = shape.ok_or_else(|| start.missing("a record, a variable or the end mark"))?;
    *cursor = cursor.moved_to(cursor.at() + 3);
    let mut words = Vec::with_capacity(shape.words);
    for _ in 0..shape.words {
        words.push(lossy(cursor.word()));
        cursor.need(b" ", "a space after a word")?;
    }
    let mut texts = Vec::with_capacity(shape.texts);
    for i in 0..shape.texts {
        if i > 0 {
            cursor.need(b" ", "a space after a text")?;
        }
        texts.push(lossy(&cursor.text()?));
    }
    cursor.need(b"\n", "the end of a record")?;
    Ok(Record { kind: shape.kind, at: start.at(), words, texts })
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
#[path = "records_tests.rs"]
mod tests;
