//! Facts of the project overlay that the session root lies in.
use super::release::is_told;
use super::{Fact, Join, observed};
use crate::contract::{CATALOG_CHECKED, MIGRATION_DEMANDED, Release, catalog_version, catalog_versions};
use crate::snapshot::{CatalogView, Database, Observed, ProjectView};
use schemars::JsonSchema;
use serde::Serialize;

/// The project of the session.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProjectFacts {
    /// The overlay; absent when the session root lies in none.
    pub overlay: Fact<String>,
    /// The directory that holds the overlay.
    pub directory: Fact<String>,
    /// `schema_version` of its `catalog.sqlite`.
    pub catalog_version: Fact<i64>,
    /// The version that the judged release demands; absent where it takes any or knows no catalogs. Where the release is only
    /// assumed from the session's files, its project's catalog is one of them: it is then the version of the catalog at
    /// hand, if any release of the assumed line takes that.
    pub demanded_catalog_version: Fact<i64>,
    /// How many specialists and skills lie in files as before the catalog held them; absent where the judged release
    /// does not ask.
    pub left_in_files: Fact<i64>,
}

impl ProjectFacts {
    /// Derives them.
    pub fn of(join: &Join<'_>) -> Self {
        let view = view(join);
        let catalog = view.and_then(|v| catalog(v));
        ProjectFacts {
            overlay: view.then(|v| v.overlay.clone()),
            directory: view
                .then(|v| v.overlay.rsplit_once('/').map_or_else(String::new, |(dir, _)| dir.to_owned())),
            catalog_version: catalog.then(|c| c.schema_version),
            demanded_catalog_version: since(join, CATALOG_CHECKED, |release| {
                let here = catalog.value().map(|c| c.schema_version);
                // It differs from one release of a line to the next, and only the line is assumed.
                let assumed =
                    here.filter(|v| !is_told(join.snapshot) && catalog_versions(release).contains(v));
                match assumed.or_else(|| catalog_version(release)) {
                    Some(version) => Fact::known(version, format!("Houmao {release}")),
                    None => Fact::absent(format!("Houmao {release}")),
                }
            }),
            left_in_files: since(join, MIGRATION_DEMANDED, |_| view.and_then(|v| left_in_files(v, &catalog))),
        }
    }
}

/// A fact that only releases from one on give rise to.
fn since<T>(join: &Join<'_>, first: Release, of: impl FnOnce(Release) -> Fact<T>) -> Fact<T> {
    match join.release {
        Some(release) if release >= first => of(release),
        Some(release) => Fact::absent(format!("Houmao {release}")),
        None => Fact::unknown("which release is installed is not known", "Houmao"),
    }
}

fn view<'a>(join: &Join<'a>) -> Fact<&'a ProjectView> {
    let source = "the folders above the session root";
    match join.root.map(|r| &r.databases.project) {
        Some(Observed::Present(view)) => Fact::known(view, source),
        None => join.no_root(source),
        Some(Observed::Absent) => Fact::absent(source),
        Some(other) => Fact::unknown(other.ignorance().unwrap_or_default(), source),
    }
}

fn catalog(view: &ProjectView) -> Fact<&CatalogView> {
    let path = format!("{}/catalog.sqlite", view.overlay);
    match &view.catalog {
        Observed::Present(Database::Read(catalog)) => Fact::known(catalog, path),
        Observed::Present(Database::Refused(said)) => Fact::unknown(said.clone(), path),
        Observed::Absent => Fact::absent(path),
        other => Fact::unknown(other.ignorance().unwrap_or_default(), path),
    }
}

fn left_in_files(view: &ProjectView, catalog: &Fact<&CatalogView>) -> Fact<i64> {
    let count = |n: &u64| i64::try_from(*n).unwrap_or(i64::MAX);
    let specialists = observed(&view.file_specialists, format!("{}/easy/specialists", view.overlay), count);
    let skills = catalog
        .and_then(|c| observed(&c.unregistered_skills, format!("{}/agents/skills", view.overlay), count));
    // Without a catalog nothing is registered, and nothing refuses.
    specialists.and_then(|a| skills.then(|b| a + b))
}
