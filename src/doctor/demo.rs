//! The built-in samples: snapshots of real sessions, captured by the doctor, with made-up names.
use super::store::{Notation, parse};
use super::{DoctorError, unknown};
use crate::snapshot::Snapshot;

/// A built-in sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demo {
    /// Its name.
    pub name: &'static str,
    /// What is broken in it.
    pub about: &'static str,
    /// Its snapshot, as YAML.
    snapshot: &'static str,
}

macro_rules! sample {
    ($name:literal, $file:literal, $about:literal) => {
        Demo {
            name: $name,
            about: $about,
            snapshot: include_str!(concat!("../../fixtures/sessions/", $file, "/snapshot.yaml")),
        }
    };
}

/// The built-in samples; the first is the one without a name.
pub const DEMOS: &[Demo] = &[
    sample!("window-0", "0.4.2-handle-own-window", "the recorded gateway window is the agent's own"),
    sample!(
        "missing-metadata",
        "0.4.2-nothing-published",
        "the tmux session does not say where its manifest is"
    ),
    sample!("stale-metadata", "0.4.2-pointer-missing-file-no-id", "the manifest that tmux names is gone"),
    sample!(
        "stale-but-working",
        "0.4.2-pointer-missing-file",
        "the manifest is gone, but the registry stands in"
    ),
    sample!("unknown-agent", "0.4.2-pair-unregistered", "the pair server does not know the agent"),
    sample!("many-windows", "0.4.2-several-windows", "several windows beside the agent's: no problem"),
    sample!("healthy", "0.4.2-healthy-attached", "nothing is wrong"),
];

/// The snapshot of a built-in sample.
///
/// # Errors
/// When no sample has that name.
pub fn demo(name: &str) -> Result<Snapshot, DoctorError> {
    match DEMOS.iter().find(|d| d.name == name) {
        Some(demo) => Ok(parse(demo.name, demo.snapshot, Notation::Yaml)?),
        None => Err(unknown("demo", name, DEMOS.iter().map(|d| d.name))),
    }
}
