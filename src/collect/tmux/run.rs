//! Runs one tmux process to its end, within a time and a size, and always reaps it.
use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What is run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Invocation<'a> {
    pub program: &'a Path,
    pub args: &'a [OsString],
    /// Variables that the child must find so; the rest of its environment is ours.
    pub env: [(&'a str, Option<&'a str>); 3],
    /// What it reads on stdin. Without it the child gets our own stdin, for tmux recognises the pane it is called from
    /// by the terminal on stdin, before it looks at `$TMUX_PANE`; it does not read from it.
    pub stdin: Option<&'a str>,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Ran {
    /// It ended by itself.
    Ended { success: bool, out: Vec<u8>, err: Vec<u8> },
    /// It was killed, for it was too slow. What it had said on stderr until then may tell why.
    TimedOut { err: Vec<u8> },
    /// It was killed, for it printed more than allowed.
    TooMuch,
    /// It could not be started.
    NotStarted(std::io::Error),
}

/// Runs it until `deadline`, reading at most `most` bytes of each of its outputs.
pub(super) fn run(invocation: Invocation, deadline: Instant, most: usize) -> Ran {
    let mut command = Command::new(invocation.program);
    command.args(invocation.args).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.stdin(if invocation.stdin.is_some() { Stdio::piped() } else { Stdio::inherit() });
    for (name, value) in invocation.env {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    match command.spawn() {
        Ok(mut child) => {
            let ran = attend(&mut child, invocation.stdin, deadline, most);
            if !matches!(ran, Ran::Ended { .. }) {
                // It may have ended meanwhile, which is as well; either way it is reaped.
                let _ = child.kill();
                let _ = child.wait();
            }
            ran
        }
        Err(e) => Ran::NotStarted(e),
    }
}

fn attend(child: &mut Child, stdin: Option<&str>, deadline: Instant, most: usize) -> Ran {
    if let (Some(mut pipe), Some(text)) = (child.stdin.take(), stdin.map(str::to_owned)) {
        // Written beside the reading, for neither side may wait for the other. A tmux that stops reading says why on
        // its stderr.
        std::thread::spawn(move || drop(pipe.write_all(text.as_bytes())));
    }
    let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else {
        return Ran::NotStarted(std::io::Error::other("its output could not be connected"));
    };
    let (out, err) = (Reading::start(out, most), Reading::start(err, most));
    for reading in [&out, &err] {
        match reading.ended.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Ok(length)) if length > most => return Ran::TooMuch,
            Ok(Ok(_)) => {}
            Ok(Err(e)) => return Ran::NotStarted(e),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                return Ran::TimedOut { err: err.so_far() };
            }
        }
    }
    let mut pause = Duration::from_micros(50);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => {
                return Ran::Ended { success: status.success(), out: out.so_far(), err: err.so_far() };
            }
            Ok(None) if Instant::now() >= deadline => return Ran::TimedOut { err: err.so_far() },
            Ok(None) => std::thread::sleep(pause),
            Err(e) => return Ran::NotStarted(e),
        }
        pause = (pause * 2).min(Duration::from_millis(5));
    }
}

/// Reads a pipe in a thread of its own, which ends with the pipe: a process that the child left behind may hold it open
/// longer than anyone should wait.
struct Reading {
    bytes: Arc<Mutex<Vec<u8>>>,
    /// How many bytes there were, once the pipe has ended or there are more than allowed.
    ended: mpsc::Receiver<std::io::Result<usize>>,
}

impl Reading {
    fn start(pipe: impl Read + Send + 'static, most: usize) -> Self {
        let (send, ended) = mpsc::channel();
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&bytes);
        std::thread::spawn(move || drop(send.send(read(pipe, most, &shared))));
        Self { bytes, ended }
    }

    fn so_far(&self) -> Vec<u8> {
        std::mem::take(&mut self.bytes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn read(mut pipe: impl Read, most: usize, shared: &Mutex<Vec<u8>>) -> std::io::Result<usize> {
    let mut chunk = vec![0; 64 * 1024];
    let mut length = 0;
    while length <= most {
        match pipe.read(&mut chunk) {
            Ok(0) => break,
            Ok(n) => {
                length += n;
                shared.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&chunk[..n]);
            }
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(length)
}
