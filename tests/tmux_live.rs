//! Observes real tmux servers, private to each test, and programs that only pretend to be tmux.
#![allow(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]
use houmao_doctor::collect::tmux::{SocketArgs, TmuxQuestion, observe, start};
use houmao_doctor::snapshot::{EnvValue, Observed, SocketChoice, Tmux, TmuxAnswer, TmuxServer, TmuxSession};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SLEEP: &str = "exec sleep 600";

/// A folder with a tmux server of its own, which ends with it.
struct World {
    dir: tempfile::TempDir,
    env: BTreeMap<String, String>,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let env = [
            ("PATH", std::env::var("PATH").unwrap()),
            ("TMUX_TMPDIR", dir.path().to_str().unwrap().to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
        ];
        Self { dir, env: env.map(|(n, v)| (n.to_owned(), v)).into() }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    fn tmux(&self, args: &[&str]) -> String {
        let mut command = Command::new("tmux");
        command.args(["-u", "-L", "live", "-f", "/dev/null"]).args(args);
        let output = command.env_clear().envs(&self.env).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// A new session; its id.
    fn session(&self, name: &str) -> String {
        self.tmux(&[
            "new-session",
            "-d",
            "-P",
            "-F",
            "#{session_id}",
            "-s",
            name,
            "-x",
            "80",
            "-y",
            "24",
            SLEEP,
        ])
    }

    /// What tmux holds for one format of one target. tmux 3.4 prints a backslash before some dollars, which is no part
    /// of it; the dollars of these tests are all followed by letters.
    fn stored(&self, target: &str, format: &str) -> String {
        let printed = self.tmux(&["display-message", "-p", "-t", target, format]);
        let adds_backslashes = self.tmux(&["display-message", "-p", "$a"]) != "$a";
        if adds_backslashes { printed.replace("\\$", "$") } else { printed }
    }

    fn question(&self) -> TmuxQuestion {
        let limit = Duration::from_secs(20);
        TmuxQuestion { socket: SocketArgs::Name("live".into()), tmux: "tmux".into(), limit }
    }

    fn ask(&self, question: &TmuxQuestion) -> Tmux {
        observe(question, &|name| self.env.get(name).cloned())
    }

    fn server(&self) -> TmuxServer {
        served(self.ask(&self.question()))
    }

    /// An executable with this text. Another process writes it, for a file that this process still had open for writing
    /// while a parallel test forks could not be run.
    fn script(&self, text: &str) -> PathBuf {
        let path = self.dir.path().join("fake-tmux");
        let write = "printf '%s' \"$1\" > \"$0\" && chmod 755 \"$0\"";
        let text = format!("#!/bin/sh\necho called >> {}\n{text}\n", self.log().display());
        assert!(Command::new("sh").args(["-c", write]).arg(&path).arg(text).status().unwrap().success());
        path
    }

    fn log(&self) -> PathBuf {
        self.dir.path().join("calls")
    }

    fn calls(&self) -> usize {
        fs::read_to_string(self.log()).unwrap_or_default().lines().count()
    }

    /// What comes of asking a program that runs this shell text.
    fn fake(&self, text: &str) -> TmuxAnswer {
        let socket = self.dir.path().join("socket");
        let question =
            TmuxQuestion { socket: SocketArgs::Path(socket), tmux: self.script(text), ..self.question() };
        self.ask(&question).answer
    }

    fn socket_path(&self) -> String {
        self.tmux(&["display-message", "-p", "#{socket_path}"])
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let mut command = Command::new("tmux");
        command.args(["-L", "live", "kill-server"]).env_clear().envs(&self.env);
        let _ = command.stdin(Stdio::null()).stderr(Stdio::null()).status();
    }
}

fn served(tmux: Tmux) -> TmuxServer {
    match tmux.answer {
        TmuxAnswer::Server { server } => server,
        other => panic!("{other:?}"),
    }
}

fn session<'a>(server: &'a TmuxServer, id: &str) -> &'a TmuxSession {
    server.sessions.iter().find(|s| s.id == id).unwrap()
}

fn env_of<'a>(server: &'a TmuxServer, id: &str) -> &'a BTreeMap<String, EnvValue> {
    session(server, id).env.present().unwrap()
}

