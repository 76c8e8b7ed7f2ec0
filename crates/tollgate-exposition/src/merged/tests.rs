//! Two expositions as one.

use std::{
    error::Error,
    sync::{Arc, Mutex},
};

use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

use super::merged;
use crate::{Exposition, Family, Format, Kind, Selection, Series, Snapshot, Value};

type Read = Result<Snapshot, Box<dyn Error + Send + Sync>>;

struct Fixed<F>(F);

impl<F: Fn() -> Read + Send + Sync + 'static> Exposition for Fixed<F> {
    fn read(&self, _: &Selection) -> Read {
        (self.0)()
    }
}

/// The name and kind of a family, and the labels and values of its series.
type Given = (&'static str, Kind, &'static [(&'static str, u64)]);

fn of(families: &[Given]) -> impl Exposition {
    let snapshot: Snapshot = families
        .iter()
        .map(|(name, kind, series)| {
            let mut family = Family::new(*name, *kind);
            for (labels, count) in *series {
                let value = match kind {
                    Kind::Histogram => Value::Histogram {
                        bounds: &Arc::from([]),
                        counts: &[*count],
                        sum: 1.0,
                        exemplars: &[],
                    },
                    _ => Value::Count(*count),
                };
                family.push(Series::new(labels, value));
            }
            family
        })
        .collect();
    Fixed(move || Ok(snapshot.clone()))
}

fn written(exposition: &impl Exposition, format: Format, selection: &Selection) -> String {
    let mut out = Vec::new();
    exposition.write(format, selection, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn text(exposition: &impl Exposition) -> String {
    written(exposition, Format::Text, &Selection::all())
}

/// The levels of events, and the metrics that they name.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<(Level, String)>>>);

impl Logged {
    fn of(logging: impl FnOnce()) -> Vec<(Level, String)> {
        let logged = Self::default();
        tracing::subscriber::with_default(logged.clone(), logging);
        std::mem::take(&mut *logged.0.lock().unwrap())
    }
}

impl Subscriber for Logged {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        struct Name(String);

        impl Visit for Name {
            fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
                if field.name() == "metric" {
                    self.0 = format!("{value:?}");
                }
            }
        }

        let mut name = Name(String::new());
        event.record(&mut name);
        let level = *event.metadata().level();
        self.0.lock().unwrap().push((level, name.0));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[test]
fn shared_families_are_one_and_all_are_sorted() {
    let merged = merged(
        of(&[
            ("b_total", Kind::Counter, &[("a=\"2\"", 2)]),
            ("up", Kind::Gauge, &[("", 1)]),
        ]),
        of(&[
            ("a", Kind::Gauge, &[("", 5)]),
            ("b_total", Kind::Counter, &[("a=\"1\"", 1), ("a=\"3\"", 3)]),
        ]),
    );
    assert_eq!(
        text(&merged),
        "# TYPE a gauge\na 5\n\
         # TYPE b_total counter\nb_total{a=\"1\"} 1\nb_total{a=\"2\"} 2\nb_total{a=\"3\"} 3\n\
         # TYPE up gauge\nup 1\n"
    );
    let openmetrics = written(&merged, Format::OpenMetrics, &Selection::all());
    assert_eq!(openmetrics.matches("# EOF\n").count(), 1);
    assert!(openmetrics.ends_with("up 1\n# EOF\n"));
    let selected = written(&merged, Format::Text, &Selection::names(["a", "up"]));
    assert_eq!(selected, "# TYPE a gauge\na 5\n# TYPE up gauge\nup 1\n");
}

#[test]
fn first_wins_and_each_name_is_warned_of_once() {
    let merged = merged(
        of(&[
            ("jobs", Kind::Gauge, &[("", 1)]),
            ("kind", Kind::Gauge, &[("", 1)]),
            ("same", Kind::Gauge, &[("", 1)]),
            ("wait", Kind::Histogram, &[("", 1)]),
        ]),
        of(&[
            ("jobs_total", Kind::Counter, &[("", 2)]),
            ("kind", Kind::Counter, &[("a=\"1\"", 2)]),
            ("same", Kind::Gauge, &[("", 2), ("a=\"1\"", 2)]),
            ("wait_sum", Kind::Gauge, &[("", 2)]),
        ]),
    );
    let logged = Logged::of(|| {
        for _ in 0..2 {
            assert_eq!(
                text(&merged),
                "# TYPE jobs gauge\njobs 1\n\
                 # TYPE jobs_total counter\njobs_total 2\n\
                 # TYPE kind gauge\nkind 1\n\
                 # TYPE same gauge\nsame 1\nsame{a=\"1\"} 2\n\
                 # TYPE wait histogram\nwait_bucket{le=\"+Inf\"} 1\nwait_sum 1\nwait_count 1\n"
            );
        }
    });
    let warned = ["kind", "same", "wait_sum", "jobs_total"];
    assert_eq!(
        logged,
        warned.map(|name| (Level::WARN, format!("{name:?}")))
    );
    let openmetrics = written(&merged, Format::OpenMetrics, &Selection::all());
    let counter = "# TYPE jobs_total unknown\njobs_total 2\n";
    assert!(openmetrics.contains(counter), "{openmetrics}");
}

#[test]
fn failure_or_panic_of_one_leaves_the_other() {
    let up = || of(&[("up", Kind::Gauge, &[("", 1)])]);
    let failing = || Fixed(|| Err("no disk".into()));
    let panicking = || Fixed(|| panic!("as the test asks for"));
    let all: [Arc<dyn Exposition>; 4] = [
        Arc::new(merged(up(), failing())),
        Arc::new(merged(failing(), up())),
        Arc::new(merged(up(), panicking())),
        Arc::new(merged(panicking(), up())),
    ];
    for merged in all {
        let logged = Logged::of(|| assert_eq!(text(&merged), "# TYPE up gauge\nup 1\n"));
        assert_eq!(logged, [(Level::ERROR, String::new())]);
    }
    let neither = merged(failing(), panicking());
    let error = neither.read(&Selection::all()).unwrap_err();
    assert_eq!(error.to_string(), "no disk; it panicked");
}

#[test]
fn formats_are_those_of_both() {
    struct In(&'static [Format]);

    impl Exposition for In {
        fn read(&self, _: &Selection) -> Read {
            Ok(Snapshot::default())
        }

        fn formats(&self) -> &[Format] {
            self.0
        }
    }

    use Format::{Json, OpenMetrics, Text};
    for (first, second, both) in [
        (&[][..], &[][..], &[Text][..]),
        (
            &[OpenMetrics, Json],
            &[Json, Text, OpenMetrics],
            &[OpenMetrics, Json],
        ),
        (&[], &[Json, Text], &[Text]),
        (&[OpenMetrics], &[Json], &[]),
    ] {
        let inner = merged(In(first), In(second));
        assert_eq!(inner.formats(), both);
        let nested = merged(inner, In(&[Text, OpenMetrics, Json]));
        let both = if both.is_empty() { &[Text] } else { both };
        assert_eq!(nested.formats(), both);
    }
}
