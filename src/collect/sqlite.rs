//! SQLite files, asked as they lie on disk.
//!
//! They are opened read-only and immutable: SQLite then takes no lock, replays no journal and makes no file beside them
//! (law 1). In return it does not see what still lies in a write-ahead log, and could see half a write. So such a file
//! beside it makes the answer unreadable, and what changed while it was read is read again.
use super::paths::reason;
use super::read::{Shut, regular_file};
use crate::snapshot::{Database, Observed, Reason, ReasonKind};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::Metadata;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Largest file that is asked. SQLite reads only the pages a question needs, so that this bounds a hostile file only.
pub(super) const BYTES_MAX: u64 = 1 << 30;
/// How long one file is asked, all attempts together.
const TIME_MAX: Duration = Duration::from_millis(400);
/// How often a file is read that somebody is writing.
const ATTEMPTS: usize = 5;
/// How long a writer is given to finish one write.
const PAUSE: Duration = Duration::from_millis(4);
/// Steps of SQLite's machine between two looks at the clock.
const STEPS: std::os::raw::c_int = 2_000;

/// The answer to a question, unless the file is no database, cannot be read, or never holds still.
pub(super) fn ask<T>(
    path: &Path,
    question: impl Fn(&Connection) -> rusqlite::Result<T>,
) -> Observed<Database<T>> {
    let until = Instant::now() + TIME_MAX;
    let mut why = unreadable(ReasonKind::Failed, "it was not read");
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            std::thread::sleep(PAUSE);
        }
        match once(path, until, &question) {
            Ok(answer) => return Observed::Present(answer),
            Err(Trouble::Shut(shut)) => return shut.observed(),
            Err(Trouble::Moving(reason)) => why = reason,
        }
        if Instant::now() > until {
            break;
        }
    }
    Observed::Unreadable(why)
}

/// Why there is no answer.
enum Trouble {
    /// There is none to be had.
    Shut(Shut),
    /// Somebody is writing; a moment later there may be one.
    Moving(Reason),
}

fn unreadable(kind: ReasonKind, detail: &str) -> Reason {
    Reason { kind, detail: detail.to_string() }
}

fn once<T>(
    path: &Path,
    until: Instant,
    question: &impl Fn(&Connection) -> rusqlite::Result<T>,
) -> Result<Database<T>, Trouble> {
    let before = regular_file(path).map_err(Trouble::Shut)?;
    if before.len() > BYTES_MAX {
        let detail = format!("larger than {BYTES_MAX} bytes");
        return Err(Trouble::Shut(Shut::Unreadable(unreadable(ReasonKind::TooLarge, &detail))));
    }
    // The companions lie beside the file itself, wherever a link to it lies.
    let real = std::fs::canonicalize(path).map_err(|e| Trouble::Shut(e.into()))?;
    unfinished(&real)?;
    let answer = open(&real, until).and_then(|connection| question(&connection));
    unfinished(&real)?;
    let after = regular_file(path).map_err(Trouble::Shut)?;
    if stamp(&before) != stamp(&after) {
        return Err(Trouble::Moving(unreadable(ReasonKind::Failed, "it changes while it is read")));
    }
    match answer {
        Ok(rows) => Ok(Database::Read(rows)),
        Err(e) => refusal(&e).map(Database::Refused).map_err(|why| Trouble::Shut(Shut::Unreadable(why))),
    }
}

/// What tells one content of a file from the next.
fn stamp(meta: &Metadata) -> [i64; 5] {
    let number = |n: u64| i64::from_ne_bytes(n.to_ne_bytes());
    [number(meta.dev()), number(meta.ino()), number(meta.size()), meta.mtime(), meta.mtime_nsec()]
}

/// Whether a write is under way, or was never finished: an immutable read does not see what these files hold.
fn unfinished(real: &Path) -> Result<(), Trouble> {
    for (suffix, holds) in [
        ("-journal", "a write is under way or was interrupted"),
        ("-wal", "what it holds is not seen without taking a lock"),
    ] {
        let companion = beside(real, suffix);
        match std::fs::symlink_metadata(&companion) {
            Ok(meta) if meta.len() > 0 => {
                let name = companion.file_name().unwrap_or_default().to_string_lossy();
                let detail = format!("{name} lies beside it: {holds}");
                return Err(Trouble::Moving(unreadable(ReasonKind::Failed, &detail)));
            }
            Ok(_) => {}
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(Trouble::Shut(Shut::Unreadable(reason(&e)))),
        }
    }
    Ok(())
}

fn beside(real: &Path, suffix: &str) -> PathBuf {
    let mut name = real.as_os_str().to_os_string();
    name.push(suffix);
    PathBuf::from(name)
}

fn open(real: &Path, until: Instant) -> rusqlite::Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(uri(real), flags)?;
    connection.progress_handler(STEPS, Some(move || Instant::now() > until))?;
    Ok(connection)
}

/// The path as an URI: every byte that could mean something else is escaped.
fn uri(real: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in real.as_os_str().as_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => uri.push(char::from(*byte)),
            b if b.is_ascii_alphanumeric() => uri.push(char::from(*b)),
            b => uri.push_str(&format!("%{b:02X}")),
        }
    }
    uri + "?mode=ro&immutable=1"
}

/// SQLite's verdict on a file that is no sound database; anything else is ignorance. SQLite's own message is not kept,
/// since it can quote names out of the file.
fn refusal(e: &rusqlite::Error) -> Result<String, Reason> {
    match e.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => Ok("file is not a database".to_string()),
        Some(ErrorCode::DatabaseCorrupt) => Ok("database disk image is malformed".to_string()),
        Some(ErrorCode::OperationInterrupted) => {
            Err(unreadable(ReasonKind::TimedOut, &format!("not read within {} ms", TIME_MAX.as_millis())))
        }
        Some(ErrorCode::PermissionDenied) => Err(unreadable(ReasonKind::Permission, "permission denied")),
        Some(code) => Err(unreadable(ReasonKind::Failed, &format!("SQLite ends with {code:?}"))),
        None => Err(unreadable(ReasonKind::Failed, "it holds other values than Houmao writes")),
    }
}

#[cfg(test)]
#[path = "sqlite_tests.rs"]
mod tests;
