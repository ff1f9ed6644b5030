//! Defects of Houmao's own releases that an operator can meet: the one table of them, as data.
//!
//! Each was recorded and mended upstream. A release is concerned from `since` on and before `fixed_in`. What happens is said by
//! the rule of each defect, `known-bug-…`.
use super::Release;

/// One defect of a range of releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownBug {
    /// Short name, by which facts say whether it touches a session.
    pub id: BugId,
    /// First release that has it; none: all since the first.
    pub since: Option<Release>,
    /// First release without it.
    pub fixed_in: Release,
}

/// The names of the known defects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BugId {
    /// A cleanup stops at a session root from which something is missing.
    CleanupPartialRoot,
    /// A stop of an agent whose session is gone ends with a Python traceback.
    StopTraceback,
    /// A proxy variable catches the requests to the gateway on loopback.
    ProxyCapture,
    /// A lease ends while the session lives.
    LeaseEnds,
    /// The mailbox has more accounts than SQLite attaches at once.
    MailboxAccounts,
    /// The notifier compacts the agent's context before each notification.
    CompactLoop,
    /// A cleanup follows symbolic links.
    CleanupFollowsLinks,
    /// Windows and panes that are counted from 1.
    BaseIndex,
    /// A session without window 0 can neither be stopped nor cleaned.
    DegradedStop,
}

const fn bug(id: BugId, fixed_in: (u16, u16, u16)) -> KnownBug {
    KnownBug { id, since: None, fixed_in: Release::new(fixed_in.0, fixed_in.1, fixed_in.2) }
}

/// How many databases SQLite attaches to one connection, unless it was built otherwise.
pub const ATTACHED_AT_ONCE: i64 = 10;

/// The defects, in the order of the releases that mended them (failures I13, I12, G6, F2, H19, H12, F16, E8, E3).
pub const KNOWN_BUGS: &[KnownBug] = &[
    bug(BugId::CleanupPartialRoot, (0, 4, 1)),
    bug(BugId::StopTraceback, (0, 5, 0)),
    bug(BugId::ProxyCapture, (0, 7, 0)),
    bug(BugId::LeaseEnds, (0, 7, 3)),
    bug(BugId::MailboxAccounts, (0, 7, 3)),
    KnownBug { since: Some(Release::new(0, 8, 0)), ..bug(BugId::CompactLoop, (0, 8, 2)) },
    bug(BugId::CleanupFollowsLinks, (0, 8, 3)),
    bug(BugId::BaseIndex, (0, 9, 0)),
    // Since 0.9.0 a stop ends such a session; what it then says of it was mended in 0.9.1.
    bug(BugId::DegradedStop, (0, 9, 0)),
];

impl BugId {
    /// The defect of this name.
    pub fn bug(self) -> Option<&'static KnownBug> {
        KNOWN_BUGS.iter().find(|bug| bug.id == self)
    }
}

impl KnownBug {
    /// Whether a release has it.
    pub fn concerns(&self, release: Release) -> bool {
        release < self.fixed_in && self.since.is_none_or(|since| release >= since)
    }
}
