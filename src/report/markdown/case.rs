//! The sections about one case, in the order of the human report.
use super::escape::{code, fenced, html, prose};
use super::fit::{Parts, Worth};
use super::{folded, mermaid};
use crate::finding::{Detail, Evidence, Finding, OperationVerdict, Remedy};
use crate::report::advice::{close, of_question, steps, warnings};
use crate::report::order::{Case, Family};
use crate::report::verdict::{self, Word};
use crate::report::ways::{in_words, ways_of};
use crate::report::{Look, plain, text, time, told, words};

/// Everything about one case.
pub(super) fn write(parts: &mut Parts, case: &Case, look: &Look, named: bool) {
    let word = verdict::word(case);
    let shown: Vec<&Family> = case.families.iter().filter(|f| f.severity() >= look.show).collect();
    if named {
        let sentence = prose(&verdict::sentence(case, false));
        let heading = format!("### {}: {}, {sentence}\n\n", word.text(), prose(&told::name(case)));
        parts.add(Worth::Advice, "headings", heading);
    }
    if word == Word::Danger {
        do_not(parts, case, &shown, "Do not run");
    }
    causes(parts, &shown, word);
    path(parts, case);
    do_this(parts, &shown, word);
    if word != Word::Danger {
        do_not(parts, case, &shown, "Do not");
    }
    for f in shown.iter().flat_map(|f| std::iter::once(f.head).chain(f.echoes.iter().copied())) {
        evidence(parts, f);
    }
    windows(parts, case);
}

/// What is wrong, with this subject's values.
fn causes(parts: &mut Parts, shown: &[&Family], word: Word) {
    let heading = if word <= Word::Error { "Cause" } else { "Found" };
    for (n, family) in shown.iter().enumerate() {
        let f = family.head;
        let more = if n == 0 { heading } else { "And" };
        let body = if f.message.trim().is_empty() { &f.title } else { &f.message };
        let mut text =
            format!("**{more}: {} ({})**  \n{}\n\n", code(&f.rule), words::severity(f.severity), prose(body));
        if !family.echoes.is_empty() {
            let echoes: Vec<String> = family.echoes.iter().map(|e| code(&e.rule)).collect();
            text += &format!("What follows from it: {}.\n\n", echoes.join(", "));
        }
        parts.add(Worth::Rest, "words on findings", text);
    }
}

/// The path of the main operation: in sight unless it plainly works.
fn path(parts: &mut Parts, case: &Case) {
    let Some(op) = case.operations.first() else { return };
    let title = format!("How {} decides (Houmao {}; replayed, nothing was run)", op.operation, op.houmao);
    let mut body = fenced("mermaid", &mermaid::chart(op), 0);
    if let Some(error) = &op.error {
        let code = op.exit_code.map(|c| format!(", with exit code {c}")).unwrap_or_default();
        body += &format!("\nIt would print{code}:\n\n");
        body += &fenced("text", &format!("Error: {}", text::visible(error, false)), 0);
    }
    if let Some(hidden) = &op.hidden_error {
        body += "\nThe first error, which the fallback hides from what is printed:\n\n";
        body += &fenced("text", &text::visible(hidden, false), 0);
    }
    for (n, missing) in op.missing.iter().enumerate() {
        body += if n == 0 { "\nWhat is missing to tell:\n\n" } else { "" };
        body += &format!("- {}\n", prose(missing));
    }
    let name = format!("the decision path of {}", prose(&op.operation));
    if op.verdict == OperationVerdict::WillWork {
        parts.add(Worth::Path, name, folded(&html(&title), &body));
    } else {
        parts.add(Worth::Path, name, format!("#### {}\n\n{body}\n", prose(&title)));
    }
}

/// The way out: numbered, safest first, one check at the end.
fn do_this(parts: &mut Parts, shown: &[&Family], word: Word) {
    let mut steps = steps(shown, Detail::Normal);
    let check = close(&mut steps);
    if steps.is_empty() && check.is_none() {
        return;
    }
    let heading = if word >= Word::Warn { "Do this when it suits" } else { "Do this" };
    let mut text = format!("#### {heading}\n\n");
    let ways = ways_of(&steps);
    for (n, way) in ways.iter().enumerate() {
        way.iter().enumerate().for_each(|(at, r)| text += &step(n + 1, at > 0, r));
    }
    if let Some(check) = check {
        let mark = format!("{}. ", ways.len() + 1);
        text += &format!(
            "{mark}See whether it worked (reads only)\n{}",
            fenced("sh", &text::command(check, false), mark.len())
        );
    }
    parts.add(Worth::Advice, "what to do", text + "\n");
}

