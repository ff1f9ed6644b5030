//! Remedies and do-nots of a fired rule: only what can work for this subject, filled in.
use super::eval::{Truth, evaluate};
use super::reading::{Env, Fault};
use super::show;
use crate::finding::{DoNot, Effect, Remedy};
use crate::rule::{self, Command, Dialect, Forbidden, Form, Operation, RuleSet, ScopeKind, Step, Version};

/// A remedy with the operations that its commands trigger, until the dangers of the subject are known.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    pub remedy: Remedy,
    pub runs: Operation,
    pub verify_runs: Operation,
}

/// What advice is made from.
pub(super) struct Desk<'a> {
    pub rules: &'a RuleSet,
    pub release: Option<(Dialect, Version)>,
    pub scope: ScopeKind,
    /// The subject's facts, with the elements that the firing condition bound.
    pub env: &'a Env<'a>,
    /// The facts of the session that the subject is a part of.
    pub parent: Option<&'a Env<'a>>,
}

impl<'a> Desk<'a> {
    /// The remedies that can work here, in the order in which they are written.
    pub fn offers(&self, remedies: &[rule::Remedy]) -> Result<Vec<Offer>, Fault> {
        let mut offers = Vec::new();
        for remedy in remedies {
            if let Some(when) = &remedy.when
                && evaluate(when, self.env)?.truth != Truth::True
            {
                continue;
            }
            match &remedy.step {
                Step::Do { action, effect, loses, runs } => offers.push(Offer {
                    remedy: Remedy {
                        title: show::fill(action, self.env)?,
                        argv: Vec::new(),
                        effect: *effect,
                        loses: loses.clone(),
                        applies_because: show::fill(&remedy.because, self.env)?,
                        verify: self.named_verify(remedy, None)?.map(|(argv, _)| argv).unwrap_or_default(),
                        prepares: remedy.prepares,
                        instead: remedy.instead,
                    },
                    runs: *runs,
                    verify_runs: self.named_verify(remedy, None)?.map_or(Operation::None, |(_, runs)| runs),
                }),
                Step::Use(name) => {
                    let command = self.command(name)?;
                    offers.extend(self.command_offers(remedy, command)?);
                }
            }
        }
        Ok(offers)
    }

    fn command_offers(&self, remedy: &rule::Remedy, command: &Command) -> Result<Vec<Offer>, Fault> {
        let Some(env) = self.facts_for(command) else { return Ok(Vec::new()) };
        if let Some(applies) = &command.applies
            && evaluate(applies, env)?.truth != Truth::True
        {
            return Ok(Vec::new());
        }
        let title = match &remedy.title {
            Some(title) => show::fill(title, self.env)?,
            None => show::fill(&command.title, env)?,
        };
        let mut offers = Vec::new();
        for form in self.forms(command) {
            let Some(argv) = show::argv(&form.argv, env)? else { continue };
            let (verify, verify_runs) = match self.named_verify(remedy, form.dialect)? {
                Some(verify) => verify,
                None => (show::argv(&command.verify, env)?.unwrap_or_default(), Operation::None),
            };
            let (prepares, instead) = (remedy.prepares, remedy.instead);
            let remedy = Remedy {
                title: format!("{title}{}", self.suffix(form)),
                argv,
                effect: command.effect,
                loses: command.loses.as_ref().map(|text| show::told(text, env)).transpose()?.flatten(),
                applies_because: show::fill(&remedy.because, self.env)?,
                verify,
                prepares,
                instead,
            };
            offers.push(Offer { remedy, runs: command.runs, verify_runs });
        }
        Ok(offers)
    }

    /// The do-nots; unlike remedies they stay when something about them is not known.
    pub fn do_nots(&self, do_nots: &[rule::DoNot]) -> Result<Vec<DoNot>, Fault> {
        let mut shown = Vec::new();
        for do_not in do_nots {
            let when = do_not.when.as_ref().map(|when| evaluate(when, self.env)).transpose()?;
            let unsure = when.as_ref().is_some_and(|when| when.truth == Truth::Unknown);
            if when.is_some_and(|when| when.truth == Truth::False) {
                continue;
            }
            let mut because = show::fill(&do_not.because, self.env)?;
            if unsure {
                because.push_str("; whether it does here cannot be told");
            }
            match &do_not.what {
                Forbidden::Argv(argv) => {
                    shown.push(DoNot { argv: show::argv_shown(argv, Some(self.env))?, because, unsure });
                }
                Forbidden::Use(name) => {
                    let command = self.command(name)?;
                    let env = self.facts_for(command);
                    for form in self.forms(command) {
                        let argv = show::argv_shown(&form.argv, env)?;
                        shown.push(DoNot { argv, because: because.clone(), unsure });
                    }
                }
            }
        }
        Ok(shown)
    }

