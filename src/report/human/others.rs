//! The operations of a case beside the one that its verdict is about.
use super::page::Page;
use super::words::command_name;
use crate::finding::{Detail, Operation, OperationVerdict};
use crate::report::order::Case;

/// Writes what they come to, where that is news; those that come to the same share a line. That they need the
/// fallback too, like the one that the verdict is about, is none.
pub(super) fn write(page: &mut Page, case: &Case) {
    let full = page.look.detail == Detail::Full;
    let main = case.operations.first().map(|o| o.verdict);
    let news = |o: &&&Operation| match o.verdict {
        OperationVerdict::CannotTell => true,
        OperationVerdict::WillWorkByFallback => full || main != Some(o.verdict),
        _ => full,
    };
    let mut lines: Vec<(String, Vec<String>)> = Vec::new();
    for o in case.operations.iter().skip(1).filter(news) {
        let (name, comes) = (format!("{} {}", command_name(&o.operation), o.selector), other(o));
        match lines.iter_mut().find(|(c, _)| !full && *c == comes) {
            Some((_, names)) => names.push(name),
            None => lines.push((comes, vec![name])),
        }
    }
    if !lines.is_empty() {
        page.heading("Other commands");
    }
    for (comes, names) in lines {
        page.item("  - ", &format!("{}: {comes}", names.join(", ")));
    }
}

fn other(o: &Operation) -> String {
    match o.verdict {
        OperationVerdict::WillWork => "will work".to_owned(),
        OperationVerdict::WillWorkByFallback => "will work, by its fallback".to_owned(),
        OperationVerdict::WillFail => {
            let error = o.error.as_deref().unwrap_or(&o.decided_by);
            format!("will fail: {error}")
        }
        OperationVerdict::WouldHarm => "would harm something that lives".to_owned(),
        OperationVerdict::CannotTell => format!("cannot be told: {}", o.missing.join("; ")),
    }
}
