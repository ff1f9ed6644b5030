//! Walks a document along a model and collects what is wrong, in pydantic's order: declared fields first, then unknown
//! keys in file order, then the model's own rule, if nothing else was wrong.
use super::{Body, Field, Kind, Model, Objection, Seen, Word};
use crate::contract::{Refusal, Release, Violation, python};
use serde_json::{Map, Value};

/// How many violations Houmao's texts show.
const SHOWN: usize = 3;

/// What came of examining a document.
#[derive(Debug, Default)]
pub struct Findings {
    /// Broken rules, in order.
    pub violations: Vec<Violation>,
    /// Pointers to redacted values on which a rule hangs.
    pub hidden: Vec<String>,
}

impl Findings {
    /// Whether nothing is wrong and nothing is open.
    pub fn clean(&self) -> bool {
        self.violations.is_empty() && self.hidden.is_empty()
    }

    /// The refusal that Houmao prints after `prefix`.
    pub fn refusal(self, file: &str, prefix: &str) -> Refusal {
        let details: Vec<&str> = self.violations.iter().take(SHOWN).map(|v| v.said.as_str()).collect();
        let said = format!("{prefix}: {}", details.join("; "));
        Refusal { said, file: file.to_owned(), violations: self.violations, uncaught: false }
    }

    fn append(&mut self, other: Findings) {
        self.violations.extend(other.violations);
        self.hidden.extend(other.hidden);
    }
}

/// Examines a document against a model, as a release knows it. `file` is the file's name in the violations.
pub fn examine(value: &Value, model: &'static Model, release: Release, file: &str) -> Findings {
    let walk = Walk { release, file };
    let mut findings = Findings::default();
    walk.object(Seen::of(value), value, model, &Place::default(), &mut findings);
    findings
}

/// Where the walk is: one step below another place. Most places are never told, so that texts are made only of those
/// that are.
#[derive(Clone, Copy, Default)]
struct Place<'a> {
    above: Option<&'a Place<'a>>,
    step: Option<Step<'a>>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
    /// A model that was chosen among several: Houmao shows its name, a pointer does not.
    Chosen(&'a str),
}

impl<'a> Place<'a> {
    fn below(&'a self, step: Step<'a>) -> Place<'a> {
        Place { above: Some(self), step: Some(step) }
    }

    fn key(&'a self, key: &'a str) -> Place<'a> {
        self.below(Step::Key(key))
    }

    fn chosen(&'a self, model: &'a str) -> Place<'a> {
        self.below(Step::Chosen(model))
    }

    /// As Houmao shows it, after the `$`.
    fn shown(&self) -> String {
        let above = self.above.map(Place::shown).unwrap_or_default();
        match self.step {
            Some(Step::Key(name) | Step::Chosen(name)) => format!("{above}.{name}"),
            Some(Step::Index(index)) => format!("{above}[{index}]"),
            None => above,
        }
    }

    /// As a JSON pointer.
    fn pointer(&self) -> String {
        let above = self.above.map(Place::pointer).unwrap_or_default();
        match self.step {
            Some(Step::Key(key)) => format!("{above}/{}", key.replace('~', "~0").replace('/', "~1")),
            Some(Step::Index(index)) => format!("{above}/{index}"),
            Some(Step::Chosen(_)) | None => above,
        }
    }
}

struct Walk<'a> {
    release: Release,
    file: &'a str,
}

