//! Every rule has fixtures on which it fires, is quiet, and is unknown, and it says what their names promise.
//!
//! `fixtures/rules/<rule id>/{fires,quiet,unknown}[-case].yaml`; `src/doctor/fixture.rs` describes the form.
use houmao_doctor::contract::{KNOWN_BUGS, Release};
use houmao_doctor::doctor::{self, DoctorError, fixture};
use houmao_doctor::finding::Verdict;
use houmao_doctor::rule::RuleSet;
use std::path::Path;
use std::sync::OnceLock;

fn fixtures() -> &'static fixture::RuleFixtures {
    static LOADED: OnceLock<fixture::RuleFixtures> = OnceLock::new();
    LOADED.get_or_init(|| {
        let rules = doctor::rule_set().expect("the built-in rules load");
        match fixture::rule_fixtures(Path::new("fixtures/rules"), &rules) {
            Ok(fixtures) => fixtures,
            Err(mistakes) => panic!("{}", DoctorError::Fixtures(mistakes)),
        }
    })
}

#[test]
fn every_rule_says_what_its_fixtures_promise() {
    let rules = doctor::rule_set().expect("the built-in rules load");
    let mut broken = Vec::new();
    for fixture in &fixtures().fixtures {
        let file = fixture.file.display();
        match fixture.judge(&rules) {
            Ok(report) => broken.extend(fixture.broken(&report).map(|what| format!("{file}: {what}"))),
            Err(error) => broken.push(format!("{file}: {error}")),
        }
    }
    assert!(broken.is_empty(), "{} promises are broken:\n{}", broken.len(), broken.join("\n"));
}

/// A command whose values the rule does not have is left out of the report: each rule must have them where it fires.
#[test]
fn every_confirm_is_filled_where_its_rule_fires() {
    let rules = doctor::rule_set().expect("the built-in rules load");
    let mut empty = Vec::new();
    let shown = |id: &str| rules.rule(id).is_some_and(|rule| rule.written().confirm.is_some());
    for fixture in fixtures().fixtures.iter().filter(|f| shown(&f.rule)) {
        let Ok(report) = fixture.judge(&rules) else { continue };
        let of_rule = report.outcomes.iter().filter(|o| o.rule == fixture.rule);
        let blank = |o: &&houmao_doctor::finding::Outcome| match &o.verdict {
            Verdict::Fired { finding } => finding.confirm.is_empty(),
            _ => false,
        };
        if of_rule.filter(blank).count() > 0 {
            empty.push(fixture.file.display().to_string());
        }
    }
    assert!(empty.is_empty(), "{} confirm nothing:\n{}", empty.len(), empty.join("\n"));
}

#[test]
fn every_rule_has_a_fixture_of_each_kind() {
    let (rules, fixtures) = (doctor::rule_set().expect("the built-in rules load"), fixtures());
    let lacks = rules.rules().map(|rule| (rule, fixtures.lacking(&rule.id)));
    let lacks = lacks.filter(|(_, kinds)| !kinds.is_empty()).map(|(rule, kinds)| {
        let kinds: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
        format!("{} lacks {}", rule.id, kinds.join(", "))
    });
    let lacks: Vec<String> = lacks.collect();
    assert!(lacks.is_empty(), "{}", lacks.join("\n"));
}

/// Lines that no fixture can hold, each with the reason why they stay.
const UNHELD: &[(&str, &str)] = &[
    // Wherever status kills or signals, detach does so too; the rule names all three, as its message does.
    ("operation-would-harm", "`status.harms` never holds"),
    // Only of this backend is there known to be no session; the line keeps an unseen tmux from making the others unknown.
    ("backend-without-tmux", "`manifest.backend == \"codex_app_server\"` always holds"),
];

/// Rules whose lines are not all held yet. This list only shrinks.
const TO_HOLD: &[&str] = &[];

/// A rule of which any part can be changed without a fixture noticing is held by nothing.
#[test]
fn every_line_of_every_rule_is_held_by_a_fixture() {
    let (rules, all) = (doctor::rule_set().expect("the built-in rules load"), fixtures());
    let mut unheld = Vec::new();
    for rule in rules.rules() {
        let of_rule: Vec<_> = all.fixtures.iter().filter(|f| f.rule == rule.id).collect();
        for change in fixture::unnoticed(&of_rule, &rules, &rule.id).expect("fixtures can be judged") {
            unheld.push((rule.id.as_str(), change));
        }
    }
    let open: Vec<_> = TO_HOLD.iter().filter(|id| !unheld.iter().any(|(rule, _)| rule == *id)).collect();
    assert!(open.is_empty(), "these are held now, or gone; take them from TO_HOLD: {open:?}");
    unheld.retain(|(rule, _)| !TO_HOLD.contains(rule));
    let known = |(rule, change): &(&str, String)| UNHELD.contains(&(rule, change.as_str()));
    let stale: Vec<_> = UNHELD.iter().filter(|(r, c)| !unheld.contains(&(r, (*c).to_owned()))).collect();
    assert!(stale.is_empty(), "these are held now, or gone: {stale:?}");
    unheld.retain(|change| !known(change));
    let unheld: Vec<String> = unheld.iter().map(|(rule, change)| format!("{rule}: {change}")).collect();
    assert!(unheld.is_empty(), "{} changes that no fixture notices:\n{}", unheld.len(), unheld.join("\n"));
}

/// Each rule turned round breaks a promise of its own fixtures.
#[test]
fn every_negated_rule_breaks_a_promise() {
    let (rules, all) = (doctor::rule_set().expect("the built-in rules load"), fixtures());
    for rule in rules.rules() {
        let mut turned = rules.only(&rule.id);
        assert!(turned.negate(&rule.id));
        let breaks = |f: &fixture::RuleFixture| {
            f.rule == rule.id && f.broken(&f.judge(&turned).expect("it can be judged")).is_some()
        };
        assert!(all.fixtures.iter().any(breaks), "{} turned round is not noticed", rule.id);
    }
}

/// Whether the only rule of a set fires of one fixture for one release.
fn fires_for(fixture: &fixture::RuleFixture, rules: &RuleSet, release: &str) -> bool {
    let mut snapshot = fixture.snapshot.clone();
    snapshot.houmao.asked = Some(release.to_owned());
    let report = doctor::judge(&snapshot, rules, &fixture.request()).expect("it can be judged");
    report.outcomes.iter().any(|o| matches!(o.verdict, Verdict::Fired { .. }))
}

/// `CompactLoop` as `compact-loop`.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

/// Each defect of the table has a rule that tells it for the last release that has it, and no more for the one that mended it.
#[test]
fn every_known_bug_is_told_until_it_was_mended() {
    let (rules, all) = (doctor::rule_set().expect("the built-in rules load"), fixtures());
    for bug in KNOWN_BUGS {
        let concerned = ["0.4.0", "0.4.2", "0.6.6", "0.8.1", "0.8.2", "0.9.0"];
        let concerned = concerned.into_iter().rfind(|r| Release::parse(r).is_some_and(|r| bug.concerns(r)));
        let concerned =
            concerned.unwrap_or_else(|| panic!("{:?} concerns none of the releases tried", bug.id));
        let id = format!("known-bug-{}", kebab(&format!("{:?}", bug.id)));
        let rule = rules.only(&id);
        let example = all.fixtures.iter().find(|f| f.rule == id && fires_for(f, &rule, concerned));
        let example = example.unwrap_or_else(|| panic!("{id} is told of no fixture"));
        let mended = bug.fixed_in.to_string();
        assert!(!fires_for(example, &rule, &mended), "{}: {id} of {mended}", example.file.display());
    }
}
