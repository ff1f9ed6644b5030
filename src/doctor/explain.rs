//! Rules and error texts in words, offline, from the data that judges.
use super::lists::word;
use super::sheet::Sheet;
use super::{DoctorError, rule_set, unknown};
use crate::finding::Effect;
use crate::replay::explain;
use crate::rule::RuleSet;
use crate::rule::written::{Command, DoNot, Remedy, Rule};

/// What a rule means, as text of `width` columns for a person, with `ascii` of nothing but ASCII: what, why, how to confirm
/// by hand, how to mend, what not to do, when it may be wrong.
///
/// # Errors
/// When no rule of `set` has that id.
pub fn explain_rule(id: &str, set: &RuleSet, width: usize, ascii: bool) -> Result<String, DoctorError> {
    let Some(rule) = set.rule(id) else {
        return Err(unknown("rule", id, set.rules().map(|r| r.written().id.as_str())));
    };
    let w = rule.written();
    let mut sheet = Sheet::new(width, ascii);
    sheet.heading(&format!("{} ({}, about a {})", w.id, word(w.severity), word(w.scope)));
    sheet.item("", &format!("{}.", w.title));
    sheet.section("What (in braces: facts of the session in question)", &w.message);
    reads(&mut sheet, w);
    sheet.section("Why", &w.why);
    confirm(&mut sheet, w);
    remedies(&mut sheet, set, w);
    match w.do_not.as_slice() {
        [] => sheet.section("What not to do", "No command that comes to mind here does harm."),
        _ => sheet.heading("What not to do"),
    }
    for no in &w.do_not {
        do_not(&mut sheet, set, no);
    }
    if let Some(text) = &w.may_be_wrong {
        sheet.section("When it may be wrong", text);
    }
    kin(&mut sheet, set, w);
    Ok(sheet.finish())
}

/// The command that shows it, and what to look for; a rule of one's own may have neither.
fn confirm(sheet: &mut Sheet, w: &Rule) {
    if let Some(argv) = &w.confirm {
        sheet.heading("How to confirm it by hand (reads only)");
        sheet.command(&spelt(argv), "");
    }
    match (&w.confirm, &w.confirm_by) {
        (Some(_), Some(by)) => sheet.item("  ", by),
        (None, Some(by)) => sheet.section("How to confirm it by hand", by),
        (None, None) => sheet.section("How to confirm it by hand", "The rule does not say."),
        (Some(_), None) => {}
    }
}

/// What the rule reads by itself, where it does.
fn reads(sheet: &mut Sheet, w: &Rule) {
    if !w.reads.0.is_empty() {
        sheet.heading("What it reads by itself");
    }
    for (name, read) in &w.reads.0 {
        sheet.item("  - ", &format!("reads.{name}: {} of {}, {}", read.pointer, read.file, read.kind));
    }
}

/// The ways out, safest first.
fn remedies(sheet: &mut Sheet, set: &RuleSet, w: &Rule) {
    if w.remedies.is_empty() {
        let mend = if w.caused_by.is_empty() { "" } else { " What explains it is what to mend." };
        sheet.section("How to fix it", &format!("It has no step of its own.{mend}"));
    } else {
        sheet.heading("How to fix it (a report offers only the steps that can work there)");
    }
    for (n, step) in w.remedies.iter().enumerate() {
        let command = step.command.as_ref().and_then(|name| set.command(name)).map(|c| c.written());
        let effect = effect(step, command);
        let mark = format!("  {}. ", n + 1);
        sheet.item(&mark, &format!("{} ({effect}): {}", title(step, command), step.because));
        command.map(forms).unwrap_or_default().iter().for_each(|(argv, of)| sheet.command(argv, of));
    }
}

/// What a step achieves.
fn title(step: &Remedy, command: Option<&Command>) -> String {
    let title = step.title.clone().or_else(|| step.action.clone());
    title.or_else(|| command.map(|c| c.title.clone())).unwrap_or_default()
}

