//! What was observed, and where: all of it with `-v`, else the few observations that tell the most.
use super::page::Page;
use crate::finding::{Detail, Evidence, Finding};
use crate::report::order::{Case, Family};
use crate::report::time;

/// How many observations are told before the rest is counted.
const ENTRIES: usize = 3;

/// The rank of what is told only where there is nothing better.
const NOISE: u8 = 2;

/// The observations to tell, in their order, and how many are left out.
pub(super) struct Told<'a> {
    pub entries: Vec<&'a Evidence>,
    left: usize,
}

/// Chooses from what decided the families.
pub(super) fn choose<'a>(told: &[&'a Family<'a>], detail: Detail) -> Told<'a> {
    if detail == Detail::Full {
        let all = told.iter().flat_map(|f| std::iter::once(f.head).chain(f.echoes.iter().copied()));
        return Told { entries: distinct(all, |a, b| a == b), left: 0 };
    }
    // What one rule compared and another only read is still one observation.
    let same =
        |a: &Evidence, b: &Evidence| (&a.fact, &a.observed, &a.source) == (&b.fact, &b.observed, &b.source);
    let mut entries = distinct(told.iter().map(|f| f.head), same);
    let all = entries.len();
    entries.sort_by_key(|e| rank(e));
    let telling = entries.iter().filter(|e| rank(e) < NOISE).count();
    entries.truncate(if telling == 0 { ENTRIES } else { telling.min(ENTRIES) });
    let left = all - entries.len();
    Told { entries, left }
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

/// How little an observation tells, 0 the least little: values; yes and no that decided; and what says no more than that,
/// or repeats what the verdict and the decision path have told (the replay's own words).
fn rank(e: &Evidence) -> u8 {
    let decided = e.expected.is_some();
    match e.observed.as_str() {
        _ if e.source.starts_with("replay of ") => NOISE,
        "absent" | "true" | "false" if !decided => NOISE,
        "true" | "false" => 1,
        _ => 0,
    }
}

/// Writes them. With `-v` each stands beside what the rule asked of it.
pub(super) fn write(page: &mut Page, told: &Told, root: Option<&str>) {
    let below_root =
        root.filter(|root| told.entries.iter().any(|e| below(Some(root), &e.source) != e.source));
    for (n, e) in told.entries.iter().enumerate() {
        if n == 0 {
            page.heading("Evidence");
        }
        let seen = format!("{} is {}", e.fact, page.aged(&e.observed));
        if page.look.detail == Detail::Full {
            match &e.expected {
                Some(asked) => page.pair(2, &seen, "   ", &format!("(the rule asks: {asked})")),
                None => page.prose(2, &seen),
            }
            page.raw(6, &format!("from {}", e.source));
        } else {
            page.pair(2, &seen, "   ", &format!("({})", below(root, &time::to_seconds(&e.source))));
        }
    }
    if told.left > 0 {
        page.prose(2, &format!("and {} more with -v", told.left));
    }
    if let Some(root) = below_root {
        page.raw(2, &format!("files are below {root}"));
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
pub(super) fn below(root: Option<&str>, source: &str) -> String {
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

    #[test]
    fn values_come_before_yes_and_no() {
        let evidence = |observed: &str, expected: Option<&str>, source: &str| Evidence {
            fact: "a.b".into(),
            observed: observed.into(),
            expected: expected.map(Into::into),
            source: source.into(),
        };
        assert_eq!(rank(&evidence("absent", Some("missing"), "tmux")), 0);
        assert_eq!(rank(&evidence("@0", None, "tmux")), 0);
        assert_eq!(rank(&evidence("true", Some("true"), "tmux")), 1);
        assert_eq!(rank(&evidence("true", None, "tmux")), NOISE);
        assert_eq!(rank(&evidence("absent", None, "tmux")), NOISE);
        assert_eq!(rank(&evidence("1", Some("1"), "replay of attach (0.4.2)")), NOISE);
    }
}
