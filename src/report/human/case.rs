//! The sections about one case, in the order in which an operator needs them.
use super::page::Page;
use super::path;
use super::verdict::{self, Word};
use super::words::{effect, effect_of, severity};
use crate::finding::{Detail, DoNot, Finding, Operation, OperationVerdict, Remedy, Severity};
use crate::report::order::{Case, Family};

/// Everything about one case: verdict, cause, path, evidence, what to do and not to do, what follows.
pub(super) fn write(page: &mut Page, case: &Case) {
    let word = verdict::word(case);
    page.lead(word.text(), word.tone(), &verdict::sentence(case, true));
    if page.look.detail == Detail::Full {
        for (what, value) in case.subject.iter().flat_map(|s| &s.details) {
            page.raw(2, &format!("{what}: {value}"));
        }
    }
    let shown: Vec<&Family> = case.families.iter().filter(|f| f.severity() >= page.look.show).collect();
    let (told, listed) = split(&shown, page.look.detail);
    if word == Word::Danger {
        do_not(page, &shown, "Do not run");
        harm(page, case);
    }
    causes(page, &told, word);
    if page.look.detail != Detail::Brief {
        let full = page.look.detail == Detail::Full;
        let evidence_of = told.iter().filter(|_| !full).flat_map(|f| &f.head.evidence);
        let sources: Vec<&str> = evidence_of.map(|e| e.source.as_str()).collect();
        paths(page, case, &sources);
        evidence(page, &told);
    }
    remedies(page, &shown, word);
    if word != Word::Danger {
        do_not(page, &shown, "Do not");
    }
    echoes(page, &shown);
    also(page, &listed);
    others(page, case);
}

/// The families that are told in full, and those that get one line.
fn split<'a>(shown: &[&'a Family<'a>], detail: Detail) -> (Vec<&'a Family<'a>>, Vec<&'a Family<'a>>) {
    let worst = shown.first().map_or(Severity::Info, |f| f.severity());
    let floor = match (detail, worst) {
        (Detail::Full, _) => Severity::Info,
        (_, Severity::Danger | Severity::Error) => Severity::Error,
        (_, Severity::Warning | Severity::Info) => Severity::Warning,
    };
    shown.iter().partition(|f| f.severity() >= floor)
}