/// What a step does to the host, in words, with what it costs.
fn effect(step: &Remedy, command: Option<&Command>) -> String {
    let words = match step.effect.or_else(|| command.map(|c| c.effect)).unwrap_or(Effect::Mutates) {
        Effect::ReadOnly => "reads only",
        Effect::Mutates => "changes state",
        Effect::RestartsAgent => "replaces the agent process",
        Effect::Destructive => "cannot be undone",
    };
    match step.loses.as_ref().or_else(|| command.and_then(|c| c.loses.as_ref())) {
        Some(loses) => format!("{words}; it costs {loses}"),
        None => words.to_owned(),
    }
}

/// The spellings of a command, each with the releases that it is of where there are several.
fn forms(command: &Command) -> Vec<(Vec<String>, &'static str)> {
    let argv = &command.argv;
    let spellings = [(&argv.any, ""), (&argv.flat, "0.x"), (&argv.scoped, "1.0 and later")];
    spellings.into_iter().filter_map(|(form, of)| form.as_ref().map(|argv| (spelt(argv), of))).collect()
}

/// An argv as it is run, facts apart: in rules a literal brace is written twice.
fn spelt(argv: &[String]) -> Vec<String> {
    argv.iter().map(|a| a.replace("{{", "{").replace("}}", "}")).collect()
}

fn do_not(sheet: &mut Sheet, set: &RuleSet, no: &DoNot) {
    let named = no.command.as_deref().and_then(|name| set.command(name)).map(|c| forms(c.written()));
    let forms = named.or_else(|| no.argv.as_ref().map(|argv| vec![(spelt(argv), "")])).unwrap_or_default();
    forms.iter().for_each(|(argv, of)| sheet.command(argv, of));
    sheet.item(if forms.is_empty() { "  - " } else { "         " }, &no.because);
}

/// The rules that explain this one and those that it explains, and where to read on.
fn kin(sheet: &mut Sheet, set: &RuleSet, w: &Rule) {
    let explains: Vec<&str> = set
        .rules()
        .map(|r| r.written())
        .filter(|r| r.causes().any(|cause| *cause == w.id))
        .map(|r| r.id.as_str())
        .collect();
    if !w.caused_by.is_empty() {
        sheet.section(
            "Follows from, where that is found too",
            &w.causes().map(String::as_str).collect::<Vec<_>>().join(", "),
        );
    }
    if !explains.is_empty() {
        sheet.section("Explains, where that is found too", &explains.join(", "));
    }
    if !w.references.is_empty() {
        sheet.section("Read on", &w.references.join(", "));
    }
}

/// What a pasted error text means, as text of `width` columns: the step that says it, the rules to look at, what not to do.
///
/// # Errors
/// When no release says anything like it.
pub fn explain_error(text: &str, width: usize, ascii: bool) -> Result<String, DoctorError> {
    let found = explain(text);
    if found.is_empty() {
        return Err(DoctorError::UnknownText);
    }
    let set = rule_set()?;
    let mut sheet = Sheet::new(width, ascii);
    let begin = found.iter().filter(|hit| hit.cut).count();
    if begin > 0 {
        let many = if begin == 1 { "One error begins".to_owned() } else { format!("{begin} errors begin") };
        sheet.item("", &format!("The text was cut. {many} like it; only the whole text tells for certain."));
    }
    for hit in found {
        sheet.heading(&hit.template);
        for (name, value) in &hit.values {
            sheet.item("  ", &format!("{name} = {value}"));
        }
        sheet.section("Step", &hit.step);
        sheet.section("Means", &hit.means);
        let known: Vec<&Rule> = hit.rules.iter().filter_map(|r| set.rule(r)).map(|r| r.written()).collect();
        if !known.is_empty() {
            sheet.heading("Rules that look into it (houmao-doctor explain RULE)");
        }
        for rule in known {
            sheet.item("  - ", &format!("{}: {}", rule.id, rule.title));
        }
        if !hit.do_not.is_empty() {
            sheet.heading(&hit.do_not);
        }
    }
    Ok(sheet.finish())
}
