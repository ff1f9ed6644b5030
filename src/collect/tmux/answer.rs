//! Asks, judges what came back, and asks again where the server changed underneath.
use super::TmuxQuestion;
use super::listing::{self, Listing};
use super::question;
use super::run::{self, Invocation, Ran, Started};
use super::socket::{self, Surroundings};
use crate::snapshot::{Socket, Tmux, TmuxAnswer, TmuxServer};
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The most that is read of each of tmux's outputs, in bytes. A thousand sessions print about a quarter of a megabyte.
const MOST: usize = 32 * 1024 * 1024;
/// What is left at least when the answer is waited for: a tmux that has more to say than a pipe holds could not go on
/// before, however much time has passed.
const GRACE: Duration = Duration::from_millis(500);
/// How often everything is asked in one process before it is asked in two that do not mind a session ending.
const ATTEMPTS: usize = 3;
/// From this many sessions on, one failure is reason enough to ask in two processes.
const MANY_SESSIONS: usize = 200;
/// Below this release of tmux there are no `-N`, no `run-shell -C` and no lengths of texts.
const OLDEST: (u32, u32) = (3, 2);

/// Starts asking: the first process runs, unless the answer is known without one.
pub(super) fn begin(question: TmuxQuestion, surroundings: Surroundings) -> Begun {
    let socket = socket::choose(&question.socket, &surroundings);
    let known = |socket, answer| Begun::Known(Box::new(Tmux { socket, answer }));
    let Some(program) = socket::locate(&question.tmux, surroundings.path.as_deref()) else {
        return known(socket, TmuxAnswer::NotInstalled);
    };
    if let Some(folder) = socket::missing_folder(socket.chosen_by, &surroundings) {
        let said = format!("there is no folder {}", folder.display());
        return known(socket, TmuxAnswer::NoServer { said });
    }
    let deadline = Instant::now() + question.limit;
    let asking = Asking { question, surroundings, socket, program, deadline };
    let first = asking.start(&asking.everything(), None);
    Begun::Asking(Box::new(asking), first)
}

/// A question that was begun.
#[derive(Debug)]
pub(super) enum Begun {
    Known(Box<Tmux>),
    /// With the first process.
    Asking(Box<Asking>, io::Result<Started>),
}

impl Begun {
    /// Waits for the answer.
    pub fn finish(self) -> Tmux {
        match self {
            Begun::Known(tmux) => *tmux,
            Begun::Asking(mut asking, first) => {
                asking.deadline = asking.deadline.max(Instant::now() + GRACE);
                let answer = asking.answer(first);
                Tmux { socket: asking.socket, answer }
            }
        }
    }
}

#[derive(Debug)]
pub(super) struct Asking {
    question: TmuxQuestion,
    surroundings: Surroundings,
    socket: Socket,
    program: PathBuf,
    deadline: Instant,
}

/// What one attempt amounts to.
enum Attempt {
    /// Readable, though perhaps not whole.
    Listed(Box<Listing>),
    /// Ended by tmux inside a record: the server changed underneath.
    BrokenOff,
    /// The server was just ending.
    ServerGone(String),
    /// Nothing better will come.
    Final(TmuxAnswer),
}

impl Asking {
    fn answer(&self, first: io::Result<Started>) -> TmuxAnswer {
        let mut gone = false;
        let mut first = Some(first);
        for _ in 0..ATTEMPTS {
            let started = first.take().unwrap_or_else(|| self.start(&self.everything(), None));
            match self.judge(self.finish(started)) {
                Attempt::Listed(listing) if listing.is_whole() => return served(listing.into_server()),
                Attempt::Listed(listing) if listing.ids().len() > MANY_SESSIONS => break,
                Attempt::Listed(_) | Attempt::BrokenOff => {}
                Attempt::ServerGone(said) if gone => return TmuxAnswer::Failed { said },
                Attempt::ServerGone(_) => gone = true,
                Attempt::Final(answer) => return answer,
            }
        }
        self.in_two()
    }

    /// The list, and then the environments by commands on stdin, where a session may be missing.
    fn in_two(&self) -> TmuxAnswer {
        let list = match self.attempt(&question::list(&self.question.socket), None) {
            Attempt::Listed(listing) if listing.has_ended() => listing,
            other => return other.unfinished(),
        };
        let commands = question::environments(&list.ids().into_iter().collect::<Vec<_>>());
        match self.attempt(&question::from_stdin(&self.question.socket), Some(&commands)) {
            Attempt::Listed(later) if later.has_ended() && later.bare().pid == list.bare().pid => {
                served(list.with_environments_of(*later))
            }
            other => other.unfinished(),
        }
    }

    fn everything(&self) -> Vec<OsString> {
        question::everything(&self.question.socket)
    }

    fn start(&self, args: &[OsString], stdin: Option<&str>) -> io::Result<Started> {
        let env = self.surroundings.for_child();
        run::start(Invocation { program: &self.program, args, env, stdin })
    }

    fn finish(&self, started: io::Result<Started>) -> Ran {
        started.map_or_else(Ran::NotStarted, |started| started.finish(self.deadline, MOST))
    }

    fn attempt(&self, args: &[OsString], stdin: Option<&str>) -> Attempt {
        self.judge(self.finish(self.start(args, stdin)))
    }

