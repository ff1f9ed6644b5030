//! What tmux is asked: the formats, and the two ways of asking (one chain; or a list, and then commands on stdin).
use super::SocketArgs;
use super::records::Shape;
use std::ffi::OsString;

/// A text as [`super::cursor::Cursor::text`] reads it. No separator is safe in tmux's output, so each text comes with
/// its length in bytes; and its backslashes are doubled, so that the vis(3) escapes of tmux 3.4 and 3.5 stay decodable.
macro_rules! text {
    ($name:literal) => {
        concat!("#{n:", $name, "}:#{s|\\\\|\\\\\\\\|:", $name, "}")
    };
}

/// The server, and the session that a command without a target acts on. `$a` shows whether the server puts backslashes
/// before dollars (3.4 does).
const SERVER: &str = concat!("@V $a #{version} #{pid} #{start_time} #{session_id} ", text!("socket_path"));
const SESSION: &str = concat!(
    "@S #{session_id} #{session_attached} #{session_created} #{base-index} #{renumber-windows} ",
    text!("session_name")
);
/// The pane's folder is left out on purpose: it is nobody's business.
const PANE: &str = concat!(
    "@P #{session_id} #{window_id} #{pane_id} #{window_index} #{pane_index} #{window_active} #{pane_active} ",
    "#{pane_pid} #{pane_dead} ",
    text!("window_name"),
    " ",
    text!("pane_current_command")
);
/// Each session's environment. `#{S:…}` is the server's own loop over its sessions, so one process serves them all.
/// `$N` in single quotes is left alone by tmux's parser.
const EACH_ENVIRONMENT: &str = "#{S:display-message -p '@E #{session_id}' ; \
     show-environment -s -t '#{session_id}' ; }display-message -p '@END'";

/// What the records of these formats look like.
pub(super) const SHAPES: &[Shape] = &[
    Shape { kind: b'V', words: 5, texts: 1 },
    Shape { kind: b'S', words: 5, texts: 1 },
    Shape { kind: b'P', words: 9, texts: 2 },
];

/// The options before any command: never start a server, always print UTF-8 as it is, and which socket.
fn options(socket: &SocketArgs) -> Vec<OsString> {
    let mut options: Vec<OsString> = vec!["-N".into(), "-u".into()];
    match socket {
        SocketArgs::Unsaid => {}
        SocketArgs::Name(name) => options.extend(["-L".into(), name.into()]),
        SocketArgs::Path(path) => options.extend(["-S".into(), path.into()]),
    }
    options
}

fn commands(socket: &SocketArgs, chain: &[&[&str]]) -> Vec<OsString> {
    let mut args = options(socket);
    for (i, command) in chain.iter().enumerate() {
        args.extend((i > 0).then(|| ";".into()));
        args.extend(command.iter().map(Into::into));
    }
    args
}

/// The record of the server comes first: it tells how to read the rest, and it is printed even without a session.
const LIST: [&[&str]; 3] = [
    &["display-message", "-p", SERVER],
    &["list-sessions", "-F", SESSION],
    &["list-panes", "-a", "-F", PANE],
];

/// Everything, asked by one process.
pub(super) fn everything(socket: &SocketArgs) -> Vec<OsString> {
    let [server, sessions, panes] = LIST;
    let global: [&[&str]; 2] = [&["display-message", "-p", "@G"], &["show-environment", "-g", "-s"]];
    commands(socket, &[server, sessions, panes, global[0], global[1], &["run-shell", "-C", EACH_ENVIRONMENT]])
}

/// Server, sessions and panes only.
pub(super) fn list(socket: &SocketArgs) -> Vec<OsString> {
    let [server, sessions, panes] = LIST;
    commands(socket, &[server, sessions, panes, &["display-message", "-p", "@END"]])
}

/// Reads commands from stdin, each of which may fail without ending the others.
pub(super) fn from_stdin(socket: &SocketArgs) -> Vec<OsString> {
    commands(socket, &[&["source-file", "-"]])
}

/// The commands for [`from_stdin`]: the environments of these sessions. A session that is gone prints `@E` without an
/// id, since `display-message` fills in nothing for a missing target.
pub(super) fn environments(ids: &[&str]) -> String {
    let mut lines =
        format!("display-message -p '{SERVER}'\ndisplay-message -p '@G'\nshow-environment -g -s\n");
    for id in ids {
        lines.push_str(&format!(
            "display-message -p -t '{id}' '@E #{{session_id}}'\nshow-environment -s -t '{id}'\n"
        ));
    }
    lines.push_str("display-message -p '@END'\n");
    lines
}
