//! What ends every report: what could not be seen, the counts, the exit code, where to read on.
use super::LIST;
use super::page::{Page, Tone};
use super::policy;
use super::words::blind_spots;
use crate::finding::{Detail, NotLooked, Report, Verdict};
use crate::report::order::Case;

/// Writes it.
pub(super) fn write(page: &mut Page, report: &Report, cases: &[Case], shown: &[&Case]) {
    unseen(page, report, cases);
    policy::write(page, report);
    footer(page, report, shown);
}

/// What could not be seen, which is never the same as fine.
fn unseen(page: &mut Page, report: &Report, cases: &[Case]) {
    let errors: Vec<String> =
        cases.iter().flat_map(|c| &c.errors).map(|(rule, detail)| format!("{rule}: {detail}")).collect();
    list(page, "Failed inside the doctor (please report it)", &errors);
    let full = page.look.detail == Detail::Full;
    let blind = if full { super::words::blind_facts(cases) } else { blind_spots(cases) };
    list(page, "Could not be decided, because something was not seen", &blind);
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
    if page.look.detail != Detail::Brief {
        page.prose(0, &counts(page, report, shown));
    }
    release(page, report);
    let head = shown.iter().flat_map(|c| &c.families).find(|f| f.severity() >= page.look.show);
    let code = format!("Exit code {}.", report.exit_code);
    match head {
        Some(family) => page.raw(0, &format!("{code} More: houmao-doctor explain {}", family.head.rule)),
        None => page.prose(0, &code),
    }
}

/// The release of Houmao that was judged for, and how it is known.
fn release(page: &mut Page, report: &Report) {
    match &report.houmao_version {
        Some(_) if page.look.detail == Detail::Brief => {}
        Some(version) => page.prose(0, &format!("Judged for Houmao {version} ({}).", report.houmao_known_by)),
        None => page.prose(0, &format!("Houmao's release is not known: {}", report.houmao_known_by)),
    }
}

/// How many of what, as one sentence.
fn counts(page: &Page, report: &Report, shown: &[&Case]) -> String {
    let (mut fired, mut passed, mut unknown, mut idle, mut errors, mut quiet) = (0, 0, 0, 0, 0, 0);
    for o in &report.outcomes {
        *match o.verdict {
            Verdict::Fired { .. } => &mut fired,
            Verdict::Suppressed { .. } => &mut quiet,
            Verdict::Passed => &mut passed,
            Verdict::Unknown { .. } => &mut unknown,
            Verdict::NotApplicable => &mut idle,
            Verdict::Error { .. } => &mut errors,
        } += 1;
    }
    let echoes: usize = shown.iter().flat_map(|c| &c.families).map(|f| f.echoes.len()).sum();
    let echoes = if echoes == 0 {
        String::new()
    } else {
        format!(" ({echoes} {} from others)", if echoes == 1 { "follows" } else { "follow" })
    };
    let below = shown.iter().flat_map(|c| &c.families).filter(|f| f.severity() < page.look.show).count();
    let hidden = if below == 0 { String::new() } else { format!(" ({below} below --show)") };
    // A verdict on one session counts the checks of that session alone.
    let beside = match shown {
        [one] if passed > one.passed => format!(" ({} beside the session)", passed - one.passed),
        _ => String::new(),
    };
    let idle =
        if page.look.detail == Detail::Full { format!(", {idle} not applicable") } else { String::new() };
    let quiet = if quiet == 0 { String::new() } else { format!(", {quiet} suppressed") };
    let errors = if errors == 0 { String::new() } else { format!(", {errors} failed inside the doctor") };
    format!("{fired} fired{hidden}{echoes}{quiet}, {passed} passed{beside}, {unknown} unknown{idle}{errors}.")
}

/// Every outcome, a line each.
fn outcomes(page: &mut Page, report: &Report) {
    page.heading("All checks");
    let wide = report.outcomes.iter().map(|o| o.rule.len()).max().unwrap_or(0);
    for o in &report.outcomes {
        let (word, tone) = match &o.verdict {
            Verdict::Fired { .. } => ("FIRED", Some(Tone::Bad)),
            Verdict::Suppressed { .. } => ("suppressed", Some(Tone::Faint)),
            Verdict::Passed => ("passed", None),
            Verdict::NotApplicable => ("not applicable", Some(Tone::Faint)),
            Verdict::Unknown { .. } => ("UNKNOWN", Some(Tone::Unsure)),
            Verdict::Error { .. } => ("ERROR", Some(Tone::Bad)),
        };
        let cells = page.show(&format!("  {word:<14}  {:<wide$}  ", o.rule));
        let subject = page.show(&o.subject);
        page.columns(&cells, &subject, tone);
    }
    page.blank();
}
