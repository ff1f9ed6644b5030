use super::*;

fn args(line: &str) -> Vec<String> {
    line.split(' ').map(String::from).collect()
}

#[test]
fn only_the_service_itself_is_the_service() {
    let service =
        args("/v/bin/python3 -m houmao.agents.realm_controller.gateway_service --gateway-root /g --port 0");
    assert!(is_gateway(&service));
    assert_eq!(gateway_root(&service).as_deref(), Some("/g"));
    let joined = args("python /x/gateway_service.py --gateway-root=/g");
    assert!(is_gateway(&joined));
    assert_eq!(gateway_root(&joined).as_deref(), Some("/g"));
    let shell = vec!["bash".to_string(), "-lc".to_string(), service.join(" ")];
    assert!(!is_gateway(&shell), "the shell around it holds the words in one argument");
    assert!(!is_gateway(&args("grep gateway_service.py --gateway-root")));
    assert!(!is_gateway(&args("vim /x/gateway_service.py")));
}

#[test]
fn a_name_may_hold_any_sign() {
    let stat = Stat::parse(&format!("12 (a) b (c)) Z 1{} 4242 0", " 0".repeat(17))).unwrap();
    assert_eq!((stat.command.as_str(), stat.state, stat.start_ticks), ("a) b (c)", 'Z', 4242));
    assert!(Stat::parse("12 (a) Z 1").is_none());
}

#[test]
fn this_process_is_seen_and_a_free_pid_is_absent() {
    let me = std::process::id();
    let free = 2_000_000_000;
    let seen = look(wanted(&[me, free].into(), &BTreeSet::new(), &[]));
    let mine = seen[&me].present().unwrap();
    assert_eq!(mine.uid, Observed::Present(rustix::process::getuid().as_raw()));
    assert_eq!(mine.gateway_service, Observed::Present(false));
    assert!(mine.may_signal && !mine.zombie);
    let started: jiff::Timestamp = mine.started_at.present().unwrap().parse().unwrap();
    let age = jiff::Timestamp::now().duration_since(started).as_secs();
    assert!((-2..3600).contains(&age), "{age}");
    assert_eq!(seen[&free], Observed::Absent);
}

#[test]
fn a_dead_child_is_a_zombie_until_it_is_waited_for() {
    let mut child = std::process::Command::new("true").spawn().unwrap();
    let pid = child.id();
    let is_zombie = || process(pid).present().is_some_and(|p| p.zombie);
    let ends = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !is_zombie() && std::time::Instant::now() < ends {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(is_zombie());
    child.wait().unwrap();
    assert!(!is_zombie());
}
