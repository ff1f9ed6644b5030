//! The sections about one case, in the order in which an operator needs them: verdict, cause, decision path, evidence, what
//! to do, what not to do, what follows.
//!
//! What is wrong, what to type and what not to type must stand on the first screen, so path and evidence are told in a few
//! lines unless everything is wanted. In a danger, what not to run comes before everything.
use super::page::Page;
use super::path::Said;
use super::verdict::{self, Word};
use super::words::{command_name, effect, severity};
use super::{advice, evidence, others, path, windows};
use crate::finding::{Detail, Finding, Operation, OperationVerdict, Severity, SubjectKind};
use crate::report::order::{Case, Family};
use crate::report::text::{columns, count, cut};

/// Columns that the message of a further cause may take before its first sentence has to do.
const FURTHER: usize = 320;
/// Lines of the smallest terminal in common use.
const SCREEN: usize = 24;

/// Everything about one case.
pub(super) fn write(page: &mut Page, case: &Case) {
    let (word, detail) = (verdict::word(case), page.look.detail);
    let top = page.at();
    page.lead(word.text(), word.tone(), &verdict::sentence(case, true));
    names(page, case);
    let shown: Vec<&Family> = case.families.iter().filter(|f| f.severity() >= page.look.show).collect();
    let (told, listed) = split(&shown, detail);
    if word == Word::Danger {
        advice::do_not(page, case, &shown, true, false);
        harm(page, case);
    }
    causes(page, &told, word);
    let replayed = page.at();
    let said = main_path(page, case, &told, word == Word::Danger);
    let seen = page.at();
    let drawn = windows::wanted(case, &shown, detail);
    if drawn {
        windows::draw(page, case);
    }
    let none = windows::none(page, case);
    let root = observations(page, case, &told, drawn || none || said);
    let advice = page.at();
    let to_do = advice::do_this(page, &shown, word, drawn && !case.layouts.is_empty());
    if word != Word::Danger {
        let last = page.at();
        advice::do_not(page, case, &shown, false, to_do);
        let last = if page.at() > last { last + 1 } else { last };
        // Where no rule names a cause, the path is it.
        let replayed = if told.is_empty() { seen } else { replayed };
        first_screen(page, [top, replayed, seen, advice, last]);
    }
    if detail == Detail::Brief {
        return;
    }
    let echoes: Vec<&Finding> = told.iter().flat_map(|f| f.echoes.iter().copied()).collect();
    notes(page, &echoes, &listed, root);
    other_paths(page, case);
    others::write(page, case);
    looked_at(page, case, word);
}

/// What to do and the `last` to be read at once, the heading of what not to do, stand on the first screen: where they do not,
/// what was `seen` comes after the `advice`, and where that is not enough what was `replayed` too; nothing where neither is. The case begins at `top`.
fn first_screen(page: &mut Page, [top, replayed, seen, advice, last]: [usize; 5]) {
    // Of several cases only the first one can stand on it; each of the others is a screen of its own.
    let top = if top < SCREEN { 0 } else { top };
    if page.look.detail != Detail::Normal {
        return;
    }
    // With the first command below the heading, or at least the heading.
    let fits = |from: usize, more: usize| last + more - (advice - from) - top <= SCREEN;
    let room = |more| [advice, seen, replayed].into_iter().find(|from| fits(*from, more));
    if let Some(from) = room(1).or_else(|| room(0)).filter(|from| *from < advice) {
        if from == replayed {
            page.outdent(replayed, seen);
        }
        page.defer(from, advice);
    }
}

/// All names of the subject, where everything is wanted.
fn names(page: &mut Page, case: &Case) {
    if page.look.detail == Detail::Full {
        for (what, value) in case.subject.iter().flat_map(|s| &s.details) {
            page.raw(2, &format!("{what}: {value}"));
        }
    }
}

