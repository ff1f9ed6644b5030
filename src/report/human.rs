//! The report for a person at a terminal: verdict, cause, decision path, what to do, what not to do, evidence.
mod advice;
mod case;
mod evidence;
mod page;
mod path;
mod verdict;
mod words;

use super::order::{self, Case};
use super::text::{columns, count, to_seconds};
use super::{DOCTOR, Look};
use crate::finding::{Detail, NotLooked, Report, SubjectKind, Verdict};
use page::{Page, Tone};
use std::io;
use verdict::Word;

/// How many lines a list gets before it is cut and says so.
const LIST: usize = 5;

/// Writes the report.
pub(super) fn write(report: &Report, look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page::new(look);
    let mut cases = order::cases(report);
    cases.sort_by_key(verdict::word);
    let shown: Vec<&Case> = cases.iter().filter(|c| deserves(c, report)).collect();
    header(&mut page, report, &shown);
    match shown.as_slice() {
        [] => nothing(&mut page, report),
        [one] => case::write(&mut page, one),
        many => sweep(&mut page, many),
    }
    unseen(&mut page, report, &cases);
    footer(&mut page, report, &shown);
    out.write_all(page.finish().as_bytes())
}

/// Whether a case is told at all: every session is; the host and records only when there is something to tell.
fn deserves(case: &Case, report: &Report) -> bool {
    match case.subject.map(|s| s.kind) {
        Some(SubjectKind::Session | SubjectKind::Window) => true,
        None => !case.operations.is_empty() || !case.families.is_empty(),
        // Without a session the host is all there is, and its blind spots are the verdict.
        Some(SubjectKind::Host) if report.exit_code == 3 && !has_sessions(report) => true,
        Some(SubjectKind::Host | SubjectKind::Record) => {
            !(case.families.is_empty() && case.errors.is_empty() && case.unknown.is_empty())
        }
    }
}

fn is_session(case: &Case) -> bool {
    case.is(SubjectKind::Session)
}

fn has_sessions(report: &Report) -> bool {
    report.subjects.iter().any(|s| s.kind == SubjectKind::Session)
}

/// Who speaks, about what, seen when and how.
fn header(page: &mut Page, report: &Report, shown: &[&Case]) {
    let about = match shown {
        [one] => verdict::subject(one.subject),
        [] => String::new(),
        many => count(many.iter().filter(|c| is_session(c)).count(), "session"),
    };
    let about = if about.is_empty() { String::new() } else { format!("   {about}") };
    page.raw(0, &format!("houmao-doctor {DOCTOR}{about}   observed {}", to_seconds(&report.taken_at)));
    let release = match &report.houmao_version {
        Some(version) => format!("Houmao {version} ({})", report.houmao_known_by),
        None => format!("Houmao's release is not known: {}", report.houmao_known_by),
    };
    page.prose(0, &release);
    if let [one] = shown {
        root(page, one);
    }
    page.blank();
}

/// The session root, below which the sources of a case that needs a closer look are told.
fn root(page: &mut Page, case: &Case) {
    let root = evidence::root(case, page.look.detail).filter(|_| verdict::word(case) < Word::Info);
    if let Some(root) = root {
        page.raw(0, &format!("session root  {root}"));
    }
}

/// Nothing is there to be judged; that is not health.
fn nothing(page: &mut Page, report: &Report) {
    let blind = if report.not_looked.is_empty() { "" } else { ", but not everything could be looked at" };
    page.lead("NOTHING TO EXAMINE", Tone::Unsure, &format!("no managed session was found{blind}."));
}

/// Many cases: one line each, worst first; what not to run; then the details of those that need it.
fn sweep(page: &mut Page, cases: &[&Case]) {
    let names: Vec<String> = cases.iter().map(|c| page.show(&name(c))).collect();
    let wide = names.iter().map(|n| columns(n)).max().unwrap_or(0).min(24);
    for (case, name) in cases.iter().zip(&names) {
        let word = verdict::word(case);
        let pad = " ".repeat(wide.saturating_sub(columns(name)));
        let mark = format!("{:<11}  {name}{pad}  ", word.text());
        page.lead_row(word.text(), word.tone(), &mark, &verdict::sentence(case, false));
    }
    for case in cases.iter().filter(|c| verdict::word(c) < Word::Info) {
        page.blank();
        page.rule(&name(case));
        root(page, case);
        case::write(page, case);
    }
}

