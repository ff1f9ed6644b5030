use super::*;
use crate::snapshot::EnvValue;
use proptest::collection::vec;
use proptest::prelude::*;

/// How releases print: raw (3.2, 3.3, 3.6 and later), through vis(3) (3.5), and that with backslashes before dollars
/// (3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Printing {
    Raw,
    Vis,
    VisAndDollars,
}

/// One line as such a release prints it.
fn printed(line: &[u8], how: Printing) -> Vec<u8> {
    if how == Printing::Raw {
        return [line, b"\n"].concat();
    }
    let mut out = Vec::new();
    for chunk in line.utf8_chunks() {
        for c in chunk.valid().chars() {
            out.extend(vis(c));
        }
        out.extend(chunk.invalid().iter().flat_map(|b| format!("\\{b:03o}").into_bytes()));
    }
    if how == Printing::VisAndDollars {
        out = dollared(&out);
    }
    out.push(b'\n');
    out
}

fn vis(c: char) -> Vec<u8> {
    match c {
        '\x07' => b"\\a".to_vec(),
        '\x08' => b"\\b".to_vec(),
        '\x0b' => b"\\v".to_vec(),
        '\x0c' => b"\\f".to_vec(),
        '\r' => b"\\r".to_vec(),
        '\t' | '\n' => vec![c as u8],
        c if c.is_ascii_control() => format!("\\{:03o}", c as u32).into_bytes(),
        c => c.to_string().into_bytes(),
    }
}

fn dollared(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (i, b) in bytes.iter().enumerate() {
        let next = bytes.get(i + 1).copied().unwrap_or(b' ');
        if *b == b'$' && (next.is_ascii_alphabetic() || next == b'_' || next == b'{') {
            out.push(b'\\');
        }
        out.push(*b);
    }
    out
}

fn text(bytes: &[u8]) -> Vec<u8> {
    let mut out = format!("{}:", bytes.len()).into_bytes();
    for b in bytes {
        out.extend(std::iter::repeat_n(*b, if *b == b'\\' { 2 } else { 1 }));
    }
    out
}

fn assignment(name: &[u8], value: &[u8]) -> Vec<u8> {
    let mut out = [name, b"=\""].concat();
    for b in value {
        out.extend(matches!(b, b'\\' | b'"' | b'$' | b'`').then_some(b'\\'));
        out.push(*b);
    }
    out.extend([b"\"; export ", name, b";"].concat());
    out
}

/// A session of a made-up server: its name, its window's name, its environment.
#[derive(Debug, Clone)]
struct Made {
    name: Vec<u8>,
    window: Vec<u8>,
    tool: Option<Vec<u8>>,
    others: Vec<(Vec<u8>, Vec<u8>)>,
}

fn answer(sessions: &[Made], how: Printing) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = vec![[&b"@V $a 3.x 7 1795336294 $0 "[..], &text(b"/run/s")].concat()];
    for (i, made) in sessions.iter().enumerate() {
        lines.push([format!("@S ${i} 0 1795336294 0 1 ").into_bytes(), text(&made.name)].concat());
    }
    for (i, made) in sessions.iter().enumerate() {
        let words = format!("@P ${i} @{i} %{i} 0 0 1 1 99 0 ").into_bytes();
        lines.push([words, text(&made.window), b" ".to_vec(), text(b"sh")].concat());
    }
    lines.push(b"@G".to_vec());
    lines.push(assignment(b"HOUMAO_RESUME_ID", b"g"));
    for (i, made) in sessions.iter().enumerate() {
        lines.push(format!("@E ${i}").into_bytes());
        lines.push(b"unset DISPLAY;".to_vec());
        lines.extend(made.others.iter().map(|(name, value)| assignment(name, value)));
        lines.push(
            made.tool.as_ref().map_or(b"unset HOUMAO_TOOL;".to_vec(), |v| assignment(b"HOUMAO_TOOL", v)),
        );
    }
    lines.push(b"@END".to_vec());
    lines.iter().flat_map(|line| printed(line, how)).collect()
}

fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let fragment = prop_oneof![
        Just(b"\n@END\n".to_vec()),
        Just(b"\n@E $1\n".to_vec()),
        Just(b"\n@P $0 @9 %9 1 0 0 1 1 0 1:x 1:y\n".to_vec()),
        Just(b"\"; export HOUMAO_TOOL;\n".to_vec()),
        Just(b"\nunset HOUMAO_TOOL;\n".to_vec()),
        Just(b"\\033".to_vec()),
        Just(b"\\$a".to_vec()),
        Just(b"${x}".to_vec()),
        Just("日本é\u{9b}".as_bytes().to_vec()),
        vec(1..=255u8, 1..6),
        vec(
            prop_oneof![Just(b'\\'), Just(b'$'), Just(b'"'), Just(b'`'), Just(b'a'), Just(0x1b), Just(b'\n')],
            1..6
        ),
    ];
    vec(fragment, 0..4).prop_map(|fragments| fragments.concat())
}

