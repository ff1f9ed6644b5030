//! What the drawings have in common: text broken into lines, since SVG does not wrap, and the marks.
use crate::report::text::columns;
use maud::{Markup, html};
use unicode_width::UnicodeWidthChar;

/// `text` in lines of at most `width` columns, at most `most` of them. It is broken at spaces, and inside a word only
/// where the word is longer than a line.
pub(super) fn fold(text: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last().map_or("", String::as_str);
        let used = columns(line);
        if used > 0 && used + 1 + columns(word) > width {
            lines.push(String::new());
        } else if used > 0 {
            push(&mut lines, ' ');
        }
        for c in word.chars() {
            let full = lines.last().is_some_and(|l| columns(l) + c.width().unwrap_or(0) > width);
            if full {
                lines.push(String::new());
            }
            push(&mut lines, c);
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            while columns(last) >= width {
                last.pop();
            }
            last.push('…');
        }
    }
    lines
}

fn push(lines: &mut [String], c: char) {
    if let Some(line) = lines.last_mut() {
        line.push(c);
    }
}

/// Lines of text below each other, the first with its base line at `y`.
pub(super) fn lines(class: &str, x: usize, y: usize, step: usize, lines: &[String]) -> Markup {
    html! {
        text class=(class) x=(x) y=(y) {
            @for (n, line) in lines.iter().enumerate() {
                tspan x=(x) y=(y + n * step) { (line) }
            }
        }
    }
}

/// The mark of the doctor: a pulse.
pub(super) fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false" {
            rect class="mark-box" x="1" y="1" width="30" height="30" rx="8" {}
            path class="mark-line" d="M5 17h5l3-8 5 15 4-10 2 3h3" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_at_spaces_and_long_words_inside() {
        assert_eq!(fold("one two three", 8, 9), ["one two", "three"]);
        assert_eq!(fold("/a/very/long/path x", 6, 9), ["/a/ver", "y/long", "/path", "x"].map(str::to_owned));
        assert_eq!(fold("日本日本", 4, 9), ["日本", "日本"]);
        assert_eq!(fold("", 4, 9), [""]);
    }

    #[test]
    fn what_is_too_long_ends_in_an_ellipsis() {
        assert_eq!(fold("abcdefgh", 3, 2), ["abc", "de…"]);
    }
}
