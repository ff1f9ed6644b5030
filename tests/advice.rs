//! What the built-in rules advise, held over every fixture: no remedy fails or harms, none sets off a standing danger,
//! nothing is advised and forbidden at once, and a fault is folded only under what explains it.
mod corpus;

use corpus::{Case, cases, fired, rules};
use houmao_doctor::contract::Release;
use houmao_doctor::doctor::{self, Ask, Flags, Request, Selection};
use houmao_doctor::finding::{
    Effect, EffectKind, Finding, Operation, OperationEffect, OperationVerdict, Remedy, Report, Severity,
    SubjectKind, Verdict,
};
use houmao_doctor::report::{self, Format, Look};
use houmao_doctor::rule::{self, RuleSet};
use houmao_doctor::snapshot::{Content, SessionRoot};
use std::collections::BTreeSet;

/// The subject without its part.
fn whole(subject: &str) -> &str {
    subject.find("/window:").map_or(subject, |at| &subject[..at])
}

/// Whether what is said of one subject concerns the other.
fn near(one: &str, other: &str) -> bool {
    whole(one) == whole(other) || one == "host" || other == "host"
}

/// The operation of Houmao that a command line is, where the doctor can replay it; what is done to a server is none.
fn verb(argv: &[String]) -> Option<&str> {
    let of_agents = argv.iter().map(String::as_str).take(2).eq(["houmao-mgr", "agents"]);
    if !of_agents {
        return None;
    }
    let known = ["attach", "detach", "relaunch", "stop"];
    known.into_iter().find(|k| argv.iter().any(|a| a == k))
}

/// Replays a remedy: typed inside the session where it names no agent, else from the shell of the snapshot.
fn replayed(case: &Case, finding: &Finding, argv: &[String]) -> Option<Operation> {
    let names = ["--agent-id", "--agent-name", "--target-tmux-session"];
    if !argv.iter().any(|a| names.contains(&a.as_str())) {
        let plain = Request { ask: None, ..case.request.clone() };
        let report = doctor::judge(&case.snapshot, &RuleSet::default(), &plain).expect("it is judged");
        let mine = |o: &&Operation| {
            o.subject.as_deref() == Some(whole(&finding.subject)) && Some(o.operation.as_str()) == verb(argv)
        };
        return report.operations.iter().find(mine).cloned();
    }
    let asked = Request { ask: Some(Ask::Command(argv.to_vec())), ..case.request.clone() };
    let report = doctor::judge(&case.snapshot, &RuleSet::default(), &asked).ok()?;
    report.operations.into_iter().next()
}

/// Whether the recorded gateway is what an operation ends.
fn ends_gateway(effect: &OperationEffect) -> bool {
    !effect.harm && matches!(effect.kind, EffectKind::KillsWindow | EffectKind::SignalsProcess)
}

fn tell(broken: &BTreeSet<String>) {
    let list: Vec<&str> = broken.iter().map(String::as_str).collect();
    assert!(list.is_empty(), "{} are broken:\n{}", list.len(), list.join("\n"));
}

#[test]
fn no_offered_remedy_fails_harms_or_hides_its_cost_when_it_is_replayed() {
    let (mut broken, mut tried) = (BTreeSet::new(), 0);
    for case in cases() {
        for finding in fired(&case.report) {
            for remedy in finding.remedies.iter().filter(|r| verb(&r.argv).is_some()) {
                let Some(operation) = replayed(case, finding, &remedy.argv) else {
                    let argv = remedy.argv.join(" ");
                    broken.insert(format!(
                        "{}: {} offers `{argv}`, of which there is no replay",
                        case.name, finding.rule
                    ));
                    continue;
                };
                tried += 1;
                if operation.effects.iter().any(ends_gateway) && remedy.loses.is_none() {
                    let argv = remedy.argv.join(" ");
                    broken.insert(format!(
                        "{}: {} offers `{argv}`, which ends the recorded gateway, and does not say so",
                        case.name, finding.rule
                    ));
                }
                if matches!(operation.verdict, OperationVerdict::WillFail | OperationVerdict::WouldHarm) {
                    broken.insert(format!(
                        "{}: {} offers `{}`: {:?} at {}: {:?}",
                        case.name,
                        finding.rule,
                        remedy.argv.join(" "),
                        operation.verdict,
                        operation.decided_by,
                        operation.error
                    ));
                }
            }
        }
    }
    assert!(tried > 100, "only {tried} remedies were replayed");
    tell(&broken);
}

