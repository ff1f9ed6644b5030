use super::super::keep_lists::Kept;
use super::*;
use std::io::{Read, Write};
use std::net::TcpListener;

const ALL: Allowed = Allowed { offline: false, remote: false };

fn answer_to(question: Question, allowed: Allowed) -> Observed<Answer> {
    let (mut probes, open) = sort([question].into(), allowed);
    if !open.is_empty() {
        probes.extend(ask(open, end(), &Kept::lists().answer));
    }
    assert_eq!(probes.len(), 1);
    probes[0].answer.clone()
}

/// A server that gives one answer to one request; gives back its base URL, and the request when it is joined.
fn serves(answer: Vec<u8>) -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let (mut peer, _) = listener.accept().unwrap();
        let mut request = [0; 2048];
        let n = peer.read(&mut request).unwrap();
        // The doctor may hang up before a long answer ends.
        let _ = peer.write_all(&answer);
        String::from_utf8_lossy(&request[..n]).into_owned()
    });
    (base, thread)
}

fn http(status: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
        .into_bytes()
}

#[test]
fn answers_are_redacted_and_requests_are_plain_gets() {
    let body = r#"{"detail": "Unknown managed agent `a/b ü`.", "token": "CANARY"}"#;
    let (base, server) = serves(http("404 Not Found", body));
    let Observed::Present(Answer::Http { status, body: Body::Json(body) }) =
        answer_to(agent(&base, "a/b ü"), ALL)
    else {
        panic!()
    };
    assert_eq!((status, body["detail"].as_str()), (404, Some("Unknown managed agent `a/b ü`.")));
    assert!(!body.to_string().contains("CANARY"));
    let request = server.join().unwrap();
    assert!(request.starts_with("GET /houmao/agents/a%2Fb%20%C3%BC HTTP/1.1\r\n"), "{request}");
}

#[test]
fn redirects_are_not_followed_and_bodies_are_bounded() {
    let moved =
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 2\r\n\r\n{}".to_vec();
    let (base, server) = serves(moved);
    assert!(matches!(answer_to(health(&base), ALL), Observed::Present(Answer::Http { status: 302, .. })));
    server.join().unwrap();
    let (base, server) = serves(http("200 OK", &"x".repeat(100_000)));
    let Observed::Present(Answer::Http { body, .. }) = answer_to(health(&base), ALL) else { panic!() };
    assert_eq!(body, Body::TooLarge);
    server.join().unwrap();
    let (base, server) = serves(http("200 OK", "<html>"));
    let Observed::Present(Answer::Http { body, .. }) = answer_to(health(&base), ALL) else { panic!() };
    assert_eq!(body, Body::NotJson("Expecting value: line 1 column 1 (char 0)".to_string()));
    server.join().unwrap();
}

#[test]
fn silence_refusal_and_noise_are_told_apart() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", silent.local_addr().unwrap());
    assert_eq!(answer_to(health(&base), ALL), Observed::Present(Answer::TimedOut));
    assert_eq!(answer_to(health("http://127.0.0.1:1"), ALL), Observed::Present(Answer::Refused));
    let (base, server) = serves(b"no HTTP at all\r\n\r\n".to_vec());
    assert!(matches!(answer_to(health(&base), ALL), Observed::Present(Answer::Broken(_))));
    server.join().unwrap();
    for bad in ["", "127.0.0.1:80", "ftp://127.0.0.1", "http://", "http://[::1"] {
        assert!(matches!(answer_to(health(bad), ALL), Observed::Present(Answer::BadUrl(_))), "{bad}");
    }
}

#[test]
fn what_is_not_asked_is_still_listed() {
    let why = |base: &str, allowed| match answer_to(health(base), allowed) {
        Observed::NotLooked(why) => why,
        other => panic!("{other:?}"),
    };
    let offline = Allowed { offline: true, remote: true };
    assert_eq!(why("http://127.0.0.1:9889", offline), "--offline");
    assert!(why("http://192.0.2.1:9889", ALL).contains("--probe-remote"));
    assert!(why("http://localhost.example", ALL).contains("--probe-remote"));
    assert!(why("http://***@127.0.0.1", ALL).contains("user information"));
    assert!(why("http://127.0.0.1/?***", ALL).contains("query"));
}

#[test]
fn this_machine_is_known_by_its_addresses() {
    for host in ["127.0.0.1", "127.1.2.3", "[::1]", "localhost", "LOCALHOST", "0.0.0.0"] {
        assert!(is_loopback(host), "{host}");
    }
    for host in ["10.0.0.1", "127.0.0.1.example", "[::ffff:10.0.0.1]", "example"] {
        assert!(!is_loopback(host), "{host}");
    }
}
