//! Compiles what is asked of a rule before it fires: what it reads, where it applies, when it fires.
use super::catalogue::Catalogue;
use super::check::{Names, Notes};
use super::check_condition;
use super::check_reads::{self, READS};
use super::compiled::{Condition, Read};
use super::words::{ScopeKind, scope_word};
use super::written::{self, First, Reads, When};

/// The part of a written rule that is asked before it fires.
pub(super) struct Asked<'w> {
    pub scope: ScopeKind,
    pub reads: &'w Reads,
    pub applies: Option<&'w super::condition::Condition>,
    pub when: &'w super::condition::Condition,
}

impl<'w> From<&'w written::Rule> for Asked<'w> {
    fn from(rule: &'w written::Rule) -> Self {
        Asked { scope: rule.scope, reads: &rule.reads, applies: rule.applies.as_ref(), when: &rule.when }
    }
}

/// The same, compiled.
pub(super) struct Compiled {
    pub reads: Vec<Read>,
    pub applies: Option<Condition>,
    pub when: Condition,
}

/// What the templates of a rule can name: the facts, the elements bound when it fires, and the names that are bound
/// but not then.
pub(super) struct Naming<'a> {
    /// Facts of the scope only.
    pub facts: Names<'a>,
    /// And the elements that are bound when the rule fires.
    pub firing: Names<'a>,
    pub hidden: Vec<String>,
}

/// Compiles what is asked, and goes on with what the rest of the rule can name; none if there are no facts of its scope,
/// or, for the first, if it has mistakes. These are in the notes.
pub(super) fn check<T>(
    notes: &mut Notes,
    asked: &Asked,
    catalogue: &Catalogue,
    rest: impl FnOnce(&mut Notes, &Naming) -> T,
) -> Option<(Option<Compiled>, T)> {
    with_names(notes, (asked.scope, asked.reads), catalogue, |notes, reads, facts| {
        let applies = condition(notes, &facts, "applies", asked.applies);
        let when = notes.at("when", |notes| check_condition::check(notes, &facts, asked.when));
        let mut firing = facts.clone();
        firing.bound.extend(when.firing);
        let rest = rest(notes, &Naming { facts, firing, hidden: when.names });
        let compiled = match (reads, applies, when.condition) {
            (Some(reads), Some(applies), Some(when)) => Some(Compiled { reads, applies, when }),
            _ => None,
        };
        (compiled, rest)
    })
}

/// Goes on with what a rule reads by itself and the facts that its conditions can name; none if there are no facts of its
/// scope.
fn with_names<T>(
    notes: &mut Notes,
    (scope, reads): (ScopeKind, &Reads),
    catalogue: &Catalogue,
    rest: impl FnOnce(&mut Notes, Option<Vec<Read>>, Names) -> T,
) -> Option<T> {
    let Some(facts) = Names::of(catalogue, scope) else {
        let what = format!("there are no facts of scope `{}`", scope_word(scope));
        notes.at("scope", |notes| notes.wrong(what, None));
        return None;
    };
    let (reads, named) = notes.at(READS, |notes| check_reads::check(notes, reads, scope, catalogue));
    let facts = match check_reads::bound(&named) {
        Some(bound) => facts.with(bound),
        None => facts,
    };
    Some(rest(notes, reads, facts))
}

/// Compiles of a built-in rule what it reads and where it applies.
pub(super) fn first(
    notes: &mut Notes,
    asked: &First,
    catalogue: &Catalogue,
) -> Option<(Vec<Read>, Option<Condition>)> {
    with_names(notes, (asked.scope, &asked.reads), catalogue, |notes, reads, facts| {
        Some((reads?, condition(notes, &facts, "applies", asked.applies.as_ref())?))
    })?
}

/// Compiles of a built-in rule when it fires.
pub(super) fn when(notes: &mut Notes, asked: &When, catalogue: &Catalogue) -> Option<Condition> {
    with_names(notes, (asked.scope, &asked.reads), catalogue, |notes, _, facts| {
        notes.at("when", |notes| check_condition::check(notes, &facts, &asked.when)).condition
    })?
}

/// Compiles a condition that need not be there.
pub(super) fn condition(
    notes: &mut Notes,
    names: &Names,
    key: &str,
    written: Option<&super::condition::Condition>,
) -> Option<Option<Condition>> {
    match written {
        None => Some(None),
        Some(written) => {
            notes.at(key, |notes| check_condition::check(notes, names, written)).condition.map(Some)
        }
    }
}
