//! Cost that each layer adds to a request.
//!
//! Rows are driven without a server or an executor (see `benches::drive`), in interleaved rounds
//! (see `benches::Rounds`): every round runs a block of every row in shuffled order. `ns` is the
//! median time of a request over the rounds; `added_ns` is the median of the differences to the
//! row's baseline *within a round*, so it need not be the difference of the two medians. A baseline
//! has no `added_ns` (`null`). The figures in brackets are the quartiles over the rounds: if they
//! are far apart, the machine was busy. Allocations are exact, those of the median request, counted
//! in a process of its own so that counting does not slow the timed code; a figure in brackets
//! behind them is the average, if something is allocated once in many requests (the stock
//! recorder's next block of samples).
//!
//! `cargo bench -p benches --bench overhead` prints the table and writes `bench/overhead.json` in
//! the target directory; `cargo test -p benches --bench overhead` runs one round to see that
//! every row works.

use std::{collections::HashMap, error::Error, time::Duration};

use benches::{
    Goal, Report, Rounds, Row, Samples, Spread,
    allocations::{self, Allocations},
    clock, contenders,
};
use serde_json::json;

const BUDGET: Duration = Duration::from_secs(40);

/// The peers that keep metrics.
const PEERS: [&str; 4] = [
    "axum/axum-prometheus",
    "axum/axum-metrics",
    "axum/axum-otel-metrics",
    "axum/prometheus-axum-middleware",
];

fn main() -> Result<(), Box<dyn Error>> {
    let recorder = contenders::install_stock_recorder()?;
    let mut rows = contenders::all()?;
    rows.push(clock::pair());
    let samples = Rounds::lasting(BUDGET).measure(&mut rows, || recorder.run_upkeep());
    let allocations = allocations::counted_by(env!("CARGO_BIN_EXE_allocations"))?;
    let measured = Measured {
        rows,
        samples,
        allocations,
    };
    measured
        .report()
        .publish("overhead", env!("CARGO_TARGET_TMPDIR"))
}

/// Measurements of each row.
struct Measured {
    rows: Vec<Row>,
    samples: Samples,
    allocations: HashMap<String, Allocations>,
}

impl Measured {
    fn report(&self) -> Report {
        let mut report = Report::new(&[
            "row",
            "ns per request",
            "over",
            "added ns",
            "× clock pair",
            "allocations",
        ]);
        let clock = self.samples.of(self.index(clock::PAIR));
        report.fact("clock_pair_ns", clock.tenths());
        for (index, row) in self.rows.iter().enumerate() {
            let ns = self.samples.of(index);
            let Some(&allocations) = self.allocations.get(row.name()) else {
                let [name, ns] = [row.name().to_owned(), ns.to_string()];
                report.row(vec![
                    name,
                    ns,
                    String::new(),
                    String::new(),
                    String::new(),
                    String::new(),
                ]);
                continue;
            };
            let added = row
                .baseline()
                .map(|baseline| self.samples.added(index, self.index(baseline)));
            let ratio = added.map(|added| format!("{:.1}", added.median / clock.median));
            report.row(vec![
                row.name().to_owned(),
                ns.to_string(),
                row.baseline().unwrap_or_default().to_owned(),
                added.map(|added| added.to_string()).unwrap_or_default(),
                ratio.unwrap_or_default(),
                allocations.to_string(),
            ]);
            report.json(json!({
                "name": row.name(),
                "baseline": row.baseline(),
                "ns": ns.tenths(),
                "added_ns": added.map(Spread::tenths),
                "allocs": allocations.median,
            }));
        }
        for goal in self.goals() {
            report.goal(goal);
        }
        report
    }

    fn goals(&self) -> Vec<Goal> {
        let clock = self.samples.of(self.index(clock::PAIR)).median;
        let tollgate = self.added("axum/tollgate");
        let cheapest = PEERS
            .map(|peer| self.added(peer))
            .into_iter()
            .fold(f64::INFINITY, f64::min);
        let mut goals = vec![
            Goal::at_most(
                "tower/tollgate, of the clock pair",
                2.2,
                self.added("tower/tollgate") / clock,
            ),
            Goal::at_most("axum/tollgate, of the clock pair", 3.0, tollgate / clock),
            Goal::at_most(
                "axum/tollgate, of axum/axum-prometheus",
                1.0 / 20.0,
                tollgate / self.added("axum/axum-prometheus"),
            ),
            Goal::at_most(
                "axum/tollgate, of the cheapest peer",
                1.0 / 5.0,
                tollgate / cheapest,
            ),
        ];
        for row in ["axum/tollgate-overflow", "axum/tollgate-overflow-unknown"] {
            let what = format!("{row}, of axum/tollgate");
            goals.push(Goal::at_most(what, 1.5, self.added(row) / tollgate));
        }
        for (row, baseline) in [
            ("tower/tollgate", contenders::TOWER_BARE),
            ("axum/tollgate", contenders::AXUM_IDENTITY),
            ("axum/tollgate-disabled", "axum/bare"),
        ] {
            let added = self.allocations[row].mean - self.allocations[baseline].mean;
            goals.push(Goal::at_most(format!("{row}, allocations"), 0.0, added));
        }
        goals
    }

    /// Cost that a row adds to its baseline.
    fn added(&self, name: &str) -> f64 {
        let index = self.index(name);
        let baseline = self.rows[index].baseline().unwrap_or(name);
        self.samples.added(index, self.index(baseline)).median
    }

    fn index(&self, name: &str) -> usize {
        let position = self.rows.iter().position(|row| row.name() == name);
        position.expect("the row is there")
    }
}
