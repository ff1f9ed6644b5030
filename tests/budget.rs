//! How long the human report may be, and what comes where: on every session fixture, on those on which a rule fires, and
//! closer on the built-in samples.
use houmao_doctor::doctor::{self, DEMOS, Request, Selection, Source, fixture, trial};
use houmao_doctor::finding::{Detail, Report, Severity, Verdict};
use houmao_doctor::report::{self, Format, Look};
use std::path::Path;
use std::sync::OnceLock;

/// Lines of a report, however many causes it tells.
const REPORT: usize = 40;
/// Lines of the smallest terminal in common use.
const SCREEN: usize = 24;

fn page(report: &Report) -> String {
    let mut bytes = Vec::new();
    report::write(Format::Human, report, &Look::default(), &mut bytes).expect("writing to memory");
    String::from_utf8(bytes).expect("reports are text")
}

/// Every session fixture, judged once for all tests.
fn fixtures() -> &'static [(String, Report)] {
    static JUDGED: OnceLock<Vec<(String, Report)>> = OnceLock::new();
    JUDGED.get_or_init(judged)
}

fn judged() -> Vec<(String, Report)> {
    let rules = doctor::rule_set().expect("the built-in rules load");
    let mut found: Vec<(String, Report)> = std::fs::read_dir("fixtures/sessions")
        .expect("fixtures/sessions is there")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let snapshot = doctor::load_snapshot(&path.join("snapshot.yaml")).expect("a fixture loads");
            let request = Request { offline: true, ..Request::default() };
            // For the release and the command that the fixture is about.
            let request = trial::asked(&path, request, &rules).expect("what is asked can be read");
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, doctor::judge(&snapshot, &rules, &request).expect("a snapshot can be judged"))
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// Every fixture on which a rule fires, judged once for all tests.
fn firing() -> &'static [(String, Report)] {
    static JUDGED: OnceLock<Vec<(String, Report)>> = OnceLock::new();
    JUDGED.get_or_init(|| {
        let rules = doctor::rule_set().expect("the built-in rules load");
        let all = fixture::rule_fixtures(Path::new("fixtures/rules"), &rules)
            .unwrap_or_else(|e| panic!("the fixtures load: {} mistakes", e.len()));
        let name = |f: &fixture::RuleFixture| {
            let name = f.file.strip_prefix("fixtures/rules").expect("it is there").with_extension("");
            name.display().to_string()
        };
        let fires = all.fixtures.iter().map(|f| (name(f), f)).filter(|(name, _)| name.contains("/fires"));
        fires.map(|(name, f)| (name, f.judge(&rules).expect("a fixture can be judged"))).collect()
    })
}

/// Lines where a fixture of a rule adds its defect to a session that has others, or leaves things unseen.
const ADDED: usize = 45;

/// Reports that are longer, or say later what not to type, each with why.
const EXCEPTIONS: [(&str, &str); 6] = [
    (
        "primary-window-displaced/fires-asked-by-older",
        "the window and the release are two faults, each with its own way out",
    ),
    ("session-is-second-view/fires", "the lines of both sessions stand before the report on the first"),
    ("attach-will-fail/fires-no-agent-named", "two causes that nothing joins, with the steps of both"),
    ("manifest-unreadable/fires-permission", "all that hangs on the file that may not be read is listed"),
    (
        "attach-will-fail/fires-port-taken-window-zero",
        "two causes that nothing joins, with the steps of both",
    ),
    (
        "discovery-poison-record/fires",
        "four causes that nothing joins: a session of another release, and a stranger's server",
    ),
];

