//! Compiles one rule: names, kinds, commands, and what a good rule needs.
use super::catalogue::Catalogue;
use super::check::{Notes, argv, template};
use super::check_command::Commands;
use super::check_head::{self, Compiled, Naming, condition};
use super::compiled::{self, DoNot, Forbidden, Remedy, Step, Template, Told};
use super::late::Late;
use super::mend::Reading;
use super::words::{Operation, ScopeKind, is_kebab, scope_word, suggest};
use super::written;
use crate::finding::{Effect, Severity};

/// Compiles a rule; none if it has mistakes, which are then in the notes.
pub(super) fn check(
    notes: &mut Notes,
    stem: &str,
    Reading { rule: written, is_mended }: &Reading,
    catalogue: &Catalogue,
    commands: &Commands,
) -> Option<compiled::Rule> {
    check_words(notes, stem, written);
    // The severity, or what it asks for, may be what could not be read.
    if !is_mended {
        check_danger(notes, written);
    }
    let (asked, told) = check_head::check(notes, &written.into(), catalogue, |notes, naming| {
        told(notes, naming, written, commands)
    })?;
    let Compiled { reads, applies, when } = asked?;
    Some(compiled::Rule {
        id: written.id.clone(),
        severity: written.severity,
        scope: written.scope,
        triggered_by: written.triggered_by.clone(),
        reads,
        applies,
        when: Late::made(when),
        told: Late::made(told?),
    })
}

/// Compiles what a rule says when it fires.
fn told(notes: &mut Notes, naming: &Naming, written: &written::Rule, commands: &Commands) -> Option<Told> {
    let text = |notes: &mut Notes, key: &str, text: &str| notes.at(key, |notes| filled(notes, naming, text));
    let message = text(notes, "message", &written.message);
    let why = text(notes, "why", &written.why);
    let confirm = written.confirm.as_deref().map_or(Some(Vec::new()), |confirm| {
        notes.at("confirm", |notes| argv(notes, &naming.firing, &naming.hidden, confirm))
    });
    let evidence = facts_of(notes, "evidence", naming, &written.evidence);
    let identity = facts_of(notes, "identity", naming, &written.identity);
    let caused_by = notes.at("caused_by", |notes| {
        notes.each(&written.caused_by, |notes, cause| {
            let when = condition(notes, &naming.facts, "when", cause.when.as_ref())?;
            Some(compiled::Cause { rules: cause.rules.clone(), when })
        })
    });
    let remedies = remedies(notes, naming, written, commands);
    let do_not = notes.at("do_not", |notes| {
        notes.each(&written.do_not, |notes, item| do_not(notes, naming, written, item, commands))
    });
    Some(Told {
        message: message?,
        why: why?,
        confirm: confirm?,
        evidence: evidence?,
        identity: identity?,
        caused_by: caused_by?,
        remedies: remedies?,
        do_not: do_not?,
        written: written.clone(),
    })
}

fn check_words(notes: &mut Notes, stem: &str, rule: &written::Rule) {
    notes.at("id", |notes| {
        if !is_kebab(&rule.id) {
            notes.wrong(format!("the id `{}` is not kebab-case", rule.id), None);
        }
        if rule.id != stem {
            notes.wrong(format!("the id `{}` differs from the file's name `{stem}`", rule.id), None);
        }
    });
    notes.at("title", |notes| {
        if rule.title.trim().is_empty() || rule.title.trim_end().contains('\n') {
            notes.wrong("the title must be one line", None);
        } else if rule.title.trim_end().ends_with('.') {
            notes.wrong("the title ends with a dot", None);
        } else if rule.title.contains(['{', '}']) {
            notes.wrong("the title takes no placeholders", Some("values belong into `message`".into()));
        }
    });
    let by = rule.confirm_by.iter().map(|text| ("confirm_by", text));
    for (key, text) in [("message", &rule.message), ("why", &rule.why)].into_iter().chain(by) {
        if text.trim().is_empty() {
            notes.at(key, |notes| notes.wrong(format!("`{key}` is empty"), None));
        }
    }
}

/// Danger is said with what sets it off and what not to do; nothing else names operations that set it off.
fn check_danger(notes: &mut Notes, rule: &written::Rule) {
    let danger = rule.severity == Severity::Danger;
    if danger && rule.do_not.is_empty() {
        notes.wrong("a rule of severity `danger` needs `do_not`", None);
    }
    if danger && rule.triggered_by.is_empty() {
        notes.wrong("a rule of severity `danger` needs `triggered_by`", None);
    }
    if !danger && !rule.triggered_by.is_empty() {
        notes.at("triggered_by", |notes| {
            notes.wrong("`triggered_by` belongs to severity `danger` only", None)
        });
    }
    if rule.triggered_by.contains(&Operation::None) {
        notes.at("triggered_by", |notes| notes.wrong("`none` triggers nothing", None));
    }
}

fn filled(notes: &mut Notes, naming: &Naming, text: &str) -> Option<Template> {
    template(notes, &naming.firing, &naming.hidden, text)
}

