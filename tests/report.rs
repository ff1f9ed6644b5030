//! The reports as their readers get them. Golden files: `cargo insta accept`, or `INSTA_UPDATE=always`, after reading.
#[path = "report/samples.rs"]
mod samples;

use houmao_doctor::finding::{Detail, Report};
use houmao_doctor::report::{Format, Look, json, write};

fn text(format: Format, report: &Report, look: Look) -> String {
    let mut out = Vec::new();
    write(format, report, &look, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn human(report: &Report) -> String {
    text(Format::Human, report, Look::default())
}

fn all() -> Vec<(&'static str, Report)> {
    vec![
        ("healthy", samples::healthy()),
        ("missing_metadata", samples::missing_metadata()),
        ("stale_pointer_good_fallback", samples::stale_pointer_good_fallback()),
        ("danger", samples::danger()),
        ("tmux_timed_out", samples::tmux_timed_out()),
        ("sweep", samples::sweep()),
        ("nothing", samples::nothing()),
        ("hostile", samples::hostile()),
    ]
}

#[test]
fn human_reports() {
    for (name, report) in all() {
        insta::assert_snapshot!(format!("human_{name}"), human(&report));
    }
}
