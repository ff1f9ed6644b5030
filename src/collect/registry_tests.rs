use super::super::keep_lists::Kept;
use super::*;
use crate::snapshot::Content;
use std::os::unix::fs::symlink;

fn env(vars: &[(&str, &str)]) -> Environment {
    let vars = vars.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    Environment { vars, cwd: PathBuf::from("/nowhere/cwd"), uid: u32::MAX, now: jiff::Timestamp::UNIX_EPOCH }
}

fn says(root: RegistryRoot) -> String {
    match root.root {
        RootPath::Folder(path) => format!("{} {path}", root.chosen_by),
        RootPath::Refused(why) => format!("{} refused: {why}", root.chosen_by),
    }
}

/// Each row was answered by the real releases 0.4.2 and 2.4.0.
#[test]
fn both_release_lines_find_their_root() {
    let home = ("HOME", "/nowhere/alice");
    let over = |value| [home, ("HOUMAO_GLOBAL_REGISTRY_DIR", value)];
    let relative =
        "HOUMAO_GLOBAL_REGISTRY_DIR refused: `HOUMAO_GLOBAL_REGISTRY_DIR` must be an absolute path.";
    let both = |vars: &[(&str, &str)]| (says(before_1_0(&env(vars))), says(since_1_0(&env(vars))));
    let same = |text: &str| (text.to_string(), text.to_string());
    let default = "HOME /nowhere/alice/.config/houmao/registry".to_string();
    let old = |text: &str| (text.to_string(), default.clone());

    assert_eq!(both(&[home]), old("HOME /nowhere/alice/.houmao/registry"));
    assert_eq!(
        both(&[home, ("XDG_DATA_HOME", "/srv/.local/share")]),
        old("XDG_DATA_HOME /srv/.houmao/registry")
    );
    assert_eq!(
        both(&[home, ("XDG_DATA_HOME", "/srv/.local/x/AppData")]),
        old("XDG_DATA_HOME /srv/.local/x/.houmao/registry")
    );
    assert_eq!(both(&[home, ("XDG_DATA_HOME", "/srv/data")]), old("HOME /nowhere/alice/.houmao/registry"));
    assert_eq!(both(&[home, ("XDG_DATA_HOME", "x/.local")]), old("HOME /nowhere/alice/.houmao/registry"));
    assert_eq!(
        both(&[("HOME", "/nowhere/Library/x")]).0,
        "HOME /nowhere/.houmao/registry",
        "a home below such a folder is cut"
    );
    assert_eq!(both(&[home, ("XDG_CONFIG_HOME", "/srv/c/../d")]).1, "XDG_CONFIG_HOME /srv/d/houmao/registry");
    assert_eq!(both(&over("  ")), old("HOME /nowhere/alice/.houmao/registry"));
    assert_eq!(both(&over("rel")), same(relative));
    assert_eq!(both(&over(" /lead")), same(relative));
    assert_eq!(both(&over("/trail ")), same("HOUMAO_GLOBAL_REGISTRY_DIR /trail "));
    assert_eq!(both(&over("~/r")), same("HOUMAO_GLOBAL_REGISTRY_DIR /nowhere/alice/r"));
    assert_eq!(
        both(&over("~no-such-user/r")),
        same("HOUMAO_GLOBAL_REGISTRY_DIR refused: Could not determine home directory.")
    );
}

#[test]
fn entries_are_listed_as_they_are_and_read_through_links() {
    let dir = tempfile::tempdir().unwrap();
    let live = dir.path().join("live_agents");
    std::fs::create_dir_all(live.join("b")).unwrap();
    std::fs::create_dir_all(dir.path().join("elsewhere")).unwrap();
    std::fs::write(dir.path().join("elsewhere/record.json"), r#"{"agent_id": "c"}"#).unwrap();
    std::fs::write(live.join("b/record.json.0123.tmp"), "").unwrap();
    std::fs::write(live.join("a"), "no folder").unwrap();
    symlink("../elsewhere", live.join("c")).unwrap();
    symlink("nothing", live.join("d")).unwrap();

    let root = dir.path().to_string_lossy().into_owned();
    let mut limits = Limits::default();
    let vars = env(&[("HOUMAO_GLOBAL_REGISTRY_DIR", &root)]);
    let view = look(&vars, &Kept::lists().record, &mut limits);
    assert_eq!(view.folders.len(), 1, "both lines lead to one folder");
    assert_eq!(view.folders[0].external, Observed::Absent);
    let entries = view.folders[0].live.present().unwrap();
    let seen: Vec<_> =
        entries.iter().map(|e| (e.folder.as_str(), e.symlink, e.is_folder, e.leftovers)).collect();
    assert_eq!(
        seen,
        [("a", false, false, 0), ("b", false, true, 1), ("c", true, true, 0), ("d", true, false, 0)]
    );
    assert_eq!(entries[1].record, Observed::Absent);
    let Content::Json(record) = &entries[2].record.present().unwrap().content else { panic!() };
    assert_eq!(record["agent_id"], "c");
}
