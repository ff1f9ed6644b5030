use super::*;
use crate::replay::sample;

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

#[test]
fn window_zero_is_found_or_named() {
    let server = server();
    assert_eq!(window_at(&server, "gpu", 0).map(|(_, w)| w.id.clone()), Ok("@0".into()));
    assert_eq!(window_at(&server, "gpu2", 7).map(|(_, w)| w.id.clone()), Err("can't find window: 7".into()));
    assert_eq!(free_index(&[0, 1, 3], 0), 2);
    assert_eq!(free_index(&[1], 0), 0);
}