/// An attach in words has no command to be replayed. It is offered where the attach of that session works, or where what
/// ends it is what the finding is about; else whoever follows it comes upon another fault.
#[test]
fn an_attach_in_words_is_offered_only_where_nothing_else_ends_it() {
    let (mut broken, mut tried) = (BTreeSet::new(), 0);
    for case in cases() {
        for finding in fired(&case.report) {
            let in_words = |r: &&Remedy| r.argv.is_empty() && leads_to(r).contains(&rule::Operation::Attach);
            let Some(step) = finding.remedies.iter().find(in_words) else { continue };
            let plain = Request { ask: None, ..case.request.clone() };
            let report = doctor::judge(&case.snapshot, &RuleSet::default(), &plain).expect("it is judged");
            let attach = report
                .operations
                .iter()
                .find(|o| o.operation == "attach" && o.subject.as_deref() == Some(whole(&finding.subject)));
            let Some(attach) = attach else { continue };
            tried += 1;
            let mended = fired(&case.report).any(|f| {
                f.subject == finding.subject
                    && (f.rule == "attach-will-fail" && f.caused_by.contains(&finding.rule)
                        || f.rule == "attach-while-live")
            });
            let fails = attach.verdict == OperationVerdict::WillFail && !mended;
            if fails || attach.verdict == OperationVerdict::WouldHarm {
                let (rule, at) = (&finding.rule, &attach.decided_by);
                broken
                    .insert(format!("{}: {rule} says: {}; {at}: {:?}", case.name, step.title, attach.error));
            }
        }
    }
    assert!(tried > 5, "only {tried} steps were tried");
    tell(&broken);
}

/// The operations that a remedy names, in its command or its words.
fn leads_to(remedy: &Remedy) -> Vec<rule::Operation> {
    use rule::Operation::{Attach, Detach, Relaunch, Stop};
    let of = |word: &str| match word.to_lowercase().as_str() {
        "attach" => Some(Attach),
        "detach" => Some(Detach),
        "relaunch" => Some(Relaunch),
        "stop" | "end" => Some(Stop),
        _ => None,
    };
    match verb(&remedy.argv) {
        Some(word) => of(word).into_iter().collect(),
        None if remedy.argv.is_empty() => remedy
            .title
            .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
            .filter_map(of)
            .collect(),
        None => Vec::new(),
    }
}

#[test]
fn no_remedy_sets_off_a_danger_that_stands() {
    let mut broken = BTreeSet::new();
    for case in cases() {
        for danger in fired(&case.report).filter(|f| f.severity == Severity::Danger) {
            let written = rules().rule(&danger.rule).expect("a rule of the set").written();
            for finding in fired(&case.report).filter(|f| near(&f.subject, &danger.subject)) {
                for remedy in &finding.remedies {
                    if leads_to(remedy).iter().any(|op| written.triggered_by.contains(op)) {
                        broken.insert(format!(
                            "{}: {} stands, and {} says: {} {:?}",
                            case.name, danger.rule, finding.rule, remedy.title, remedy.argv
                        ));
                    }
                }
            }
        }
    }
    tell(&broken);
}

/// The command lines that a remedy gives: its own, or those in the words of a step that a person does, in backticks or
/// after a colon.
fn command_lines(remedy: &Remedy) -> Vec<Vec<String>> {
    if !remedy.argv.is_empty() {
        return vec![remedy.argv.clone()];
    }
    let quoted = remedy.title.split('`').skip(1).step_by(2);
    let after = remedy.title.match_indices(": ").map(|(at, _)| &remedy.title[at + 2..]);
    quoted.chain(after).filter_map(shlex::split).filter(|argv| !argv.is_empty()).collect()
}

