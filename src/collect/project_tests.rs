use super::*;

fn overlay(meta: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let overlay = dir.path().canonicalize().unwrap().join(".houmao");
    let root = overlay.join("runtime/sessions/local_interactive/one");
    std::fs::create_dir_all(&root).unwrap();
    std::fs::write(overlay.join("houmao-config.toml"), "").unwrap();
    let db = Connection::open(overlay.join("catalog.sqlite")).unwrap();
    db.execute_batch(meta).unwrap();
    (dir, root)
}

fn catalog_of(root: &Path) -> CatalogView {
    match look(root).present().unwrap().catalog.clone() {
        Observed::Present(Database::Read(view)) => view,
        other => panic!("{other:?}"),
    }
}

const META: &str = "CREATE TABLE catalog_meta (key TEXT, value TEXT); INSERT INTO catalog_meta VALUES ('schema_version', '17');";

#[test]
fn the_overlay_above_a_root_is_found_and_its_version_read() {
    let (dir, root) = overlay(META);
    assert_eq!(catalog_of(&root).schema_version, 17);
    assert_eq!(look(dir.path()), Observed::Absent, "no overlay lies above");
    for (meta, version) in [
        ("CREATE TABLE other (a)", 0),
        ("CREATE TABLE catalog_meta (key TEXT, value TEXT)", 0),
        ("CREATE TABLE catalog_meta (key, value); INSERT INTO catalog_meta VALUES ('schema_version', 5)", 5),
        (
            "CREATE TABLE catalog_meta (key, value); INSERT INTO catalog_meta VALUES ('schema_version', 'canary')",
            0,
        ),
    ] {
        let (_dir, root) = overlay(meta);
        assert_eq!(catalog_of(&root).schema_version, version, "{meta}");
    }
    let (_dir, root) = overlay("");
    std::fs::remove_file(root.join("../../../../catalog.sqlite")).unwrap();
    assert_eq!(look(&root).present().unwrap().catalog, Observed::Absent);
}

#[test]
fn what_still_lies_in_files_is_counted_without_names() {
    let skills =
        "CREATE TABLE skill_packages (name TEXT); INSERT INTO skill_packages VALUES ('known-canary');";
    let (_dir, root) = overlay(&(META.to_owned() + skills));
    let overlay = root.ancestors().nth(4).unwrap();
    for folder in ["easy/specialists", "agents/skills/known-canary", "agents/skills/stray-canary"] {
        std::fs::create_dir_all(overlay.join(folder)).unwrap();
    }
    for name in ["a-canary.toml", "b-canary.toml", "notes.txt"] {
        std::fs::write(overlay.join("easy/specialists").join(name), "").unwrap();
    }
    let seen = look(&root);
    assert_eq!(seen.present().unwrap().file_specialists, Observed::Present(2));
    assert_eq!(catalog_of(&root).unregistered_skills, Observed::Present(1));
    assert!(!serde_json::to_string(&seen).unwrap().contains("canary"));
}
