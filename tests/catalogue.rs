//! `rules/CATALOGUE.md`: every failure of the families that it holds has a row, and what the rows name is there.
use houmao_doctor::doctor;
use std::collections::BTreeMap;
use std::path::Path;

/// Families with a table, and the rows that each must have. I6 and I7 come with the rules of project catalogs.
const FAMILIES: &[(&str, &[u32])] = &[
    ("F", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]),
    ("G", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]),
    ("I", &[1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15]),
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

fn rows() -> BTreeMap<String, Row> {
    let text = std::fs::read_to_string("rules/CATALOGUE.md").expect("the catalogue is there");
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

#[test]
fn every_failure_has_a_row() {
    let rows = rows();
    let wanted =
        FAMILIES.iter().flat_map(|(family, numbers)| numbers.iter().map(move |n| format!("{family}{n}")));
    let missing: Vec<String> = wanted.filter(|id| !rows.contains_key(id)).collect();
    assert!(missing.is_empty(), "without a row: {missing:?}");
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
        let fixtures: Vec<String> = quoted(&row.last).into_iter().filter(|q| q.ends_with(".yaml")).collect();
        let gone = fixtures.iter().filter(|f| !Path::new("fixtures/rules").join(f).is_file());
        wrong.extend(gone.map(|f| format!("{id}: there is no fixture {f}")));
        let detected = !row.rules.is_empty() && !fixtures.is_empty();
        let reason = row.last.strip_prefix("left out").is_some_and(|why| why.len() > 20);
        if !(detected || reason) {
            wrong.push(format!("{id}: neither a rule with a fixture, nor a reason why it is left out"));
        }
    }
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
                && !row.last.contains(&rule.id)
            {
                wrong.push(format!("{} refers to {id}, and the row does not name it", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
