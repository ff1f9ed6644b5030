use super::*;
use crate::snapshot::{Content, PathKind, ReasonKind};

fn env(cwd: &Path) -> Environment {
    Environment { vars: [].into(), cwd: cwd.to_path_buf(), uid: 0, now: jiff::Timestamp::UNIX_EPOCH }
}

fn pointer(path: &Path, by: NamedBy) -> Pointer {
    Pointer { text: path.to_string_lossy().into_owned(), by }
}

fn seen(pointers: &[Pointer], cwd: &Path) -> Vec<SessionRoot> {
    look(pointers, Vec::new(), &env(cwd), &Kept::lists(), &mut Limits::default())
}

#[test]
fn one_root_is_one_entry_however_it_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let top = dir.path().canonicalize().unwrap();
    std::fs::create_dir(top.join("real")).unwrap();
    std::fs::write(top.join("real/manifest.json"), "{}").unwrap();
    std::os::unix::fs::symlink("real", top.join("link")).unwrap();
    let session = NamedBy::TmuxSession("$1".to_string());
    let record = NamedBy::Record("/r/record.json".to_string());
    let roots = seen(
        &[
            pointer(&top.join("link/manifest.json"), record.clone()),
            pointer(Path::new("real/manifest.json"), session.clone()),
            pointer(&top.join("real/other.json"), session.clone()),
        ],
        &top,
    );
    let paths: Vec<_> = roots.iter().map(|r| r.manifest_path.clone()).collect();
    let real = |name: &str| top.join("real").join(name).to_string_lossy().into_owned();
    assert_eq!(paths, [real("manifest.json"), real("other.json")]);
    assert_eq!(roots[0].named_by, [session, record]);
    assert_eq!(roots[1].manifest, Observed::Absent, "the folder still stands, so the loss is shown");
}

#[test]
fn a_root_that_is_gone_is_shown_only_to_an_operator_who_names_it() {
    let gone = Path::new("/nowhere/at/all/manifest.json");
    assert_eq!(seen(&[pointer(gone, NamedBy::TmuxSession("$0".to_string()))], Path::new("/")), []);
    let roots = seen(&[pointer(gone, NamedBy::Operator)], Path::new("/"));
    assert_eq!(roots[0].folder.present().unwrap().kind, PathKind::Missing);
    assert_eq!(roots[0].manifest, Observed::Absent);
}

#[test]
fn every_gateway_file_is_looked_at() {
    let dir = tempfile::tempdir().unwrap();
    let top = dir.path().canonicalize().unwrap();
    let gateway = top.join("gateway");
    for folder in ["run", "logs"] {
        std::fs::create_dir_all(gateway.join(folder)).unwrap();
    }
    let write = |name: &str, text: &str| std::fs::write(gateway.join(name), text).unwrap();
    write("run/current-instance.json", r#"{"pid": 7, "note": "CANARY"}"#);
    write("run/gateway.pid", "7\n");
    write("logs/gateway.log", "CANARY\n[Errno 98] address already in use");
    write("queue.sqlite", "SQLite format 3\0CANARY");
    write("events.jsonl", "CANARY");
    write("protocol-version.txt", "v1\n");
    write("desired-config.json", "{");
    std::fs::create_dir(gateway.join("state.json")).unwrap();
    let roots = seen(&[pointer(&top.join("manifest.json"), NamedBy::Operator)], &top);
    let tree = &roots[0].gateway;
    assert_eq!(tree.pid_file.present().unwrap().content, Content::Text("7\n".to_string()));
    assert_eq!(tree.log.present().unwrap().says_address_in_use, Observed::Present(true));
    assert!(tree.queue.present().unwrap().sqlite);
    assert_eq!(tree.events.present().unwrap().kind, PathKind::File);
    assert!(matches!(tree.desired_config.present().unwrap().content, Content::NotJson(_)));
    assert!(matches!(&tree.state, Observed::Unreadable(why) if why.kind == ReasonKind::Directory));
    assert_eq!(tree.attach, Observed::Absent);
    assert!(!serde_json::to_string(tree).unwrap().contains("CANARY"));
}
