//! The sections about one case, in the order of the human report.
use super::{class, path, windows};
use crate::finding::{Detail, DoNot, Evidence, Finding, Operation, OperationVerdict, Remedy, Severity};
use crate::report::advice::{close, of_question, steps, warnings};
use crate::report::order::{Case, Family};
use crate::report::text::{command, commands, count, prose, visible};
use crate::report::time::to_seconds;
use crate::report::verdict::{self, Word};
use crate::report::ways::{in_words, ways_of};
use crate::report::{Look, plain, told, words};
use maud::{Markup, html};

/// Everything about one case. Among `many`, each has its verdict as a heading.
pub(super) fn article(case: &Case, look: &Look, n: usize, many: bool) -> Markup {
    let word = verdict::word(case);
    let shown: Vec<&Family> = case.families.iter().filter(|f| f.severity() >= look.show).collect();
    let sections = html! {
        @if word == Word::Danger { (do_not(case, &shown, "Do not run", many)) }
        (causes(&shown, word, many))
        (do_this(&shown, word, many))
        @if word != Word::Danger { (do_not(case, &shown, "Do not", many)) }
        (operations(case, n, many))
        @for (l, layout) in case.layouts.iter().enumerate() {
            (windows::section(case, layout, &format!("case-{n}-windows-{l}"), many))
        }
        (evidence(&shown, many))
        (identity(case, many))
    };
    html! {
        @if many {
            article #{ "case-" (n) } aria-labelledby={ "case-" (n) "-verdict" } {
                h2.verdict #{ "case-" (n) "-verdict" } {
                    span.chip.(class(word)) { (word.text()) } " " (prose(&told::name(case)))
                }
                p.sentence { (prose(&verdict::sentence(case, false))) }
                (sections)
            }
        } @else {
            (sections)
        }
    }
}

/// A heading of a section: one level deeper where cases have headings of their own.
pub(super) fn heading(many: bool, title: &str) -> Markup {
    html! {
        @if many { h3 { (title) } } @else { h2 { (title) } }
    }
}

/// The style of a severity.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Danger => "danger",
        Severity::Error => "fail",
        Severity::Warning => "warn",
        Severity::Info => "info",
    }
}

/// A command on lines of its own, to be copied as it stands.
fn shell(argv: &[String]) -> Markup {
    html! { pre.shell { code { (command(argv, false)) } } }
}