/// Whether a command line is the forbidden one, whatever stands for its blanks and follows it.
fn is_forbidden(argv: &[String], forbidden: &[String]) -> bool {
    !forbidden.is_empty()
        && argv.len() >= forbidden.len()
        && forbidden.iter().zip(argv).all(|(no, word)| no == "..." || no == word)
}

#[test]
fn nothing_is_advised_and_forbidden_at_once() {
    let (mut broken, mut told) = (BTreeSet::new(), 0);
    for case in cases() {
        for finding in fired(&case.report) {
            let lines = finding.remedies.iter().flat_map(|r| {
                let exact = !r.argv.is_empty();
                command_lines(r).into_iter().map(move |argv| (argv, exact))
            });
            for (argv, exact) in lines {
                told += usize::from(!exact);
                for other in fired(&case.report).filter(|o| whole(&o.subject) == whole(&finding.subject)) {
                    let hit = |no: &[String]| if exact { no == argv } else { is_forbidden(&argv, no) };
                    if other.do_not.iter().any(|no| hit(&no.argv)) {
                        broken.insert(format!(
                            "{}: {} offers what {} forbids: {}",
                            case.name,
                            finding.rule,
                            other.rule,
                            argv.join(" ")
                        ));
                    }
                }
            }
        }
    }
    assert!(told > 10, "only {told} commands were found in words");
    tell(&broken);
}

/// The agents and sessions that one command line names are the same for whoever pastes it, whichever subject says it.
#[test]
fn no_remedy_on_a_host_is_what_another_finding_forbids_for_the_same_agent() {
    let (mut broken, mut whole_hosts) = (BTreeSet::new(), 0);
    for case in cases() {
        let all = Request { selection: Selection::All, ask: None, ..case.request.clone() };
        let report = doctor::judge(&case.snapshot, rules(), &all).expect("a fixture is judged");
        whole_hosts += usize::from(report.subjects.len() > 3);
        let names_one = |argv: &[String]| argv.iter().any(|a| a.starts_with("--agent") || a == "-t");
        for finding in fired(&report) {
            for argv in finding.remedies.iter().map(|r| &r.argv).filter(|argv| names_one(argv)) {
                for other in fired(&report).filter(|o| o.do_not.iter().any(|no| &no.argv == argv)) {
                    let (one, two) = (&finding.rule, &other.rule);
                    broken.insert(format!(
                        "{}: {one} offers what {two} forbids: {}",
                        case.name,
                        argv.join(" ")
                    ));
                }
            }
        }
    }
    assert!(whole_hosts > 50, "only {whole_hosts} have more than one thing to judge");
    tell(&broken);
}

/// The old name of a renamed session is not judged as a session that is gone: that would offer to stop the agent.
#[test]
fn a_renamed_session_is_one_case_by_either_name() {
    for release in ["0.4.2", "0.6.6", "1.2.1", "2.4.0"] {
        let file = format!("fixtures/sessions/{release}-session-renamed/snapshot.yaml");
        let snapshot = doctor::load_snapshot(file.as_ref()).expect("a fixture loads");
        let named = |name: &str| Selection::Session(name.to_owned());
        let id = Selection::AgentId("0aa0be2a866411d9ff03515227454947".to_owned());
        for selection in [Selection::All, named("cpu"), named("gpu"), id] {
            let request = Request { selection: selection.clone(), offline: true, ..Request::default() };
            let report = doctor::judge(&snapshot, rules(), &request).expect("a fixture is judged");
            let sessions = report.subjects.iter().filter(|s| s.kind == SubjectKind::Session);
            let names: Vec<&str> = sessions.map(|s| s.name.as_str()).collect();
            assert_eq!(names, ["cpu"], "{release} {selection:?}");
            let first = fired(&report).next().map(|f| f.rule.as_str());
            assert_eq!(first, Some("session-renamed"), "{release} {selection:?}");
        }
    }
}

