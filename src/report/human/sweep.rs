//! Many cases: one line each, worst first, then the details of those that need a closer look; both bounded.
use super::page::{Page, Tone};
use super::verdict::{self, Word};
use super::{LIST, case};
use crate::finding::{Detail, SubjectKind};
use crate::report::order::Case;
use crate::report::text::{self, columns};
use crate::report::told;

/// Lines before the rest is counted.
const LINES: usize = 40;
/// Columns that the longest name may set for all.
const NAME: usize = 24;

/// Writes them. `cases` are sorted, worst first; `socket` is what commands have to name (see `Report::tmux_socket`).
pub(super) fn write(page: &mut Page, cases: &[&Case], socket: Option<&str>) {
    let detail = page.look.detail;
    let (lines, most) = match detail {
        Detail::Full => (cases.len(), cases.len()),
        Detail::Normal | Detail::Brief => (LINES, LIST),
    };
    page.prose(0, &format!("{} in all: {}.", cases.len(), tally(words(cases))));
    page.blank();
    let names: Vec<String> = cases.iter().take(lines).map(|c| page.show(&told::name(c))).collect();
    let wide = name_columns(&names, NAME);
    for (case, name) in cases.iter().zip(&names) {
        let word = verdict::word(case);
        line(page, (word.text(), word.tone()), name, &verdict::row(case), wide);
    }
    if cases.len() > lines {
        let rest = &cases[lines..];
        page.prose(0, &format!("and {} more ({}); -v lists them all", rest.len(), tally(words(rest))));
    }
    // With -v a remark is told in full too.
    let told = |c: &&&Case| verdict::word(c) < Word::Info || detail == Detail::Full && !c.families.is_empty();
    let closer: Vec<&&Case> = cases.iter().filter(told).collect();
    for case in closer.iter().take(most) {
        page.blank();
        page.rule(&told::name(case));
        case::write(page, case);
    }
    if closer.len() > most {
        more(page, &closer[most..], socket);
    }
}

/// Columns that the names get, where none may take more than `most`.
pub(super) fn name_columns(names: &[String], most: usize) -> usize {
    names.iter().map(|n| columns(n)).filter(|n| *n <= most).max().unwrap_or(0)
}

/// One line: verdict, name, and as much of the sentence as there is room for. A name that is longer than the column for
/// it has a line of its own.
pub(super) fn line(page: &mut Page, (word, tone): (&str, Tone), name: &str, sentence: &str, wide: usize) {
    let sentence = page.show(sentence);
    let mark = format!("{word:<11}  ");
    if columns(name) > wide {
        page.row_with(word, tone, &format!("{mark}{name}"));
        let rest = page.look.width.saturating_sub(mark.len() + 2);
        page.row(&format!("{}  {}", " ".repeat(mark.len()), text::cut(&sentence, rest)), None);
    } else {
        let mark = format!("{mark}{name}{}  ", " ".repeat(wide - columns(name)));
        let room = page.look.width.saturating_sub(columns(&mark));
        page.row_with(word, tone, &format!("{mark}{}", text::cut(&sentence, room)));
    }
}

/// What needs a closer look too, and how to get it.
fn more(page: &mut Page, left: &[&&Case], socket: Option<&str>) {
    page.blank();
    page.rule("not told here");
    let told =
        format!("{} more that need a closer look ({}).", left.len(), tally(words(left.iter().copied())));
    page.prose(0, &format!("{told} -v tells of all; one of them:"));
    if let Some(first) = left.iter().filter_map(|c| c.subject).find(|s| s.kind == SubjectKind::Session) {
        let mut argv = vec!["houmao-doctor".to_owned(), "--session".to_owned(), first.name.clone()];
        argv.extend(socket.into_iter().flat_map(|path| ["-S".to_owned(), path.to_owned()]));
        page.command(2, &argv);
    }
}

fn words<'c, 'a: 'c>(cases: impl IntoIterator<Item = &'c &'c Case<'a>>) -> impl Iterator<Item = Word> {
    cases.into_iter().map(|c| verdict::word(c))
}

/// How many of each verdict: `1 DANGER, 2 FAIL, 197 OK`.
pub(super) fn tally(words: impl Iterator<Item = Word>) -> String {
    let mut counts: Vec<(Word, usize)> = Vec::new();
    for word in words {
        match counts.iter_mut().find(|(w, _)| *w == word) {
            Some((_, n)) => *n += 1,
            None => counts.push((word, 1)),
        }
    }
    counts.sort_by_key(|(word, _)| *word);
    counts.iter().map(|(w, n)| format!("{n} {}", w.text())).collect::<Vec<_>>().join(", ")
}
