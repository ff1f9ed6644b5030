//! Rule × subject → outcome; three-valued; no clock, no I/O.
//!
//! [`judge`] asks every rule of every subject of its scope, then does what needs all answers:
//! remedies that would set off a standing danger go, causes and echoes are linked, the outcomes are sorted. A rule
//! that cannot be evaluated becomes an `error` outcome; as many outcomes come out as questions went in.
mod advice;
mod compare;
mod draft;
mod eval;
mod kin;
mod quantify;
mod reading;
mod show;
mod suppress;

use crate::finding::{Finding, Outcome, Severity, Subject, Suppression, Verdict};
use crate::rule::{Dialect, Operation, Rule, RuleSet, ScopeKind, Version};
use draft::{Answer, Draft};
use kin::Kin;
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// One subject with its facts.
#[derive(Debug, Clone, PartialEq)]
pub struct Examined {
    /// What is judged; outcomes name it by its id.
    pub subject: Subject,
    /// Which rules are asked of it.
    pub scope: ScopeKind,
    /// The scope's facts, serialised.
    pub facts: Value,
    /// What rules read by themselves, by id of the rule: an object of facts by name. Only of rules that read something.
    pub reads: BTreeMap<String, Value>,
    /// Id of the subject that it is a part of: the session of a window or record, the host of a session.
    pub parent: Option<String>,
}

/// Asks every rule of every subject of its scope. `release` chooses how commands are spelt; where it is not known, all
/// spellings are offered. Sorted by severity (worst first), causes before echoes, rule, subject.
pub fn judge(rules: &RuleSet, examined: &[Examined], release: Option<(Dialect, Version)>) -> Vec<Outcome> {
    judge_with(rules, examined, release, &[])
}

/// As [`judge`], where what an operator lives with becomes `suppressed`. It explains nothing and is explained by nothing,
/// so that what follows from it stands for itself; a danger still forbids what would set it off.
pub fn judge_with(
    rules: &RuleSet,
    examined: &[Examined],
    release: Option<(Dialect, Version)>,
    suppressions: &[Suppression],
) -> Vec<Outcome> {
    let kin = Kin::of(examined);
    let mut asked = Vec::new();
    for rule in rules.rules() {
        for (index, subject) in examined.iter().enumerate().filter(|(_, e)| e.scope == rule.scope) {
            let answer = draft::ask(rules, rule, subject, kin.session_facts(index), release);
            let answer = answer.unwrap_or_else(|detail| Answer::Error { detail });
            let suppressed = match answer {
                Answer::Fired(_) => suppress::suppressed_by(suppressions, rule, &subject.subject.id),
                _ => None,
            };
            asked.push(Asked { rule, index, answer, suppressed });
        }
    }
    let links = Links::of(&asked, &kin);
    let dangers = dangers(&asked);
    let mut outcomes: Vec<(Rank, Outcome)> = asked
        .into_iter()
        .enumerate()
        .map(|(number, asked)| {
            let subject = examined.get(asked.index).map(|e| e.subject.id.clone()).unwrap_or_default();
            let forbidden: Vec<Operation> =
                dangers.iter().filter(|(at, _)| kin.related(*at, asked.index)).map(|(_, op)| *op).collect();
            let rank =
                (Reverse(asked.rule.severity), links.depth(number), asked.rule.id.clone(), subject.clone());
            let verdict = match asked.answer {
                Answer::Fired(draft) => {
                    let finding = Box::new(finish(*draft, links.of_number(number), &forbidden));
                    match asked.suppressed {
                        Some(by) => Verdict::Suppressed { finding, by },
                        None => Verdict::Fired { finding },
                    }
                }
                Answer::Passed => Verdict::Passed,
                Answer::NotApplicable => Verdict::NotApplicable,
                Answer::Unknown { missing } => Verdict::Unknown { missing },
                Answer::Error { detail } => Verdict::Error { detail },
            };
            (rank, Outcome { rule: asked.rule.id.clone(), subject, verdict })
        })
        .collect();
    outcomes.sort_by(|a, b| a.0.cmp(&b.0));
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// What outcomes are sorted by.
type Rank = (Reverse<Severity>, usize, String, String);

/// One question with its answer.
struct Asked<'a> {
    rule: &'a Rule,
    /// Number of the subject among the examined.
    index: usize,
    answer: Answer,
    /// Number of the suppression that keeps it quiet.
    suppressed: Option<usize>,
}

