//! What comes of loading a file.
use super::check::{Findings, Objection, Verdict};
use crate::snapshot::{Content, FileView, Observed, ReasonKind};
use serde_json::Value;

/// What a release of Houmao makes of one file.
#[derive(Debug, Clone, PartialEq)]
pub enum Loaded<T> {
    /// It loads.
    Ok(T),
    /// The release refuses it, in these words.
    Refused(Refusal),
    /// It cannot be told; the text says why (unreadable, not looked at, or a redacted value would decide).
    Unknown(String),
}

impl<T> Loaded<T> {
    /// The value, if the file loads.
    pub fn ok(&self) -> Option<&T> {
        match self {
            Loaded::Ok(value) => Some(value),
            _ => None,
        }
    }

    /// The refusal, if it is refused.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Loaded::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The same outcome of something derived from the value.
    pub fn and_then<U>(self, f: impl FnOnce(T) -> Loaded<U>) -> Loaded<U> {
        match self {
            Loaded::Ok(value) => f(value),
            Loaded::Refused(refusal) => Loaded::Refused(refusal),
            Loaded::Unknown(why) => Loaded::Unknown(why),
        }
    }
}

/// Why a release refuses a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Houmao's whole error text, word for word, without `Error: `. Of an uncaught exception: the last line of the
    /// traceback (`TypeError: …`).
    pub said: String,
    /// The file, as Houmao prints it.
    pub file: String,
    /// Every rule of the model that the document breaks, in the order in which the release finds them; `said` shows the
    /// first three. Empty when the file never got as far as the model.
    pub violations: Vec<Violation>,
    /// Whether the exception is one that the loader's callers do not catch (`UnicodeDecodeError`, `TypeError`), so that
    /// the command ends with an internal error, whatever its error handling.
    pub uncaught: bool,
}

impl Refusal {
    pub(super) fn new(file: &str, said: impl Into<String>) -> Self {
        Refusal { said: said.into(), file: file.to_owned(), violations: Vec::new(), uncaught: false }
    }

    pub(super) fn uncaught(file: &str, said: impl Into<String>) -> Self {
        Refusal { uncaught: true, ..Refusal::new(file, said) }
    }
}

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The file, as Houmao prints it.
    pub file: String,
    /// Where in the document (RFC 6901); of a missing key, where it would be.
    pub pointer: String,
    /// What was found there; never the content of a redacted value.
    pub found: String,
    /// What Houmao says of it: `$.runtime.job_dir: Extra inputs are not permitted`.
    pub said: String,
}

/// How one loader speaks before any rule of the model is asked.
pub(super) struct Opening {
    /// Said when there is no such file.
    pub missing: String,
    /// Whether that is an exception which nobody catches.
    pub missing_uncaught: bool,
    /// Said of a text that is no JSON; gets Python's own words for it.
    pub not_json: fn(&str, &str) -> String,
}

impl Opening {
    fn missing(&self, named: &str) -> Refusal {
        Refusal { uncaught: self.missing_uncaught, ..Refusal::new(named, &self.missing) }
    }
}

/// What comes of a document that was examined: `read` takes out what others need. `prefix` opens the refusal.
pub(super) fn settle<T>(
    findings: Findings,
    named: &str,
    prefix: &str,
    read: impl FnOnce() -> Verdict<T>,
) -> Loaded<T> {
    if !findings.violations.is_empty() {
        return Loaded::Refused(findings.refusal(named, prefix));
    }
    match findings.hidden.into_iter().next().map_or_else(read, |pointer| Err(Objection::Hidden(pointer))) {
        Ok(value) => Loaded::Ok(value),
        Err(Objection::Hidden(pointer)) => {
            Loaded::Unknown(format!("{named}: the value at {pointer} was not kept"))
        }
        Err(Objection::Broken(said)) => Loaded::Refused(Refusal::new(named, said)),
    }
}

/// The JSON document of a file, or how the loader ends before it has one.
pub(super) fn document<'a, T>(
    file: &'a Observed<FileView>,
    named: &str,
    opening: &Opening,
) -> Result<&'a Value, Loaded<T>> {
    let view = match file {
        Observed::Present(view) => view,
        Observed::Absent => return Err(Loaded::Refused(opening.missing(named))),
        // Each loader asks `is_file()` first, which is no for these.
        Observed::Unreadable(why) if matches!(why.kind, ReasonKind::Directory | ReasonKind::Special) => {
            return Err(Loaded::Refused(opening.missing(named)));
        }
        Observed::Unreadable(_) | Observed::NotLooked(_) => {
            return Err(Loaded::Unknown(format!("{named} is {}", file.ignorance().unwrap_or_default())));
        }
    };
    match &view.content {
        Content::Json(value) => Ok(value),
        Content::NotJson(why) => Err(Loaded::Refused(Refusal::new(named, (opening.not_json)(named, why)))),
        Content::NotUtf8(why) => {
            Err(Loaded::Refused(Refusal::uncaught(named, format!("UnicodeDecodeError: {why}"))))
        }
        Content::Text(_) => Err(Loaded::Unknown(format!("{named} was not kept as a JSON document"))),
    }
}
