//! The built-in rules load without a mistake, from YAML and as embedded.
use houmao_doctor::doctor;
use houmao_doctor::rule::{RuleSet, load_embedded, load_files};
use std::path::PathBuf;

fn rule_files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir("rules")
        .expect("rules/ is there")
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "yaml"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_rule_file_is_without_mistakes() {
    let catalogue = doctor::catalogue();
    if let Err(mistakes) = load_files(&rule_files(), &catalogue, &RuleSet::default()) {
        let text: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        panic!("{} mistakes:\n{}", text.len(), text.join("\n"));
    }
}

#[test]
fn what_is_embedded_is_what_is_written() {
    let catalogue = doctor::catalogue();
    let written = load_files(&rule_files(), &catalogue, &RuleSet::default()).expect("the files load");
    let embedded = load_embedded(&catalogue).expect("the embedded rules load");
    let json = |set: &RuleSet| set.rules().map(|r| format!("{:?}", r.written())).collect::<Vec<_>>();
    assert_eq!(json(&written), json(&embedded));
    assert_eq!(written.rules().count() + 1, rule_files().len(), "one rule a file, and the command catalogue");
}
