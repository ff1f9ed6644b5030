//! The sections about one case, in the order in which an operator needs them.
//!
//! What is wrong, what to type and what not to type must stand on the first screen, so the decision path is there told by
//! the step that stops it and by what Houmao prints; the whole path and the evidence, which are for those who doubt it,
//! come after what to do. In a danger, what not to run comes before everything.
use super::page::Page;
use super::verdict::{self, Word};
use super::words::{command_name, effect, severity};
use super::{advice, evidence, path, windows};
use crate::finding::{Detail, Finding, Operation, OperationVerdict, Severity, SubjectKind};
use crate::report::order::{Case, Family};
use crate::report::text::count;

/// Everything about one case: verdict, cause, what to do and not to do, path, evidence, what follows.
pub(super) fn write(page: &mut Page, case: &Case) {
    let (word, detail) = (verdict::word(case), page.look.detail);
    page.lead(word.text(), word.tone(), &verdict::sentence(case, true));
    names(page, case);
    let shown: Vec<&Family> = case.families.iter().filter(|f| f.severity() >= page.look.show).collect();
    let (told, listed) = split(&shown, detail);
    if word == Word::Danger {
        advice::do_not(page, &shown, "Do not run");
        harm(page, case);
    }
    causes(page, &told, word);
    stops(page, case, &told);
    let drawn = windows::wanted(case, &shown, detail);
    if drawn && detail == Detail::Normal {
        windows::draw(page, case);
    }
    advice::do_this(page, &shown, word, drawn && !case.layouts.is_empty());
    if word != Word::Danger {
        advice::do_not(page, &shown, "Do not");
    }
    if detail == Detail::Brief {
        return;
    }
    let full = detail == Detail::Full;
    if drawn && full {
        windows::draw(page, case);
    }
    // A remark says itself what was seen; its evidence is for those who doubt it.
    let doubted: Vec<&Family> =
        told.iter().copied().filter(|f| full || f.severity() > Severity::Info).collect();
    let seen = evidence::choose(&doubted, detail);
    let root = evidence::root(case, detail);
    let again = seen.entries.iter().filter(|_| detail == Detail::Normal).map(|e| e.source.as_str());
    paths(page, case, &again.collect::<Vec<_>>(), root);
    evidence::write(page, &seen, root);
    confirm(page, &doubted);
    echoes(page, &shown);
    also(page, &listed);
    others(page, case);
    looked_at(page, case, word);
}

/// All names of the subject, where everything is wanted.
fn names(page: &mut Page, case: &Case) {
    if page.look.detail == Detail::Full {
        for (what, value) in case.subject.iter().flat_map(|s| &s.details) {
            page.raw(2, &format!("{what}: {value}"));
        }
    }
}

