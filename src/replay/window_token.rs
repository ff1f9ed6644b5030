//! What tmux reads in a name where a window is wanted, before it looks for a window of that name (`cmd-find.c`).

/// What tmux reads a name as where a window is wanted, before it looks for a window of that name: an index, an offset from
/// the selected window, or a place.
pub fn reads_as(name: &str) -> Option<&'static str> {
    let name = token(name);
    match name.chars().next() {
        Some('+' | '-') => Some("an offset from the selected window"),
        _ if ["!", "^", "$"].contains(&name) => Some("a place among the windows"),
        _ => index(name).map(|_| "the index of a window"),
    }
}

/// A place by its short name.
pub(super) fn token(window: &str) -> &str {
    match window {
        "{start}" => "^",
        "{last}" => "!",
        "{end}" => "$",
        "{next}" => "+",
        "{previous}" => "-",
        other => other,
    }
}

/// A number as `strtonum` reads it: blanks may stand before it.
pub(super) fn number(text: &str, least: i64) -> Option<u32> {
    let read = text.trim_start().parse::<i64>().ok().filter(|n| (least..=i64::from(i32::MAX)).contains(n))?;
    u32::try_from(read).ok()
}

/// The index that a name is.
pub(super) fn index(window: &str) -> Option<u32> {
    if window.starts_with(['+', '-']) { None } else { number(window, 0) }
}
