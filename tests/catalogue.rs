//! The table of failures in `rules/README.md`: every failure of the families has a row, and what the rows name is there.
use houmao_doctor::doctor;
use houmao_doctor::doctor::trial::Expected;
use houmao_doctor::finding::Severity;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The families, and how many failures are known of each.
const FAMILIES: &[(&str, u32)] =
    &[("A", 8), ("B", 12), ("C", 14), ("D", 11), ("E", 12), ("F", 18), ("G", 15), ("H", 21), ("I", 15)];

/// The checks that were proposed, with the severity that was; a rule of this name with this severity or a higher one, or a
/// row that says why not.
const PROPOSED: &[(&str, &str)] = &[
    ("tmux-metadata-missing", "error"),
    ("tmux-not-in-session", "info"),
    ("tmux-env-legacy-prefix", "error"),
    ("agent-def-pointer-missing", "error"),
    ("gateway-env-process-drift", "warning"),
    ("gateway-env-partial", "error"),
    ("gateway-env-invalid", "error"),
    ("gateway-env-retired-pointers", "warning"),
    ("manifest-session-mismatch", "error"),
    ("session-renamed", "error"),
    ("manifest-pointer-dead", "error"),
    ("manifest-env-registry-split", "error"),
    ("manifest-agent-id-mismatch", "error"),
    ("manifest-schema-unsupported", "error"),
    ("manifest-unreadable", "error"),
    ("gateway-subtree-incomplete", "error"),
    ("gateway-manifest-derived-drift", "warning"),
    ("session-root-moved", "error"),
    ("joined-window-name-lost", "warning"),
    ("pair-agent-unknown", "error"),
    ("pair-server-unreachable", "error"),
    ("pair-not-houmao", "error"),
    ("backend-retired", "error"),
    ("pair-name-ambiguous", "warning"),
    ("pair-no-gateway", "warning"),
    ("discovery-poison-record", "error"),
    ("pair-tmux-blind", "warning"),
    ("pair-registry-root-split", "error"),
    ("pair-instance-file-stale", "warning"),
    ("selector-is-tmux-alias", "info"),
    ("external-record-broken", "warning"),
    ("handle-window-zero", "danger"),
    ("handle-resolves-to-primary", "danger"),
    ("handle-shape-invalid", "error"),
    ("handle-pane-gone", "error"),
    ("handle-window-pane-disagree", "danger"),
    ("handle-foreign-session", "error"),
    ("handle-index-drift", "info"),
    ("handle-pidfile-disagree", "warning"),
    ("handle-pid-reused", "danger"),
    ("gateway-orphan-process", "danger"),
    ("handle-predates-boot", "warning"),
    ("aux-windows-multiple", "info"),
    ("aux-window-not-recorded", "warning"),
    ("primary-window-missing", "danger"),
    ("gateway-connected-primary-missing", "error"),
    ("primary-pane-dead", "error"),
    ("primary-pane-ambiguous", "error"),
    ("primary-handles-stale", "warning"),
    ("tmux-base-index", "warning"),
    ("join-surface-missing", "error"),
    ("tmux-renumber-windows", "warning"),
    ("session-name-occupied", "warning"),
    ("registry-active-session-gone", "error"),
    ("registry-lease-expired-live", "error"),
    ("registry-record-malformed", "error"),
    ("registry-dir-orphan", "info"),
    ("registry-generation-conflict", "error"),
    ("registry-name-ambiguous", "warning"),
    ("registry-session-claimed-twice", "error"),
    ("registry-gateway-drift", "warning"),
    ("registry-relaunching-stuck", "warning"),
    ("registry-stopped-not-relaunchable", "warning"),
    ("session-root-unregistered", "info"),
    ("registry-legacy-root", "warning"),
    ("session-unregistered-live", "error"),
    ("registry-symlink-entry", "warning"),
    ("gateway-listener-down", "error"),
    ("gateway-port-foreign", "error"),
    ("gateway-port-wrong-agent", "danger"),
    ("gateway-protocol-mismatch", "error"),
    ("gateway-proxy-capture", "error"),
    ("gateway-log-port-red-herring", "info"),
    ("gateway-port-differs-desired", "warning"),
    ("gateway-bind-wildcard", "warning"),
    ("gateway-env-override-ambient", "warning"),
    ("gateway-state-false-healthy", "warning"),
    ("gateway-state-false-offline", "warning"),
    ("desired-config-invalid", "error"),
    ("queue-running-orphan", "warning"),
    ("queue-running-long", "warning"),
    ("queue-backlog-detached", "warning"),
    ("queue-reconciliation-latched", "error"),
    ("queue-epoch-stale-rows", "warning"),
    ("upstream-awaiting-rebind", "error"),
    ("notifier-busy-streak", "warning"),
    ("notifier-not-polling", "warning"),
    ("notifier-without-gateway", "warning"),
    ("notifier-errors", "warning"),
    ("notifier-misconfigured", "warning"),
    ("notifier-repeat-digest", "info"),
    ("queue-schema-old", "error"),
    ("queue-unreadable", "error"),
    ("queue-depth-drift", "info"),
    ("mailbox-registration-missing", "error"),
    ("mailbox-protocol-mismatch", "error"),
    ("notifier-mailbox-binding-missing", "error"),
    ("tmux-unavailable", "error"),
    ("tmux-socket-split", "warning"),
    ("overlay-foreign-agent", "info"),
    ("overlay-env-override", "info"),
    ("overlay-env-invalid", "error"),
    ("catalog-schema-mismatch", "error"),
    ("overlay-migration-pending", "warning"),
    ("root-env-override", "warning"),
    ("joined-not-relaunchable", "info"),
    ("version-mixed", "warning"),
    ("version-known-bug", "info"),
];

