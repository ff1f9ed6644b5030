//! Pair servers, as the command line's client sees them (contract sections 6.3 a, 8.2 and 8.4).
use super::texts;
use super::trail::{Class, Go, Halt, Raised, Trail};
use super::world::World;
use crate::contract::{SERVER_RETIRED, Seen, agent_objections, python};
use crate::snapshot::{Answer, Body, Observed, Probe};
use serde_json::Value;

/// An agent of a pair server.
pub(super) struct Pair<'a> {
    /// Base URL, as it is written where it is named.
    pub url: String,
    /// `houmao-server` or `houmao-passive-server`.
    pub service: String,
    /// The name that requests use.
    pub agent: String,
    /// What the server says of the agent.
    pub body: &'a Value,
}

/// What a server says of an agent.
pub(super) struct Identity {
    pub transport: Option<String>,
    pub session_name: Option<String>,
    pub agent_name: Option<String>,
    pub agent_id: Option<String>,
    pub manifest_path: Option<String>,
    pub session_root: Option<String>,
}

/// An answer that is worth a step: a document, or the words of a failed request.
enum Got<'a> {
    Document(u16, &'a Value),
    /// The request failed with this detail; none where the words were not kept.
    Failed {
        status: Option<u16>,
        detail: Option<String>,
    },
    /// The client raised something other than a failed request, with these words.
    Broke(Option<String>),
}

impl<'a> Pair<'a> {
    /// The agent of a pair-managed session: the server must be a `houmao-server`.
    pub fn of_session(world: &World<'a>, trail: &mut Trail, url: &str, agent: &str) -> Go<Pair<'a>> {
        let service = health(world, trail, url)?;
        if service != "houmao-server" {
            let last = trail.steps.pop();
            let read = last.and_then(|s| s.read);
            let source = Some(format!("GET {url}/health"));
            return Err(trail.halt("pair-health", read, source, Raised::click(texts::NEEDS_SERVER.say(&[]))));
        }
        let body = agent_of(world, trail, url, &service, agent)?;
        Ok(Pair { url: url.to_owned(), service, agent: agent.to_owned(), body })
    }

    /// The agent of a server that is named by its port; either service will do.
    pub fn of_server(world: &World<'a>, trail: &mut Trail, url: &str, agent: &str) -> Go<Pair<'a>> {
        let service = health(world, trail, url)?;
        let body = agent_of(world, trail, url, &service, agent)?;
        Ok(Pair { url: url.to_owned(), service, agent: agent.to_owned(), body })
    }

    /// What the server says of the agent.
    pub fn identity(&self) -> Identity {
        let text = |key: &str| match self.body.get(key).map(Seen::of) {
            Some(Seen::Text { text, .. }) => text.map(str::to_owned),
            _ => None,
        };
        Identity {
            transport: text("transport"),
            session_name: text("session_name"),
            agent_name: text("agent_name"),
            agent_id: text("agent_id"),
            manifest_path: text("manifest_path"),
            session_root: text("session_root"),
        }
    }
}

/// Asks a server who it is; gives its service name.
pub(super) fn health(world: &World, trail: &mut Trail, url: &str) -> Go<String> {
    let source = format!("GET {url}/health");
    match ask_health(world, url) {
        Ok(service) => {
            trail.ok("pair-health", &service, source);
            Ok(service)
        }
        Err(halt) => Err(trail.halt("pair-health", None, Some(source), halt)),
    }
}

/// The service name of a server, or the command line's words.
pub(super) fn ask_health(world: &World, url: &str) -> Go<String> {
    let unreachable = |why: String| Raised::click(texts::UNREACHABLE.say(&[("url", url), ("why", &why)]));
    let (status, document) = match get(world, url, "/health")? {
        Got::Document(status, document) => (status, document),
        Got::Failed { status, detail: Some(detail) } => {
            return Err(unreachable(api_error(url, "/health", status, &detail)));
        }
        Got::Broke(Some(why)) => return Err(unreachable(why)),
        Got::Failed { detail: None, .. } | Got::Broke(None) => return Err(wordless()),
    };
    let bad = match document.get("status").map(Seen::of) {
        _ if !document.is_object() => {
            Some("$: Input should be a valid dictionary or instance of PairAuthorityHealthProbe")
        }
        Some(Seen::Text { .. }) => None,
        Some(_) => Some("$.status: Input should be a valid string"),
        None => Some("$.status: Field required"),
    };
    let service = document.get("houmao_service").map_or(Seen::Null, Seen::of);
    let odd = (!matches!(service, Seen::Null | Seen::Text { .. }))
        .then_some("$.houmao_service: Input should be a valid string");
    let said: Vec<&str> = bad.into_iter().chain(odd.filter(|_| document.is_object())).collect();
    if !said.is_empty() {
        return Err(unreachable(api_error(url, "/health", Some(status), &said.join("; "))));
    }
    let supported = supported(world);
    match service {
        Seen::Text { text: Some(name @ ("houmao-server" | "houmao-passive-server")), .. }
            if name != "houmao-server" || world.release < SERVER_RETIRED =>
        {
            Ok(name.to_owned())
        }
        Seen::Text { text: Some(other), .. } => {
            let values = [("url", url), ("service", &python::quoted(other)), ("supported", supported)];
            Err(Raised::click(texts::OTHER_SERVICE.say(&values)))
        }
        Seen::Text { text: None, .. } => Err(Halt::Unseen(format!("the service name of {url} was not kept"))),
        _ => Err(Raised::click(texts::NOT_HOUMAO.say(&[("url", url), ("supported", supported)]))),
    }
}

fn supported(world: &World) -> &'static str {
    if world.release < SERVER_RETIRED {
        "Supported pair authorities are `houmao-server` and `houmao-passive-server`; mixed usage with raw `cao-server` \
         is unsupported."
    } else {
        "The maintained pair authority is `houmao-passive-server`; mixed usage with raw `cao-server` or retired \
         standalone `houmao-server` is unsupported."
    }
}

/// Asks a server for an agent.
fn agent_of<'a>(
    world: &World<'a>,
    trail: &mut Trail,
    url: &str,
    service: &str,
    agent: &str,
) -> Go<&'a Value> {
    let source = format!("GET {url}/houmao/agents/{agent}");
    match ask_agent(world, url, service, agent) {
        Ok(body) => {
            trail.ok("pair-agent", agent, source);
            Ok(body)
        }
        Err(halt) => Err(trail.halt("pair-agent", Some(agent.to_owned()), Some(source), halt)),
    }
}

