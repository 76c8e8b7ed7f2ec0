//! Time to render everything, by the number of label sets: each has a histogram of 11 buckets and a
//! counter, and two threads record into them.
//!
//! The rows of a size take turns in shuffled order; `ms` is the median over the rounds, `bytes` the
//! size of the output. A library that can render into a buffer gets the buffer of its last
//! rendering. `copy` copies the text of `tollgate/text` into such a buffer; `tollgate/text+gzip`
//! renders and compresses as the metrics route does.
//!
//! Then one thread records, with and without another that scrapes continuously: into ten series, as
//! in a busy app, and into all in turn, so that it has to take every line back from the core that
//! has just read it.
//!
//! `cargo bench -p benches --bench scrape` prints the table and writes `bench/scrape.json` in the
//! target directory; `cargo test -p benches --bench scrape` runs one round.

use std::{
    cell::Cell,
    error::Error,
    hint::{self, black_box},
    io::Write,
    mem,
    rc::Rc,
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use benches::{
    Goal, Report, Rounds, Row, Samples, Spread, is_measured, recorders,
    series::{self, RequestSeries},
};
use flate2::{Compression, write::GzEncoder};
use metrics::Recorder;
use metrics_exporter_prometheus::PrometheusHandle;
use prometheus::{Encoder, HistogramOpts, HistogramVec, IntCounterVec, Opts, TextEncoder};
use prometheus_client::{
    encoding::text,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};
use serde_json::json;
use tollgate_exposition::{Format, Selection};
use tollgate_recorder::Handle;

const BUDGET: Duration = Duration::from_secs(15);

const WRITER_BUDGET: Duration = Duration::from_secs(5);

const SIZES: [u32; 2] = [1_000, 10_000];

/// Records of each thread into each series.
const RECORDS: u8 = 100;

const COUNTER: &str = "http_request_total";
const HISTOGRAM: &str = "http_request_duration_seconds";
const LABELS: [&str; 3] = ["method", "endpoint", "status"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut report = Report::new(&["row", "label sets", "ms", "bytes"]);
    for size in SIZES {
        let subjects = Subjects::new(size)?;
        let mut renderings = subjects.renderings();
        let (rows, lengths): (Vec<Row>, Vec<Length>) = renderings.drain(..).unzip();
        let rendered = Rendered::measure(size, rows, lengths);
        rendered.report(&mut report);
        if size == SIZES[1] {
            rendered.goals(&mut report);
            for series in [10, size] {
                beside_scrapes(&subjects, series, &mut report);
            }
        }
    }
    report.publish("scrape", env!("CARGO_TARGET_TMPDIR"))
}

/// Records this many seconds, and a request, in each of the first series of a library.
type Record = Box<dyn Fn(u32, f64) + Send + Sync>;

/// Size of the last rendering.
type Length = Rc<Cell<usize>>;

/// Every library with the same series, after records from two threads.
struct Subjects {
    tollgate: Handle,
    stock: PrometheusHandle,
    prometheus: prometheus::Registry,
    client: Arc<Registry>,
    /// Records into tollgate's series.
    record: Record,
}

impl Subjects {
    fn new(size: u32) -> Result<Self, Box<dyn Error>> {
        let series = series::of_requests(size as usize);
        let (recorder, tollgate) = recorders::tollgate()?;
        let stock = recorders::stock()?;
        let prometheus = prometheus::Registry::new();
        let mut client = Registry::default();
        let records = [
            into_facade(&recorder, &series),
            into_facade(&stock, &series),
            into_prometheus(&prometheus, &series)?,
            into_client(&mut client, &series),
        ];
        let finish = Barrier::new(2);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for time in 0..RECORDS {
                        let seconds = f64::from(time) * 0.013;
                        for record in &records {
                            record(size, seconds);
                        }
                    }
                    // A thread that ended earlier would leave its cells to the other.
                    finish.wait();
                });
            }
        });
        let [record, ..] = records;
        Ok(Self {
            tollgate,
            stock: stock.handle(),
            prometheus,
            client: Arc::new(client),
            record,
        })
    }

    fn renderings(&self) -> Vec<(Row, Length)> {
        let tollgate = |name, format| {
            let handle = self.tollgate.clone();
            rendering(name, move |out| {
                handle.read(&Selection::all()).write(format, out);
            })
        };
        let (stock, registry) = (self.stock.clone(), self.prometheus.clone());
        let (client, handle) = (Arc::clone(&self.client), self.tollgate.clone());
        let mut plain = Vec::new();
        let text = self.tollgate.render();
        vec![
            tollgate("tollgate/text", Format::Text),
            tollgate("tollgate/openmetrics", Format::OpenMetrics),
            tollgate("tollgate/protobuf", Format::Protobuf),
            rendering("tollgate/text+gzip", move |out| {
                plain.clear();
                handle
                    .read(&Selection::all())
                    .write(Format::Text, &mut plain);
                let mut encoder = GzEncoder::new(mem::take(out), Compression::fast());
                encoder
                    .write_all(&plain)
                    .expect("a vector takes everything");
                *out = encoder.finish().expect("a vector takes everything");
            }),
            rendering("metrics-exporter-prometheus", move |out| {
                *out = stock.render().into_bytes();
            }),
            rendering("prometheus", move |out| {
                let families = registry.gather();
                TextEncoder::new()
                    .encode(&families, out)
                    .expect("the families are valid");
            }),
            rendering("prometheus-client", move |out| {
                let mut text = String::from_utf8(mem::take(out)).expect("it is empty");
                text::encode(&mut text, &client).expect("a string takes everything");
                *out = text.into_bytes();
            }),
            rendering("copy", move |out| {
                out.extend_from_slice(black_box(text.as_bytes()));
            }),
        ]
    }
}