/// A list of facts under `key`.
fn facts_of(
    notes: &mut Notes,
    key: &str,
    naming: &Naming,
    paths: &[String],
) -> Option<Vec<compiled::FactPath>> {
    notes.at(key, |notes| {
        notes.each(paths, |notes, path| match naming.firing.fact(path) {
            Ok((path, _)) => Some(path),
            Err((what, help)) => {
                notes.wrong(what, help);
                None
            }
        })
    })
}

fn remedies(
    notes: &mut Notes,
    naming: &Naming,
    rule: &written::Rule,
    commands: &Commands,
) -> Option<Vec<Remedy>> {
    let destroys = |remedy: &written::Remedy| match &remedy.command {
        Some(name) => commands.get(name).is_some_and(|known| known.effect == Effect::Destructive),
        None => remedy.effect == Some(Effect::Destructive),
    };
    notes.at("remedies", |notes| {
        if rule.remedies.first().is_some_and(destroys) {
            notes.wrong("the first remedy is destructive: begin with one that can be taken back", None);
        }
        if rule.confirm.is_none() && rule.remedies.iter().any(destroys) {
            notes.wrong("a destructive remedy needs `confirm` in the rule, so that one can look first", None);
        }
        notes.each(&rule.remedies, |notes, item| remedy(notes, naming, rule.scope, item, commands))
    })
}

fn remedy(
    notes: &mut Notes,
    naming: &Naming,
    scope: ScopeKind,
    written: &written::Remedy,
    commands: &Commands,
) -> Option<Remedy> {
    let step = step(notes, naming, scope, written, commands);
    let title = match &written.title {
        None => Some(None),
        Some(text) => notes.at("title", |notes| filled(notes, naming, text)).map(Some),
    };
    let when = condition(notes, &naming.facts, "when", written.when.as_ref());
    let because = notes.at("because", |notes| filled(notes, naming, &written.because));
    if let Some(name) = &written.verify {
        command(notes, "verify", name, scope, commands);
    }
    Some(Remedy {
        step: step?,
        title: title?,
        when: when?,
        because: because?,
        verify: written.verify.clone(),
        prepares: written.prepares,
        instead: written.instead,
    })
}

fn step(
    notes: &mut Notes,
    naming: &Naming,
    scope: ScopeKind,
    written: &written::Remedy,
    commands: &Commands,
) -> Option<Step> {
    match (&written.command, &written.action) {
        (Some(name), None) => {
            if written.effect.is_some() || written.loses.is_some() || written.runs.is_some() {
                notes.wrong("`effect`, `loses` and `runs` of a command stand in the catalogue", None);
            }
            command(notes, "use", name, scope, commands).then(|| Step::Use(name.clone()))
        }
        (None, Some(text)) => {
            let effect = written.effect.unwrap_or(Effect::Mutates);
            if effect >= Effect::RestartsAgent
                && written.loses.is_none()
                && written.runs != Some(Operation::Stop)
            {
                notes.wrong("a step with this effect says what it `loses`", None);
            }
            let runs = written.runs.unwrap_or(Operation::None);
            // What ends a session loses something, by whatever words it is asked of a person.
            if runs == Operation::Stop && (effect < Effect::RestartsAgent || written.loses.is_none()) {
                let help =
                    "write `effect: destructive`, and under `loses` what goes with the session".to_owned();
                notes.wrong("a step that ends a session (`runs: stop`) says what it `loses`", Some(help));
            }
            let action = notes.at("do", |notes| filled(notes, naming, text))?;
            Some(Step::Do { action, effect, loses: written.loses.clone(), runs })
        }
        _ => {
            notes.wrong("a remedy has either `use` or `do`", None);
            None
        }
    }
}

fn do_not(
    notes: &mut Notes,
    naming: &Naming,
    rule: &written::Rule,
    written: &written::DoNot,
    commands: &Commands,
) -> Option<DoNot> {
    let what = match (&written.command, &written.argv) {
        (Some(name), None) => {
            command(notes, "use", name, rule.scope, commands).then(|| Forbidden::Use(name.clone()))
        }
        (None, Some(list)) => {
            notes.at("argv", |notes| argv(notes, &naming.firing, &naming.hidden, list)).map(Forbidden::Argv)
        }
        _ => {
            notes.wrong("a do-not has either `use` or `argv`", None);
            None
        }
    };
    let when = condition(notes, &naming.facts, "when", written.when.as_ref());
    let because = notes.at("because", |notes| filled(notes, naming, &written.because));
    Some(DoNot { what: what?, when: when?, because: because? })
}

/// Whether there is such a command, and its facts can be had in the rule's scope.
fn command(notes: &mut Notes, key: &str, name: &str, scope: ScopeKind, commands: &Commands) -> bool {
    let Some(known) = commands.get(name) else {
        let help = suggest(name, commands.names());
        notes.at(key, |notes| notes.wrong(format!("unknown command `{name}`"), help));
        return false;
    };
    if known.broken || known.reaches(scope) {
        return !known.broken;
    }
    let what = format!("the command `{name}` asks facts that scope `{}` does not have", scope_word(scope));
    notes.at(key, |notes| notes.wrong(what, None));
    false
}
