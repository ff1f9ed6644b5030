//! A document of parts that fits the limit of a tracker: parts are cut whole, in a fixed order, and it says which.
use crate::report::verdict::Word;
use std::cmp::Reverse;

/// The most that GitHub takes in one issue or comment, in characters. Counted in UTF-16 units, so that it holds however
/// characters are counted.
pub(super) const LIMIT: usize = 65_536;

/// Which parts are cut first: smaller goes earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Worth {
    /// The document for programs; the doctor writes it again at any time.
    Json,
    /// Evidence, by the rank of the finding it is for: the last of the findings first.
    Evidence,
    /// The windows of a session.
    Windows,
    /// The way an operation decides.
    Path,
    /// What else was found and seen.
    Rest,
    /// What to do and not to do.
    Advice,
    /// A row of a table.
    Row,
}

/// One part of the document.
#[derive(Debug)]
pub(super) struct Part {
    text: String,
    /// Shorter forms, tried one after the other before the part is cut, each with what it leaves out.
    shorter: Vec<(String, Option<String>)>,
    /// Its worth and what it is called when it is cut; none for what is never cut.
    cut: Option<(Worth, String)>,
    /// The verdict on the input that it is about; none where there is one input only.
    word: Option<Word>,
    /// The input that it is about.
    input: usize,
}

/// The document as it grows.
#[derive(Debug, Default)]
pub(super) struct Parts {
    parts: Vec<Part>,
    /// The verdict on the input that is being told, where there are several.
    word: Option<Word>,
    inputs: usize,
}

impl Parts {
    /// What follows is about a further input, on which this is the verdict.
    pub fn begin(&mut self, word: Word) {
        self.word = Some(word);
        self.inputs += 1;
    }

    fn push(&mut self, text: String, shorter: Vec<(String, Option<String>)>, cut: Option<(Worth, String)>) {
        self.parts.push(Part { text, shorter, cut, word: self.word, input: self.inputs });
    }

    /// What is never cut, unless its whole input is.
    pub fn keep(&mut self, text: impl Into<String>) {
        self.push(text.into(), Vec::new(), None);
    }

    /// What can be cut, under that name.
    pub fn add(&mut self, worth: Worth, name: impl Into<String>, text: impl Into<String>) {
        self.push(text.into(), Vec::new(), Some((worth, name.into())));
    }

    /// What can be made shorter, in these steps, before it is cut.
    pub fn add_or(
        &mut self,
        worth: Worth,
        name: impl Into<String>,
        text: String,
        shorter: Vec<(String, Option<String>)>,
    ) {
        self.push(text, shorter, Some((worth, name.into())));
    }

    /// The document, within `limit`.
    pub fn fit(mut self, limit: usize) -> String {
        let mut left = self.drop_inputs(limit);
        let mut order: Vec<usize> =
            (0..self.parts.len()).filter(|&at| self.parts[at].cut.is_some()).collect();
        // What is worth the same is cut of the least severe input first, and there from the end, where the less severe stands.
        order.sort_by_key(|&at| {
            let part = &self.parts[at];
            (part.cut.as_ref().map(|(worth, _)| *worth), Reverse(part.word), Reverse(at))
        });
        let mut size: usize = self.parts.iter().map(|p| units(&p.text)).sum();
        let mut order = order.into_iter();
        while size + units(&note(&left)) > limit {
            let Some(at) = order.next() else { break };
            let part = &mut self.parts[at];
            size -= units(&part.text);
            for (text, lacks) in std::mem::take(&mut part.shorter) {
                let more: Vec<(String, usize)> = left.iter().cloned().chain(lacks.map(|l| (l, 1))).collect();
                if size + units(&text) + units(&note(&more)) <= limit {
                    (part.text, left) = (text, more);
                    part.cut = None;
                    break;
                }
            }
            if part.cut.is_none() {
                break;
            }
            part.text.clear();
            if let Some((_, name)) = part.cut.take() {
                match left.iter_mut().find(|(n, _)| *n == name) {
                    Some((_, count)) => *count += 1,
                    None => left.push((name, 1)),
                }
            }
        }
        let text: String = self.parts.into_iter().map(|p| p.text).collect();
        format!("{text}{}", note(&left))
    }

    /// Leaves out whole inputs, the least severe first, until what is wrong with the others and what to do about it takes
    /// three quarters of `limit`: an input of which only the heading stays helps nobody. Gives what was left out.
    fn drop_inputs(&mut self, limit: usize) -> Vec<(String, usize)> {
        let mut order: Vec<(Reverse<Word>, Reverse<usize>, usize)> = Vec::new();
        for part in &self.parts {
            let Some(word) = part.word else { continue };
            let told = part.cut.as_ref().is_none_or(|(worth, _)| *worth >= Worth::Advice);
            let kept = if told { units(&part.text) } else { 0 };
            match order.iter_mut().find(|(_, input, _)| input.0 == part.input) {
                Some((.., size)) => *size += kept,
                None => order.push((Reverse(word), Reverse(part.input), kept)),
            }
        }
        order.sort();
        let mut size: usize = order.iter().map(|(.., size)| size).sum();
        let mut gone = Vec::new();
        for (_, input, kept) in order {
            if size <= limit / 4 * 3 {
                break;
            }
            size -= kept;
            gone.push(input.0);
        }
        self.parts.retain(|p| !gone.contains(&p.input));
        let what = "whole inputs, the least severe first".to_owned();
        if gone.is_empty() { Vec::new() } else { vec![(what, gone.len())] }
    }
}

/// What was left out, if anything was.
fn note(left: &[(String, usize)]) -> String {
    if left.is_empty() {
        return String::new();
    }
    let items =
        left.iter().map(|(name, n)| if *n == 1 { name.clone() } else { format!("{name} ({n} times)") });
    let items: Vec<String> = items.collect();
    format!(
        "\n**Left out, to fit into one issue:** {}. The same command with `--format json` has it all.\n",
        items.join("; ")
    )
}

/// The length as the most pedantic tracker counts it.
pub(super) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
