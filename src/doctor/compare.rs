//! Two files compared, each a snapshot or a report, or each the reports on several inputs.
use super::DoctorError;
use super::config::Settings;
use super::judge::judge_with;
use super::request::Request;
use super::store::{Either, load_either};
use crate::finding::Policy;
use crate::report::diff::{Diff, SideKind, compare, compare_several};
use crate::report::json::{Report, Reports};
use crate::rule::RuleSet;
use std::path::Path;

/// What a file says.
enum Said {
    One(SideKind, Box<Report>),
    Several(Box<Reports>),
}

/// Compares what two files say, judging those that are snapshots as `request` says.
///
/// # Errors
/// When a file cannot be read or is neither, or only one of them holds several reports; one sentence that names it. And
/// all mistakes of the configuration and of own rules.
pub fn diff(old: &Path, new: &Path, request: &Request) -> Result<Diff, DoctorError> {
    let settings = Settings::of(request)?;
    let policy = settings.policy.clone();
    let rules = settings.rules()?;
    let (before, after) = (said(old, &rules, &policy, request)?, said(new, &rules, &policy, request)?);
    let (old, new) = (old.display().to_string(), new.display().to_string());
    match (before, after) {
        (Said::One(kind, before), Said::One(now, after)) => {
            Ok(compare((&old, kind, &before), (&new, now, &after), request.fail_on))
        }
        (Said::Several(before), Said::Several(after)) => {
            Ok(compare_several((&old, &before), (&new, &after), request.fail_on))
        }
        (Said::Several(_), Said::One(..)) => Err(DoctorError::Unlike { several: old, one: new }),
        (Said::One(..), Said::Several(_)) => Err(DoctorError::Unlike { several: new, one: old }),
    }
}

fn said(path: &Path, rules: &RuleSet, policy: &Policy, request: &Request) -> Result<Said, DoctorError> {
    match load_either(path)? {
        Either::Reports(reports) => Ok(Said::Several(reports)),
        Either::Report(report) => Ok(Said::One(SideKind::Report, report)),
        Either::Snapshot(mut snapshot) => {
            if request.houmao.is_some() {
                snapshot.houmao.asked.clone_from(&request.houmao);
            }
            let (report, _) = judge_with(&snapshot, rules, request, policy.clone())?;
            Ok(Said::One(SideKind::Snapshot, Box::new(Report::from(&report))))
        }
    }
}
