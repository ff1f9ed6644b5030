//! Patterns as tmux and the C library match them.

/// `fnmatch(pattern, text, 0)`: `*`, `?`, bracket expressions and backslashes.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    fits(&pattern, &text)
}

fn fits(pattern: &[char], text: &[char]) -> bool {
    let Some((&first, rest)) = pattern.split_first() else { return text.is_empty() };
    match first {
        '*' => (0..=text.len()).any(|skip| fits(rest, &text[skip..])),
        '?' => text.split_first().is_some_and(|(_, more)| fits(rest, more)),
        '[' => match (bracket(rest), text.split_first()) {
            (Some((set, after)), Some((&c, more))) => set.holds(c) && fits(after, more),
            (None, Some((&'[', more))) => fits(rest, more),
            _ => false,
        },
        '\\' if !rest.is_empty() => {
            text.split_first().is_some_and(|(&c, more)| c == rest[0] && fits(&rest[1..], more))
        }
        c => text.split_first().is_some_and(|(&d, more)| c == d && fits(rest, more)),
    }
}

struct Set {
    negated: bool,
    ranges: Vec<(char, char)>,
}

impl Set {
    fn holds(&self, c: char) -> bool {
        self.ranges.iter().any(|&(low, high)| low <= c && c <= high) != self.negated
    }
}

/// A bracket expression after its `[`, and what follows it; nothing if it is never closed.
fn bracket(pattern: &[char]) -> Option<(Set, &[char])> {
    let negated = matches!(pattern.first(), Some('!' | '^'));
    let mut at = usize::from(negated);
    let mut ranges = Vec::new();
    loop {
        let c = *pattern.get(at)?;
        if c == ']' && !ranges.is_empty() {
            return Some((Set { negated, ranges }, &pattern[at + 1..]));
        }
        match (pattern.get(at + 1), pattern.get(at + 2)) {
            (Some('-'), Some(&high)) if high != ']' => {
                ranges.push((c, high));
                at += 3;
            }
            _ => {
                ranges.push((c, c));
                at += 1;
            }
        }
    }
}
