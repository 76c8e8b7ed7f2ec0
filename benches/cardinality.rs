//! Cost of a request, or of an operation on an instrument, by the number of series.
//!
//! A row works on ten hot series in turn, spread over all of them. Rows that end with `-uniform`
//! work on all series in random order instead, and so miss the near caches: with 100,000 series
//! that is the price of the memory, not of a search.
//!
//! Requests go through a plain tower service, whose own costs (`layer/bare`) are part of `ns`: a
//! series is an endpoint, a method and a status, ten of them an endpoint's. Stock is
//! metrics-exporter-prometheus, below the same layer and with the same handles.
//!
//! `cargo bench -p benches --bench cardinality` prints the table and writes
//! `bench/cardinality.json` in the target directory; `cargo test -p benches --bench cardinality`
//! runs one round.

use std::{error::Error, hint::black_box, sync::Arc, time::Duration};

use benches::{
    Goal, Report, Rounds, Row, Samples, recorders,
    series::{self, RequestSeries},
};
use metrics::Recorder;
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;
use tollgate_http::RequestMetricsLayer;
use tower::layer::util::Identity;

const BUDGET: Duration = Duration::from_secs(35);

/// Numbers of series. The last is compared with the first.
const SIZES: [usize; 3] = [10, 1_000, 100_000];

/// Number of hot series.
const HOT: usize = 10;

const SECONDS: f64 = 0.001_5;

fn main() -> Result<(), Box<dyn Error>> {
    let mut rows = Vec::new();
    let mut stock = Vec::new();
    for size in SIZES {
        let (with_size, handles) = rows_with(size)?;
        rows.extend(with_size);
        stock.extend(handles);
    }
    let mut rounds = 0_u32;
    let samples = Rounds::lasting(BUDGET).measure(&mut rows, || {
        rounds += 1;
        // Drains the samples of all series, and so does not fit between any two rounds.
        if rounds.is_multiple_of(100) {
            for handle in &stock {
                handle.run_upkeep();
            }
        }
    });
    report(&rows, &samples).publish("cardinality", env!("CARGO_TARGET_TMPDIR"))
}

/// All rows with `size` series, and the recorders that need upkeep.
fn rows_with(size: usize) -> Result<(Vec<Row>, [PrometheusHandle; 2]), Box<dyn Error>> {
    let all = series::of_requests(size);
    let hot: Vec<RequestSeries> = all.iter().step_by(size / HOT).cloned().collect();
    let mut uniform = all.clone();
    fastrand::Rng::with_seed(1).shuffle(&mut uniform);

    let bare = Identity::new();
    let stock = [recorders::stock()?, recorders::stock()?];
    let handles = [stock[0].handle(), stock[1].handle()];
    let [below_layer, stock] = stock;
    let on_stock = layer(size, Arc::new(below_layer))?;
    let on_tollgate = layer(size, Arc::new(recorders::tollgate()?.0))?;
    let (tollgate, _) = recorders::tollgate()?;

    let mut rows = vec![
        series::requests("layer/bare", &bare, hot.clone()),
        series::requests("layer/bare-uniform", &bare, uniform.clone()),
        series::requests("layer/tollgate", &on_tollgate, hot.clone()).over("layer/bare"),
        series::requests("layer/tollgate-uniform", &on_tollgate, uniform.clone())
            .over("layer/bare-uniform"),
        series::requests("layer/stock", &on_stock, hot.clone()).over("layer/bare"),
        series::requests("layer/stock-uniform", &on_stock, uniform.clone())
            .over("layer/bare-uniform"),
    ];
    let instruments: [(&dyn Recorder, [[&'static str; 2]; 2]); 2] = [
        (
            &tollgate,
            [
                ["counter/tollgate", "counter/tollgate-uniform"],
                ["histogram/tollgate", "histogram/tollgate-uniform"],
            ],
        ),
        (
            &stock,
            [
                ["counter/stock", "counter/stock-uniform"],
                ["histogram/stock", "histogram/stock-uniform"],
            ],
        ),
    ];
    for (recorder, [counters, histograms]) in instruments {
        for (index, series) in [&hot, &uniform].into_iter().enumerate() {
            let handles = series
                .iter()
                .map(|series| recorders::counter(recorder, series));
            rows.push(in_turn(counters[index], handles.collect(), |counter| {
                counter.increment(1);
            }));
            let handles = series
                .iter()
                .map(|series| recorders::histogram(recorder, series));
            rows.push(in_turn(histograms[index], handles.collect(), |histogram| {
                histogram.record(black_box(SECONDS));
            }));
        }
    }
    // Every series exists before the first figure is taken.
    let touches = u32::try_from(size)?;
    for row in &mut rows {
        row.run(touches);
    }
    Ok((rows, handles))
}

fn layer(
    size: usize,
    recorder: Arc<dyn Recorder + Send + Sync>,
) -> Result<RequestMetricsLayer, tollgate_http::BuildError> {
    RequestMetricsLayer::builder()
        .max_endpoints(size / 10)
        .recorder(recorder)
        .build()
}

/// The same operation on each instrument in turn.
fn in_turn<T: 'static>(name: &'static str, all: Vec<T>, operate: impl Fn(&T) + 'static) -> Row {
    let mut next = 0;
    Row::new(name, move |count| {
        for _ in 0..count {
            operate(&all[next]);
            next = if next + 1 == all.len() { 0 } else { next + 1 };
        }
    })
}

fn report(rows: &[Row], samples: &Samples) -> Report {
    let header = SIZES.map(|size| format!("{size} series, ns"));
    let mut columns = vec!["row"];
    columns.extend(header.iter().map(String::as_str));
    columns.push("last of first");
    let mut report = Report::new(&columns);
    // The rows of each size come in the same order.
    let with_size = rows.len() / SIZES.len();
    for (index, row) in rows[..with_size].iter().enumerate() {
        let name = row.name();
        let mut cells = vec![name.to_owned()];
        for (row, size) in (index..).step_by(with_size).zip(SIZES) {
            let ns = samples.of(row);
            cells.push(ns.to_string());
            report.json(json!({ "name": name, "series": size, "ns": ns.tenths() }));
        }
        let last = index + rows.len() - with_size;
        let ratio = samples.ratio(last, samples, index).median;
        cells.push(format!("{ratio:.2}"));
        report.row(cells);
        if name.ends_with("/tollgate") {
            let what = format!("{name}, {} series of {}", SIZES[2], SIZES[0]);
            report.goal(Goal::at_most(what, 1.2, ratio));
        }
    }
    report
}