/// What a server says of an agent, or the command line's words.
pub(super) fn ask_agent<'a>(world: &World<'a>, url: &str, service: &str, agent: &str) -> Go<&'a Value> {
    match get(world, url, &format!("/houmao/agents/{}", percent_encoded(agent)))? {
        Got::Document(_, document) => match agent_objections(document, service, world.release) {
            Some(said) => Err(Raised::click(said)),
            None => Ok(document),
        },
        Got::Failed { detail: Some(detail), .. } => Err(Raised::click(detail)),
        Got::Broke(Some(why)) => Err(Raised::of(Class::Other("JSONDecodeError".to_owned()), why)),
        Got::Failed { detail: None, .. } | Got::Broke(None) => Err(wordless()),
    }
}

/// A failed request whose words were not kept.
fn wordless() -> Halt {
    Halt::Raised(Raised { text: None, class: Class::Click })
}

fn api_error(url: &str, path: &str, status: Option<u16>, detail: &str) -> String {
    let status = status.map_or_else(|| "unavailable".to_owned(), |s| s.to_string());
    let url = format!("{}{path}", url.trim_end_matches('/'));
    texts::API_ERROR.say(&[("url", &url), ("status", &status), ("detail", detail)])
}

fn get<'a>(world: &World<'a>, url: &str, path: &str) -> Go<Got<'a>> {
    if let Some(why) = proxied(world, url) {
        return Err(Halt::Unseen(why));
    }
    let mine = |p: &&Probe| p.base_url.trim_end_matches('/') == url.trim_end_matches('/') && p.path == path;
    let full = format!("{}{path}", url.trim_end_matches('/'));
    let answer = match world.snapshot.probes.iter().find(mine).map(|p| &p.answer) {
        Some(Observed::Present(answer)) => answer,
        Some(other) => {
            return Err(Halt::Unseen(format!("GET {full} was {}", other.ignorance().unwrap_or_default())));
        }
        None => return Err(Halt::Unseen(format!("GET {full} was not asked"))),
    };
    Ok(match answer {
        Answer::Http { status, body } => http(*status, body),
        Answer::Refused => {
            Got::Failed { status: None, detail: Some("[Errno 111] Connection refused".to_owned()) }
        }
        Answer::TimedOut => return Err(Halt::Unseen(format!("GET {full} did not answer in time"))),
        Answer::BadUrl(_) => bad_url(&full),
        Answer::Broken(_) => Got::Broke(None),
    })
}

