//! Checks what several rules say together: that named causes exist, and that none explains itself.
use super::check::Notes;
use super::locate::Seg;
use super::words::suggest;
use super::written;
use std::collections::BTreeMap;

/// The causes of every rule, base and new, by id.
pub(super) type Causes = BTreeMap<String, Vec<String>>;

/// Notes causes of a rule that are unknown, repeated, or lead back to it.
pub(super) fn check(notes: &mut Notes, rule: &written::Rule, causes: &Causes) {
    notes.path.push(Seg::Key("caused_by".to_owned()));
    notes.each(&rule.caused_by, |notes, written| {
        written.rules.iter().for_each(|cause| check_one(notes, rule, cause, causes));
        Some(())
    });
    notes.path.pop();
}

fn check_one(notes: &mut Notes, rule: &written::Rule, cause: &String, causes: &Causes) {
    if *cause == rule.id {
        notes.wrong(format!("the rule `{cause}` cannot be its own cause"), None);
    } else if !causes.contains_key(cause) {
        let others = causes.keys().filter(|id| **id != rule.id).map(String::as_str);
        notes.wrong(format!("unknown rule `{cause}`"), suggest(cause, others));
    } else if rule.causes().filter(|c| *c == cause).count() > 1 {
        notes.wrong(format!("the cause `{cause}` is there twice"), None);
    } else if let Some(way) = way_back(cause, &rule.id, causes) {
        // A cycle is told once, at its first rule by name.
        if way.iter().all(|id| *id >= rule.id) {
            let way = std::iter::once(rule.id.as_str()).chain(way.iter().map(String::as_str));
            notes.wrong(format!("the causes form a circle: {}", way.collect::<Vec<_>>().join(" <- ")), None);
        }
    }
}

/// The rules from `from` to `to` along causes, both included; none if there is no such way.
fn way_back(from: &str, to: &str, causes: &Causes) -> Option<Vec<String>> {
    let mut came_from = BTreeMap::<&str, &str>::new();
    let mut open = vec![from];
    while let Some(id) = open.pop() {
        if id == to {
            let mut way = vec![id.to_owned()];
            let mut at = id;
            while let Some(before) = came_from.get(at).filter(|_| at != from) {
                way.insert(0, (*before).to_owned());
                at = before;
            }
            return Some(way);
        }
        for next in causes.get(id).into_iter().flatten() {
            if next != from && !came_from.contains_key(next.as_str()) {
                came_from.insert(next, id);
                open.push(next);
            }
        }
    }
    None
}
