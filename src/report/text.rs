//! Text that is safe to show: names with control characters made visible, commands quoted, prose wrapped.
use crate::finding::is_hidden;
pub use crate::finding::visible;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// `argv` as one line for a POSIX shell. Arguments that cannot be shown as they are (control characters; with `ascii`,
/// anything outside ASCII) take the `$'…'` form, so that what is pasted is what is meant.
pub fn command(argv: &[String], ascii: bool) -> String {
    argv.iter().map(|arg| argument(arg, ascii)).collect::<Vec<_>>().join(" ")
}

/// One argument of [`command`].
fn argument(arg: &str, ascii: bool) -> String {
    // The operator's own editor is the one thing that the shell is to look up.
    if arg == "$EDITOR" {
        return arg.to_owned();
    }
    let plain = !arg.chars().any(|c| is_hidden(c) || (ascii && !c.is_ascii()));
    if plain && let Ok(quoted) = shlex::try_quote(arg) {
        return quoted.into_owned();
    }
    let mut out = String::from("$'");
    for c in arg.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            c if !is_hidden(c) && (!ascii || c.is_ascii()) => out.push(c),
            // Bytes in octal are the only form that every shell with $'…' reads alike.
            c => c.encode_utf8(&mut [0; 4]).bytes().for_each(|b| out.push_str(&format!("\\{b:03o}"))),
        }
    }
    out.push('\'');
    out
}

/// JSON in which characters that a terminal would obey, or that hide or reorder others, are escapes. It says the same.
pub(super) fn plain_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if is_hidden(c) && !c.is_ascii() {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}

/// Prose on one line: line breaks and runs of spaces are one space.
pub(super) fn prose(text: &str) -> String {
    visible(&text.split_whitespace().collect::<Vec<_>>().join(" "), false)
}

/// How many columns `text` takes on a terminal.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// `text` in lines of at most `width` columns, broken at spaces only: a word that is longer (a path) stays whole.
/// `first` begins the first line, `rest` all others.
pub fn wrap(text: &str, width: usize, first: &str, rest: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && columns(&line) + 1 + columns(word) > width {
            lines.push(std::mem::replace(&mut line, rest.to_owned()));
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    lines.push(line);
    lines
}

/// `text` in at most `width` columns, its end left out and `...` in its place where it is longer.
pub(super) fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if columns(&out) + c.width().unwrap_or(0) + 3 > width {
            break;
        }
        out.push(c);
    }
    out + "..."
}

/// A count with its noun: `1 step`, `2 steps`.
pub fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// Programs whose command lines stand in the words of rules.
const PROGRAMS: [&str; 6] = ["houmao-mgr ", "houmao-doctor ", "tmux ", "ps ", "kill ", "curl "];

/// `prose` in pieces, each with whether it is a command: what stands in backticks and begins with a program. Other
/// backticks are text, as in what Houmao prints, or in a name.
pub(super) fn commands(prose: &str) -> Vec<(bool, &str)> {
    let (mut pieces, mut text, mut at) = (Vec::new(), 0, 0);
    while let Some(open) = prose[at..].find('`').map(|n| at + n) {
        let inner = open + 1;
        at = inner;
        let Some(end) = prose[inner..].find('`').map(|n| inner + n) else { break };
        if PROGRAMS.iter().any(|program| prose[inner..end].starts_with(program)) {
            pieces.extend([(false, &prose[text..open]), (true, &prose[inner..end])]);
            (text, at) = (end + 1, end + 1);
        }
    }
    pieces.push((false, &prose[text..]));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_become_visible() {
        assert_eq!(visible("a\u{1b}[31mb\n\u{202e}c\u{9b}", false), "a\\x1b[31mb\\n\\u{202e}c\\u{9b}");
        assert_eq!(
            visible("a\u{200d}b\u{fe0f}\u{3164}\u{e0101}", false),
            "a\\u{200d}b\\u{fe0f}\\u{3164}\\u{e0101}"
        );
        assert_eq!(visible("grün 日本", false), "grün 日本");
        assert_eq!(visible("grün", true), "gr\\u{fc}n");
    }

    #[test]
    fn json_says_the_same_without_what_is_hidden() {
        let text = "a\u{1b}\u{9b}\u{202e}\u{e0001}日\n\"";
        let json = plain_json(&serde_json::to_string_pretty(&[text]).unwrap());
        assert!(!json.chars().any(|c| is_hidden(c) && c != '\n'), "{json}");
        assert_eq!(serde_json::from_str::<[String; 1]>(&json).unwrap(), [text]);
    }

    #[test]
    fn commands_are_quoted_for_a_shell() {
        let argv = |args: &[&str]| args.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>();
        assert_eq!(command(&argv(&["tmux", "-t", "my gpu"]), false), "tmux -t 'my gpu'");
        assert_eq!(command(&argv(&["echo", "it's", ""]), false), r#"echo "it's" ''"#);
        assert_eq!(command(&argv(&["x", "a\u{1b}'b"]), false), r"x $'a\033\'b'");
        assert_eq!(command(&argv(&["x", "ü"]), true), r"x $'\303\274'");
    }

    #[test]
    fn the_editor_is_looked_up_by_the_shell() {
        let argv = ["$EDITOR", "$HOME", "$EDITOR x"].map(str::to_owned);
        assert_eq!(command(&argv, false), "$EDITOR '$HOME' '$EDITOR x'");
    }

    #[test]
    fn odd_arguments_come_back_from_a_real_shell_as_they_were() {
        for arg in ["a b", "it's", "\u{1b}[2J", "l1\nl2\n", "\\n", "日本 '\"$HOME`", "-x", "*", "tab\t!"] {
            let line = command(&["printf".into(), "%s".into(), arg.into()], true);
            let out = std::process::Command::new("bash").args(["-c", &line]).output().unwrap();
            assert_eq!(String::from_utf8(out.stdout).unwrap(), arg, "{line}");
        }
    }

    #[test]
    fn what_is_cut_keeps_to_its_columns() {
        assert_eq!(cut("日本日本日本", 8), "日本...");
        assert_eq!(cut("gpu", 3), "gpu");
        assert_eq!(cut("gpus and more", 6), "gpu...");
    }

    #[test]
    fn prose_is_wrapped_by_width_and_long_words_stay_whole() {
        let lines = wrap("日本 日本 /a/very/long/path/here end", 10, "- ", "  ");
        assert_eq!(lines, ["- 日本", "  日本", "  /a/very/long/path/here", "  end"]);
        assert_eq!(wrap("", 10, "- ", "  "), ["- "]);
    }
}
