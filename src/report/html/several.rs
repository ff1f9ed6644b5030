//! The reports on several inputs on one page: a line for each, then each below a heading with its input.
use super::{
    UNTOUCHED, brand, case, checks, class, closing, counts, facts, headline, mark, page, sweep, unseen,
};
use crate::report::order::Case;
use crate::report::text::{count, prose, visible};
use crate::report::verdict::{self, Word};
use crate::report::{Judged, Look, told};
use maud::{Markup, html};
use std::io;

/// An input, its cases, and the number on the page of the first of them.
struct Input<'a> {
    judged: &'a Judged<'a>,
    cases: Vec<Case<'a>>,
    first: usize,
}

/// Writes the page.
pub(in crate::report) fn write_several(
    all: &[Judged],
    look: &Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut first = 0;
    let inputs = all.iter().map(|judged| {
        let cases = told::shown(judged.report);
        let input = Input { first, judged, cases };
        first += input.cases.len();
        input
    });
    let inputs: Vec<Input> = inputs.collect();
    let body = html! {
        header.banner { (brand()) }
        main #verdict tabindex="-1" {
            (lead(&inputs))
            @for (n, input) in inputs.iter().enumerate() { (report(input, n, look)) }
        }
        footer { (UNTOUCHED) }
    };
    writeln!(out, "{}", page(&count(all.len(), "input"), &body).into_string())
}

/// The worst verdict, and a line for each input.
fn lead(inputs: &[Input]) -> Markup {
    let words = || inputs.iter().map(|i| headline(i.judged.report, &i.cases).0);
    let worst = words().min().unwrap_or(Word::Ok);
    let need = words().filter(|word| *word < Word::Info).count();
    html! {
        section.lead.(class(worst)) aria-labelledby="headline" {
            h1 #headline {
                span.word { (worst.text()) } " "
                span.sentence { (need) " of " (count(inputs.len(), "input")) " need a look." }
            }
        }
        table.sweep {
            caption { "What was judged, in the order in which it was named" }
            thead { tr { th scope="col" { "Verdict" } th scope="col" { "Input" } th scope="col" { "In a sentence" } } }
            tbody {
                @for (n, input) in inputs.iter().enumerate() {
                    @let (word, sentence) = headline(input.judged.report, &input.cases);
                    tr {
                        td { span.chip.(class(word)) { (mark(&input.cases, word)) } }
                        th scope="row" { a href={ "#input-" (n) } { code { (visible(&input.judged.input, false)) } } }
                        td { (prose(&sentence)) }
                    }
                }
            }
        }
    }
}

/// One report.
fn report(input: &Input, n: usize, look: &Look) -> Markup {
    let Input { judged: Judged { input: name, report }, cases, first } = input;
    let many = cases.len() > 1;
    let name = visible(name, false);
    html! {
        section.input #{ "input-" (n) } aria-labelledby={ "input-" (n) "-name" } {
            h2 #{ "input-" (n) "-name" } { code { (name) } }
            (facts(report))
            (counts(report, &format!("Counts of all checks of {name}")))
            @if cases.is_empty() { p { "NOTHING TO EXAMINE: " (prose(&told::nothing(report))) "." } }
            @if many { (sweep(cases, *first)) }
            @for (at, case) in cases.iter().enumerate().filter(|(_, c)| !many || verdict::word(c) < Word::Info) {
                (case::article(case, look, first + at, true))
            }
            (unseen(report))
            (checks(report, &format!("checks-{n}"), &format!("All checks of {name}")))
            (closing(report, cases))
        }
    }
}
