//! What a terminal gets, whatever the names are: no byte that it obeys, ASCII where that is asked for, and lines that keep
//! to its width.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#[path = "report/samples.rs"]
#[allow(dead_code, reason = "the samples are shared")]
mod samples;

use houmao_doctor::finding::{Detail, Report, Severity, Verdict};
use houmao_doctor::report::{self, Format, Look};
use proptest::prelude::*;
use std::collections::BTreeSet;
use unicode_width::UnicodeWidthStr;

const ESCAPE: char = '\u{1b}';
const DETAILS: [Detail; 3] = [Detail::Brief, Detail::Normal, Detail::Full];

fn page(report: &Report, look: Look) -> String {
    let mut out = Vec::new();
    report::write(Format::Human, report, &look, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn look(width: usize, detail: Detail, ascii: bool) -> Look {
    Look { width, detail, ascii, colour: false, show: Severity::Info }
}

/// Everything in a report that is never broken, as it is shown: commands, and the places where things were read.
fn unbreakable(report: &Report, ascii: bool) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut commands: Vec<&[String]> = Vec::new();
    let mut places: Vec<String> = Vec::new();
    for outcome in &report.outcomes {
        let Verdict::Fired { finding: f } = &outcome.verdict else { continue };
        commands.push(&f.confirm);
        commands.extend(f.remedies.iter().flat_map(|r| [r.argv.as_slice(), r.verify.as_slice()]));
        commands.extend(f.do_not.iter().map(|d| d.argv.as_slice()));
        places.extend(f.evidence.iter().map(|e| e.source.clone()));
        places.extend([f.rule.clone(), f.subject.clone()]);
    }
    for subject in &report.subjects {
        places.extend(subject.details.iter().map(|(_, value)| value.clone()));
        places.push(subject.id.clone());
    }
    places.extend(report.operations.iter().flat_map(|o| &o.steps).filter_map(|s| s.source.clone()));
    let roots: Vec<String> =
        report.subjects.iter().flat_map(|s| &s.details).map(|(_, v)| v.clone()).collect();
    let short: Vec<String> = places
        .iter()
        .flat_map(|p| roots.iter().filter_map(move |r| p.strip_prefix(&format!("{r}/"))))
        .map(str::to_owned)
        .collect();
    places.extend(short);
    all.extend(commands.into_iter().filter(|c| !c.is_empty()).map(|c| report::command(c, ascii)));
    all.extend(places.iter().map(|p| report::visible(p, ascii).trim_end().to_owned()));
    all.retain(|part| !part.trim().is_empty());
    all
}

/// The lines that are wider than the page although they could have been broken.
fn too_wide(report: &Report, look: Look) -> Vec<String> {
    let kept = unbreakable(report, look.ascii);
    let text = page(report, look);
    let wide = text.lines().filter(|l| l.width() > look.width);
    let excused = |line: &&str| {
        let longest = line.split(' ').map(UnicodeWidthStr::width).max().unwrap_or(0);
        // A word that does not fit behind the deepest mark stays whole.
        longest > look.width.saturating_sub(28) || kept.iter().any(|k| line.contains(k.as_str()))
    };
    wide.filter(|l| !excused(l)).map(str::to_owned).collect()
}

fn reports() -> Vec<(&'static str, Report)> {
    vec![
        ("healthy", samples::healthy()),
        ("missing", samples::missing_metadata()),
        ("fallback", samples::stale_pointer_good_fallback()),
        ("danger", samples::danger()),
        ("timed out", samples::tmux_timed_out()),
        ("sweep", samples::sweep()),
        ("many", samples::many(200)),
        ("nothing", samples::nothing()),
    ]
}

#[test]
fn every_line_keeps_to_the_width() {
    for width in [60, 80, 200] {
        for detail in DETAILS {
            for (name, report) in reports() {
                let wide = too_wide(&report, look(width, detail, false));
                assert!(wide.is_empty(), "{name} at {width}, {detail:?}:\n{}", wide.join("\n"));
            }
        }
    }
}

/// Names as an agent, a window or a file could have them, and worse.
fn names() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "\u{1b}[2J",
        "\u{9b}31m",
        "\u{202e}",
        "\u{2066}",
        "\u{200b}",
        "\u{200d}",
        "\u{feff}",
        "\u{ad}",
        "\u{3164}",
        "\u{fe0f}",
        "\u{e0041}",
        "\u{2028}",
        "\r\n",
        "\t",
        "\u{7f}",
        "\u{0}",
        "\u{7}",
        "日本語",
        "👩‍💻",
        "e\u{301}",
        "a b",
        "  ",
        "\u{a0}",
        "'",
        "\"",
        "$(x)",
        "`x`",
        "\\",
        "%",
        "…",
    ]);
    let long = (1_usize..600).prop_map(|n| "x".repeat(n));
    prop_oneof![
        prop::collection::vec(odd, 1..12).prop_map(|parts| parts.concat()),
        ".{1,40}",
        "[a-z ]{1,300}",
        long,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_name_reaches_the_terminal_raw(name in names(), width in prop::sample::select(vec![60_usize, 80, 200])) {
        let report = samples::hostile_named(&name);
        for detail in DETAILS {
            for ascii in [false, true] {
                let look = look(width, detail, ascii);
                let text = page(&report, look);
                let obeyed: Vec<char> = text.chars().filter(|c| c.is_control() && *c != '\n').collect();
                prop_assert!(obeyed.is_empty(), "{obeyed:?}");
                let hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ad}' | '\u{3164}');
                prop_assert!(!text.contains(hidden));
                prop_assert!(!ascii || text.is_ascii());
                let wide = too_wide(&report, look);
                prop_assert!(wide.is_empty(), "{}", wide.join("\n"));
            }
            let plain = look(width, detail, false);
            let escapes = page(&report, plain).contains(ESCAPE);
            prop_assert!(!escapes);
        }
    }
}