/// A row's rules and its last cell.
struct Row {
    rules: Vec<String>,
    last: String,
}

/// What stands between backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The end of the guide, which holds the tables.
fn tables() -> String {
    let guide = std::fs::read_to_string("rules/README.md").expect("the guide is there");
    let (_, tables) =
        guide.split_once("\n## Every failure, and the rule that finds it\n").expect("the tables");
    assert!(!tables.contains("\n## "), "the tables stand at the end");
    tables.to_owned()
}

fn rows() -> BTreeMap<String, Row> {
    let text = tables();
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|l| l.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let id = cells[0];
        if !id.starts_with(|c: char| c.is_ascii_uppercase())
            || !id[1..].starts_with(|c: char| c.is_ascii_digit())
        {
            continue;
        }
        assert_eq!(cells.len(), 4, "{id}: a row has four cells: {line}");
        let row = Row { rules: quoted(cells[2]), last: cells[3].to_owned() };
        assert!(rows.insert(id.to_owned(), row).is_none(), "{id} has two rows");
    }
    rows
}

/// The rows whose first cell is a name between backticks, below a heading.
fn named_rows(heading: &str, cells: usize) -> BTreeMap<String, Vec<String>> {
    let text = tables();
    let section = text.split(&format!("\n### {heading}\n")).nth(1).unwrap_or_else(|| panic!("no {heading}"));
    let section = section.split("\n### ").next().unwrap_or_default();
    let mut rows = BTreeMap::new();
    for line in section.lines().filter(|l| l.starts_with("| `")) {
        let row: Vec<String> = line.trim_matches('|').split(" | ").map(|c| c.trim().to_owned()).collect();
        assert_eq!(row.len(), cells, "{heading}: {line}");
        let name = quoted(&row[0]).remove(0);
        assert!(rows.insert(name.clone(), row).is_none(), "{heading}: {name} has two rows");
    }
    rows
}

/// Whether a cell gives a reason, and not only the word for one.
fn is_reason(cell: &str) -> bool {
    cell.strip_prefix("left out").is_some_and(|why| why.len() > 20)
}

#[test]
fn every_failure_has_a_row_and_every_row_is_of_a_failure() {
    let wanted: BTreeSet<String> =
        FAMILIES.iter().flat_map(|(family, last)| (1..=*last).map(move |n| format!("{family}{n}"))).collect();
    let held: BTreeSet<String> = rows().into_keys().collect();
    assert_eq!(held, wanted);
}

