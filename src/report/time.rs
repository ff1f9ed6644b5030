//! Times as a person reads them: to the second, and how long before or after the observation.
use jiff::Timestamp;

/// `text` with each of its times to the second and followed by its age at `now`: `2026-11-22T05:31:44Z (1 h 42 min ago)`.
/// Without a `now`, and for what is no time, nothing is added.
pub(super) fn aged(text: &str, now: Option<Timestamp>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let end = from.find(|c: char| !is_of_time(c)).unwrap_or(from.len());
        // A time at the end of a sentence has the sentence's dot behind it.
        let word = from[..end].trim_end_matches(['.', '-', ':', '+']);
        out.push_str(&to_seconds(word));
        if let (Ok(time), Some(now)) = (word.parse::<Timestamp>(), now) {
            out.push_str(&format!(" ({})", age(time, now)));
        }
        rest = &from[word.len()..];
        if word.is_empty() {
            break;
        }
    }
    out.push_str(rest);
    out
}

fn is_of_time(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '.' | '+')
}

/// How long before or after `now` a time is, in its two largest units.
fn age(time: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second() - time.as_second();
    let span = match seconds.unsigned_abs() {
        0 => return "at that moment".to_owned(),
        s @ ..60 => format!("{s} s"),
        s @ ..3_600 => format!("{} min", s / 60),
        s @ ..86_400 => format!("{} h {} min", s / 3_600, s % 3_600 / 60),
        s @ ..172_800 => format!("1 day {} h", (s - 86_400) / 3_600),
        s => format!("{} days", s / 86_400),
    };
    if seconds > 0 { format!("{span} ago") } else { format!("in {span}") }
}

/// `text` with the fractions of a second taken out of its times (`…:05.123456Z` becomes `…:05Z`): no person reads them.
pub(super) fn to_seconds(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (n, part) in text.split('.').enumerate() {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let timed = out.len() >= 3
            && out.as_bytes()[out.len() - 3] == b':'
            && out.ends_with(|c: char| c.is_ascii_digit());
        if n > 0 && digits > 0 && timed && part[digits..].starts_with(['Z', '+', '-']) {
            out.push_str(&part[digits..]);
        } else {
            out.push_str(if n > 0 { "." } else { "" });
            out.push_str(part);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_to_the_second() {
        assert_eq!(to_seconds("a.json, at 2026-11-23T09:00:43.649Z"), "a.json, at 2026-11-23T09:00:43Z");
        assert_eq!(to_seconds("2026-11-23T09:00:43.649+00:00"), "2026-11-23T09:00:43+00:00");
        for kept in ["", ".", "v0.4.2Z", "127.0.0.1:9889", "2026-11-23T09:00:43Z", "a.1Z.b", "x:05.z"] {
            assert_eq!(to_seconds(kept), kept);
        }
    }

    #[test]
    fn a_time_has_its_age_beside_it() {
        let now = "2026-11-22T07:14:05Z".parse().ok();
        for (told, expected) in [
            (
                "the lease ended 2026-11-22T05:31:44Z.",
                "the lease ended 2026-11-22T05:31:44Z (1 h 42 min ago).",
            ),
            ("2026-11-22T07:14:04.1Z", "2026-11-22T07:14:04Z (1 s ago)"),
            ("2026-11-22T07:24:05+00:00, x", "2026-11-22T07:24:05+00:00 (in 10 min), x"),
            ("2026-11-20T07:14:05Z", "2026-11-20T07:14:05Z (2 days ago)"),
            ("2026-11-21T06:14:05Z", "2026-11-21T06:14:05Z (1 day 1 h ago)"),
            ("2026-11-22T07:14:05Z", "2026-11-22T07:14:05Z (at that moment)"),
        ] {
            assert_eq!(aged(told, now), expected);
        }
        for kept in
            ["", "port 9889, 0.4.2", "joined-20261123-090031Z-277b45f9", "a1-::", "1-", "日本 1.", "..5.."]
        {
            assert_eq!(aged(kept, now), kept);
        }
        assert_eq!(aged("2026-11-22T05:31:44.5Z", None), "2026-11-22T05:31:44Z");
    }
}