/// What is wrong, with this subject's values, and what follows from it.
fn causes(shown: &[&Family], word: Word, many: bool) -> Markup {
    html! {
        @for (n, family) in shown.iter().enumerate() {
            @let f = family.head;
            section.cause.(severity(f.severity)) {
                (heading(many, if n > 0 { "And" } else if word <= Word::Error { "Cause" } else { "Found" }))
                p.id { code { (visible(&f.rule, false)) } " " span.chip.(severity(f.severity)) { (words::severity(f.severity)) } }
                p.title { (prose(&f.title)) }
                @if !f.message.trim().is_empty() && prose(&f.message) != prose(&f.title) { p { (marked(&f.message)) } }
                @if !f.why.trim().is_empty() { p.why { (marked(&f.why)) } }
                @if !family.echoes.is_empty() {
                    p.follows { "What follows from it:" }
                    ul.echoes {
                        @for e in &family.echoes {
                            li {
                                code { (visible(&e.rule, false)) } " "
                                span.chip.(severity(e.severity)) { (words::severity(e.severity)) } " " (prose(&e.title))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Prose in which a command is code, so that it can be told from the words around it.
fn marked(text: &str) -> Markup {
    let shown = prose(text);
    html! { @for (is, part) in commands(&shown) { @if is { code { (part) } } @else { (part) } } }
}

/// The way out: numbered, safest first, one check at the end.
fn do_this(shown: &[&Family], word: Word, many: bool) -> Markup {
    let mut steps = steps(shown, Detail::Normal);
    let check = close(&mut steps);
    if steps.is_empty() && check.is_none() {
        return html! {};
    }
    html! {
        section.todo {
            (heading(many, if word >= Word::Warn { "Do this when it suits" } else { "Do this" }))
            ol {
                @for way in ways_of(&steps) { li { @for (n, r) in way.iter().enumerate() { (step(r, n > 0)) } } }
                @if let Some(check) = check {
                    li { p { "See whether it worked " span.effect { "reads only" } } (shell(check)) }
                }
            }
        }
    }
}

/// A step; one that can be done instead of the one before, and what belongs to it, goes `on` in its entry.
fn step(r: &Remedy, on: bool) -> Markup {
    let because = r.applies_because.trim();
    let (title, argv) = in_words(r.title.trim_end_matches('.'), &r.argv);
    html! {
        p {
            @if on { strong { (words::between(r)) } " " (marked(&words::going_on(title))) } @else { (marked(title)) }
            " " span.effect { (prose(&words::effect_of(r))) }
        }
        @if !argv.is_empty() { (shell(&argv)) }
        @if !because.is_empty() && !r.title.contains(because) { p.because { "Applies here: " (marked(because)) } }
    }
}

/// What not to run or do, with its reason.
fn do_not(case: &Case, shown: &[&Family], title: &str, many: bool) -> Markup {
    let asked = of_question(case);
    let (told, most) = warnings(shown, asked.as_ref(), Detail::Normal);
    if told.is_empty() {
        return html! {};
    }
    let left: Vec<&DoNot> = told.iter().copied().skip(most).collect();
    let item =
        |d: &DoNot| html! { li { @if !d.argv.is_empty() { (shell(&d.argv)) } p { (marked(&d.because)) } } };
    html! {
        section.donot {
            (heading(many, title))
            ul { @for d in told.iter().take(most) { (item(d)) } }
            @if !left.is_empty() {
                details { summary { (left.len()) " more" } ul { @for d in left { (item(d)) } } }
            }
        }
    }
}

/// The operations: the one that matters drawn in sight, unless it plainly works; the others folded.
fn operations(case: &Case, n: usize, many: bool) -> Markup {
    let id = |o: usize| format!("case-{n}-path-{o}");
    let in_sight = case.operations.first().filter(|op| op.verdict != OperationVerdict::WillWork);
    let folded: Vec<(usize, &&Operation)> =
        case.operations.iter().enumerate().skip(in_sight.iter().len()).collect();
    html! {
        @if let Some(op) = in_sight {
            section.operation {
                (heading(many, &format!("How {} decides", words::command_name(&op.operation))))
                (operation(op, &id(0)))
            }
        }
        @if !folded.is_empty() {
            section.operations {
                (heading(many, if in_sight.is_some() { "Other commands" } else { "How the commands decide" }))
                @for (o, op) in folded {
                    details {
                        summary {
                            (visible(&words::command_name(&op.operation), false)) " "
                            span.chip.(path::verdict_class(op.verdict)) { (plain::verdict(op.verdict)) }
                        }
                        (operation(op, &id(o)))
                    }
                }
            }
        }
    }
}

/// One operation: its path, what it would print, what is missing to tell.
fn operation(op: &Operation, id: &str) -> Markup {
    html! {
        p.note {
            "Houmao " (visible(&op.houmao, false)) ", "
            @if !op.argv.is_empty() { code { (command(&op.argv, false)) } ", " }
            (count(op.steps.len(), "step")) ". Replayed from what was observed; nothing was run."
        }
        (path::figure(op, id))
        @if let Some(error) = &op.error {
            p { "It would print" @if let Some(code) = op.exit_code { ", with exit code " (code) } ":" }
            pre.printed { code { "Error: " (visible(error, false)) } }
        }
        @if let Some(hidden) = &op.hidden_error {
            p { "The first error, which the fallback hides from what is printed:" }
            pre.printed { code { (visible(hidden, false)) } }
        }
        @if !op.missing.is_empty() {
            p { "What is missing to tell:" }
            ul { @for m in &op.missing { li { (visible(m, false)) } } }
        }
    }
}

/// The evidence of every finding, folded.
fn evidence(shown: &[&Family], many: bool) -> Markup {
    let all: Vec<&Finding> =
        shown.iter().flat_map(|f| std::iter::once(f.head).chain(f.echoes.iter().copied())).collect();
    if all.is_empty() {
        return html! {};
    }
    html! {
        section.evidence {
            (heading(many, "Evidence"))
            @for f in all {
                details {
                    summary { code { (visible(&f.rule, false)) } " " span.chip.(severity(f.severity)) { (words::severity(f.severity)) } }
                    table {
                        thead { tr {
                            th scope="col" { "Fact" } th scope="col" { "Observed" } th scope="col" { "The rule asks" } th scope="col" { "Source" }
                        } }
                        tbody { @for e in &f.evidence { (observation(e)) } }
                    }
                    @if !f.confirm.is_empty() { p { "See it yourself (reads only):" } (shell(&f.confirm)) }
                    @if !f.references.is_empty() { p.references { "Read on: " (visible(&f.references.join(", "), false)) } }
                }
            }
        }
    }
}

fn observation(e: &Evidence) -> Markup {
    html! {
        tr {
            th scope="row" { code { (visible(&e.fact, false)) } }
            td { code { (visible(&e.observed, false)) } }
            td { @if let Some(expected) = &e.expected { code { (visible(expected, false)) } } }
            td { (visible(&to_seconds(&e.source), false)) }
        }
    }
}

/// Further names of the case.
fn identity(case: &Case, many: bool) -> Markup {
    let details: Vec<&(String, String)> = case.subject.iter().flat_map(|s| &s.details).collect();
    if details.is_empty() {
        return html! {};
    }
    html! {
        section.identity {
            (heading(many, "What is meant"))
            dl { @for (what, value) in details { div { dt { (visible(&what.replace('_', " "), false)) } dd { code { (visible(value, false)) } } } } }
        }
    }
}