#[test]
fn what_a_row_names_is_there() {
    let rules = doctor::rule_set().expect("the built-in rules load");
    let mut wrong = Vec::new();
    for (id, row) in rows() {
        wrong.extend(
            row.rules
                .iter()
                .filter(|r| rules.rule(r).is_none())
                .map(|r| format!("{id}: no rule is called {r}")),
        );
        let named = quoted(&row.last);
        let fixtures: Vec<&String> = named.iter().filter(|q| q.ends_with(".yaml")).collect();
        let gone = fixtures.iter().filter(|f| !Path::new("fixtures/rules").join(f).is_file());
        wrong.extend(gone.map(|f| format!("{id}: there is no fixture {f}")));
        let sessions =
            named.iter().filter(|q| q.starts_with(|c: char| c.is_ascii_digit()) && q.contains('-'));
        wrong
            .extend(sessions.filter_map(|s| not_found_in(s, &row.rules)).map(|what| format!("{id}: {what}")));
        let by_its_own = |f: &&String| row.rules.iter().any(|r| f.starts_with(&format!("{r}/fires")));
        let detected = fixtures.iter().any(by_its_own);
        if !(detected || is_reason(&row.last)) {
            wrong.push(format!("{id}: neither a rule with a fixture, nor a reason why it is left out"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Why a captured session is no example of a row: it is not there, or none of the rules is expected to fire on it.
fn not_found_in(session: &str, rules: &[String]) -> Option<String> {
    let Ok(text) = std::fs::read_to_string(format!("fixtures/sessions/{session}/expected.yaml")) else {
        return Some(format!("there is no session {session}"));
    };
    let expected = Expected::read(session, &text).expect("an expectation without mistakes");
    let mut fired = [&expected.fires, &expected.echoes].into_iter().flat_map(|l| l.0.values().flatten());
    let found = fired.any(|rule| rules.contains(rule));
    (!found).then(|| format!("none of {rules:?} fires on {session}"))
}

#[test]
fn every_proposed_check_is_a_rule_or_has_a_reason() {
    let rules = doctor::rule_set().expect("the built-in rules load");
    let named = named_rows("Proposed checks that are no rule of that name", 3);
    let lower = named_rows("Lower than proposed", 4);
    let severity = |word: &str| -> Severity {
        serde_json::from_value(word.into()).unwrap_or_else(|e| panic!("{word}: {e}"))
    };
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for (name, proposed) in PROPOSED {
        match rules.rule(name) {
            None => {
                used.insert((*name).to_owned());
                let Some(row) = named.get(*name) else {
                    wrong.push(format!("{name} is no rule, and no row says why"));
                    continue;
                };
                let instead = quoted(&row[1]);
                wrong.extend(
                    instead
                        .iter()
                        .filter(|r| rules.rule(r).is_none())
                        .map(|r| format!("{name}: no rule {r}")),
                );
                if instead.is_empty() && !is_reason(&row[2]) {
                    wrong.push(format!("{name}: neither a rule nor a reason"));
                }
                // What bears another name is weighed all the same.
                let is = instead.iter().filter_map(|r| rules.rule(r)).map(|r| r.severity).max();
                if let Some(is) = is.filter(|is| *is < severity(proposed)) {
                    match lower.get(*name) {
                        Some(row) if severity(&row[1]) == is && row[2] == *proposed => {}
                        row => {
                            wrong.push(format!("{name}: {instead:?} is {is:?}, proposed {proposed}: {row:?}"))
                        }
                    }
                }
            }
            Some(rule) => {
                let (is, was) = (rule.severity, severity(proposed));
                match lower.get(*name) {
                    Some(row) if severity(&row[1]) == is && is < was && row[2] == *proposed => {
                        used.insert((*name).to_owned());
                    }
                    None if is >= was => {}
                    row => wrong.push(format!("{name} is {is:?}, proposed was {was:?}, its row is {row:?}")),
                }
            }
        }
    }
    let stale = named.keys().chain(lower.keys()).filter(|name| !used.contains(*name));
    wrong.extend(stale.map(|name| format!("{name} has a row without need")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A rule says by its references which failure it is about; the tables say the same.
#[test]
fn what_a_rule_refers_to_is_what_its_row_says() {
    let rules = doctor::rule_set().expect("the built-in rules load");
    let rows = rows();
    let mut wrong = Vec::new();
    for rule in rules.rules() {
        for id in rule.written().references.iter().filter_map(|r| r.strip_prefix("failures ")) {
            if let Some(row) = rows.get(id)
                && !row.rules.contains(&rule.id)
                && !quoted(&row.last).contains(&rule.id)
            {
                wrong.push(format!("{} refers to {id}, and the row does not name it", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
