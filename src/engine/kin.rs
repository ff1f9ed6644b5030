//! Which subject is a part of which.
use super::Examined;
use super::reading::Env;
use crate::rule::ScopeKind;
use std::collections::BTreeMap;

/// More levels than host, session, window would be a circle.
const MAX_LEVELS: usize = 8;

/// The subjects above each subject.
pub(super) struct Kin<'a> {
    examined: &'a [Examined],
    /// By number of the subject: numbers of those that it is a part of, nearest first.
    above: Vec<Vec<usize>>,
}

impl<'a> Kin<'a> {
    pub fn of(examined: &'a [Examined]) -> Self {
        let by_id: BTreeMap<&str, usize> =
            examined.iter().enumerate().map(|(i, e)| (e.subject.id.as_str(), i)).collect();
        let parent = |e: &Examined| e.parent.as_deref().and_then(|id| by_id.get(id)).copied();
        let above = |e: &'a Examined| {
            let first = parent(e);
            std::iter::successors(first, |i| examined.get(*i).and_then(parent)).take(MAX_LEVELS).collect()
        };
        Kin { examined, above: examined.iter().map(above).collect() }
    }

    fn is_host(&self, index: usize) -> bool {
        self.examined.get(index).is_some_and(|e| e.scope == ScopeKind::Host)
    }

    fn is_above(&self, upper: usize, lower: usize) -> bool {
        self.above.get(lower).is_some_and(|above| above.contains(&upper))
    }

    /// Whether something at `cause` can explain something at `echo`.
    pub fn explains(&self, cause: usize, echo: usize) -> bool {
        cause == echo || self.is_host(cause) || self.is_above(cause, echo)
    }

    /// Whether a danger at one subject concerns what is advised for the other: the same, a part of it, or the host.
    pub fn related(&self, one: usize, other: usize) -> bool {
        self.explains(one, other) || self.explains(other, one)
    }

    /// The facts of the session that a subject is a part of.
    pub fn session_facts(&self, index: usize) -> Option<Env<'a>> {
        let above = self.above.get(index)?.iter().filter_map(|i| self.examined.get(*i));
        above.filter(|e| e.scope == ScopeKind::Session).map(|e| Env::of(&e.facts)).next()
    }
}
