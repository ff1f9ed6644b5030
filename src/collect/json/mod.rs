//! JSON as CPython's `json` module reads it, with its error texts, since Houmao reads its files so.
//!
//! Differs from JSON proper in what Python lets pass (`NaN`, `Infinity`, integers of any size, repeated keys) and in
//! what a text file goes through first (`Path.read_text`: UTF-8, then `\r\n` and `\r` become `\n`). A lone surrogate
//! (`"\ud800"`), which no Rust string can hold, becomes U+FFFD.
mod scan;
mod text;

use crate::snapshot::{Content, Reason, ReasonKind};
use serde_json::Value;

pub use text::utf8;

/// How deep arrays and objects may be nested. Python's own limit is higher and depends on its stack; a reader of
/// snapshots must be able to read back what was kept.
pub const DEPTH_MAX: usize = 100;

/// Why a document was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Python's `json.JSONDecodeError`, with its text.
    #[error("{0}")]
    NotJson(String),
    /// Nested deeper than [`DEPTH_MAX`].
    #[error("nested deeper than {DEPTH_MAX}")]
    TooDeep,
    /// An integer with more digits than Python converts; the text is that of its `ValueError`.
    #[error("{0}")]
    TooManyDigits(String),
}

/// `json.loads(text)`.
pub fn loads(text: &str) -> Result<Value, Refused> {
    scan::document(text)
}

/// What `json.loads(path.read_text(encoding="utf-8"))` makes of a file's bytes. Nothing is redacted.
///
/// # Errors
/// A reason when Python would fail in a way that is no statement about JSON (depth, digits).
pub fn file_content(bytes: &[u8]) -> Result<Content, Reason> {
    let text = match utf8(bytes) {
        Ok(text) => text::universal_newlines(text),
        Err(says) => return Ok(Content::NotUtf8(says)),
    };
    match loads(&text) {
        Ok(value) => Ok(Content::Json(value)),
        Err(Refused::NotJson(says)) => Ok(Content::NotJson(says)),
        Err(other) => Err(Reason { kind: ReasonKind::TooLarge, detail: other.to_string() }),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
