//! The windows of a session in the report, on snapshots of real sessions: each is what Houmao takes it for.
use houmao_doctor::doctor::{self, Request};
use houmao_doctor::finding::{Layout, Report, Role};
use houmao_doctor::report::{self, Format, Look};
use houmao_doctor::snapshot::{Observed, Reason, ReasonKind, Snapshot, TmuxAnswer};

fn snapshot(name: &str) -> Snapshot {
    let path = format!("fixtures/sessions/{name}/snapshot.yaml");
    doctor::load_snapshot(path.as_ref()).expect("a fixture loads")
}

fn judged(snapshot: &Snapshot) -> Report {
    let request = Request { offline: true, ..Request::default() };
    doctor::judge(snapshot, &doctor::rule_set().expect("the rules load"), &request).expect("judged")
}

fn written(format: Format, report: &Report) -> String {
    let mut bytes = Vec::new();
    report::write(format, report, &Look::default(), &mut bytes).expect("writing to memory");
    String::from_utf8(bytes).expect("reports are text")
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

/// Its id and its pane are recorded, but what runs in it is no gateway: a command that goes by the record kills it.
#[test]
fn a_window_that_is_recorded_wrongly_is_marked_wherever_it_is_drawn() {
    for name in ["0.4.2-handle-other-window", "0.4.2-handle-own-window"] {
        let report = judged(&snapshot(name));
        let wrong: Vec<&Role> = report
            .layouts
            .iter()
            .flat_map(|l| &l.windows)
            .filter(|w| w.recorded == Some(true))
            .map(|w| &w.role)
            .collect();
        assert!(matches!(wrong.as_slice(), [Role::Auxiliary | Role::AgentSurface]), "{name}: {wrong:?}");
        let mark = if wrong == [&Role::Auxiliary] {
            "not the gateway, yet RECORDED AS IT"
        } else {
            "agent surface, yet RECORDED AS THE GATEWAY"
        };
        for format in [Format::Human, Format::Markdown] {
            assert!(written(format, &report).contains(mark), "{name} in {format:?} lacks {mark:?}");
        }
        // In the drawing the words are broken to fit into the window.
        let page = written(Format::Html, &report);
        assert!(page.contains(&format!("<td>{mark}</td>")), "{name}: the table lacks {mark:?}");
        assert!(page.contains("<g class=\"window danger\">"), "{name}: no window is drawn as a danger");
    }
    let healthy = written(Format::Human, &judged(&snapshot("0.4.2-several-windows")));
    assert!(healthy.contains("recorded gateway") && !healthy.contains("RECORDED"), "{healthy}");
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
