//! Which release wrote a manifest, as far as it shows, and which releases load it (contract section 3.1).
use super::{parse_manifest, shape};
use crate::contract::check::Model;
use crate::contract::releases::{
    AS_IS_MODE, GEMINI_GONE, HOME_PROMPTS, KIMI, LENIENT_TURN_INDEX, MEMORY_BINDING, MEMORY_ROOTS,
    PRIMARY_IDS,
};
use crate::contract::{Loaded, Release};
use serde_json::Value;

/// A dialect of the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ManifestDialect {
    /// `schema_version` 2.
    V2,
    /// `schema_version` 3.
    V3,
    /// `schema_version` 4 as releases up to 0.6.6 write it.
    V4UpTo06,
    /// `schema_version` 4 as 0.7 to 1.0 write it.
    V4From07To10,
    /// `schema_version` 4 as 1.1 writes it.
    V4Of11,
    /// `schema_version` 4 as 1.2 and later write it.
    V4From12,
}

impl ManifestDialect {
    /// In words (`v4 of 0.7–1.0`).
    pub fn name(self) -> &'static str {
        match self {
            ManifestDialect::V2 => "v2",
            ManifestDialect::V3 => "v3",
            ManifestDialect::V4UpTo06 => "v4 of ≤0.6.6",
            ManifestDialect::V4From07To10 => "v4 of 0.7–1.0",
            ManifestDialect::V4Of11 => "v4 of 1.1",
            ManifestDialect::V4From12 => "v4 of ≥1.2",
        }
    }
}

/// Which writers a manifest fits, and which releases load it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialects {
    /// The dialects whose writers put down exactly these keys; empty when it was edited by hand or by nobody known.
    pub written_by: Vec<ManifestDialect>,
    /// First and last release of each line that loads it; the last is `None` when nothing later refuses it.
    pub loaded_by: Vec<(Release, Option<Release>)>,
    /// Lines of which it cannot be told, by their first release.
    pub unknown_for: Vec<Release>,
}

/// The first release of each line that judges manifests alike, and the last release of the line.
const LINES: &[(Release, Option<Release>)] = &[
    (Release::new(0, 1, 0), Some(Release::new(0, 1, 0))),
    (AS_IS_MODE, Some(Release::new(0, 4, 1))),
    (MEMORY_BINDING, Some(Release::new(0, 5, 1))),
    (LENIENT_TURN_INDEX, Some(Release::new(0, 6, 6))),
    (MEMORY_ROOTS, Some(Release::new(0, 8, 3))),
    (PRIMARY_IDS, Some(Release::new(1, 0, 0))),
    (KIMI, Some(Release::new(1, 1, 1))),
    (GEMINI_GONE, Some(Release::new(2, 1, 0))),
    (HOME_PROMPTS, None),
];

/// The lines by the dialect that they write.
const WRITERS: &[(ManifestDialect, &[Release])] = &[
    (ManifestDialect::V4UpTo06, &[Release::new(0, 1, 0), MEMORY_BINDING]),
    (ManifestDialect::V4From07To10, &[MEMORY_ROOTS, PRIMARY_IDS]),
    (ManifestDialect::V4Of11, &[KIMI]),
    (ManifestDialect::V4From12, &[GEMINI_GONE]),
];

/// Judges a manifest document; `resolved` is its path.
pub fn dialect_of(manifest: &Value, resolved: &str) -> Dialects {
    let written_by = match manifest.get("schema_version").and_then(Value::as_i64) {
        Some(2) => vec![ManifestDialect::V2],
        Some(3) => vec![ManifestDialect::V3],
        Some(4) => WRITERS
            .iter()
            .filter(|(_, releases)| releases.iter().any(|r| fits(manifest, *r)))
            .map(|(dialect, _)| *dialect)
            .collect(),
        _ => Vec::new(),
    };
    let (mut loaded_by, mut unknown_for) = (Vec::<(Release, Option<Release>)>::new(), Vec::new());
    let mut adjoins = false;
    for &(first, last) in LINES {
        let outcome = parse_manifest(manifest, resolved, resolved, first);
        match (&outcome, loaded_by.last_mut()) {
            (Loaded::Ok(_), Some(line)) if adjoins => line.1 = last,
            (Loaded::Ok(_), _) => loaded_by.push((first, last)),
            (Loaded::Unknown(_), _) => unknown_for.push(first),
            (Loaded::Refused(_), _) => {}
        }
        adjoins = matches!(outcome, Loaded::Ok(_));
    }
    Dialects { written_by, loaded_by, unknown_for }
}

/// Whether a release would write exactly these keys, and knows this kind of session.
fn fits(manifest: &Value, release: Release) -> bool {
    let same_keys = |value: &Value, model: &Model| {
        value.as_object().is_some_and(|map| {
            map.len() == model.known_to(release).count()
                && model.known_to(release).all(|f| map.contains_key(f.name))
        })
    };
    let section =
        |key: &str, model| manifest.get(key).is_none_or(|value| value.is_null() || same_keys(value, model));
    let backend = manifest.get("backend").and_then(Value::as_str).unwrap_or_default();
    same_keys(manifest, &shape::V4)
        && section("runtime", &shape::RUNTIME)
        && section("tmux", &shape::TMUX)
        && shape::knows_backend(backend, release)
}
