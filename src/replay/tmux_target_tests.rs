use super::*;
use crate::replay::{reads_as, sample};

fn server() -> TmuxServer {
    let mut server = sample::server();
    server.sessions = vec![
        sample::session("$0", "gpu", &[("@0", 0, "claude")]),
        sample::session("$1", "gpu2", &[("@1", 0, "claude"), ("@2", 1, "gpu-logs")]),
        sample::session("$2", "5", &[("@3", 0, "claude")]),
    ];
    server
}

#[test]
fn exact_then_prefix_then_pattern_and_several_fits_are_none() {
    let server = server();
    let name = |target: &str| session(&server, target).map(|s| s.name.clone());
    assert_eq!(name("gpu"), Ok("gpu".into()));
    assert_eq!(name("gp"), Err("can't find session: gp".into()));
    assert_eq!(name("=gpu2"), Ok("gpu2".into()));
    assert_eq!(name("=gp"), Err("can't find session: gp".into()));
    assert_eq!(name("g*2"), Ok("gpu2".into()));
    assert_eq!(name("[!g]*"), Ok("5".into()));
    assert_eq!(name("$2"), Ok("5".into()));
    assert_eq!(name("$9"), Err("can't find session: $9".into()));
    assert_eq!(name("gpu2:0"), Ok("gpu2".into()));
}

#[test]
fn a_new_window_lands_in_the_current_session_when_the_name_fits_there() {
    let server = server();
    let (gpu, gpu2, five) = (&server.sessions[0], &server.sessions[1], &server.sessions[2]);
    assert_eq!(new_window(&server, Some(gpu), "gpu"), NewWindow::Free(gpu));
    assert_eq!(
        new_window(&server, Some(gpu2), "gpu"),
        NewWindow::Refused("create window failed: index 1 in use".into())
    );
    assert_eq!(new_window(&server, Some(gpu), "5"), NewWindow::At(gpu, 5));
    assert_eq!(new_window(&server, None, "5"), NewWindow::Free(five));
    assert_eq!(new_window(&server, Some(gpu), "no"), NewWindow::Refused("can't find window: no".into()));
}

/// As tmux 3.3a answers.
#[test]
fn a_name_can_be_a_token_for_a_window() {
    let mut server = sample::server();
    let names = [
        "-x", "+dev", "+0", "-1", "+1", "-", "+", "!", "!x", "^", "^x", "{start}", "{end}", "{next}", "{x",
        " 1",
    ];
    server.sessions = names.iter().map(|name| sample::session("$0", name, &[("@0", 0, "claude")])).collect();
    let outcome = |name: &str| {
        let session = server.sessions.iter().find(|s| s.name == name);
        match new_window(&server, session, name) {
            NewWindow::Free(_) => "free".to_owned(),
            NewWindow::At(_, index) => format!("at {index}"),
            NewWindow::Refused(why) | NewWindow::Unseen(why) => why,
        }
    };
    for name in ["-x", "+dev", "+0", "^", "{start}", "{end}"] {
        assert_eq!(outcome(name), "create window failed: index 0 in use", "{name}");
        assert!(reads_as(name).is_some(), "{name}");
    }
    for name in ["+1", "+", " 1", "{next}"] {
        assert_eq!(outcome(name), "at 1", "{name}");
        assert!(reads_as(name).is_some(), "{name}");
    }
    for name in ["-1", "-", "!", "!x", "^x", "{x"] {
        assert_eq!(outcome(name), "free", "{name}");
    }
    assert_eq!(reads_as("!x").or(reads_as("^x")).or(reads_as("{x")).or(reads_as("gpu")), None);
    assert_eq!(
        new_window(&server, server.sessions.first(), "{last}"),
        NewWindow::Free(server.sessions.iter().find(|s| s.name == "!").expect("it is there"))
    );
}

#[test]
fn window_zero_is_found_or_named() {
    let server = server();
    assert_eq!(window_at(&server, "gpu", 0).map(|(_, w)| w.id.clone()), Ok("@0".into()));
    assert_eq!(window_at(&server, "gpu2", 7).map(|(_, w)| w.id.clone()), Err("can't find window: 7".into()));
    assert_eq!(free_index(&[0, 1, 3], 0), 2);
    assert_eq!(free_index(&[1], 0), 0);
}
