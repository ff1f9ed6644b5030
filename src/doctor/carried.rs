//! What a call was given and its commands have to repeat, so that the look that verifies asks the same server, judges for the
//! same release and goes by the same rules. Where the operator named a socket (`-L`, `-S`), a bare `tmux` asks another one,
//! and ids such as `$0` exist there too.
use super::request::{Config, Request};
use crate::contract::Release;
use crate::finding::{Finding, Outcome, Verdict};
use crate::snapshot::{Snapshot, SocketChoice};

/// The socket that commands have to name, if the operator named one.
pub(super) fn socket(snapshot: &Snapshot) -> Option<&str> {
    let socket = &snapshot.tmux.socket;
    match socket.chosen_by {
        SocketChoice::Path | SocketChoice::Name => {
            snapshot.server().map(|s| s.socket_path.as_str()).or(socket.path.as_deref())
        }
        SocketChoice::Tmux | SocketChoice::TmuxTmpdir | SocketChoice::Default => None,
    }
}

/// Gives the commands of all findings what they have to repeat.
pub(super) fn repeat(snapshot: &Snapshot, request: &Request, outcomes: &mut [Outcome]) {
    let socket = socket(snapshot);
    let given = given(snapshot, request);
    for outcome in outcomes {
        if let Verdict::Fired { finding } | Verdict::Suppressed { finding, .. } = &mut outcome.verdict {
            for argv in commands(finding) {
                if let Some(socket) = socket {
                    with_socket(argv, socket);
                }
                given.iter().for_each(|option| with(argv, option));
            }
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

/// An option of the doctor that decides what is said, with its value.
struct Given {
    name: &'static str,
    value: String,
    /// Whether `capture` takes it, which judges nothing.
    of_capture: bool,
}

/// Those of this call. A release that was asked for when a snapshot was taken stands in the snapshot.
fn given(snapshot: &Snapshot, request: &Request) -> Vec<Given> {
    let asked = snapshot.houmao.asked.iter().filter(|text| Release::parse(text).is_some());
    let houmao = asked.map(|text| Given { name: "--houmao", value: text.clone(), of_capture: true });
    let path = |name, path: &std::path::Path| {
        Some(Given { name, value: path.to_str()?.to_owned(), of_capture: false })
    };
    let rules = request.rules.iter().filter_map(|dir| path("--rules", dir));
    let config = match &request.config {
        Config::File(file) => path("--config", file),
        Config::No | Config::Nearest => None,
    };
    houmao.chain(rules).chain(config).collect()
}

/// Of a value that could be taken for an option, or a command that has its own, nothing is made.
fn with(argv: &mut Vec<String>, given: &Given) {
    let of_doctor = argv.first().is_some_and(|program| program == "houmao-doctor");
    let captures = argv.get(1).is_some_and(|word| word == "capture");
    let own = argv.windows(2).any(|pair| pair[0] == given.name && pair[1] == given.value);
    if of_doctor && !own && (given.of_capture || !captures) && !given.value.starts_with('-') {
        argv.extend([given.name.to_owned(), given.value.clone()]);
    }
}

#[cfg(test)]
mod tests {
    use super::{Given, with, with_socket};

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

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
            let mut argv = words(line);
            with_socket(&mut argv, "/tmp/s");
            assert_eq!(argv.join(" "), named);
        }
    }

    #[test]
    fn what_decides_is_repeated_to_the_doctor_alone() {
        for (line, houmao, rules) in [
            ("houmao-doctor --session gpu", " --houmao 0.4.2", " --rules ops"),
            ("houmao-doctor capture -o a.json", " --houmao 0.4.2", ""),
            ("houmao-doctor --all --houmao 0.4.2 --rules ops", "", ""),
            ("tmux list-sessions", "", ""),
            ("houmao-mgr agents list", "", ""),
        ] {
            for (name, value, of_capture, more) in [
                ("--houmao", "0.4.2", true, houmao),
                ("--rules", "ops", false, rules),
                ("--rules", "-x", false, ""),
            ] {
                let mut argv = words(line);
                with(&mut argv, &Given { name, value: value.to_owned(), of_capture });
                assert_eq!(argv.join(" "), format!("{line}{more}"));
            }
        }
    }
}