#[test]
fn a_look_after_a_change_asks_as_that_change_is_verified() {
    let mut broken = BTreeSet::new();
    for case in cases() {
        for finding in fired(&case.report) {
            let looks =
                |r: &&Remedy| r.argv.starts_with(&["houmao-doctor".to_owned(), "--session".to_owned()]);
            let Some(last) = finding.remedies.last().filter(looks) else { continue };
            let changes = finding.remedies.iter().rev().find(|r| r.effect > Effect::ReadOnly);
            let verify = changes.map(|r| &r.verify).filter(|v| v.starts_with(&last.argv[..2]));
            if verify.is_some_and(|v| *v != last.argv) {
                broken.insert(format!("{}: {}: {:?}, not {verify:?}", case.name, finding.rule, last.argv));
            }
        }
    }
    tell(&broken);
}

#[test]
fn a_command_in_words_counts_as_advice() {
    let said = |title: &str| Remedy {
        title: title.to_owned(),
        argv: Vec::new(),
        effect: Effect::Mutates,
        loses: None,
        applies_because: String::new(),
        verify: Vec::new(),
        prepares: false,
        instead: false,
    };
    let no: Vec<String> = ["tmux", "kill-window", "-t", "..."].map(str::to_owned).into();
    let hits = |title: &str| command_lines(&said(title)).iter().any(|argv| is_forbidden(argv, &no));
    assert!(hits("Close it yourself: tmux kill-window -t @4") && hits("Run `tmux kill-window -t @4` now"));
    assert!(!hits("Look at it: tmux list-windows -t @4") && !hits("Never tmux kill-window -t @4"));
}

/// A relaunch is advised where a replay gets as far as the start of the program, and nowhere else.
#[test]
fn a_relaunch_is_advised_only_where_it_can_start_the_program() {
    let (mut broken, mut live, mut gone) = (BTreeSet::new(), 0, 0);
    for case in cases() {
        for finding in fired(&case.report) {
            let relaunches = finding.remedies.iter().filter(|r| verb(&r.argv) == Some("relaunch"));
            for remedy in relaunches {
                let operation = replayed(case, finding, &remedy.argv).expect("it is replayed");
                match finding.rule.as_str() {
                    "registry-active-session-gone" => gone += 1,
                    _ => live += 1,
                }
                if operation.decided_by != "relaunch" {
                    broken.insert(format!("{}: {} at {}", case.name, finding.rule, operation.decided_by));
                }
            }
        }
    }
    assert!(live > 0 && gone > 0, "{live} of live sessions, {gone} of sessions that are gone");
    tell(&broken);
}

#[test]
fn the_first_remedy_destroys_nothing() {
    let mut broken = BTreeSet::new();
    for case in cases() {
        let first = fired(&case.report).filter_map(|f| Some((f, f.remedies.first()?)));
        for (finding, remedy) in first.filter(|(_, r)| r.effect == Effect::Destructive) {
            broken.insert(format!("{}: {} begins with: {}", case.name, finding.rule, remedy.title));
        }
    }
    tell(&broken);
}

#[test]
fn an_operation_that_would_harm_is_told_as_a_danger() {
    let mut broken = BTreeSet::new();
    for case in cases() {
        let harm = case.report.operations.iter().find(|o| o.verdict == OperationVerdict::WouldHarm);
        if let Some(harm) = harm
            && !fired(&case.report).any(|f| f.severity == Severity::Danger)
        {
            broken.insert(format!("{}: {} {}", case.name, harm.operation, harm.selector));
        }
    }
    tell(&broken);
}

