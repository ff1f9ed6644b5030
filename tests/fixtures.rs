//! Every rule has fixtures on which it fires, is quiet, and is unknown, and it says what their names promise.
//!
//! `fixtures/rules/<rule id>/{fires,quiet,unknown}[-case].yaml`; `src/doctor/fixture.rs` describes the form.
use houmao_doctor::doctor::{self, DoctorError, fixture};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Rules whose fixtures are still to be written. This list only shrinks.
const INCOMPLETE: &[&str] = &[
    "agent-def-pointer-missing",
    "attach-hides-first-error",
    "attach-while-live",
    "attach-will-fail",
    "aux-window-not-recorded",
    "aux-windows-multiple",
    "backend-retired",
    "command-not-in-dialect",
    "current-session-outside-tmux",
    "desired-config-refused",
    "gateway-down",
    "gateway-env-foreign",
    "gateway-env-partial",
    "gateway-env-retired-pointers",
    "gateway-log-port-red-herring",
    "gateway-mode-ambient",
    "gateway-orphan-process",
    "gateway-port-ambient",
    "gateway-port-taken",
    "gateway-subtree-incomplete",
    "gateway-subtree-missing",
    "gateway-window-misdirected",
    "handle-pane-dead",
    "handle-pid-reused",
    "handle-pidfile-disagree",
    "handle-resolves-to-agent-window",
    "handle-resolves-to-foreign-window",
    "handle-resolves-to-other-window",
    "handle-shape-invalid",
    "handle-window-zero",
    "manifest-agent-id-mismatch",
    "manifest-env-registry-split",
    "manifest-pointer-dead",
    "manifest-pointer-missing-fallback-good",
    "manifest-pointer-relative",
    "manifest-pointer-stale-fallback-good",
    "manifest-refused",
    "manifest-schema-unsupported",
    "manifest-session-mismatch",
    "manifest-unreadable",
    "operation-would-harm",
    "pair-agent-unknown",
    "pair-alias-stale",
    "pair-authority-missing",
    "pair-not-houmao",
    "pair-server-unreachable",
    "primary-window-missing",
    "registry-lease-expired",
    "registry-name-ambiguous",
    "registry-record-missing",
    "registry-record-refused",
    "registry-root-refused",
    "registry-session-claimed-twice",
    "registry-stand-in-useless",
    "session-renamed",
    "session-root-moved",
    "status-is-not-read-only",
    "target-matched-by-prefix",
    "tmux-env-legacy-prefix",
    "tmux-metadata-global-only",
    "tmux-metadata-missing",
    "tmux-session-not-found",
    "tmux-unavailable",
];

fn fixtures() -> Vec<fixture::RuleFixture> {
    let rules = doctor::rule_set().expect("the built-in rules load");
    match fixture::rule_fixtures(Path::new("fixtures/rules"), &rules) {
        Ok(fixtures) => fixtures,
        Err(mistakes) => panic!("{}", DoctorError::Fixtures(mistakes)),
    }
}

#[test]
fn every_rule_says_what_its_fixtures_promise() {
    let rules = doctor::rule_set().expect("the built-in rules load");
    let mut broken = Vec::new();
    for fixture in fixtures() {
        let file = fixture.file.display();
        match fixture.judge(&rules) {
            Ok(report) => broken.extend(fixture.broken(&report).map(|what| format!("{file}: {what}"))),
            Err(error) => broken.push(format!("{file}: {error}")),
        }
    }
    assert!(broken.is_empty(), "{} promises are broken:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn every_rule_has_a_fixture_of_each_kind() {
    let rules = doctor::rule_set().expect("the built-in rules load");
    let mut seen = BTreeMap::<String, BTreeSet<fixture::Promise>>::new();
    for fixture in fixtures() {
        seen.entry(fixture.rule).or_default().insert(fixture.promise);
    }
    let mut wrong = Vec::new();
    for rule in rules.rules() {
        let has = seen.get(&rule.id).cloned().unwrap_or_default();
        let lacks: Vec<&str> =
            fixture::Promise::ALL.iter().filter(|p| !has.contains(p)).map(|p| p.word()).collect();
        match (lacks.is_empty(), INCOMPLETE.contains(&rule.id.as_str())) {
            (false, false) => wrong.push(format!("{} lacks {}", rule.id, lacks.join(", "))),
            (true, true) => wrong.push(format!("{} is complete; take it from INCOMPLETE", rule.id)),
            _ => {}
        }
    }
    for unknown in INCOMPLETE.iter().filter(|id| rules.rule(id).is_none()) {
        wrong.push(format!("INCOMPLETE names {unknown}, which is no rule"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
