//! The rules of `manifest.json` over several fields at once (contract section 3.2), in the order in which Houmao asks them.
use crate::contract::check::{Body, Objection, Seen, Verdict};
use crate::contract::releases::{GEMINI_GONE, KIMI, MEMORY_BINDING, MEMORY_ROOTS};
use crate::contract::{Release, ids, python};

/// The kinds of session that run without tmux: this one.
pub const WITHOUT_TMUX: &str = "codex_app_server";

const SECTIONS: [&str; 5] = ["codex", "headless", "local_interactive", "cao", "houmao_server"];

pub fn above_zero(value: Seen) -> Verdict {
    match value {
        Seen::Integer(Some(n)) if n > 0 => Ok(()),
        Seen::Integer(None) => Err(Objection::Hidden(String::new())),
        _ => Objection::broken("must be > 0"),
    }
}

pub fn launch_args(value: Seen) -> Verdict {
    let Seen::List(items) = value else { return Ok(()) };
    match items.iter().any(|i| matches!(Seen::of(i), Seen::Text { blank: true, .. })) {
        true => Objection::broken("launch_args entries must not be empty"),
        false => Ok(()),
    }
}

pub fn mailbox_filesystem(b: &Body) -> Verdict {
    if b.text("mailbox_kind")? == Some("symlink") && !b.has("mailbox_path") {
        return Objection::broken("mailbox_path is required when mailbox_kind is `symlink`");
    }
    Ok(())
}

pub fn headless(b: &Body) -> Verdict {
    match (b.text("resume_selection_kind")? == Some("exact"), b.has("resume_selection_value")) {
        (true, false) => {
            Objection::broken("resume_selection_value is required for resume_selection_kind=exact")
        }
        (false, true) => {
            Objection::broken("resume_selection_value must be omitted unless resume_selection_kind=exact")
        }
        _ => Ok(()),
    }
}

pub fn runtime(b: &Body) -> Verdict {
    if b.release < MEMORY_BINDING {
        return Ok(());
    }
    if b.release < MEMORY_ROOTS {
        let said = match (b.text("memory_binding")?, b.has("memory_dir")) {
            (Some("auto" | "exact"), false) => {
                "memory_dir is required when runtime.memory_binding enables memory"
            }
            (Some("disabled"), true) => {
                "runtime.memory_dir must be omitted when runtime.memory_binding is disabled"
            }
            (None, true) => "runtime.memory_binding is required when runtime.memory_dir is set",
            _ => return Ok(()),
        };
        return Objection::broken(said);
    }
    match ["memory_root", "memo_file", "pages_dir"].iter().filter(|f| b.has(f)).count() {
        1 | 2 => Objection::broken(
            "runtime.memory_root, runtime.memo_file, and runtime.pages_dir must be stored together",
        ),
        _ => Ok(()),
    }
}

pub fn posture(b: &Body) -> Verdict {
    let given = |name| b.has(name);
    let filled = |name| matches!(b.at(name), Seen::List(items) if !items.is_empty());
    let said = match b.text("posture_kind")? {
        Some("runtime_launch_plan" | "unavailable") if given("launch_args") || given("launch_env") => {
            "launch_args/launch_env must be omitted for runtime_launch_plan/unavailable"
        }
        Some("tui_launch_options" | "headless_launch_options")
            if !filled("launch_args") && !filled("launch_env") =>
        {
            "tui/headless launch-option postures require launch_args or launch_env"
        }
        _ => return Ok(()),
    };
    Objection::broken(said)
}

pub fn v2(b: &Body) -> Verdict {
    b.version(2)?;
    launch_plan(b)?;
    backend_section(b)
}

pub fn v3(b: &Body) -> Verdict {
    b.version(3)?;
    launch_plan(b)?;
    identity(b)?;
    backend_section(b)
}

pub fn v4(b: &Body) -> Verdict {
    b.version(4)?;
    launch_plan(b)?;
    identity(b)?;
    if b.text("backend")? != Some(WITHOUT_TMUX) {
        tmux_sections(b)?;
    }
    mirrored(b)?;
    backend_section(b)
}

/// Objects, unless the two paths hold the same (of two missing things: yes).
fn same(b: &Body, one: &str, other: &str, said: &str) -> Verdict {
    if b.has(one) == b.has(other) && b.text(one)? == b.text(other)? {
        return Ok(());
    }
    Objection::broken(said)
}

fn launch_plan(b: &Body) -> Verdict {
    same(b, "launch_plan/backend", "backend", "launch_plan.backend must match manifest backend")?;
    same(b, "launch_plan/tool", "tool", "launch_plan.tool must match manifest tool")
}

