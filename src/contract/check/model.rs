//! Models as data: what a file may hold, row by row, and which releases know the row.
use super::{Body, Seen, Verdict};
use crate::contract::Release;

/// Which releases something belongs to: from the first, up to but without the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    from: Release,
    until: Release,
}

impl Span {
    /// Every release.
    pub const ALL: Span = Span { from: Release::new(0, 0, 0), until: Release::new(u16::MAX, 0, 0) };

    /// Whether `release` is one of them.
    pub fn holds(self, release: Release) -> bool {
        self.from <= release && release < self.until
    }
}

/// A model: the fields of one kind of object, in the order in which they are declared, and the rule over all of them.
pub struct Model {
    /// Name of the class, which some refusals show.
    pub class: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
    /// The rule that is asked once every field is in order.
    pub rule: Option<fn(&Body) -> Verdict>,
}

/// One field.
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What stands for it when the key is missing; `None`: the key must be there.
    pub default: Option<Fallback>,
    /// Whether it may be `null`.
    pub nullable: bool,
    /// A rule over its value, asked once the type is right and the value is not `null`.
    pub rule: Option<fn(Seen) -> Verdict>,
    /// The releases that know it.
    pub span: Span,
}

/// What a field holds.
pub enum Kind {
    /// A string.
    Text,
    /// An integer; booleans and floats are none.
    Integer,
    /// A boolean.
    Boolean,
    /// A number above zero, checked by Houmao before the type is.
    PositiveNumber,
    /// One of these words, in this order.
    Word(&'static [Word]),
    /// Any object.
    AnyObject,
    /// An object of this model.
    Model(&'static Model),
    /// An array of this.
    List(&'static Kind),
    /// An object of the model that its field of this name chooses.
    Tagged(&'static str, &'static [(&'static str, &'static Model)]),
    /// An object of any one of these models, each with the name that refusals show.
    Either(&'static [(&'static str, &'static Model)]),
}

/// One word of an enumeration.
pub struct Word {
    /// The word.
    pub word: &'static str,
    /// The releases that know it.
    pub span: Span,
}

/// What stands for a missing key.
#[derive(Clone, Copy)]
pub enum Fallback {
    /// `null`.
    Null,
    /// This word.
    Text(&'static str),
    /// This number.
    Integer(i128),
    /// `false`.
    False,
    /// An empty array.
    Empty,
}

impl Fallback {
    /// As a value of the document.
    pub fn seen(self) -> Seen<'static> {
        match self {
            Fallback::Null => Seen::Null,
            Fallback::Text(text) => Seen::text(text),
            Fallback::Integer(n) => Seen::Integer(Some(n)),
            Fallback::False => Seen::Boolean(Some(false)),
            Fallback::Empty => Seen::List(&[]),
        }
    }
}

/// A word that every release knows.
pub const fn word(word: &'static str) -> Word {
    Word { word, span: Span::ALL }
}

impl Word {
    /// Known since this release.
    pub const fn since(mut self, from: Release) -> Self {
        self.span.from = from;
        self
    }

    /// No longer known in this release.
    pub const fn until(mut self, until: Release) -> Self {
        self.span.until = until;
        self
    }
}

/// A required field of this kind.
pub const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, default: None, nullable: false, rule: None, span: Span::ALL }
}

/// A required string that is not blank.
pub const fn text(name: &'static str) -> Field {
    field(name, Kind::Text).ruled(super::super::check::body::not_blank)
}

impl Field {
    /// It may be left out or `null`.
    pub const fn optional(self) -> Self {
        self.nullable().or(Fallback::Null)
    }

    /// It may be `null`, but the key must be there.
    pub const fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// It may be left out, and then it is this.
    pub const fn or(mut self, default: Fallback) -> Self {
        self.default = Some(default);
        self
    }

    /// It obeys this rule.
    pub const fn ruled(mut self, rule: fn(Seen) -> Verdict) -> Self {
        self.rule = Some(rule);
        self
    }

    /// Known since this release.
    pub const fn since(mut self, from: Release) -> Self {
        self.span.from = from;
        self
    }

    /// No longer known in this release.
    pub const fn until(mut self, until: Release) -> Self {
        self.span.until = until;
        self
    }
}

impl Model {
    /// The fields that a release knows.
    pub fn known_to(&self, release: Release) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().filter(move |f| f.span.holds(release))
    }
}