/// How the main operation is decided, below the cause, or as the cause where no rule names one. Nothing where it works, or
/// where a remark has explained why it need not. Gives whether Houmao's error has been told.
fn main_path(page: &mut Page, case: &Case, told: &[&Family], danger: bool) -> bool {
    let Some(main) = case.operations.first() else { return false };
    let (alone, full) = (told.is_empty(), page.look.detail == Detail::Full);
    let plain = main.verdict == OperationVerdict::WillWork || case.explained().is_some();
    let stops = matches!(main.verdict, OperationVerdict::WillFail | OperationVerdict::CannotTell);
    let mut said = false;
    if alone && stops && !plain {
        page.heading("Cause");
        said = path::fold(page, main, Said::Whole);
    } else if page.look.detail == Detail::Normal && !plain {
        said = path::fold(page, main, if danger { Said::Nothing } else { Said::FirstLine });
    }
    if full {
        path::write(page, main, alone && stops && !plain);
        effects(page, main);
    }
    said
}

/// What was seen, of the findings that are told; gives the folder that was left out of the names of files. A remark says itself what was seen; its evidence is for those who doubt it.
fn observations<'a>(page: &mut Page, case: &Case<'a>, told: &[&Family], short: bool) -> Option<&'a str> {
    let detail = page.look.detail;
    if detail == Detail::Brief {
        return None;
    }
    let doubted = |f: &&&Family| detail == Detail::Full || f.severity() > Severity::Info;
    let doubted: Vec<&Family> = told.iter().filter(doubted).copied().collect();
    let root = evidence::root(case, detail);
    let root = evidence::write(page, &evidence::choose(&doubted, detail), root, short);
    if detail == Detail::Full {
        confirm(page, &doubted);
    }
    root
}

/// What a session that needs no closer look was judged by: health is told from what was seen.
fn looked_at(page: &mut Page, case: &Case, word: Word) {
    let Some(subject) = case.subject.filter(|s| s.kind == SubjectKind::Session) else { return };
    if word < Word::Info || page.look.detail == Detail::Full {
        return;
    }
    page.heading("Looked at");
    for layout in case.layouts.iter().filter(|l| l.session == subject.name) {
        let windows = count(layout.windows.len() + layout.windows_left_out, "window");
        page.prose(2, &format!("tmux session \"{}\" ({}) with {windows}", layout.session, layout.id));
    }
    for (key, what) in [("session_root", "session root"), ("record", "registry record")] {
        if let Some((_, path)) = subject.details.iter().find(|(k, _)| k == key) {
            page.raw(2, &format!("{what} {path}"));
        }
    }
}

/// The families that are told in full, and those that get one line.
fn split<'a>(shown: &[&'a Family<'a>], detail: Detail) -> (Vec<&'a Family<'a>>, Vec<&'a Family<'a>>) {
    let floor = if detail == Detail::Full { Severity::Info } else { advice::floor(shown) };
    shown.iter().partition(|f| f.severity() >= floor)
}

/// What is wrong, with this subject's values; why such a thing happens only where everything is wanted.
fn causes(page: &mut Page, told: &[&Family], word: Word) {
    let heading = if word <= Word::Error { "Cause" } else { "Found" };
    for (n, family) in told.iter().enumerate() {
        let f = family.head;
        let more = if n == 0 { heading } else { "And" };
        let heading_of = format!("{more}: {} ({})", f.rule, severity(f.severity));
        // In a danger it goes on from what not to run, so that what to do comes before the first screen ends.
        if n == 0 && word != Word::Danger {
            page.heading(&heading_of)
        } else {
            page.subheading(&heading_of)
        }
        let message = f.message.trim();
        // The verdict has told the first title, except in a danger; a message stands for itself.
        let untold = page.look.detail == Detail::Full && (n > 0 || word == Word::Danger);
        if (untold || message.is_empty()) && !message.starts_with(f.title.trim()) {
            page.prose(2, &format!("{}.", f.title.trim_end_matches('.')));
        }
        if !message.is_empty() {
            let brief = n > 0 && page.look.detail != Detail::Full;
            page.prose(2, &page.aged(&if brief { further(message) } else { message.to_owned() }));
        }
        if !f.caused_by.is_empty() {
            page.prose(
                2,
                &format!("Follows from {}, which is told elsewhere in this report.", f.caused_by.join(", ")),
            );
        }
        if page.look.detail == Detail::Full && !f.why.trim().is_empty() {
            page.prose(2, &page.aged(&f.why));
        }
    }
}

/// What is told of a cause that is not the first: all of it where it is short, else its first sentence.
fn further(message: &str) -> String {
    let words = message.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.split_once(". ").filter(|_| columns(&words) > FURTHER) {
        Some((first, _)) => format!("{first}. (More with -v.)"),
        None => words,
    }
}