impl Walk<'_> {
    fn say(&self, place: &Place, found: Seen, said: &str, findings: &mut Findings) {
        findings.violations.push(Violation {
            file: self.file.to_owned(),
            pointer: place.pointer(),
            found: found.describe(),
            said: format!("${}: {said}", place.shown()),
        });
    }

    fn heed(&self, objection: Objection, place: &Place, found: Seen, findings: &mut Findings) {
        match objection {
            Objection::Broken(said) => self.say(place, found, &format!("Value error, {said}"), findings),
            Objection::Hidden(pointer) => findings.hidden.push(format!("{}{pointer}", place.pointer())),
        }
    }

    fn object(&self, seen: Seen, value: &Value, model: &'static Model, place: &Place, out: &mut Findings) {
        let Seen::Object(map) = seen else {
            let said = format!("Input should be a valid dictionary or instance of {}", model.class);
            return self.say(place, seen, &said, out);
        };
        let mut own = Findings::default();
        for field in model.known_to(self.release) {
            self.field(map, field, &place.key(field.name), &mut own);
        }
        for (key, extra) in map {
            if model.known_to(self.release).all(|f| f.name != key) {
                self.say(&place.key(key), Seen::of(extra), "Extra inputs are not permitted", &mut own);
            }
        }
        if let Some(rule) = model.rule.filter(|_| own.clean())
            && let Err(objection) = rule(&Body::new(value, model, self.release))
        {
            self.heed(objection, place, seen, &mut own);
        }
        out.append(own);
    }

    fn field(&self, map: &Map<String, Value>, field: &'static Field, place: &Place, out: &mut Findings) {
        let Some(value) = map.get(field.name) else {
            if field.default.is_none() {
                self.say(place, Seen::Nothing, "Field required", out);
            }
            return;
        };
        if field.nullable && value.is_null() {
            return;
        }
        let mut own = Findings::default();
        self.kind(value, &field.kind, place, &mut own);
        if let Some(rule) = field.rule.filter(|_| own.violations.is_empty()) {
            let seen = Seen::of(value);
            if let Err(objection) = rule(seen) {
                self.heed(objection, place, seen, &mut own);
            }
        }
        out.append(own);
    }

    fn kind(&self, value: &Value, kind: &'static Kind, place: &Place, out: &mut Findings) {
        let seen = Seen::of(value);
        match (kind, seen) {
            (Kind::Text, Seen::Text { .. })
            | (Kind::Integer, Seen::Integer(_))
            | (Kind::Boolean, Seen::Boolean(_))
            | (Kind::AnyObject, Seen::Object(_)) => {}
            (Kind::Text, _) => self.say(place, seen, "Input should be a valid string", out),
            (Kind::Integer, _) => self.say(place, seen, "Input should be a valid integer", out),
            (Kind::Boolean, _) => self.say(place, seen, "Input should be a valid boolean", out),
            (Kind::AnyObject, _) => self.say(place, seen, "Input should be a valid dictionary", out),
            (Kind::PositiveNumber, _) => {
                if let Err(objection) = positive_number(seen) {
                    self.heed(objection, place, seen, out);
                }
            }
            (Kind::Word(words), _) => self.word(seen, words, place, out),
            (Kind::Model(model), _) => self.object(seen, value, model, place, out),
            (Kind::List(kind), Seen::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.kind(item, kind, &place.below(Step::Index(index)), out);
                }
            }
            (Kind::List(_), _) => self.say(place, seen, "Input should be a valid list", out),
            (Kind::Tagged(tag, models), _) => self.tagged(value, tag, models, place, out),
            (Kind::Either(models), _) => self.either(value, models, place, out),
        }
    }

    fn word(&self, seen: Seen, words: &'static [Word], place: &Place, out: &mut Findings) {
        let known: Vec<&str> = words.iter().filter(|w| w.span.holds(self.release)).map(|w| w.word).collect();
        match seen {
            Seen::Text { text: Some(text), .. } if known.contains(&text) => {}
            // Every word is more than white space, so a blank string is none of them.
            Seen::Text { text: None, blank: false } => out.hidden.push(place.pointer()),
            _ => self.say(place, seen, &format!("Input should be {}", listed(&known)), out),
        }
    }

    fn tagged(
        &self,
        value: &Value,
        tag: &str,
        models: &'static [(&'static str, &'static Model)],
        place: &Place,
        out: &mut Findings,
    ) {
        let seen = Seen::of(value);
        let Seen::Object(map) = seen else {
            let said = "Input should be a valid dictionary or object to extract fields from";
            return self.say(place, seen, said, out);
        };
        let Some(chosen) = map.get(tag) else {
            let said = format!("Unable to extract tag using discriminator '{tag}'");
            return self.say(place, seen, &said, out);
        };
        if let Some((name, model)) = models.iter().find(|(name, _)| chosen.as_str() == Some(name)) {
            return self.object(seen, value, model, &place.chosen(name), out);
        }
        if Seen::of(chosen).is_hidden() {
            return out.hidden.push(place.key(tag).pointer());
        }
        let names: Vec<String> = models.iter().map(|(name, _)| format!("'{name}'")).collect();
        let said = format!(
            "Input tag '{}' found using '{tag}' does not match any of the expected tags: {}",
            python::text_of(chosen),
            names.join(", ")
        );
        self.say(place, seen, &said, out);
    }

    /// Passes if one of the models does; otherwise says what each of them does.
    fn either(
        &self,
        value: &Value,
        models: &'static [(&'static str, &'static Model)],
        place: &Place,
        out: &mut Findings,
    ) {
        let mut all = Findings::default();
        let mut open = None;
        for (name, model) in models {
            let mut own = Findings::default();
            self.object(Seen::of(value), value, model, &place.chosen(name), &mut own);
            if own.clean() {
                return;
            }
            if own.violations.is_empty() {
                open = open.or(own.hidden.first().cloned());
            }
            all.append(own);
        }
        match open {
            Some(pointer) => out.hidden.push(pointer),
            None => out.append(all),
        }
    }
}

/// `'a', 'b' or 'c'`.
fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|w| format!("'{w}'")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

fn positive_number(seen: Seen) -> Result<(), Objection> {
    let fine = match seen {
        Seen::Integer(Some(n)) => n > 0,
        Seen::Float(Some(n)) => n.is_finite() && n > 0.0,
        Seen::Integer(None) | Seen::Float(None) => return Err(Objection::Hidden(String::new())),
        _ => return Objection::broken("must be numeric"),
    };
    if fine { Ok(()) } else { Objection::broken("must be > 0") }
}

#[cfg(test)]
#[path = "walk_tests.rs"]
mod tests;
