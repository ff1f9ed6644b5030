//! What was observed, and where: all of it with `-v`, else the few observations that tell the most.
use super::page::Page;
use crate::finding::{Detail, Evidence, Finding};
use crate::report::order::{Case, Family};
use crate::report::text::columns;
use crate::report::time;

/// How many lines the observations get before the rest is counted; the one that decided is told however long it is.
const LINES: usize = 2;
/// The columns by which they are counted, so that what is told does not hang on the terminal.
const COLUMNS: usize = 80;

/// The source of what the report says of the release.
const JUDGED: &str = "the judged release";

/// What stands between an observation and its source on one line.
const BETWEEN: &str = "   ";

/// The rank of what a replay came to, and of the release: told only where nothing was observed.
const CONCLUDED: u8 = 4;
/// The rank of what is told only where there is nothing better.
const NOISE: u8 = 3;
/// The rank of a yes or no that decided.
const TRUTH: u8 = 2;

/// The observations worth telling, in their order, and how many there are in all.
pub(super) struct Told<'a> {
    entries: Vec<&'a Evidence>,
    all: usize,
}

/// Chooses from what decided the families. What a cause has quoted at length waits for `-v`.
pub(super) fn choose<'a>(told: &[&'a Family<'a>], detail: Detail) -> Told<'a> {
    if detail == Detail::Full {
        let all = told.iter().flat_map(|f| std::iter::once(f.head).chain(f.echoes.iter().copied()));
        let entries = distinct(all, |a, b| a == b);
        return Told { all: entries.len(), entries };
    }
    // What one rule compared and another only read is still one observation.
    let same =
        |a: &Evidence, b: &Evidence| (&a.fact, &a.observed, &a.source) == (&b.fact, &b.observed, &b.source);
    let mut entries = distinct(told.iter().map(|f| f.head), same);
    let all = entries.len();
    let rank = |e: &Evidence| match quoted(e, told) {
        _ if concluded(e) => CONCLUDED,
        Some(Quoted::Short) => 0,
        Some(Quoted::Long) => NOISE,
        _ => rank(e),
    };
    entries.sort_by_key(|e| rank(e));
    // What the first finding compared is what it was decided by: a value before what is not so, and last what
    // must be so for the rule to make sense.
    let compared = |e: &&Evidence| e.expected.is_some() && rank(e) < NOISE;
    // What must not be so only says where the rule makes no sense, whatever its value is.
    let guards = |e: &Evidence| e.expected.as_ref().is_some_and(|asked| asked.starts_with("not "));
    let weight = |e: &&Evidence| match e.observed.as_str() {
        "true" => 2,
        "false" | "absent" => 1,
        _ => 0,
    };
    let read = told.first().map_or(&[][..], |f| f.head.evidence.as_slice());
    let decided = read.iter().filter(compared).filter(|e| !guards(e)).min_by_key(weight);
    if let Some(at) = decided.and_then(|d| entries.iter().position(|e| same(e, d))) {
        let decided = entries.remove(at);
        entries.insert(0, decided);
    }
    let telling = entries.iter().filter(|e| rank(e) < NOISE).count();
    entries.truncate(if telling == 0 { all } else { telling });
    Told { entries, all }
}

fn distinct<'a>(
    findings: impl Iterator<Item = &'a Finding>,
    same: impl Fn(&Evidence, &Evidence) -> bool,
) -> Vec<&'a Evidence> {
    let mut entries: Vec<&Evidence> = Vec::new();
    for e in findings.flat_map(|f| &f.evidence) {
        if !entries.iter().any(|known| same(known, e)) {
            entries.push(e);
        }
    }
    entries
}

/// How a cause has told an observation.
enum Quoted {
    /// A value: where it was read is what the evidence adds.
    Short,
    /// A path or a message that need not be read twice.
    Long,
}

/// Whether a cause has told an observation that is more than a digit.
fn quoted(e: &Evidence, told: &[&Family]) -> Option<Quoted> {
    let seen = e.observed.as_str();
    let said = seen.len() > 1 && told.iter().any(|f| f.head.message.contains(seen));
    let most = if seen.contains('/') { 24 } else { 40 };
    said.then_some(if seen.len() > most { Quoted::Long } else { Quoted::Short })
}

/// Whether it was not observed but concluded: the report tells the replay's own words and the release elsewhere.
fn concluded(e: &Evidence) -> bool {
    e.source.starts_with("replay of ") || e.source == JUDGED
}

