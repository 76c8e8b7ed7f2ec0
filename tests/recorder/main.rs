//! On any number of threads, the recorder gives the same samples as a simple model of one thread.

use std::collections::BTreeMap;
use std::thread;

use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder as _};
use proptest::prelude::*;
use tollgate_recorder::{Handle, RecorderBuilder};

const METADATA: Metadata<'_> = Metadata::new("", Level::INFO, None);

const BOUNDS: [f64; 3] = [-1.0, 0.5, 4.0];

/// One thread's operation on one of a few series. Values are small multiples of a half, so their
/// sums are exact.
#[derive(Clone, Debug)]
enum Operation {
    Count(u64),
    Up(i16),
    Record(i16),
    RecordMany(i16, u8),
    RecordNonFinite(bool),
}

/// Operation between two rounds, while no other thread runs.
#[derive(Clone, Debug)]
enum Between {
    Nothing,
    Set(i16),
    Absolute(u16),
    Remove,
    Reset,
}

type Series = usize;
const SERIES: usize = 3;

#[derive(Clone, Debug)]
struct Round {
    threads: Vec<Vec<(Series, Operation)>>,
    between: (Series, Between),
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        (0_u64..5).prop_map(Operation::Count),
        Just(Operation::Count(u64::MAX)),
        any::<i16>().prop_map(Operation::Up),
        (-10_i16..20).prop_map(Operation::Record),
        ((-10_i16..20), any::<u8>()).prop_map(|(value, count)| Operation::RecordMany(value, count)),
        any::<bool>().prop_map(Operation::RecordNonFinite),
    ]
}

fn between() -> impl Strategy<Value = Between> {
    prop_oneof![
        Just(Between::Nothing),
        any::<i16>().prop_map(Between::Set),
        any::<u16>().prop_map(Between::Absolute),
        Just(Between::Remove),
        Just(Between::Reset),
    ]
}

fn round() -> impl Strategy<Value = Round> {
    let operations = prop::collection::vec((0..SERIES, operation()), 0..20);
    let threads = prop::collection::vec(operations, 1..4);
    (threads, (0..SERIES, between())).prop_map(|(threads, between)| Round { threads, between })
}

fn halves(value: i16) -> f64 {
    f64::from(value) / 2.0
}

struct Handles {
    counter: Counter,
    gauge: Gauge,
    histogram: Histogram,
}

impl Handles {
    fn run(&self, operation: &Operation) {
        match *operation {
            Operation::Count(value) => self.counter.increment(value),
            Operation::Up(value) if value < 0 => self.gauge.decrement(-halves(value)),
            Operation::Up(value) => self.gauge.increment(halves(value)),
            Operation::Record(value) => self.histogram.record(halves(value)),
            Operation::RecordMany(value, count) => {
                self.histogram.record_many(halves(value), count.into());
            }
            Operation::RecordNonFinite(is_nan) => {
                self.histogram
                    .record(if is_nan { f64::NAN } else { f64::NEG_INFINITY });
            }
        }
    }
}

/// A series as a single thread keeps it.
#[derive(Clone, Debug, Default)]
struct Model {
    counter: u64,
    gauge: f64,
    buckets: [u64; BOUNDS.len() + 1],
    sum: f64,
    /// Flags of the three kinds: hidden until the next write.
    hidden: [bool; 3],
}

impl Model {
    fn run(&mut self, operation: &Operation) {
        match *operation {
            Operation::Count(value) => {
                self.counter = self.counter.wrapping_add(value);
            }
            Operation::Up(value) => {
                self.gauge += halves(value);
                self.hidden[1] = false;
            }
            Operation::Record(value) => self.record(halves(value), 1),
            Operation::RecordMany(value, count) => self.record(halves(value), count.into()),
            Operation::RecordNonFinite(true) => self.record(f64::NAN, 1),
            Operation::RecordNonFinite(false) => self.record(f64::NEG_INFINITY, 1),
        }
    }

