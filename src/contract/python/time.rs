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
    let (clock, tail) = clock(rest, zone.unwrap_or(rest.len())).ok_or(NoMoment::NotIso)?;
    if clock >= 24 * 3600 * SECOND {
        return Err(NoMoment::NotIso);
    }
    let Some(zone) = zone else {
        return Err(if tail { NoMoment::NotIso } else { NoMoment::Naive });
    };
    let offset = offset(&rest[zone..]).ok_or(NoMoment::NotIso)?;
    let days = i128::from((date - Date::constant(1970, 1, 1)).get_days());
    let micros = days * 86_400 * SECOND + clock - offset;
    i64::try_from(micros).ok().and_then(|m| Timestamp::from_microsecond(m).ok()).ok_or(NoMoment::NotIso)
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

/// Microseconds of `HH[:MM[:SS[.f]]]` up to `end`, and whether something was left over.
fn clock(c: &[char], end: usize) -> Option<(i128, bool)> {
    let mut parts = [0_i64; 3];
    let (mut at, mut colons, mut micros) = (0, false, 0);
    let mut tail = false;
    for (i, part) in parts.iter_mut().enumerate() {
        if at + 2 > end {
            return None;
        }
        *part = digits(c, at, 2)?;
        at += 2;
        let next = c.get(at).filter(|_| at < end).copied();
        colons |= i == 0 && next == Some(':');
        match next {
            None => break,
            Some(':') if colons => at += 1,
            Some('.' | ',') => {
                let run = c[at + 1..end].iter().take_while(|c| c.is_ascii_digit()).count();
                let kept = (end - at - 1).min(6);
                let value = digits(c, at + 1, kept).filter(|_| kept > 0)?;
                micros = value * 10_i64.pow(u32::try_from(6 - kept).ok()?);
                tail = at + 1 + run < end;
                break;
            }
            Some(_) if i == 2 || colons => return None,
            Some(_) => {}
        }
        if at >= end {
            tail = true;
            break;
        }
    }
    let [hours, minutes, seconds] = parts.map(i128::from);
    (minutes < 60 && seconds < 60).then_some(())?;
    Some(((hours * 3600 + minutes * 60 + seconds) * SECOND + i128::from(micros), tail))
}

/// Microseconds east of Greenwich.
fn offset(c: &[char]) -> Option<i128> {
    if c[0] == 'Z' {
        return (c.len() == 1).then_some(0);
    }
    let (size, tail) = clock(&c[1..], c.len() - 1)?;
    (!tail && size < 24 * 3600 * SECOND).then_some(if c[0] == '-' { -size } else { size })
}
