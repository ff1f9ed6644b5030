//! Names and ids of agents (contract section 6.0, rows 1 and 2; section 6.1, row a7). The same in all releases.
use super::python;

/// The rest of the refusal of an unsafe component.
const SAFE: &str = "must use a filesystem-safe and URL-safe form (ASCII letters/digits plus `_` and `-`, starting with a letter or digit).";

/// Houmao's refusal of a name that begins with the reserved word and a separator.
const RESERVED: &str = "Managed-agent names must not begin with reserved `HOUMAO` plus a separator. Use the raw creation-time name without the `HOUMAO-` prefix.";

/// Validates one component, as `agent_name` or `agent_id`, and strips it.
///
/// # Errors
/// Houmao's words.
pub fn component<'a>(value: &'a str, field: &str) -> Result<&'a str, String> {
    let stripped = python::strip(value);
    let objection = if stripped.is_empty() {
        "must not be blank."
    } else if stripped == "." || stripped == ".." {
        "must not be `.` or `..`."
    } else if stripped.contains(['/', '\\']) {
        "must not contain path separators."
    } else if !is_safe(stripped) {
        SAFE
    } else {
        return Ok(stripped);
    };
    Err(format!("{field} {objection}"))
}

/// Validates an agent id and strips it.
///
/// # Errors
/// Houmao's words.
pub fn agent_id(value: &str) -> Result<&str, String> {
    component(value, "agent_id")
}

/// Validates an agent's name as files hold it, and strips it.
///
/// # Errors
/// Houmao's words.
pub fn agent_name(value: &str) -> Result<&str, String> {
    component(value, "agent_name")
}

/// Validates an agent's name as an operator gives it (`--agent-name`), and strips it.
///
/// # Errors
/// Houmao's words.
pub fn user_agent_name(value: &str) -> Result<&str, String> {
    let name = agent_name(value)?;
    let reserved = name.get(..6).is_some_and(|head| head.eq_ignore_ascii_case("houmao"));
    match name.as_bytes().get(6) {
        Some(next) if reserved && !next.is_ascii_alphanumeric() => Err(RESERVED.to_owned()),
        _ => Ok(name),
    }
}

/// The id that Houmao derives from an agent's name: the MD5 of the name, in hex.
///
/// # Errors
/// Houmao's words about the name.
pub fn derived_agent_id(name: &str) -> Result<String, String> {
    Ok(format!("{:x}", md5::compute(agent_name(name)?)))
}

fn is_safe(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_obstacle_has_its_words() {
        assert_eq!(agent_id(" \u{1c}"), Err("agent_id must not be blank.".into()));
        assert_eq!(agent_id(".."), Err("agent_id must not be `.` or `..`.".into()));
        assert_eq!(agent_name("a/b"), Err("agent_name must not contain path separators.".into()));
        assert!(agent_name("-gpu").unwrap_err().starts_with("agent_name must use a filesystem-safe"));
        assert_eq!(agent_name(" gpu_1 "), Ok("gpu_1"));
    }

    #[test]
    fn only_operators_are_kept_from_the_reserved_prefix() {
        assert_eq!(agent_name("HOUMAO-gpu"), Ok("HOUMAO-gpu"));
        assert_eq!(user_agent_name("Houmao_gpu"), Err(RESERVED.into()));
        assert_eq!(user_agent_name("houmaogpu"), Ok("houmaogpu"));
        assert_eq!(user_agent_name("houmao"), Ok("houmao"));
    }

    #[test]
    fn ids_derive_from_names() {
        assert_eq!(derived_agent_id("gpu").unwrap(), "0aa0be2a866411d9ff03515227454947");
    }
}
