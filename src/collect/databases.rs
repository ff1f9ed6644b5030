//! The SQLite files that belong to each session root.
use super::{mailbox, project, queue};
use crate::snapshot::{Content, Databases, NamedBy, Observed, RegistryView, SessionRoot};
use std::collections::BTreeSet;
use std::path::Path;

/// Reads what the databases of each root hold, unless they were read before. A root that only stopped records name is
/// not judged, so its files are left alone.
pub(super) fn look(roots: &mut [SessionRoot], registry: &RegistryView) {
    let stopped = stopped_records(registry);
    let is_stopped = |by: &NamedBy| matches!(by, NamedBy::Record(path) if stopped.contains(path.as_str()));
    for root in roots.iter_mut().filter(|r| matches!(r.databases.queue, Observed::NotLooked(_))) {
        root.databases = match root.named_by.iter().all(is_stopped) {
            true => Databases::not_looked("only a stopped record names this root"),
            false => of_root(root),
        };
    }
}

fn of_root(root: &SessionRoot) -> Databases {
    let folder = Path::new(&root.path);
    Databases {
        queue: queue::look(&folder.join("gateway/queue.sqlite")),
        mailbox: mailbox::look(Path::new(&root.manifest_path)),
        project: project::look(folder),
    }
}

/// Paths of the records that say that their agent does not run.
fn stopped_records(registry: &RegistryView) -> BTreeSet<&str> {
    let listed = registry.folders.iter().filter_map(|f| f.live.present()).flatten();
    listed
        .filter(|entry| match entry.record.present().map(|file| &file.content) {
            Some(Content::Json(record)) => {
                let state = record.pointer("/lifecycle/state").and_then(|s| s.as_str());
                matches!(state, Some("stopped" | "retired"))
            }
            _ => false,
        })
        .map(|entry| entry.path.as_str())
        .collect()
}
