//! Turns the built-in rules (`rules/*.yaml`) into one JSON document that the binary embeds.
//!
//! The conversion is generic, so this file needs none of the crate's types; the JSON goes through the same strict types
//! as a user's YAML. A YAML file that cannot be converted stops the build with its name.
use std::{collections::BTreeMap, env, fs, path::PathBuf};

fn main() -> Result<(), String> {
    println!("cargo::rerun-if-changed=rules");
    let mut rules = BTreeMap::new();
    for entry in fs::read_dir("rules").map_err(|e| format!("rules: {e}"))? {
        let path = entry.map_err(|e| format!("rules: {e}"))?.path();
        let Some(stem) = path.file_stem().and_then(|s| s.to_str()).map(str::to_owned) else {
            continue;
        };
        if path.extension().is_none_or(|e| e != "yaml") {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let value: serde_json::Value =
            serde_yaml::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        rules.insert(stem, value);
    }
    let out = PathBuf::from(env::var("OUT_DIR").map_err(|e| e.to_string())?).join("rules.json");
    let json = serde_json::to_string(&rules).map_err(|e| e.to_string())?;
    fs::write(&out, json).map_err(|e| format!("{}: {e}", out.display()))
}
