//! Whether a session only shows the windows of a managed one.
use super::{Fact, Join, is_managed};
use crate::snapshot::TmuxSession;

impl Join<'_> {
    /// The managed session whose window 0 this one shows, while it publishes nothing itself; absent where there is none.
    pub(super) fn view_of(&self) -> Fact<String> {
        let source = "tmux: list-panes and the environments of the sessions that share window 0";
        let Some(session) = self.tmux else { return self.not_here(source) };
        let Some(surface) = zero(session) else { return Fact::absent(source) };
        if is_managed(session) {
            return Fact::absent(source);
        }
        let server = self.snapshot.server().map(|s| s.sessions.as_slice()).unwrap_or_default();
        let sharing = || server.iter().filter(|s| s.id != session.id && zero(s) == Some(surface));
        let gap = sharing().chain([session]).find_map(|s| s.env.ignorance());
        match (sharing().find(|s| is_managed(s)), gap) {
            (_, Some(why)) if session.env.ignorance().is_some() => Fact::unknown(why, source),
            (Some(owner), _) => Fact::known(owner.name.clone(), source),
            (None, Some(why)) => Fact::unknown(why, source),
            (None, None) => Fact::absent(source),
        }
    }
}

/// Id of window 0.
fn zero(session: &TmuxSession) -> Option<&str> {
    session.windows.iter().find(|w| w.index == 0).map(|w| w.id.as_str())
}
