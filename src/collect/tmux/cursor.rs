//! A cursor over what tmux printed: words, length-prefixed text, and the escapes that some releases add.
/// Where and how an answer of tmux could not be read. It never quotes the answer, which holds other people's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} at byte {at}")]
pub struct ParseError {
    /// Offset into the answer (after the dollars of 3.4 were undone).
    pub at: usize,
    /// What should have been there.
    pub expected: &'static str,
}

/// Undoes what tmux 3.4 alone does to all that it prints: a backslash before each `$` that a letter, `_` or `{` follows.
pub(super) fn undollar(bytes: &[u8]) -> Vec<u8> {
    let inserted = |rest: &[u8]| match rest {
        [b'\\', b'$', c, ..] => c.is_ascii_alphabetic() || *c == b'_' || *c == b'{',
        _ => false,
    };
    (0..bytes.len()).filter(|&at| !inserted(&bytes[at..])).map(|at| bytes[at]).collect()
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    pub(super) fn at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// The same answer, looked at from another place.
    pub(super) fn moved_to(self, at: usize) -> Self {
        Self { bytes: self.bytes, at: at.min(self.bytes.len()) }
    }

    /// What lies between an earlier place and this one.
    pub(super) fn since(&self, start: usize) -> &'a [u8] {
        &self.bytes[start.min(self.at)..self.at]
    }

    pub(super) fn missing(&self, expected: &'static str) -> ParseError {
        ParseError { at: self.at, expected }
    }

    /// Steps over `token`, if it is here.
    pub(super) fn eat(&mut self, token: &[u8]) -> bool {
        let here = self.rest().starts_with(token);
        if here {
            self.at += token.len();
        }
        here
    }

    pub(super) fn need(&mut self, token: &[u8], expected: &'static str) -> Result<(), ParseError> {
        if self.eat(token) { Ok(()) } else { Err(self.missing(expected)) }
    }

    /// What comes before the next `token`, which is stepped over.
    pub(super) fn until(&mut self, token: &[u8], expected: &'static str) -> Result<&'a [u8], ParseError> {
        let found = self.rest().windows(token.len()).position(|w| w == token);
        let length = found.ok_or_else(|| self.missing(expected))?;
        let before = &self.rest()[..length];
        self.at += length + token.len();
        Ok(before)
    }

    /// A word, which may be empty, up to a space or the end of the line, which stays.
    pub(super) fn word(&mut self) -> &'a [u8] {
        let length = self.rest().iter().position(|b| matches!(b, b' ' | b'\n')).unwrap_or(self.rest().len());
        let word = &self.rest()[..length];
        self.at += length;
        word
    }

    /// A text that was asked for as `#{n:x}:#{s|\\|\\\\|:x}`: its length in bytes, a colon, and the text with its
    /// backslashes doubled.
    pub(super) fn text(&mut self) -> Result<Vec<u8>, ParseError> {
        const LENGTH: &str = "the length of a text";
        let at = *self;
        let digits = self.until(b":", LENGTH)?;
        let length = std::str::from_utf8(digits).ok().filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
        let length: usize = length.and_then(|d| d.parse().ok()).ok_or_else(|| at.missing(LENGTH))?;
        let mut text = Vec::with_capacity(length.min(self.rest().len()));
        while text.len() < length {
            text.push(self.byte()?);
        }
        Ok(text)
    }

    /// One byte of a text or of a quoted value, its escape undone: `\\` by us or by `show-environment -s`, `\"`, `\$`
    /// and `` \` `` by `show-environment -s`, `\033` and `\a` by the vis(3) of tmux 3.4 and 3.5. One decoder serves
    /// all, because real backslashes are doubled in everything that is read.
    pub(super) fn byte(&mut self) -> Result<u8, ParseError> {
        let (value, length) = match *self.rest() {
            [b'\\', a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..] => {
                ((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'), 4)
            }
            [b'\\', c, ..] => (named_escape(c).ok_or_else(|| self.missing("an escape that tmux writes"))?, 2),
            [b'\\'] | [] => return Err(self.missing("more text")),
            [plain, ..] => (plain, 1),
        };
        self.at += length;
        Ok(value)
    }
}

fn named_escape(c: u8) -> Option<u8> {
    Some(match c {
        b'\\' | b'"' | b'$' | b'`' => c,
        b'a' => 0x07,
        b'b' => 0x08,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 0x0b,
        b'f' => 0x0c,
        b'r' => b'\r',
        b's' => b' ',
        _ => return None,
    })
}