    fn record(&mut self, value: f64, count: u16) {
        let bucket = BOUNDS
            .iter()
            .position(|bound| value <= *bound)
            .unwrap_or(BOUNDS.len());
        self.buckets[bucket] += u64::from(count);
        if value.is_finite() {
            self.sum += value * f64::from(count);
        }
        self.hidden[2] &= count == 0;
    }

    fn hide(&mut self) {
        *self = Self {
            hidden: [true; 3],
            ..Self::default()
        };
    }

    fn samples(&self, series: Series) -> BTreeMap<String, String> {
        let mut samples = BTreeMap::new();
        let mut add = |name: &str, value: String| {
            samples.insert(name.replace('@', &format!("series=\"{series}\"")), value);
        };
        // A counter shows a write only by its total, which may have wrapped around to its earlier
        // value.
        if !self.hidden[0] || self.counter > 0 {
            add("c_total{@}", self.counter.to_string());
        }
        if !self.hidden[1] {
            add("g{@}", (self.gauge + 0.0).to_string());
        }
        if !self.hidden[2] {
            let mut total = 0;
            for (bound, count) in ["-1.0", "0.5", "4.0", "+Inf"].iter().zip(self.buckets) {
                total += count;
                add(&format!("h_bucket{{@,le=\"{bound}\"}}"), total.to_string());
            }
            add("h_count{@}", total.to_string());
            add("h_sum{@}", (self.sum + 0.0).to_string());
        }
        samples
    }
}

fn samples(handle: &Handle) -> BTreeMap<String, String> {
    let text = handle.render();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let samples: Vec<_> = lines.map(|line| line.rsplit_once(' ').unwrap()).collect();
    let by_name: BTreeMap<_, _> = samples
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    assert_eq!(
        by_name.len(),
        samples.len(),
        "a sample occurs twice\n{text}"
    );
    by_name
}

fn between_rounds(
    handle: &Handle,
    handles: &[Handles],
    models: &mut [Model],
    (series, what): &(Series, Between),
) {
    let (handles, model) = (&handles[*series], &mut models[*series]);
    match *what {
        Between::Nothing => {}
        Between::Set(value) => {
            handles.gauge.set(halves(value));
            model.gauge = halves(value);
            model.hidden[1] = false;
        }
        Between::Absolute(value) => {
            handles.counter.absolute(value.into());
            if u64::from(value) > model.counter {
                model.counter = value.into();
            } else {
                model.hidden[0] = false;
            }
        }
        Between::Remove => {
            for name in ["c_total", "g", "h"] {
                handle.remove(name, &[("series", series.to_string())]);
            }
            model.hide();
        }
        Between::Reset => {
            handle.reset();
            models.iter_mut().for_each(Model::hide);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn threads_add_up_to_the_model_of_one_thread(rounds in prop::collection::vec(round(), 1..5)) {
        let (recorder, handle) = RecorderBuilder::new().buckets(&BOUNDS).build().unwrap();
        let mut models = vec![Model::default(); SERIES];
        let handles: Vec<_> = (0..SERIES)
            .map(|series| {
                let key = |name: &'static str| Key::from_parts(name, vec![Label::new("series", series.to_string())]);
                Handles {
                    counter: recorder.register_counter(&key("c_total"), &METADATA),
                    gauge: recorder.register_gauge(&key("g"), &METADATA),
                    histogram: recorder.register_histogram(&key("h"), &METADATA),
                }
            })
            .collect();
        for Round { threads, between } in &rounds {
            thread::scope(|scope| {
                for operations in threads {
                    scope.spawn(|| operations.iter().for_each(|(series, operation)| handles[*series].run(operation)));
                }
            });
            for (series, operation) in threads.iter().flatten() {
                models[*series].run(operation);
            }
            between_rounds(&handle, &handles, &mut models, between);
            let expected: BTreeMap<_, _> =
                models.iter().enumerate().flat_map(|(series, model)| model.samples(series)).collect();
            prop_assert_eq!(samples(&handle), expected);
        }
    }
}
