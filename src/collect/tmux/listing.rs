//! Turns the records of an answer into the snapshot's sessions, windows and panes.
use super::cursor::{Cursor, ParseError, undollar};
use super::environment::{self, Variables};
use super::question::SHAPES;
use super::records::{self, Record};
use crate::snapshot::{Observed, TmuxPane, TmuxServer, TmuxSession, TmuxWindow};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

const FIRST: &[u8] = b"@V $a ";
const FIRST_OF_3_4: &[u8] = b"@V \\$a ";

/// One answer of tmux: the server, and the environments beside it, as far as they were printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    server: TmuxServer,
    global: Variables,
    environments: BTreeMap<String, Variables>,
    ended: bool,
}

impl Listing {
    /// Whether the answer is one picture: it has its end mark, and an environment for exactly the sessions it lists.
    pub fn is_whole(&self) -> bool {
        let answered: BTreeSet<&str> = self.environments.keys().map(String::as_str).collect();
        self.ended && self.ids() == answered
    }

    /// Whether it has its end mark.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// The ids of the sessions.
    pub fn ids(&self) -> BTreeSet<&str> {
        self.server.sessions.iter().map(|s| s.id.as_str()).collect()
    }

    /// The server without environments.
    pub fn bare(&self) -> &TmuxServer {
        &self.server
    }

    /// The server with the environments of this answer. A session without one ended while it was being read.
    pub fn into_server(self) -> TmuxServer {
        let Listing { server, global, environments, .. } = self;
        let sessions = server.sessions.into_iter().map(|session| {
            let own = environments.get(&session.id);
            let env =
                own.map_or(Observed::Absent, |own| Observed::Present(environment::outcomes(own, &global)));
            TmuxSession { env, ..session }
        });
        TmuxServer { sessions: sessions.collect(), ..server }
    }

    /// This answer's server with the environments of a later answer of the same server.
    pub fn with_environments_of(self, later: Listing) -> TmuxServer {
        Listing { global: later.global, environments: later.environments, ..self }.into_server()
    }
}

/// Reads one answer. An answer that stops early is no error, unless it stops inside a record.
///
/// # Errors
/// Where, and what was expected there. The answer itself is never quoted.
pub fn parse(bytes: &[u8]) -> Result<Listing, ParseError> {
    let undollared;
    let bytes = if bytes.starts_with(FIRST_OF_3_4) {
        undollared = undollar(bytes);
        &undollared
    } else {
        bytes
    };
    let answer = records::read(bytes, SHAPES)?;
    let mut records = answer.records.iter();
    let first = records.next().filter(|r| r.kind == b'V' && r.words[0] == "$a");
    let first = first.ok_or(ParseError { at: 0, expected: "the server's own record" })?;
    let mut server = server(first)?;
    let mut windows: BTreeMap<String, Vec<TmuxWindow>> = BTreeMap::new();
    for record in records {
        match record.kind {
            b'S' => server.sessions.push(session(record)?),
            b'P' => pane(record, windows.entry(record.words[0].clone()).or_default())?,
            _ => return Err(ParseError { at: record.at, expected: "one server's record" }),
        }
    }
    for session in &mut server.sessions {
        session.windows = windows.remove(&session.id).unwrap_or_default();
        session.windows.sort_by_key(|w| w.index);
        session.windows.iter_mut().for_each(|w| w.panes.sort_by_key(|p| p.index));
    }
    server.sessions.sort_by_key(|s| s.id.get(1..).and_then(|n| n.parse().ok()).unwrap_or(u64::MAX));
    Ok(Listing {
        server,
        global: answer.global.unwrap_or_default(),
        environments: answer.environments,
        ended: answer.ended,
    })
}

/// The version that an answer begins with, even where the rest cannot be read.
pub(super) fn version(bytes: &[u8]) -> Option<String> {
    let rest = bytes.strip_prefix(FIRST).or_else(|| bytes.strip_prefix(FIRST_OF_3_4))?;
    let word = Cursor::new(rest).word();
    (!word.is_empty()).then(|| String::from_utf8_lossy(word).into_owned())
}

fn server(record: &Record) -> Result<TmuxServer, ParseError> {
    let current = &record.words[4];
    Ok(TmuxServer {
        version: record.words[1].clone(),
        pid: number(record, 2, "the server's pid")?,
        started_at: time(record, 3, "the time at which the server started")?,
        socket_path: record.texts[0].clone(),
        current: if current.is_empty() { Observed::Absent } else { Observed::Present(current.clone()) },
        sessions: Vec::new(),
    })
}

fn session(record: &Record) -> Result<TmuxSession, ParseError> {
    Ok(TmuxSession {
        id: record.words[0].clone(),
        name: record.texts[0].clone(),
        created_at: time(record, 2, "the time at which a session was created")?,
        attached: number(record, 1, "how many clients are attached")?,
        base_index: record.words[3].parse().ok(),
        renumber_windows: flag(&record.words[4]),
        env: Observed::Absent,
        windows: Vec::new(),
    })
}

/// Adds a pane to its window. The same window may be linked at several places, also of one session.
fn pane(record: &Record, windows: &mut Vec<TmuxWindow>) -> Result<(), ParseError> {
    let window_index: u32 = number(record, 3, "the index of a window")?;
    let pane = TmuxPane {
        id: record.words[2].clone(),
        index: number(record, 4, "the index of a pane")?,
        // A pane that was opened without a command has no process; tmux then prints 0 or -1.
        pid: number::<i64>(record, 7, "the pid of a pane")?.try_into().unwrap_or(0),
        dead: flag(&record.words[8]).unwrap_or(false),
        active: flag(&record.words[6]).unwrap_or(false),
        current_command: record.texts[1].clone(),
    };
    let known = windows.iter_mut().rfind(|w| w.index == window_index && w.id == record.words[1]);
    match known {
        Some(window) => window.panes.push(pane),
        None => windows.push(TmuxWindow {
            id: record.words[1].clone(),
            index: window_index,
            name: record.texts[0].clone(),
            active: flag(&record.words[5]).unwrap_or(false),
            panes: vec![pane],
        }),
    }
    Ok(())
}

fn number<T: FromStr>(record: &Record, word: usize, expected: &'static str) -> Result<T, ParseError> {
    record.words[word].parse().map_err(|_| ParseError { at: record.at, expected })
}

fn flag(word: &str) -> Option<bool> {
    match word {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

/// tmux gives seconds since 1970; the snapshot has RFC 3339 in UTC.
fn time(record: &Record, word: usize, expected: &'static str) -> Result<String, ParseError> {
    let second = number(record, word, expected)?;
    let time = jiff::Timestamp::from_second(second).map_err(|_| ParseError { at: record.at, expected })?;
    Ok(time.to_string())
}

#[cfg(test)]
#[path = "listing_tests.rs"]
mod tests;
