//! The four things an observation can be.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What came of looking. `absent` is knowledge; `unreadable` and `not_looked` are ignorance and never count as health.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Observed<T> {
    /// It is there.
    Present(T),
    /// It is certainly not there.
    Absent,
    /// It could not be read.
    Unreadable(Reason),
    /// It was not looked at; the text says why (`--offline`, no tmux, not needed).
    NotLooked(String),
}

/// Why something could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// What kind of obstacle.
    pub kind: ReasonKind,
    /// The obstacle in words, for people.
    pub detail: String,
}

/// What kind of obstacle kept something from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// The operating system refused.
    Permission,
    /// The path is a directory, so it is no file.
    Directory,
    /// The path is a FIFO, socket or device, which is never opened.
    Special,
    /// Larger than the limit for such a file.
    TooLarge,
    /// No answer within the limit.
    TimedOut,
    /// Any other error of the operating system or the peer.
    Failed,
}

impl<T> Observed<T> {
    /// The value, if it is present.
    pub fn present(&self) -> Option<&T> {
        match self {
            Observed::Present(v) => Some(v),
            _ => None,
        }
    }

    /// Whether it is certainly not there.
    pub fn is_absent(&self) -> bool {
        matches!(self, Observed::Absent)
    }

    /// Why nothing is known, if nothing is known.
    pub fn ignorance(&self) -> Option<String> {
        match self {
            Observed::Present(_) | Observed::Absent => None,
            Observed::Unreadable(reason) => Some(format!("unreadable: {}", reason.detail)),
            Observed::NotLooked(why) => Some(format!("not looked at: {why}")),
        }
    }

    /// The same observation of something derived from the value.
    pub fn map<U>(&self, f: impl FnOnce(&T) -> U) -> Observed<U> {
        match self {
            Observed::Present(v) => Observed::Present(f(v)),
            Observed::Absent => Observed::Absent,
            Observed::Unreadable(r) => Observed::Unreadable(r.clone()),
            Observed::NotLooked(w) => Observed::NotLooked(w.clone()),
        }
    }
}
