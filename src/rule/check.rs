//! The checker's tools: where mistakes go, and how names of facts are looked up.
use super::catalogue::{Catalogue, Field, Fields, Kind};
use super::check_reads::READS;
use super::compiled::{FactPath, Part, Template};
use super::locate::{Seg, locate, refine};
use super::words::{Mistake, ScopeKind, scope_word, suggest};
use super::{leaf, template};

/// So many mistakes of one file are reported at most: each is located by one more parse.
const MAX_MISTAKES: usize = 50;

/// What is wrong, and how to mend it.
pub(super) type Wrong = (String, Option<String>);

/// Collects the mistakes of one file, with their places.
pub(crate) struct Notes<'a> {
    pub file: &'a str,
    /// The YAML text; none for the embedded rules, which are JSON by then.
    pub text: Option<&'a str>,
    /// The way to the node that is being checked.
    pub path: Vec<Seg>,
    pub mistakes: Vec<Mistake>,
    /// Keys that were left, to be written over: thousands are entered at each start.
    spare: Vec<String>,
}

impl<'a> Notes<'a> {
    pub fn new(file: &'a str, text: Option<&'a str>) -> Self {
        Notes { file, text, path: Vec::new(), mistakes: Vec::new(), spare: Vec::new() }
    }

    /// Notes a mistake at the current node.
    pub fn wrong(&mut self, what: impl Into<String>, help: Option<String>) {
        self.wrong_at(None, what, help);
    }

    /// Notes a mistake at the current node; `needle` finds its line in a node that runs over several lines.
    pub fn wrong_at(&mut self, needle: Option<&str>, what: impl Into<String>, help: Option<String>) {
        if self.mistakes.len() >= MAX_MISTAKES {
            return;
        }
        let place = self.text.and_then(|text| {
            let from = locate(text, &self.path)?;
            Some(needle.map_or((from.0, Some(from.1)), |needle| refine(text, from, needle)))
        });
        let (line, column) = place.map_or((None, None), |(line, column)| (Some(line), column));
        self.mistakes.push(Mistake { file: self.file.to_owned(), line, column, what: what.into(), help });
    }

    /// Runs a check one key deeper.
    pub fn at<T>(&mut self, key: &str, check: impl FnOnce(&mut Self) -> T) -> T {
        let mut name = self.spare.pop().unwrap_or_default();
        name.clear();
        name.push_str(key);
        self.path.push(Seg::Key(name));
        let result = check(self);
        if let Some(Seg::Key(name)) = self.path.pop() {
            self.spare.push(name);
        }
        result
    }

    /// Runs a check on every element of a list.
    pub fn each<'i, I, T>(
        &mut self,
        items: &'i [I],
        mut check: impl FnMut(&mut Self, &'i I) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut checked = Vec::new();
        for (index, item) in items.iter().enumerate() {
            self.path.push(Seg::Index(index));
            checked.extend(check(self, item));
            self.path.pop();
        }
        (checked.len() == items.len()).then_some(checked)
    }
}

/// An element that a quantifier bound.
#[derive(Debug, Clone)]
pub(super) struct Bound<'a> {
    pub name: String,
    pub kind: &'a Kind,
}

/// The names that can be used at some place of a rule.
#[derive(Clone)]
pub(super) struct Names<'a> {
    pub catalogue: &'a Catalogue,
    pub scope: ScopeKind,
    pub fields: &'a Fields,
    pub bound: Vec<Bound<'a>>,
    /// Nobody will read what is wrong here, so that no better name is looked for.
    pub quiet: bool,
}

impl<'a> Names<'a> {
    /// The names of a scope; none if the catalogue has no such scope.
    pub fn of(catalogue: &'a Catalogue, scope: ScopeKind) -> Option<Self> {
        Some(Names { catalogue, scope, fields: catalogue.scope(scope)?, bound: Vec::new(), quiet: false })
    }

    /// The same names and one more.
    pub fn with(&self, bound: Bound<'a>) -> Self {
        let mut more = self.clone();
        more.bound.push(bound);
        more
    }

    /// Looks a path up; an element of a list of plain values is itself a fact.
    pub fn fact(&self, path: &str) -> Result<(FactPath, &'a Kind), Wrong> {
        let mut parts = path.split('.');
        let first = parts.next().unwrap_or_default();
        let Some(bound) = self.bound.iter().rev().find(|b| b.name == first) else {
            return self.walk(path, None, self.fields, path.split('.'));
        };
        let start = Some(bound.name.clone());
        match bound.kind {
            Kind::Fields(fields) if path != first => self.walk(path, start, fields, parts),
            Kind::Fields(fields) => Err((
                format!("`{path}` is a group of facts, not a fact"),
                suggest("", fields.keys().map(String::as_str)),
            )),
            Kind::Trusted => {
                let steps = parts.map(str::to_owned).collect();
                Ok((FactPath { bound: start, steps }, bound.kind))
            }
            kind if path == first => Ok((FactPath { bound: start, steps: Vec::new() }, kind)),
            kind => Err((format!("unknown fact `{path}`: `{first}` is {}", kind.words()), None)),
        }
    }

