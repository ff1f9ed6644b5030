//! Rules with one thing changed, to show that fixtures notice: the whole condition turned round, one line of it taken to
//! hold always or never, one word of a list left out.
use super::compiled::{Condition, FactPath, Operand, Quantified, Rule, RuleSet};
use super::late::Late;
use serde_json::Value;

/// A rule that differs in one thing.
#[derive(Debug, Clone)]
pub struct Mutant {
    /// What is changed, in words.
    pub change: String,
    /// Only the changed rule, with all commands.
    pub rules: RuleSet,
}

/// What is done to a line.
#[derive(Debug, Clone, Copy)]
enum Change {
    Always,
    Never,
    /// The element of this number of the list on its right is left out.
    Without(usize),
}

impl RuleSet {
    /// Turns the condition of a rule into its opposite; tells whether there is such a rule.
    pub fn negate(&mut self, id: &str) -> bool {
        let Some(rule) = self.rules.get_mut(id) else { return false };
        let Ok(when) = rule.when().cloned() else { return false };
        rule.when = Late::made(Condition::Not(Box::new(when)));
        true
    }

    /// Only this rule, with all commands.
    pub fn only(&self, id: &str) -> RuleSet {
        let rules = self.rules.iter().filter(|(name, _)| name.as_str() == id);
        RuleSet {
            rules: rules.map(|(name, rule)| (name.clone(), rule.clone())).collect(),
            commands: self.commands.clone(),
            off: self.off.clone(),
        }
    }

    /// The rule with each line of its conditions changed in each way, one at a time; nothing where there is no such rule.
    pub fn mutants(&self, id: &str) -> Vec<Mutant> {
        let Some(rule) = self.rule(id) else { return Vec::new() };
        let mut changes = Vec::new();
        for (number, leaf) in leaves(rule).into_iter().enumerate() {
            let text = words(leaf);
            changes.push((number, Change::Always, format!("`{text}` always holds")));
            changes.push((number, Change::Never, format!("`{text}` never holds")));
            if let Condition::Compare { right: Operand::Literal(Value::Array(list)), .. } = leaf {
                let without = |(n, word): (usize, &Value)| {
                    (number, Change::Without(n), format!("`{text}` without {word}"))
                };
                changes.extend(list.iter().enumerate().map(without));
            }
        }
        let mutate = |(number, change, words): (usize, Change, String)| {
            let mut rules = self.only(id);
            if let Some(rule) = rules.rules.get_mut(id) {
                apply(rule, number, change);
            }
            Mutant { change: words, rules }
        };
        changes.into_iter().map(mutate).collect()
    }
}

/// The lines of a rule's conditions, in the order in which they are written.
fn leaves(rule: &Rule) -> Vec<&Condition> {
    let mut found = Vec::new();
    rule.applies.iter().chain(rule.when().ok()).for_each(|condition| collect(condition, &mut found));
    found
}

fn collect<'c>(condition: &'c Condition, found: &mut Vec<&'c Condition>) {
    match condition {
        Condition::All(parts) | Condition::AnyOf(parts) => parts.iter().for_each(|p| collect(p, found)),
        Condition::Not(part) => collect(part, found),
        Condition::Any(q) | Condition::Every(q) | Condition::Count { of: q, .. } => {
            q.condition.iter().for_each(|part| collect(part, found));
        }
        leaf => found.push(leaf),
    }
}

fn apply(rule: &mut Rule, number: usize, change: Change) {
    let mut left = number;
    if rule.applies.as_mut().is_some_and(|applies| mutate(applies, &mut left, change)) {
        return;
    }
    if let Ok(mut when) = rule.when().cloned() {
        mutate(&mut when, &mut left, change);
        rule.when = Late::made(when);
    }
}

/// Changes the leaf before which `left` others stand; tells whether it was in this condition.
fn mutate(condition: &mut Condition, left: &mut usize, change: Change) -> bool {
    match condition {
        Condition::All(parts) | Condition::AnyOf(parts) => parts.iter_mut().any(|p| mutate(p, left, change)),
        Condition::Not(part) => mutate(part, left, change),
        Condition::Any(q) | Condition::Every(q) | Condition::Count { of: q, .. } => {
            q.condition.as_mut().is_some_and(|part| mutate(part, left, change))
        }
        _ if *left > 0 => {
            *left -= 1;
            false
        }
        leaf => {
            match (change, &mut *leaf) {
                (Change::Always, _) => *leaf = Condition::All(Vec::new()),
                (Change::Never, _) => *leaf = Condition::AnyOf(Vec::new()),
                (
                    Change::Without(n),
                    Condition::Compare { right: Operand::Literal(Value::Array(list)), .. },
                ) => {
                    list.remove(n);
                }
                (Change::Without(_), _) => {}
            }
            true
        }
    }
}

/// A line as it is written.
fn words(leaf: &Condition) -> String {
    match leaf {
        Condition::Compare { left, op, right } => {
            let right = match right {
                Operand::Path(path) => name(path),
                Operand::Literal(Value::Array(list)) => {
                    let all: Vec<String> = list.iter().map(Value::to_string).collect();
                    format!("[{}]", all.join(", "))
                }
                Operand::Literal(literal) => literal.to_string(),
            };
            format!("{} {} {right}", name(left), op.word())
        }
        Condition::Present(path) => format!("{} is present", name(path)),
        Condition::Missing(path) => format!("{} is missing", name(path)),
        Condition::Holds(path) => name(path),
        Condition::Any(Quantified { list, .. }) => name(list),
        _ => String::new(),
    }
}

fn name(path: &FactPath) -> String {
    let steps = path.steps.iter().map(String::as_str);
    path.bound.iter().map(String::as_str).chain(steps).collect::<Vec<_>>().join(".")
}