impl Asked<'_> {
    /// Whether it fired and counts.
    fn counts(&self) -> bool {
        matches!(self.answer, Answer::Fired(_)) && self.suppressed.is_none()
    }

    /// Ids of the rules that explain it, where they fired.
    fn causes(&self) -> &[String] {
        match &self.answer {
            Answer::Fired(draft) => &draft.causes,
            _ => &[],
        }
    }
}

/// The operations that set off a danger, with the number of the subject where it stands.
fn dangers(asked: &[Asked]) -> Vec<(usize, Operation)> {
    let fired = asked.iter().filter(|a| matches!(a.answer, Answer::Fired(_)));
    fired.flat_map(|a| a.rule.triggered_by.iter().map(|op| (a.index, *op))).collect()
}

fn finish(draft: Draft, (caused_by, echoes): (Vec<String>, Vec<String>), forbidden: &[Operation]) -> Finding {
    let remedies = advice::safe(draft.offers, forbidden, &draft.finding.confirm);
    Finding { caused_by, echoes, remedies, ..draft.finding }
}

/// Which fired questions explain which.
struct Links {
    /// By number of the echo: numbers of its causes.
    causes: BTreeMap<usize, BTreeSet<usize>>,
    /// By number of the question: id of its rule.
    ids: Vec<String>,
}

impl Links {
    /// A declared cause counts if it fired for the same subject, one that it is a part of, or the host.
    fn of(asked: &[Asked], kin: &Kin) -> Self {
        let mut fired = BTreeMap::<&str, Vec<(usize, usize)>>::new();
        for (number, a) in asked.iter().enumerate().filter(|(_, a)| a.counts()) {
            fired.entry(&a.rule.id).or_default().push((number, a.index));
        }
        let mut causes = BTreeMap::<usize, BTreeSet<usize>>::new();
        for (number, index) in fired.values().flatten() {
            let declared = asked.get(*number).map(Asked::causes).unwrap_or_default();
            let named = declared.iter().filter_map(|cause| fired.get(cause.as_str())).flatten();
            let above = named.filter(|(_, at)| kin.explains(*at, *index)).map(|(cause, _)| *cause);
            let above: BTreeSet<usize> = above.filter(|cause| cause != number).collect();
            if !above.is_empty() {
                causes.insert(*number, above);
            }
        }
        Links { causes, ids: asked.iter().map(|a| a.rule.id.clone()).collect() }
    }

    /// The ids of the rules that explain a question, and of those that it explains.
    fn of_number(&self, number: usize) -> (Vec<String>, Vec<String>) {
        let id = |n: &usize| self.ids.get(*n).cloned();
        let above: BTreeSet<String> = self.causes.get(&number).into_iter().flatten().filter_map(id).collect();
        let below = self.causes.iter().filter(|(_, above)| above.contains(&number)).map(|(echo, _)| echo);
        let below: BTreeSet<String> = below.filter_map(id).collect();
        (above.into_iter().collect(), below.into_iter().collect())
    }

    /// How many causes stand above one another over a question; causes never form a circle, as the loader checked.
    fn depth(&self, number: usize) -> usize {
        let mut depth = 0;
        let mut level: BTreeSet<usize> = BTreeSet::from([number]);
        while depth < self.ids.len() {
            level = level.iter().filter_map(|n| self.causes.get(n)).flatten().copied().collect();
            if level.is_empty() {
                break;
            }
            depth += 1;
        }
        depth
    }
}
