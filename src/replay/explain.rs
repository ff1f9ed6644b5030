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
}

/// A text of the table, found in a pasted one.
struct Hit {
    text: &'static Text,
    start: usize,
    end: usize,
    /// Characters of the pasted text that the template itself spells out.
    literal: usize,
    values: Vec<(String, String)>,
}

/// Fewer characters than this, spelt out by a template that is not the whole paste, prove nothing.
const ENOUGH: usize = 12;

/// The texts that a pasted error holds, the most telling first: Houmao nests its errors, so there may be several.
/// `Error: `, tracebacks and exception classes around them do no harm; line breaks that a terminal added do neither.
pub fn explain(pasted: &str) -> Vec<ErrorMatch> {
    let whole = pasted.trim();
    let mut hits = find_all(whole);
    if hits.is_empty() {
        hits = find_all(&whole.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    hits.sort_by(|a, b| b.literal.cmp(&a.literal).then(a.start.cmp(&b.start)));
    let mut kept: Vec<Hit> = Vec::new();
    for hit in hits {
        // The same words, read by a less telling template, add nothing.
        let known = kept.iter().any(|k| k.start == hit.start && k.end == hit.end);
        let general = kept.iter().any(|k| k.start == hit.start && k.literal > hit.literal);
        if !known && !general {
            kept.push(hit);
        }
    }
    kept.into_iter().map(shown).collect()
}

fn shown(hit: Hit) -> ErrorMatch {
    ErrorMatch {
        template: hit.text.template.to_owned(),
        values: hit.values,
        step: hit.text.step.to_owned(),
        means: hit.text.means.to_owned(),
        rules: hit.text.rules.iter().map(|r| (*r).to_owned()).collect(),
        do_not: hit.text.do_not.to_owned(),
    }
}

fn find_all(pasted: &str) -> Vec<Hit> {
    TEXTS
        .iter()
        .filter_map(|text| find(text, pasted))
        .filter(|h| h.literal >= ENOUGH || h.end - h.start == pasted.len())
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

/// Finds a template in a pasted text: its pieces in order, placeholders standing for anything on the way.
fn find(text: &'static Text, pasted: &str) -> Option<Hit> {
    let (literals, names) = pieces(text.template);
    let literal = literals.iter().map(|l| l.trim().len()).sum();
    // A placeholder at the front takes what its line begins with.
    let first = literals.iter().position(|l| !l.is_empty())?;
    let found = pasted.find(literals[first])?;
    let start = if first == 0 { found } else { beginning(&pasted[..found]) };
    let mut values = Vec::new();
    let mut at = start;
    for (i, piece) in literals.iter().enumerate() {
        let last = i + 1 == literals.len();
        let next = match (piece.is_empty(), last) {
            (true, true) => pasted.len(),
            (true, false) => at,
            (false, _) => at + pasted[at..].find(piece)?,
        };
        if i > 0 {
            values.push((names[i - 1].to_owned(), pasted[at..next].trim().to_owned()));
        } else if next != at {
            return None;
        }
        at = next + piece.len();
    }
    Some(Hit { text, start, end: at.min(pasted.len()), literal, values })
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
}