    /// The command that a remedy names for verification, in the dialect of its own form.
    fn named_verify(
        &self,
        remedy: &rule::Remedy,
        dialect: Option<Dialect>,
    ) -> Result<Option<(Vec<String>, Operation)>, Fault> {
        let Some(name) = &remedy.verify else { return Ok(None) };
        let command = self.command(name)?;
        let Some(env) = self.facts_for(command) else { return Ok(Some((Vec::new(), Operation::None))) };
        let fits = |form: &&Form| form.dialect.is_none() || dialect.is_none() || form.dialect == dialect;
        let form = self.forms(command).into_iter().find(fits);
        let argv = form.map(|form| show::argv(&form.argv, env)).transpose()?.flatten();
        Ok(Some((argv.unwrap_or_default(), command.runs)))
    }

    fn command(&self, name: &str) -> Result<&'a Command, Fault> {
        self.rules.command(name).ok_or_else(|| format!("there is no command `{name}`"))
    }

    /// The facts that a command is filled from: the subject's own, or those of its session.
    fn facts_for(&self, command: &Command) -> Option<&'a Env<'a>> {
        if command.scopes.contains(&self.scope) { Some(self.env) } else { self.parent }
    }

    /// The spellings of a command in this release; all of them if it is not known.
    fn forms(&self, command: &'a Command) -> Vec<&'a Form> {
        let fits = |form: &&Form| match (self.release, form.dialect) {
            (None, _) | (_, None) => true,
            (Some((dialect, version)), Some(spelt)) => {
                let begun = form.since.is_none_or(|since| since <= version);
                dialect == spelt && begun && form.until.is_none_or(|until| version < until)
            }
        };
        command.forms.iter().filter(fits).collect()
    }

    /// Says for which releases a spelling is, where the release is not known.
    fn suffix(&self, form: &Form) -> String {
        let (None, Some(dialect)) = (self.release, form.dialect) else { return String::new() };
        let mut words = match dialect {
            Dialect::Flat => "Houmao 0.x".to_owned(),
            Dialect::Scoped => "Houmao 1.0 and later".to_owned(),
        };
        let number = |(x, y, z): Version| format!("{x}.{y}.{z}");
        if let Some(since) = form.since {
            words = format!("{words}, since {}", number(since));
        }
        if let Some(until) = form.until {
            words = format!("{words}, before {}", number(until));
        }
        format!(" ({words})")
    }
}

/// Takes out what would set off a danger that stands, then sees to it that the first step destroys nothing. Otherwise
/// the order stays as written.
pub(super) fn safe(offers: Vec<Offer>, forbidden: &[Operation], confirm: &[String]) -> Vec<Remedy> {
    let allowed = offers.into_iter().filter(|offer| !forbidden.contains(&offer.runs));
    let mut remedies: Vec<Remedy> = allowed
        .map(|offer| {
            let mut remedy = offer.remedy;
            if forbidden.contains(&offer.verify_runs) {
                remedy.verify.clear();
            }
            remedy
        })
        .collect();
    let destroys = |remedy: &Remedy| remedy.effect == Effect::Destructive;
    if remedies.first().is_some_and(destroys) {
        let first = match remedies.iter().position(|remedy| !destroys(remedy)) {
            Some(gentle) => remedies.remove(gentle),
            None => look_first(confirm),
        };
        remedies.insert(0, first);
    }
    // Where the way that it replaces is not offered, it is the way.
    for at in 0..remedies.len() {
        remedies[at].instead &= remedies[..at].iter().any(|r| r.effect > Effect::ReadOnly);
    }
    remedies
}

/// The step before the first, where every way that is left destroys something.
fn look_first(confirm: &[String]) -> Remedy {
    Remedy {
        title: "Look first at what would be lost".into(),
        argv: confirm.to_vec(),
        effect: Effect::ReadOnly,
        loses: None,
        applies_because: "every other way that is left here destroys something".into(),
        verify: Vec::new(),
        prepares: false,
        instead: false,
    }
}
