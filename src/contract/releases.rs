//! Releases of Houmao, and what changed in which of them: the one table of release differences.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A release of Houmao, ordered as releases are; release candidates count as the release they lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Release {
    /// First number.
    pub major: u16,
    /// Second number.
    pub minor: u16,
    /// Third number.
    pub patch: u16,
}

impl Release {
    /// The release with these three numbers.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Release { major, minor, patch }
    }

    /// Reads `X.Y.Z`, `X.Y`, and what Python packages append to it (`1.0.0rc1`, `0.7.0.post1`).
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.trim().trim_start_matches('v').splitn(3, '.').map(|part| {
            let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<u16>().ok()
        });
        let (major, minor) = (numbers.next()??, numbers.next()??);
        let patch = numbers.next().map_or(Some(0), |p| p)?;
        Some(Release { major, minor, patch })
    }

    /// Its command-line dialect (contract, "CLI spelling").
    pub fn dialect(self) -> Dialect {
        if self < Release::new(1, 0, 0) { Dialect::Flat } else { Dialect::Scoped }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// How gateway commands are spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// `agents gateway attach …` (before 1.0.0).
    Flat,
    /// `agents single … gateway attach`, `agents self gateway attach` (since 1.0.0).
    Scoped,
}