/// What is wrong, with this subject's values, and why.
fn causes(page: &mut Page, told: &[&Family], word: Word) {
    let heading = if word <= Word::Fail { "Cause" } else { "Found" };
    for (n, family) in told.iter().enumerate() {
        let f = family.head;
        let more = if n == 0 { heading } else { "And" };
        page.heading(&format!("{more}: {} ({})", f.rule, severity(f.severity)));
        let message = f.message.trim();
        if (n > 0 || word == Word::Danger) && !message.starts_with(f.title.trim()) {
            page.prose(2, &format!("{}.", f.title.trim_end_matches('.')));
        }
        page.prose(2, message);
        if !f.caused_by.is_empty() {
            page.prose(
                2,
                &format!("Follows from {}, which is told elsewhere in this report.", f.caused_by.join(", ")),
            );
        }
        if page.look.detail == Detail::Brief {
            continue;
        }
        if !f.why.trim().is_empty() {
            page.prose(2, &f.why.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        if !f.confirm.is_empty() {
            page.prose(2, "See it yourself (reads only):");
            page.command(6, &f.confirm);
        }
    }
}

/// The path of the main operation where it is worth a look, and all paths where everything is wanted.
fn paths(page: &mut Page, case: &Case, told: &[&str]) {
    let full = page.look.detail == Detail::Full;
    for (n, op) in case.operations.iter().enumerate() {
        if full || (n == 0 && op.verdict != OperationVerdict::WillWork) {
            path::write(page, op, told);
        }
        if full && !op.effects.is_empty() {
            page.heading(&format!("What {} would change", op.operation));
            for e in &op.effects {
                page.item("  - ", &format!("{}{}", effect(e), if e.harm { "  HARM" } else { "" }));
            }
        }
    }
}

/// Observed against expected, each with its source.
fn evidence(page: &mut Page, told: &[&Family]) {
    let full = page.look.detail == Detail::Full;
    let mut seen = Vec::new();
    let findings =
        told.iter().flat_map(|f| std::iter::once(f.head).chain(f.echoes.iter().copied().filter(|_| full)));
    for e in findings.flat_map(|f| &f.evidence) {
        if seen.contains(&e) {
            continue;
        }
        if seen.is_empty() {
            page.heading("Evidence");
        }
        seen.push(e);
        let seen = format!("{} is {}", e.fact, e.observed);
        match &e.expected {
            Some(expected) => page.pair(2, &seen, &format!("expected: {expected}")),
            None => page.raw(2, &seen),
        }
        page.raw(6, &format!("from {}", e.source));
    }
}

/// The way out: numbered, safest first within each finding, worst finding first.
fn remedies(page: &mut Page, shown: &[&Family], word: Word) {
    let forbidden: Vec<&[String]> =
        all(shown).flat_map(|f| &f.do_not).map(|d| d.argv.as_slice()).filter(|a| !a.is_empty()).collect();
    let mut steps: Vec<&Remedy> = Vec::new();
    for r in all(shown).filter(|f| f.severity > Severity::Info).flat_map(|f| &f.remedies) {
        let known =
            steps.iter().any(|s| if r.argv.is_empty() { s.title == r.title } else { s.argv == r.argv });
        if !known && !forbidden.contains(&r.argv.as_slice()) {
            steps.push(r);
        }
    }
    for (n, r) in steps.iter().enumerate() {
        if n == 0 {
            page.heading(if word >= Word::Warn { "Do this when it suits" } else { "Do this" });
        }
        let mark = format!("  {}. ", n + 1);
        let loses = r.loses.as_deref().map(|l| format!("; {}", l.trim_end_matches('.'))).unwrap_or_default();
        page.item(&mark, &format!("{} ({}{loses})", r.title.trim_end_matches('.'), effect_of(r.effect)));
        if !r.argv.is_empty() {
            page.command(mark.len() + 2, &r.argv);
        }
        if page.look.detail != Detail::Brief && !r.applies_because.trim().is_empty() {
            page.prose(mark.len(), &format!("Applies here: {}", r.applies_because));
        }
        let again = steps.get(n + 1).is_some_and(|next| next.verify == r.verify);
        if !r.verify.is_empty() && !again {
            page.prose(mark.len(), "See whether it worked:");
            page.command(mark.len() + 2, &r.verify);
        }
    }
}

/// What not to run or do, each once, with its reason.
fn do_not(page: &mut Page, shown: &[&Family], heading: &str) {
    let mut seen: Vec<&DoNot> = Vec::new();
    for d in all(shown).flat_map(|f| &f.do_not) {
        if seen.contains(&d) {
            continue;
        }
        if seen.is_empty() {
            page.heading(heading);
        }
        seen.push(d);
        if d.argv.is_empty() {
            page.item("  - ", &d.because);
        } else {
            page.command(4, &d.argv);
            page.prose(6, &d.because);
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
        page.item("  - ", &format!("{} {harm}", ops.join(", ")));
    }
}

/// Echoes, by name.
fn echoes(page: &mut Page, shown: &[&Family]) {
    let echoes: Vec<&Finding> = shown.iter().flat_map(|f| f.echoes.iter().copied()).collect();
    if echoes.is_empty() {
        return;
    }
    page.heading("Follows from the cause");
    for f in echoes {
        page.item("  - ", &format!("{} ({}): {}", f.rule, severity(f.severity), f.title));
        if page.look.detail == Detail::Full {
            page.prose(4, &f.message);
        }
    }
}

/// What was found too, a line each.
fn also(page: &mut Page, listed: &[&Family]) {
    if listed.is_empty() {
        return;
    }
    page.heading("Also seen");
    for f in listed.iter().map(|f| f.head) {
        page.item("  - ", &format!("{} ({}): {}", f.rule, severity(f.severity), f.title));
    }
}

/// What the other operations come to, where that is news.
fn others(page: &mut Page, case: &Case) {
    if page.look.detail == Detail::Brief {
        return;
    }
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
    format!("{} {}: {verdict}", o.operation, o.selector)
}

/// Every finding shown, causes before echoes.
fn all<'a>(shown: &[&'a Family<'a>]) -> impl Iterator<Item = &'a Finding> {
    shown.iter().copied().flat_map(|f| std::iter::once(f.head).chain(f.echoes.iter().copied()))
}