/// The operations inside a session, by the exact id of its agent, by its name and by the session, replayed, with the name
/// by which rules speak of them.
fn of_session(case: &Case, session: &str) -> Vec<(rule::Operation, Operation)> {
    use rule::Operation::{Attach, Detach, Relaunch, Status, Stop};
    let named =
        [("attach", Attach), ("detach", Detach), ("status", Status), ("relaunch", Relaunch), ("stop", Stop)];
    let by_name = |name: &str| named.iter().find(|(n, _)| *n == name).map(|(_, op)| *op);
    let judged = |ask| {
        let request = Request { ask, ..case.request.clone() };
        doctor::judge(&case.snapshot, &RuleSet::default(), &request)
            .map_or_else(|_| Vec::new(), |r| r.operations)
    };
    let mut found = judged(None);
    found.retain(|o| o.subject.as_deref() == Some(session));
    let says = |root: &SessionRoot, key: &str| match &root.manifest.present()?.content {
        Content::Json(manifest) => manifest.get(key)?.as_str().map(str::to_owned),
        _ => None,
    };
    let roots = case.snapshot.session_roots.iter();
    let ids = roots.clone().filter_map(|r| Some(("--agent-id", says(r, "agent_id")?)));
    let names = roots.filter_map(|r| Some(("--agent-name", says(r, "agent_name")?)));
    let target = ("--target-tmux-session", session.trim_start_matches("session:").to_owned());
    let selectors: BTreeSet<(&str, String)> = ids.chain(names).chain([target]).collect();
    // Only commands of the gateway take a session's name.
    let takes =
        |option: &str, op| option != "--target-tmux-session" || matches!(op, Attach | Detach | Status);
    let asked = selectors.iter().flat_map(|s| named.iter().map(move |n| (s, n)));
    for (selector, (operation, _)) in asked.filter(|(s, (_, op))| takes(s.0, *op)) {
        let named = Flags::loosely(&[selector.0.to_owned(), selector.1.clone()]);
        let flags = Flags { operation: (*operation).to_owned(), ..named };
        found.extend(judged(Some(Ask::Flags(flags))));
    }
    // Inside the session the selector goes without saying, and do-nots leave it out.
    found.iter_mut().for_each(|o| o.argv.retain(|word| word != "--current-session"));
    found.into_iter().filter_map(|o| Some((by_name(&o.operation)?, o))).collect()
}

/// Whoever follows the do-nots of a danger harms nothing.
#[test]
fn every_operation_by_which_a_danger_harms_is_forbidden() {
    let (mut broken, mut tried) = (BTreeSet::new(), 0);
    for case in cases() {
        for danger in fired(&case.report).filter(|f| f.severity == Severity::Danger) {
            let written = rules().rule(&danger.rule).expect("a rule of the set").written();
            let session = whole(&danger.subject);
            // What is said of the machine is about the command that was asked for.
            if session == "host" {
                continue;
            }
            let sets_off = |(op, _): &(rule::Operation, Operation)| written.triggered_by.contains(op);
            for (_, operation) in of_session(case, session).into_iter().filter(sets_off) {
                let mine = operation.subject.as_deref().is_none_or(|subject| subject == session);
                if operation.verdict != OperationVerdict::WouldHarm || !mine {
                    continue;
                }
                tried += 1;
                let forbids = |f: &Finding| f.do_not.iter().any(|no| no.argv == operation.argv);
                if !fired(&case.report).any(forbids) {
                    let argv = operation.argv.join(" ");
                    broken
                        .insert(format!("{}: {} stands, and nothing forbids {argv}", case.name, danger.rule));
                }
            }
        }
    }
    assert!(tried > 20, "only {tried} operations would harm");
    tell(&broken);
}

/// What a rule says on a fixture, by the end of the fixture's name.
fn of<'a>(fixture: &str, rule: &str) -> Option<&'a Finding> {
    let case = cases().iter().find(|c| c.name.ends_with(fixture)).expect("there is such a fixture");
    fired(&case.report).find(|f| f.rule == rule)
}