/// That only the exceptions are wrong.
fn held(wrong: &[(String, String)]) {
    let excused = |name: &str| EXCEPTIONS.iter().any(|(n, _)| *n == name);
    let told: Vec<&str> = wrong.iter().filter(|(n, _)| !excused(n)).map(|(_, w)| w.as_str()).collect();
    assert!(told.is_empty(), "{} reports:\n{}", told.len(), told.join("\n"));
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
fn a_report_has_forty_lines_at_most() {
    let (mut broken, mut wrong) = (0, Vec::new());
    for (name, report) in fixtures().iter().chain(firing()) {
        let (page, causes) = (page(report), causes(report));
        if causes == 0 || at(&page, "Evidence").is_none() {
            continue;
        }
        broken += 1;
        let lines = page.lines().count();
        let most = if name.contains("/fires") { ADDED } else { REPORT };
        if lines > most {
            let told = format!("{name}: {lines} lines of {most} for {causes} causes\n{page}");
            wrong.push((name.clone(), told));
        }
    }
    held(&wrong);
    assert!(broken >= 250, "only {broken} fixtures have evidence");
}

/// Wherever something fails or harms, the smallest screen says what is wrong, and begins to say what not to type.
#[test]
fn what_not_to_type_begins_on_the_first_screen() {
    let (mut seen, mut wrong) = (0, Vec::new());
    for (name, report) in fixtures().iter().chain(firing()) {
        let page = page(report);
        let grave = |l: &str| ["DANGER  ", "FAIL  ", "ERROR  "].iter().any(|word| l.starts_with(word));
        if !page.lines().any(grave) {
            continue;
        }
        seen += 1;
        let cause = at(&page, "Cause").or_else(|| at(&page, "Found"));
        let not = at(&page, "Do not run").or_else(|| at(&page, "Do not"));
        if [cause, not].iter().any(|line| line.is_none_or(|n| n >= SCREEN)) {
            wrong.push((name.clone(), format!("{name}: cause {cause:?}, not {not:?}\n{page}")));
        }
    }
    held(&wrong);
    assert!(seen >= 200, "only {seen} fixtures fail or harm");
}

#[test]
fn the_sections_stand_in_their_order() {
    let (mut broken, mut wrong) = (0, Vec::new());
    for (name, report) in fixtures() {
        let page = page(report);
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
        let evidence = at(&page, "Evidence");
        let must = [first, cause, evidence, todo, counts];
        let all = match after.filter(|after| evidence > Some(*after)) {
            None => [first, before, cause, path, evidence, todo, after, follows, counts],
            // What was seen makes room for the advice, where that would not begin on the screen.
            Some(not) => {
                let lines: Vec<&str> = page.lines().collect();
                let begun = lines[..evidence.unwrap_or(0)].iter().rposition(|l| l.is_empty()).unwrap_or(0);
                let moved = lines[begun + 1..].iter().take_while(|l| !l.is_empty()).count();
                assert!(not + 1 + moved >= SCREEN, "{name}: there was room\n{page}");
                let later = path.filter(|path| *path > not);
                let path = path.filter(|path| *path < not);
                [first, cause, path, todo, after, later, evidence, follows, counts]
            }
        };
        let told: Vec<usize> = all.into_iter().flatten().collect();
        if must.contains(&None) || before.or(after).is_none() || !told.is_sorted() {
            wrong.push(format!("{name}: {told:?}\n{page}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(broken >= 50, "only {broken} fixtures have evidence");
}

/// In the danger, the step that ends it stands on the first screen too, and in brief all steps stand.
#[test]
fn in_a_danger_the_step_that_ends_it_comes_before_the_screen_ends() {
    let request = Request { source: Source::Demo("window-0".into()), ..Request::default() };
    let report = doctor::examine(&request).expect("the sample is judged").report;
    let changes = |l: &str| l.trim_start().starts_with("mv ");
    let normal = page(&report);
    let at = normal.lines().position(changes);
    assert!(at.is_some_and(|n| n < SCREEN), "{normal}");
    let mut brief = Vec::new();
    let look = Look { detail: Detail::Brief, ..Look::default() };
    report::write(Format::Human, &report, &look, &mut brief).expect("writing to memory");
    let brief = String::from_utf8(brief).expect("text");
    let steps = normal.lines().skip_while(|l| !l.starts_with("Do this")).take_while(|l| !l.is_empty());
    let commands: Vec<&str> = steps.filter(|l| l.starts_with("       ")).collect();
    assert_eq!(commands.len(), 3, "{normal}");
    commands.iter().for_each(|c| assert!(brief.lines().any(|l| l == *c), "not in brief: {c}\n{brief}"));
}

/// With everything, each command stands once below what not to run, with all reasons.
#[test]
fn no_command_is_warned_of_twice() {
    let mut warned = 0;
    for (name, report) in fixtures() {
        let mut bytes = Vec::new();
        let look = Look { detail: Detail::Full, ..Look::default() };
        report::write(Format::Human, report, &look, &mut bytes).expect("writing to memory");
        let page = String::from_utf8(bytes).expect("text");
        let below = page.lines().skip_while(|l| *l != "Do not run" && *l != "Do not").skip(1);
        let commands: Vec<&str> =
            below.take_while(|l| l.starts_with("    ")).filter(|l| !l.starts_with("     ")).collect();
        warned += commands.len();
        let mut each = commands.clone();
        each.sort_unstable();
        each.dedup();
        assert_eq!(each.len(), commands.len(), "{name}: {commands:#?}");
    }
    assert!(warned > 100, "only {warned}");
}

/// What is told as evidence is what the first cause was decided by, on every terminal.
#[test]
fn the_evidence_is_the_reading_that_decided_on_every_terminal() {
    let mut told = 0;
    for (name, report) in fixtures() {
        let facts = |width, ascii| -> Vec<String> {
            let mut bytes = Vec::new();
            let look = Look { width, ascii, ..Look::default() };
            report::write(Format::Human, report, &look, &mut bytes).expect("writing to memory");
            let page = String::from_utf8(bytes).expect("text");
            let mut lines = page.lines().skip_while(|l| !l.starts_with("Evidence"));
            let heading = lines.next().unwrap_or_default();
            let inline = heading.split_once("): ").or(heading.split_once("Evidence: ")).map(|(_, f)| f);
            let rows =
                lines.take_while(|l| l.starts_with("  ")).filter(|l| !l.starts_with("    ")).map(str::trim);
            let rows = inline.into_iter().chain(rows.filter(|_| inline.is_none()));
            rows.map(|l| l.split(' ').next().unwrap_or_default().to_owned()).collect()
        };
        let shown = facts(80, false);
        for (width, ascii) in [(60, false), (200, false), (80, true)] {
            assert_eq!(facts(width, ascii), shown, "{name} at {width}");
        }
        let Some(first) = shown.first() else { continue };
        let compared = report.outcomes.iter().filter_map(|o| match &o.verdict {
            Verdict::Fired { finding } => Some(finding),
            _ => None,
        });
        let mut compared = compared.flat_map(|f| &f.evidence).filter(|e| e.expected.is_some());
        told += usize::from(compared.any(|e| e.fact == *first));
    }
    // Of the others the replay alone decided, which is told as the path.
    assert!(told >= 60, "only {told}");
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