fn into_facade(recorder: &dyn Recorder, series: &[RequestSeries]) -> Record {
    let handles: Vec<_> = series
        .iter()
        .map(|series| {
            let histogram = recorders::histogram(recorder, series);
            (histogram, recorders::counter(recorder, series))
        })
        .collect();
    Box::new(move |series, seconds| {
        for (histogram, counter) in &handles[..series as usize] {
            histogram.record(seconds);
            counter.increment(1);
        }
    })
}

fn into_prometheus(
    registry: &prometheus::Registry,
    series: &[RequestSeries],
) -> prometheus::Result<Record> {
    let options = HistogramOpts::new(HISTOGRAM, "Durations.").buckets(recorders::BUCKETS.to_vec());
    let histograms = HistogramVec::new(options, &LABELS)?;
    let counters = IntCounterVec::new(Opts::new(COUNTER, "Requests."), &LABELS)?;
    registry.register(Box::new(histograms.clone()))?;
    registry.register(Box::new(counters.clone()))?;
    let handles: Vec<_> = series
        .iter()
        .map(|series| {
            let labels = series.labels();
            let values = labels.each_ref().map(|(_, value)| value.as_str());
            let histogram = histograms.with_label_values(&values);
            (histogram, counters.with_label_values(&values))
        })
        .collect();
    Ok(Box::new(move |series, seconds| {
        for (histogram, counter) in &handles[..series as usize] {
            histogram.observe(seconds);
            counter.inc();
        }
    }))
}

fn into_client(registry: &mut Registry, series: &[RequestSeries]) -> Record {
    let histograms = Family::<Vec<(&str, String)>, Histogram>::new_with_constructor(|| {
        Histogram::new(recorders::BUCKETS.iter().copied())
    });
    let counters = Family::<Vec<(&str, String)>, Counter>::default();
    registry.register(HISTOGRAM, "Durations.", histograms.clone());
    // The client adds the suffix.
    registry.register(
        COUNTER.trim_end_matches("_total"),
        "Requests.",
        counters.clone(),
    );
    let handles: Vec<_> = series
        .iter()
        .map(|series| {
            let labels = series.labels().to_vec();
            let histogram = histograms.get_or_create_owned(&labels);
            (histogram, counters.get_or_create_owned(&labels))
        })
        .collect();
    Box::new(move |series, seconds| {
        for (histogram, counter) in &handles[..series as usize] {
            histogram.observe(seconds);
            counter.inc();
        }
    })
}

/// A row that renders into its empty buffer, and the size of the output.
fn rendering(name: &'static str, mut render: impl FnMut(&mut Vec<u8>) + 'static) -> (Row, Length) {
    let length = Length::default();
    let mut out = Vec::new();
    let row = Row::new(name, {
        let length = Rc::clone(&length);
        move |count| {
            for _ in 0..count {
                out.clear();
                render(&mut out);
                length.set(black_box(&out).len());
            }
        }
    });
    (row, length)
}

