//! Markdown for an issue tracker: what a person needs who was not there, with the evidence folded.
//!
//! Everything that comes from the machine is text: no markup, no mention, no reference. It fits into one issue of GitHub.
mod case;
mod escape;
mod fit;
mod mermaid;

use super::order::{self, Case};
use super::text::plain_json;
use super::time::to_seconds;
use super::verdict::{self, Word};
use super::{DOCTOR, Judged, Look, json, tally, told, words};
use crate::finding::{NotLooked, Report};
use escape::{code, fenced, prose};
use fit::{LIMIT, Parts, Worth};
use std::io;

/// Writes the document.
pub(super) fn write(report: &Report, look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    let mut parts = Parts::default();
    add(&mut parts, report, look)?;
    out.write_all(parts.fit(LIMIT).as_bytes())
}

/// Writes several reports as one document, each below a heading with its input; together they fit one issue.
pub(super) fn write_several(all: &[Judged], look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    let mut parts = Parts::default();
    for (n, judged) in all.iter().enumerate() {
        let gap = if n > 0 { "\n" } else { "" };
        let worst = told::shown(judged.report).iter().map(verdict::word).min();
        parts.begin(worst.unwrap_or(Word::Ok));
        parts.keep(format!("{gap}## {}\n\n", code(&judged.input)));
        add(&mut parts, judged.report, look)?;
    }
    out.write_all(parts.fit(LIMIT).as_bytes())
}

/// Everything about one report.
fn add(parts: &mut Parts, report: &Report, look: &Look) -> io::Result<()> {
    let cases = told::shown(report);
    head(parts, report, &cases);
    findings(parts, report, look);
    let many = cases.len() > 1;
    for case in cases.iter().filter(|c| !many || verdict::word(c) < Word::Info) {
        case::write(parts, case, look, many);
    }
    unseen(parts, report);
    full(parts, report)?;
    parts.keep(format!("\n{}\n", prose(&tally::sentence(report))));
    Ok(())
}

/// The verdicts and the versions.
fn head(parts: &mut Parts, report: &Report, cases: &[Case]) {
    match cases {
        [] => parts.keep(format!("### NOTHING TO EXAMINE: {}\n\n", prose(&told::nothing(report)))),
        [one] => {
            let sentence = prose(&verdict::sentence(one, true));
            parts.keep(format!("### {}: {sentence}\n\n", verdict::word(one).text()));
        }
        many => {
            let worst = many.iter().map(verdict::word).min().unwrap_or(Word::Ok);
            parts.keep(format!(
                "### {}: {} judged\n\n| verdict | about | in a sentence |\n|---|---|---|\n",
                worst.text(),
                super::text::count(many.len(), "subject")
            ));
            for case in many {
                let row = format!(
                    "| {} | {} | {} |\n",
                    verdict::word(case).text(),
                    prose(&told::name(case)),
                    prose(&verdict::row(case))
                );
                parts.add(Worth::Row, "rows of tables", row);
            }
            parts.keep("\n");
        }
    }
    let release = match &report.houmao_version {
        Some(version) => format!("Houmao {} ({})", code(version), code(&report.houmao_known_by)),
        None => format!("Houmao's release is not known: {}", prose(&report.houmao_known_by)),
    };
    let at = code(&to_seconds(&report.taken_at));
    parts.keep(format!(
        "houmao-doctor {} · {release} · observed {at} · exit code {}\n\n",
        code(DOCTOR),
        report.exit_code
    ));
    if let Some(waited) = &report.waited {
        parts.keep(format!("{}\n\n", prose(&words::waited(waited))));
    }
}

/// The table of findings, in the order of every format.
fn findings(parts: &mut Parts, report: &Report, look: &Look) {
    let all = order::findings(report);
    let shown: Vec<_> = all.iter().filter(|f| f.severity >= look.show).collect();
    if shown.is_empty() {
        return;
    }
    parts.keep("#### Findings\n\n| severity | rule | about | what is wrong | follows from |\n|---|---|---|---|---|\n");
    for f in &shown {
        let causes: Vec<String> = f.caused_by.iter().map(|c| code(c)).collect();
        let row = format!(
            "| {} | {} | {} | {} | {} |\n",
            words::severity(f.severity),
            code(&f.rule),
            code(&f.subject),
            prose(&f.title),
            causes.join(", ")
        );
        parts.add(Worth::Row, "rows of tables", row);
    }
    let below = all.len() - shown.len();
    let below = if below == 0 { String::new() } else { format!("\n{below} below `--show`.\n") };
    parts.keep(format!("{below}\n"));
}

/// What could not be seen, which is never the same as fine.
fn unseen(parts: &mut Parts, report: &Report) {
    let cases = order::cases(report);
    let errors: Vec<String> =
        cases.iter().flat_map(|c| &c.errors).map(|(rule, detail)| format!("{rule}: {detail}")).collect();
    let line = |n: &NotLooked| format!("{}: {}", n.what, n.why);
    let lists = [
        ("Failed inside the doctor (please report it)", errors),
        ("Could not be decided, because something was not seen", words::blind_spots(&cases)),
        ("Not looked at", report.not_looked.iter().map(line).collect()),
        ("Limits that were hit", report.limits_hit.iter().map(line).collect()),
    ];
    for (heading, items) in lists.into_iter().filter(|(_, items)| !items.is_empty()) {
        parts.keep(format!("#### {heading}\n\n"));
        for item in items {
            parts.add(Worth::Rest, "lines of what was not seen", format!("- {}\n", prose(&item)));
        }
        parts.keep("\n");
    }
}

/// Takes a part out of the published JSON.
type LeaveOut = fn(&mut json::Report);

/// The published JSON, folded: as people read it, else on one line, else without what is long and tells the least.
fn full(parts: &mut Parts, report: &Report) -> io::Result<()> {
    let mut published = json::Report::from(report);
    let fold = |what: &str, body: String| folded(what, &fenced("json", &plain_json(&body), 0));
    let pretty = fold("Full report as JSON", serde_json::to_string_pretty(&published)?);
    let mut shorter = vec![(fold("Full report as JSON", serde_json::to_string(&published)?), None)];
    let lacks: [(&str, LeaveOut); 3] = [
        ("the checks that passed or do not apply", |r| {
            let tells = |o: &json::Outcome| {
                !matches!(o.outcome, json::OutcomeKind::Passed | json::OutcomeKind::NotApplicable)
            };
            r.outcomes.list.retain(tells);
        }),
        ("the steps of the operations", |r| r.operations.iter_mut().for_each(|o| o.steps.clear())),
        ("the windows", |r| r.layouts.clear()),
    ];
    let mut without: Vec<&str> = Vec::new();
    for (what, leave_out) in lacks {
        leave_out(&mut published);
        without.push(what);
        let all = without.join(", ");
        let text = fold(&format!("Report as JSON, without {all}"), serde_json::to_string(&published)?);
        shorter.push((text, Some(format!("in the JSON {all}"))));
    }
    parts.add_or(Worth::Json, "the full JSON", pretty, shorter);
    Ok(())
}

/// What is open only on demand. `summary` is HTML.
fn folded(summary: &str, body: &str) -> String {
    format!("<details>\n<summary>{summary}</summary>\n\n{}\n</details>\n\n", body.trim_end())
}