/// How a person sees it without the doctor.
fn confirm(page: &mut Page, told: &[&Family]) {
    let mut known: Vec<&[String]> = Vec::new();
    for argv in told.iter().map(|f| f.head.confirm.as_slice()).filter(|argv| !argv.is_empty()) {
        if known.is_empty() {
            page.heading("See it yourself (reads only)");
        }
        if !known.contains(&argv) {
            known.push(argv);
            page.command(6, argv);
        }
    }
}

/// The paths of all operations but the main one, where everything is wanted.
fn other_paths(page: &mut Page, case: &Case) {
    if page.look.detail == Detail::Full {
        for op in case.operations.iter().skip(1) {
            path::write(page, op, false);
            effects(page, op);
        }
    }
}

/// What an operation would change.
fn effects(page: &mut Page, op: &Operation) {
    for (n, e) in op.effects.iter().enumerate() {
        if n == 0 {
            page.heading(&format!("What {} would change", command_name(&op.operation)));
        }
        page.item("  - ", &format!("{}{}", effect(e), if e.harm { "  HARM" } else { "" }));
    }
}

/// The harm that each operation would do.
fn harm(page: &mut Page, case: &Case) {
    let harming = case.operations.iter().filter(|o| o.verdict == OperationVerdict::WouldHarm);
    let mut harms: Vec<(String, Vec<&str>)> = Vec::new();
    for (op, e) in harming.flat_map(|o| o.effects.iter().filter(|e| e.harm).map(move |e| (o, e))) {
        let harm = effect(e);
        match harms.iter_mut().find(|(h, _)| *h == harm) {
            Some((_, ops)) if ops.contains(&op.operation.as_str()) => {}
            Some((_, ops)) => ops.push(&op.operation),
            None => harms.push((harm, vec![&op.operation])),
        }
    }
    // The verdict has told the first one.
    if harms.len() < 2 {
        return;
    }
    page.heading("What would be harmed");
    for (harm, ops) in harms {
        let ops: Vec<String> = ops.into_iter().map(command_name).collect();
        page.item("  - ", &format!("{} {harm}", ops.join(", ")));
    }
}

/// What follows from the cause, by name, what else is wrong, and a line a remark, unless everything is wanted; and where
/// the named files are.
fn notes(page: &mut Page, echoes: &[&Finding], listed: &[&Family], root: Option<&str>) {
    if page.look.detail == Detail::Full {
        for (n, f) in echoes.iter().enumerate() {
            if n == 0 {
                page.heading("Follows from the cause");
            }
            page.item("  - ", &format!("{} ({}): {}", f.rule, severity(f.severity), f.title));
            page.prose(4, &f.message);
        }
        return;
    }
    page.blank();
    if !echoes.is_empty() {
        let names: Vec<&str> = echoes.iter().map(|f| f.rule.as_str()).collect();
        page.item("", &format!("Follows from the cause: {}.", names.join(", ")));
    }
    for family in listed.iter().filter(|f| f.severity() > Severity::Info) {
        let (f, title) = (family.head, family.head.title.trim_end_matches('.'));
        let names: Vec<&str> = family.echoes.iter().map(|f| f.rule.as_str()).collect();
        let echoes =
            if names.is_empty() { String::new() } else { format!(" (and from it {})", names.join(", ")) };
        page.prose(0, &format!("Also seen: {} ({}): {title}{echoes}.", f.rule, severity(f.severity)));
    }
    for f in listed.iter().filter(|f| f.severity() == Severity::Info).map(|f| f.head) {
        remark(page, f);
    }
    if let Some(root) = root {
        page.raw(0, &format!("The files named without a folder are in {root}"));
    }
}

/// A remark by its first sentence, as much of it as there is room for: its title only says what kind it is of.
fn remark(page: &mut Page, f: &Finding) {
    let message = f.message.trim();
    let first = message.split_once(". ").map_or(message, |(first, _)| first);
    let told = if first.is_empty() { f.title.as_str() } else { first };
    let line =
        page.show(&format!("Remark: {}: {}", f.rule, told.split_whitespace().collect::<Vec<_>>().join(" ")));
    let name = columns(&page.show(&f.rule)) + "Remark: ".len() + 3;
    page.row(&cut(&line, page.look.width.max(name)), None);
}