/// What else is wrong beside the fault that ends the attach is no cause of its end.
#[test]
fn an_independent_second_fault_is_never_folded() {
    let at = |fixture| of(fixture, "attach-will-fail").map(|f| f.caused_by.clone());
    let only = |cause: &str| Some(vec![cause.to_owned()]);
    assert_eq!(at("gateway-orphan-process/fires.yaml"), only("gateway-orphan-process"));
    assert_eq!(at("attach-will-fail/fires-port-taken-window-zero.yaml"), only("gateway-port-taken"));
    assert_eq!(at("attach-will-fail/fires-window-zero-live.yaml"), only("handle-window-zero"));
    assert_eq!(at("attach-will-fail/fires-no-agent-named.yaml"), only("pair-authority-missing"));
    for rule in ["notifier-without-gateway", "queue-running-orphan", "gateway-state-false-healthy"] {
        let fixture = format!("{rule}/fires-pid-file-copied.yaml");
        assert!(of(&fixture, "handle-pid-reused").is_some(), "{fixture}");
        assert_eq!(of(&fixture, rule).map(|f| f.caused_by.len()), Some(0), "{fixture}");
    }
    // The families that can end an attach at a step.
    let allowed = |step: &str| -> Option<&[&str]> {
        match step {
            "listener" | "start-gateway" => Some(&["gateway-", "handle-", "operation-"]),
            "queue" => Some(&["queue-"]),
            "registry-record" => {
                Some(&["registry-", "manifest-", "tmux-", "session-", "pair-", "gateway-", "agent-"])
            }
            _ => None,
        }
    };
    let (mut broken, mut checked) = (BTreeSet::new(), 0);
    for case in cases() {
        for finding in fired(&case.report).filter(|f| f.rule == "attach-will-fail") {
            let step = finding.evidence.iter().find(|e| e.fact == "attach.decided_by");
            let step = step.unwrap_or_else(|| panic!("{}: the deciding step is no evidence", case.name));
            let Some(allowed) = allowed(&step.observed) else { continue };
            checked += finding.caused_by.len();
            for cause in &finding.caused_by {
                if !allowed.iter().any(|a| cause.starts_with(a)) {
                    broken.insert(format!("{}: {} under {cause}", case.name, step.observed));
                }
            }
        }
    }
    assert!(checked > 20, "only {checked} causes were checked");
    tell(&broken);
}

/// A gateway that runs while what is recorded of it is wrong need not be ended by hand.
#[test]
fn a_gateway_that_lives_has_a_way_out() {
    let offers = |fixture: &str, rule: &str, program: &str| {
        let finding = of(fixture, rule).unwrap_or_else(|| panic!("{fixture} does not fire"));
        finding.remedies.iter().any(|r| r.argv.first().is_some_and(|a| a == program))
    };
    assert!(offers("handle-pid-reused/fires-own-gateway-lives.yaml", "handle-pid-reused", "curl"));
    assert!(offers("attach-will-fail/fires-window-zero-live.yaml", "handle-window-zero", "curl"));
    assert!(!offers("handle-pid-reused/fires.yaml", "handle-pid-reused", "curl"), "no gateway lives there");
    assert!(offers("gateway-env-partial/fires.yaml", "gateway-env-partial", "houmao-mgr"));
}

/// How much a step changes, the least first.
fn weight(effect: Effect) -> u8 {
    match effect {
        Effect::ReadOnly => 0,
        Effect::Mutates => 1,
        Effect::RestartsAgent => 2,
        Effect::Destructive => 3,
    }
}

/// Whether a step looks at what became of the others.
fn looks_again(remedy: &Remedy) -> bool {
    remedy.effect == Effect::ReadOnly && remedy.argv.first().is_some_and(|program| program == "houmao-doctor")
}

/// What only reads comes first, and what ends things last; only the look at the outcome stands behind them.
#[test]
fn remedies_stand_safest_first() {
    let mut broken = BTreeSet::new();
    for case in cases() {
        for finding in fired(&case.report) {
            let last = finding.remedies.iter().rposition(|r| !looks_again(r));
            let steps = &finding.remedies[..last.map_or(0, |at| at + 1)];
            for pair in steps.windows(2).filter(|p| weight(p[0].effect) > weight(p[1].effect)) {
                broken.insert(format!("{}: `{}` before `{}`", finding.rule, pair[0].title, pair[1].title));
            }
        }
    }
    tell(&broken);
}

/// After the last step it is known whether it helped.
#[test]
fn the_last_step_verifies() {
    let (mut broken, mut seen) = (BTreeSet::new(), 0);
    for case in cases() {
        for finding in fired(&case.report) {
            let Some(last) = finding.remedies.last() else { continue };
            seen += 1;
            if last.verify.is_empty() && !looks_again(last) {
                broken.insert(format!("{}: {} ends with `{}`", case.name, finding.rule, last.title));
            }
        }
    }
    assert!(seen > 500, "only {seen} findings have remedies");
    tell(&broken);
}

