//! The formats for trackers, CI servers, logs and metrics, read by parsers of their own. Golden files are in
//! `tests/snapshots`; `tests/run goldens` writes them anew.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#[path = "report/samples.rs"]
#[allow(dead_code, reason = "the human and JSON reports are tested on more of them")]
mod samples;

#[path = "formats/github.rs"]
mod github;
#[path = "formats/html.rs"]
mod html;
#[path = "formats/jsonl.rs"]
mod jsonl;
#[path = "formats/junit.rs"]
mod junit;
#[path = "formats/markdown.rs"]
mod markdown;
#[path = "formats/openmetrics.rs"]
mod openmetrics;

use houmao_doctor::finding::Report;
use houmao_doctor::report::{Format, Look, write};

const FORMATS: [(&str, Format); 7] = [
    ("json", Format::Json),
    ("jsonl", Format::Jsonl),
    ("markdown", Format::Markdown),
    ("html", Format::Html),
    ("junit", Format::Junit),
    ("github", Format::Github),
    ("openmetrics", Format::Openmetrics),
];

/// Names that try to be markup, commands, references or line ends of some format.
const HOSTILE: [&str; 22] = [
    "<script>alert(1)</script>",
    "</details></summary><img src=x onerror=alert(1)>",
    "```\n# owned\n```",
    "::error::owned",
    "a\r\n::error file=x::y\n::stop-commands::z",
    "##[error]owned",
    "\"double\" 'single' `tick`",
    "]]></failure><testcase name='owned'/>",
    "@octocat #1 owner/repo#2 GH-3 https://github.com/owner/repo/issues/4",
    "| a | b |\n|---|---|",
    "\\| a \\\\| b",
    "\u{202e}rtl\u{2066}\u{200f}",
    "$a$ \\(b\\) %0A %25",
    "end\"] --> x[\"y\n    click s0 href \"https://example.org\"",
    "# EOF\nhoumao_doctor_exit_code 0",
    "a\",severity=\"info\"} 0",
    "\u{0}\u{7}\u{1b}[2J\u{9b}\u{fffe}\u{ffff}\u{1ffff}\u{fdd0}",
    "&lt;b&gt; &#60;b&#62; #lt;b#gt; #60;",
    "--> <!-- x -->",
    "*/ body { display: none }",
    "[x](javascript:alert(1)) ![y](https://example.org/z.png)",
    "- 1. * _a_ **b** ~c~ :tada:",
];

fn text(format: Format, report: &Report) -> String {
    let mut out = Vec::new();
    write(format, report, &Look::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Those of the golden files, and samples with every detail that a report can have.
fn cases() -> Vec<(&'static str, Report)> {
    let made = [("danger", samples::danger()), ("sound", samples::healthy())];
    samples::golden().into_iter().chain(made).collect()
}

#[test]
fn golden_reports() {
    for (format_name, format) in FORMATS {
        // The human and the JSON report have theirs in `tests/report.rs`.
        for (name, report) in samples::golden().into_iter().filter(|_| format != Format::Json) {
            insta::assert_snapshot!(format!("{format_name}_{name}"), text(format, &report));
        }
    }
}

/// Each format tells, in its own way, how long was waited and what the first look said.
#[test]
fn every_format_tells_what_the_first_look_said() {
    for (name, format) in FORMATS.into_iter().chain([("human", Format::Human)]) {
        let mut report = samples::healthy();
        let plain = text(format, &report);
        assert!(!plain.contains("aited") && !plain.contains("first_look"), "{name}: {plain}");
        report.waited = Some(samples::waited());
        let text = text(format, &report);
        let told = match format {
            Format::Json => text.contains("\"first\"") && text.contains("2026-11-22T07:13:58Z"),
            Format::Openmetrics => text.contains("houmao_doctor_first_look_exit_code 1\n"),
            _ => {
                text.contains("Waited 7 s (8 looks) until all was well; at first: the operation would fail.")
            }
        };
        assert!(told, "{name}: {text}");
    }
}

#[test]
fn every_document_ends_in_one_line_break_and_holds_nothing_that_a_terminal_obeys() {
    let hostile = HOSTILE.map(|name| (name, samples::hostile_named(name)));
    for (format_name, format) in FORMATS {
        for (name, report) in cases().into_iter().chain(hostile.clone()) {
            let text = text(format, &report);
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{format_name} {name:?}");
            let obeyed = |c: char| {
                c.is_control() && c != '\n'
                    || u32::from(c) & 0xfffe == 0xfffe
                    || ('\u{200e}'..='\u{200f}').contains(&c)
                    || ('\u{202a}'..='\u{202e}').contains(&c)
                    || ('\u{2066}'..='\u{2069}').contains(&c)
            };
            let bad: Vec<char> = text.chars().filter(|c| obeyed(*c)).collect();
            assert!(bad.is_empty(), "{format_name} {name:?}: {bad:?}");
        }
    }
}