/// The words that mark the panes stand in one column, whatever the names are.
#[test]
fn the_columns_of_the_windows_stay_aligned() {
    for name in
        ["日本語のセッション名がとても長い", "\u{1b}[2J", "👩\u{200d}💻", &"x".repeat(300), "e\u{301}"]
    {
        let mut report = samples::healthy();
        report.layouts[0].windows[1].name = name.to_owned();
        let text = page(&report, look(120, Detail::Full, false));
        let at = |word: &str| {
            let line = text.lines().find(|l| l.contains(word) && l.contains(" %")).unwrap();
            line[..line.find(word).unwrap()].width()
        };
        assert_eq!(at("agent surface"), at("recorded gateway"), "{text}");
        assert_eq!(at("agent surface"), at("unknown to Houmao"), "{text}");
    }
}

/// Two hundred sessions fit a few screens: the worst are told, the rest is counted, and how to see it is said.
#[test]
fn a_long_sweep_is_bounded_and_says_what_it_left_out() {
    let report = samples::many(200);
    let text = page(&report, look(80, Detail::Normal, false));
    assert!(text.lines().count() < 300, "{} lines", text.lines().count());
    assert!(text.contains("200 in all: 20 DANGER, 20 FAIL, 160 OK."), "{text}");
    assert!(text.contains("and 160 more (160 OK); -v lists them all"), "{text}");
    assert!(text.contains("35 more that need a closer look (15 DANGER, 20 FAIL)"), "{text}");
    assert!(text.contains("\n  houmao-doctor --session agent-050\n"), "{text}");
    let first = text.lines().position(|l| l.starts_with("FAIL")).unwrap();
    let last = text.lines().take_while(|l| !l.starts_with("-- ")).collect::<Vec<_>>();
    let last = last.iter().rposition(|l| l.starts_with("DANGER")).unwrap();
    assert!(last < first, "worst first");
    let full = page(&report, look(80, Detail::Full, false));
    for n in 0..200 {
        assert!(full.contains(&format!("agent-{n:03}")));
    }
    let brief = page(&report, look(80, Detail::Brief, false));
    assert!(brief.lines().count() < 200, "{} lines", brief.lines().count());
    assert_eq!(brief.matches("\nDo not run").count(), 5, "{brief}");
}