#[test]
fn names_of_any_kind_are_told_apart_exactly() {
    let world = World::new();
    let names = [
        "gpu",
        "gp",
        "gpu-2",
        "my gpu.x:y",
        "-dash",
        "=eq",
        "日本 é",
        "{last}",
        "$7",
        "%3",
        "a|b;c 'd\" $HOME",
    ];
    let made: Vec<(String, &str)> = names.iter().map(|name| (world.session(name), *name)).collect();
    for (id, name) in &made {
        world.tmux(&["set-environment", "-t", id, "HOUMAO_AGENT_ID", &format!("of {name}")]);
    }
    let server = world.server();
    assert_eq!(server.sessions.len(), names.len());
    for (id, name) in &made {
        // tmux itself rewrites some characters of a name; what it then calls the session is what counts.
        let stored = world.stored(id, "#{session_name}");
        assert_eq!(session(&server, id).name, stored);
        let expected = BTreeMap::from([("HOUMAO_AGENT_ID".into(), EnvValue::Value(format!("of {name}")))]);
        assert_eq!(env_of(&server, id), &expected, "{name}");
    }
}

#[test]
fn hostile_texts_come_back_as_they_are() {
    let world = World::new();
    let id = world.session("s");
    let value =
        "x\"\n@E $1\n@END\nHOUMAO_TOOL=\"f\"; export HOUMAO_TOOL; \\033 \\\\ $a ${x} `id` é\u{1b}[31m\t.";
    world.tmux(&["set-environment", "-t", &id, "HOUMAO_JOB_DIR", value]);
    world.tmux(&["set-environment", "-t", &id, "unset HOUMAO_TOOL;\nB", "v"]);
    let made = world.tmux(&[
        "new-window",
        "-P",
        "-F",
        "#{window_id}",
        "-t",
        &id,
        "-n",
        "w\\s \\\\ $abc\\033 | é",
        SLEEP,
    ]);
    // Some releases refuse or rewrite control characters in a name; what tmux then holds is what counts.
    let window = world.stored(&made, "#{window_name}");
    let server = world.server();
    let expected = BTreeMap::from([("HOUMAO_JOB_DIR".into(), EnvValue::Value(value.into()))]);
    assert_eq!(env_of(&server, &id), &expected);
    let read = &session(&server, &id).windows[1];
    assert_eq!((&read.id, &read.name), (&made, &window));
}

#[test]
fn the_four_outcomes_of_a_variable_are_told_apart() {
    let world = World::new().with("HOUMAO_TOOL", "from the start").with("OTHER_SECRET", "hush");
    let (one, two) = (world.session("one"), world.session("two"));
    world.tmux(&["set-environment", "-t", &one, "HOUMAO_TOOL", "own"]);
    world.tmux(&["set-environment", "-t", &one, "HOUMAO_MANIFEST_PATH", ""]);
    world.tmux(&["set-environment", "-g", "HOUMAO_AGENT_ID", "global"]);
    world.tmux(&["set-environment", "-r", "-t", &two, "HOUMAO_TOOL"]);
    world.tmux(&["set-environment", "-t", &two, "OTHER_TOKEN", "hush"]);
    let server = world.server();
    let global = ("HOUMAO_AGENT_ID".to_owned(), EnvValue::GlobalOnly("global".into()));
    let expected_one = [
        global.clone(),
        ("HOUMAO_MANIFEST_PATH".to_owned(), EnvValue::Value(String::new())),
        ("HOUMAO_TOOL".to_owned(), EnvValue::Value("own".into())),
    ];
    assert_eq!(env_of(&server, &one), &expected_one.into());
    assert_eq!(env_of(&server, &two), &[global, ("HOUMAO_TOOL".to_owned(), EnvValue::Removed)].into());
    let written = format!("{server:?}");
    assert!(!["hush", "OTHER_", "PATH=", "LANG"].iter().any(|word| written.contains(word)), "{written}");
}

