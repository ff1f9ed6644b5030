//! Which session or window tmux means by a target (tmux 3.3a, `cmd-find.c`; contract sections 2.2 and Q2, Q3).
//!
//! Houmao passes bare names, without `=`, so tmux matches them exactly, then as a prefix, then as a pattern, and gives up
//! when a prefix or pattern fits more than one. A target without a colon means a *window of the current session* first
//! where a window is wanted (`new-window -t NAME`).
use super::fnmatch::matches;
use super::window_token::{index, number, token};
use crate::snapshot::{TmuxServer, TmuxSession, TmuxWindow};

/// The session that `-t target` means for commands that want a session.
///
/// # Errors
/// What tmux prints (`can't find session: NAME`); commands that allow a miss have words of their own.
pub(super) fn session<'a>(server: &'a TmuxServer, target: &str) -> Result<&'a TmuxSession, String> {
    let parts = split(target, Wanted::Session);
    let found = match parts.session {
        Some(name) => {
            let (exact, name) = strip_exact(name);
            find_session(server, name, exact).ok_or_else(|| format!("can't find session: {name}"))?
        }
        None => match (server.current_session(), parts.window) {
            (Some(here), Some(window)) if by_target(here, window).is_none() => {
                // A target with a dot but no colon names a window first, and a session of that name second.
                find_session(server, window, false).ok_or_else(|| format!("can't find window: {window}"))?
            }
            (Some(here), _) => here,
            (None, Some(window)) => return Err(format!("can't find window: {window}")),
            (None, None) => return Err("no current target".to_owned()),
        },
    };
    match parts.window.filter(|_| parts.session.is_some()) {
        Some(window) if by_target(found, window).is_none() => Err(format!("can't find window: {window}")),
        _ => check_pane(found, &parts).map(|()| found),
    }
}

/// A pane part must name a pane of the window.
fn check_pane(session: &TmuxSession, parts: &Parts) -> Result<(), String> {
    let Some(pane) = parts.pane else { return Ok(()) };
    let window = match parts.window {
        Some(window) => by_target(session, window).or_else(|| session.windows.iter().find(|w| w.active)),
        None => session.windows.iter().find(|w| w.active),
    };
    let panes = window.map(|w| w.panes.as_slice()).unwrap_or_default();
    let known = panes.iter().any(|p| p.id == pane || p.index.to_string() == pane);
    if known { Ok(()) } else { Err(format!("can't find pane: {pane}")) }
}

/// A window of a session by id, index or name.
fn by_target<'a>(session: &'a TmuxSession, window: &str) -> Option<&'a TmuxWindow> {
    if window.starts_with('@') {
        return session.windows.iter().find(|w| w.id == window);
    }
    let index = window.parse::<u32>().ok();
    session.windows.iter().find(|w| Some(w.index) == index).or_else(|| named_window(session, window))
}

/// The window that `-t SESSION:INDEX` means.
///
/// # Errors
/// What tmux prints.
pub(super) fn window_at<'a>(
    server: &'a TmuxServer,
    session_target: &str,
    index: u32,
) -> Result<(&'a TmuxSession, &'a TmuxWindow), String> {
    let session = session(server, &format!("{session_target}:{index}"))?;
    let found = by_target(session, &index.to_string());
    found.map(|window| (session, window)).ok_or_else(|| format!("can't find window: {index}"))
}

/// The window that `-t target` means for commands that want a window: of the current session first, else the current
/// window of a session of that name.
///
/// # Errors
/// What tmux prints.
pub(super) fn window<'a>(
    server: &'a TmuxServer,
    current: Option<&'a TmuxSession>,
    target: &str,
) -> Result<&'a TmuxWindow, String> {
    let parts = split(target, Wanted::Window);
    let active = |session: &'a TmuxSession| session.windows.iter().find(|w| w.active);
    let (session, window) = (parts.session, parts.window);
    let found = match (session, window) {
        (Some(name), window) => {
            let (exact, name) = strip_exact(name);
            let session =
                find_session(server, name, exact).ok_or_else(|| format!("can't find session: {name}"))?;
            window.map_or_else(|| active(session), |window| by_target(session, window))
        }
        (None, Some(window)) => {
            let (exact, window) = strip_exact(window);
            let here = current.and_then(|session| by_target(session, window));
            here.or_else(|| find_session(server, window, exact).and_then(active))
        }
        (None, None) => current.and_then(active),
    };
    found.ok_or_else(|| format!("can't find window: {}", window.unwrap_or(target)))
}

/// Where `new-window -t target` would put a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NewWindow<'a> {
    /// In this session, at the first free index.
    Free(&'a TmuxSession),
    /// In this session, at this index, which is free.
    At(&'a TmuxSession, u32),
    /// Nowhere; tmux prints this.
    Refused(String),
    /// tmux did not tell what it hangs on.
    Unseen(String),
}

/// Where `new-window -t target` would put a window, asked from `current`: a window of the current session wins over a
/// session of that name (contract Q3).
pub(super) fn new_window<'a>(
    server: &'a TmuxServer,
    current: Option<&'a TmuxSession>,
    target: &str,
) -> NewWindow<'a> {
    let parts = split(target, Wanted::Window);
    match (parts.session, parts.window) {
        (Some(name), window) => {
            let (exact, name) = strip_exact(name);
            match find_session(server, name, exact) {
                None => NewWindow::Refused(format!("can't find session: {name}")),
                Some(session) => window.map(token).map_or(NewWindow::Free(session), |window| {
                    index_in(session, window)
                        .unwrap_or_else(|| NewWindow::Refused(format!("can't find window: {window}")))
                }),
            }
        }
        (None, None) => {
            current.map_or_else(|| NewWindow::Refused("no current target".to_owned()), NewWindow::Free)
        }
        (None, Some(window)) => {
            let (exact, name) = strip_exact(window);
            let name = token(name);
            current
                .and_then(|session| index_in(session, name))
                .or_else(|| find_session(server, name, exact).map(NewWindow::Free))
                .unwrap_or_else(|| NewWindow::Refused(format!("can't find window: {name}")))
        }
    }
}

