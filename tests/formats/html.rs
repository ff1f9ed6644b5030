//! HTML, read by a strict parser. `tests/run reports` opens it in a browser.
use super::{HOSTILE, cases, samples, text};
use houmao_doctor::finding::Report;
use houmao_doctor::report::Format;
use roxmltree::{Document, Node};
use std::collections::BTreeSet;

/// The page as XML: it closes all that it opens, but for the elements that HTML never closes.
fn xml(report: &Report) -> String {
    let page = text(Format::Html, report);
    let page = page.strip_prefix("<!DOCTYPE html>").unwrap_or_else(|| panic!("no doctype: {}", &page[..40]));
    let mut out = String::new();
    for part in page.split_inclusive('>') {
        let void =
            ["<meta ", "<br"].iter().any(|tag| part.rfind('<').is_some_and(|at| part[at..].starts_with(tag)));
        out.push_str(&if void { part.replace('>', "/>") } else { part.to_owned() });
    }
    out
}

fn parse(xml: &str) -> Document<'_> {
    Document::parse(xml).unwrap_or_else(|e| panic!("{e}\n{xml}"))
}

/// Elements and their attributes' names, but for those of lines of text in drawings, which a longer name makes more of.
fn skeleton(document: &Document) -> Vec<String> {
    let of = |n: Node| {
        let attributes: Vec<&str> = n.attributes().map(|a| a.name()).collect();
        format!("{} {}", n.tag_name().name(), attributes.join(" "))
    };
    let all = document.descendants().filter(|n| n.is_element() && !n.has_tag_name("tspan"));
    all.map(of).collect()
}

#[test]
fn a_name_cannot_make_an_element() {
    let benign = xml(&samples::hostile_named("gpu"));
    let benign = skeleton(&parse(&benign));
    for name in HOSTILE {
        let hostile = xml(&samples::hostile_named(name));
        assert_eq!(skeleton(&parse(&hostile)), benign, "{name:?}");
    }
}

#[test]
fn it_loads_nothing_and_runs_nothing() {
    for (name, report) in cases().into_iter().chain(HOSTILE.map(|n| (n, samples::hostile_named(n)))) {
        let xml = xml(&report);
        let document = parse(&xml);
        for node in document.descendants().filter(Node::is_element) {
            let tag = node.tag_name().name();
            let acts = ["script", "link", "img", "image", "use", "iframe", "object", "embed", "form", "base"];
            assert!(!acts.contains(&tag), "{name:?}: {tag}");
            for a in node.attributes() {
                assert!(
                    !a.name().starts_with("on") && !["src", "style", "srcset"].contains(&a.name()),
                    "{name:?}: {tag} {}",
                    a.name()
                );
                assert!(a.name() != "href" || a.value().starts_with('#'), "{name:?}: {}", a.value());
            }
        }
        let policy =
            document.descendants().find(|n| n.attribute("http-equiv") == Some("Content-Security-Policy"));
        assert!(
            policy
                .unwrap()
                .attribute("content")
                .unwrap()
                .starts_with("default-src 'none'; style-src 'unsafe-inline'")
        );
        let style = document.descendants().find(|n| n.has_tag_name("style")).unwrap().text().unwrap();
        assert!(!style.contains("url(") && !style.contains("@import"));
    }
}

#[test]
fn it_can_be_read_without_seeing_it() {
    for (name, report) in cases() {
        let xml = xml(&report);
        let document = parse(&xml);
        let all = |tag: &'static str| document.descendants().filter(move |n| n.has_tag_name(tag));
        assert_eq!(document.root_element().attribute("lang"), Some("en"));
        for landmark in ["header", "main", "footer", "h1"] {
            assert_eq!(all(landmark).count(), 1, "{name}: {landmark}");
        }
        let levels: Vec<u32> = document
            .descendants()
            .filter_map(|n| n.tag_name().name().strip_prefix('h').and_then(|level| level.parse().ok()))
            .collect();
        assert!(levels.windows(2).all(|w| w[1] <= w[0] + 1), "{name}: {levels:?}");
        let ids: Vec<&str> = document.descendants().filter_map(|n| n.attribute("id")).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{name}: an id is there twice");
        for node in document.descendants() {
            for id in node.attribute("aria-labelledby").into_iter().flat_map(str::split_whitespace) {
                assert!(ids.contains(&id), "{name}: no {id}");
            }
            if let Some(target) = node.attribute("href") {
                assert!(ids.contains(&&target[1..]), "{name}: no {target}");
            }
        }
        assert!(
            all("th").all(|n| ["col", "row"].contains(&n.attribute("scope").unwrap_or_default())),
            "{name}"
        );
        for svg in all("svg").filter(|n| n.attribute("aria-hidden").is_none()) {
            let said: Vec<&str> =
                svg.children().filter(Node::is_element).take(2).map(|n| n.tag_name().name()).collect();
            assert_eq!(
                (svg.attribute("role"), said.as_slice()),
                (Some("img"), &["title", "desc"][..]),
                "{name}"
            );
        }
        for operation in &report.operations {
            let told = all("th").filter(|n| n.text() == Some(operation.steps[0].title.as_str())).count();
            assert!(told > 0, "{name}: a path that is drawn is a table too");
        }
    }
}
