//! Facts of the judged release's own defects, as far as they touch a session.
use super::{
    AgentFacts, Fact, MailboxFacts, NotifierFacts, RootFacts, SessionFacts, ShellFacts, StandInFacts,
};
use crate::contract::{ATTACHED_AT_ONCE, BugId, Release};
use schemars::JsonSchema;
use serde::Serialize;

/// The known defects of Houmao's releases, each as the release that mended it where the judged release has the defect and it
/// touches this session as it is now; else absent.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BugFacts {
    /// A session cleanup stops at the first file that is missing, and some are: the release that mended it.
    pub cleanup_partial_root: Fact<String>,
    /// A stop ends with a Python traceback where the session is gone, which it is: the release that mended it.
    pub stop_traceback: Fact<String>,
    /// A proxy variable of the shell catches the health requests to the gateway, and one is set: the release that mended it.
    pub proxy_capture: Fact<String>,
    /// A lease of the registry ends while the session lives, and it has: the release that mended it.
    pub lease_ends: Fact<String>,
    /// All accounts of the mailbox are opened at once, and it has more than SQLite can: the release that mended it.
    pub mailbox_accounts: Fact<String>,
    /// The notifier compacts the context before each notification, and is set to compact: the release that mended it.
    pub compact_loop: Fact<String>,
    /// A cleanup of the registry follows symbolic links, and the record is one: the release that mended it.
    pub cleanup_follows_links: Fact<String>,
    /// Window 0 is expected where windows are counted from 1, and they are: the release that mended it.
    pub base_index: Fact<String>,
    /// A session that was launched can neither be stopped nor cleaned up without window 0, and it has none: the release
    /// that mended it. A joined one is resumed without a look at window 0, so that a stop ends it; one of a pair server is
    /// stopped by that.
    pub degraded_stop: Fact<String>,
}

/// What decides whether a defect touches a session.
pub(super) struct Touched<'a> {
    pub shell: &'a ShellFacts,
    pub session: &'a SessionFacts,
    pub agent: &'a AgentFacts,
    pub root: &'a RootFacts,
    pub stand_in: &'a StandInFacts,
    pub mailbox: &'a MailboxFacts,
    pub notifier: &'a NotifierFacts,
}

impl BugFacts {
    /// Derives them.
    pub(super) fn of(release: Option<Release>, touched: &Touched<'_>) -> Self {
        let mended_in = |id: BugId| mended_in(release, id, || touched.by(id));
        BugFacts {
            cleanup_partial_root: mended_in(BugId::CleanupPartialRoot),
            stop_traceback: mended_in(BugId::StopTraceback),
            proxy_capture: mended_in(BugId::ProxyCapture),
            lease_ends: mended_in(BugId::LeaseEnds),
            mailbox_accounts: mended_in(BugId::MailboxAccounts),
            compact_loop: mended_in(BugId::CompactLoop),
            cleanup_follows_links: mended_in(BugId::CleanupFollowsLinks),
            base_index: mended_in(BugId::BaseIndex),
            degraded_stop: mended_in(BugId::DegradedStop),
        }
    }
}

fn mended_in(release: Option<Release>, id: BugId, touches: impl FnOnce() -> Fact<bool>) -> Fact<String> {
    let source = "the known defects of the judged release";
    let Some(release) = release else {
        return Fact::unknown("which release is installed is not known", source);
    };
    let Some(bug) = id.bug().filter(|bug| bug.concerns(release)) else { return Fact::absent(source) };
    touches().and_then(|touches| match touches {
        true => Fact::known(bug.fixed_in.to_string(), source),
        false => Fact::absent(source),
    })
}

impl Touched<'_> {
    fn by(&self, bug: BugId) -> Fact<bool> {
        let record = &self.stand_in.record;
        let accepted = |then: &Fact<bool>| {
            record.accepted.and_then(|accepted| match accepted {
                true => then.clone(),
                false => Fact::absent(record.accepted.source.clone()),
            })
        };
        match bug {
            BugId::CleanupPartialRoot => {
                let gone = self.root.gateway_exists.then(|there| !there);
                let partial = self.root.gateway_missing.then(|_| true);
                if gone.value() == Some(&true) || partial.is_absent() { gone } else { partial }
            }
            BugId::StopTraceback => accepted(&self.session.live.then(|live| !live)),
            BugId::ProxyCapture => self.shell.proxy_catches_loopback.clone(),
            BugId::LeaseEnds => self.session.live.and_then(|live| match live {
                true => accepted(&record.fresh.then(|fresh| !fresh)),
                false => Fact::absent(self.session.live.source.clone()),
            }),
            BugId::MailboxAccounts => match self.mailbox.bound.value() {
                Some(false) => Fact::absent(self.mailbox.bound.source.clone()),
                _ => self.mailbox.accounts.then(|accounts| *accounts > ATTACHED_AT_ONCE),
            },
            BugId::CompactLoop => match self.notifier.enabled.value() {
                Some(true) => self.notifier.context_action.then(|action| action == "compact"),
                _ => self.notifier.enabled.clone(),
            },
            BugId::CleanupFollowsLinks => record.is_symlink.clone(),
            BugId::BaseIndex => self.session.base_index.then(|index| *index != 0),
            BugId::DegradedStop => self.agent.is_joined.and_then(|joined| match joined {
                false if self.agent.is_pair.value() == Some(&false) => {
                    self.session.has_window_zero.then(|there| !there)
                }
                _ => Fact::absent(self.agent.is_joined.source.clone()),
            }),
        }
    }
}
