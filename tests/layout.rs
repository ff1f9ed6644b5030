//! The windows of a session in the report, on snapshots of real sessions: each is what Houmao takes it for.
use houmao_doctor::doctor::{self, Request};
use houmao_doctor::finding::{Layout, Report, Role};
use houmao_doctor::snapshot::{Observed, Reason, ReasonKind, Snapshot, TmuxAnswer};

fn snapshot(name: &str) -> Snapshot {
    let path = format!("fixtures/sessions/{name}/snapshot.yaml");
    doctor::load_snapshot(path.as_ref()).expect("a fixture loads")
}

fn judged(snapshot: &Snapshot) -> Report {
    let request = Request { offline: true, ..Request::default() };
    doctor::judge(snapshot, &doctor::rule_set().expect("the rules load"), &request).expect("judged")
}

/// Each window as `session index role`, and ` recorded` where the gateway file names its id.
fn drawn(layouts: &[Layout]) -> Vec<String> {
    let mut lines = Vec::new();
    for l in layouts {
        for w in &l.windows {
            let recorded = match w.recorded {
                Some(true) => " recorded",
                Some(false) => "",
                None => " unseen",
            };
            lines.push(format!("{} {} {:?}{recorded}", l.session, w.index, w.role));
        }
    }
    lines
}

fn of(name: &str) -> Vec<String> {
    drawn(&judged(&snapshot(name)).layouts)
}

#[test]
fn each_window_is_what_houmao_takes_it_for() {
    assert_eq!(of("0.4.2-healthy-attached"), ["gpu 0 AgentSurface", "gpu 1 RecordedGateway recorded"]);
    assert_eq!(of("0.4.2-handle-own-window")[0], "gpu 0 AgentSurface recorded");
    let several = of("0.4.2-several-windows");
    assert_eq!(several.iter().filter(|l| l.ends_with("RecordedGateway recorded")).count(), 1, "{several:?}");
    assert!(several.iter().any(|l| l.ends_with("Auxiliary")), "{several:?}");
}

#[test]
fn a_recorded_window_of_another_session_is_shown_there_and_is_no_gateway_of_this_one() {
    let report = judged(&snapshot("0.4.2-handle-other-session"));
    let other: Vec<&Layout> =
        report.layouts.iter().filter(|l| l.subject != format!("session:{}", l.session)).collect();
    let [other] = other.as_slice() else { panic!("{:?}", drawn(&report.layouts)) };
    let recorded: Vec<Role> =
        other.windows.iter().filter(|w| w.recorded == Some(true)).map(|w| w.role).collect();
    assert!(matches!(recorded.as_slice(), [Role::AgentSurface | Role::Auxiliary]), "{recorded:?}");
}

#[test]
fn what_is_recorded_cannot_be_told_when_the_file_could_not_be_read() {
    let mut snapshot = snapshot("0.4.2-healthy-attached");
    for root in &mut snapshot.session_roots {
        let reason = Reason { kind: ReasonKind::Permission, detail: "Permission denied".into() };
        root.gateway.current_instance = Observed::Unreadable(reason);
    }
    let layouts = judged(&snapshot).layouts;
    assert_eq!(drawn(&layouts), ["gpu 0 AgentSurface unseen", "gpu 1 Unknown unseen"]);
}

#[test]
fn long_lists_are_cut_and_say_so() {
    let mut snapshot = snapshot("0.4.2-healthy-attached");
    let TmuxAnswer::Server { server } = &mut snapshot.tmux.answer else { panic!("a server") };
    for session in &mut server.sessions {
        let last = session.windows.last().expect("a window").clone();
        for n in 0..200 {
            let mut more = last.clone();
            (more.id, more.index) = (format!("@{}", 500 + n), 500 + n);
            more.panes = (0..40).map(|_| last.panes[0].clone()).collect();
            session.windows.push(more);
        }
    }
    let layouts = judged(&snapshot).layouts;
    assert_eq!((layouts[0].windows.len(), layouts[0].windows_left_out), (64, 138));
    assert_eq!((layouts[0].windows[9].panes.len(), layouts[0].windows[9].panes_left_out), (32, 8));
}