/// The index that a window target means for a command that makes a window.
fn index_in<'a>(session: &'a TmuxSession, window: &str) -> Option<NewWindow<'a>> {
    if window.starts_with('@') {
        let found = session.windows.iter().find(|w| w.id == window)?;
        return Some(occupied(found.index));
    }
    if let Some(sign) = window.chars().next().filter(|c| *c == '+' || *c == '-') {
        return offset(session, sign, &window[1..]);
    }
    let indexes = session.windows.iter().map(|w| w.index);
    match window {
        "^" => indexes.min().map(occupied),
        "$" => indexes.max().map(occupied),
        "!" if session.windows.len() < 2 => None,
        "!" => Some(NewWindow::Unseen(format!("which window of session {} was the last one", session.name))),
        _ => index(window)
            .map(|index| at(session, index))
            .or_else(|| named_window(session, window).map(|found| occupied(found.index))),
    }
}

/// What follows the sign and is no number counts as 0, which is the selected window itself.
fn offset<'a>(session: &'a TmuxSession, sign: char, digits: &str) -> Option<NewWindow<'a>> {
    let by = if digits.is_empty() { 1 } else { number(digits, 1).unwrap_or(0) };
    let here = session.windows.iter().find(|w| w.active)?.index;
    let index = if sign == '+' { here.checked_add(by)? } else { here.checked_sub(by)? };
    Some(at(session, index))
}

/// At this index, where it is free.
fn at<'a>(session: &'a TmuxSession, index: u32) -> NewWindow<'a> {
    match session.windows.iter().any(|w| w.index == index) {
        true => occupied(index),
        false => NewWindow::At(session, index),
    }
}

fn occupied<'a>(index: u32) -> NewWindow<'a> {
    NewWindow::Refused(format!("create window failed: index {index} in use"))
}

/// The first index that a new window gets: the lowest free one from `base-index` on.
pub(super) fn free_index(windows: &[u32], base_index: u32) -> u32 {
    (base_index..).find(|i| !windows.contains(i)).unwrap_or(u32::MAX)
}

/// The window of a session that tmux takes a name for where one is wanted: exactly, then as a prefix, then as a pattern;
/// several fits are none.
pub fn named_window<'a>(session: &'a TmuxSession, name: &str) -> Option<&'a TmuxWindow> {
    let exact: Vec<_> = session.windows.iter().filter(|w| w.name == name).collect();
    if !exact.is_empty() {
        return only(exact);
    }
    let prefix: Vec<_> = session.windows.iter().filter(|w| w.name.starts_with(name)).collect();
    if !prefix.is_empty() {
        return only(prefix);
    }
    only(session.windows.iter().filter(|w| matches(name, &w.name)).collect())
}

fn only<T>(mut found: Vec<T>) -> Option<T> {
    if found.len() == 1 { found.pop() } else { None }
}

fn find_session<'a>(server: &'a TmuxServer, name: &str, exact: bool) -> Option<&'a TmuxSession> {
    if name.starts_with('$') {
        return server.sessions.iter().find(|s| s.id == name);
    }
    if let Some(found) = server.sessions.iter().find(|s| s.name == name) {
        return Some(found);
    }
    if exact {
        return None;
    }
    let prefix: Vec<_> = server.sessions.iter().filter(|s| s.name.starts_with(name)).collect();
    if !prefix.is_empty() {
        return only(prefix);
    }
    only(server.sessions.iter().filter(|s| matches(name, &s.name)).collect())
}

fn strip_exact(name: &str) -> (bool, &str) {
    match name.strip_prefix('=') {
        Some(rest) => (true, rest),
        None => (false, name),
    }
}

/// What a target without a colon names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Session,
    Window,
}

/// The parts of a target; an empty part is none.
struct Parts<'t> {
    session: Option<&'t str>,
    window: Option<&'t str>,
    pane: Option<&'t str>,
}

fn split(target: &str, wanted: Wanted) -> Parts<'_> {
    let some = |text: Option<&'_ str>| text.is_some_and(|t| !t.is_empty());
    let (session, window, pane) = match target.split_once(':') {
        Some((session, rest)) => match rest.split_once('.') {
            Some((window, pane)) => (Some(session), Some(window), Some(pane)),
            None => (Some(session), Some(rest), None),
        },
        None => match (target.split_once('.'), target.chars().next(), wanted) {
            (Some((window, pane)), _, _) => (None, Some(window), Some(pane)),
            (None, Some('$'), _) => (Some(target), None, None),
            (None, Some('@'), _) => (None, Some(target), None),
            (None, Some('%'), _) => (None, None, Some(target)),
            (None, _, Wanted::Session) => (Some(target), None, None),
            (None, _, Wanted::Window) => (None, Some(target), None),
        },
    };
    Parts {
        session: session.filter(|_| some(session)),
        window: window.filter(|_| some(window)),
        pane: pane.filter(|_| some(pane)),
    }
}

#[cfg(test)]
#[path = "tmux_target_tests.rs"]
mod tests;
