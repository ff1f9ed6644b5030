//! One HTML file that needs nothing else: no script, no network, no font. It is read on a screen in light and dark, on
//! paper, with a keyboard and by a screen reader. A library escapes; a content security policy forbids the rest.
mod case;
mod draw;
mod path;
mod several;
mod style;
mod windows;

use super::order::{self, Case};
use super::tally::{self, Tally};
use super::text::{self, prose, visible};
use super::time::to_seconds;
use super::verdict::{self, Word};
use super::{DOCTOR, Look, told, words};
use crate::finding::{NotLooked, Report, Verdict};
use maud::{DOCTYPE, Markup, html};
pub(super) use several::write_several;
use std::io;

/// What a browser may load for the page: its own style and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// Writes the page.
pub(super) fn write(report: &Report, look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    let cases = told::shown(report);
    let about = format!("{}: {}", mark(&cases, headline(report, &cases).0), title(&cases));
    let many = cases.len() > 1;
    let page = page(
        &about,
        &html! {
            (banner(report))
            main #verdict tabindex="-1" {
                (lead(report, &cases))
                @for (n, case) in cases.iter().enumerate().filter(|(_, c)| !many || verdict::word(c) < Word::Info) {
                    (case::article(case, look, n, many))
                }
                (unseen(report))
                (checks(report, "checks", "All checks"))
            }
            footer {
                (closing(report, &cases))
                (UNTOUCHED)
            }
        },
    );
    writeln!(out, "{}", page.into_string())
}

/// A whole page: what its window is called, and what stands in it.
fn page(about: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="generator" content={ "houmao-doctor " (DOCTOR) };
                title { (about) " - houmao-doctor" }
                style { (maud::PreEscaped(style::SHEET)) }
            }
            body {
                a.skip href="#verdict" { "Skip to the verdict" }
                (body)
            }
        }
    }
}

/// Said at the end of every page.
const UNTOUCHED: maud::PreEscaped<&str> =
    maud::PreEscaped("<p>Nothing was changed and no command of Houmao was run to make this report.</p>");

/// Who speaks, for which release, seen when.
fn banner(report: &Report) -> Markup {
    html! {
        header.banner {
            (brand())
            (facts(report))
        }
    }
}

fn brand() -> Markup {
    html! { p.brand { (draw::mark()) "houmao-doctor" span.version { (DOCTOR) } } }
}

/// For which release was judged, when, and how it came out.
fn facts(report: &Report) -> Markup {
    let houmao = report.houmao_version.as_deref().map_or("not known".to_owned(), |v| visible(v, false));
    html! {
        dl.facts {
            div { dt { "Houmao" } dd { (houmao) } }
            div { dt { "Known by" } dd { (prose(&report.houmao_known_by)) } }
            div { dt { "Observed" } dd { time datetime=(visible(&report.taken_at, false)) { (visible(&to_seconds(&report.taken_at), false)) } } }
            @if let Some(waited) = &report.waited { div { dt { "Waited" } dd { (prose(&words::waited(waited))) } } }
            div { dt { "Exit code" } dd { (report.exit_code) } }
        }
    }
}

/// The worst verdict and its sentence.
fn headline(report: &Report, cases: &[Case]) -> (Word, String) {
    match cases {
        [] => (Word::CannotTell, told::nothing(report)),
        [one] => (verdict::word(one), verdict::sentence(one, true)),
        many => {
            let worst = many.iter().map(verdict::word).min().unwrap_or(Word::Ok);
            let need = many.iter().filter(|c| verdict::word(c) < Word::Info).count();
            (worst, format!("{need} of {} need a look.", text::count(many.len(), "subject")))
        }
    }
}

/// The word in which the verdict is written, which is coloured as `word`.
fn mark(cases: &[Case], word: Word) -> &'static str {
    if cases.is_empty() { "NOTHING TO EXAMINE" } else { word.text() }
}

/// What the page is about, for the window's title.
fn title(cases: &[Case]) -> String {
    match cases {
        [] => "no managed session".to_owned(),
        [one] if one.subject.is_none() => prose(&told::name(one)),
        [one] => visible(&verdict::subject(one.subject), false),
        many => text::count(many.len(), "subject"),
    }
}