fn http(status: u16, body: &Body) -> Got<'_> {
    let fine = (200..300).contains(&status);
    match body {
        Body::Json(document) if fine => Got::Document(status, document),
        Body::Json(document) => Got::Failed { status: Some(status), detail: detail(document) },
        Body::NotJson(why) if fine => Got::Broke(Some(why.clone())),
        Body::NotJson(_) | Body::TooLarge => Got::Failed { status: Some(status), detail: None },
    }
}

/// The detail of a refusal, as the client takes it from the body; none where it was not kept.
fn detail(document: &Value) -> Option<String> {
    let Some(detail) = document.as_object().and_then(|map| map.get("detail")) else {
        let kind = match document {
            Value::Object(_) => "dict",
            Value::Array(_) => "list",
            Value::String(_) => "str",
            Value::Bool(_) => "bool",
            Value::Null => "NoneType",
            Value::Number(n) if n.is_f64() => "float",
            Value::Number(_) => "int",
        };
        return Some(format!("Unexpected response payload type: {kind}"));
    };
    match Seen::of(detail) {
        Seen::Text { text, .. } => text.map(str::to_owned),
        Seen::Object(_) | Seen::List(_) => None,
        _ => Some(python::text_of(detail)),
    }
}

/// What Python's client says of a URL that it cannot use.
fn bad_url(full: &str) -> Got<'static> {
    let Some((scheme, rest)) = full.split_once("://") else {
        return Got::Broke(Some(format!("unknown url type: {}", python::quoted(full))));
    };
    if rest.starts_with('/') {
        return Got::Failed { status: None, detail: Some("no host given".to_owned()) };
    }
    match scheme {
        "http" | "https" => Got::Broke(None),
        other => {
            Got::Failed { status: None, detail: Some(format!("unknown url type: {}", other.to_lowercase())) }
        }
    }
}

/// Why a request would go through a proxy, which cannot be foreseen: only loopback goes past it, and only unless the
/// operator forbids that (contract Q6).
fn proxied(world: &World, url: &str) -> Option<String> {
    if let Some(why) = world.snapshot.host.env.ignorance() {
        return Some(format!(
            "whether this shell sends the request to {url} through a proxy: its variables are {why}"
        ));
    }
    let set = |name: &str| world.shell_if_seen(name) == Some("set");
    let proxy = ["http_proxy", "HTTP_PROXY"].into_iter().find(|n| set(n))?;
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    let loopback = host == "127.0.0.1" || host == "localhost";
    let kept = world.shell_if_seen("HOUMAO_PRESERVE_NO_PROXY_ENV").is_some_and(|v| v.trim() == "1");
    let named = ["no_proxy", "NO_PROXY"]
        .into_iter()
        .filter_map(|n| world.shell_if_seen(n))
        .any(|list| python::bypasses_proxy(list, host));
    (!named && (!loopback || kept)).then(|| format!("{proxy} sends the request to {url} through a proxy"))
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
