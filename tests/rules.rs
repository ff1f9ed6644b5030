//! The built-in rules load without a mistake, from YAML and as embedded.
use houmao_doctor::doctor;
use houmao_doctor::finding::Effect;
use houmao_doctor::replay::texts::TEXTS;
use houmao_doctor::rule::{RuleSet, load_files};
use std::collections::BTreeSet;
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

/// The embedded rules are loaded on trust; nothing may come of that which the whole catalogue would not have given.
#[test]
fn what_is_embedded_is_what_is_written_and_checked() {
    let written =
        load_files(&rule_files(), &doctor::catalogue(), &RuleSet::default()).expect("the files load");
    let embedded = doctor::rule_set().expect("the embedded rules load");
    for rule in written.rules() {
        assert_eq!(Some(rule), embedded.rule(&rule.id));
    }
    for (name, command) in written.commands() {
        assert_eq!(Some(command), embedded.command(name), "{name}");
    }
    assert!(written == embedded, "and there is nothing else");
    let at_need = doctor::rule_set_at_need().expect("what the embedded rules ask loads");
    for rule in written.rules() {
        assert_eq!(Some(rule), at_need.rule(&rule.id), "compiled in two parts");
    }
    assert!(written == at_need, "and all commands");
    assert_eq!(written.rules().count() + 1, rule_files().len(), "one rule a file, and the command catalogue");
}

/// Whoever relies on a rule must be able to read which observation misleads it.
#[test]
fn every_built_in_rule_says_when_it_may_be_wrong() {
    let set = doctor::rule_set().expect("the rules load");
    let says =
        |text: &str| text.trim().len() >= 30 && text.trim().ends_with('.') && !text.contains(['{', '}']);
    let silent: Vec<&str> = set
        .rules()
        .map(|r| r.written())
        .filter(|w| !w.may_be_wrong.as_deref().is_some_and(says))
        .map(|w| w.id.as_str())
        .collect();
    assert!(
        silent.is_empty(),
        "`may_be_wrong` is missing, a stub, or has placeholders: {}",
        silent.join(", ")
    );
}

/// What shows a finding by hand: programs that only read, and of which the reader has most.
const CONFIRMS: &[&str] = &[
    "cat", "curl", "env", "find", "grep", "head", "jq", "ls", "printenv", "ps", "sqlite3", "ss", "tmux",
    "uptime",
];

/// Whoever doubts a finding must be able to see it without the doctor, and without changing anything.
#[test]
fn every_built_in_rule_says_how_to_confirm_it_by_hand() {
    let set = doctor::rule_set().expect("the rules load");
    for w in set.rules().map(|r| r.written()) {
        let argv = w.confirm.as_deref().unwrap_or_default();
        let by = w.confirm_by.as_deref().unwrap_or_default().trim();
        assert!(!argv.is_empty() || !by.is_empty(), "{} has neither `confirm` nor `confirm_by`", w.id);
        assert!(
            argv.first().is_none_or(|program| CONFIRMS.contains(&program.as_str())),
            "{}: {argv:?}",
            w.id
        );
        let written =
            ["-o", "-O", "-X", "-d", "--data", "-delete", "-exec", "-i", "--request", "set-environment"];
        let writes = |word: &&String| argv[0] != "ps" && written.contains(&word.as_str());
        assert_eq!(argv.iter().find(writes), None, "{}: it may change something", w.id);
        assert!(by.is_empty() || by.ends_with('.') && !by.contains(['{', '}']), "{}: {by}", w.id);
    }
}

