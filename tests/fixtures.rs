//! Every rule has fixtures on which it fires, is quiet, and is unknown, and it says what their names promise.
//!
//! `fixtures/rules/<rule id>/{fires,quiet,unknown}[-case].yaml`; `src/doctor/fixture.rs` describes the form.
use houmao_doctor::doctor::{self, DoctorError, fixture};
use std::path::Path;

fn fixtures() -> fixture::RuleFixtures {
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
    for fixture in fixtures().fixtures {
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
    let (rules, fixtures) = (doctor::rule_set().expect("the built-in rules load"), fixtures());
    let lacks = rules.rules().map(|rule| (rule, fixtures.lacking(&rule.id)));
    let lacks = lacks.filter(|(_, kinds)| !kinds.is_empty()).map(|(rule, kinds)| {
        let kinds: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
        format!("{} lacks {}", rule.id, kinds.join(", "))
    });
    let lacks: Vec<String> = lacks.collect();
    assert!(lacks.is_empty(), "{}", lacks.join("\n"));
}
