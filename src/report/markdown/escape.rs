//! Text inside Markdown, so that nothing in it is markup, nothing calls a person or another issue, and what is read is
//! what was meant.
use crate::report::text;

/// Characters that a value may have before the rest of it is counted only.
const LONG: usize = 2000;

/// Put where a tracker would see a reference: it shows nothing and parts the reference.
const BREAK: char = '\u{200b}';

/// Prose on one line. A command in it is code, so that it is pasted as it is.
pub(super) fn prose(text: &str) -> String {
    let shown = text::prose(text);
    text::commands(&shown).into_iter().map(|(is, part)| if is { code(part) } else { escape(part) }).collect()
}

/// One line of text in which spaces count no more than in prose.
fn escape(shown: &str) -> String {
    let shown = shorten(shown);
    let chars: Vec<char> = shown.chars().collect();
    let mut out = String::with_capacity(shown.len() + 16);
    for (at, &c) in chars.iter().enumerate() {
        let (before, after) = (at.checked_sub(1).map(|b| chars[b]), chars.get(at + 1).copied());
        let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' => out.push_str("&#124;"),
            // GitHub looks for mathematics in the text that is left, so that an escape alone is not enough.
            '$' => out.push_str("<span>&#36;</span>"),
            '\\' => out.push_str("&#92;"),
            '`' | '*' | '[' | ']' | '~' => out.extend(['\\', c]),
            '_' if !(word(before) && word(after)) => out.push_str("\\_"),
            // What opens a list, a heading or a line below a heading does so only at the start.
            '-' | '+' | '=' | '#' if at == 0 => out.extend(['\\', c]),
            '.' | ')' if chars[..at].iter().all(char::is_ascii_digit) => out.extend(['\\', c]),
            c => out.push(c),
        }
        if refers(&chars, at) {
            out.push(BREAK);
        }
    }
    out
}

/// Whether a tracker would read on here: `@name`, `#12`, `GH-12`, `://`, `www.`, `:smile:`.
fn refers(chars: &[char], at: usize) -> bool {
    let after = chars.get(at + 1).copied();
    let opens = |word: &str| {
        let start = (at + 1).checked_sub(word.chars().count());
        start.is_some_and(|s| chars[s..=at].iter().map(char::to_ascii_lowercase).eq(word.chars()))
    };
    match chars[at] {
        '@' => after.is_some_and(|c| !c.is_whitespace()),
        '#' => after.is_some_and(|c| c.is_ascii_digit()),
        '-' => opens("gh-") && after.is_some_and(|c| c.is_ascii_digit()),
        '.' => opens("www."),
        ':' if after == Some('/') => true,
        ':' => {
            let name =
                chars[at + 1..].iter().take_while(|c| c.is_ascii_alphanumeric() || "_+-".contains(**c));
            let long = name.count();
            long > 0 && chars.get(at + 1 + long) == Some(&':')
        }
        _ => false,
    }
}

/// A value as code. Inside a table, a span in backticks is not safe from `|` and `\`; those values get the element.
pub(super) fn code(value: &str) -> String {
    let shown = shorten(&text::visible(value, false));
    let plain = !shown.is_empty() && shown.trim() == shown && !shown.contains(['`', '|', '\\']);
    if plain { format!("`{shown}`") } else { format!("<code>{}</code>", entities(&shown)) }
}

/// One line of text between HTML tags, where Markdown sees nothing but a tracker still sees references.
pub(super) fn html(shown: &str) -> String {
    let chars: Vec<char> = shown.chars().collect();
    let mut out = String::with_capacity(shown.len());
    for (at, &c) in chars.iter().enumerate() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
        if refers(&chars, at) {
            out.push(BREAK);
        }
    }
    out
}

/// `text` with every character that Markdown or HTML could see anything in as an entity.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() || " ,()/;-=+'".contains(c) || (!c.is_ascii() && c != BREAK) {
            out.push(c);
        } else {
            out.push_str(&format!("&#{};", c as u32));
        }
    }
    out
}

/// A block of code in a fence that is longer than any run of backticks in it, each line `indent` deep.
pub(super) fn fenced(language: &str, body: &str, indent: usize) -> String {
    let longest = body.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let pad = " ".repeat(indent);
    let body: String = body.lines().map(|line| format!("{pad}{line}\n")).collect();
    format!("{pad}{fence}{language}\n{body}{pad}{fence}\n")
}

/// `text`, cut where it is longer than anybody reads, saying so.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(LONG) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}… ({} characters more)", &text[..at], text[at..].chars().count()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text() {
        assert_eq!(
            prose("a *b* `c` [d](e) ~f~ <g> | &"),
            r"a \*b\* \`c\` \[d\](e) \~f\~ &lt;g&gt; &#124; &amp;"
        );
        assert_eq!(prose("snake_case and _odd_"), r"snake_case and \_odd\_");
        assert_eq!(prose("a ` b"), r"a \` b");
        assert_eq!(prose("with `ps -p 1` or `a://b`"), format!(r"with `ps -p 1` or \`a:{BREAK}//b\`"));
        assert_eq!(
            prose("`houmao-mgr server start --url http://a`"),
            "`houmao-mgr server start --url http://a`"
        );
        assert_eq!(prose("# a"), r"\# a");
        assert_eq!(prose("12. a"), r"12\. a");
        assert_eq!(prose("costs $1 and $2"), "costs <span>&#36;</span>1 and <span>&#36;</span>2");
        assert_eq!(prose(" a\n  b "), "a b");
    }

    #[test]
    fn references_are_broken() {
        let broken = |text: &str| prose(text).contains(BREAK);
        for text in ["@alice", "a@b", "#12", "x/y#12", "GH-7", "https://x/y/issues/1", "www.x.y", ":tada:"] {
            assert!(broken(text), "{text}");
        }
        for text in ["a @ b", "# heading", "session:gpu", "GH-x", "a: b"] {
            assert!(!broken(text), "{text}");
        }
    }

    #[test]
    fn values_are_code_also_inside_a_table() {
        assert_eq!(code("@4"), "`@4`");
        assert_eq!(code("a|b\\`c`"), "<code>a&#124;b&#92;&#96;c&#96;</code>");
        assert_eq!(code(" "), "<code> </code>");
        assert_eq!(code("a\nb"), "<code>a&#92;nb</code>");
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        assert_eq!(fenced("sh", "echo '```'", 2), "  ````sh\n  echo '```'\n  ````\n");
        assert_eq!(fenced("", "a", 0), "```\na\n```\n");
    }

    #[test]
    fn long_values_are_cut_and_say_so() {
        assert_eq!(prose(&"é".repeat(LONG + 3)), format!("{}… (3 characters more)", "é".repeat(LONG)));
    }
}
