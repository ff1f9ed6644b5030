//! A document that a rule asks questions of: values by path, with the model's defaults in place of missing keys.
use super::{Kind, Model, Seen};
use crate::contract::Release;
use serde_json::Value;

/// What a rule says: nothing, or an objection.
pub type Verdict<T = ()> = Result<T, Objection>;

/// Why a rule does not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Objection {
    /// It is broken; Houmao's words, without `Value error, `.
    Broken(String),
    /// It hangs on a redacted value: the pointer to it, from the rule's own object ("" for the value itself).
    Hidden(String),
}

impl Objection {
    /// The objection with these words.
    pub fn broken<T>(said: impl Into<String>) -> Verdict<T> {
        Err(Objection::Broken(said.into()))
    }
}

/// The rule of most strings.
pub fn not_blank(value: Seen) -> Verdict {
    match value {
        Seen::Text { blank: true, .. } => Objection::broken("must not be empty"),
        _ => Ok(()),
    }
}

/// An object with the model that it was examined against.
#[derive(Clone, Copy)]
pub struct Body<'a> {
    value: &'a Value,
    model: &'static Model,
    /// The release whose rules apply.
    pub release: Release,
}

impl<'a> Body<'a> {
    /// Joins the three.
    pub fn new(value: &'a Value, model: &'static Model, release: Release) -> Self {
        Body { value, model, release }
    }

    /// The value at a path such as `runtime/job_dir`; of a missing key, its default.
    pub fn at(&self, path: &str) -> Seen<'a> {
        let (mut value, mut model) = (Some(self.value), Some(self.model));
        let mut default = Seen::Nothing;
        for key in path.split('/') {
            let row = model.and_then(|m| m.known_to(self.release).find(|f| f.name == key));
            default = row.and_then(|f| f.default).map_or(Seen::Nothing, |d| d.seen());
            model = match row.map(|f| &f.kind) {
                Some(Kind::Model(inner)) => Some(inner),
                _ => None,
            };
            value = value.and_then(|v| v.get(key));
        }
        value.map_or(default, Seen::of)
    }

    /// The value of a key of the object itself, as it stands.
    pub fn raw(&self, key: &str) -> Option<&'a Value> {
        self.value.get(key)
    }

    /// Whether there is something other than `null` at a path.
    pub fn has(&self, path: &str) -> bool {
        self.at(path).is_some()
    }

    /// The string at a path; `None` when there is none.
    pub fn text(&self, path: &str) -> Verdict<Option<&'a str>> {
        match self.at(path) {
            Seen::Text { text: Some(text), .. } => Ok(Some(text)),
            Seen::Text { text: None, .. } => Err(hidden(path)),
            _ => Ok(None),
        }
    }

    /// The string at a path, owned.
    pub fn string(&self, path: &str) -> Verdict<Option<String>> {
        Ok(self.text(path)?.map(str::to_owned))
    }

    /// The string at the path of a required field.
    pub fn required(&self, path: &str) -> Verdict<String> {
        Ok(self.string(path)?.unwrap_or_default())
    }

    /// The integer at a path; `None` when there is none.
    pub fn integer(&self, path: &str) -> Verdict<Option<i128>> {
        match self.at(path) {
            Seen::Integer(Some(n)) => Ok(Some(n)),
            Seen::Integer(None) => Err(hidden(path)),
            _ => Ok(None),
        }
    }

    /// The integer at a path, where it is one that fits.
    pub fn number<N: TryFrom<i128>>(&self, path: &str) -> Verdict<Option<N>> {
        Ok(self.integer(path)?.and_then(|n| N::try_from(n).ok()))
    }

    /// The boolean at a path; `None` when there is none.
    pub fn boolean(&self, path: &str) -> Verdict<Option<bool>> {
        match self.at(path) {
            Seen::Boolean(Some(b)) => Ok(Some(b)),
            Seen::Boolean(None) => Err(hidden(path)),
            _ => Ok(None),
        }
    }

    /// Objects, in these words, unless the schema version is this.
    pub fn version(&self, wanted: i128) -> Verdict {
        match self.integer("schema_version")? {
            Some(n) if n == wanted => Ok(()),
            _ => Objection::broken(format!("schema_version must be {wanted}")),
        }
    }
}

fn hidden(path: &str) -> Objection {
    Objection::Hidden(format!("/{path}"))
}
