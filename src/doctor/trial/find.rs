//! Which fixtures lie below a folder. What is no fixture is passed over; a folder that should hold one and does not is an error.
use std::fs;
use std::path::{Path, PathBuf};

/// Names of a snapshot in the folder of a fixture.
const SNAPSHOTS: [&str; 3] = ["snapshot.yaml", "snapshot.yml", "snapshot.json"];
/// The name of what says where raw trees come from.
pub(super) const HOST: &str = "host.yaml";
/// The name of an expectation.
pub(super) const EXPECTED: &str = "expected.yaml";
/// Folders deeper than this are a circle.
const MAX_DEPTH: usize = 32;

/// What was found below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// A snapshot, or raw trees, with its expectation beside it.
    Session(PathBuf),
    /// A folder with the fixtures of the rule that it is named after.
    Rule(PathBuf),
    /// Something that cannot be a fixture and should be one.
    Wrong(PathBuf, String),
}

/// The observation of the fixture in this folder: its snapshot, or the file that says where raw trees come from.
pub(super) fn observation(folder: &Path) -> Option<PathBuf> {
    SNAPSHOTS.iter().chain([&HOST]).map(|name| folder.join(name)).find(|path| path.exists())
}

/// All fixtures below a folder, and the folder itself if it is one, sorted by path.
pub(super) fn below(folder: &Path) -> Vec<Found> {
    let mut found = Vec::new();
    walk(folder, 0, &mut found);
    if found.is_empty() {
        let what = format!(
            "holds no fixture: no folder with {} or {HOST}, and no rules/<id>/ with fires, quiet and unknown",
            SNAPSHOTS[0]
        );
        found.push(Found::Wrong(folder.to_owned(), what));
    }
    found
}

fn walk(folder: &Path, depth: usize, found: &mut Vec<Found>) {
    let wrong = |what: String| Found::Wrong(folder.to_owned(), what);
    let entries = match children(folder) {
        Ok(entries) => entries,
        Err(e) => return found.push(wrong(format!("cannot be read: {e}"))),
    };
    let is_rule = of_rules(folder);
    let stray = entries.iter().filter(|e| e.is_file() && is_rules(folder) && has_fixture_name(e));
    found.extend(stray.map(|e| Found::Wrong(e.clone(), "lies in no folder that names its rule".to_owned())));
    match () {
        () if entries.is_empty() => {
            found.push(wrong("is empty: add a fixture, or remove the folder".to_owned()))
        }
        () if depth > MAX_DEPTH => found.push(wrong(format!("is deeper than {MAX_DEPTH} folders"))),
        () if observation(folder).is_some() => found.push(Found::Session(folder.to_owned())),
        () if folder.join(EXPECTED).exists() => {
            found.push(wrong(format!("has {EXPECTED}, but no {} and no {HOST}", SNAPSHOTS[0])));
        }
        () if is_rule && entries.iter().all(|e| e.is_file()) => found.push(Found::Rule(folder.to_owned())),
        () => {
            for entry in entries.iter().filter(|e| e.is_dir() && !e.is_symlink()) {
                walk(entry, depth + 1, found);
            }
        }
    }
}

/// Whether a folder is the one of a rule: `rules/<id>`.
fn of_rules(folder: &Path) -> bool {
    fs::canonicalize(folder).is_ok_and(|full| full.parent().is_some_and(is_rules))
}

fn is_rules(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name == "rules")
}

/// Whether a file is named as the fixture of a rule is.
fn has_fixture_name(file: &Path) -> bool {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let word = stem.split('-').next().unwrap_or_default();
    ["fires", "quiet", "unknown"].contains(&word)
}

/// What stands directly in a folder, sorted.
fn children(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut entries =
        fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    Ok(entries)
}