    fn walk<'p>(
        &self,
        whole: &str,
        bound: Option<String>,
        fields: &'a Fields,
        parts: impl Iterator<Item = &'p str>,
    ) -> Result<(FactPath, &'a Kind), Wrong> {
        let mut steps: Vec<String> = Vec::with_capacity(3);
        let mut is_fact = false;
        let mut fields = fields;
        let mut last: Option<&'a Field> = None;
        let mut before = bound.clone().unwrap_or_default();
        for part in parts {
            if let Some(field) = last {
                if field.kind == Kind::Trusted {
                    is_fact = true;
                    steps.push(part.to_owned());
                    continue;
                }
                fields = inner(whole, &before, field)?;
            }
            let Some(field) = fields.get(part) else {
                return Err(self.unknown(whole, &before, part, fields));
            };
            if field.kind != Kind::Trusted {
                before = if before.is_empty() { part.to_owned() } else { format!("{before}.{part}") };
            }
            steps.push(part.to_owned());
            is_fact |= field.is_fact;
            last = Some(field);
        }
        match last {
            Some(field) if is_fact => Ok((FactPath { bound, steps }, &field.kind)),
            Some(Field { kind: Kind::Fields(fields), .. }) => {
                let help = suggest("", fields.keys().map(String::as_str));
                Err((format!("`{whole}` is a group of facts, not a fact"), help))
            }
            _ => Err((format!("`{whole}` is not a fact"), None)),
        }
    }

    fn unknown(&self, whole: &str, before: &str, part: &str, fields: &Fields) -> Wrong {
        let at = if before.is_empty() { String::new() } else { format!(": no `{part}` in `{before}`") };
        let what = format!("unknown fact `{whole}`{at}");
        if self.quiet {
            return (what, None);
        }
        if before.is_empty() && part == READS {
            let help = "declare the value: `reads: {NAME: {file: manifest, pointer: /agent_id, kind: text}}`";
            return (format!("{what}: this rule reads nothing by itself"), Some(help.into()));
        }
        let elsewhere = self.catalogue.elsewhere(whole, self.scope);
        if let Some(scope) = elsewhere.first() {
            let (this, other) = (scope_word(self.scope), scope_word(*scope));
            return (
                what,
                Some(format!("it is a fact of scope `{other}`, and this rule has scope `{this}`")),
            );
        }
        let bound = self.bound.iter().map(|b| b.name.as_str());
        let keys = fields.keys().map(String::as_str);
        let siblings: Vec<&str> =
            if before.is_empty() { keys.chain(bound).collect() } else { keys.collect() };
        if let Some(name) = super::words::nearest(part, siblings.iter().copied()) {
            let rest = whole.split('.').skip(before.split('.').filter(|p| !p.is_empty()).count() + 1);
            let parts = before.split('.').filter(|p| !p.is_empty()).chain([name]).chain(rest);
            let guess = parts.collect::<Vec<_>>().join(".");
            if self.fact(&guess).is_ok() {
                return (what, Some(format!("did you mean `{guess}`?")));
            }
        }
        let whole_guess = self.catalogue.nearest(whole, self.scope);
        let help = match whole_guess {
            Some(guess) if before.is_empty() => Some(format!("did you mean `{guess}`?")),
            _ => suggest(part, siblings.iter().copied()),
        };
        (what, help)
    }
}

/// The fields inside a field on the way.
fn inner<'a>(whole: &str, before: &str, field: &'a Field) -> Result<&'a Fields, Wrong> {
    match &field.kind {
        Kind::Fields(fields) => Ok(fields),
        Kind::List(_) => Err((
            format!("`{before}` is a list, so `{whole}` names no fact"),
            Some(format!("ask its elements: `any: {{x: {before}, where: …}}`")),
        )),
        kind => Err((format!("unknown fact `{whole}`: `{before}` is {}", kind.words()), None)),
    }
}

/// Compiles text with placeholders; notes what is wrong with it at the current node.
pub(super) fn template(notes: &mut Notes, names: &Names, hidden: &[String], text: &str) -> Option<Template> {
    let raw = match template::parse(text) {
        Ok(raw) => raw,
        Err(what) => {
            notes.wrong(what, None);
            return None;
        }
    };
    let mut parts = Vec::new();
    let mut whole = true;
    for part in raw {
        match part {
            template::Raw::Text(text) => parts.push(Part::Text(text)),
            template::Raw::Fact(name) => match placeholder(names, hidden, &name) {
                Ok(path) => parts.push(Part::Fact(path)),
                Err((what, help)) => {
                    whole = false;
                    notes.wrong_at(Some(&format!("{{{name}}}")), what, help);
                }
            },
        }
    }
    whole.then_some(Template(parts))
}

fn placeholder(names: &Names, hidden: &[String], name: &str) -> Result<FactPath, Wrong> {
    let path = leaf::path_of(name).map_err(|_| {
        let hint = Some("a literal brace is written `{{`".to_owned());
        (format!("the placeholder `{{{name}}}` is not the name of a fact"), hint)
    })?;
    let first = path.split('.').next().unwrap_or_default();
    let seen = names.bound.iter().filter(|b| b.name == first).count();
    if seen == 0 && hidden.iter().any(|h| h == first) {
        return Err((
            format!("the placeholder `{{{name}}}` has no value here"),
            Some(format!("`{first}` is not bound by an `any` that must hold whenever the rule fires")),
        ));
    }
    if seen > 1 {
        let help = Some("give the elements different names".to_owned());
        return Err((
            format!("the placeholder `{{{name}}}` is ambiguous: `{first}` is bound {seen} times"),
            help,
        ));
    }
    let (path, kind) =
        names.fact(&path).map_err(|(what, help)| (format!("in a placeholder: {what}"), help))?;
    match kind {
        Kind::List(item) if item.is_scalar() => Ok(path),
        kind if kind.is_scalar() => Ok(path),
        kind => Err((format!("the placeholder `{{{name}}}` is {}, which has no text", kind.words()), None)),
    }
}

/// Compiles an argv template.
pub(super) fn argv(
    notes: &mut Notes,
    names: &Names,
    hidden: &[String],
    argv: &[String],
) -> Option<Vec<Template>> {
    if argv.is_empty() {
        notes.wrong("an empty command", None);
    }
    notes.each(argv, |notes, argument| template(notes, names, hidden, argument))
}
