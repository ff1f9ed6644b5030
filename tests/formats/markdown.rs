//! Markdown, read by a parser that knows what GitHub knows of it.
use super::{HOSTILE, cases, samples, text};
use houmao_doctor::finding::{Outcome, Report, Severity, Verdict};
use houmao_doctor::report::{Format, json};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// What GitHub takes in one issue.
const LIMIT: usize = 65_536;

fn events(markdown: &str) -> Vec<Event<'_>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    Parser::new_ext(markdown, options | Options::ENABLE_FOOTNOTES | Options::ENABLE_MATH).collect()
}

/// The tags of raw HTML in a text.
fn tags(html: &str) -> Vec<String> {
    let open = html.split('<').skip(1);
    open.map(|t| t.split_once('>').map_or("?", |(tag, _)| tag).to_owned()).collect()
}

/// What a document is made of, without its words: two names give the same, unless one of them is markup.
fn skeleton(markdown: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for event in events(markdown) {
        let part = match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => format!("block of {language}"),
            Event::Start(tag) => format!("{:?}", tag.to_end()),
            Event::End(tag) => format!("/{tag:?}"),
            Event::Html(html) | Event::InlineHtml(html) => {
                let tags: Vec<String> = tags(&html)
                    .into_iter()
                    .filter(|t| !t.ends_with("span") && !t.ends_with("code"))
                    .collect();
                tags.join(" ")
            }
            Event::Text(_) | Event::Code(_) | Event::SoftBreak => String::new(),
            other => format!("{other:?}"),
        };
        if !part.is_empty() {
            out.push(part);
        }
    }
    out
}

/// Text that a tracker searches for mentions and references: what is in no code.
fn searched(markdown: &str) -> String {
    let (mut text, mut depth) = (String::new(), 0);
    for event in events(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => depth += 1,
            Event::End(TagEnd::CodeBlock) => depth -= 1,
            Event::InlineHtml(html) if &*html == "<code>" => depth += 1,
            Event::InlineHtml(html) if &*html == "</code>" => depth -= 1,
            Event::Text(part) | Event::Html(part) if depth == 0 => text.push_str(&part),
            Event::Start(_) | Event::End(_) | Event::Code(_) | Event::SoftBreak | Event::HardBreak => {
                text.push('\n')
            }
            _ => {}
        }
    }
    text
}

#[test]
fn only_own_markup_is_markup() {
    let named = HOSTILE.map(|n| (n, samples::hostile_named(n)));
    for (name, report) in cases().into_iter().chain(named) {
        let text = text(Format::Markdown, &report);
        for event in events(&text) {
            match &event {
                Event::Html(html) | Event::InlineHtml(html) => {
                    let own = ["details", "summary", "code", "span"];
                    let tags = tags(html);
                    assert!(
                        tags.iter().all(|t| own.contains(&t.trim_start_matches('/'))),
                        "{name:?}: {tags:?}"
                    );
                }
                Event::Start(
                    Tag::Link { .. } | Tag::Image { .. } | Tag::FootnoteDefinition(_) | Tag::Emphasis,
                )
                | Event::InlineMath(_)
                | Event::DisplayMath(_)
                | Event::TaskListMarker(_)
                | Event::FootnoteReference(_) => panic!("{name:?}: {event:?}"),
                _ => {}
            }
        }
        let raw = |e: &Event| match e {
            Event::Html(html) => tags(html),
            _ => vec![],
        };
        let all: Vec<String> = events(&text).iter().flat_map(raw).collect();
        let count = |tag: &str| all.iter().filter(|t| *t == tag).count();
        assert_eq!(count("details"), count("/details"), "{name:?}");
    }
}

#[test]
fn a_name_cannot_change_the_document() {
    let benign = skeleton(&text(Format::Markdown, &samples::hostile_named("gpu")));
    for name in HOSTILE {
        assert_eq!(skeleton(&text(Format::Markdown, &samples::hostile_named(name))), benign, "{name:?}");
    }
}

#[test]
fn nobody_is_called_and_nothing_is_referred_to() {
    for name in HOSTILE {
        let text = text(Format::Markdown, &samples::hostile_named(name));
        let searched = searched(&text);
        for call in ["@octocat", "#1", "repo#2", "GH-3", "https://", ":tada:"] {
            assert!(!searched.contains(call), "{name:?}: {call} in {searched}");
        }
    }
    assert!(
        searched(&text(Format::Markdown, &samples::hostile_named("@octocat"))).contains("@\u{200b}octocat")
    );
}

#[test]
fn every_row_of_a_table_is_whole() {
    for (name, report) in cases().into_iter().chain(HOSTILE.map(|n| (n, samples::hostile_named(n)))) {
        let text = text(Format::Markdown, &report);
        let (mut columns, mut cells) = (0, 0);
        for event in events(&text) {
            match event {
                Event::Start(Tag::Table(alignment)) => columns = alignment.len(),
                Event::Start(Tag::TableRow) => cells = 0,
                Event::Start(Tag::TableCell) => cells += 1,
                Event::End(TagEnd::TableRow) => assert_eq!(cells, columns, "{name:?}"),
                _ => {}
            }
        }
        // The parser fills rows up, so that a cell too few would not be seen: the title is in the last but one.
        for outcome in &report.outcomes {
            if let Verdict::Fired { finding } = &outcome.verdict {
                assert!(text.contains(&format!("| `{}` |", finding.rule)), "{name:?}");
            }
        }
    }
}