/// A name that is none of ours: anything but `=`, and not empty.
fn foreign_name() -> impl Strategy<Value = Vec<u8>> {
    hostile().prop_map(|name| {
        let mut name: Vec<u8> = name.into_iter().filter(|b| *b != b'=').collect();
        name.push(b'z');
        name
    })
}

fn made() -> impl Strategy<Value = Made> {
    let others = vec((foreign_name(), hostile()), 0..3);
    (hostile(), hostile(), proptest::option::of(hostile()), others)
        .prop_map(|(name, window, tool, others)| Made { name, window, tool, others })
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

proptest! {
    #[test]
    fn reads_back_what_any_release_prints(sessions in vec(made(), 0..4)) {
        for how in [Printing::Raw, Printing::Vis, Printing::VisAndDollars] {
            let bytes = answer(&sessions, how);
            let listing = parse(&bytes).unwrap();
            prop_assert!(listing.is_whole());
            let server = listing.into_server();
            prop_assert_eq!(server.sessions.len(), sessions.len());
            for (made, read) in sessions.iter().zip(&server.sessions) {
                prop_assert_eq!(&read.name, &lossy(&made.name));
                prop_assert_eq!(read.windows.len(), 1);
                prop_assert_eq!(&read.windows[0].name, &lossy(&made.window));
                let tool = made.tool.as_ref().map_or(EnvValue::Removed, |v| EnvValue::Value(lossy(v)));
                let expected = [
                    ("HOUMAO_RESUME_ID".to_owned(), EnvValue::GlobalOnly("g".into())),
                    ("HOUMAO_TOOL".to_owned(), tool),
                ];
                prop_assert_eq!(&read.env, &Observed::Present(BTreeMap::from(expected)));
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..300)) {
        let _ = parse(&bytes);
        let _ = parse(&[FIRST, &bytes].concat());
    }

    #[test]
    fn no_change_of_a_good_answer_makes_it_panic(
        sessions in vec(made(), 1..3), at in any::<prop::sample::Index>(), byte in any::<u8>()
    ) {
        let mut bytes = answer(&sessions, Printing::VisAndDollars);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = parse(&bytes);
        bytes.truncate(at);
        prop_assert!(!parse(&bytes).is_ok_and(|l| l.has_ended()));
    }
}

const TWO_SESSIONS: &str = "@V $a 3.3a 7 1795336294 $10 6:/run/s\n\
    @S $10 1 1795336294 1 0 3:ten\n@S $9 0 1795336295 0 1 4:nine\n\
    @P $10 @4 %6 3 1 0 1 72 1 4:work 4:bash\n@P $10 @4 %5 3 0 0 0 71 0 4:work 5:codex\n\
    @P $10 @2 %3 1 0 1 1 70 0 5:agent 5:codex\n@P $9 @4 %6 0 1 1 1 72 1 4:work 4:bash\n\
    @P $9 @4 %5 0 0 1 0 71 0 4:work 5:codex\n@G\nSECRET=\"hush\"; export SECRET;\n";

#[test]
fn a_linked_window_stands_in_both_sessions_and_everything_is_sorted() {
    let server = parse(TWO_SESSIONS.as_bytes()).unwrap().into_server();
    let layout: Vec<_> = server
        .sessions
        .iter()
        .flat_map(|s| {
            s.windows.iter().map(move |w| (s.id.as_str(), w.index, w.id.as_str(), w.active, &w.panes))
        })
        .map(|(s, i, w, active, panes)| {
            (s, i, w, active, panes.iter().map(|p| p.id.as_str()).collect::<Vec<_>>())
        })
        .collect();
    let expected = [
        ("$9", 0, "@4", true, vec!["%5", "%6"]),
        ("$10", 1, "@2", true, vec!["%3"]),
        ("$10", 3, "@4", false, vec!["%5", "%6"]),
    ];
    assert_eq!(layout, expected);
    let ten = &server.sessions[1];
    assert_eq!((ten.base_index, ten.renumber_windows, ten.attached), (Some(1), Some(false), 1));
    assert_eq!(ten.created_at, "2026-11-22T08:31:34Z");
    assert!(ten.windows[1].panes[1].dead && !ten.windows[1].panes[0].dead);
    assert_eq!(server.current, Observed::Present("$10".into()));
}

#[test]
fn only_an_answer_with_an_environment_for_each_session_is_whole() {
    let with = |rest: &str| parse(format!("{TWO_SESSIONS}{rest}").as_bytes()).unwrap().is_whole();
    assert!(with("@E $10\n@E $9\n@END\n"));
    assert!(!with("@E $10\n@E $9\n"));
    assert!(!with("@E $10\n@END\n"));
    assert!(!with("@E $10\n@E $9\n@E $11\n@END\n"));
}

#[test]
fn nothing_of_other_variables_survives_and_an_ended_session_has_no_environment() {
    let text = format!("{TWO_SESSIONS}@E $9\nSECRET=\"hush\"; export SECRET;\nunset TOKEN;\n@END\n");
    let server = parse(text.as_bytes()).unwrap().into_server();
    let written = serde_json::to_string(&server).unwrap();
    assert!(!["SECRET", "hush", "TOKEN"].iter().any(|word| written.contains(word)), "{written}");
    assert_eq!(server.sessions[0].env, Observed::Present(BTreeMap::new()));
    assert_eq!(server.sessions[1].env, Observed::Absent);
}

#[test]
fn a_pane_without_a_process_has_pid_zero() {
    let text =
        "@V $a 3.3a 7 1795336294 $0 6:/run/s\n@S $0 0 1795336294 0 0 1:s\n@P $0 @0 %0 0 0 1 1 -1 1 1:w 0:\n";
    let server = parse(text.as_bytes()).unwrap().into_server();
    assert_eq!(server.sessions[0].windows[0].panes[0].pid, 0);
}

#[test]
fn the_version_is_told_even_if_the_rest_cannot_be_read() {
    assert_eq!(version(b"@V $a 3.1c 7 1 $0 :\n").as_deref(), Some("3.1c"));
    assert_eq!(version(b"@V \\$a 3.4 x").as_deref(), Some("3.4"));
    assert_eq!(version(b"@V $b 3.4 x"), None);
}

/// What `everything-*.out` hold: answers of real servers with the same hostile sessions, one per release.
fn check_recording(version: &str) {
    let path = format!("{}/fixtures/recordings/tmux/everything-{version}.out", env!("CARGO_MANIFEST_DIR"));
    let listing = parse(&std::fs::read(path).unwrap()).unwrap();
    assert!(listing.is_whole(), "{version}");
    let server = listing.into_server();
    let read = (server.version.as_str(), server.socket_path.as_str(), &server.current);
    assert_eq!(read, (version, "/tmp/tmux-0/rec", &Observed::Present("$2".into())));

    // 3.7 refuses control characters in a window's name and stores its backslashes doubled; it keeps dots and colons in
    // a session's.
    let newest = version == "3.7c";
    let hostile = if newest {
        "e s $abc \\\\033 b\\\\\\\\s @P $9 |日"
    } else {
        "e\u{1b}s\u{7} $abc \\033 b\\\\s\n@P $9\t|日"
    };
    let third = if newest { "my gpü.x:y" } else { "my gpü_x_y" };
    let windows =
        |s: &TmuxSession| s.windows.iter().map(|w| (w.index, w.id.clone(), w.name.clone())).collect();
    let sessions: Vec<(_, _, Vec<_>)> =
        server.sessions.iter().map(|s| (&*s.id, &*s.name, windows(s))).collect();
    let window = |index: u32, id: &str, name: &str| (index, id.to_owned(), name.to_owned());
    let expected = [
        ("$0", "gpu", vec![window(0, "@0", "agent"), window(1, "@1", hostile)]),
        ("$1", "gpu2", vec![window(0, "@2", "agent"), window(5, "@0", "agent")]),
        ("$2", third, vec![window(0, "@3", "agent")]),
    ];
    assert_eq!(sessions, expected, "{version}");
    let options = server.sessions.iter().map(|s| (s.base_index, s.renumber_windows)).collect::<Vec<_>>();
    assert_eq!(options, [(Some(0), Some(false)), (Some(0), Some(false)), (Some(1), Some(true))]);

    let job = "x\"\n@E $1\n@END\nA=\"f\"; export A; z\te\u{1b}[31m\u{7}\\n \\033 $q $ ${x} `\\\\ éé.";
    let global = ("HOUMAO_TOOL", EnvValue::GlobalOnly("a$b".into()));
    let environments = [
        vec![("HOUMAO_JOB_DIR", EnvValue::Value(job.into())), global.clone()],
        vec![("HOUMAO_AGENT_ID", EnvValue::Value(String::new())), ("HOUMAO_TOOL", EnvValue::Removed)],
        vec![global],
    ];
    for (session, expected) in server.sessions.iter().zip(environments) {
        let expected = expected.into_iter().map(|(n, v)| (n.to_owned(), v)).collect();
        assert_eq!(session.env, Observed::Present(expected), "{version} {}", session.id);
    }
}

#[test]
fn reads_every_recorded_release_exactly() {
    ["3.2a", "3.3a", "3.4", "3.5a", "3.6b", "3.7c"].iter().for_each(|version| check_recording(version));
}
