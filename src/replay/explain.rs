//! From a pasted error text to the steps that say it: the table of texts, read the other way round.
use super::texts::{TEXTS, Text, next_placeholder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One text of the table that stands in a pasted text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorMatch {
    /// The text, with `{placeholders}`.
    pub template: String,
    /// What stood in the placeholders, in order: name and value.
    pub values: Vec<(String, String)>,
    /// The step that says it.
    pub step: String,
    /// What it means.
    pub means: String,
    /// Rules worth looking at.
    pub rules: Vec<String>,
    /// What not to do about it; empty when nothing is to be warned of.
    pub do_not: String,
    /// Whether the pasted text ends before this one does, so that others may begin like it.
    pub cut: bool,
}

/// A text of the table, found in a pasted one.
struct Hit {
    text: &'static Text,
    start: usize,
    end: usize,
    /// Characters of the pasted text that the template itself spells out.
    literal: usize,
    /// The pasted text ends before the template does.
    cut: bool,
    values: Vec<(String, String)>,
}

/// Fewer characters than this, spelt out by a template that is not the whole paste, prove nothing.
const ENOUGH: usize = 12;
/// The same, where the pasted text ends too early and no mark says that it was cut.
const ENOUGH_UNMARKED: usize = 20;

/// The texts that a pasted error holds, the most telling first: Houmao nests its errors, so there may be several.
/// `Error: `, tracebacks and exception classes around them do no harm; neither do line breaks that a terminal added, in
/// the middle of a word too. Of a text that was cut (`…`, `...`) all that begin like it are given.
pub fn explain(pasted: &str) -> Vec<ErrorMatch> {
    let (whole, marked) = uncut(pasted.trim());
    let least = if marked { ENOUGH } else { ENOUGH_UNMARKED };
    let one_line = whole.split_whitespace().collect::<Vec<_>>().join(" ");
    let pastes = [Paste::new(whole), Paste::new(&one_line)];
    let mut hits: Vec<Hit> = Vec::new();
    for paste in &pastes {
        if hits.is_empty() {
            hits = find_all(paste);
            if hits.is_empty() || marked {
                hits.extend(TEXTS.iter().filter_map(|t| find_cut(t, paste)).filter(|h| h.literal >= least));
            }
        }
    }
    hits.sort_by(|a, b| b.literal.cmp(&a.literal).then(a.cut.cmp(&b.cut)).then(a.start.cmp(&b.start)));
    let mut kept: Vec<Hit> = Vec::new();
    for hit in hits {
        // The same words, read by a less telling template, add nothing.
        let known = kept.iter().any(|k| k.start == hit.start && k.end == hit.end && !k.cut);
        let general = kept.iter().any(|k| k.start == hit.start && k.literal > hit.literal && !k.cut);
        if !known && !general {
            kept.push(hit);
        }
    }
    kept.into_iter().map(shown).collect()
}

/// The text without the mark that says it was cut, and whether there was one.
fn uncut(pasted: &str) -> (&str, bool) {
    let bare = pasted.trim_end_matches(['"', '\'', '`', '\u{2019}']);
    let bare = if bare.ends_with('…') || bare.ends_with("...") { bare } else { return (pasted, false) };
    (bare.trim_end_matches(['…', '.']).trim_end(), true)
}

/// A pasted text, and the same without its spaces and line breaks: a terminal may have put some in or taken some away.
struct Paste<'p> {
    written: &'p str,
    bare: String,
    /// Where each byte of `bare` stands in `written`.
    at: Vec<usize>,
}

impl<'p> Paste<'p> {
    fn new(written: &'p str) -> Self {
        let (mut bare, mut at) = (String::with_capacity(written.len()), Vec::new());
        for (n, c) in written.char_indices().filter(|(_, c)| !c.is_whitespace()) {
            bare.push(c);
            at.extend(std::iter::repeat_n(n, c.len_utf8()));
        }
        Paste { written, bare, at }
    }

    /// What stands between two places of `bare`, as it was before a terminal broke its lines: a line break in what has no
    /// space is none.
    fn value(&self, from: usize, to: usize) -> String {
        let place = |n: usize| self.at.get(n).copied().unwrap_or(self.written.len());
        let written = self.written[place(from)..place(to)].trim();
        let lines: Vec<&str> = written.lines().map(str::trim).collect();
        let spaced = lines.iter().any(|l| l.contains(char::is_whitespace));
        lines.join(if spaced { " " } else { "" })
    }

