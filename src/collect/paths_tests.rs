use super::*;
use std::os::unix::fs::symlink;

fn env(home: Option<&str>, cwd: &Path) -> Environment {
    let vars = home.map(|h| ("HOME".to_string(), h.to_string())).into_iter().collect();
    Environment { vars, cwd: cwd.to_path_buf(), uid: 0, now: jiff::Timestamp::UNIX_EPOCH }
}

#[test]
fn a_tilde_is_replaced_only_at_the_start() {
    let env = env(Some("/home/alice/"), Path::new("/"));
    let expand = |text: &str| expand_user(text, &env).unwrap().to_string_lossy().into_owned();
    assert_eq!(expand("~"), "/home/alice");
    assert_eq!(expand("~//x"), "/home/alice/x");
    assert_eq!(expand("/a/~"), "/a/~");
    assert_eq!(expand(".//./~/x"), "/home/alice/x");
    assert_eq!(expand("~root/x"), "/root/x");
    assert_eq!(expand_user("~no-such-user/x", &env), Err(BadPath::NoHome));
    assert_eq!(expand_user("a\0b", &env), Err(BadPath::Nul));
}

#[test]
fn resolving_follows_links_and_keeps_what_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    let top = dir.path().canonicalize().unwrap();
    std::fs::create_dir_all(top.join("real/deep")).unwrap();
    symlink("real/deep", top.join("link")).unwrap();
    let resolved = |text: &str| resolve(Path::new(text), &top).unwrap();
    assert_eq!(resolved("link/gone/./x"), top.join("real/deep/gone/x"));
    assert_eq!(resolved("link/../x"), top.join("real/x"), "`..` is taken after the link");
    assert_eq!(resolved("gone/../../.."), top.parent().unwrap().parent().unwrap());
    assert_eq!(resolved("/../x"), Path::new("/x"));
}

#[test]
fn a_loop_of_links_is_an_error_and_not_a_hang() {
    let dir = tempfile::tempdir().unwrap();
    symlink("b", dir.path().join("a")).unwrap();
    symlink("a", dir.path().join("b")).unwrap();
    let text = dir.path().join("a/x").to_string_lossy().into_owned();
    let Observed::Unreadable(why) = look_at(&text, &env(None, Path::new("/")), &mut Links::default()) else {
        panic!()
    };
    assert!(why.detail.starts_with("Symlink loop from"), "{why:?}");
}

#[test]
fn kinds_are_told_apart_and_missing_is_knowledge() {
    let dir = tempfile::tempdir().unwrap();
    let top = dir.path().canonicalize().unwrap();
    std::fs::write(top.join("file"), "").unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(top.join("socket")).unwrap();
    let env = env(None, &top);
    let kind = |text: &str| look_at(text, &env, &mut Links::default()).present().unwrap().kind;
    assert_eq!(kind("."), PathKind::Directory);
    assert_eq!(kind("file"), PathKind::File);
    assert_eq!(kind("socket"), PathKind::Special);
    assert_eq!(kind("gone"), PathKind::Missing);
    assert_eq!(kind("file/below"), PathKind::Missing);
    assert_eq!(
        look_at("gone", &env, &mut Links::default()).present().unwrap().resolved,
        top.join("gone").to_string_lossy()
    );
}
