//! Runs one tmux process to its end, within a time and a size, and always reaps it.
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Write};
use std::mem;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command, Stdio};
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
    NotStarted(io::Error),
}

/// A process that runs; whoever has it attends it.
#[derive(Debug)]
pub(super) struct Started(Child);

/// Starts it.
///
/// # Errors
/// Why it could not be started.
pub(super) fn start(invocation: Invocation) -> io::Result<Started> {
    let mut command = Command::new(invocation.program);
    command.args(invocation.args).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.stdin(if invocation.stdin.is_some() { Stdio::piped() } else { Stdio::inherit() });
    for (name, value) in invocation.env {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let mut child = command.spawn()?;
    if let (Some(mut pipe), Some(text)) = (child.stdin.take(), invocation.stdin.map(str::to_owned)) {
        // Written beside the reading, for neither side may wait for the other. A tmux that stops reading says why on
        // its stderr.
        std::thread::spawn(move || drop(pipe.write_all(text.as_bytes())));
    }
    Ok(Started(child))
}

impl Started {
    /// Attends it until `deadline`, reading at most `most` bytes of each of its outputs; then it is ended and reaped.
    pub fn finish(mut self, deadline: Instant, most: usize) -> Ran {
        attend(&mut self.0, deadline, most)
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // It may have ended meanwhile, which is as well; either way it is reaped.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn attend(child: &mut Child, deadline: Instant, most: usize) -> Ran {
    let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else {
        return Ran::NotStarted(io::Error::other("its output could not be connected"));
    };
    let mut pipes = [Pipe::of(out.into()), Pipe::of(err.into())];
    while pipes.iter().any(|pipe| pipe.file.is_some()) {
        match read_what_is_there(&mut pipes, deadline) {
            Ok(true) if pipes.iter().any(|pipe| pipe.bytes.len() > most) => return Ran::TooMuch,
            Ok(true) => {}
            Ok(false) => return Ran::TimedOut { err: mem::take(&mut pipes[1].bytes) },
            Err(e) => return Ran::NotStarted(e),
        }
    }
    let mut pause = Duration::from_micros(50);
    loop {
        let [out, err] = &mut pipes;
        match child.try_wait() {
            Ok(Some(status)) => {
                let (out, err) = (mem::take(&mut out.bytes), mem::take(&mut err.bytes));
                return Ran::Ended { success: status.success(), out, err };
            }
            Ok(None) if Instant::now() >= deadline => {
                return Ran::TimedOut { err: mem::take(&mut err.bytes) };
            }
            Ok(None) => std::thread::sleep(pause),
            Err(e) => return Ran::NotStarted(e),
        }
        pause = (pause * 2).min(Duration::from_millis(5));
    }
}

/// An output of the process, until it ends.
struct Pipe {
    /// None: it has ended.
    file: Option<File>,
    bytes: Vec<u8>,
}

impl Pipe {
    fn of(end: OwnedFd) -> Self {
        Pipe { file: Some(end.into()), bytes: Vec::new() }
    }

    /// Reads once; there is something to read, or it has ended.
    fn read(&mut self) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let mut chunk = [0; 16 * 1024];
        match file.read(&mut chunk) {
            Ok(0) => self.file = None,
            Ok(n) => self.bytes.extend_from_slice(&chunk[..n]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
        Ok(())
    }
}

/// Waits until there is something to read and reads it; whether there was before the deadline. A process that the child
/// left behind may hold a pipe open for longer than anyone should wait.
fn read_what_is_there(pipes: &mut [Pipe; 2], deadline: Instant) -> io::Result<bool> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Ok(false);
    }
    let left = Timespec::try_from(left).map_err(io::Error::other)?;
    let mut open: Vec<&mut Pipe> = pipes.iter_mut().filter(|pipe| pipe.file.is_some()).collect();
    let ready: Vec<bool> = {
        let mut fds: Vec<PollFd> =
            open.iter().filter_map(|pipe| Some(PollFd::new(pipe.file.as_ref()?, PollFlags::IN))).collect();
        match poll(&mut fds, Some(&left)) {
            Ok(0) => return Ok(false),
            Ok(_) => fds.iter().map(|fd| !fd.revents().is_empty()).collect(),
            Err(Errno::INTR) => return Ok(true),
            Err(e) => return Err(e.into()),
        }
    };
    for (pipe, ready) in open.iter_mut().zip(ready) {
        if ready {
            pipe.read()?;
        }
    }
    Ok(true)
}