    fn judge(&self, ran: Ran) -> Attempt {
        let (success, out, err) = match ran {
            Ran::Ended { success, out, err } => (success, out, err),
            // A newer client of a server from before 3.2 prints the usage that the server sends, and then hangs.
            Ran::TimedOut { err } if said(&err).starts_with("usage:") => {
                return failed(self.old_server(&said(&err)));
            }
            Ran::TimedOut { .. } => {
                let after_ms = u64::try_from(self.question.limit.as_millis()).unwrap_or(u64::MAX);
                return Attempt::Final(TmuxAnswer::TimedOut { after_ms });
            }
            Ran::TooMuch => return failed(format!("tmux printed more than {} MiB", MOST / 1024 / 1024)),
            Ran::NotStarted(e) => {
                return failed(format!("{} could not be started: {e}", self.program.display()));
            }
        };
        let said = said(&err);
        if let Some(version) = listing::version(&out).filter(|v| is_too_old(v)) {
            return failed(too_old(&format!("the tmux server at {} is {version}", self.socket_name())));
        }
        match listing::parse(&out) {
            // A server that is kept without sessions lists none, and has no pane to list.
            Ok(list) if said == "no current target" && list.ids().is_empty() => {
                Attempt::Final(served(list.into_server()))
            }
            // Commands on stdin that miss their session make tmux fail, though it goes on to the end.
            Ok(list) if success || list.has_ended() => Attempt::Listed(Box::new(list)),
            Ok(list) if stopped_by_a_missing_target(&said) => Attempt::Listed(Box::new(list)),
            Err(e) if success => failed(format!("tmux printed what could not be read: {e}")),
            Err(_) if stopped_by_a_missing_target(&said) => Attempt::BrokenOff,
            Ok(_) | Err(_) => self.refusal(said),
        }
    }

    /// Tells the refusals of tmux apart by its words, which are never translated (tmux sets no message locale).
    fn refusal(&self, said: String) -> Attempt {
        let has = |words: &[&str]| words.iter().any(|w| said.contains(w));
        if has(&["server exited", "lost server"]) {
            Attempt::ServerGone(said)
        } else if has(&[
            "Permission denied",
            "access not allowed",
            "unsafe permissions",
            "Operation not permitted",
        ]) {
            Attempt::Final(TmuxAnswer::NotPermitted { said })
        } else if has(&["no server running on"])
            || (has(&["error connecting to"])
                && has(&["(No such file or directory)", "(Connection refused)"]))
        {
            Attempt::Final(TmuxAnswer::NoServer { said })
        } else if has(&["unknown option", "illegal option", "invalid option", "unknown flag", "usage:"]) {
            failed(self.old_sentence(&said))
        } else if said.is_empty() {
            failed("tmux failed and said nothing".into())
        } else {
            Attempt::Final(TmuxAnswer::Failed { said })
        }
    }

    /// An option that tmux does not know: nearly always a tmux, or a server, from before 3.2.
    fn old_sentence(&self, said: &str) -> String {
        let client = match self.finish(self.start(&["-V".into()], None)) {
            Ran::Ended { out, .. } => self::said(&out),
            Ran::TimedOut { .. } | Ran::TooMuch | Ran::NotStarted(_) => String::new(),
        };
        match client.strip_prefix("tmux ") {
            Some(version) if is_too_old(version) => {
                too_old(&format!("{} is tmux {version}", self.program.display()))
            }
            Some(_) | None => self.old_server(said),
        }
    }

    fn old_server(&self, said: &str) -> String {
        too_old(&format!("the tmux server at {} did not know an option ({said})", self.socket_name()))
    }

    fn socket_name(&self) -> &str {
        self.socket.path.as_deref().unwrap_or("its socket")
    }
}

impl Attempt {
    /// The answer, when there will be no other attempt.
    fn unfinished(self) -> TmuxAnswer {
        match self {
            Attempt::Final(answer) => answer,
            Attempt::ServerGone(said) => TmuxAnswer::Failed { said },
            Attempt::Listed(_) | Attempt::BrokenOff => {
                TmuxAnswer::Failed { said: "the tmux server kept changing while it was being read".into() }
            }
        }
    }
}

fn served(server: TmuxServer) -> TmuxAnswer {
    TmuxAnswer::Server { server }
}

fn failed(said: String) -> Attempt {
    Attempt::Final(TmuxAnswer::Failed { said })
}

fn too_old(what: &str) -> String {
    format!("{what}, and sessions can be read exactly only from tmux {}.{} on", OLDEST.0, OLDEST.1)
}

/// A session, window or pane ended between being listed and being asked for.
fn stopped_by_a_missing_target(said: &str) -> bool {
    ["no such session", "can't find", "no current"].iter().any(|words| said.contains(words))
}

/// The first line of what tmux said, at most 300 characters of it.
fn said(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.trim().lines().next().unwrap_or_default().trim().chars().take(300).collect()
}

/// Whether a version (`3.3a`, `next-3.6`, `openbsd-7.4`) is known to be too old; an unknown form is not.
fn is_too_old(version: &str) -> bool {
    let number = |part: &str| {
        let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        part[..digits].parse::<u32>().ok()
    };
    let (major, minor) = version.trim_start_matches("next-").split_once('.').unwrap_or((version, ""));
    matches!((number(major), number(minor)), (Some(major), Some(minor)) if (major, minor) < OLDEST)
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
