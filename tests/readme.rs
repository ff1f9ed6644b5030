//! What the README shows is what the doctor says: the sample report and the table of rules are generated, and held here.
//! `UPDATE=1 cargo test --test readme` writes them anew.
use houmao_doctor::doctor::{self, DEMOS, Request, Selection, Source};
use houmao_doctor::report::{self, Format, Look};

/// The README with the text between `<!-- name -->` and `<!-- /name -->` replaced.
fn with(readme: &str, name: &str, text: &str) -> String {
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let start = readme.find(&open).expect("the opening mark") + open.len();
    let end = readme.find(&close).expect("the closing mark");
    format!("{}{text}{}", &readme[..start], &readme[end..])
}

/// What `houmao-doctor demo NAME` prints into a pipe.
fn demo(name: &str) -> String {
    let request = Request {
        selection: Selection::All,
        source: Source::Demo(name.to_owned()),
        offline: true,
        ..Request::default()
    };
    let report = doctor::examine(&request).expect("the sample is judged").report;
    let mut bytes = Vec::new();
    report::write(Format::Human, &report, &Look::default(), &mut bytes).expect("writing to memory");
    String::from_utf8(bytes).expect("text")
}

fn sample() -> String {
    format!("```text\n{}\n```\n", demo(DEMOS[0].name).trim_end())
}

/// The report of each built-in sample, for whoever wants to read them without building anything.
#[test]
fn the_reports_beside_the_fixtures_are_what_the_doctor_says() {
    for sample in DEMOS {
        let (path, now) = (format!("fixtures/reports/{}.txt", sample.name), demo(sample.name));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::create_dir_all("fixtures/reports").expect("a folder");
            std::fs::write(&path, &now).expect("written");
        }
        let held = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(held == now, "{path} differs from what the doctor says; UPDATE=1 cargo test --test readme");
    }
}

fn rules() -> String {
    let mut table = String::from("| rule | severity, scope | what is wrong |\n|---|---|---|\n");
    for rule in doctor::rules().expect("the rules load") {
        table += &format!("| `{}` | {} | {} |\n", rule.name, rule.kind, rule.about);
    }
    table
}

#[test]
fn the_readme_shows_what_the_doctor_says() {
    let held = std::fs::read_to_string("README.md").expect("README.md");
    let now = with(&with(&held, "demo", &sample()), "rules", &rules());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write("README.md", &now).expect("written");
        return;
    }
    assert!(held == now, "README.md differs from what the doctor says; UPDATE=1 cargo test --test readme");
}
