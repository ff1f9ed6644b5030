//! What is told while waiting: one line that is written anew, and only to somebody who watches.
use crate::finding::Glance;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

/// Tells how long it has been, on standard error where that is a terminal.
pub(super) fn progress(limit: Duration) -> impl FnMut(&Glance, Duration) {
    let watched = io::stderr().is_terminal();
    move |seen, so_far| {
        if !watched {
            return;
        }
        let said = match seen.verdict {
            Some(_) => "the operation would not work yet".to_owned(),
            None => format!("exit code {} so far", seen.exit_code),
        };
        let (so_far, limit) = (so_far.as_secs(), limit.as_secs());
        // Without a terminal to write to there is nobody to tell.
        let _ = write!(io::stderr().lock(), "\rhoumao-doctor: {said}, waiting ({so_far} s of {limit} s) \r");
    }
}

/// Takes the line away again, so that what follows does not stand before its end.
pub(super) fn end_progress() {
    if io::stderr().is_terminal() {
        let _ = write!(io::stderr().lock(), "\r{:78}\r", "");
    }
}
