//! `datetime.fromisoformat` of Python 3.11, for moments with a time zone.
use super::NoMoment;
use jiff::Timestamp;
use jiff::civil::{Date, ISOWeekDate, Weekday};

const SECOND: i128 = 1_000_000;

/// Reads a moment. Python accepts more forms than RFC 3339 (week dates, any character between date and time, no
/// separators), and Houmao what Python accepts.
pub fn parse_isoformat(text: &str) -> Result<Timestamp, NoMoment> {
    let chars: Vec<char> = text.chars().collect();
    let split = separator(&chars).ok_or(NoMoment::NotIso)?;
    let date = date(chars.get(..split).ok_or(NoMoment::NotIso)?).ok_or(NoMoment::NotIso)?;
    let rest = chars.get(split + 1..).unwrap_or_default();
    if chars.len() <= split {
        return Err(NoMoment::Naive);
    }
    let zone = rest.iter().position(|c| matches!(c, '+' | '-' | 'Z'));
    let clock = clock(rest, zone.unwrap_or(rest.len())).ok_or(NoMoment::NotIso)?;
    if clock.parts.iter().zip([24, 60, 60]).any(|(part, limit)| *part >= limit) {
        return Err(NoMoment::NotIso);
    }
    let Some(zone) = zone else {
        return Err(if clock.tail { NoMoment::NotIso } else { NoMoment::Naive });
    };
    let offset = offset(&rest[zone..]).ok_or(NoMoment::NotIso)?;
    let days = i128::from((date - Date::constant(1970, 1, 1)).get_days());
    let micros = days * 86_400 * SECOND + clock.size() - offset;
    // Python's last day reaches beyond the last moment that a `Timestamp` holds.
    let micros = i64::try_from(micros).map_err(|_| NoMoment::NotIso)?;
    Ok(Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX))
}

/// Index of the character between date and time.
fn separator(c: &[char]) -> Option<usize> {
    let digit = |i: usize| c.get(i).is_some_and(char::is_ascii_digit);
    match c.len() {
        0..7 => None,
        7 => Some(7),
        _ if c[4] == '-' && c[5] != 'W' => Some(10),
        _ if c[4] == '-' && c.get(8) != Some(&'-') => Some(8),
        9 if c[4] == '-' => None,
        _ if c[4] == '-' => Some(if digit(10) { 8 } else { 10 }),
        _ if c[4] != 'W' => Some(8),
        _ => {
            let end = (7..c.len()).find(|&i| !digit(i)).unwrap_or(c.len());
            Some(if end < 9 {
                end
            } else if end % 2 == 0 {
                7
            } else {
                8
            })
        }
    }
}

fn digits(c: &[char], at: usize, count: usize) -> Option<i64> {
    let part = c.get(at..at + count)?;
    part.iter().try_fold(0, |n, c| Some(n * 10 + i64::from(c.to_digit(10)?)))
}

fn date(c: &[char]) -> Option<Date> {
    let year = i16::try_from(digits(c, 0, 4)?).ok().filter(|y| *y >= 1)?;
    let dashes = c.get(4) == Some(&'-');
    let mut at = 4 + usize::from(dashes);
    if c.get(at) == Some(&'W') {
        let week = i8::try_from(digits(c, at + 1, 2)?).ok()?;
        at += 3;
        let mut day = 1;
        if at < c.len() {
            if (c[at] == '-') != dashes {
                return None;
            }
            at += usize::from(dashes);
            day = i8::try_from(digits(c, at, 1)?).ok()?;
            at += 1;
        }
        let day = Weekday::from_monday_one_offset(day).ok()?;
        let date = ISOWeekDate::new(year, week, day).ok()?.date();
        return (at == c.len()).then_some(date);
    }
    let month = i8::try_from(digits(c, at, 2)?).ok()?;
    at += 2;
    if dashes {
        (c.get(at) == Some(&'-')).then_some(())?;
        at += 1;
    }
    let day = i8::try_from(digits(c, at, 2)?).ok()?;
    (at + 2 == c.len()).then_some(())?;
    Date::new(year, month, day).ok()
}

/// `HH[:MM[:SS[.f]]]` as read.
struct Clock {
    /// Hours, minutes, seconds.
    parts: [i128; 3],
    micros: i128,
    /// Whether something was left over.
    tail: bool,
}

impl Clock {
    /// In microseconds.
    fn size(&self) -> i128 {
        let [hours, minutes, seconds] = self.parts;
        (hours * 3600 + minutes * 60 + seconds) * SECOND + self.micros
    }
}

/// Reads a clock from characters up to `end`.
fn clock(c: &[char], end: usize) -> Option<Clock> {
    let mut parts = [0_i64; 3];
    let (mut at, mut colons, mut micros) = (0, false, 0);
    let mut tail = false;
    for (i, part) in parts.iter_mut().enumerate() {
        if at + 2 > end {
            return None;
        }
        *part = digits(c, at, 2)?;
        at += 2;
        if at >= end {
            break;
        }
        let next = c[at];
        colons |= i == 0 && next == ':';
        // A single character that is left over is never looked at, only forbidden where no zone follows.
        if at + 1 == end {
            tail = true;
            break;
        }
        let from = match next {
            ':' if colons && i < 2 => {
                at += 1;
                continue;
            }
            '.' | ',' => at + 1,
            ':' if colons => at + 1,
            _ if colons => return None,
            _ if i < 2 => continue,
            _ => at,
        };
        let kept = (end - from).min(6);
        micros = digits(c, from, kept)? * 10_i64.pow(u32::try_from(6 - kept).ok()?);
        let run = c[from..end].iter().take_while(|c| c.is_ascii_digit()).count();
        tail = from + run < end;
        break;
    }
    Some(Clock { parts: parts.map(i128::from), micros: i128::from(micros), tail })
}

/// Microseconds east of Greenwich.
fn offset(c: &[char]) -> Option<i128> {
    if c[0] == 'Z' {
        return (c.len() == 1).then_some(0);
    }
    // Minutes and seconds beyond 59 are fine here.
    let clock = clock(&c[1..], c.len() - 1)?;
    let size = clock.size();
    (!clock.tail && size < 24 * 3600 * SECOND).then_some(if c[0] == '-' { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, NoMoment> {
        crate::contract::python::parse_moment(text).map(|moment| moment.to_string())
    }

    #[test]
    fn reads_what_python_reads() {
        let eight = Ok("2026-11-23T08:00:00Z".to_owned());
        for text in [
            "2026-11-23T08:00:00+00:00",
            "2026-11-23T08:00:00Z",
            "20261123T080000Z",
            "2026-W48-1T08:00+00:00",
            "2026W481T08+00",
            "2026-11-23 09:00:00.0000009+01:00",
            "2026-11-23é08:00Z",
            "2026-11-23T08:00:00 +00:00",
        ] {
            assert_eq!(read(text), eight, "{text}");
        }
        assert_eq!(read("2026-11-23T08:00:00,5Z"), Ok("2026-11-23T08:00:00.5Z".into()));
    }

    #[test]
    fn refuses_what_python_refuses() {
        for text in ["2026-11-23", "2026-11-23T08:00:00", "20261123T0800"] {
            assert_eq!(read(text), Err(NoMoment::Naive), "{text}");
        }
        for text in [
            "now",
            "",
            "2026-11-23T24:00:00Z",
            "2026-02-29T00:00Z",
            "2026-11-23T08:00+24:00",
            "2026-11-23T8Z",
        ] {
            assert_eq!(read(text), Err(NoMoment::NotIso), "{text}");
        }
    }
}