fn identity(b: &Body) -> Verdict {
    for name in ["agent_name", "agent_id"] {
        if let Some(value) = b.text(name)? {
            unpadded(name, value)?;
        }
    }
    let held = ["agent_name", "agent_id", "tmux_session_name"].iter().filter(|f| b.has(f)).count();
    match (b.text("backend")? == Some(WITHOUT_TMUX), held) {
        (false, 0..3) => Objection::broken(
            "agent_name, agent_id, and tmux_session_name are required for tmux-backed backends",
        ),
        (true, 1..) => Objection::broken(
            "agent_name, agent_id, and tmux_session_name must be omitted for non-tmux backends",
        ),
        _ => Ok(()),
    }
}

/// Objects unless the value is a safe component with no white space around it.
pub fn unpadded(name: &str, value: &str) -> Verdict {
    let normalized = ids::component(value, name).map_err(Objection::Broken)?;
    if normalized == value {
        return Ok(());
    }
    Objection::broken(format!("{name} must not include leading or trailing whitespace"))
}

fn tmux_sections(b: &Body) -> Verdict {
    for section in ["tmux", "interactive", "agent_launch_authority", "gateway_authority"] {
        if !b.has(section) {
            return Objection::broken(format!("{section} is required for tmux-backed backends"));
        }
    }
    same(
        b,
        "tmux_session_name",
        "tmux/session_name",
        "tmux.session_name must match top-level tmux_session_name",
    )
}

/// The top-level fields that `runtime` repeats.
fn mirrored(b: &Body) -> Verdict {
    if b.has("job_dir") {
        let said = "runtime.job_dir must match top-level job_dir when both are set";
        same(b, "job_dir", "runtime/job_dir", said)?;
    }
    let pair =
        |name: &str| (format!("runtime/{name}"), format!("runtime.{name} must match top-level {name}"));
    if b.has("registry_generation_id") {
        let (mirror, said) = pair("registry_generation_id");
        same(b, "registry_generation_id", &mirror, &said)?;
    }
    let (mirror, said) = pair("registry_launch_authority");
    same(b, "registry_launch_authority", &mirror, &said)
}

/// Exactly the section of the backend must be there.
fn backend_section(b: &Body) -> Verdict {
    let backend = b.text("backend")?.unwrap_or_default();
    let (wanted, shown) = match backend {
        WITHOUT_TMUX => ("codex", backend),
        "local_interactive" => ("local_interactive", backend),
        "cao_rest" => ("cao", backend),
        "houmao_server_rest" => ("houmao_server", backend),
        _ => ("headless", headless_backends(b.release)),
    };
    if !b.has(wanted) {
        return Objection::broken(format!("{wanted} is required for backend={shown}"));
    }
    let others: Vec<&str> = SECTIONS.into_iter().filter(|s| *s != wanted).collect();
    if others.iter().any(|s| b.has(s)) {
        return Objection::broken(format!("{} must be omitted for backend={shown}", others.join("/")));
    }
    Ok(())
}

/// The headless kinds of session, as refusals list them.
fn headless_backends(release: Release) -> &'static str {
    if release < KIMI {
        "codex_headless/claude_headless/gemini_headless"
    } else if release < GEMINI_GONE {
        "codex_headless/claude_headless/gemini_headless/kimi_headless"
    } else {
        "codex_headless/claude_headless/kimi_headless"
    }
}

/// `int(value)` of an upgraded manifest's turn index, or the exception that nobody catches.
pub fn turn_index(value: Seen, lenient: bool) -> Result<i128, String> {
    match value {
        Seen::Nothing => Ok(0),
        Seen::Integer(n) => Ok(n.unwrap_or_default()),
        Seen::Boolean(b) => Ok(i128::from(b.unwrap_or_default())),
        Seen::Float(Some(n)) if n.is_nan() => Err("ValueError: cannot convert float NaN to integer".into()),
        Seen::Float(Some(n)) if n.is_infinite() => {
            Err("OverflowError: cannot convert float infinity to integer".into())
        }
        #[expect(clippy::cast_possible_truncation, reason = "int() truncates as well")]
        Seen::Float(n) => Ok(n.unwrap_or_default() as i128),
        Seen::Text { text, .. } => {
            let text = text.unwrap_or_default();
            python::integer(text).ok_or_else(|| {
                format!("ValueError: invalid literal for int() with base 10: {}", python::quoted(text))
            })
        }
        Seen::Null | Seen::List(_) | Seen::Object(_) if lenient => Ok(0),
        Seen::Null => Err(no_number("NoneType")),
        Seen::List(_) => Err(no_number("list")),
        Seen::Object(_) => Err(no_number("dict")),
    }
}

fn no_number(kind: &str) -> String {
    format!("TypeError: int() argument must be a string, a bytes-like object or a real number, not '{kind}'")
}