#[test]
fn the_json_in_the_fold_is_the_report() {
    for (name, report) in cases().into_iter().chain(HOSTILE.map(|n| (n, samples::hostile_named(n)))) {
        let text = text(Format::Markdown, &report);
        let (mut json, mut inside) = (String::new(), false);
        for event in events(&text) {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                    inside = &*language == "json"
                }
                Event::End(TagEnd::CodeBlock) => inside = false,
                Event::Text(part) if inside => json.push_str(&part),
                _ => {}
            }
        }
        let read: json::Report = serde_json::from_str(&json).unwrap_or_else(|e| panic!("{name:?}: {e}"));
        let mut whole = json::Report::from(&report);
        // The report with the most findings does not fit whole, and its fold says what it lacks.
        let lacks = text
            .contains("<summary>Report as JSON, without the checks that passed or do not apply</summary>");
        assert_eq!(lacks, name == "broken", "{name:?}");
        if lacks {
            whole.outcomes.list.retain(|o| {
                !matches!(o.outcome, json::OutcomeKind::Passed | json::OutcomeKind::NotApplicable)
            });
            assert!(text.contains("**Left out, to fit into one issue:** in the JSON the checks that passed"));
        }
        assert!(read == whole, "{name:?}");
    }
}

/// A report of many sessions, each broken in its own way.
fn many(sessions: usize) -> Report {
    let names: Vec<String> = (0..sessions).map(|n| format!("gpu-{n:04}")).collect();
    let mut all = samples::empty(&names.iter().map(String::as_str).collect::<Vec<_>>());
    for name in &names {
        let part = samples::danger();
        let (from, to) = ("session:gpu", format!("session:{name}"));
        for mut op in part.operations {
            op.subject = Some(to.clone());
            all.operations.push(op);
        }
        for mut outcome in part.outcomes.into_iter().filter(|o| sessions < 20 || o.verdict != Verdict::Passed)
        {
            outcome.subject = outcome.subject.replace(from, &to);
            if let Verdict::Fired { finding } = &mut outcome.verdict {
                finding.subject = finding.subject.replace(from, &to);
            }
            all.outcomes.push(outcome);
        }
    }
    all.exit_code = 1;
    all
}

#[test]
fn it_fits_one_issue_whatever_there_is() {
    for sessions in [1, 2, 20, 400] {
        let text = text(Format::Markdown, &many(sessions));
        let size = text.encode_utf16().count();
        assert!(size <= LIMIT, "{sessions} sessions: {size}");
        assert!(text.starts_with("### DANGER: ") && text.contains("Exit code 1."), "{sessions} sessions");
        // Nothing is cut while it fits, and the document for programs goes first.
        let cut = text.contains("Left out");
        assert_eq!(cut, sessions > 2, "{sessions} sessions");
        assert_eq!(text.contains("Full report as JSON"), !cut, "{sessions} sessions");
        assert_eq!(text.contains("rows of tables ("), sessions > 20, "{sessions} sessions");
        assert!(events(&text).iter().filter(|e| matches!(e, Event::Start(Tag::Table(_)))).count() > 0);
    }
}

/// Before the document for programs goes, it is told without what is long and tells the least, and that is said.
#[test]
fn the_json_loses_its_long_lists_before_it_is_dropped() {
    let mut report = samples::danger();
    for n in 0..700 {
        let rule = format!("other-rule-with-a-long-name-{n:03}");
        report.outcomes.push(Outcome { rule, subject: "session:gpu".into(), verdict: Verdict::Passed });
    }
    let text = text(Format::Markdown, &report);
    assert!(text.encode_utf16().count() <= LIMIT);
    let (_, json) = text.split_once("<summary>Report as JSON, without the checks that passed").unwrap();
    let json = json.split("```json\n").nth(1).unwrap().split("\n```").next().unwrap();
    let published: houmao_doctor::report::json::Report = serde_json::from_str(json).unwrap();
    assert_eq!(published.outcomes.counts.passed, 740);
    assert_eq!(published.outcomes.list.len(), published.findings.len());
    assert!(!published.operations[0].steps.is_empty(), "no more is left out than must be");
    let left = &text[text.find("Left out").unwrap()..];
    assert!(left.contains("in the JSON the checks that passed or do not apply"), "{left}");
    assert!(left.contains("with `--format json` has it all"), "{left}");
}

#[test]
fn a_value_of_any_length_fits() {
    let mut report = samples::danger();
    for outcome in &mut report.outcomes {
        if let Verdict::Fired { finding } = &mut outcome.verdict {
            finding.message = "日本 ".repeat(100_000);
            finding.evidence[0].observed = "|".repeat(300_000);
        }
    }
    let text = text(Format::Markdown, &report);
    assert!(text.encode_utf16().count() <= LIMIT);
    assert!(text.contains("characters more)") && text.contains("the full JSON"));
}

#[test]
fn evidence_of_the_least_severe_goes_before_that_of_the_worst() {
    let mut report = samples::sweep();
    for outcome in &mut report.outcomes {
        if let Verdict::Fired { finding } = &mut outcome.verdict
            && finding.severity >= Severity::Warning
        {
            finding.evidence = vec![finding.evidence[0].clone(); 150];
        }
    }
    let text = text(Format::Markdown, &report);
    assert!(text.encode_utf16().count() <= LIMIT);
    let left = &text[text.find("Left out").unwrap_or_else(|| panic!("all fits: {}", text.len()))..];
    assert!(left.contains("the full JSON"), "{left}");
    assert!(text.contains("Evidence for handle-resolves-to-agent-window (danger)"));
}
