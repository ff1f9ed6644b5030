//! The gateway's queue, as every resume opens it (contract sections 5 and 6.3, step 9).
use super::texts;
use super::trail::{Class, Go, Halt, Raised, Trail};
use super::world::World;
use crate::contract::{QUEUE_CHECKED, queue_refusal};
use crate::snapshot::{Database, Observed, PathKind, ReasonKind, SessionRoot};

/// The gateway's queue: it must be a database, and since 0.7.0 of the release's own form.
pub(super) fn queue(world: &World, trail: &mut Trail, root: &SessionRoot) -> Go {
    let source = format!("{}/gateway/queue.sqlite", root.path);
    if let Observed::Present(folder) = &root.gateway.folder
        && matches!(folder.kind, PathKind::File | PathKind::Special)
    {
        let halt = Raised::of(
            Class::System("FileExistsError"),
            format!("[Errno 17] File exists: '{}'", folder.resolved),
        );
        return Err(trail.halt("queue", None, Some(folder.resolved.clone()), halt));
    }
    let result = match &root.gateway.queue {
        Observed::Present(file) if file.sqlite => queue_form(world, root).map(|()| "a database"),
        Observed::Present(_) => {
            Err(Raised::of(Class::Other("DatabaseError".to_owned()), texts::QUEUE.say(&[])))
        }
        Observed::Absent => Ok("made anew"),
        Observed::Unreadable(why) if why.kind == ReasonKind::Directory => {
            Err(Raised::of(Class::Other("OperationalError".to_owned()), texts::QUEUE_OPEN.say(&[])))
        }
        other => Err(Halt::Unseen(format!("{source} is {}", other.ignorance().unwrap_or_default()))),
    };
    match result {
        Ok(read) => {
            trail.ok("queue", read, source);
            Ok(())
        }
        Err(halt) => Err(trail.halt("queue", None, Some(source), halt)),
    }
}

/// Whether this release takes the tables of the queue; before 0.7.0 none looked at them.
fn queue_form(world: &World, root: &SessionRoot) -> Result<(), Halt> {
    match &root.databases.queue {
        Observed::Present(Database::Read(contents)) => match queue_refusal(&contents.tables, world.release) {
            None => Ok(()),
            Some(said) => Err(Raised::of(Class::Houmao, said)),
        },
        Observed::Present(Database::Refused(said)) => Err(Halt::Unseen(format!(
            "queue.sqlite is damaged ({said}); whether this command comes upon the damaged part cannot be told"
        ))),
        other => match other.ignorance().filter(|_| world.release >= QUEUE_CHECKED) {
            Some(why) => Err(Halt::Unseen(format!("the tables of queue.sqlite are {why}"))),
            None => Ok(()),
        },
    }
}
