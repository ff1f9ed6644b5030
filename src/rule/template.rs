//! Reads text with placeholders: `{fact}`, `{{` and `}}` for literal braces.

/// A part of a template, before its fact is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Raw {
    Text(String),
    Fact(String),
}

/// Splits a template into its parts.
pub(super) fn parse(text: &str) -> Result<Vec<Raw>, String> {
    // Most text has none.
    if !text.contains(['{', '}']) {
        return Ok(if text.is_empty() { Vec::new() } else { vec![Raw::Text(text.to_owned())] });
    }
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' if chars.next_if_eq(&'{').is_some() => plain.push('{'),
            '}' if chars.next_if_eq(&'}').is_some() => plain.push('}'),
            '}' => return Err("a `}` without `{`; a literal brace is written `}}`".into()),
            '{' => {
                let mut name = String::new();
                loop {
                    match chars.next() {
                        Some('}') => break,
                        Some(c) if c != '{' && !c.is_whitespace() => name.push(c),
                        _ => {
                            return Err(format!(
                                "the placeholder `{{{name}` is not closed; a literal brace is written `{{{{`"
                            ));
                        }
                    }
                }
                if !plain.is_empty() {
                    parts.push(Raw::Text(std::mem::take(&mut plain)));
                }
                parts.push(Raw::Fact(name));
            }
            c => plain.push(c),
        }
    }
    if !plain.is_empty() {
        parts.push(Raw::Text(plain));
    }
    Ok(parts)
}
