//! Two files compared, each a snapshot or a report.
use super::DoctorError;
use super::judge::judge;
use super::request::Request;
use super::store::{Either, load_either};
use crate::report::diff::{Diff, SideKind, compare};
use crate::report::json;
use crate::rule::RuleSet;
use std::path::Path;

/// Compares what two files say, judging those that are snapshots by `rules` as `request` says.
///
/// # Errors
/// When a file cannot be read or is neither; one sentence that names it.
pub fn diff(old: &Path, new: &Path, rules: &RuleSet, request: &Request) -> Result<Diff, DoctorError> {
    let (old_kind, old_report) = side(old, rules, request)?;
    let (new_kind, new_report) = side(new, rules, request)?;
    let name = |path: &Path| path.display().to_string();
    Ok(compare((&name(old), old_kind, &old_report), (&name(new), new_kind, &new_report), request.fail_on))
}

fn side(path: &Path, rules: &RuleSet, request: &Request) -> Result<(SideKind, json::Report), DoctorError> {
    match load_either(path)? {
        Either::Report(report) => Ok((SideKind::Report, *report)),
        Either::Snapshot(mut snapshot) => {
            if request.houmao.is_some() {
                snapshot.houmao.asked.clone_from(&request.houmao);
            }
            let report = judge(&snapshot, rules, request)?;
            Ok((SideKind::Snapshot, json::Report::from(&report)))
        }
    }
}