    /// Where the line begins that `place` of `bare` is in, after `Error: ` or an exception's class.
    fn beginning(&self, place: usize) -> usize {
        let written = self.at.get(place).copied().unwrap_or(self.written.len());
        let begins = beginning(&self.written[..written]);
        self.at.iter().position(|at| *at >= begins).unwrap_or(place)
    }
}

fn shown(hit: Hit) -> ErrorMatch {
    ErrorMatch {
        template: hit.text.template.to_owned(),
        values: hit.values,
        step: hit.text.step.to_owned(),
        means: hit.text.means.to_owned(),
        rules: hit.text.rules.iter().map(|r| (*r).to_owned()).collect(),
        do_not: hit.text.do_not.to_owned(),
        cut: hit.cut,
    }
}

fn find_all(paste: &Paste) -> Vec<Hit> {
    TEXTS
        .iter()
        .filter_map(|text| find(text, paste))
        .filter(|h| h.literal >= ENOUGH || h.end - h.start == paste.bare.len())
        .collect()
}

/// A template as what it spells out, and what stands between.
fn pieces(template: &str) -> (Vec<&str>, Vec<&str>) {
    let (mut literals, mut names) = (Vec::new(), Vec::new());
    let mut rest = template;
    while let Some((before, name, after)) = next_placeholder(rest) {
        literals.push(before);
        names.push(name);
        rest = after;
    }
    literals.push(rest);
    (literals, names)
}

/// What a template spells out, without spaces.
fn bare(literals: &[&str]) -> Vec<String> {
    literals.iter().map(|l| l.split_whitespace().collect()).collect()
}

/// Finds a template in a pasted text: its pieces in order, placeholders standing for anything on the way.
fn find(text: &'static Text, paste: &Paste) -> Option<Hit> {
    let (literals, names) = pieces(text.template);
    let literal = literals.iter().map(|l| l.trim().len()).sum();
    let literals = bare(&literals);
    // A placeholder at the front takes what its line begins with.
    let first = literals.iter().position(|l| !l.is_empty())?;
    let found = paste.bare.find(&literals[first])?;
    let start = if first == 0 { found } else { paste.beginning(found) };
    let mut values = Vec::new();
    let mut at = start;
    for (i, piece) in literals.iter().enumerate() {
        let last = i + 1 == literals.len();
        let next = match (piece.is_empty(), last) {
            (true, true) => paste.bare.len(),
            (true, false) => at,
            (false, _) => at + paste.bare[at..].find(piece)?,
        };
        if i > 0 {
            values.push((names[i - 1].to_owned(), paste.value(at, next)));
        } else if next != at {
            return None;
        }
        at = next + piece.len();
    }
    Some(Hit { text, start, end: at.min(paste.bare.len()), literal, cut: false, values })
}

/// Finds a template of which the pasted text, at its end, holds only the beginning.
fn find_cut(text: &'static Text, paste: &Paste) -> Option<Hit> {
    let (literals, names) = pieces(text.template);
    let literals = bare(&literals);
    let first = literals.iter().position(|l| !l.is_empty())?;
    let whole = paste.bare.find(&literals[first]);
    let found = whole.or_else(|| end_that_begins(&paste.bare, &literals[first]))?;
    let start = if first == 0 { found } else { paste.beginning(found) };
    let (mut values, mut at, mut literal) = (Vec::new(), start, 0);
    for (i, piece) in literals.iter().enumerate() {
        let rest = &paste.bare[at..];
        let there = rest.find(piece.as_str());
        let next = there.or_else(|| end_that_begins(rest, piece)).unwrap_or(rest.len());
        if i > 0 && next > 0 {
            values.push((names[i - 1].to_owned(), paste.value(at, at + next)));
        }
        let spelt = piece.len().min(rest.len() - next);
        (at, literal) = (at + next + spelt, literal + spelt);
        if there.is_none() {
            return Some(Hit { text, start, end: at, literal, cut: true, values });
        }
    }
    None
}

/// Where the end of `text` begins that is the beginning of `piece`, the longest such end.
fn end_that_begins(text: &str, piece: &str) -> Option<usize> {
    let starts = text.char_indices().map(|(n, _)| n);
    starts.filter(|n| text.len() - n <= piece.len()).find(|n| piece.starts_with(&text[*n..]))
}

