//! Looks again until what was hoped for is so: a registration may lag behind the launch that it belongs to.
use super::DoctorError;
use super::examine::examine;
use super::request::Request;
use crate::finding::{Glance, OperationVerdict, Report, Verdict, Waited};
use std::time::{Duration, Instant};

/// Time between two looks: the doctor is no burden to what it waits for.
const PAUSE: Duration = Duration::from_secs(1);

/// What one look gives: a report, and why there was nothing to examine, if there was nothing.
type Look = Result<(Report, Option<String>), DoctorError>;

/// Judges again and again until all is well or `limit` is over; `progress` is told of every look that is not the last,
/// and how long it took until then. The report is that of the last look, and says what the first one said.
///
/// # Errors
/// When the doctor cannot do its work; trouble of the patient is waited for.
pub fn wait(request: &Request, limit: Duration, progress: &mut dyn FnMut(&Glance, Duration)) -> Look {
    let begun = Instant::now();
    let mut look = || examine(request).map(|seen| (seen.report, seen.nothing));
    let mut pause = |seen: &Glance| {
        let so_far = begun.elapsed();
        let left = limit.saturating_sub(so_far);
        if !left.is_zero() {
            progress(seen, so_far);
            std::thread::sleep(left.min(PAUSE));
        }
        !left.is_zero()
    };
    let (mut report, nothing) = until_well(request.ask.is_some(), &mut look, &mut pause)?;
    if let Some(waited) = &mut report.waited {
        (waited.seconds, waited.limit) = (begun.elapsed().as_secs(), limit.as_secs());
    }
    Ok((report, nothing))
}

/// Looks until all is well, or until `pause` says that the time is up. `asked`: the report is about one operation.
fn until_well(asked: bool, look: &mut dyn FnMut() -> Look, pause: &mut dyn FnMut(&Glance) -> bool) -> Look {
    let (mut report, mut nothing) = look()?;
    let first = glance(&report, asked);
    let mut last = first.clone();
    let mut looks = 1;
    while !is_well(&last) && pause(&last) {
        (report, nothing) = look()?;
        last = glance(&report, asked);
        looks += 1;
    }
    report.waited = Some(Waited { seconds: 0, limit: 0, looks, well: is_well(&last), first });
    Ok((report, nothing))
}

/// Whether the operation asked about would work; where none was asked about, whether the exit code is 0.
fn is_well(seen: &Glance) -> bool {
    match seen.verdict {
        Some(v) => matches!(v, OperationVerdict::WillWork | OperationVerdict::WillWorkByFallback),
        None => seen.exit_code == 0,
    }
}

fn glance(report: &Report, asked: bool) -> Glance {
    // The operation that was asked about stands alone in the report.
    let asked = report.operations.first().filter(|_| asked);
    let fired = report.outcomes.iter().filter(|o| matches!(o.verdict, Verdict::Fired { .. }));
    Glance {
        taken_at: report.taken_at.clone(),
        exit_code: report.exit_code,
        verdict: asked.map(|o| o.verdict),
        findings: fired.map(|o| (o.rule.clone(), o.subject.clone())).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(verdict: Option<OperationVerdict>, exit_code: u8) -> Glance {
        Glance { taken_at: String::new(), exit_code, verdict, findings: vec![] }
    }

    #[test]
    fn an_operation_that_would_work_is_enough_whatever_else_is_wrong() {
        assert!(is_well(&seen(Some(OperationVerdict::WillWork), 1)));
        assert!(is_well(&seen(Some(OperationVerdict::WillWorkByFallback), 1)));
        for verdict in [OperationVerdict::WillFail, OperationVerdict::WouldHarm, OperationVerdict::CannotTell]
        {
            assert!(!is_well(&seen(Some(verdict), 0)), "{verdict:?}");
        }
        let codes: Vec<u8> = (0..5).filter(|code| is_well(&seen(None, *code))).collect();
        assert_eq!(codes, [0]);
    }

    /// Looks that give these exit codes, one after the other.
    fn looks(codes: &[u8], pauses: usize) -> (Report, usize) {
        let (mut looked, mut paused) = (0, 0);
        let mut look = || {
            let report =
                Report { exit_code: codes[looked], taken_at: looked.to_string(), ..Report::default() };
            looked += 1;
            Ok((report, None))
        };
        let mut pause = |_: &Glance| {
            paused += 1;
            paused <= pauses
        };
        let (report, _) = until_well(false, &mut look, &mut pause).unwrap();
        (report, looked)
    }

    #[test]
    fn it_looks_until_all_is_well_and_keeps_what_the_first_look_said() {
        let (report, looked) = looks(&[3, 1, 0, 1], 9);
        let waited = report.waited.unwrap();
        assert_eq!((looked, report.exit_code, report.taken_at.as_str()), (3, 0, "2"));
        assert!(waited.well && waited.looks == 3, "{waited:?}");
        assert_eq!((waited.first.exit_code, waited.first.taken_at.as_str()), (3, "0"));
    }

    #[test]
    fn it_stops_when_the_time_is_up_and_does_not_begin_where_all_is_well() {
        let (report, looked) = looks(&[1, 4, 3, 0], 2);
        assert_eq!((looked, report.exit_code, report.waited.map(|w| w.well)), (3, 3, Some(false)));
        assert_eq!(looks(&[0, 1], 9).1, 1);
    }
}
