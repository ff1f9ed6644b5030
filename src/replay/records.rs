//! Looking up registry records (contract section 4.5).
use super::trail::{Class, Go, Halt, Raised};
use super::world::World;
use crate::contract::{INACTIVE_TOLD, Loaded, Record, Refusal, SYMLINKS_PASSED, ids};
use crate::snapshot::{Observed, ReasonKind, RecordEntry};

/// A record and where it was read.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub record: Record,
    pub path: String,
}

/// An error of a loader, as an exception.
pub(super) fn raised(refusal: &Refusal) -> Halt {
    if !refusal.uncaught {
        return Raised::houmao(&refusal.said);
    }
    let (class, text) = refusal.said.split_once(": ").unwrap_or(("Exception", &refusal.said));
    let system = SYSTEM_ERRORS.iter().find(|known| **known == class);
    match system {
        Some(class) => Raised::of(Class::System(class), text),
        None => Raised::of(Class::Other(class.to_owned()), text),
    }
}

/// Exceptions that Python counts among the errors of the operating system.
const SYSTEM_ERRORS: &[&str] =
    &["FileNotFoundError", "IsADirectoryError", "NotADirectoryError", "OSError", "PermissionError"];

impl<'a> World<'a> {
    /// Where the record of an id is looked for: the path, and the entry if there is one.
    ///
    /// # Errors
    /// Houmao's words for a bad id or a bad registry variable.
    pub fn record_entry(&self, id: &str) -> Go<(String, Option<&'a RecordEntry>)> {
        let id = ids::agent_id(id).map_err(Raised::houmao)?;
        let root = self.registry().map_err(Raised::houmao)?;
        let path = format!("{root}/live_agents/{id}/record.json");
        let entry = self.entries(root)?.iter().find(|e| e.folder == id);
        Ok((path, entry))
    }

    fn entries(&self, root: &str) -> Go<&'a [RecordEntry]> {
        match self.registry_folder(root).map(|f| &f.live) {
            Some(Observed::Present(entries)) => Ok(entries),
            Some(Observed::Absent) => Ok(&[]),
            Some(other) => {
                Err(Halt::Unseen(format!("the registry {root} is {}", other.ignorance().unwrap_or_default())))
            }
            None => Err(Halt::Unseen(format!("the registry {root} was not looked at"))),
        }
    }

    /// The record of an id, whatever its age; none where there is no file.
    pub fn load_by_id(&self, id: &str) -> Go<Option<Found>> {
        let (path, entry) = self.record_entry(id)?;
        let Some(entry) = entry else { return Ok(None) };
        if !entry.is_folder || (entry.symlink && self.release >= SYMLINKS_PASSED) {
            return Ok(None);
        }
        self.load(entry, &path)
    }

    fn load(&self, entry: &RecordEntry, path: &str) -> Go<Option<Found>> {
        match &entry.record {
            Observed::Absent => return Ok(None),
            Observed::Unreadable(why) if matches!(why.kind, ReasonKind::Directory | ReasonKind::Special) => {
                return Ok(None);
            }
            _ => {}
        }
        match self.record(entry, path) {
            Loaded::Ok(record) => Ok(Some(Found { record, path: path.to_owned() })),
            Loaded::Refused(refusal) => Err(raised(&refusal)),
            Loaded::Unknown(why) => Err(Halt::Unseen(why)),
        }
    }

    /// The fresh record of an id; every error of Houmao's own family is swallowed.
    pub fn fresh_by_id(&self, id: &str) -> Go<Option<Found>> {
        match self.load_by_id(id) {
            Ok(found) => Ok(found.filter(|f| self.counts(&f.record))),
            Err(Halt::Raised(Raised { class: Class::Houmao, .. })) => Ok(None),
            Err(halt) => Err(halt),
        }
    }

    /// Whether a record is fresh, and since 0.8.0 active.
    pub fn counts(&self, record: &Record) -> bool {
        if self.release < INACTIVE_TOLD { record.is_fresh(self.now) } else { record.is_active(self.now) }
    }

    /// All records that load and that `wanted` keeps, in the order of their folders.
    pub fn scan(&self, wanted: impl Fn(&Record) -> bool) -> Go<Vec<Found>> {
        let root = self.registry().map_err(Raised::houmao)?;
        let mut found = Vec::new();
        for entry in self.entries(root)?.iter().filter(|e| e.is_folder) {
            match self.load(entry, &entry.path) {
                Ok(Some(one)) if wanted(&one.record) => found.push(one),
                Ok(_) | Err(Halt::Raised(Raised { class: Class::Houmao, .. })) => {}
                Err(halt) => return Err(halt),
            }
        }
        Ok(found)
    }

    /// Fresh records of exactly this agent name.
    pub fn by_name(&self, name: &str) -> Go<Vec<Found>> {
        self.scan(|r| r.agent_name == name && self.counts(r))
    }

    /// Fresh records of exactly this tmux session.
    pub fn by_session(&self, name: &str) -> Go<Vec<Found>> {
        let current = |r: &Record| r.current_session_name.as_deref() == Some(name);
        self.scan(|r| current(r) && self.counts(r))
    }
}
