use super::*;

const OLD: Release = Release::new(0, 4, 2);
const NEW: Release = Release::new(2, 4, 0);

fn read(line: &str, release: Release) -> Result<Ask, Refused> {
    read_command(&shlex::split(line).unwrap(), release)
}

/// Exit code and text, as the real command lines of 0.4.2 and 2.4.0 gave them.
fn refused(line: &str, release: Release) -> (i32, String) {
    let refused = read(line, release).unwrap_err();
    (refused.exit_code, refused.error.unwrap_or_default())
}

#[test]
fn the_flat_dialect_is_read() {
    let ask = read("houmao-mgr agents gateway attach --agent-name gpu --pair-port 9889", OLD).unwrap();
    assert_eq!(ask.verb, Verb::Attach { background: false });
    assert_eq!(ask.selector, Selector::AgentName("gpu".into()));
    assert_eq!(ask.pair_port, Some(9889));
    let ask = read("A=b /opt/bin/houmao-mgr --print-json agents gateway attach --background", OLD).unwrap();
    assert_eq!(ask.verb, Verb::Attach { background: true });
    assert_eq!(ask.selector, Selector::Current { explicit: false });
    assert_eq!(ask.env.get("A").map(String::as_str), Some("b"));
    let ask = read("houmao-mgr agents gateway detach --target-tmux-session=gpu", OLD).unwrap();
    assert_eq!(ask.selector, Selector::TmuxSession("gpu".into()));
}

#[test]
fn the_scoped_dialect_is_read() {
    let ask = read("houmao-mgr agents single --agent-id x gateway attach --pair-port 1", NEW).unwrap();
    assert_eq!((ask.selector, ask.pair_port), (Selector::AgentId("x".into()), Some(1)));
    let ask = read("houmao-mgr agents self gateway status", NEW).unwrap();
    assert_eq!((ask.verb, ask.selector), (Verb::Status, Selector::Current { explicit: true }));
}

#[test]
fn click_refuses_in_its_own_words() {
    let flat = |rest: &str| refused(&format!("houmao-mgr agents {rest}"), OLD);
    assert_eq!(flat("gateway attach --foo"), (2, "No such option '--foo'.".into()));
    assert_eq!(flat("single --agent-id x gateway attach"), (2, "No such command 'single'.".into()));
    assert_eq!(
        flat("gateway attach --pair-port x"),
        (2, "Invalid value for '--pair-port': 'x' is not a valid integer.".into())
    );
    assert_eq!(
        flat("gateway attach --agent-na gpu --zz"),
        (2, "No such option '--agent-na'. (Did you mean one of: '--agent-id', '--agent-name'?)".into())
    );
    assert_eq!(flat("gateway attach extra"), (2, "Got unexpected extra argument (extra)".into()));
    assert_eq!(
        flat("gateway attatch"),
        (2, "No such command 'attatch'. (Did you mean one of: 'attach', 'detach'?)".into())
    );
    assert_eq!(flat("gateway attach --agent-id"), (2, "Option '--agent-id' requires an argument.".into()));
    assert_eq!(flat("gateway detach --background"), (2, "No such option '--background'.".into()));
    assert_eq!(
        flat("gateway attach --background=1"),
        (2, "Option '--background' does not take a value.".into())
    );
    assert_eq!(
        flat("gateway attach --pair_port 1"),
        (2, "No such option '--pair_port'. Did you mean '--pair-port'?".into())
    );
    assert_eq!(flat("gateway attach -x"), (2, "No such option '-x'.".into()));
    assert_eq!(flat("gateway"), (2, String::new()));
    assert_eq!(flat("gateway attach --help"), (0, String::new()));
    let scoped = |rest: &str| refused(&format!("houmao-mgr agents {rest}"), NEW);
    assert_eq!(scoped("gateway attach"), (2, "No such command 'gateway'.".into()));
    assert_eq!(scoped("self gateway attach --pair-port 9"), (2, "No such option '--pair-port'.".into()));
    assert_eq!(scoped("single --agent-name --agent-id y gateway attach"), (2, "No such command 'y'.".into()));
    assert_eq!(
        refused("houmao-mgr agent self", NEW),
        (2, "No such command 'agent'. Did you mean 'agents'?".into())
    );
}

#[test]
fn selectors_are_refused_in_houmao_order() {
    let flat = |rest: &str| refused(&format!("houmao-mgr agents gateway attach {rest}"), OLD);
    assert_eq!(flat("--agent-id ' ' --agent-name a/b"), (1, "`--agent-id` must not be empty.".into()));
    assert_eq!(
        flat("--agent-id x --agent-name a/b"),
        (1, "agent_name must not contain path separators.".into())
    );
    assert!(flat("--agent-name HOUMAO-gpu").1.starts_with("Managed-agent names must not begin"));
    assert_eq!(
        flat("--agent-id x --agent-name y"),
        (1, "Use exactly one of `--agent-id` or `--agent-name`.".into())
    );
    assert_eq!(flat("--target-tmux-session ''"), (1, "`--target-tmux-session` must not be empty.".into()));
    assert_eq!(flat("--agent-id x --current-session").1, texts::TOO_MANY.say(&[]));
    let alone = texts::PAIR_PORT_ALONE.say(&[("verb", "attach")]);
    assert_eq!(flat("--pair-port 1"), (1, alone.clone()));
    assert_eq!(flat("--pair-port 1 --current-session --background"), (1, alone));
    let scoped = |rest: &str| refused(&format!("houmao-mgr agents {rest}"), NEW);
    assert_eq!(scoped("single gateway attach").1, texts::NO_ID_OR_NAME.say(&[]));
    assert_eq!(scoped("single --agent-id x --agent-name y gateway attach").1, texts::ID_AND_NAME.say(&[]));
}

#[test]
fn other_programs_and_other_commands_are_not_replayed() {
    assert!(read("ls -l", OLD).unwrap_err().not_replayed.is_some());
    assert!(read("houmao-mgr agents gateway prompt", OLD).unwrap_err().not_replayed.is_some());
}
