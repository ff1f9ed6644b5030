//! Facts of the judged release's own defects, as far as they touch a session.
use super::{Fact, MailboxFacts, NotifierFacts, RootFacts, SessionFacts, ShellFacts, StandInFacts};
use crate::contract::{ATTACHED_AT_ONCE, BugId, KNOWN_BUGS, Release};
use schemars::JsonSchema;
use serde::Serialize;

/// The defects of the judged release.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BugFacts {
    /// Those that touch this session as it is now, each with the release that mended it; absent when none does.
    pub here: Fact<Vec<String>>,
}

/// What decides whether a defect touches a session.
pub(super) struct Touched<'a> {
    pub shell: &'a ShellFacts,
    pub session: &'a SessionFacts,
    pub root: &'a RootFacts,
    pub stand_in: &'a StandInFacts,
    pub mailbox: &'a MailboxFacts,
    pub notifier: &'a NotifierFacts,
}

impl BugFacts {
    /// Derives them.
    pub(super) fn of(release: Option<Release>, touched: &Touched<'_>) -> Self {
        let source = "the known defects of the judged release";
        let Some(release) = release else {
            return BugFacts { here: Fact::unknown("which release is installed is not known", source) };
        };
        let (mut here, mut unseen) = (Vec::new(), None);
        for bug in KNOWN_BUGS.iter().filter(|b| b.concerns(release)) {
            let touches = touched.by(bug.id);
            if touches.value() == Some(&true) {
                here.push(format!("{} (mended in {})", bug.says, bug.fixed_in));
            }
            unseen = unseen.or_else(|| touches.ignorance().map(str::to_owned));
        }
        BugFacts {
            here: match (here.is_empty(), unseen) {
                (false, _) => Fact::known(here, source),
                (true, Some(why)) => Fact::unknown(why, source),
                (true, None) => Fact::absent(source),
            },
        }
    }
}

impl Touched<'_> {
    fn by(&self, bug: BugId) -> Fact<bool> {
        let record = &self.stand_in.record;
        match bug {
            BugId::CleanupPartialRoot => {
                let gone = self.root.gateway_exists.then(|there| !there);
                let partial = self.root.gateway_missing.then(|_| true);
                if gone.value() == Some(&true) || partial.is_absent() { gone } else { partial }
            }
            BugId::StopTraceback => every([&record.accepted, &self.session.live.then(|live| !live)]),
            BugId::ProxyCapture => self.shell.proxy_catches_loopback.clone(),
            BugId::LeaseEnds => {
                every([&self.session.live, &record.accepted, &record.fresh.then(|fresh| !fresh)])
            }
            BugId::MailboxAttach => match self.mailbox.bound.value() {
                Some(false) => Fact::absent(self.mailbox.bound.source.clone()),
                _ => self.mailbox.accounts.then(|accounts| *accounts > ATTACHED_AT_ONCE),
            },
            BugId::CompactLoop => match self.notifier.enabled.value() {
                Some(true) => self.notifier.context_action.then(|action| action == "compact"),
                _ => self.notifier.enabled.clone(),
            },
            BugId::CleanupFollowsLinks => record.is_symlink.clone(),
            BugId::BaseIndex => self.session.base_index.then(|index| *index != 0),
            BugId::DegradedStop => self.session.has_window_zero.then(|there| !there),
        }
    }
}

/// Whether all of these hold: one that does not decides, whatever is unknown besides.
fn every<const N: usize>(parts: [&Fact<bool>; N]) -> Fact<bool> {
    let no = |part: &&&Fact<bool>| part.is_absent() || part.value() == Some(&false);
    let unknown = |part: &&&Fact<bool>| part.ignorance().is_some();
    let decides = parts.iter().find(no).or_else(|| parts.iter().find(unknown));
    decides.map_or_else(|| Fact::known(true, parts[0].source.clone()), |part| (*part).clone())
}
