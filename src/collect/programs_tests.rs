use super::*;
use std::os::unix::fs::{PermissionsExt, symlink};

fn env(path: &str, cwd: &Path) -> Environment {
    let vars = [("PATH".to_string(), path.to_string())].into();
    Environment { vars, cwd: cwd.to_path_buf(), uid: 0, now: jiff::Timestamp::UNIX_EPOCH }
}

fn program(path: &Path, text: &str, mode: u32) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn programs_are_found_as_python_finds_them() {
    let dir = tempfile::tempdir().unwrap();
    let top = dir.path();
    program(&top.join("one/tool"), "", 0o644);
    program(&top.join("two/tool"), "", 0o755);
    program(&top.join("here"), "", 0o755);
    std::fs::create_dir_all(top.join("one/folder")).unwrap();
    let path = format!("{0}/one:{0}/two/:", top.display());
    let env = env(&path, top);
    assert_eq!(
        which("tool", &env),
        Some(format!("{}/two/tool", top.display())),
        "not executable is passed over"
    );
    assert_eq!(which("folder", &env), None, "a folder is no program");
    assert_eq!(which("here", &env).as_deref(), Some("here"), "an empty entry is the working directory");
    assert_eq!(which("two/tool", &env).as_deref(), Some("two/tool"));
    assert_eq!(which("gone/tool", &env), None);
    assert_eq!(which("", &env), None);
}

/// An environment with Houmao's metadata in it, and a script beside its interpreter.
fn environment(at: &Path, version: &str) {
    let info = at.join(format!("lib/python3.11/site-packages/houmao-{version}.dist-info"));
    std::fs::create_dir_all(&info).unwrap();
    std::fs::write(
        info.join("METADATA"),
        format!("Metadata-Version: 2.4\nName: Houmao\nVersion: {version}\n\nVersion: 9\n"),
    )
    .unwrap();
    program(&at.join("bin/python"), "", 0o755);
}

fn installed_version(path: &str, cwd: &Path) -> Option<String> {
    houmao(None, &env(path, cwd)).installed.present().map(|i| i.version.clone())
}

#[test]
fn houmao_is_found_through_interpreter_link_and_shell_wrapper() {
    let dir = tempfile::tempdir().unwrap();
    let top = dir.path();
    environment(&top.join("venv"), "0.4.2");
    let python = top.join("venv/bin/python");
    for (name, script) in [
        ("plain", format!("#!{}\nimport sys\n", python.display())),
        ("wrapped", format!("#!/bin/sh\n'''exec' \"{}\" \"$0\" \"$@\"\n' '''\n", python.display())),
    ] {
        program(&top.join(name).join("houmao-mgr"), &script, 0o755);
        let path = top.join(name).to_string_lossy().into_owned();
        assert_eq!(installed_version(&path, top).as_deref(), Some("0.4.2"), "{name}");
    }
    program(&top.join("venv/bin/houmao-mgr"), "#!/usr/bin/env nothing\n", 0o755);
    std::fs::create_dir_all(top.join("links")).unwrap();
    symlink(top.join("venv/bin/houmao-mgr"), top.join("links/houmao-mgr")).unwrap();
    let links = top.join("links").to_string_lossy().into_owned();
    assert_eq!(installed_version(&links, top).as_deref(), Some("0.4.2"), "the folder beside its own bin");
}

#[test]
fn no_houmao_is_absent_and_one_without_metadata_is_unreadable() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_string_lossy().into_owned();
    assert_eq!(houmao(Some("1.2.1"), &env(&path, dir.path())).installed, Observed::Absent);
    program(&dir.path().join("houmao-mgr"), "#!/nowhere/bin/python\n", 0o755);
    let found = houmao(Some("1.2.1"), &env(&path, dir.path()));
    assert!(matches!(found.installed, Observed::Unreadable(_)));
    assert_eq!(found.asked.as_deref(), Some("1.2.1"));
}
