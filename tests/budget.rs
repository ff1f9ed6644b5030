//! How long the human report may be, and what comes where: on every session fixture, and closer on the built-in samples.
use houmao_doctor::doctor::{self, DEMOS, Request, Selection, Source};
use houmao_doctor::finding::{Report, Severity, Verdict};
use houmao_doctor::report::{self, Format, Look};

/// Lines of a report on one cause.
const REPORT: usize = 40;
/// Lines that each further cause may add: what it is, and what to do about it.
const CAUSE: usize = 8;
/// Lines of the smallest terminal in common use.
const SCREEN: usize = 24;

fn page(report: &Report) -> String {
    let mut bytes = Vec::new();
    report::write(Format::Human, report, &Look::default(), &mut bytes).expect("writing to memory");
    String::from_utf8(bytes).expect("reports are text")
}

fn fixtures() -> Vec<(String, Report)> {
    let rules = doctor::rule_set().expect("the built-in rules load");
    let request = Request { offline: true, ..Request::default() };
    let mut found: Vec<(String, Report)> = std::fs::read_dir("fixtures/sessions")
        .expect("fixtures/sessions is there")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let snapshot = doctor::load_snapshot(&path.join("snapshot.yaml")).expect("a fixture loads");
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, doctor::judge(&snapshot, &rules, &request).expect("a snapshot can be judged"))
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// The findings above a remark that no other finding explains.
fn causes(report: &Report) -> usize {
    let heads = |v: &Verdict| match v {
        Verdict::Fired { finding } => finding.caused_by.is_empty() && finding.severity > Severity::Info,
        _ => false,
    };
    report.outcomes.iter().filter(|o| heads(&o.verdict)).count()
}

/// The line on which a section begins, from 0.
fn at(page: &str, heading: &str) -> Option<usize> {
    page.lines()
        .position(|l| l == heading || l.strip_prefix(heading).is_some_and(|l| l.starts_with([':', ' '])))
}

/// The line of the first command below a section's heading.
fn command_below(page: &str, heading: &str) -> Option<usize> {
    let from = at(page, heading)?;
    let deep = |l: &str| l.len() - l.trim_start().len();
    let command = |(_, l): &(usize, &str)| matches!(deep(l), 4 | 7);
    page.lines().enumerate().skip(from + 1).find(command).map(|(n, _)| n)
}

#[test]
fn a_report_on_one_cause_has_forty_lines_at_most() {
    let (mut broken, mut wrong) = (0, Vec::new());
    for (name, report) in fixtures() {
        let (page, causes) = (page(&report), causes(&report));
        if causes == 0 || at(&page, "Evidence").is_none() {
            continue;
        }
        broken += 1;
        let (lines, most) = (page.lines().count(), REPORT + CAUSE * (causes - 1));
        if lines > most {
            wrong.push(format!("{name}: {lines} lines of {most} for {causes} causes\n{page}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(broken >= 50, "only {broken} fixtures have evidence");
}

#[test]
fn the_sections_stand_in_their_order() {
    let (mut broken, mut wrong) = (0, Vec::new());
    for (name, report) in fixtures() {
        let page = page(&report);
        if at(&page, "Evidence").is_none() {
            continue;
        }
        broken += 1;
        let cause = at(&page, "Cause").or_else(|| at(&page, "Found"));
        let path = page.lines().position(|l| l.starts_with("  Replay of "));
        let todo = at(&page, "Do this").or_else(|| at(&page, "Do this when it suits"));
        let counts = page.lines().position(|l| l.contains(" fired") && l.contains(" passed"));
        let first = page.lines().position(|l| !l.is_empty());
        let (run, not) =
            (at(&page, "Do not run"), at(&page, "Do not").filter(|n| Some(*n) != at(&page, "Do not run")));
        let (before, after) = if page.contains("\nDANGER  ") { (run, None) } else { (None, not) };
        let follows = at(&page, "Follows from the cause");
        let must = [first, cause, at(&page, "Evidence"), todo, counts];
        let all = [first, before, cause, path, at(&page, "Evidence"), todo, after, follows, counts];
        let told: Vec<usize> = all.into_iter().flatten().collect();
        if must.contains(&None) || before.or(after).is_none() || !told.is_sorted() {
            wrong.push(format!("{name}: {told:?}\n{page}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(broken >= 50, "only {broken} fixtures have evidence");
}

/// The verdict, the cause, the first thing to type and the first not to type stand on the smallest screen.
#[test]
fn the_samples_say_on_one_screen_what_is_wrong_what_to_type_and_what_not() {
    let mut typed = 0;
    for sample in DEMOS {
        let source = Source::Demo(sample.name.to_owned());
        let request = Request { selection: Selection::All, source, offline: true, ..Request::default() };
        let report = doctor::examine(&request).expect("the sample is judged").report;
        let page = page(&report);
        assert!(page.lines().count() <= REPORT, "{}:\n{page}", sample.name);
        let fired = |v: &Verdict| matches!(v, Verdict::Fired { .. });
        if !report.outcomes.iter().any(|o| fired(&o.verdict)) {
            continue;
        }
        let cause = at(&page, "Cause").or_else(|| at(&page, "Found"));
        let not = command_below(&page, "Do not run").or_else(|| command_below(&page, "Do not"));
        let todo = command_below(&page, "Do this").or_else(|| command_below(&page, "Do this when it suits"));
        for (what, line) in [("a cause", cause), ("what not to type", not)] {
            assert!(line.is_some_and(|n| n < SCREEN), "{} has not {what} in time:\n{page}", sample.name);
        }
        // Where nothing is wrong there is nothing to do.
        if causes(&report) > 0 {
            typed += 1;
            assert!(todo.is_some_and(|n| n < SCREEN), "{} says too late what to type:\n{page}", sample.name);
        }
    }
    assert!(typed >= 5, "only {typed} samples have something to do");
}