/// Where the line begins, after `Error: ` or an exception's class.
fn beginning(before: &str) -> usize {
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let text = &before[line..];
    let skip = match text.split_once(": ") {
        Some((head, _)) if head.ends_with("Error") || head.ends_with("Exception") => head.len() + 2,
        _ => 0,
    };
    line + skip
}

#[cfg(test)]
mod tests {
    use super::super::texts;
    use super::*;

    /// A text with made-up values in its placeholders.
    fn example(text: &Text) -> String {
        let (_, names) = pieces(text.template);
        let values: Vec<(&str, &str)> = names.iter().map(|n| (*n, "value-9")).collect();
        text.say(&values)
    }

    #[test]
    fn every_text_is_recognised_bare_and_as_it_is_printed() {
        for text in TEXTS {
            for pasted in [example(text), format!("Error: {}\n", example(text))] {
                let found = explain(&pasted);
                assert!(found.iter().any(|m| m.template == text.template), "{pasted:?}: {found:#?}");
            }
        }
    }

    #[test]
    fn nested_errors_give_each_of_their_texts() {
        let pasted = "Error: Current-session attach metadata is invalid: Session manifest schema-version mismatch: expected \
                      schema_version in {2, 3, 4}, got 1 in `/home/alice/m.json`. Legacy CAO manifests are not supported; \
                      start a new session. Shared-registry fallback by `HOUMAO_AGENT_ID` was unavailable.";
        let found: Vec<String> = explain(pasted).into_iter().map(|m| m.template).collect();
        for text in [texts::MANIFEST_VERSION, texts::FALLBACK_BY_ID] {
            assert!(found.contains(&text.template.to_owned()), "{found:#?}");
        }
    }

    #[test]
    fn values_are_read_out_and_wrapped_lines_are_joined() {
        let found = explain("Unknown managed\n  agent `cao-gpu`.");
        assert_eq!(found[0].values, [("agent".to_owned(), "cao-gpu".to_owned())]);
        assert_eq!(explain("something else entirely"), []);
    }

    /// A terminal of `width` columns breaks lines wherever they end, and the spaces there may be lost.
    fn broken(text: &str, width: usize) -> String {
        let chars: Vec<char> = text.chars().collect();
        let lines = chars.chunks(width).map(|line| line.iter().collect::<String>());
        lines.map(|line| line.trim().to_owned()).collect::<Vec<_>>().join("\n  ")
    }

    #[test]
    fn every_text_is_recognised_however_a_terminal_breaks_its_lines() {
        for text in TEXTS {
            for width in [23, 40, 80] {
                let pasted = broken(&format!("Error: {}", example(text)), width);
                let found = explain(&pasted);
                assert!(found.iter().any(|m| m.template == text.template), "{pasted:?}: {found:#?}");
            }
        }
        let found = explain(
            "Error: Current-session attach metadata is stale: `HOUMAO_MANIFEST_PATH` points to missing mani\nfest `/home/alice/very/deep/fold\ner/manifest.json`.",
        );
        assert!(
            found[0].values.contains(&("path".into(), "/home/alice/very/deep/folder/manifest.json".into())),
            "{found:#?}"
        );
    }

    #[test]
    fn a_text_that_was_cut_is_recognised_by_how_it_begins() {
        for text in TEXTS {
            let whole = example(text);
            let spelt: usize = pieces(text.template).0.iter().map(|l| l.len()).sum();
            // What is left must spell out enough of the template.
            let keep = whole.len() - 9;
            if spelt < 40 || !whole.is_char_boundary(keep) {
                continue;
            }
            for mark in ["…", "...", "…'"] {
                let pasted = format!("Error: {}{mark}", &whole[..keep]);
                let found = explain(&pasted);
                assert!(found.iter().any(|m| m.template == text.template), "{pasted:?}: {found:#?}");
            }
        }
        let found = explain("Current-session attach metadata is stale: …");
        let begin = |t: &Text| found.iter().any(|m| m.cut && m.template == t.template);
        assert!(
            [texts::POINTER_STALE, texts::ID_STALE, texts::MANIFEST_OTHER].into_iter().all(begin),
            "{found:#?}"
        );
        assert!(explain("Cur…").is_empty() && explain("all went well, as it always does here…").is_empty());
    }
}
