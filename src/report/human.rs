//! The report for a person at a terminal: verdict, cause, decision path, evidence, what to do
//! and not to do, what follows, what was not seen.
pub(super) mod advice;
mod case;
mod closing;
mod evidence;
mod others;
mod page;
pub(super) mod path;
mod policy;
mod several;
mod sweep;
pub(super) mod verdict;
pub(super) mod ways;
pub(super) mod windows;
mod word;
pub(super) mod words;

use super::order::{self, Case};
use super::text::count;
use super::time::to_seconds;
use super::told;
use super::{DOCTOR, Judged, Look};
use crate::finding::{Report, SubjectKind};
use page::{Page, Tone};
use std::io;

/// How many entries a list gets before it is cut and says so.
const LIST: usize = 5;

/// Writes the report.
pub(super) fn write(report: &Report, look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    let page = Page::new(look, &report.taken_at);
    write_on(page, report, out)
}

/// Writes several reports: a line for each input, worst first, then each that needs a closer look below a line with it.
pub(super) fn write_several(all: &[Judged], look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    several::write(all, look, out)
}

fn write_on(mut page: Page, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut cases = order::cases(report);
    cases.sort_by_key(verdict::word);
    let shown: Vec<&Case> = cases.iter().filter(|c| deserves(c, report)).collect();
    header(&mut page, report, &shown);
    match shown.as_slice() {
        [] => nothing(&mut page, report),
        [one] => case::write(&mut page, one),
        many => sweep::write(&mut page, many, report.tmux_socket.as_deref()),
    }
    closing::write(&mut page, report, &cases, &shown);
    out.write_all(page.finish().as_bytes())
}

/// Whether a case is told at all: every session is; the host and records only when there is something to tell.
pub(super) fn deserves(case: &Case, report: &Report) -> bool {
    match case.subject.map(|s| s.kind) {
        Some(SubjectKind::Session | SubjectKind::Window) => true,
        None => !case.operations.is_empty() || !case.families.is_empty(),
        // Without a session the host is all there is, and its blind spots are the verdict.
        Some(SubjectKind::Host)
            if report.exit_code == 3 && !has_sessions(report) && report.operations.is_empty() =>
        {
            true
        }
        Some(SubjectKind::Host | SubjectKind::Record) => {
            !(case.families.is_empty() && case.errors.is_empty() && case.unknown.is_empty())
        }
    }
}

fn has_sessions(report: &Report) -> bool {
    report.subjects.iter().any(|s| s.kind == SubjectKind::Session)
}

/// Who speaks, about what, seen when and how.
fn header(page: &mut Page, report: &Report, shown: &[&Case]) {
    let about = match shown {
        [one] => verdict::subject(one.subject),
        [] => String::new(),
        many => verdict::list(&kinds(many)),
    };
    let about = if about.is_empty() { String::new() } else { format!(", {about}") };
    page.prose(0, &format!("houmao-doctor {DOCTOR}{about}, observed {}", to_seconds(&report.taken_at)));
    if let Some(waited) = &report.waited {
        page.prose(0, &words::waited(waited));
    }
    page.blank();
}

/// How many there are of each kind, so that the count below adds up.
fn kinds(cases: &[&Case]) -> Vec<String> {
    let of = |kind| cases.iter().filter(|c| c.is(kind)).count();
    let untold = cases.iter().filter(|c| c.subject.is_none()).count();
    let counted = [(of(SubjectKind::Session), "session"), (of(SubjectKind::Record), "registry record")];
    let mut kinds: Vec<String> =
        counted.iter().filter(|(n, _)| *n > 0).map(|(n, noun)| count(*n, noun)).collect();
    for (n, name) in [(untold, "the command asked about"), (of(SubjectKind::Host), "this machine")] {
        kinds.extend((n > 0).then(|| name.to_owned()));
    }
    kinds
}

/// Nothing is there to be judged; that is not health.
fn nothing(page: &mut Page, report: &Report) {
    let blind = if report.not_looked.is_empty() { "" } else { ", but not everything could be looked at" };
    page.lead("NOTHING TO EXAMINE", Tone::Unsure, &format!("{}{blind}.", told::nothing(report)));
}
