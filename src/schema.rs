//! JSON Schemas of the published documents, made from the types that read and write them.
//!
//! The doc comments of the types are the descriptions, so an editor that knows the schema explains every key.
use crate::facts::ReadFile;
use crate::finding;
use crate::rule::{Catalogue, ScopeKind, written};
use crate::snapshot::Snapshot;
use schemars::{Schema, schema_for};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The schema of a rule file. Its description of a condition lists every fact of every scope, and the lists of fact
/// names in `evidence` are completed by an editor.
pub fn rule_schema(catalogue: &Catalogue) -> Schema {
    let mut schema = schema_for!(written::Rule);
    let facts = catalogue.facts();
    let mut by_scope = BTreeMap::<ScopeKind, Vec<String>>::new();
    for fact in &facts {
        by_scope.entry(fact.scope).or_default().push(fact.path.clone());
    }
    let lists = by_scope.iter().map(|(scope, paths)| {
        format!("\n\nFacts of scope `{}`: {}", json!(scope).as_str().unwrap_or_default(), paths.join(", "))
    });
    let lists: String = lists.collect();
    if let Some(Value::String(text)) = schema.pointer_mut("/$defs/Condition/description") {
        text.push_str(&lists);
    }
    let mut paths: Vec<&str> = facts.iter().map(|f| f.path.as_str()).filter(|p| !p.contains("[]")).collect();
    paths.sort_unstable();
    paths.dedup();
    if let Some(Value::Object(items)) = schema.pointer_mut("/properties/evidence/items") {
        // Not an `enum`: elements that an `any` binds are legal too.
        items.insert("examples".into(), json!(paths));
    }
    let kept = ReadFile::ALL.iter().filter_map(|file| catalogue.kept(*file)).flatten();
    let kept: BTreeSet<&String> = kept.filter(|pointer| !pointer.contains('*')).collect();
    if let Some(Value::Object(pointer)) = schema.pointer_mut("/$defs/Read/properties/pointer") {
        // Those with any key or number in them are legal too.
        pointer.insert("examples".into(), json!(kept));
    }
    schema
}

/// The schema of the catalogue of commands (`commands.yaml`).
pub fn commands_schema() -> Schema {
    let mut schema = schema_for!(BTreeMap<String, written::Command>);
    schema.insert("title".into(), json!("Commands"));
    schema.insert("description".into(), json!("The catalogue of commands that rules refer to, by name."));
    schema
}

/// The schema of a snapshot (`houmao-doctor.snapshot/1`).
pub fn snapshot_schema() -> Schema {
    schema_for!(Snapshot)
}

/// The schema of a report in JSON.
pub fn report_schema() -> Schema {
    schema_for!(finding::Report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_schema_names_the_facts_and_refuses_unknown_keys() {
        let facts = schemars::json_schema!({"type": "object", "properties": {"session": {"type": "object",
            "properties": {"name": {"type": "object", "x-fact": true, "properties": {"known": {"type": "string"}}}}}}});
        let schema = rule_schema(&Catalogue::new(&[(ScopeKind::Session, facts)]));
        assert_eq!(schema.pointer("/additionalProperties"), Some(&json!(false)));
        assert_eq!(schema.pointer("/properties/evidence/items/examples"), Some(&json!(["session.name"])));
        let text = schema.pointer("/$defs/Condition/description").and_then(Value::as_str).unwrap();
        assert!(text.ends_with("Facts of scope `session`: session.name"), "{text}");
        let use_ = schema.pointer("/$defs/Remedy/properties/use/description").and_then(Value::as_str);
        assert_eq!(use_, Some("Name of a command in `commands.yaml`."));
    }
}
