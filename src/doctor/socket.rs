//! Commands that ask the tmux server that the doctor asked. Where the operator named its socket (`-L`, `-S`), a bare `tmux`
//! asks another one, and ids such as `$0` exist there too.
use crate::finding::{Finding, Outcome, Verdict};
use crate::snapshot::{Snapshot, SocketChoice};

/// The socket that commands have to name, if the operator named one.
pub(super) fn named(snapshot: &Snapshot) -> Option<&str> {
    let socket = &snapshot.tmux.socket;
    match socket.chosen_by {
        SocketChoice::Path | SocketChoice::Name => {
            snapshot.server().map(|s| s.socket_path.as_str()).or(socket.path.as_deref())
        }
        SocketChoice::Tmux | SocketChoice::TmuxTmpdir | SocketChoice::Default => None,
    }
}

/// Gives the commands of all findings the socket, where they need it.
pub(super) fn name_it(snapshot: &Snapshot, outcomes: &mut [Outcome]) {
    let Some(socket) = named(snapshot) else { return };
    for outcome in outcomes {
        if let Verdict::Fired { finding } | Verdict::Suppressed { finding, .. } = &mut outcome.verdict {
            commands(finding).for_each(|argv| with_socket(argv, socket));
        }
    }
}

fn commands(finding: &mut Finding) -> impl Iterator<Item = &mut Vec<String>> {
    let Finding { confirm, remedies, do_not, .. } = finding;
    let steps = remedies.iter_mut().flat_map(|r| [&mut r.argv, &mut r.verify]);
    steps.chain(do_not.iter_mut().map(|d| &mut d.argv)).chain([confirm])
}

/// tmux takes the option only before its command. Of the doctor, only what looks at the machine takes it.
fn with_socket(argv: &mut Vec<String>, socket: &str) {
    let at = match argv.first().map(String::as_str) {
        Some("tmux") => 1,
        Some("houmao-doctor") if !argv.iter().any(|a| a == "-S" || a == "--snapshot") => argv.len(),
        _ => return,
    };
    argv.splice(at..at, ["-S".to_owned(), socket.to_owned()]);
}

#[cfg(test)]
mod tests {
    use super::with_socket;

    #[test]
    fn each_program_gets_the_option_where_it_takes_it() {
        for (line, named) in [
            ("tmux rename-session -t $0 gpu", "tmux -S /tmp/s rename-session -t $0 gpu"),
            ("houmao-doctor --session gpu", "houmao-doctor --session gpu -S /tmp/s"),
            ("houmao-doctor capture -o a.json", "houmao-doctor capture -o a.json -S /tmp/s"),
            ("houmao-doctor --snapshot a.json", "houmao-doctor --snapshot a.json"),
            ("houmao-doctor -S /tmp/other --session gpu", "houmao-doctor -S /tmp/other --session gpu"),
            ("houmao-mgr agents list", "houmao-mgr agents list"),
        ] {
            let mut argv: Vec<String> = line.split(' ').map(str::to_owned).collect();
            with_socket(&mut argv, "/tmp/s");
            assert_eq!(argv.join(" "), named);
        }
    }
}