/// What a line of the sweep is called.
fn name(case: &Case) -> String {
    match (case.subject, case.operations.first()) {
        (Some(s), _) if s.kind == SubjectKind::Host => "this machine".to_owned(),
        (Some(s), _) => s.name.clone(),
        (None, Some(op)) => op.selector.clone(),
        (None, None) => String::new(),
    }
}

/// What could not be seen, which is never the same as fine.
fn unseen(page: &mut Page, report: &Report, cases: &[Case]) {
    let errors: Vec<String> =
        cases.iter().flat_map(|c| &c.errors).map(|(rule, detail)| format!("{rule}: {detail}")).collect();
    list(page, "Failed inside the doctor (please report it)", &errors);
    list(page, "Could not be decided, because something was not seen", &words::blind_spots(cases));
    if page.look.detail == Detail::Brief {
        return;
    }
    let line = |n: &NotLooked| format!("{}: {}", n.what, n.why);
    list(page, "Not looked at", &report.not_looked.iter().map(line).collect::<Vec<_>>());
    list(page, "Limits that were hit", &report.limits_hit.iter().map(line).collect::<Vec<_>>());
}

/// A list that says how much of it was left out.
fn list(page: &mut Page, heading: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    page.heading(heading);
    let shown = if page.look.detail == Detail::Full { items.len() } else { LIST };
    items.iter().take(shown).for_each(|item| page.item("  - ", item));
    if items.len() > shown {
        page.prose(4, &format!("and {} more with -v", items.len() - shown));
    }
}

/// Counts, the exit code, and where to read on.
fn footer(page: &mut Page, report: &Report, shown: &[&Case]) {
    page.blank();
    if page.look.detail == Detail::Full {
        outcomes(page, report);
    }
    let (mut fired, mut passed, mut unknown, mut idle, mut errors) = (0, 0, 0, 0, 0);
    for o in &report.outcomes {
        *match o.verdict {
            Verdict::Fired { .. } => &mut fired,
            Verdict::Passed => &mut passed,
            Verdict::Unknown { .. } => &mut unknown,
            Verdict::NotApplicable => &mut idle,
            Verdict::Error { .. } => &mut errors,
        } += 1;
    }
    let echoes: usize = shown.iter().flat_map(|c| &c.families).map(|f| f.echoes.len()).sum();
    let echoes = if echoes == 0 { String::new() } else { format!(" ({echoes} follow from others)") };
    let below = shown.iter().flat_map(|c| &c.families).filter(|f| f.severity() < page.look.show).count();
    let hidden = if below == 0 { String::new() } else { format!(" ({below} below --show)") };
    let idle =
        if page.look.detail == Detail::Full { format!(", {idle} not applicable") } else { String::new() };
    let errors = if errors == 0 { String::new() } else { format!(", {errors} failed inside the doctor") };
    page.prose(
        0,
        &format!(
            "{fired} fired{hidden}{echoes}, {passed} passed, {unknown} unknown{idle}{errors}. \
             Exit code {}.",
            report.exit_code
        ),
    );
    let head = shown.iter().flat_map(|c| &c.families).find(|f| f.severity() >= page.look.show);
    if let Some(family) = head {
        page.raw(0, &format!("More: houmao-doctor explain {}", family.head.rule));
    }
}

/// Every outcome, a line each.
fn outcomes(page: &mut Page, report: &Report) {
    page.heading("All checks");
    let wide = report.outcomes.iter().map(|o| o.rule.len()).max().unwrap_or(0);
    for o in &report.outcomes {
        let (word, tone) = match &o.verdict {
            Verdict::Fired { .. } => ("FIRED", Some(Tone::Bad)),
            Verdict::Passed => ("passed", None),
            Verdict::NotApplicable => ("not applicable", Some(Tone::Faint)),
            Verdict::Unknown { .. } => ("UNKNOWN", Some(Tone::Unsure)),
            Verdict::Error { .. } => ("ERROR", Some(Tone::Bad)),
        };
        let line = page.show(&format!("  {word:<14}  {:<wide$}  {}", o.rule, o.subject));
        page.row(&line, tone);
    }
    page.blank();
}
