//! Small synthetic snapshots for the tests of this room.
use crate::snapshot::*;
use std::collections::BTreeMap;

/// A tmux server with no sessions; the first session that is added is current.
pub(super) fn server() -> TmuxServer {
    TmuxServer {
        version: "3.3a".into(),
        pid: 100,
        started_at: "2026-01-01T00:00:00Z".into(),
        socket_path: "/tmp/tmux-1000/default".into(),
        current: Observed::Present("$0".into()),
        sessions: Vec::new(),
    }
}

/// A session with windows: id, index, name. Pane ids follow the window ids.
pub(super) fn session(id: &str, name: &str, windows: &[(&str, u32, &str)]) -> TmuxSession {
    TmuxSession {
        id: id.into(),
        name: name.into(),
        created_at: "2026-01-01T00:00:00Z".into(),
        attached: 0,
        base_index: Some(0),
        renumber_windows: Some(false),
        env: Observed::Present(BTreeMap::new()),
        windows: windows.iter().map(|(id, index, name)| window(id, *index, name)).collect(),
    }
}

fn window(id: &str, index: u32, name: &str) -> TmuxWindow {
    TmuxWindow {
        id: id.into(),
        index,
        name: name.into(),
        active: index == 0,
        panes: vec![TmuxPane {
            id: id.replace('@', "%"),
            index: 0,
            pid: 200 + index,
            dead: false,
            active: true,
            current_command: name.into(),
        }],
    }
}
