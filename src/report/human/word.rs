//! The verdict in one word.
use super::page::Tone;

/// The words a verdict can be, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::report) enum Word {
    Danger,
    Fail,
    /// Something else than what was replayed fails.
    Error,
    CannotTell,
    Warn,
    Info,
    Ok,
}

impl Word {
    /// As written.
    pub fn text(self) -> &'static str {
        match self {
            Word::Danger => "DANGER",
            Word::Fail => "FAIL",
            Word::Error => "ERROR",
            Word::CannotTell => "CANNOT TELL",
            Word::Warn => "WARN",
            Word::Info => "INFO",
            Word::Ok => "OK",
        }
    }

    pub(super) fn tone(self) -> Tone {
        match self {
            Word::Danger => Tone::Danger,
            Word::Fail | Word::Error => Tone::Bad,
            Word::CannotTell => Tone::Unsure,
            Word::Warn => Tone::Warn,
            Word::Info => Tone::Note,
            Word::Ok => Tone::Good,
        }
    }
}