/// How little an observation tells, 0 the least little: values; yes and no that decided; what says no more than that; and
/// last what was concluded.
fn rank(e: &Evidence) -> u8 {
    let decided = e.expected.is_some();
    match e.observed.as_str() {
        _ if concluded(e) => CONCLUDED,
        "absent" | "true" | "false" if !decided => NOISE,
        "true" | "false" => TRUTH,
        _ => TRUTH - 1,
    }
}

/// Writes them: with `-v` each beside what the rule asked of it, else as many as there is room for.
/// It is `short` where the windows that are
/// drawn, or the error that is told, are evidence too. Gives the `root` back where it was left out of a source.
pub(super) fn write<'r>(page: &mut Page, told: &Told, root: Option<&'r str>, short: bool) -> Option<&'r str> {
    if page.look.detail == Detail::Full {
        full(page, told);
        return None;
    }
    let most = LINES - usize::from(short);
    let (mut lines, mut rows) = (0, Vec::new());
    for e in &told.entries {
        let (seen, from) = row(page, e, root);
        let wide = 2 + columns(&seen) + BETWEEN.len() + columns(&from);
        let takes = if wide <= COLUMNS { 1 } else { 1 + wide.div_ceil(COLUMNS) };
        if rows.is_empty() || lines + takes <= most {
            lines += takes;
            rows.push((*e, seen, from));
        }
    }
    let (n, all) = (rows.len(), told.all);
    match rows.as_slice() {
        [] => return None,
        [(_, seen, from)] => {
            let of =
                |more: &str| if all > 1 { format!("Evidence (1 of {all}{more})") } else { "Evidence".into() };
            page.headed([&of(""), &of("; -v shows all")], seen, BETWEEN, from);
        }
        rows => {
            let of = format!("Evidence ({n} of {all}; -v shows all)");
            page.subheading(if n < all { &of } else { "Evidence" });
            rows.iter().for_each(|(_, seen, from)| page.pair(2, seen, BETWEEN, from));
        }
    }
    root.filter(|_| rows.iter().any(|(e, ..)| below(root, &e.source) != e.source))
}

/// An observation and its source; a file whose path was seen where it is needs one path for both.
fn row(page: &Page, e: &Evidence, root: Option<&str>) -> (String, String) {
    let from = format!("({})", below(root, &time::to_seconds(&e.source)));
    let from = if e.source == e.observed { String::new() } else { from };
    let asked = asked(e).map(|asked| format!("; the rule asks for {asked}")).unwrap_or_default();
    (format!("{} is {}{asked}", e.fact, page.aged(&e.observed)), from)
}

/// The comparisons of a condition in words that follow "asks for", the longer before those that they begin with. What is
/// asked to be equal, there or one of a few is what was observed; saying it again would tell nothing.
const WORDS: [(&str, &str); 5] = [
    ("!= ", "other than"),
    (">= ", "at least"),
    ("<= ", "at most"),
    ("> ", "more than"),
    ("< ", "less than"),
];

/// What the rule asks for, in words; none where that is what was observed.
fn asked(e: &Evidence) -> Option<String> {
    let expected = e.expected.as_deref()?;
    WORDS.iter().find_map(|(op, word)| Some(format!("{word} {}", expected.strip_prefix(op)?)))
}

/// Writes all of them.
fn full(page: &mut Page, told: &Told) {
    for (n, e) in told.entries.iter().enumerate() {
        if n == 0 {
            page.heading("Evidence");
        }
        let seen = format!("{} is {}", e.fact, page.aged(&e.observed));
        match &e.expected {
            Some(asked) => page.both(2, &seen, BETWEEN, &format!("(the rule asks: {asked})")),
            None => page.prose(2, &seen),
        }
        page.raw(6, &format!("from {}", e.source));
    }
}

/// The session root below which sources are told; none where everything is told in full.
pub(super) fn root<'a>(case: &Case<'a>, detail: Detail) -> Option<&'a str> {
    let mut details = case.subject.iter().filter(|_| detail == Detail::Normal).flat_map(|s| &s.details);
    let (_, root) = details.find(|(what, root)| what == "session_root" && root.starts_with('/'))?;
    Some(root.trim_end_matches('/')).filter(|root| !root.is_empty())
}

