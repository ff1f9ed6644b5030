//! What rules can ask: the facts of each scope, read from the JSON Schemas of the fact structs.
use super::words::{ScopeKind, nearest};
use crate::facts::ReadFile;
use schemars::Schema;
use serde_json::Value;
use std::collections::BTreeMap;

/// How deep facts may nest; a cycle of types ends here.
const MAX_DEPTH: usize = 10;

/// The facts that rules can ask, by scope.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Catalogue {
    scopes: BTreeMap<ScopeKind, Fields>,
    /// The pointers whose values are not redacted, by file; `*` stands for any key or index.
    kept: BTreeMap<ReadFile, Vec<String>>,
}

/// One fact, for people.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FactInfo {
    /// Where it can be asked.
    pub scope: ScopeKind,
    /// Its path; `[]` stands for the elements of a list.
    pub path: String,
    /// What its value is, in words.
    pub kind: String,
    /// What it means: the doc comment of its field.
    pub doc: String,
}

/// Fields by name.
pub(super) type Fields = BTreeMap<String, Field>;

/// A field of a fact struct: a group of further fields, or a fact.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    pub doc: String,
    /// Whether reading it gives known, absent or unknown; a group does not.
    pub is_fact: bool,
    pub kind: Kind,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Text,
    /// A text that is one of these.
    Choice(Vec<String>),
    Integer,
    Number,
    Boolean,
    List(Box<Kind>),
    Fields(Fields),
    /// Something the checker cannot tell apart; it can only be tested for presence.
    Opaque,
    /// Anything, and below it any name: see [`Catalogue::trusting`].
    Trusted,
}

impl Kind {
    /// With its article, for messages.
    pub fn words(&self) -> String {
        match self {
            Kind::Text => "a text".into(),
            Kind::Choice(words) => format!("one of {}", words.join(", ")),
            Kind::Integer => "an integer".into(),
            Kind::Number => "a number".into(),
            Kind::Boolean => "a boolean".into(),
            Kind::List(item) => match &**item {
                Kind::Fields(_) => "a list of items with facts".into(),
                Kind::Choice(words) => format!("a list of {}", words.join(", ")),
                Kind::Text => "a list of texts".into(),
                Kind::Integer => "a list of integers".into(),
                Kind::Number => "a list of numbers".into(),
                Kind::Boolean => "a list of booleans".into(),
                Kind::List(_) => "a list of lists".into(),
                Kind::Opaque | Kind::Trusted => "a list".into(),
            },
            Kind::Fields(_) => "a group of facts".into(),
            Kind::Opaque | Kind::Trusted => "a value without a simple kind".into(),
        }
    }

    /// Whether values of both can be equal.
    pub fn comparable(&self, other: &Kind) -> bool {
        self.is_text() && other.is_text()
            || self.is_numeric() && other.is_numeric()
            || matches!(
                (self, other),
                (Kind::Boolean, Kind::Boolean) | (Kind::Trusted, _) | (_, Kind::Trusted)
            )
    }

    pub fn is_text(&self) -> bool {
        matches!(self, Kind::Text | Kind::Choice(_) | Kind::Trusted)
    }

    pub fn is_numeric(&self) -> bool {
        matches!(self, Kind::Integer | Kind::Number | Kind::Trusted)
    }

    pub fn is_scalar(&self) -> bool {
        self.is_text() || self.is_numeric() || matches!(self, Kind::Boolean)
    }
}

impl Catalogue {
    /// The facts of these scopes. Fields whose schema says `"x-fact": true` are facts, other objects are groups.
    pub fn new(scopes: &[(ScopeKind, Schema)]) -> Self {
        let fields = |schema: &Schema| match read_kind(schema.as_value(), schema.as_value(), 0) {
            Kind::Fields(fields) => fields,
            _ => Fields::new(),
        };
        let scopes = scopes.iter().map(|(kind, schema)| (*kind, fields(schema))).collect();
        Catalogue { scopes, kept: BTreeMap::new() }
    }

    /// The same, knowing which values of which file are not redacted, so that a rule cannot read another one. Where a file
    /// is not given, every pointer is taken on trust.
    pub fn with_kept(self, kept: impl IntoIterator<Item = (ReadFile, Vec<String>)>) -> Self {
        Catalogue { kept: kept.into_iter().collect(), ..self }
    }

    /// The pointers of a file whose values are not redacted, if that is known.
    pub fn kept(&self, file: ReadFile) -> Option<&[String]> {
        self.kept.get(&file).map(Vec::as_slice)
    }

