//! What is told while waiting: one line that is written anew, and only to somebody who watches; and what is told to who
//! does not want to wait any longer.
use super::complain;
use crate::finding::Glance;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Ctrl-C, as a shell gives it.
const INTERRUPTED: i32 = 130;

/// What was told last.
#[derive(Debug, Default)]
struct Told {
    /// What the last look said.
    said: Option<String>,
    /// Columns of the line that is written anew.
    columns: usize,
}

/// Tells how it has been, on standard error where that is a terminal, and takes the line away again in the end.
#[derive(Debug)]
pub(super) struct Progress {
    limit: Duration,
    told: Arc<Mutex<Told>>,
}

impl Progress {
    /// Begins to wait: from now on an interruption is told and ends the process.
    pub(super) fn begin(limit: Duration) -> Self {
        let told = Arc::new(Mutex::new(Told::default()));
        let (begun, known) = (Instant::now(), Arc::clone(&told));
        // Where there is no handler to be had, Ctrl-C ends the process all the same, without a word.
        let _ = ctrlc::set_handler(move || {
            let mut told = known.lock().unwrap_or_else(PoisonError::into_inner);
            wipe(&mut told);
            let said = told.said.as_deref().unwrap_or("no look has ended yet");
            let (so_far, limit) = (begun.elapsed().as_secs(), limit.as_secs());
            complain(&format!("interrupted after {so_far} s of {limit} s: {said}"));
            std::process::exit(INTERRUPTED);
        });
        Progress { limit, told }
    }

    /// Tells of a look that is not the last one.
    pub(super) fn tell(&self, seen: &Glance, so_far: Duration) {
        let said = match seen.verdict {
            Some(_) => "the operation would not work yet".to_owned(),
            None => format!("exit code {} so far", seen.exit_code),
        };
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if io::stderr().is_terminal() {
            let (so_far, limit) = (so_far.as_secs(), self.limit.as_secs());
            let line = format!("houmao-doctor: {said}, waiting ({so_far} s of {limit} s) ");
            told.columns = line.len();
            // Without a terminal to write to there is nobody to tell.
            let _ = write!(io::stderr().lock(), "\r{line}\r");
        }
        told.said = Some(said);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        wipe(&mut self.told.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Takes the line away: what is written next may be shorter.
fn wipe(told: &mut Told) {
    if told.columns > 0 {
        let _ = write!(io::stderr().lock(), "\r{:1$}\r", "", told.columns);
        told.columns = 0;
    }
}
