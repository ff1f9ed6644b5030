//! Compiles conditions: every name is looked up, every kind is compared.
use super::catalogue::Kind;
use super::check::{Bound, Names, Notes, Wrong};
use super::check_reads::READS;
use super::compiled::{self, FactPath, Op, Operand, Quantified};
use super::condition::{Condition, Quantifier};
use super::kinds::{fits, kind_of, legal_word};
use super::leaf::{self, Leaf, Side};

/// Deeper conditions are refused: nobody can read them, and the evaluator recurses.
const MAX_DEPTH: usize = 24;

/// A compiled condition with the names that its quantifiers bind.
pub(super) struct Checked<'a> {
    pub condition: Option<compiled::Condition>,
    /// Elements that are bound whenever the condition holds: those of an `any` that is reached through `all` and `any`.
    pub firing: Vec<Bound<'a>>,
    /// All names that are bound anywhere in it.
    pub names: Vec<String>,
}

/// Compiles a condition, noting all its mistakes.
pub(super) fn check<'a>(notes: &mut Notes, names: &Names<'a>, written: &Condition) -> Checked<'a> {
    let mut walk = Walk { firing: Vec::new(), names: Vec::new() };
    let condition = walk.condition(notes, names, written, Place { depth: 0, firing: true });
    Checked { condition, firing: walk.firing, names: walk.names }
}

#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    /// Whether this part holds whenever the whole holds.
    firing: bool,
}

impl Place {
    fn deeper(self, firing: bool) -> Self {
        Place { depth: self.depth + 1, firing: self.firing && firing }
    }
}

struct Walk<'a> {
    firing: Vec<Bound<'a>>,
    names: Vec<String>,
}

impl<'a> Walk<'a> {
    fn condition(
        &mut self,
        notes: &mut Notes,
        names: &Names<'a>,
        written: &Condition,
        place: Place,
    ) -> Option<compiled::Condition> {
        if place.depth > MAX_DEPTH {
            notes.wrong(format!("conditions are nested deeper than {MAX_DEPTH}"), None);
            return None;
        }
        match written {
            Condition::Leaf(text) => leaf(notes, names, text),
            Condition::All(parts) => {
                self.parts(notes, names, "all", parts, place.deeper(true)).map(compiled::Condition::All)
            }
            Condition::AnyOf(parts) => {
                self.parts(notes, names, "any_of", parts, place.deeper(false)).map(compiled::Condition::AnyOf)
            }
            Condition::Not(part) => notes
                .at("not", |notes| self.condition(notes, names, part, place.deeper(false)))
                .map(|part| compiled::Condition::Not(Box::new(part))),
            Condition::Any(q) => notes
                .at("any", |notes| self.quantified(notes, names, q, place.deeper(true)))
                .map(compiled::Condition::Any),
            Condition::Every(q) => notes.at("every", |notes| {
                if q.condition.is_none() {
                    notes.wrong("`every` needs `where`", None);
                }
                self.quantified(notes, names, q, place.deeper(false)).map(compiled::Condition::Every)
            }),
            Condition::Count(q) => notes.at("count", |notes| self.count(notes, names, q, place)),
        }
    }

    fn parts(
        &mut self,
        notes: &mut Notes,
        names: &Names<'a>,
        key: &str,
        parts: &[Condition],
        place: Place,
    ) -> Option<Vec<compiled::Condition>> {
        notes.at(key, |notes| {
            if parts.is_empty() {
                notes.wrong(format!("`{key}` is empty"), None);
                return None;
            }
            notes.each(parts, |notes, part| self.condition(notes, names, part, place))
        })
    }

    fn count(
        &mut self,
        notes: &mut Notes,
        names: &Names<'a>,
        q: &Quantifier,
        place: Place,
    ) -> Option<compiled::Condition> {
        let number = match q.is.as_deref().map(leaf::parse_count) {
            Some(Ok(number)) => Some(number),
            Some(Err(what)) => {
                notes.at("is", |notes| notes.wrong(what, None));
                None
            }
            None => {
                notes.wrong("`count` needs `is`, as in `is: \">= 2\"`", None);
                None
            }
        };
        let of = self.quantified_inner(notes, names, q, place.deeper(false));
        let (op, number) = number?;
        Some(compiled::Condition::Count { of: of?, op, number })
    }

    fn quantified(
        &mut self,
        notes: &mut Notes,
        names: &Names<'a>,
        q: &Quantifier,
        place: Place,
    ) -> Option<Quantified> {
        if q.is.is_some() {
            notes.at("is", |notes| notes.wrong("`is` belongs to `count` only", None));
        }
        self.quantified_inner(notes, names, q, place)
    }

