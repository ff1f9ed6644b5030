//! Reading a command as this release's command line (click) reads it: options, their errors, and the selectors
//! (contract, "CLI spelling" and section 6.0).
use super::cli_tree::{Node, Takes, node};
use super::close::close_matches;
use super::texts;
use super::{Ask, Selector, Verb};
use crate::contract::{Release, ids, python};
use std::collections::BTreeMap;

/// A command that does not get as far as an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Exit code that it gives: 2 for usage, 1 for a selector, 0 for help.
    pub exit_code: i32,
    /// What it prints after `Error: `; none for help texts, and for commands that are not replayed.
    pub error: Option<String>,
    /// Why the doctor cannot say anything about this command, if it cannot.
    pub not_replayed: Option<String>,
}

impl Refused {
    fn usage(error: String) -> Self {
        Refused { exit_code: 2, error: Some(error), not_replayed: None }
    }

    fn click(error: String) -> Self {
        Refused { exit_code: 1, error: Some(error), not_replayed: None }
    }

    fn silent(exit_code: i32) -> Self {
        Refused { exit_code, error: None, not_replayed: None }
    }

    fn not_replayed(why: String) -> Self {
        Refused { exit_code: 2, error: None, not_replayed: Some(why) }
    }
}

/// Options as given; of a repeated one the last.
type Given = BTreeMap<&'static str, String>;

/// Reads a command line of `houmao-mgr`: variable assignments and a path before the program's name are understood.
///
/// # Errors
/// How the command would end before it looks at any agent, or that it is none that is replayed.
pub fn read_command(argv: &[String], release: Release) -> Result<Ask, Refused> {
    let (env, words) = program(argv)?;
    let mut path = String::new();
    let mut rest = words;
    let mut given = Given::new();
    loop {
        let Some(here) = node(&path, release) else {
            return Err(Refused::not_replayed(format!("`houmao-mgr {path}` is not replayed")));
        };
        let parsed = parse(here, rest)?;
        given.extend(parsed.given);
        if here.commands.is_empty() {
            let ask = settle(&path, &given, argv, env)?;
            return Ok(ask);
        }
        let Some((name, after)) = parsed.rest.split_first() else { return Err(Refused::silent(2)) };
        if !here.commands.contains(&name.as_str()) {
            let text = texts::NO_COMMAND.say(&[("name", name)]);
            return Err(Refused::usage(suggest(text, &close_matches(name, here.commands))));
        }
        if path == "agents single" {
            selector(&given, false)?;
        }
        path = if path.is_empty() { name.clone() } else { format!("{path} {name}") };
        rest = after;
    }
}

/// Assignments before the program, and the words after it.
fn program(argv: &[String]) -> Result<(BTreeMap<String, String>, &[String]), Refused> {
    let mut env = BTreeMap::new();
    let mut rest = argv;
    while let Some((first, after)) = rest.split_first() {
        match first.split_once('=') {
            Some((name, value)) if is_variable(name) => {
                env.insert(name.to_owned(), value.to_owned());
            }
            _ if first == "env" => {}
            _ if first.rsplit('/').next() == Some("houmao-mgr") => return Ok((env, after)),
            _ => break,
        }
        rest = after;
    }
    let shown = rest.first().map_or("nothing", String::as_str);
    Err(Refused::not_replayed(format!("not a houmao-mgr command: {shown}")))
}

fn is_variable(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

struct Parsed<'a> {
    given: Given,
    rest: &'a [String],
}

/// Parses the options of one group or command. A group ends at its first word that is no option, a command may mix.
fn parse<'a>(here: &'static Node, words: &'a [String]) -> Result<Parsed<'a>, Refused> {
    let mut given = Given::new();
    let mut extra = Vec::new();
    let mut help = false;
    let mut order = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if word == "--" {
            extra.extend(words[at + 1..].iter().cloned());
            at = if here.commands.is_empty() { words.len() } else { at + 1 };
            break;
        }
        if !word.starts_with('-') || word == "-" {
            if !here.commands.is_empty() {
                break;
            }
            extra.push(word.clone());
            at += 1;
            continue;
        }
        at += 1;
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word.as_str(), None),
        };
        if name == "--help" {
            help = true;
            continue;
        }
        let option = known(here, name, word)?;
        let value = match (option.1, value) {
            (Takes::Nothing, Some(_)) => {
                return Err(Refused::usage(texts::TAKES_NO_VALUE.say(&[("name", name)])));
            }
            (Takes::Nothing, None) => String::new(),
            (_, Some(value)) => value,
            (_, None) => {
                let value = words.get(at).cloned();
                at += 1;
                value.ok_or_else(|| Refused::usage(texts::NEEDS_VALUE.say(&[("name", name)])))?
            }
        };
        given.insert(option.0, value);
        order.push(option);
    }
    if help || given.contains_key("--version") {
        return Err(Refused::silent(0));
    }
    for option in order {
        check_value(option.0, option.1, &given)?;
    }
    if here.commands.is_empty() && !extra.is_empty() {
        let text = if extra.len() == 1 { texts::EXTRA_ARGUMENT } else { texts::EXTRA_ARGUMENTS };
        return Err(Refused::usage(text.say(&[("value", &extra.join(" "))])));
    }
    Ok(Parsed { given, rest: &words[at.min(words.len())..] })
}