#[test]
fn layout_options_and_times_are_those_of_the_server() {
    let world = World::new();
    let id = world.session("s");
    let other = world.session("t");
    world.tmux(&["set-option", "-t", &other, "base-index", "3"]);
    world.tmux(&["set-option", "-t", &other, "renumber-windows", "on"]);
    world.tmux(&["set-option", "-g", "remain-on-exit", "on"]);
    let dead = world.tmux(&["split-window", "-d", "-P", "-F", "#{pane_id}", "-t", &id, "true"]);
    let linked =
        world.tmux(&["new-window", "-d", "-P", "-F", "#{window_id}", "-t", &id, "-n", "shared", SLEEP]);
    world.tmux(&["link-window", "-d", "-s", &linked, "-t", &format!("{other}:7")]);
    let begun = Instant::now();
    while world.tmux(&["display-message", "-p", "-t", &dead, "#{pane_dead}"]) != "1" {
        assert!(begun.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(20));
    }
    let server = world.server();
    let (s, t) = (session(&server, &id), session(&server, &other));
    assert_eq!((s.base_index, s.renumber_windows), (Some(0), Some(false)));
    assert_eq!((t.base_index, t.renumber_windows), (Some(3), Some(true)));
    let first = &s.windows[0];
    assert_eq!(first.panes.iter().map(|p| p.dead).collect::<Vec<_>>(), [false, true]);
    assert_eq!(first.panes[1].id, dead);
    assert!(first.panes[0].pid > 1 && first.panes[0].active && first.active);
    assert_eq!(first.panes[0].current_command, "sleep");
    let places = |s: &TmuxSession| s.windows.iter().map(|w| (w.index, w.id.clone())).collect::<Vec<_>>();
    assert!(places(s).contains(&(1, linked.clone())) && places(t).contains(&(7, linked)));
    assert_eq!(server.pid.to_string(), world.tmux(&["display-message", "-p", "#{pid}"]));
    assert_eq!(server.socket_path, world.socket_path());
    let seconds = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_second().to_string();
    assert_eq!(seconds(&server.started_at), world.tmux(&["display-message", "-p", "#{start_time}"]));
    assert_eq!(
        seconds(&s.created_at),
        world.tmux(&["display-message", "-p", "-t", &id, "#{session_created}"])
    );
}

#[test]
fn the_current_session_is_the_one_tmux_would_pick() {
    let world = World::new();
    world.tmux(&["new-session", "-d", "-s", "a", SLEEP]);
    world.tmux(&["set-option", "-g", "remain-on-exit", "on"]);
    let (b, pane) = {
        let made =
            world.tmux(&["new-session", "-d", "-P", "-F", "#{session_id} #{pane_id}", "-s", "b", "true"]);
        let (b, pane) = made.split_once(' ').unwrap();
        (b.to_owned(), pane.to_owned())
    };
    let last = world.session("c");
    let tmux = format!("{},1,0", world.socket_path());
    // Of a session's live pane, of a dead pane, of a pane that is no more, of none.
    for (pane, expected) in [("%0", Some("$0")), (pane.as_str(), Some(b.as_str())), ("%99", None), ("", None)]
    {
        let mut env = world.env.clone();
        env.remove("TMUX_TMPDIR");
        env.insert("TMUX".into(), tmux.clone());
        if !pane.is_empty() {
            env.insert("TMUX_PANE".into(), pane.into());
        }
        let question = TmuxQuestion { socket: SocketArgs::Unsaid, ..world.question() };
        let observed = observe(&question, &|name| env.get(name).cloned());
        assert_eq!(observed.socket.chosen_by, SocketChoice::Tmux);
        let mut command = Command::new("tmux");
        command.args(["display-message", "-p", "#{session_id}"]).env_clear().envs(&env);
        let picked = command.stdin(Stdio::inherit()).output().unwrap().stdout;
        let picked = String::from_utf8(picked).unwrap().trim().to_owned();
        let current = served(observed).current;
        assert_eq!(current, Observed::Present(picked), "{pane}");
        if let Some(expected) = expected {
            assert_eq!(current, Observed::Present(expected.into()), "{pane}");
        }
    }
    // An option for the socket goes before `$TMUX`.
    let elsewhere = World::new().with("TMUX", &tmux);
    let id = elsewhere.session("z");
    let server = elsewhere.server();
    assert_eq!(server.sessions.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["z"]);
    assert_eq!(server.current, Observed::Present(id));
    drop(last);
}

/// Writes the current session's id where `DOCTOR_TEST_OUT` says; run by the next test inside a pane.
#[test]
#[ignore = "a helper, run inside a tmux pane by the test after it"]
fn helper_in_a_pane() {
    let Ok(out) = std::env::var("DOCTOR_TEST_OUT") else { return };
    let question = TmuxQuestion { limit: Duration::from_secs(20), ..TmuxQuestion::default() };
    let server = served(observe(&question, &|name| std::env::var(name).ok()));
    fs::write(format!("{out}.new"), server.current.present().unwrap()).unwrap();
    fs::rename(format!("{out}.new"), out).unwrap();
}

