//! The scanner. Its order of tests, and the positions it names, are those of CPython's C accelerator.
use super::{DEPTH_MAX, Refused};
use crate::snapshot::ODD_NUMBER;
use serde_json::{Map, Number, Value, json};

/// Digits that `int()` converts at most, unless Python is told otherwise.
const DIGITS_MAX: usize = 4300;

/// `json.loads(text)`.
pub(super) fn document(text: &str) -> Result<Value, Refused> {
    let scan = Scan { chars: text.chars().collect() };
    if scan.at(0) == Some('\u{feff}') {
        return Err(scan.error("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0));
    }
    let start = scan.skip_blanks(0);
    let (value, end) = scan.value(start, 0)?;
    let end = scan.skip_blanks(end);
    if end != scan.chars.len() {
        return Err(scan.error("Extra data", end));
    }
    Ok(value)
}

/// The document as code points, since Python counts those.
struct Scan {
    chars: Vec<char>,
}

type Found<T> = Result<(T, usize), Refused>;

impl Scan {
    fn at(&self, i: usize) -> Option<char> {
        self.chars.get(i).copied()
    }

    fn digit_at(&self, i: usize) -> bool {
        self.at(i).is_some_and(|c| c.is_ascii_digit())
    }

    fn word_at(&self, i: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(n, c)| self.at(i + n) == Some(c))
    }

    fn skip_blanks(&self, mut i: usize) -> usize {
        while matches!(self.at(i), Some(' ' | '\t' | '\n' | '\r')) {
            i += 1;
        }
        i
    }

    fn skip_digits(&self, mut i: usize) -> usize {
        while self.digit_at(i) {
            i += 1;
        }
        i
    }

    /// Python's text: message, line and column from 1, position from 0.
    fn error(&self, what: &str, at: usize) -> Refused {
        let before = &self.chars[..at.min(self.chars.len())];
        let line = before.iter().filter(|c| **c == '\n').count() + 1;
        let column = match before.iter().rposition(|c| *c == '\n') {
            Some(newline) => at - newline,
            None => at + 1,
        };
        Refused::NotJson(format!("{what}: line {line} column {column} (char {at})"))
    }

    fn value(&self, i: usize, depth: usize) -> Found<Value> {
        match self.at(i) {
            Some('"') => self.string(i + 1).map(|(s, end)| (Value::String(s), end)),
            Some('{') if depth < DEPTH_MAX => self.object(i + 1, depth + 1),
            Some('[') if depth < DEPTH_MAX => self.array(i + 1, depth + 1),
            Some('{' | '[') => Err(Refused::TooDeep),
            Some('n') if self.word_at(i, "null") => Ok((Value::Null, i + 4)),
            Some('t') if self.word_at(i, "true") => Ok((Value::Bool(true), i + 4)),
            Some('f') if self.word_at(i, "false") => Ok((Value::Bool(false), i + 5)),
            Some('N') if self.word_at(i, "NaN") => Ok((odd("NaN"), i + 3)),
            Some('I') if self.word_at(i, "Infinity") => Ok((odd("Infinity"), i + 8)),
            Some('-') if self.word_at(i, "-Infinity") => Ok((odd("-Infinity"), i + 9)),
            _ => self.number(i),
        }
    }

    fn object(&self, i: usize, depth: usize) -> Found<Value> {
        let mut map = Map::new();
        let mut i = self.skip_blanks(i);
        if self.at(i) == Some('}') {
            return Ok((Value::Object(map), i + 1));
        }
        loop {
            if self.at(i) != Some('"') {
                return Err(self.error("Expecting property name enclosed in double quotes", i));
            }
            let (key, end) = self.string(i + 1)?;
            i = self.skip_blanks(end);
            if self.at(i) != Some(':') {
                return Err(self.error("Expecting ':' delimiter", i));
            }
            let (value, end) = self.value(self.skip_blanks(i + 1), depth)?;
            // A repeated key keeps its first place and takes the last value, as in a Python dict.
            map.insert(key, value);
            i = self.skip_blanks(end);
            match self.at(i) {
                Some('}') => return Ok((Value::Object(map), i + 1)),
                Some(',') => i = self.skip_blanks(i + 1),
                _ => return Err(self.error("Expecting ',' delimiter", i)),
            }
        }
    }

    fn array(&self, i: usize, depth: usize) -> Found<Value> {
        let mut items = Vec::new();
        let mut i = self.skip_blanks(i);
        if self.at(i) == Some(']') {
            return Ok((Value::Array(items), i + 1));
        }
        loop {
            let (value, end) = self.value(i, depth)?;
            items.push(value);
            i = self.skip_blanks(end);
            match self.at(i) {
                Some(']') => return Ok((Value::Array(items), i + 1)),
                Some(',') => i = self.skip_blanks(i + 1),
                _ => return Err(self.error("Expecting ',' delimiter", i)),
            }
        }
    }

    fn number(&self, start: usize) -> Found<Value> {
        let mut i = if self.at(start) == Some('-') { start + 1 } else { start };
        i = match self.at(i) {
            Some('0') => i + 1,
            Some('1'..='9') => self.skip_digits(i),
            _ => return Err(self.error("Expecting value", start)),
        };
        let whole = i;
        if self.at(i) == Some('.') && self.digit_at(i + 1) {
            i = self.skip_digits(i + 1);
        }
        if matches!(self.at(i), Some('e' | 'E')) {
            let digits = if matches!(self.at(i + 1), Some('+' | '-')) { i + 2 } else { i + 1 };
            if self.digit_at(digits) {
                i = self.skip_digits(digits);
            }
        }
        let text: String = self.chars[start..i].iter().collect();
        let value = if i == whole { integer(&text)? } else { float(&text) };
        Ok((value, i))
    }

    /// A string whose opening quote stands just before `start`.
    fn string(&self, start: usize) -> Found<String> {
        let mut text = String::new();
        let mut i = start;
        loop {
            match self.at(i) {
                None => return Err(self.error("Unterminated string starting at", start - 1)),
                Some('"') => return Ok((text, i + 1)),
                Some('\\') => {
                    let (c, end) = self.escape(i, start)?;
                    text.push(c);
                    i = end;
                }
                Some(c) if c <= '\u{1f}' => return Err(self.error("Invalid control character at", i)),
                Some(c) => {
                    text.push(c);
                    i += 1;
                }
            }
        }
    }

    /// The escape whose backslash stands at `i`.
    fn escape(&self, i: usize, start: usize) -> Found<char> {
        let c = match self.at(i + 1) {
            None => return Err(self.error("Unterminated string starting at", start - 1)),
            Some('u') => return self.unicode_escape(i),
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some(_) => return Err(self.error("Invalid \\escape", i)),
        };
        Ok((c, i + 2))
    }

    fn unicode_escape(&self, i: usize) -> Found<char> {
        let end = i + 6;
        // The four digits may not be the last of the document: a closing quote must follow.
        if end >= self.chars.len() {
            return Err(self.error("Invalid \\uXXXX escape", i + 1));
        }
        let high = self.hex4(i + 2).ok_or_else(|| self.error("Invalid \\uXXXX escape", i + 1))?;
        let pair = (0xd800..0xdc00).contains(&high) && end + 6 < self.chars.len() && self.word_at(end, "\\u");
        if pair {
            let low = self.hex4(end + 2).ok_or_else(|| self.error("Invalid \\uXXXX escape", end + 1))?;
            if (0xdc00..0xe000).contains(&low) {
                let joined = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return Ok((char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER), end + 6));
            }
        }
        Ok((char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER), end))
    }

    fn hex4(&self, i: usize) -> Option<u32> {
        (i..i + 4).try_fold(0, |sum, n| Some(sum * 16 + self.at(n)?.to_digit(16)?))
    }
}

fn odd(text: &str) -> Value {
    json!({ ODD_NUMBER: text })
}

fn integer(text: &str) -> Result<Value, Refused> {
    let digits = text.trim_start_matches('-').len();
    if digits > DIGITS_MAX {
        return Err(Refused::TooManyDigits(format!(
            "Exceeds the limit ({DIGITS_MAX} digits) for integer string conversion: value has {digits} digits; use \
             sys.set_int_max_str_digits() to increase the limit"
        )));
    }
    if let Ok(n) = text.parse::<i64>() {
        return Ok(n.into());
    }
    Ok(text.parse::<u64>().map_or_else(|_| odd(text), Value::from))
}

fn float(text: &str) -> Value {
    match text.parse::<f64>() {
        Ok(x) if x.is_finite() => Number::from_f64(x).map_or_else(|| odd("NaN"), Value::Number),
        _ if text.starts_with('-') => odd("-Infinity"),
        _ => odd("Infinity"),
    }
}
