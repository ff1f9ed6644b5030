//! The project overlay that a session root lies in: the version of its catalog, and what still lies in files of the time
//! before the catalog. Names of specialists and skills are compared and counted, not kept.
use super::paths::{is_missing, reason};
use super::sqlite::ask;
use crate::snapshot::{CatalogView, Database, Observed, ProjectView, Reason, ReasonKind};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use std::collections::BTreeSet;
use std::path::Path;

/// How many folders up from a session root an overlay is looked for: `sessions/<backend>/<id>` in a runtime folder
/// that is in the overlay.
const UP_MAX: usize = 5;
/// Entries of one folder that are looked at at most.
const ENTRIES_MAX: usize = 10_000;

/// The overlay above a session root; absent when the root lies in none.
pub(super) fn look(root: &Path) -> Observed<ProjectView> {
    let is_overlay = |dir: &&Path| dir.join("houmao-config.toml").is_file();
    let Some(overlay) = root.ancestors().skip(1).take(UP_MAX).find(is_overlay) else {
        return Observed::Absent;
    };
    let toml = |name: &str| Path::new(name).extension().is_some_and(|e| e == "toml");
    let specialists = names(&overlay.join("easy/specialists"));
    Observed::Present(ProjectView {
        overlay: overlay.to_string_lossy().into_owned(),
        catalog: catalog(overlay),
        file_specialists: specialists.map(|all| all.iter().filter(|n| toml(n)).count() as u64),
    })
}

fn catalog(overlay: &Path) -> Observed<Database<CatalogView>> {
    let skills = names(&overlay.join("agents/skills"));
    ask(&overlay.join("catalog.sqlite"), |db| {
        let registered = registered_skills(db)?;
        let left = |all: &BTreeSet<String>| all.iter().filter(|n| !registered.contains(*n)).count() as u64;
        Ok(CatalogView { schema_version: schema_version(db)?, unregistered_skills: skills.map(left) })
    })
}

fn has_table(db: &Connection, name: &str) -> rusqlite::Result<bool> {
    let question = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    db.query_row(question, [name], |row| row.get::<_, i64>(0)).map(|n| n > 0)
}

/// The version as Houmao reads it: what is no number counts as 0.
fn schema_version(db: &Connection) -> rusqlite::Result<i64> {
    if !has_table(db, "catalog_meta")? {
        return Ok(0);
    }
    let mut asked = db.prepare("SELECT value FROM catalog_meta WHERE key = 'schema_version' LIMIT 1")?;
    let mut rows = asked.query([])?;
    let Some(row) = rows.next()? else { return Ok(0) };
    Ok(match row.get_ref(0)? {
        ValueRef::Integer(n) => n,
        ValueRef::Text(text) => {
            std::str::from_utf8(text).ok().and_then(|t| t.trim().parse().ok()).unwrap_or_default()
        }
        _ => 0,
    })
}

fn registered_skills(db: &Connection) -> rusqlite::Result<BTreeSet<String>> {
    if !has_table(db, "skill_packages")? {
        return Ok(BTreeSet::new());
    }
    let mut asked = db.prepare("SELECT name FROM skill_packages")?;
    asked.query_map([], |row| row.get(0))?.take(ENTRIES_MAX).collect()
}

/// The names in a folder; none when there is no such folder.
fn names(dir: &Path) -> Observed<BTreeSet<String>> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if is_missing(&e) => return Observed::Present(BTreeSet::new()),
        Err(e) => return Observed::Unreadable(reason(&e)),
    };
    let found: BTreeSet<String> = entries
        .take(ENTRIES_MAX + 1)
        .filter_map(|e| Some(e.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    if found.len() > ENTRIES_MAX {
        let detail = format!("more than {ENTRIES_MAX} entries");
        return Observed::Unreadable(Reason { kind: ReasonKind::TooLarge, detail });
    }
    Observed::Present(found)
}

#[cfg(test)]
#[path = "project_tests.rs"]
mod tests;
