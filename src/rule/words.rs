//! The small words of rules: scopes, operations, dialects, releases, and the mistakes that are found in files.
use schemars::JsonSchema;
use serde::Deserialize;
use std::fmt;

/// What a rule judges; the same words as the kinds of subjects.
pub use crate::finding::SubjectKind as ScopeKind;

/// `X.Y.Z` of a release of Houmao.
pub type Version = (u16, u16, u16);

/// An operation of Houmao that a command triggers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Gateway attach.
    Attach,
    /// Gateway attach with a background gateway.
    AttachBackground,
    /// Gateway detach.
    Detach,
    /// Gateway status, which is not read-only.
    Status,
    /// Relaunch of the agent.
    Relaunch,
    /// Stop of the agent.
    Stop,
    /// Prompt to the agent through its gateway.
    Prompt,
    /// Cleanup of sessions or registry records.
    Cleanup,
    /// No operation of Houmao: a tmux command, or the doctor.
    None,
}

/// As the scope is written in rules.
pub(super) fn scope_word(scope: ScopeKind) -> &'static str {
    match scope {
        ScopeKind::Host => "host",
        ScopeKind::Session => "session",
        ScopeKind::Window => "window",
        ScopeKind::Record => "record",
    }
}

/// How gateway commands are spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// Houmao 0.x.
    Flat,
    /// Houmao 1.0 and later.
    Scoped,
}

/// One mistake in one rule file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The file, as it was named to the loader.
    pub file: String,
    /// Line, counted from 1; none where the mistake is of the file as a whole.
    pub line: Option<usize>,
    /// Column, counted from 1.
    pub column: Option<usize>,
    /// What is wrong.
    pub what: String,
    /// How to mend it: the nearest legal name, or the legal names.
    pub help: Option<String>,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        write!(f, ": {}", self.what)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

/// The legal name that `wrong` was probably meant to be, if one is near enough.
pub(super) fn nearest<'a>(wrong: &str, legal: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let scored = legal.into_iter().map(|name| (strsim::normalized_damerau_levenshtein(wrong, name), name));
    let best =
        scored.filter(|(score, _)| *score >= 0.5).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)));
    best.map(|(_, name)| name)
}

/// "did you mean …?", or else the legal names.
pub(crate) fn suggest<'a>(wrong: &str, legal: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    if let Some(name) = nearest(wrong, legal.clone()) {
        return Some(format!("did you mean `{name}`?"));
    }
    let mut names: Vec<&str> = legal.into_iter().collect();
    names.sort_unstable();
    let more = names.len().saturating_sub(20);
    names.truncate(20);
    match (names.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(format!("there are: {}", names.join(", "))),
        (false, more) => Some(format!("there are: {} and {more} more", names.join(", "))),
    }
}

/// Reads `X.Y.Z`.
pub(super) fn version(text: &str) -> Option<Version> {
    let mut numbers = text.split('.').map(|n| n.parse::<u16>().ok());
    match (numbers.next(), numbers.next(), numbers.next(), numbers.next()) {
        (Some(Some(x)), Some(Some(y)), Some(Some(z)), None) => Some((x, y, z)),
        _ => None,
    }
}

/// Whether the text is lower-case words of letters and digits joined by single hyphens, starting with a letter.
pub(super) fn is_kebab(text: &str) -> bool {
    let word = |w: &str| !w.is_empty() && w.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.split('-').all(word)
}