/// A step; one that can be done instead of the one before, and what belongs to it, goes `on` below its number.
fn step(number: usize, on: bool, r: &Remedy) -> String {
    let mark = format!("{number}. ");
    let (title, argv) = in_words(r.title.trim_end_matches('.'), &r.argv);
    let mut text = if on {
        let what = format!("{} ({})", words::going_on(title), words::effect_of(r));
        format!("\n{}**{}** {}\n", " ".repeat(mark.len()), words::between(r), prose(&what))
    } else {
        format!("{mark}{}\n", prose(&format!("{title} ({})", words::effect_of(r))))
    };
    if !argv.is_empty() {
        text += &fenced("sh", &text::command(&argv, false), mark.len());
    }
    let because = r.applies_because.trim();
    if !because.is_empty() && !r.title.contains(because) {
        text += &format!("\n{}Applies here: {}\n", " ".repeat(mark.len()), prose(because));
    }
    text
}

/// What not to run or do, with its reason.
fn do_not(parts: &mut Parts, case: &Case, shown: &[&Family], heading: &str) {
    let asked = of_question(case);
    let (told, most) = warnings(shown, asked.as_ref(), Detail::Normal);
    if told.is_empty() {
        return;
    }
    let mut text = format!("#### {heading}\n\n");
    for d in told.iter().take(most) {
        text += &format!("- {}\n", prose(&d.because));
        if !d.argv.is_empty() {
            text += &fenced("sh", &text::command(&d.argv, false), 2);
        }
    }
    if told.len() > most {
        text += &format!("- and {} more in the full report\n", told.len() - most);
    }
    parts.add(Worth::Advice, "what not to do", text + "\n");
}

/// Why it happens, what was observed and how to see it, folded.
fn evidence(parts: &mut Parts, f: &Finding) {
    let mut body = String::new();
    let why = prose(&f.why);
    if !why.is_empty() {
        body += &format!("{why}\n\n");
    }
    body += "| fact | observed | the rule asks | source |\n|---|---|---|---|\n";
    for Evidence { fact, observed, expected, source } in &f.evidence {
        let expected = expected.as_deref().map(code).unwrap_or_default();
        let source = time::to_seconds(source);
        body += &format!("| {} | {} | {expected} | {} |\n", code(fact), code(observed), code(&source));
    }
    if !f.confirm.is_empty() {
        body += &format!(
            "\nSee it yourself (reads only):\n\n{}",
            fenced("sh", &text::command(&f.confirm, false), 0)
        );
    }
    let summary = format!("Evidence for {} ({})", f.rule, words::severity(f.severity));
    parts.add(Worth::Evidence, format!("evidence of {}", code(&f.rule)), folded(&html(&summary), &body));
}

/// The windows as tmux shows them, folded.
fn windows(parts: &mut Parts, case: &Case) {
    for layout in &case.layouts {
        let mut body = "| window | name | what it is | panes |\n|---|---|---|---|\n".to_owned();
        for w in &layout.windows {
            let panes = w.panes.iter().map(|p| {
                let dead = if p.dead { ", dead" } else { "" };
                format!("{} {} (pid {}{dead})", code(&p.id), code(&p.command), p.pid)
            });
            let mut panes: Vec<String> = panes.collect();
            if w.panes_left_out > 0 {
                panes.push(format!("and {} more", w.panes_left_out));
            }
            let role = plain::window(w);
            body += &format!(
                "| {} {} | {} | {role} | {} |\n",
                w.index,
                code(&w.id),
                code(&w.name),
                panes.join(", ")
            );
        }
        if layout.windows_left_out > 0 {
            body += &format!("\nand {} more windows\n", layout.windows_left_out);
        }
        let summary =
            format!("Windows of tmux session {} ({})", text::visible(&layout.session, false), layout.id);
        parts.add(Worth::Windows, "the windows", folded(&html(&summary), &body));
    }
}
