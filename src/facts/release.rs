//! Which release of Houmao is judged, and how that is known.
use super::{is_stopped, live_records};
use crate::contract::Release;
use crate::snapshot::{Content, Observed, Snapshot};

/// The newest release that writes manifests of the oldest form.
const BEFORE_0_7: Release = Release::new(0, 6, 6);
/// The newest release before the scoped command line.
const BEFORE_1_0: Release = Release::new(0, 10, 1);
/// The newest release this doctor knows.
const NEWEST: Release = Release::new(2, 4, 0);

/// The judged release and the reason for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The release; none when nothing tells.
    pub release: Option<Release>,
    /// How it is known, in words.
    pub known_by: String,
}

/// Whether the judged release is told by somebody: asked for, or installed. Otherwise it is assumed from files, and only its
/// line is known.
pub fn is_told(snapshot: &Snapshot) -> bool {
    let parses = |text: &str| Release::parse(text).is_some();
    snapshot.houmao.asked.as_deref().is_some_and(parses)
        || snapshot.houmao.installed.present().is_some_and(|found| parses(&found.version))
}

/// The release that is judged: as asked, else as installed, else the newest of the line whose form the newest manifest
/// has. The last is a guess, and the words say so.
pub fn judged_release(snapshot: &Snapshot) -> Judged {
    if let Some(release) = snapshot.houmao.asked.as_deref().and_then(Release::parse) {
        return Judged { release: Some(release), known_by: "--houmao".into() };
    }
    let installed = match &snapshot.houmao.installed {
        Observed::Present(found) => match Release::parse(&found.version) {
            Some(release) => {
                return Judged { release: Some(release), known_by: format!("installed: {}", found.manager) };
            }
            None => format!("`{}` is not a release this doctor can read", found.version),
        },
        Observed::Absent => "no houmao-mgr on PATH".into(),
        other => other.ignorance().unwrap_or_default(),
    };
    match written_by(snapshot) {
        Some((release, form)) => Judged {
            release: Some(release),
            known_by: format!(
                "assumed: {installed}; the newest manifest has the form of {form} (--houmao decides)"
            ),
        },
        None => Judged { release: None, known_by: format!("{installed}; give --houmao X.Y.Z") },
    }
}

/// The newest release of the line that wrote the newest manifest, from the keys that tell the lines apart (contract
/// section 3.1) and from where its record lies.
fn written_by(snapshot: &Snapshot) -> Option<(Release, &'static str)> {
    let newest_root = snapshot
        .session_roots
        .iter()
        .filter_map(|root| root.manifest.present().map(|view| (&view.modified_at, root)))
        .max_by(|a, b| a.0.cmp(b.0).then_with(|| b.1.path.cmp(&a.1.path)))?
        .1;
    // Of a manifest that is no JSON no key is known; what lies beside it may tell.
    let has = |pointer: &str| {
        newest_root.manifest.present().is_some_and(|v| match &v.content {
            Content::Json(doc) => doc.pointer(pointer).is_some(),
            _ => false,
        })
    };
    if has("/job_dir") || has("/runtime/job_dir") {
        return Some((BEFORE_0_7, "0.4.2 to 0.6.6"));
    }
    let active = |release: Release| live_records(snapshot, Some(release)).into_iter().any(|e| !is_stopped(e));
    if has("/system_prompt") || active(NEWEST) {
        return Some((NEWEST, "1.0 and later"));
    }
    has("/runtime/memory_root").then_some((BEFORE_1_0, "0.7 to 0.10"))
}