/// The verdict in large, and for many cases a line for each.
fn lead(report: &Report, cases: &[Case]) -> Markup {
    let (word, sentence) = headline(report, cases);
    let mark = mark(cases, word);
    html! {
        section.lead.(class(word)) aria-labelledby="headline" {
            h1 #headline { span.word { (mark) } " " span.sentence { (prose(&sentence)) } }
            (counts(report, "Counts of all checks"))
        }
        @if cases.len() > 1 { (sweep(cases, 0)) }
    }
}

/// How many checks came to what, with a `label` for those who do not see the list.
fn counts(report: &Report, label: &str) -> Markup {
    html! {
        ul.counts aria-label=(label) {
            @for (name, n) in Tally::of(report).named() {
                li.(name) { strong { (n) } " " (name.replace('_', " ")) }
            }
        }
    }
}

/// A line for each case; `first` is the number of the first one's article on the page.
fn sweep(cases: &[Case], first: usize) -> Markup {
    html! {
        table.sweep {
            caption { "What was judged, worst first" }
            thead { tr { th scope="col" { "Verdict" } th scope="col" { "About" } th scope="col" { "In a sentence" } } }
            tbody {
                @for (n, case) in cases.iter().enumerate() {
                    @let word = verdict::word(case);
                    tr {
                        td { span.chip.(class(word)) { (word.text()) } }
                        th scope="row" {
                            @if word < Word::Info { a href={ "#case-" (first + n) } { (prose(&told::name(case))) } }
                            @else { (prose(&told::name(case))) }
                        }
                        td { (prose(&verdict::row(case))) }
                    }
                }
            }
        }
    }
}

/// The style of a verdict.
fn class(word: Word) -> &'static str {
    match word {
        Word::Danger => "danger",
        Word::Fail | Word::Error => "fail",
        Word::CannotTell => "unsure",
        Word::Warn => "warn",
        Word::Info => "info",
        Word::Ok => "ok",
    }
}

/// What could not be seen, which is never the same as fine.
fn unseen(report: &Report) -> Markup {
    let cases = order::cases(report);
    let errors =
        cases.iter().flat_map(|c| &c.errors).map(|(rule, detail)| format!("{rule}: {detail}")).collect();
    let line = |n: &NotLooked| format!("{}: {}", n.what, n.why);
    let lists: [(&str, Vec<String>); 4] = [
        ("Failed inside the doctor (please report it)", errors),
        ("Could not be decided, because something was not seen", words::blind_spots(&cases)),
        ("Not looked at", report.not_looked.iter().map(line).collect()),
        ("Limits that were hit", report.limits_hit.iter().map(line).collect()),
    ];
    html! {
        @for (heading, items) in lists.iter().filter(|(_, items)| !items.is_empty()) {
            section.unseen {
                h2 { (heading) }
                ul { @for item in items { li { (visible(item, false)) } } }
            }
        }
    }
}

/// Every check, folded, below a heading of that id.
fn checks(report: &Report, id: &str, heading: &str) -> Markup {
    if report.outcomes.is_empty() {
        return html! {};
    }
    html! {
        section.checks aria-labelledby=(id) {
            h2 #(id) { (heading) }
            details {
                summary { (text::count(report.outcomes.len(), "check")) ", and what came of each" }
                table {
                    thead { tr { th scope="col" { "Check" } th scope="col" { "About" } th scope="col" { "Outcome" } } }
                    tbody {
                        @for o in &report.outcomes {
                            @let (word, class) = outcome(&o.verdict);
                            tr {
                                th scope="row" { code { (visible(&o.rule, false)) } }
                                td { code { (visible(&o.subject, false)) } }
                                td { span.chip.(class) { (word) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn outcome(verdict: &Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Fired { finding } => (words::severity(finding.severity), case::severity(finding.severity)),
        Verdict::Suppressed { .. } => ("suppressed", "idle"),
        Verdict::Passed => ("passed", "ok"),
        Verdict::NotApplicable => ("not applicable", "idle"),
        Verdict::Unknown { .. } => ("unknown", "unsure"),
        Verdict::Error { .. } => ("error", "fail"),
    }
}

/// Counts, and where to read on.
fn closing(report: &Report, cases: &[Case]) -> Markup {
    html! {
        p { (tally::sentence(report)) }
        @if let Some(family) = cases.iter().flat_map(|c| &c.families).next() {
            p { "More: " code { "houmao-doctor explain " (visible(&family.head.rule, false)) } }
        }
    }
}
