//! Defects of Houmao's own releases that an operator can meet: the one table of them, as data.
//!
//! Each was recorded and mended upstream. A release is concerned from `since` on and before `fixed_in`.
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
    /// What happens, as a clause.
    pub says: &'static str,
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
    MailboxAttach,
    /// The notifier compacts the agent's context before each notification.
    CompactLoop,
    /// A cleanup follows symbolic links.
    CleanupFollowsLinks,
    /// Windows and panes that are counted from 1.
    BaseIndex,
    /// A session without window 0 can neither be stopped nor cleaned.
    DegradedStop,
}

const fn bug(id: BugId, fixed_in: (u16, u16, u16), says: &'static str) -> KnownBug {
    KnownBug { id, since: None, fixed_in: Release::new(fixed_in.0, fixed_in.1, fixed_in.2), says }
}

/// How many databases SQLite attaches to one connection, unless it was built otherwise.
pub const ATTACHED_AT_ONCE: i64 = 10;

/// The defects, in the order of the releases that mended them (failures I13, I12, G6, F2, H19, H12, F16, E8, E3).
pub const KNOWN_BUGS: &[KnownBug] = &[
    bug(BugId::CleanupPartialRoot, (0, 4, 1), "a session cleanup stops at the first file that is missing"),
    bug(
        BugId::StopTraceback,
        (0, 5, 0),
        "stop of an agent whose session is gone ends with a Python traceback",
    ),
    bug(
        BugId::ProxyCapture,
        (0, 7, 0),
        "a proxy variable of the shell catches the health requests to the gateway",
    ),
    bug(
        BugId::LeaseEnds,
        (0, 7, 3),
        "a registry lease ends after 24 hours (30 days if joined) while the session lives",
    ),
    bug(
        BugId::MailboxAttach,
        (0, 7, 3),
        "whatever opens all accounts of the mailbox at once fails, since SQLite attaches no more than ten",
    ),
    KnownBug {
        since: Some(Release::new(0, 8, 0)),
        ..bug(
            BugId::CompactLoop,
            (0, 8, 2),
            "the notifier sends `/compact` before each notification, also where it has just done so for the same mail",
        )
    },
    bug(
        BugId::CleanupFollowsLinks,
        (0, 8, 3),
        "a cleanup follows symbolic links and removes what they lead to",
    ),
    bug(BugId::BaseIndex, (0, 9, 0), "windows counted from 1 are not understood: window 0 is expected"),
    bug(
        BugId::DegradedStop,
        (0, 9, 1),
        "a session without its window 0 can neither be stopped nor cleaned up",
    ),
];

impl KnownBug {
    /// Whether a release has it.
    pub fn concerns(&self, release: Release) -> bool {
        release < self.fixed_in && self.since.is_none_or(|since| release >= since)
    }
}