#[test]
fn the_terminal_on_stdin_counts_before_tmux_pane() {
    let world = World::new();
    let first = world.session("first");
    let exe = std::env::current_exe().unwrap();
    let run = format!("'{}' --ignored --exact helper_in_a_pane", exe.display());
    let out = |name: &str| world.dir.path().join(name).display().to_string();
    let (tty, null) = (out("tty"), out("null"));
    let command = format!(
        "export TMUX_PANE=%0; DOCTOR_TEST_OUT={tty} {run}; DOCTOR_TEST_OUT={null} {run} </dev/null; {SLEEP}"
    );
    let second = world.tmux(&["new-session", "-d", "-P", "-F", "#{session_id}", "-s", "second", &command]);
    let begun = Instant::now();
    while fs::metadata(&null).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(fs::read_to_string(&tty).unwrap(), second);
    assert_eq!(fs::read_to_string(&null).unwrap(), first);
}

#[test]
fn one_process_serves_any_number_of_sessions() {
    let world = World::new();
    world.session("first");
    let conf = world.dir.path().join("many.conf");
    fs::write(&conf, (0..300).map(|i| format!("new-session -d -s s{i} '{SLEEP}'\n")).collect::<String>())
        .unwrap();
    let question = TmuxQuestion { tmux: world.script("exec tmux \"$@\""), ..world.question() };
    assert_eq!(served(world.ask(&question)).sessions.len(), 1);
    assert_eq!(world.calls(), 1);
    world.tmux(&["source-file", conf.to_str().unwrap()]);
    let server = served(world.ask(&question));
    assert_eq!(world.calls(), 2);
    assert_eq!(server.sessions.len(), 301);
    assert!(server.sessions.iter().all(|s| s.env.present().is_some() && s.windows.len() == 1));
    assert_eq!(server, world.server());
}

#[test]
fn a_session_that_ends_in_between_is_asked_around() {
    let world = World::new();
    let id = world.session("stays");
    world.tmux(&["set-environment", "-t", &id, "HOUMAO_TOOL", "codex"]);
    // All in one fails thrice as tmux does then; the list afterwards still names a session that is gone.
    let script = "case \"$*\" in \
        *run-shell*) tmux \"$@\" | sed '/^@END/d'; echo 'no such session: $99' >&2; exit 1;; \
        *source-file*) exec tmux \"$@\";; \
        *) tmux \"$@\" | sed 's/^@END/@S $99 0 1795336294 0 0 5:ghost\\n@END/';; esac";
    let question = TmuxQuestion { tmux: world.script(script), ..world.question() };
    let server = served(world.ask(&question));
    assert_eq!(world.calls(), 5);
    let read: Vec<_> = server.sessions.iter().map(|s| (s.name.as_str(), s.env.clone())).collect();
    let own = BTreeMap::from([("HOUMAO_TOOL".to_owned(), EnvValue::Value("codex".into()))]);
    assert_eq!(read, [("stays", Observed::Present(own)), ("ghost", Observed::Absent)]);
}

#[test]
fn a_server_that_is_just_ending_is_asked_once_more() {
    let world = World::new();
    world.session("s");
    let once = "[ $(wc -l < \"${0%/*}/calls\") = 1 ] && { echo 'server exited unexpectedly' >&2; exit 1; }; exec tmux \"$@\"";
    let question = TmuxQuestion { tmux: world.script(once), ..world.question() };
    assert_eq!(served(world.ask(&question)).sessions.len(), 1);
    let always = world.fake("echo 'server exited unexpectedly' >&2; exit 1");
    assert_eq!(always, TmuxAnswer::Failed { said: "server exited unexpectedly".into() });
    assert_eq!(world.calls(), 4);
}

#[test]
fn a_server_without_sessions_is_a_server() {
    let world = World::new();
    world.session("s");
    world.tmux(&["set-option", "-s", "exit-empty", "off"]);
    world.tmux(&["kill-session", "-t", "=s"]);
    let server = world.server();
    assert_eq!((server.sessions.len(), server.current), (0, Observed::Absent));
}

#[test]
fn no_server_is_found_without_leaving_a_trace() {
    let world = World::new();
    let TmuxAnswer::NoServer { said } = world.ask(&world.question()).answer else { panic!() };
    assert!(said.contains("no folder"), "{said}");
    assert_eq!(fs::read_dir(world.dir.path()).unwrap().count(), 0);
    world.session("s");
    let path = world.socket_path();
    world.tmux(&["kill-server"]);
    for socket in [SocketArgs::Name("live".into()), SocketArgs::Path(path.into())] {
        let begun = Instant::now();
        let mut answer = world.ask(&TmuxQuestion { socket: socket.clone(), ..world.question() }).answer;
        // The server may still be busy ending.
        while !matches!(answer, TmuxAnswer::NoServer { .. }) {
            assert!(begun.elapsed() < Duration::from_secs(5), "{answer:?}");
            answer = world.ask(&TmuxQuestion { socket: socket.clone(), ..world.question() }).answer;
        }
    }
}

