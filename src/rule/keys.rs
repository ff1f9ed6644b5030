//! Finds every unknown and every missing key of a file at once; the YAML parser stops at the first.
use super::check::Notes;
use super::locate::Seg;
use super::words::{nearest, suggest};
use serde_json::Value;

/// Notes each key that the schema does not know, and each required one that is not there, and returns their names.
///
/// The value is mended on the way, so that what is left of it can be checked too: a key that is misspelt gets its name,
/// any other unknown one goes, and a text that is missing becomes a dash.
pub(super) fn check(notes: &mut Notes, value: &mut Value, schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(notes, value, schema, schema, &mut found);
    found
}

fn walk(notes: &mut Notes, value: &mut Value, schema: &Value, root: &Value, found: &mut Vec<String>) {
    let reference = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
    let schema = reference.and_then(|pointer| root.pointer(pointer)).unwrap_or(schema);
    match value {
        Value::Array(items) => {
            let Some(inner) = schema.get("items") else { return };
            for (index, item) in items.iter_mut().enumerate() {
                notes.path.push(Seg::Index(index));
                walk(notes, item, inner, root, found);
                notes.path.pop();
            }
        }
        Value::Object(fields) => {
            let known = schema.get("properties").and_then(Value::as_object);
            let others = schema.get("additionalProperties");
            let (mut meant, mut unknown) = (Vec::new(), Vec::new());
            for (key, field) in fields.iter_mut() {
                if let Some(inner) = known.and_then(|k| k.get(key)).or(others.filter(|o| o.is_object())) {
                    notes.at(key, |notes| walk(notes, field, inner, root, found));
                } else if let (Some(known), Some(Value::Bool(false))) = (known, others) {
                    let near = nearest(key, known.keys().map(String::as_str));
                    meant.extend(near);
                    unknown.push((key.clone(), near));
                    let help = suggest(key, known.keys().map(String::as_str));
                    notes.at(key, |notes| notes.wrong(format!("unknown key `{key}`"), help));
                    found.push(key.clone());
                }
            }
            for (key, near) in unknown {
                let field = fields.remove(&key);
                if let (Some(name), Some(field)) = (near, field) {
                    fields.entry(name).or_insert(field);
                }
            }
            let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            for key in required.filter_map(Value::as_str) {
                // One that is there misspelt is told already.
                if meant.contains(&key) {
                    found.push(key.to_owned());
                } else if !fields.contains_key(key) {
                    notes.wrong(format!("missing key `{key}`"), None);
                    found.push(key.to_owned());
                    let is_text = known.and_then(|k| k.get(key)).is_some_and(|k| k["type"] == "string");
                    if is_text {
                        fields.insert(key.to_owned(), "-".into());
                    }
                }
            }
        }
        _ => {}
    }
}