/// `source` with the session root left out of the path it begins with. Only sources are shortened: what was observed is
/// shown as it was, since a relative path can be what is wrong.
fn below(root: Option<&str>, source: &str) -> String {
    let rest = root.and_then(|root| source.strip_prefix(root));
    match rest {
        Some("") => "the session root".to_owned(),
        Some(rest) => rest.strip_prefix('/').unwrap_or(source).to_owned(),
        None => source.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_below_the_root_are_shortened() {
        let root = Some("/home/alice/li-07");
        assert_eq!(below(root, "/home/alice/li-07/gateway/run/x.json#/a"), "gateway/run/x.json#/a");
        assert_eq!(below(root, "/home/alice/li-07"), "the session root");
        assert_eq!(below(root, "/home/alice/li-077/manifest.json"), "/home/alice/li-077/manifest.json");
        assert_eq!(below(root, "tmux: @0"), "tmux: @0");
        assert_eq!(below(None, "/home/alice/li-07/a"), "/home/alice/li-07/a");
    }

    /// What a cause has told is shown where it is short, since its source is news; a path is not read twice.
    #[test]
    fn told_values_come_first_and_told_paths_last() {
        let evidence = |fact: &str, observed: &str| Evidence {
            fact: fact.into(),
            observed: observed.into(),
            expected: None,
            source: "tmux".into(),
        };
        let path = "/home/alice/gone/manifest.json";
        let finding = Finding {
            rule: "pointer-dead".into(),
            severity: crate::finding::Severity::Error,
            subject: "session:gpu".into(),
            title: String::new(),
            message: format!("The pointer leads to {path}, which window @4 has."),
            why: String::new(),
            confirm: vec![],
            evidence: vec![
                evidence("a.path", path),
                evidence("a.other", "43"),
                evidence("a.window", "@4"),
                evidence("a.digit", "4"),
            ],
            caused_by: vec![],
            echoes: vec![],
            remedies: vec![],
            do_not: vec![],
            references: vec![],
            fingerprint: String::new(),
        };
        let family = Family { head: &finding, echoes: vec![] };
        let told = choose(&[&family], Detail::Normal);
        let order: Vec<&str> = told.entries.iter().map(|e| e.fact.as_str()).collect();
        assert_eq!((order, told.all), (vec!["a.window", "a.other", "a.digit"], 4));
        assert_eq!(choose(&[&family], Detail::Full).entries.len(), 4);
    }

    #[test]
    fn values_come_before_yes_and_no() {
        let evidence = |observed: &str, expected: Option<&str>, source: &str| Evidence {
            fact: "a.b".into(),
            observed: observed.into(),
            expected: expected.map(Into::into),
            source: source.into(),
        };
        assert_eq!(rank(&evidence("absent", Some("missing"), "tmux")), TRUTH - 1);
        assert_eq!(rank(&evidence("@0", None, "tmux")), TRUTH - 1);
        assert_eq!(rank(&evidence("true", Some("true"), "tmux")), TRUTH);
        assert_eq!(rank(&evidence("true", None, "tmux")), NOISE);
        assert_eq!(rank(&evidence("absent", None, "tmux")), NOISE);
        assert_eq!(rank(&evidence("1", Some("1"), "replay of attach (0.4.2)")), CONCLUDED);
    }

    /// A value that the rule compares is told with what it is compared to; a yes that is asked for is not said twice.
    #[test]
    fn what_is_asked_for_is_told_where_it_is_not_what_was_seen() {
        for (observed, expected, words) in [
            ("1", "> 0", Some("more than 0")),
            ("43", "!= gateway.desired_port (9889)", Some("other than gateway.desired_port (9889)")),
            ("v2", "!= \"v1\"", Some("other than \"v1\"")),
            ("refused", "in [\"refused\", \"broken\"]", None),
            ("0", "== \"0\"", None),
            ("404", "== 404", None),
            ("true", "true", None),
            ("false", "not true", None),
            ("absent", "missing", None),
            ("@4", "present", None),
        ] {
            let evidence = Evidence {
                fact: "a.b".into(),
                observed: observed.into(),
                expected: Some(expected.into()),
                source: "tmux".into(),
            };
            assert_eq!(asked(&evidence).as_deref(), words, "{observed} {expected}");
        }
    }

    /// Where all that was seen has been told, it still says more than what was concluded from it.
    #[test]
    fn an_observation_comes_before_what_a_replay_came_to() {
        let evidence = |source: &str, expected: Option<&str>| Evidence {
            fact: "a.b".into(),
            observed: "absent".into(),
            expected: expected.map(Into::into),
            source: source.into(),
        };
        let replayed = evidence("replay of attach (0.4.2)", Some("missing"));
        assert!(rank(&replayed) > rank(&evidence("tmux", None)));
    }
}
