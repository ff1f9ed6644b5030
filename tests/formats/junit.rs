//! JUnit XML, read by an XML parser.
use super::{HOSTILE, cases, samples, text};
use houmao_doctor::finding::{OperationVerdict, Report, Severity, Verdict};
use houmao_doctor::report::Format;
use roxmltree::{Document, Node};

fn elements<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.descendants().filter(move |n| n.has_tag_name(name))
}

/// The form that CI servers rely on: which element stands where, and counts that are true.
fn check(name: &str, xml: &str) {
    let document = Document::parse(xml).unwrap_or_else(|e| panic!("{name:?}: {e}\n{xml}"));
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    for node in root.descendants().filter(Node::is_element).skip(1) {
        let parent = node.parent().unwrap().tag_name().name();
        let legal = match node.tag_name().name() {
            "testsuite" => parent == "testsuites",
            "testcase" | "properties" => parent == "testsuite",
            "property" => parent == "properties" && node.has_attribute("name") && node.has_attribute("value"),
            "failure" | "error" => {
                parent == "testcase" && node.has_attribute("type") && node.has_attribute("message")
            }
            "skipped" => parent == "testcase" && node.has_attribute("message"),
            "system-out" => parent == "testcase",
            _ => false,
        };
        assert!(legal, "{name:?}: {} in {parent}", node.tag_name().name());
    }
    for node in std::iter::once(root).chain(elements(root, "testsuite")) {
        for (count, of) in
            [("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")]
        {
            let said: usize = node.attribute(count).unwrap().parse().unwrap();
            assert_eq!(said, elements(node, of).count(), "{name:?}: {count}");
        }
    }
    for case in elements(root, "testcase") {
        assert!(case.has_attribute("name") && case.has_attribute("classname"), "{name:?}");
        let ends = |n: &Node| ["failure", "error", "skipped"].contains(&n.tag_name().name());
        assert!(case.children().filter(ends).count() <= 1, "{name:?}");
    }
}

/// How many cases failed, could not be run, and are unknown.
fn counts(report: &Report) -> (usize, usize, usize) {
    let xml = text(Format::Junit, report);
    let document = Document::parse(&xml).unwrap();
    let root = document.root_element();
    let unknown = elements(root, "skipped").filter(|n| n.attribute("type") == Some("unknown")).count();
    (elements(root, "failure").count(), elements(root, "error").count(), unknown)
}

#[test]
fn it_is_junit() {
    for (name, report) in cases() {
        check(name, &text(Format::Junit, &report));
    }
}

#[test]
fn every_outcome_is_a_case_of_its_suite() {
    for (name, report) in cases() {
        let xml = text(Format::Junit, &report);
        let document = Document::parse(&xml).unwrap();
        // That there was nothing to examine is a case of its own: green checks of the host would look healthy.
        let nothing = usize::from(report.exit_code == 4);
        let cases = elements(document.root_element(), "testcase").count();
        assert_eq!(cases, report.outcomes.len() + nothing, "{name}");
        assert_eq!(xml.contains("type=\"nothing\""), nothing == 1, "{name}");
        let of =
            |test: &dyn Fn(&Verdict) -> bool| report.outcomes.iter().filter(|o| test(&o.verdict)).count();
        let fails = of(&|v| matches!(v, Verdict::Fired { finding } if finding.severity >= report.fail_on));
        let errors = of(&|v| matches!(v, Verdict::Error { .. }));
        let unknown = of(&|v| matches!(v, Verdict::Unknown { .. }));
        assert_eq!(counts(&report), (fails, errors, unknown), "{name}");
    }
}

#[test]
fn what_fails_depends_on_fail_on() {
    let mut report = samples::stale_pointer_good_fallback();
    assert_eq!(counts(&report).0, 0);
    assert!(text(Format::Junit, &report).contains("<system-out>warning: tmux holds the path"));
    report.fail_on = Severity::Info;
    assert_eq!(counts(&report).0, 2);
}

#[test]
fn the_operation_that_was_asked_about_is_a_case_too() {
    let mut report = samples::missing_metadata();
    report.outcomes.clear();
    assert_eq!(counts(&report), (0, 0, 0));
    report.asked = true;
    assert_eq!(counts(&report), (1, 0, 0));
    report.fail_on = Severity::Danger;
    assert_eq!(counts(&report), (0, 0, 0));
    report.operations[0].verdict = OperationVerdict::CannotTell;
    assert_eq!(counts(&report), (0, 0, 1));
    check("asked", &text(Format::Junit, &report));
}

#[test]
fn a_name_cannot_make_an_element() {
    let tags = |name: &str| {
        let xml = text(Format::Junit, &samples::hostile_named(name));
        check(name, &xml);
        let document = Document::parse(&xml).unwrap();
        let tags = document.descendants().filter(Node::is_element).map(|n| n.tag_name().name().to_owned());
        tags.collect::<Vec<_>>()
    };
    for name in HOSTILE {
        assert_eq!(tags(name), tags("gpu"), "{name:?}");
    }
}
