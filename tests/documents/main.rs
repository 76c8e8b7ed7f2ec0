//! The tables of docs/metrics.md and the help texts, checked against the catalogue.

mod samples;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use metrics::Unit;
use tollgate::families::{CatalogueEntry, Kind, Tier};

/// Kind, labels and tier of a family.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    kind: String,
    labels: BTreeSet<String>,
    tier: String,
}

#[test]
fn document_lists_every_family_with_kind_labels_and_tier() {
    let documented = documented();
    let entries = catalogue();
    let mut wrong = Vec::new();
    for entry in &entries {
        let expected = Row {
            kind: kind(entry.kind).to_owned(),
            labels: entry.labels.iter().cloned().collect(),
            tier: tier(entry.tier).to_owned(),
        };
        match documented.get(&entry.name) {
            Some(row) if *row == expected => {}
            Some(row) => wrong.push(format!("{}: {row:?} is {expected:?}", entry.name)),
            None => wrong.push(format!("{} is missing: {expected:?}", entry.name)),
        }
    }
    let known: BTreeSet<_> = entries.iter().map(|entry| entry.name.as_str()).collect();
    for name in documented.keys() {
        if !known.contains(name.as_str()) {
            wrong.push(format!("{name} is in no catalogue"));
        }
    }
    assert!(wrong.is_empty(), "docs/metrics.md:\n{}", wrong.join("\n"));
}

#[test]
fn names_are_unique_and_carry_their_unit() {
    let mut seen = BTreeSet::new();
    for CatalogueEntry {
        name, kind, unit, ..
    } in catalogue()
    {
        assert!(seen.insert(name.clone()), "{name} is listed twice");
        let base = name.strip_suffix("_total");
        assert_eq!(base.is_some(), kind == Kind::Counter, "{name}");
        let base = base.unwrap_or(&name);
        for (ending, of) in [("_seconds", Unit::Seconds), ("_bytes", Unit::Bytes)] {
            assert_eq!(base.ends_with(ending), unit == of, "{name} is in {unit:?}");
        }
    }
}

#[test]
fn help_texts_are_noun_phrases_with_the_unit() {
    /// Openings and turns that a reader has to parse twice.
    const REFUSED: [&str; 9] = [
        "What ",
        "Who ",
        "Where ",
        "Whether it",
        "How ",
        "by how",
        "by what",
        "by why",
        "to who",
    ];
    for CatalogueEntry {
        name, unit, help, ..
    } in catalogue()
    {
        let help = help.as_ref();
        assert!(
            help.starts_with(|c: char| c.is_ascii_uppercase()),
            "{name}: {help}"
        );
        assert_eq!(help.matches('.').count(), 1, "{name}: {help}");
        assert!(help.ends_with('.'), "{name}: {help}");
        for refused in REFUSED {
            assert!(!help.contains(refused), "{name}: {help}");
        }
        let unit = match unit {
            Unit::Seconds => "seconds",
            Unit::Bytes => "bytes",
            _ => continue,
        };
        assert!(help.contains(unit), "{name} lacks its unit: {help}");
    }
}

fn catalogue() -> Vec<CatalogueEntry> {
    tollgate::catalogue().entries().to_vec()
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Counter => "counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
    }
}

fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Stable => "stable",
        Tier::Debug => "debug",
    }
}

/// Returns the rows of every table whose columns are Metric, Type, perhaps Labels, and Tier.
fn documented() -> BTreeMap<String, Row> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/metrics.md");
    let text = fs::read_to_string(path).unwrap();
    let mut rows = BTreeMap::new();
    let mut columns = Vec::new();
    for line in text.lines() {
        let Some(line) = line.strip_prefix("| ") else {
            if !line.starts_with("|-") {
                columns.clear();
            }
            continue;
        };
        let cells: Vec<&str> = line
            .trim_end_matches('|')
            .split(" | ")
            .map(str::trim)
            .collect();
        if columns.is_empty() {
            columns.clone_from(&cells);
            continue;
        }
        let of = |name: &str| {
            let place = columns.iter().position(|column| *column == name);
            place.and_then(|place| cells.get(place).copied())
        };
        let (Some(names), Some(kind), Some(tier)) = (of("Metric"), of("Type"), of("Tier")) else {
            continue;
        };
        // A description may follow the names.
        let names = names.split(": ").next().unwrap_or_default();
        for name in names.split('`').skip(1).step_by(2) {
            let row = Row {
                kind: kind.to_owned(),
                labels: labels(of("Labels").unwrap_or_default()),
                tier: tier.to_owned(),
            };
            assert!(
                rows.insert(name.to_owned(), row).is_none(),
                "{name} occurs twice"
            );
        }
    }
    rows
}

/// Returns the first word of each item of a list, without the ellipsis and what is in parentheses or
/// behind a colon.
fn labels(cell: &str) -> BTreeSet<String> {
    let mut plain = String::new();
    let mut depth = 0;
    for c in cell.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let plain = plain.split(": ").next().unwrap_or_default();
    let words = plain.split(',').map(str::trim);
    let words = words.filter(|word| !["", "–", "…"].contains(word));
    words.map(str::to_owned).collect()
}
