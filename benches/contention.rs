//! Cost that two threads add to each other when they record the same series.
//!
//! Each row runs in one thread, and in two at once, in turns (see `benches::Crew`): one route for a
//! layer, one series for an instrument. Nothing else is shared: every thread has a router of its
//! own. `ns` is the median time of an operation in each thread; the ratio is taken within a round.
//! `layer/identity` and `instrument/none` share nothing at all: if their two threads are slower
//! than one, the cores are slower.
//!
//! A request goes through axum, as in `overhead`. An operation on a gauge is an increment and a
//! decrement.
//!
//! `cargo bench -p benches --bench contention` prints the table and writes `bench/contention.json`
//! in the target directory; `cargo test -p benches --bench contention` runs one round.

use std::{error::Error, hint::black_box, time::Duration};

use axum::Router;
use axum_prometheus::PrometheusMetricLayer;
use benches::{Crew, Goal, Report, Row, Turns, app, contenders, recorders, series};
use metrics_exporter_prometheus::PrometheusRecorder;
use prometheus_client::metrics::{counter, gauge, histogram};
use serde_json::json;
use tollgate_axum::Axum;
use tollgate_http::RequestMetricsLayer;
use tollgate_recorder::Recorder;
use tower::layer::util::Identity;

const BUDGET: Duration = Duration::from_secs(40);

/// A common duration: the first bucket, as for most requests of a fast server.
const SECONDS: f64 = 0.001_5;

fn main() -> Result<(), Box<dyn Error>> {
    let global = contenders::install_stock_recorder()?;
    let shared = Shared::new()?;
    let names: Vec<&str> = shared.rows().iter().map(Row::name).collect();
    let turns = Crew::lasting(BUDGET).measure(
        || shared.rows(),
        || {
            global.run_upkeep();
            shared.stock.handle().run_upkeep();
        },
    );
    report(&names, &turns).publish("contention", env!("CARGO_TARGET_TMPDIR"))
}

/// Things that the threads share.
struct Shared {
    layer: RequestMetricsLayer<Axum>,
    tollgate: Recorder,
    stock: PrometheusRecorder,
    counter: counter::Counter,
    gauge: gauge::Gauge,
    histogram: histogram::Histogram,
}

impl Shared {
    fn new() -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            layer: contenders::tollgate()?.build()?.for_host(Axum),
            tollgate: recorders::tollgate()?.0,
            stock: recorders::stock()?,
            counter: counter::Counter::default(),
            gauge: gauge::Gauge::default(),
            histogram: histogram::Histogram::new(recorders::BUCKETS.iter().copied()),
        })
    }

    /// The rows of one thread.
    fn rows(&self) -> Vec<Row> {
        let on_axum =
            |name, wrap: &dyn Fn(Router) -> Router| contenders::on_axum(name, wrap(app::router()));
        let series = &series::of_requests(1)[0];
        let count = |counter: &metrics::Counter| counter.increment(1);
        let up_and_down = |gauge: &metrics::Gauge| {
            gauge.increment(1.0);
            gauge.decrement(1.0);
        };
        let observe = |histogram: &metrics::Histogram| histogram.record(black_box(SECONDS));
        let (tollgate, stock) = (&self.tollgate, &self.stock);
        vec![
            on_axum("layer/identity", &|app| app.layer(Identity::new())),
            on_axum("layer/tollgate", &|app| app.layer(self.layer.clone())),
            on_axum("layer/axum-prometheus", &|app| {
                app.layer(PrometheusMetricLayer::new())
            }),
            repeated("instrument/none", (), |()| ()),
            repeated(
                "counter/tollgate",
                recorders::counter(tollgate, series),
                count,
            ),
            repeated("counter/stock", recorders::counter(stock, series), count),
            repeated(
                "counter/prometheus-client",
                self.counter.clone(),
                |counter| {
                    counter.inc();
                },
            ),
            repeated(
                "gauge/tollgate",
                recorders::gauge(tollgate, series),
                up_and_down,
            ),
            repeated("gauge/stock", recorders::gauge(stock, series), up_and_down),
            repeated("gauge/prometheus-client", self.gauge.clone(), |gauge| {
                gauge.inc();
                gauge.dec();
            }),
            repeated(
                "histogram/tollgate",
                recorders::histogram(tollgate, series),
                observe,
            ),
            repeated(
                "histogram/stock",
                recorders::histogram(stock, series),
                observe,
            ),
            repeated(
                "histogram/prometheus-client",
                self.histogram.clone(),
                |histogram| histogram.observe(black_box(SECONDS)),
            ),
        ]
    }
}

/// The same operation on one instrument, repeated.
fn repeated<T: 'static>(name: &'static str, instrument: T, operate: impl Fn(&T) + 'static) -> Row {
    Row::new(name, move |count| {
        for _ in 0..count {
            operate(black_box(&instrument));
        }
    })
}

fn report(names: &[&str], turns: &Turns) -> Report {
    let mut report = Report::new(&["row", "1 thread, ns", "2 threads, ns", "2 of 1"]);
    for (row, name) in names.iter().enumerate() {
        let (alone, together, ratio) = (turns.alone(row), turns.together(row), turns.ratio(row));
        report.row(vec![
            (*name).to_owned(),
            alone.to_string(),
            together.to_string(),
            format!("{:.2}", ratio.median),
        ]);
        for (threads, ns) in [(1, alone), (2, together)] {
            report.json(json!({ "name": name, "threads": threads, "ns": ns.tenths() }));
        }
        if name.ends_with("/tollgate") {
            let what = format!("{name}, two threads of one");
            report.goal(Goal::at_most(what, 1.15, ratio.median));
        }
    }
    report
}