/// The releases that a text speaks of, each with whether it speaks of those since then or of those before.
fn spoken_of(text: &str) -> Vec<(bool, Release)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let pairs = words.windows(2).filter_map(|pair| {
        let since = match pair[0].trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().as_str() {
            "since" | "from" => true,
            "before" | "until" => false,
            _ => return None,
        };
        let number = pair[1].trim_matches(|c: char| !c.is_ascii_digit());
        let number = if number.matches('.').count() == 1 { format!("{number}.0") } else { number.to_owned() };
        Some((since, Release::parse(&number)?))
    });
    pairs.collect()
}

/// Where the release is known, nobody is told what another one does.
#[test]
fn advice_is_about_the_release_that_is_judged() {
    let at = |text| Release::parse(text).expect("a release");
    assert_eq!(spoken_of("Before 0.8.3 it fails, (since 0.9)."), [(false, at("0.8.3")), (true, at("0.9.0"))]);
    let mut broken = BTreeSet::new();
    for case in cases() {
        let Some(judged) = case.report.houmao_version.as_deref().and_then(Release::parse) else { continue };
        for finding in fired(&case.report) {
            let steps = finding.remedies.iter().flat_map(|r| {
                [Some(r.title.as_str()), Some(r.applies_because.as_str()), r.loses.as_deref()]
                    .into_iter()
                    .flatten()
            });
            let warnings = finding.do_not.iter().map(|no| no.because.as_str());
            // Houmao's own words, quoted in a message, are not about releases of the doctor's choice.
            let written = rules().rule(&finding.rule).map(|rule| rule.written().message.as_str());
            let told = written.into_iter();
            for text in steps.chain(warnings).chain(told) {
                for (since, release) in spoken_of(text) {
                    if since != (judged >= release) {
                        broken.insert(format!("{} says to {judged}: {text}", finding.rule));
                    }
                }
            }
        }
    }
    tell(&broken);
}

/// A command that is forbidden can be recognised: nothing in it is left open where everything was seen.
#[test]
fn no_blank_is_left_in_what_not_to_run() {
    let mut broken = BTreeSet::new();
    for case in cases() {
        let unseen = case.report.outcomes.iter().any(|o| matches!(o.verdict, Verdict::Unknown { .. }));
        for finding in fired(&case.report).filter(|_| !unseen) {
            for no in &finding.do_not {
                if no.argv.iter().any(|a| a.contains('<') && a.contains('>')) {
                    broken.insert(format!("{}: {}", finding.rule, no.argv.join(" ")));
                }
            }
        }
    }
    tell(&broken);
}

/// `server stop --port` ends the server of this machine.
#[test]
fn no_server_is_ended_but_the_one_that_the_manifest_names() {
    let ends = |fixture| {
        let told = of(fixture, "pair-agent-unknown").unwrap_or_else(|| panic!("{fixture} does not fire"));
        told.remedies.iter().any(|r| r.argv.iter().take(3).eq(["houmao-mgr", "server", "stop"]))
    };
    assert!(ends("0.4.2-pair-registration-lost"));
    assert!(!ends("pair-agent-unknown/fires-other-machine.yaml"));
}

#[test]
fn hosts_that_go_past_the_proxy_keep_going_past_it() {
    let told = of("gateway-proxy-capture/fires-other-hosts.yaml", "gateway-proxy-capture").expect("it fires");
    let export = &told.remedies.iter().find(|r| r.argv[0] == "export").expect("a way past the proxy").argv;
    for name in ["NO_PROXY", "no_proxy"] {
        let list = format!("{name}=.example.org, 10.0.0.1,127.0.0.1,localhost");
        assert!(export.contains(&list), "{export:?}");
    }
}

