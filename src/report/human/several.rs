//! Several inputs: one line each, worst first, then the reports on those that need a closer look.
use super::page::{Page, Tone};
use super::sweep;
use super::verdict::{self, Word};
use super::{DOCTOR, LIST, write_on};
use crate::finding::{Detail, Report};
use crate::report::text::count;
use crate::report::{Judged, Look, told};
use std::io;

/// What is told of one input in a line.
struct Input<'a> {
    judged: &'a Judged<'a>,
    /// The verdict on the worst of what was judged; none where there was nothing to be judged.
    word: Option<Word>,
    sentence: String,
}

impl<'a> Input<'a> {
    fn of(judged: &'a Judged<'a>) -> Self {
        let cases = told::shown(judged.report);
        let sentence = match cases.as_slice() {
            [] => told::nothing(judged.report),
            [one] => verdict::row(one),
            [worst, ..] => {
                format!(
                    "{}: {} (of {})",
                    told::name(worst),
                    verdict::row(worst),
                    count(cases.len(), "subject")
                )
            }
        };
        Input { judged, word: cases.first().map(verdict::word), sentence }
    }

    /// What it is sorted by: that nothing was judged is no health.
    fn rank(&self) -> Word {
        self.word.unwrap_or(Word::CannotTell)
    }
}

/// Writes them.
pub(super) fn write(all: &[Judged], look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    let mut inputs: Vec<Input> = all.iter().map(Input::of).collect();
    inputs.sort_by_key(Input::rank);
    let mut page = Page::new(look, all.first().map_or("", |one| one.report.taken_at.as_str()));
    page.prose(0, &format!("houmao-doctor {DOCTOR}, {}: {}.", count(all.len(), "input"), tally(&inputs)));
    page.blank();
    lines(&mut page, &inputs);
    let full = look.detail == Detail::Full;
    let closer: Vec<&Input> = inputs.iter().filter(|i| full || i.rank() < Word::Info).collect();
    let most = if full { closer.len() } else { LIST };
    if closer.len() > most {
        page.blank();
        let left = closer.len() - most;
        page.prose(
            0,
            &format!("Told below are the {most} worst; {left} more need a closer look (-v tells all)."),
        );
    }
    out.write_all(page.finish().as_bytes())?;
    closer.iter().take(most).try_for_each(|input| report(input, look, out))
}

/// The report on one input.
fn report(input: &Input, look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    let report: &Report = input.judged.report;
    let mut page = Page::new(look, &report.taken_at);
    writeln!(out)?;
    page.rule(&input.judged.input);
    write_on(page, report, out)
}

/// A line each; paths are long, so that they get more of it than the names of sessions.
fn lines(page: &mut Page, inputs: &[Input]) {
    let names: Vec<String> = inputs.iter().map(|i| page.show(&i.judged.input)).collect();
    let wide = sweep::name_columns(&names, page.look.width / 2);
    for (input, name) in inputs.iter().zip(&names) {
        let (text, tone) = input.word.map_or(("NOTHING", Tone::Unsure), |word| (word.text(), word.tone()));
        sweep::line(page, (text, tone), name, &input.sentence, wide);
    }
}

/// How many of each verdict: `1 FAIL, 2 OK, 1 NOTHING TO EXAMINE`.
fn tally(inputs: &[Input]) -> String {
    let mut told = sweep::tally(inputs.iter().filter_map(|i| i.word));
    let nothing = inputs.iter().filter(|i| i.word.is_none()).count();
    if nothing > 0 {
        let gap = if told.is_empty() { "" } else { ", " };
        told += &format!("{gap}{nothing} NOTHING TO EXAMINE");
    }
    told
}
