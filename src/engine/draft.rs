//! One rule asked of one subject.
use super::Examined;
use super::advice::{Desk, Offer};
use super::eval::{Truth, evaluate, evidence};
use super::reading::{Bound, Env, Fault};
use super::show;
use crate::finding::{Evidence, Finding};
use crate::rule::{Dialect, Mistake, READS, Rule, RuleSet, Told, Version};

/// A finding whose remedies are not yet weighed against the dangers of the subject.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub finding: Finding,
    pub offers: Vec<Offer>,
    /// Ids of the rules that explain it here, where they fired.
    pub causes: Vec<String>,
}

/// What a rule answers.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    Fired(Box<Draft>),
    Passed,
    NotApplicable,
    Unknown { missing: Vec<String> },
    Error { detail: String },
}

/// Asks a rule of a subject. `session`: the facts of the session that the subject is a part of.
pub(super) fn ask(
    rules: &RuleSet,
    rule: &Rule,
    examined: &Examined,
    session: Option<Env>,
    release: Option<(Dialect, Version)>,
) -> Result<Answer, Fault> {
    let env = Env::of(&examined.facts).with(reads(rule, examined));
    if let Some(answer) = quick(rule, &env.muted()) {
        return Ok(answer);
    }
    if let Some(applies) = &rule.applies {
        let judged = evaluate(applies, &env)?;
        match judged.truth {
            Truth::True => {}
            Truth::False => return Ok(Answer::NotApplicable),
            Truth::Unknown => return Ok(Answer::Unknown { missing: unique(judged.missing) }),
        }
    }
    let judged = evaluate(rule.when().map_err(fault)?, &env)?;
    match judged.truth {
        Truth::False => return Ok(Answer::Passed),
        Truth::Unknown => return Ok(Answer::Unknown { missing: unique(judged.missing) }),
        Truth::True => {}
    }
    let env = env.with(judged.bound);
    let desk = Desk { rules, release, scope: rule.scope, env: &env, parent: session.as_ref() };
    let told = rule.told().map_err(fault)?;
    let finding = Finding {
        rule: rule.id.clone(),
        severity: rule.severity,
        subject: examined.subject.id.clone(),
        title: told.written.title.trim().to_owned(),
        message: show::fill(&told.message, &env)?,
        why: show::fill(&told.why, &env)?,
        confirm: show::argv(&told.confirm, &env)?.unwrap_or_default(),
        evidence: all_evidence(told, &env, judged.readings)?,
        caused_by: Vec::new(),
        echoes: Vec::new(),
        remedies: Vec::new(),
        do_not: desk.do_nots(&told.do_not)?,
        references: told.written.references.clone(),
        fingerprint: fingerprint(&rule.id, told, &examined.subject.id, &env)?,
    };
    let causes = causes(told, &env)?;
    Ok(Answer::Fired(Box::new(Draft { finding, offers: desk.offers(&told.remedies)?, causes })))
}

/// The answer where it needs no words; faults are told with words.
fn quick(rule: &Rule, env: &Env) -> Option<Answer> {
    let truth = |condition| evaluate(condition, env).map(|judged| judged.truth);
    match rule.applies.as_ref().map_or(Ok(Truth::True), truth).ok()? {
        Truth::False => Some(Answer::NotApplicable),
        Truth::Unknown => None,
        Truth::True => (truth(rule.when().ok()?).ok()? == Truth::False).then_some(Answer::Passed),
    }
}

/// A built-in rule that cannot say what it has to.
fn fault(mistakes: &[Mistake]) -> Fault {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The declared causes that explain the rule here. What is not known to do so does not: two faults told apart are better
/// than one that hides the other.
fn causes(told: &Told, env: &Env) -> Result<Vec<String>, Fault> {
    let mut causes = Vec::new();
    for cause in &told.caused_by {
        let explains = match &cause.when {
            None => true,
            Some(when) => evaluate(when, env)?.truth == Truth::True,
        };
        if explains {
            causes.extend(cause.rules.iter().cloned());
        }
    }
    Ok(causes)
}

/// What the rule reads by itself, under its name.
fn reads<'a>(rule: &Rule, examined: &'a Examined) -> Option<Bound<'a>> {
    let value = examined.reads.get(&rule.id)?;
    Some(Bound { var: READS, value, label: READS.to_owned(), source: "" })
}

/// See [`Finding::fingerprint`]. Severity and words are left out on purpose: a rule may be reworded or weighed anew.
fn fingerprint(rule: &str, told: &Told, subject: &str, env: &Env) -> Result<String, Fault> {
    let mut identity = vec![rule.to_owned(), subject.to_owned()];
    for path in &told.identity {
        let reading = env.read(path)?;
        identity.push(format!("{}={}", reading.name, reading.observed()));
    }
    // Sixteen digits are enough to tell thousands of findings apart, and short enough to be copied into a list.
    let digest = format!("{:x}", md5::compute(identity.join("\0")));
    Ok(digest.chars().take(16).collect())
}

/// What decided, and then the further facts that the rule always shows.
fn all_evidence(told: &Told, env: &Env, decided: Vec<Evidence>) -> Result<Vec<Evidence>, Fault> {
    let mut all = unique(decided);
    for path in &told.evidence {
        let more = evidence(&env.read(path)?, None);
        if !all.iter().any(|e| e.fact == more.fact) {
            all.push(more);
        }
    }
    Ok(all)
}

/// Without repetitions, in the order of their first appearance.
fn unique<T: PartialEq>(items: Vec<T>) -> Vec<T> {
    let mut unique = Vec::with_capacity(items.len());
    for item in items {
        if !unique.contains(&item) {
            unique.push(item);
        }
    }
    unique
}
