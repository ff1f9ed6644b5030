//! Text that is safe to show: names with control characters made visible, commands quoted, prose wrapped.
use unicode_width::UnicodeWidthStr;

/// `text` with every character that a terminal would obey, or that would hide or reorder its neighbours, written as an
/// escape (`\x1b`, `\u{202e}`); with `ascii`, every character outside ASCII too.
pub fn visible(text: &str, ascii: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if !is_hidden(c) && (!ascii || c.is_ascii()) => out.push(c),
            c if (c as u32) < 0x80 => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
        }
    }
    out
}

/// Whether a terminal obeys `c` or shows nothing for it, or lets it reorder what stands beside it.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || ('\u{2028}'..='\u{202e}').contains(&c)
        || ('\u{2060}'..='\u{2069}').contains(&c)
        || ('\u{e0000}'..='\u{e007f}').contains(&c)
}

/// `argv` as one line for a POSIX shell. Arguments that cannot be shown as they are (control characters; with `ascii`,
/// anything outside ASCII) take the `$'…'` form, so that what is pasted is what is meant.
pub fn command(argv: &[String], ascii: bool) -> String {
    argv.iter().map(|arg| argument(arg, ascii)).collect::<Vec<_>>().join(" ")
}

/// One argument of [`command`].
fn argument(arg: &str, ascii: bool) -> String {
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

/// How many columns `text` takes on a terminal.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// `text` in lines of at most `width` columns, broken at spaces only: a word that is longer (a path) stays whole.
/// `first` begins the first line, `rest` all others.
pub(super) fn wrap(text: &str, width: usize, first: &str, rest: &str) -> Vec<String> {
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

/// `text` with the fractions of a second taken out of its times (`…:05.123456Z` becomes `…:05Z`): no person reads them.
pub(super) fn to_seconds(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (n, part) in text.split('.').enumerate() {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let timed = out.len() >= 3
            && out.as_bytes()[out.len() - 3] == b':'
            && out.ends_with(|c: char| c.is_ascii_digit());
        if n > 0 && digits > 0 && timed && part[digits..].starts_with('Z') {
            out.push_str(&part[digits..]);
        } else {
            out.push_str(if n > 0 { "." } else { "" });
            out.push_str(part);
        }
    }
    out
}

/// A count with its noun: `1 step`, `2 steps`.
pub(super) fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_become_visible() {
        assert_eq!(visible("a\u{1b}[31mb\n\u{202e}c\u{9b}", false), "a\\x1b[31mb\\n\\u{202e}c\\u{9b}");
        assert_eq!(visible("grün 日本", false), "grün 日本");
        assert_eq!(visible("grün", true), "gr\\u{fc}n");
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
    fn odd_arguments_come_back_from_a_real_shell_as_they_were() {
        for arg in ["a b", "it's", "\u{1b}[2J", "l1\nl2\n", "\\n", "日本 '\"$HOME`", "-x", "*", "tab\t!"] {
            let line = command(&["printf".into(), "%s".into(), arg.into()], true);
            let out = std::process::Command::new("bash").args(["-c", &line]).output().unwrap();
            assert_eq!(String::from_utf8(out.stdout).unwrap(), arg, "{line}");
        }
    }

    #[test]
    fn times_are_told_to_the_second() {
        assert_eq!(to_seconds("a.json, at 2026-11-23T09:00:43.649Z"), "a.json, at 2026-11-23T09:00:43Z");
        for kept in ["", ".", "v0.4.2Z", "127.0.0.1:9889", "2026-11-23T09:00:43Z", "a.1Z.b", "x:05.z"] {
            assert_eq!(to_seconds(kept), kept);
        }
    }

    #[test]
    fn prose_is_wrapped_by_width_and_long_words_stay_whole() {
        let lines = wrap("日本 日本 /a/very/long/path/here end", 10, "- ", "  ");
        assert_eq!(lines, ["- 日本", "  日本", "  /a/very/long/path/here", "  end"]);
        assert_eq!(wrap("", 10, "- ", "  "), ["- "]);
    }
}