    /// Only the groups that each scope begins with; what is asked below them is taken on trust. For rules that were
    /// checked against the whole catalogue before: reading that takes longer than all the rules.
    pub fn trusting(scopes: &[(ScopeKind, &[&str])]) -> Self {
        let group = || Field { doc: String::new(), is_fact: false, kind: Kind::Trusted };
        let groups =
            |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), group())).collect::<Fields>();
        let scopes = scopes.iter().map(|(kind, names)| (*kind, groups(names))).collect();
        Catalogue { scopes, kept: BTreeMap::new() }
    }

    /// Every fact, sorted by scope and path.
    pub fn facts(&self) -> Vec<FactInfo> {
        let mut facts = Vec::new();
        for (scope, fields) in &self.scopes {
            list_facts(*scope, "", fields, &mut facts);
        }
        facts.sort();
        facts
    }

    /// The fields that can be asked in a scope, if there is such a scope.
    pub(super) fn scope(&self, scope: ScopeKind) -> Option<&Fields> {
        self.scopes.get(&scope)
    }

    /// The other scopes in which a path names a fact.
    pub(super) fn elsewhere(&self, path: &str, not: ScopeKind) -> Vec<ScopeKind> {
        let has = |fields: &Fields| {
            let mut fields = Some(fields);
            let mut parts = path.split('.').peekable();
            while let Some(part) = parts.next() {
                let Some(field) = fields.and_then(|f| f.get(part)) else { return false };
                fields = if let Kind::Fields(inner) = &field.kind { Some(inner) } else { None };
                if parts.peek().is_none() {
                    return field.is_fact;
                }
            }
            false
        };
        self.scopes.iter().filter(|(scope, fields)| **scope != not && has(fields)).map(|(s, _)| *s).collect()
    }

    /// The fact of a scope that a mistyped path was probably meant to be.
    pub(super) fn nearest(&self, path: &str, scope: ScopeKind) -> Option<String> {
        let facts = self.facts();
        let paths =
            facts.iter().filter(|f| f.scope == scope && !f.path.contains("[]")).map(|f| f.path.as_str());
        nearest(path, paths).map(str::to_owned)
    }
}

fn list_facts(scope: ScopeKind, prefix: &str, fields: &Fields, into: &mut Vec<FactInfo>) {
    for (name, field) in fields {
        let path = format!("{prefix}{name}");
        if field.is_fact {
            into.push(FactInfo {
                scope,
                path: path.clone(),
                kind: field.kind.words(),
                doc: field.doc.clone(),
            });
        }
        match &field.kind {
            Kind::Fields(inner) => list_facts(scope, &format!("{path}."), inner, into),
            Kind::List(item) => {
                if let Kind::Fields(inner) = &**item {
                    list_facts(scope, &format!("{path}[]."), inner, into);
                }
            }
            _ => {}
        }
    }
}

/// Follows `$ref`, a lone `allOf`, and the non-null side of an optional.
fn resolve<'a>(schema: &'a Value, root: &'a Value, depth: usize) -> &'a Value {
    if depth > MAX_DEPTH {
        return schema;
    }
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target = reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        return target.map_or(schema, |t| resolve(t, root, depth + 1));
    }
    if let Some([only]) = schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
        return resolve(only, root, depth + 1);
    }
    if let Some(sides) = schema.get("anyOf").and_then(Value::as_array) {
        let is_null = |s: &&Value| s.get("type").and_then(Value::as_str) == Some("null");
        let mut rest = sides.iter().filter(|s| !is_null(s));
        if let (Some(only), None) = (rest.next(), rest.next()) {
            return resolve(only, root, depth + 1);
        }
    }
    schema
}

fn read_kind(schema: &Value, root: &Value, depth: usize) -> Kind {
    let schema = resolve(schema, root, 0);
    if depth > MAX_DEPTH {
        return Kind::Opaque;
    }
    if let Some(words) = read_choice(schema) {
        return Kind::Choice(words);
    }
    match type_of(schema) {
        Some("string") => Kind::Text,
        Some("integer") => Kind::Integer,
        Some("number") => Kind::Number,
        Some("boolean") => Kind::Boolean,
        Some("array") => match schema.get("items") {
            Some(items) => Kind::List(Box::new(read_kind(items, root, depth + 1))),
            None => Kind::Opaque,
        },
        Some("object") => match schema.get("properties").and_then(Value::as_object) {
            Some(properties) => Kind::Fields(
                properties
                    .iter()
                    .map(|(name, field)| (name.clone(), read_field(field, root, depth)))
                    .collect(),
            ),
            None => Kind::Opaque,
        },
        _ => Kind::Opaque,
    }
}

fn read_field(schema: &Value, root: &Value, depth: usize) -> Field {
    let resolved = resolve(schema, root, 0);
    let is_fact = resolved.get("x-fact") == Some(&Value::Bool(true));
    let known = if is_fact { resolved.pointer("/properties/known") } else { Some(resolved) };
    let kind = known.map_or(Kind::Opaque, |k| read_kind(k, root, depth + 1));
    let doc = schema.get("description").or_else(|| resolved.get("description")).and_then(Value::as_str);
    let doc = doc.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    Field { doc, is_fact, kind }
}

/// The type, without `null` beside it.
fn type_of(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(one) => Some(one),
        Value::Array(several) => several.iter().filter_map(Value::as_str).find(|t| *t != "null"),
        _ => None,
    }
}

/// The words of an enum: `enum`, or `oneOf` with a constant each (so schemars writes documented variants).
fn read_choice(schema: &Value) -> Option<Vec<String>> {
    let words =
        |values: &[Value]| values.iter().map(|v| v.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return words(values);
    }
    let sides = schema.get("oneOf").and_then(Value::as_array)?;
    let mut all = Vec::new();
    for side in sides {
        match side.get("const") {
            Some(one) => all.push(one.as_str()?.to_owned()),
            None => all.extend(words(side.get("enum")?.as_array()?)?),
        }
    }
    Some(all)
}