/// Where the main operation stops, and what it prints; below the cause, or as the cause where no rule names one.
fn stops(page: &mut Page, case: &Case, told: &[&Family]) {
    let Some(main) = case.operations.first().filter(|op| path::stopping(op).is_some()) else { return };
    let alone = told.is_empty();
    if case.explained().is_some() && page.look.detail != Detail::Full {
        return;
    }
    if alone && matches!(main.verdict, OperationVerdict::WillFail | OperationVerdict::CannotTell) {
        page.heading("Cause");
    }
    if page.look.detail != Detail::Brief || alone {
        path::stop(page, main);
    }
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
    let heading = if word <= Word::Fail { "Cause" } else { "Found" };
    for (n, family) in told.iter().enumerate() {
        let f = family.head;
        let more = if n == 0 { heading } else { "And" };
        page.heading(&format!("{more}: {} ({})", f.rule, severity(f.severity)));
        let message = f.message.trim();
        // The verdict has told the first title, except in a danger; a message stands for itself.
        let untold = page.look.detail == Detail::Full && (n > 0 || word == Word::Danger);
        if (untold || message.is_empty()) && !message.starts_with(f.title.trim()) {
            page.prose(2, &format!("{}.", f.title.trim_end_matches('.')));
        }
        if !message.is_empty() {
            page.prose(2, &page.aged(message));
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

/// How a person sees it without the doctor.
fn confirm(page: &mut Page, told: &[&Family]) {
    let mut known: Vec<&[String]> = Vec::new();
    for argv in told.iter().map(|f| f.head.confirm.as_slice()).filter(|argv| !argv.is_empty()) {
        if known.is_empty() && page.look.detail == Detail::Full {
            page.heading("See it yourself (reads only)");
        } else if known.is_empty() {
            page.prose(2, "See it yourself (reads only):");
        } else if page.look.detail != Detail::Full {
            return;
        }
        if !known.contains(&argv) {
            known.push(argv);
            page.command(6, argv);
        }
    }
}

/// The path of the main operation where it is worth a look, and all paths where everything is wanted.
fn paths(page: &mut Page, case: &Case, told: &[&str], root: Option<&str>) {
    let full = page.look.detail == Detail::Full;
    let explained = case.explained().is_some();
    for (n, op) in case.operations.iter().enumerate() {
        if full || (n == 0 && !explained && op.verdict != OperationVerdict::WillWork) {
            path::write(page, op, n == 0 && op.verdict == OperationVerdict::WillFail, told, root);
        }
        if full && !op.effects.is_empty() {
            page.heading(&format!("What {} would change", command_name(&op.operation)));
            for e in &op.effects {
                page.item("  - ", &format!("{}{}", effect(e), if e.harm { "  HARM" } else { "" }));
            }
        }
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

/// Echoes, by name.
fn echoes(page: &mut Page, shown: &[&Family]) {
    let echoes: Vec<&Finding> = shown.iter().flat_map(|f| f.echoes.iter().copied()).collect();
    if echoes.is_empty() {
        return;
    }
    if page.look.detail != Detail::Full {
        page.blank();
        let names: Vec<String> =
            echoes.iter().map(|f| format!("{} ({})", f.rule, severity(f.severity))).collect();
        page.item("", &format!("Follows from the cause: {}.", names.join(", ")));
        return;
    }
    page.heading("Follows from the cause");
    for f in echoes {
        page.item("  - ", &format!("{} ({}): {}", f.rule, severity(f.severity), f.title));
        page.prose(4, &f.message);
    }
}

/// What was found too, a line each. A remark is told by its first sentence, since its title only says what kind it is of.
fn also(page: &mut Page, listed: &[&Family]) {
    if listed.is_empty() {
        return;
    }
    page.heading("Also seen");
    for f in listed.iter().map(|f| f.head) {
        let first = f.message.split_once(". ").map_or(f.message.trim_end(), |(first, _)| first);
        let told = if f.severity == Severity::Info && !first.is_empty() { first } else { &f.title };
        page.item("  - ", &format!("{} ({}): {}", f.rule, severity(f.severity), told.trim_end_matches('.')));
    }
}

/// What the other operations come to, where that is news.
fn others(page: &mut Page, case: &Case) {
    let news = |o: &&&Operation| {
        page.look.detail == Detail::Full
            || matches!(o.verdict, OperationVerdict::CannotTell | OperationVerdict::WillWorkByFallback)
    };
    let others: Vec<String> = case.operations.iter().skip(1).filter(news).map(|o| other(o)).collect();
    if !others.is_empty() {
        page.heading("Other commands");
        others.iter().for_each(|line| page.item("  - ", line));
    }
}

fn other(o: &Operation) -> String {
    let verdict = match o.verdict {
        OperationVerdict::WillWork => "will work".to_owned(),
        OperationVerdict::WillWorkByFallback => "will work, by its fallback".to_owned(),
        OperationVerdict::WillFail => {
            let error = o.error.as_deref().unwrap_or(&o.decided_by);
            format!("will fail: {error}")
        }
        OperationVerdict::WouldHarm => "would harm something that lives".to_owned(),
        OperationVerdict::CannotTell => format!("cannot be told: {}", o.missing.join("; ")),
    };
    format!("{} {}: {verdict}", command_name(&o.operation), o.selector)
}