#[test]
fn looking_changes_nothing_in_the_server() {
    let world = World::new();
    let id = world.session("s");
    let state = || {
        let format =
            "#{session_activity} #{session_last_attached} #{session_attached} #{window_activity} #{pane_pid}";
        let environment = world.tmux(&["show-environment", "-t", &id]);
        [world.tmux(&["list-panes", "-a", "-F", format]), environment, world.tmux(&["list-clients"])]
    };
    let before = state();
    std::thread::sleep(Duration::from_millis(1100));
    world.server();
    assert_eq!(state(), before);
}

#[test]
fn a_hung_tmux_is_killed_and_reaped() {
    let world = World::new();
    let pid_file = world.dir.path().join("pid");
    let tmux = world.script(&format!("echo $$ > {}; exec sleep 600", pid_file.display()));
    let socket = SocketArgs::Path(world.dir.path().join("socket"));
    let question = TmuxQuestion { socket, tmux, limit: Duration::from_millis(700) };
    let begun = Instant::now();
    let running = start(&question, &|name| world.env.get(name).cloned());
    assert!(begun.elapsed() < Duration::from_millis(500), "start waits");
    assert_eq!(running.finish().answer, TmuxAnswer::TimedOut { after_ms: 700 });
    assert!(begun.elapsed() < Duration::from_secs(10));
    let pid = fs::read_to_string(pid_file).unwrap();
    assert!(!PathBuf::from(format!("/proc/{}", pid.trim())).exists());
}

#[test]
fn each_refusal_has_its_own_answer() {
    let world = World::new();
    let said = |text: &str| format!("echo '{text}' >&2; exit 1");
    let cases = [
        ("error connecting to /x/s (Permission denied)", "not_permitted"),
        ("access not allowed", "not_permitted"),
        ("directory /x/tmux-0 has unsafe permissions", "not_permitted"),
        ("error connecting to /x/s (Connection refused)", "no_server"),
        ("no server running on /x/s", "no_server"),
        ("error connecting to /x/s (File name too long)", "failed"),
        ("protocol version mismatch (client 8, server 7)", "failed"),
    ];
    for (text, is) in cases {
        let answer = serde_json::to_value(world.fake(&said(text))).unwrap();
        assert_eq!(answer, serde_json::json!({ "is": is, "said": text }));
    }
    let failed = |script: &str| match world.fake(script) {
        TmuxAnswer::Failed { said } => said,
        other => panic!("{other:?}"),
    };
    let garbage = failed("echo secret-of-someone");
    assert!(garbage.contains("could not be read") && !garbage.contains("secret"), "{garbage}");
    let flood = failed("head -c 40000000 /dev/zero");
    assert!(flood.contains("more than 32 MiB"), "{flood}");
    let old = failed(
        "[ \"$1\" = -V ] && echo 'tmux 3.1c' || { echo \"tmux: invalid option -- 'N'\" >&2; exit 1; }",
    );
    assert!(old.contains("is tmux 3.1c") && old.contains("from tmux 3.2 on"), "{old}");
    let old_server = failed("echo '@V $a 3.1c 7 1795336294 $0 :'");
    assert!(old_server.contains("server at") && old_server.contains("is 3.1c"), "{old_server}");
    let script = "echo 'usage: run-shell [-b] [-t target-pane] shell-command' >&2; exec sleep 600";
    let hanging =
        TmuxQuestion { tmux: world.script(script), limit: Duration::from_millis(700), ..world.question() };
    let hanging = TmuxQuestion { socket: SocketArgs::Path(world.dir.path().join("socket")), ..hanging };
    let TmuxAnswer::Failed { said } = world.ask(&hanging).answer else { panic!() };
    assert!(said.contains("did not know an option (usage: run-shell") && said.contains("3.2 on"), "{said}");
    let missing = TmuxQuestion { tmux: "no-such-tmux".into(), ..world.question() };
    assert_eq!(world.ask(&missing).answer, TmuxAnswer::NotInstalled);
    let missing = TmuxQuestion { tmux: world.dir.path().join("no/tmux"), ..world.question() };
    assert_eq!(world.ask(&missing).answer, TmuxAnswer::NotInstalled);
}
