//! GET on `/health` and `/houmao/agents/{ref}`, nothing else (law 1): loopback only unless asked, no proxy, no redirect.
use super::json::{self, Refused};
use super::keep::Keep;
use crate::snapshot::{Answer, Body, Observed, Probe, Reason, ReasonKind};
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use ureq::http::Uri;

/// Time for one request, from resolving the name to the end of the body.
const EACH: Duration = Duration::from_secs(2);
/// Time after which no further request is begun.
const IN_ALL: Duration = Duration::from_secs(8);
/// Requests under way at a time.
const AT_A_TIME: usize = 8;
/// What is received or sent at a time.
const BUFFER_BYTES: usize = 8 << 10;
/// Largest body that is read.
const BODY_BYTES_MAX: u64 = 64 << 10;

/// One request to make: base URL as written, and path.
pub(super) type Question = (String, String);

/// The question whether a base URL's server is well.
pub(super) fn health(base_url: &str) -> Question {
    (base_url.to_string(), "/health".to_string())
}

/// The question what a base URL's server knows of an agent.
pub(super) fn agent(base_url: &str, reference: &str) -> Question {
    (base_url.to_string(), format!("/houmao/agents/{}", percent_encoded(reference)))
}

/// `urllib.parse.quote(text, safe="")`.
fn percent_encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte.into()),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// What may be asked at all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowed {
    /// Nothing is asked.
    pub offline: bool,
    /// Hosts that are not loopback are asked too.
    pub remote: bool,
}

/// When the time for all questions ends, if the first is asked now.
pub(super) fn end() -> Instant {
    Instant::now() + IN_ALL
}

/// A question that is sent, with its URL.
pub(super) type Open = (Question, String);

/// The answers that are known without asking, and the questions that are to be asked.
pub(super) fn sort(questions: BTreeSet<Question>, allowed: Allowed) -> (Vec<Probe>, Vec<Open>) {
    let (mut settled, mut open) = (Vec::new(), Vec::new());
    for (base_url, path) in questions {
        match target(&base_url, &path, allowed) {
            Target::Settled(answer) => settled.push(Probe { base_url, path, answer }),
            Target::Ask(url) => open.push(((base_url, path), url)),
        }
    }
    (settled, open)
}

/// All answers, in no order. The questions are asked at once, as far as the limits let them.
pub(super) fn ask(open: Vec<Open>, end: Instant, keep: &Keep) -> Vec<Probe> {
    let agent = agent_without_surprises();
    let threads = AT_A_TIME.min(open.len());
    let waiting = Mutex::new(open.into_iter());
    let done = Mutex::new(Vec::new());
    let work = || {
        loop {
            // A thread that panicked cannot leave an iterator or a list half changed.
            let next = waiting.lock().unwrap_or_else(|e| e.into_inner()).next();
            let Some(((base_url, path), url)) = next else { return };
            let answer = match Instant::now() > end {
                true => out_of_time(),
                false => Observed::Present(get(&agent, &url, keep)),
            };
            let probe = Probe { base_url, path, answer };
            done.lock().unwrap_or_else(|e| e.into_inner()).push(probe);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    done.into_inner().unwrap_or_else(|e| e.into_inner())
}

/// The answers, by URL.
pub(super) fn sorted(mut probes: Vec<Probe>) -> Vec<Probe> {
    probes.sort_by(|a, b| (&a.base_url, &a.path).cmp(&(&b.base_url, &b.path)));
    probes
}

/// Whether some question was not asked for want of time.
pub(super) fn ran_out(probes: &[Probe]) -> bool {
    probes.iter().any(|p| p.answer == out_of_time())
}

/// The time for all questions, in words.
pub(super) fn time_limit() -> String {
    format!("{} seconds in all", IN_ALL.as_secs())
}

fn out_of_time() -> Observed<Answer> {
    let detail = format!("not begun within {} seconds", IN_ALL.as_secs());
    Observed::Unreadable(Reason { kind: ReasonKind::TimedOut, detail })
}

fn agent_without_surprises() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(EACH))
        .proxy(None)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .max_idle_connections(0)
        // A request is some hundred bytes and few answers are longer; the buffers are filled with zeros first.
        .input_buffer_size(BUFFER_BYTES)
        .output_buffer_size(BUFFER_BYTES)
        .build()
        .new_agent()
}

enum Target {
    Ask(String),
    Settled(Observed<Answer>),
}

/// Where to send a question, unless it is settled without sending it.
fn target(base_url: &str, path: &str, allowed: Allowed) -> Target {
    let settled = |answer| Target::Settled(answer);
    if allowed.offline {
        return settled(Observed::NotLooked("--offline".to_string()));
    }
    let bad = |why: &str| settled(Observed::Present(Answer::BadUrl(why.to_string())));
    let url = format!("{}{path}", base_url.trim_end_matches('/'));
    let Ok(uri) = url.parse::<Uri>() else { return bad("is no URL") };
    let Some(host) = uri.host().filter(|h| !h.is_empty()) else { return bad("has no host") };
    match uri.scheme_str() {
        Some("http") => {}
        Some("https") => return settled(Observed::NotLooked("https is not asked".to_string())),
        _ => return bad("has no scheme that is known"),
    }
    // Such a URL is known only in part, and may carry credentials.
    if uri.authority().is_some_and(|a| a.as_str().contains('@')) || base_url.contains(['?', '#']) {
        let why = "a URL with user information or a query is not asked";
        return settled(Observed::NotLooked(why.to_string()));
    }
    if !is_loopback(host) && !allowed.remote {
        return settled(Observed::NotLooked("not a loopback host; --probe-remote asks it".to_string()));
    }
    Target::Ask(url)
}

/// Whether a host is this machine; the addresses that mean "any" are reached over loopback too.
fn is_loopback(host: &str) -> bool {
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    match literal.parse::<IpAddr>() {
        Ok(ip) => ip.is_loopback() || ip.is_unspecified(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

fn get(agent: &ureq::Agent, url: &str, keep: &Keep) -> Answer {
    let mut response = match agent.get(url).call() {
        Ok(response) => response,
        Err(e) => return failure(e),
    };
    let status = response.status().as_u16();
    match response.body_mut().with_config().limit(BODY_BYTES_MAX).read_to_vec() {
        Ok(bytes) => Answer::Http { status, body: body(&bytes, keep) },
        Err(ureq::Error::BodyExceedsLimit(_)) => Answer::Http { status, body: Body::TooLarge },
        Err(e) => failure(e),
    }
}

fn body(bytes: &[u8], keep: &Keep) -> Body {
    let read = json::utf8(bytes).map_err(Refused::NotJson).and_then(json::loads);
    match read {
        Ok(value) => Body::Json(keep.redact(value)),
        Err(refused) => Body::NotJson(refused.to_string()),
    }
}

fn failure(e: ureq::Error) -> Answer {
    match e {
        ureq::Error::Timeout(_) => Answer::TimedOut,
        ureq::Error::BadUri(why) => Answer::BadUrl(why),
        ureq::Error::Http(why) => Answer::BadUrl(why.to_string()),
        ureq::Error::HostNotFound => Answer::BadUrl("the host name is not known".to_string()),
        ureq::Error::Io(e) => match e.kind() {
            ErrorKind::ConnectionRefused => Answer::Refused,
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Answer::TimedOut,
            _ => Answer::Broken(e.to_string()),
        },
        other => Answer::Broken(other.to_string()),
    }
}

#[cfg(test)]
#[path = "probes_tests.rs"]
mod tests;
