//! What a command acts on, once it is resolved.
pub(super) use super::pair::Pair;
use super::trail::{Class, Halt, Raised};
use super::{texts, world::World};
use crate::contract::{Manifest, Record, WRAPPED_RESUME};
use crate::snapshot::SessionRoot;

/// What a command acts on.
pub(super) enum Target<'a> {
    /// A session of this host.
    Local(Box<Resumable<'a>>),
    /// An agent of a pair server.
    Server(Pair<'a>),
    /// Nothing that lives: each command has words of its own for it.
    Lost(Lost),
}

/// A record without a live tmux authority (section 6.2, c3b), or an agent of another host (c4b).
pub(super) struct Lost {
    /// The step that found it.
    pub step: &'static str,
    /// What was read there.
    pub read: String,
    /// The active record whose tmux session is gone, which a relaunch can start from.
    pub revivable: Option<Box<Record>>,
    /// The error of each command.
    pub said: Box<dyn Fn(LostFor) -> Option<String>>,
}

/// The command that asks for a lost target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LostFor {
    Attach,
    Detach,
    Status,
}

/// A session that is to be resumed.
pub(super) struct Resumable<'a> {
    /// Its root; none when it was not looked at.
    pub root: Option<&'a SessionRoot>,
    /// Path of its manifest, links followed.
    pub manifest_path: String,
    /// The manifest.
    pub manifest: Manifest,
    /// The agent definition directory.
    pub def_dir: DefDir,
    /// Who catches the errors of the resume.
    pub guard: Guard,
}

/// A directory, as it is written and where it leads.
#[derive(Debug, Clone)]
pub(super) struct DefDir {
    pub written: String,
    pub resolved: String,
}

/// Who catches the errors of a resume, and what becomes of them.
#[derive(Debug, Clone)]
pub(super) enum Guard {
    /// Commands about a tmux session: errors of the system and of the run are shown as they are.
    Session,
    /// Commands about a record of this agent: since 0.5.0 Houmao's own errors are wrapped.
    Record(String),
    /// Nobody.
    Nobody,
}

impl Guard {
    /// What becomes of an error.
    pub fn meet(&self, halt: Halt, world: &World) -> Halt {
        let Halt::Raised(raised) = halt else { return halt };
        let class = match (self, &raised.class) {
            (Guard::Session, Class::Houmao | Class::System(_) | Class::Runtime(_)) => Class::Click,
            (Guard::Record(name), Class::Houmao) if world.release >= WRAPPED_RESUME => {
                let text = raised.text.map(|why| texts::RESUME_WRAPPED.say(&[("name", name), ("why", &why)]));
                return Halt::Raised(Raised { text, class: Class::Click });
            }
            (_, class) => class.clone(),
        };
        Halt::Raised(Raised { class, ..raised })
    }
}