/// All parts of the explanation are there for every rule, from the same data as the rule itself.
#[test]
fn every_rule_is_explained() {
    let set = doctor::rule_set().expect("the rules load");
    for entry in doctor::rules().expect("the rules load") {
        let text = doctor::explain_rule(&entry.name, &set, 80, false).expect("explained");
        assert!(text.starts_with(&format!("{} (", entry.name)) && text.contains(&entry.about), "{text}");
        for part in ["\nWhat (", "\nWhy\n", "\nHow to confirm it by hand", "\nWhen it may be wrong\n"] {
            assert!(text.contains(part), "{} lacks {part:?}:\n{text}", entry.name);
        }
        assert!(!text.contains("The rule does not say."), "{}", entry.name);
        let wide = |l: &&str| l.chars().count() > 80 && !l.starts_with("       ") && l.trim().contains(' ');
        assert_eq!(text.lines().find(wide), None, "{}", entry.name);
    }
}

/// Facts are told from groups by these names, in what the engine reads.
#[test]
fn no_group_of_facts_has_a_field_of_a_reading() {
    for fact in doctor::catalogue().facts() {
        let taken = fact.path.split('.').find(|part| ["known", "absent", "unknown"].contains(part));
        assert_eq!(taken, None, "{}", fact.path);
    }
}

/// What `explain --error` sends a reader to is there.
#[test]
fn every_rule_that_an_error_text_names_exists() {
    let known: BTreeSet<String> =
        doctor::rules().expect("the rules load").into_iter().map(|entry| entry.name).collect();
    let named = TEXTS.iter().flat_map(|text| text.rules).copied();
    let gone: BTreeSet<&str> = named.filter(|rule| !known.contains(*rule)).collect();
    assert!(gone.is_empty(), "replay/texts.rs names rules that are not there: {gone:?}");
}

/// The facts of tmux's environment (the session's and what the shell hands on to it), of window 0, of the execution handle,
/// and of the server that is the target.
const DELICATE: &[(&str, &[&str])] = &[
    ("environment", &["env.", "pointer.", "host.shell.", "host.ambient_"]),
    ("window 0", &["surface.", "session.has_window_zero", "session.window_zero"]),
    ("execution handle", &["handle."]),
    ("server target", &["server.", "agent.is_pair", "manifest.api_base_url", "manifest.managed_agent_ref"]),
];

/// The facts that decide a rule, as its file names them.
fn asked(id: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(format!("rules/{id}.yaml")).expect("the rule's file");
    let rule: serde_json::Value = serde_yaml::from_str(&text).expect("it is YAML");
    let conditions = format!("{} {}", rule["applies"], rule["when"]);
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    conditions.split(|c| !word(c)).filter(|w| w.contains('.')).map(str::to_owned).collect()
}

/// What people try first with these makes them worse, so that each says what not to do.
#[test]
fn rules_about_environment_window_zero_handle_and_target_say_what_not_to_do() {
    let set = doctor::rule_set().expect("the rules load");
    let mut silent = BTreeSet::new();
    for (group, facts) in DELICATE {
        let about = |id: &str| asked(id).iter().any(|path| facts.iter().any(|fact| path.starts_with(fact)));
        let of_group: Vec<_> = set.rules().filter(|rule| about(&rule.id)).collect();
        assert!(of_group.len() > 5, "only {} rules are about the {group}", of_group.len());
        silent.extend(of_group.iter().filter(|r| r.written().do_not.is_empty()).map(|r| r.id.as_str()));
    }
    assert!(silent.is_empty(), "these say not what not to do: {silent:?}");
}

/// Whoever changes something must be able to see whether it worked.
#[test]
fn every_command_of_a_remedy_can_be_verified_or_changes_nothing() {
    let set = doctor::rule_set().expect("the rules load");
    let mut blind = BTreeSet::new();
    for remedy in set.rules().flat_map(|r| &r.written().remedies).filter(|r| r.verify.is_none()) {
        let command = remedy.command.as_deref().and_then(|name| set.command(name));
        if command.is_some_and(|c| c.effect != Effect::ReadOnly && c.written().verify.is_none()) {
            blind.extend(&remedy.command);
        }
    }
    assert!(blind.is_empty(), "neither verified nor read-only: {blind:?}");
}
