//! Python's `difflib.get_close_matches`, with which click suggests what was meant.

/// The possibilities that resemble a word by at least 0.6, at most three, sorted.
pub(super) fn close_matches<'a>(word: &str, possibilities: &[&'a str]) -> Vec<&'a str> {
    let mut scored: Vec<(f64, &str)> =
        possibilities.iter().map(|p| (ratio(p, word), *p)).filter(|(score, _)| *score >= 0.6).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(a.1)));
    scored.truncate(3);
    let mut names: Vec<&str> = scored.into_iter().map(|(_, name)| name).collect();
    names.sort_unstable();
    names
}

/// `SequenceMatcher(None, a, b).ratio()`.
fn ratio(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let length = a.len() + b.len();
    if length == 0 {
        return 1.0;
    }
    2.0 * matching(&a, &b) as f64 / length as f64
}

/// Characters in the matching blocks: the longest common block, and then those left and right of it.
fn matching(a: &[char], b: &[char]) -> usize {
    let mut best = (0, 0, 0);
    for i in 0..a.len() {
        for j in 0..b.len() {
            let size = a[i..].iter().zip(&b[j..]).take_while(|(x, y)| x == y).count();
            if size > best.2 {
                best = (i, j, size);
            }
        }
    }
    let (i, j, size) = best;
    if size == 0 {
        return 0;
    }
    size + matching(&a[..i], &b[..j]) + matching(&a[i + size..], &b[j + size..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_as_python_does() {
        let verbs = ["attach", "detach", "status", "prompt", "tui"];
        assert_eq!(close_matches("attatch", &verbs), ["attach", "detach"]);
        assert_eq!(close_matches("gateway", &["global", "single", "self", "external"]), Vec::<&str>::new());
        let options = ["--background", "--pair-port", "--agent-id", "--agent-name", "--help"];
        assert_eq!(close_matches("--pair_port", &options), ["--pair-port"]);
        assert_eq!(close_matches("--agent-na", &options), ["--agent-id", "--agent-name"]);
    }
}