fn known(here: &'static Node, name: &str, word: &str) -> Result<&'static super::cli_tree::Opt, Refused> {
    if let Some(option) = here.options.iter().find(|o| o.0 == name) {
        return Ok(option);
    }
    if name.starts_with("--") {
        let names: Vec<&str> = here.options.iter().map(|o| o.0).chain(["--help"]).collect();
        let text = texts::NO_OPTION.say(&[("name", name)]);
        return Err(Refused::usage(suggest(text, &close_matches(name, &names))));
    }
    // Short options are read letter by letter, and there are none.
    let letter: String = word.chars().take(2).collect();
    Err(Refused::usage(texts::NO_OPTION.say(&[("name", &letter)])))
}

fn suggest(text: String, close: &[&str]) -> String {
    let quoted: Vec<String> = close.iter().map(|c| format!("'{c}'")).collect();
    match quoted.as_slice() {
        [] => text,
        [one] => format!("{text} Did you mean {one}?"),
        more => format!("{text} (Did you mean one of: {}?)", more.join(", ")),
    }
}

fn check_value(name: &str, takes: Takes, given: &Given) -> Result<(), Refused> {
    let Some(value) = given.get(name) else { return Ok(()) };
    let shown = python::quoted(value);
    let fine = match takes {
        Takes::Integer => python::integer(value).is_some(),
        Takes::Float => python::strip(value).parse::<f64>().is_ok(),
        Takes::Nothing | Takes::Text => true,
    };
    if fine {
        return Ok(());
    }
    let text = texts::NOT_INTEGER.say(&[("name", name), ("value", &shown)]);
    Err(Refused::usage(if takes == Takes::Float { text.replace("integer", "float") } else { text }))
}

/// `--agent-id` and `--agent-name` (rows 1 to 3 of section 6.0).
fn selector(given: &Given, may_miss: bool) -> Result<Option<Selector>, Refused> {
    let blank = |option: &str| Refused::click(texts::EMPTY_OPTION.say(&[("option", option)]));
    let stripped = |option: &'static str| match given.get(option).map(|v| python::strip(v)) {
        Some("") => Err(blank(option)),
        other => Ok(other),
    };
    let id = stripped("--agent-id")?;
    let name = match stripped("--agent-name")? {
        Some(name) => Some(ids::user_agent_name(name).map_err(Refused::click)?),
        None => None,
    };
    match (id, name) {
        (Some(_), Some(_)) => Err(Refused::click(texts::ID_AND_NAME.say(&[]))),
        (Some(id), None) => Ok(Some(Selector::AgentId(id.to_owned()))),
        (None, Some(name)) => Ok(Some(Selector::AgentName(name.to_owned()))),
        (None, None) if may_miss => Ok(None),
        (None, None) => Err(Refused::click(texts::NO_ID_OR_NAME.say(&[]))),
    }
}

/// The question that a fully parsed command asks.
fn settle(path: &str, given: &Given, argv: &[String], env: BTreeMap<String, String>) -> Result<Ask, Refused> {
    let verb = match path.rsplit(' ').next().unwrap_or_default() {
        "attach" => Verb::Attach { background: given.contains_key("--background") },
        "detach" => Verb::Detach,
        "status" => Verb::Status,
        "stop" => Verb::Stop,
        "relaunch" => Verb::Relaunch,
        "session" => Verb::Cleanup,
        other => return Err(Refused::not_replayed(format!("`{other}` is not replayed"))),
    };
    let port = |name: &str| {
        let port = python::integer(given.get(name)?)?;
        i64::try_from(port).ok()
    };
    let pair_port = port("--pair-port").or_else(|| port("--port"));
    let selector = match &verb {
        _ if path.starts_with("agents self") => Selector::Current { explicit: true },
        Verb::Attach { .. } | Verb::Detach | Verb::Status => {
            gateway_selector(given, &verb, pair_port.is_some())?
        }
        Verb::Stop => selector(given, false)?.unwrap_or(Selector::Current { explicit: true }),
        Verb::Relaunch => match selector(given, true)? {
            None if pair_port.is_some() => return Err(Refused::click(texts::PORT_ALONE.say(&[]))),
            found => found.unwrap_or(Selector::Current { explicit: true }),
        },
        Verb::Cleanup => cleanup_selector(given)?,
    };
    Ok(Ask { verb, selector, pair_port, argv: argv.to_vec(), env })
}

/// Rows 1 to 6 of section 6.0, in order.
fn gateway_selector(given: &Given, verb: &Verb, has_port: bool) -> Result<Selector, Refused> {
    let agent = selector(given, true)?;
    let session = match given.get("--target-tmux-session").map(|v| python::strip(v)) {
        Some("") => {
            return Err(Refused::click(texts::EMPTY_OPTION.say(&[("option", "--target-tmux-session")])));
        }
        other => other.map(str::to_owned),
    };
    let current = given.contains_key("--current-session");
    let count = usize::from(agent.is_some()) + usize::from(session.is_some()) + usize::from(current);
    if count > 1 {
        return Err(Refused::click(texts::TOO_MANY.say(&[])));
    }
    if let Some(agent) = agent {
        return Ok(agent);
    }
    if has_port {
        let name = verb.name().trim_end_matches(" --background");
        return Err(Refused::click(texts::PAIR_PORT_ALONE.say(&[("verb", name)])));
    }
    Ok(session.map_or(Selector::Current { explicit: current }, Selector::TmuxSession))
}

fn cleanup_selector(given: &Given) -> Result<Selector, Refused> {
    if let Some(path) = given.get("--manifest-path") {
        return Ok(Selector::ManifestPath(path.clone()));
    }
    if let Some(path) = given.get("--session-root") {
        return Ok(Selector::SessionRoot(path.clone()));
    }
    Ok(selector(given, true)?.unwrap_or(Selector::Current { explicit: false }))
}

#[cfg(test)]
#[path = "command_tests.rs"]
mod tests;
