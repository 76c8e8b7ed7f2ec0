//! Promises of `docs/systems.md`.

use tests::scrape::Scrape;

const DOCUMENT: &str = include_str!("../../docs/systems.md");

/// Asserts that a scrape has every metric that the document promises for a system, with its labels.
#[track_caller]
pub(crate) fn assert_kept(system: &str, scrape: &Scrape) {
    let mut promises = 0;
    for (name, labels) in promised(system) {
        let suffixes = ["", "_count"];
        let names = suffixes.map(|suffix| format!("{name}{suffix}"));
        let mut samples = scrape.samples().filter(|sample| {
            let family = sample.split(['{', ' ']).next();
            names.iter().any(|name| Some(name.as_str()) == family)
        });
        let kept = samples.any(|sample| {
            labels
                .iter()
                .all(|label| sample.contains(&format!("{label}=\"")))
        });
        assert!(kept, "no {name}{labels:?} in {scrape:#?}");
        promises += 1;
    }
    assert!(promises > 0, "the document promises nothing for {system}");
}

/// Returns the metrics in the second column of a system's table, with their labels.
fn promised(system: &str) -> Vec<(&'static str, Vec<&'static str>)> {
    let heading = format!("\n## {system}\n");
    let (_, section) = DOCUMENT
        .split_once(&heading)
        .expect("the system has a section");
    let section = section.split("\n## ").next().unwrap_or(section);
    let rows = section.lines().filter(|line| line.starts_with("| "));
    let cells = rows.filter_map(|row| row.split(" | ").nth(1));
    let quoted = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    // A path is an endpoint of the management port, not a metric.
    let metrics = quoted.filter(|name| !name.starts_with('/'));
    metrics
        .map(|metric| {
            let (name, labels) = metric.split_once('{').unwrap_or((metric, ""));
            let labels = labels.trim_end_matches('}').split(", ");
            (name, labels.filter(|label| !label.is_empty()).collect())
        })
        .collect()
}

#[test]
fn document_has_a_section_for_every_system() {
    for (system, least) in [
        ("Aviator", 7),
        ("Aurora", 4),
        ("Coder", 20),
        ("Kestra", 18),
        ("NetPoint", 20),
    ] {
        let promises = promised(system).len();
        assert!(promises >= least, "{system}: {promises}");
    }
}
