//! Checks what a rule reads by itself: the file, the pointer, the kind, and that a value can come of it at all.
use super::catalogue::{Catalogue, Field, Fields, Kind};
use super::check::{Bound, Notes, Wrong};
use super::compiled::Read;
use super::words::{ScopeKind, nearest, scope_word, suggest};
use super::written;
use crate::facts::{ReadFile, ReadKind};

/// The key under which a rule declares what it reads, and the name before the dot where it uses that.
pub(crate) const READS: &str = "reads";

/// What conditions and texts can name; none where nothing is read.
pub(super) fn bound(kind: &Kind) -> Option<Bound<'_>> {
    let some = matches!(kind, Kind::Fields(fields) if !fields.is_empty());
    some.then(|| Bound { name: READS.to_owned(), kind })
}

/// Checks every read of a rule; the notes stand at `reads`. Gives what is read, none if there are mistakes, and the names
/// that the rule can use: those with mistakes too, so that their use is no further mistake.
pub(super) fn check(
    notes: &mut Notes,
    reads: &written::Reads,
    scope: ScopeKind,
    catalogue: &Catalogue,
) -> (Option<Vec<Read>>, Kind) {
    let (mut fields, mut compiled) = (Fields::new(), Vec::new());
    let all = &reads.0;
    if scope == ScopeKind::Host && !all.is_empty() {
        notes.wrong("a rule of scope `host` has no file to read", Some("use scope `session`".into()));
    }
    for (name, read) in all {
        let kind = ReadKind::ALL.into_iter().find(|k| k.word() == read.kind);
        let field = Field { doc: String::new(), is_fact: true, kind: kind.map_or(Kind::Trusted, kind_of) };
        fields.insert(name.clone(), field);
        compiled.extend(notes.at(name, |notes| one(notes, name, read, scope, kind, catalogue)));
    }
    let whole = compiled.len() == all.len();
    (whole.then_some(compiled), Kind::Fields(fields))
}

fn kind_of(kind: ReadKind) -> Kind {
    match kind {
        ReadKind::Text => Kind::Text,
        ReadKind::Integer => Kind::Integer,
        ReadKind::Number => Kind::Number,
        ReadKind::Boolean | ReadKind::Exists => Kind::Boolean,
        ReadKind::Texts => Kind::List(Box::new(Kind::Text)),
    }
}

/// One read; none if it has mistakes, which are all noted.
fn one(
    notes: &mut Notes,
    name: &str,
    read: &written::Read,
    scope: ScopeKind,
    kind: Option<ReadKind>,
    catalogue: &Catalogue,
) -> Option<Read> {
    let before = notes.mistakes.len();
    if !is_name(name) {
        let help = "use lower-case letters, digits and `_`, a letter first";
        notes.wrong(format!("`{name}` cannot name a value"), Some(help.into()));
    }
    let file = ReadFile::ALL.into_iter().find(|f| f.word() == read.file);
    if file.is_none() {
        let help = suggest(&read.file, ReadFile::ALL.map(ReadFile::word));
        notes.at("file", |notes| notes.wrong(format!("unknown file `{}`", read.file), help));
    } else if scope == ScopeKind::Record && file != Some(ReadFile::Record) {
        let what = format!("a rule of scope `{}` reads only `record`", scope_word(scope));
        notes.at("file", |notes| notes.wrong(what, Some("use scope `session` for the other files".into())));
    }
    if kind.is_none() {
        let help = suggest(&read.kind, ReadKind::ALL.map(ReadKind::word));
        notes.at("kind", |notes| notes.wrong(format!("unknown kind `{}`", read.kind), help));
    }
    let checked = match (tokens(&read.pointer), file, kind) {
        (Err(wrong), ..) => Err(wrong),
        (Ok(tokens), Some(file), Some(kind)) => match catalogue.kept(file) {
            Some(kept) => can_be_known(&read.pointer, &tokens, file, kind, kept),
            None => Ok(()),
        },
        _ => Ok(()),
    };
    if let Err((what, help)) = checked {
        notes.at("pointer", |notes| notes.wrong(what, help));
    }
    let right = notes.mistakes.len() == before;
    let (file, kind) = (file.filter(|_| right)?, kind?);
    Some(Read { name: name.to_owned(), file, pointer: read.pointer.clone(), kind })
}

fn is_name(name: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(inner)
}

/// The keys of a JSON pointer.
fn tokens(pointer: &str) -> Result<Vec<String>, Wrong> {
    let wrong = |why: &str, help: String| Err((format!("`{pointer}` is no JSON pointer: {why}"), Some(help)));
    let Some(inner) = pointer.strip_prefix('/') else {
        let keys = pointer.trim_start_matches(['$', '.']).replace('.', "/");
        return wrong("it begins with `/`", format!("write `/{keys}`"));
    };
    let mut tokens = Vec::new();
    for token in inner.split('/') {
        if token.is_empty() {
            let keys: Vec<&str> = inner.split('/').filter(|key| !key.is_empty()).collect();
            return wrong("a key is empty", format!("write `/{}`", keys.join("/")));
        }
        let plain = token.replace("~0", "").replace("~1", "");
        if plain.contains('~') {
            return wrong("after `~` stands 0 or 1", "a `~` in a key is written `~0`, a `/` `~1`".into());
        }
        if token == "*" {
            return wrong("`*` stands for no key", "write the key, or the number of the element".into());
        }
        tokens.push(token.replace("~1", "/").replace("~0", "~"));
    }
    Ok(tokens)
}

/// Whether the value is one that the doctor keeps: any other would be unknown for ever.
fn can_be_known(
    pointer: &str,
    tokens: &[String],
    file: ReadFile,
    kind: ReadKind,
    kept: &[String],
) -> Result<(), Wrong> {
    if kind == ReadKind::Exists {
        return Ok(());
    }
    let list = kind == ReadKind::Texts;
    let below: Vec<&String> = kept.iter().filter(|k| starts(k, tokens)).collect();
    let depth = |k: &str| k.split('/').skip(1).count() - tokens.len();
    let (value, element) =
        (below.iter().any(|k| depth(k) == 0), below.iter().any(|k| depth(k) == 1 && k.ends_with("/*")));
    match (list, value, element) {
        (false, true, _) | (true, _, true) => return Ok(()),
        (false, false, true) => {
            let help = "`kind: texts` reads all of it; for one element write its number at the end";
            return Err((format!("`{pointer}` of `{}` is a list", file.word()), Some(help.into())));
        }
        (true, true, _) => {
            let what = format!("`{pointer}` of `{}` is one value, not a list of texts", file.word());
            return Err((what, Some("`kind: text` reads one".into())));
        }
        _ => {}
    }
    if !below.is_empty() {
        let what = format!("`{pointer}` of `{}` is a group of values, not a value", file.word());
        return Err((what, suggest("", below.into_iter().map(String::as_str))));
    }
    let exists = "`kind: exists` asks whether something is there";
    let star = |k: &str| if k.contains('*') { " (`*`: any key or number)" } else { "" };
    let help = match nearest(pointer, kept.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`{}? {exists}", star(near)),
        None => format!("`houmao-doctor facts pointers` lists them; {exists}"),
    };
    let what = format!(
        "`{pointer}` of `{}` is no value that the doctor keeps: it would be redacted, and never known",
        file.word()
    );
    Err((what, Some(help)))
}

/// Whether a kept pointer leads to these keys or below them.
fn starts(kept: &str, tokens: &[String]) -> bool {
    let mut keys = kept.split('/').skip(1);
    tokens.iter().all(|token| keys.next().is_some_and(|key| key == "*" || key == token))
}
