//! Cost that each collector adds to the measured operation.
//!
//! Rows are measured as those of `overhead` are: in interleaved rounds, `added_ns` being the median
//! of the differences to the bare operation *within a round*, and allocations counted in a process
//! of its own. A query of the database crosses to its thread and back, so its rounds differ widely
//! on a busy machine: see the quartiles in brackets.
//!
//! `cargo bench -p benches --bench collectors` prints the table and writes `bench/collectors.json`
//! in the target directory; `cargo test -p benches --bench collectors` runs one round to see that
//! every row works.

use std::{error::Error, time::Duration};

use benches::{Goal, Report, Rounds, Spread, allocations, clock, collectors};
use serde_json::json;

const BUDGET: Duration = Duration::from_secs(40);

fn main() -> Result<(), Box<dyn Error>> {
    let mut rows = collectors::all()?;
    rows.push(clock::pair());
    let samples = Rounds::lasting(BUDGET).measure(&mut rows, || ());
    let allocations = allocations::counted_by(env!("CARGO_BIN_EXE_allocations"))?;

    let mut report = Report::new(&["row", "ns", "added ns", "allocations", "added"]);
    let index = |name| rows.iter().position(|row| row.name() == name);
    let pair = samples.of(index(clock::PAIR).ok_or("no clock")?);
    let limit = 3.0 * pair.median + 100.0;
    report.fact("clock_pair_ns", pair.tenths());
    for (place, row) in rows.iter().enumerate() {
        let counted = allocations.get(row.name());
        let baseline = row
            .baseline()
            .and_then(|name| Some((index(name)?, allocations.get(name)?)));
        let added = baseline.map(|(bare, _)| samples.added(place, bare));
        let allocated = baseline.and_then(|(_, bare)| Some(counted?.mean - bare.mean));
        report.row(vec![
            row.name().to_owned(),
            samples.of(place).to_string(),
            added.map(|added| added.to_string()).unwrap_or_default(),
            counted.map(ToString::to_string).unwrap_or_default(),
            allocated
                .map(|added| format!("{added:.2}"))
                .unwrap_or_default(),
        ]);
        report.json(json!({
            "name": row.name(),
            "baseline": row.baseline(),
            "ns": samples.of(place).tenths(),
            "added_ns": added.map(Spread::tenths),
            "allocs": counted.map(|counted| counted.median),
            "added_allocs": allocated,
        }));
        if let Some(added) = added {
            let what = format!("{}, added ns, of 3 × the clock pair + 100", row.name());
            report.goal(Goal::at_most(what, 1.0, added.median / limit));
        }
    }
    report.publish("collectors", env!("CARGO_TARGET_TMPDIR"))
}