/// The queue is kept with all that SQLite may need to read it, under the names by which it looks for it; so it is where it
/// is set aside.
#[test]
fn a_kept_queue_is_whole() {
    for (verb, kept_as, left) in [("cp ", "kept", 6), ("mv ", "aside", 3)] {
        let mut steps = cases().iter().flat_map(|c| fired(&c.report)).flat_map(|f| &f.remedies);
        let step = steps.find(|r| {
            r.argv.last().is_some_and(|a| a.ends_with("queue.sqlite"))
                && r.argv[0] == "sh"
                && r.argv[2].contains(verb)
        });
        let folder = tempfile::tempdir().expect("a folder");
        let queue = folder.path().join("queue.sqlite");
        for end in ["", "-wal", "-shm"] {
            std::fs::write(format!("{}{end}", queue.display()), format!("content{end}")).expect("written");
        }
        let mut argv = step.unwrap_or_else(|| panic!("some rule says {verb}")).argv.clone();
        *argv.last_mut().expect("the queue") = queue.display().to_string();
        let ran = std::process::Command::new(&argv[0]).args(&argv[1..]).status().expect("it runs");
        assert!(ran.success());
        for end in ["", "-wal", "-shm"] {
            let copy = std::fs::read_to_string(format!("{}.{kept_as}{end}", queue.display()));
            assert_eq!(copy.expect("it was kept"), format!("content{end}"));
        }
        let files = std::fs::read_dir(folder.path()).expect("listed").count();
        assert_eq!(files, left, "and nothing else was made");
    }
}

/// The findings in the order that every format shares, as the JSON has them.
fn in_order(report: &Report) -> Vec<serde_json::Value> {
    let mut bytes = Vec::new();
    report::write(Format::Json, report, &Look::default(), &mut bytes).expect("writing to memory");
    let json: serde_json::Value = serde_json::from_slice(&bytes).expect("it is JSON");
    json["findings"].as_array().expect("the findings").clone()
}

#[test]
fn what_heads_the_report_of_a_failure_is_that_failure_or_what_causes_it() {
    let failing = ["attach-will-fail", "operation-would-harm"];
    let (mut broken, mut held) = (BTreeSet::new(), 0);
    for case in cases().iter().filter(|c| c.request.ask.is_none()) {
        let main = case.report.operations.first();
        let ends =
            |o: &&Operation| matches!(o.verdict, OperationVerdict::WillFail | OperationVerdict::WouldHarm);
        let Some(session) = main.filter(ends).and_then(|o| o.subject.as_deref()) else { continue };
        let found = in_order(&case.report);
        let text = |f: &serde_json::Value, key: &str| f[key].as_str().unwrap_or_default().to_owned();
        let is = |f: &serde_json::Value, rule: &str| text(f, "rule") == rule && text(f, "subject") == session;
        // The worst comes first, so that of several sessions, or beside a danger, another may be it.
        let Some(failure) = failing.iter().find_map(|rule| found.iter().find(|f| is(f, rule))) else {
            continue;
        };
        if found[0]["severity"] != failure["severity"] || whole(&text(&found[0], "subject")) != session {
            continue;
        }
        held += 1;
        let mut chain = vec![text(failure, "rule")];
        while let Some(more) = found.iter().find(|f| {
            let explains = |e: &serde_json::Value| chain.contains(&e.as_str().unwrap_or_default().to_owned());
            !chain.contains(&text(f, "rule"))
                && f["echoes"].as_array().is_some_and(|e| e.iter().any(explains))
        }) {
            chain.push(text(more, "rule"));
        }
        if !chain.contains(&text(&found[0], "rule")) {
            broken.insert(format!("{}: {} heads {chain:?}", case.name, text(&found[0], "rule")));
        }
    }
    assert!(held > 50, "only {held} reports of a failure were held");
    tell(&broken);
}

/// A release that takes neither the project's catalog nor the manifest: attach reads only the latter.
#[test]
fn what_an_operation_does_not_read_is_no_reason_of_its_failure() {
    let mut snapshot = doctor::load_snapshot("fixtures/sessions/0.4.2-asked-by-newer/snapshot.yaml".as_ref())
        .expect("it loads");
    snapshot.houmao.asked = Some("2.4.0".to_owned());
    let request = Request { offline: true, ..Request::default() };
    let report = doctor::judge(&snapshot, rules(), &request).expect("it is judged");
    assert_eq!(in_order(&report)[0]["rule"], "manifest-refused");
    let mut bytes = Vec::new();
    report::write(Format::Human, &report, &Look::default(), &mut bytes).expect("writing to memory");
    let page = String::from_utf8(bytes).expect("text");
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    let headline = "gateway attach will fail for session \"gpu\": the manifest is not in the form that";
    assert!(page.contains(headline), "{page}");
}
