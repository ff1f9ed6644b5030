//! Observes one tmux server, with one tmux process when nothing changes underneath, however many sessions there are.
//!
//! ```text
//!  socket ─▶ question (what is asked) ─▶ run (one child, bounded) ─▶ bytes
//!  bytes ─▶ cursor ─▶ records · environment ─▶ listing ─▶ answer (whole? again? which refusal?)
//! ```
//! tmux is asked with listing commands only. Everything it can do wrong becomes a [`TmuxAnswer`].
mod answer;
mod cursor;
pub(in crate::collect) mod elsewhere;
mod environment;
mod listing;
mod question;
mod records;
mod run;
mod socket;

pub use cursor::ParseError;
pub use listing::{Listing, parse};

use crate::snapshot::Tmux;
use std::path::PathBuf;
use std::time::Duration;

/// Which socket the operator asked for, as tmux's own options say it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SocketArgs {
    /// Neither option: `$TMUX`, else `$TMUX_TMPDIR`, else tmux's default. It is what Houmao always does (contract
    /// section 2.2).
    #[default]
    Unsaid,
    /// `-L NAME`.
    Name(String),
    /// `-S PATH`.
    Path(PathBuf),
}

/// What to ask, of whom, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TmuxQuestion {
    /// Which socket.
    pub socket: SocketArgs,
    /// The tmux program: a name to be looked up on `PATH`, or a path.
    pub tmux: PathBuf,
    /// The time that all asking together may take.
    pub limit: Duration,
}

impl Default for TmuxQuestion {
    fn default() -> Self {
        Self { socket: SocketArgs::Unsaid, tmux: PathBuf::from("tmux"), limit: Duration::from_secs(2) }
    }
}

/// Asks tmux and waits for the answer. `env` gives the operator's environment; of it only `PATH`, `TMUX`, `TMUX_PANE`
/// and `TMUX_TMPDIR` are read. Never fails: every obstacle is an answer.
pub fn observe(question: &TmuxQuestion, env: &dyn Fn(&str) -> Option<String>) -> Tmux {
    start(question, env).finish()
}

/// A question that tmux is answering while the caller does other things. What it says meanwhile waits in a pipe, which
/// holds that of some hundred sessions.
#[derive(Debug)]
pub struct Running(answer::Begun);

/// Starts asking tmux; [`observe`] is `start` and [`Running::finish`] at once.
pub fn start(question: &TmuxQuestion, env: &dyn Fn(&str) -> Option<String>) -> Running {
    Running(answer::begin(question.clone(), socket::Surroundings::read(env)))
}

/// The one command by which everything is asked, program first: for an operator who packs a host by hand.
pub fn command() -> Vec<String> {
    let args = question::everything(&SocketArgs::Unsaid).into_iter();
    std::iter::once("tmux".to_owned()).chain(args.map(|a| a.to_string_lossy().into_owned())).collect()
}

impl Running {
    /// Waits for the answer: for the question's limit, counted from `start`, or half a second if that is more.
    pub fn finish(self) -> Tmux {
        self.0.finish()
    }
}