    fn quantified_inner(
        &mut self,
        notes: &mut Notes,
        names: &Names<'a>,
        q: &Quantifier,
        place: Place,
    ) -> Option<Quantified> {
        let Quantifier { var, list, condition, .. } = q;
        let bound = |b: &Bound| b.name == *var;
        let taken = var == READS || names.fields.contains_key(var) || names.bound.iter().any(bound);
        if taken || leaf::path_of(var).is_err() || var.contains('.') {
            let why = if taken { "has a meaning already" } else { "is not a name" };
            notes.at(var, |notes| notes.wrong(format!("`{var}` cannot name an element: it {why}"), None));
            return None;
        }
        let (path, element) = notes.at(var, |notes| match list_of(names, list) {
            Ok(found) => Some(found),
            Err((what, help)) => {
                notes.wrong(what, help);
                None
            }
        })?;
        let bound = Bound { name: var.clone(), kind: element };
        self.names.push(var.clone());
        if place.firing {
            self.firing.push(bound.clone());
        }
        let inside = names.with(bound);
        let condition = match condition {
            None => None,
            Some(part) => {
                let part = notes.at("where", |notes| self.condition(notes, &inside, part, place));
                Some(Box::new(part?))
            }
        };
        Some(Quantified { var: var.clone(), list: path, condition })
    }
}

fn list_of<'a>(names: &Names<'a>, list: &str) -> Result<(FactPath, &'a Kind), Wrong> {
    let path = leaf::path_of(list).map_err(|what| (what, None))?;
    match names.fact(&path)? {
        (path, Kind::List(element)) => Ok((path, element)),
        (path, trusted @ Kind::Trusted) => Ok((path, trusted)),
        (_, kind) => Err((format!("`{list}` is {}, and a quantifier needs a list", kind.words()), None)),
    }
}

fn leaf(notes: &mut Notes, names: &Names, text: &str) -> Option<compiled::Condition> {
    let checked = match leaf::parse(text) {
        Ok(leaf) => check_leaf(names, text, leaf),
        Err(what) => Err((format!("in `{text}`: {what}"), None)),
    };
    match checked {
        Ok(condition) => Some(condition),
        Err((what, help)) => {
            notes.wrong(what, help);
            None
        }
    }
}

fn check_leaf(names: &Names, text: &str, leaf: Leaf) -> Result<compiled::Condition, Wrong> {
    match leaf {
        Leaf::Present(path) => Ok(compiled::Condition::Present(names.fact(&path)?.0)),
        Leaf::Missing(path) => Ok(compiled::Condition::Missing(names.fact(&path)?.0)),
        Leaf::Holds { path, negated } => match names.fact(&path)? {
            (fact, Kind::Boolean | Kind::Trusted) => {
                let holds = compiled::Condition::Holds(fact);
                Ok(if negated { compiled::Condition::Not(Box::new(holds)) } else { holds })
            }
            (_, kind) => Err((
                format!("`{path}` is {}, and only a boolean can stand alone", kind.words()),
                Some(format!("compare it (`{path} == …`), or ask `{path} is present`")),
            )),
        },
        Leaf::Compare { left, op, right } => {
            let (path, kind) = names.fact(&left)?;
            let right = check_side(names, text, kind, op, right)?;
            Ok(compiled::Condition::Compare { left: path, op, right })
        }
    }
}

fn check_side(names: &Names, text: &str, left: &Kind, op: Op, side: Side) -> Result<Operand, Wrong> {
    match side {
        Side::Path(path) => {
            let (fact, kind) = names.fact(&path).map_err(|(what, help)| {
                // A bare word is more often a text without quotes than a misspelt fact.
                let bare = !path.contains('.') && left.is_text();
                (what, if bare { Some(format!("a text needs quotes: \"{path}\"")) } else { help })
            })?;
            fits(text, left, op, kind)?;
            Ok(Operand::Path(fact))
        }
        Side::Literal(literal) => {
            fits(text, left, op, &kind_of(&literal))?;
            legal_word(left, op, &literal)?;
            Ok(Operand::Literal(literal.into()))
        }
        Side::List(literals) => {
            if op != Op::In {
                return Err((format!("`{text}`: a list stands only after `in`"), None));
            }
            for literal in &literals {
                fits(text, left, Op::Eq, &kind_of(literal))?;
                legal_word(left, Op::Eq, literal)?;
            }
            Ok(Operand::Literal(literals.into()))
        }
    }
}
