//! Turns the built-in rules (`rules/*.yaml`) into JSON that the binary embeds: of each rule what is asked at every start,
//! what is asked where it applies, and the whole; of each command the whole.
//!
//! The conversion is generic, so this file needs none of the crate's types; the JSON goes through the same strict types
//! as a user's YAML. A YAML file that cannot be converted stops the build with its name.
use serde_json::{Map, Value};
use std::{collections::BTreeMap, env, fs, path::PathBuf};

/// What is asked of a rule at each start.
const FIRST: [&str; 6] = ["id", "severity", "scope", "triggered_by", "reads", "applies"];

/// What is asked of a rule where it applies.
const WHEN: [&str; 3] = ["scope", "reads", "when"];

/// The file of the catalogue of commands, without `.yaml`.
const COMMANDS: &str = "commands";

fn main() -> Result<(), String> {
    println!("cargo::rerun-if-changed=rules");
    // A position-independent program has ten thousand addresses to be set at each start, most of them for tables of the
    // parsers; this one is linked to where it runs, which spares it some fifty page faults.
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
    let mut files = files()?;
    let commands = files.remove(COMMANDS).unwrap_or_default();
    let rules = files.iter().map(|(stem, rule)| {
        let whole = Value::Object(rule.clone()).to_string();
        let file = format!("rules/{stem}.yaml");
        format!("({file:?}, {:?}, {:?}, {whole:?}),\n", part(rule, &FIRST), part(rule, &WHEN))
    });
    let commands = commands.iter().map(|(name, command)| format!("({name:?}, {:?}),\n", command.to_string()));
    let source = format!(
        "const RULES: &[(&str, &str, &str, &str)] = &[\n{}];\nconst COMMANDS: &[(&str, &str)] = &[\n{}];\n",
        rules.collect::<String>(),
        commands.collect::<String>()
    );
    let out = PathBuf::from(env::var("OUT_DIR").map_err(|e| e.to_string())?).join("embedded.rs");
    fs::write(&out, source).map_err(|e| format!("{}: {e}", out.display()))
}

/// The YAML files by their names without `.yaml`.
fn files() -> Result<BTreeMap<String, Map<String, Value>>, String> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir("rules").map_err(|e| format!("rules: {e}"))? {
        let path = entry.map_err(|e| format!("rules: {e}"))?.path();
        let Some(stem) = path.file_stem().and_then(|s| s.to_str()).map(str::to_owned) else {
            continue;
        };
        if path.extension().is_none_or(|e| e != "yaml") {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let value = serde_yaml::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        files.insert(stem, value);
    }
    Ok(files)
}

/// These fields of a rule, as JSON.
fn part(rule: &Map<String, Value>, fields: &[&str]) -> String {
    let part = rule.iter().filter(|(key, _)| fields.contains(&key.as_str()));
    Value::Object(part.map(|(key, value)| (key.clone(), value.clone())).collect()).to_string()
}