/// Measurements at one number of label sets.
struct Rendered {
    size: u32,
    rows: Vec<Row>,
    lengths: Vec<Length>,
    samples: Samples,
}

impl Rendered {
    fn measure(size: u32, mut rows: Vec<Row>, lengths: Vec<Length>) -> Self {
        let samples = Rounds::lasting(BUDGET).of_one().measure(&mut rows, || ());
        Self {
            size,
            rows,
            lengths,
            samples,
        }
    }

    fn report(&self, report: &mut Report) {
        for (index, (row, length)) in self.rows.iter().zip(&self.lengths).enumerate() {
            let ms = self.samples.of(index).map(|ns| ns / 1e6);
            report.row(vec![
                row.name().to_owned(),
                self.size.to_string(),
                ms.to_string(),
                length.get().to_string(),
            ]);
            report.json(json!({
                "name": row.name(),
                "series": self.size,
                "ms": ms.median,
                "bytes": length.get(),
            }));
        }
    }

    fn goals(&self, report: &mut Report) {
        for (row, other, limit) in [
            ("tollgate/text", "metrics-exporter-prometheus", 1.0 / 20.0),
            ("tollgate/text", "prometheus-client", 1.0 / 5.0),
            ("tollgate/text", "copy", 4.0),
            (
                "tollgate/text+gzip",
                "metrics-exporter-prometheus",
                1.0 / 4.0,
            ),
        ] {
            let ratio = self.ns(row) / self.ns(other);
            report.goal(Goal::at_most(format!("{row}, of {other}"), limit, ratio));
        }
    }

    fn ns(&self, name: &str) -> f64 {
        let position = self.rows.iter().position(|row| row.name() == name);
        self.samples.of(position.expect("the row is there")).median
    }
}

/// Times a thread that records alone, and beside one that scrapes the same series.
fn beside_scrapes(subjects: &Subjects, series: u32, report: &mut Report) {
    let passes = 1_000_000 / series;
    let record = || {
        let start = Instant::now();
        for pass in 0..passes {
            (subjects.record)(series, f64::from(pass % 100) * 0.013);
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(passes * series)
    };
    let scraper = Scraper::default();
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    thread::scope(|scope| {
        scope.spawn(|| scraper.work(&subjects.tollgate));
        let start = Instant::now();
        loop {
            alone.push(record());
            scraper.start();
            beside.push(record());
            scraper.stop();
            if !is_measured() || start.elapsed() >= WRITER_BUDGET {
                break;
            }
        }
        scraper.end();
    });
    let ratios = alone
        .iter()
        .zip(&beside)
        .map(|(alone, beside)| beside / alone);
    let ratio = Spread::of(ratios.collect());
    let (alone, beside) = (Spread::of(alone), Spread::of(beside));
    report.fact(&format!("record_{series}_ns"), alone.tenths());
    report.fact(
        &format!("record_{series}_beside_scrapes_ns"),
        beside.tenths(),
    );
    let what =
        format!("a record into {series} series beside scrapes, {beside} ns, of alone, {alone} ns");
    report.goal(Goal::at_most(what, 1.5, ratio.median));
}

/// A thread that scrapes continuously between a start and a stop, and sleeps otherwise.
struct Scraper {
    turn: Barrier,
    is_at_work: AtomicBool,
    is_over: AtomicBool,
    scrapes: AtomicU32,
}

impl Default for Scraper {
    fn default() -> Self {
        Self {
            turn: Barrier::new(2),
            is_at_work: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
            scrapes: AtomicU32::new(0),
        }
    }
}

impl Scraper {
    fn work(&self, handle: &Handle) {
        let mut out = Vec::new();
        loop {
            self.turn.wait();
            if self.is_over.load(Ordering::Relaxed) {
                break;
            }
            while self.is_at_work.load(Ordering::Relaxed) {
                out.clear();
                handle.read(&Selection::all()).write(Format::Text, &mut out);
                self.scrapes.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Returns while the scrapes go on.
    fn start(&self) {
        let before = self.scrapes.load(Ordering::Relaxed);
        self.is_at_work.store(true, Ordering::Relaxed);
        self.turn.wait();
        while self.scrapes.load(Ordering::Relaxed) == before {
            hint::spin_loop();
        }
    }

    fn stop(&self) {
        self.is_at_work.store(false, Ordering::Relaxed);
    }

    fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.turn.wait();
    }
}
