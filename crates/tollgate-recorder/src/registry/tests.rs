//! Registration of series, and the text that a scrape shows of them.

use std::{
    io,
    sync::{Arc, Barrier, Mutex},
    thread,
    time::Duration,
};

use metrics::{Key, Label, Level, Metadata, Recorder as _, with_local_recorder};
use tollgate_exposition::Kind;
use tollgate_families::{Target, Total};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::{Handle, Matcher, Recorder, RecorderBuilder};

const METADATA: Metadata<'_> = Metadata::new("", Level::INFO, None);

fn build(builder: RecorderBuilder) -> (Recorder, Handle) {
    builder.build().unwrap()
}

#[track_caller]
fn assert_renders(handle: &Handle, expected: &str) {
    assert_eq!(handle.render(), expected);
    assert_eq!(
        handle.series(),
        expected
            .lines()
            .filter(|line| !line.starts_with('#'))
            .count()
    );
}

#[test]
fn families_and_series_are_sorted_in_any_order_of_registration() {
    let (recorder, handle) = build(RecorderBuilder::new());
    with_local_recorder(&recorder, || {
        metrics::gauge!("b").set(0.5);
        for path in ["/c", "/a", "/b"] {
            metrics::counter!("a_total", "path" => path, "code" => "200").increment(1);
        }
        metrics::counter!("a_total", "code" => "200", "path" => "/a").increment(1);
    });
    assert_renders(
        &handle,
        "# TYPE a_total counter\n\
         a_total{code=\"200\",path=\"/a\"} 2\n\
         a_total{code=\"200\",path=\"/b\"} 1\n\
         a_total{code=\"200\",path=\"/c\"} 1\n\
         # TYPE b gauge\n\
         b 0.5\n",
    );
}

#[test]
fn keys_with_equal_hashes_stay_distinct() {
    let (recorder, handle) = build(RecorderBuilder::new());
    let key = |first: &'static str, last: &'static str| {
        Key::from_parts("hits", vec![Label::new("a", first), Label::new("a", last)])
    };
    assert_eq!(key("1", "2").get_hash(), key("2", "1").get_hash());
    recorder
        .register_counter(&key("1", "2"), &METADATA)
        .increment(1);
    recorder
        .register_counter(&key("2", "1"), &METADATA)
        .increment(2);
    assert_renders(
        &handle,
        "# TYPE hits counter\nhits{a=\"1\"} 2\nhits{a=\"2\"} 1\n",
    );
}

#[test]
fn series_beyond_the_cap_share_one_overflow_series() {
    let (recorder, handle) = build(
        RecorderBuilder::new()
            .max_series(2)
            .constant_label("zone", "a"),
    );
    with_local_recorder(&recorder, || {
        for user in ["1", "2", "3", "4", "3"] {
            metrics::counter!("logins_total", "user" => user).increment(1);
        }
    });
    assert_renders(
        &handle,
        "# TYPE logins_total counter\n\
         logins_total{overflow=\"true\",zone=\"a\"} 3\n\
         logins_total{user=\"1\",zone=\"a\"} 1\n\
         logins_total{user=\"2\",zone=\"a\"} 1\n\
         # HELP tollgate_series_overflow_total Registrations beyond the maximum of a family, \
         counted in its overflow series.\n\
         # TYPE tollgate_series_overflow_total counter\n\
         tollgate_series_overflow_total{family=\"logins_total\",zone=\"a\"} 3\n",
    );
}

#[test]
fn new_label_names_cannot_bypass_the_cap() {
    let (recorder, handle) = build(RecorderBuilder::new().max_series(2));
    for index in 0..1_000 {
        let labels = vec![Label::new(format!("name_{index}"), "x")];
        let key = Key::from_parts("logins_total", labels);
        recorder.register_counter(&key, &METADATA).increment(1);
    }
    assert_eq!(handle.series(), 2 + 2);
    assert!(
        handle
            .render()
            .contains("logins_total{overflow=\"true\"} 998\n")
    );
}

#[test]
fn overflow_counter_is_bounded_itself() {
    let (recorder, handle) = build(RecorderBuilder::new().max_series(1));
    with_local_recorder(&recorder, || {
        for family in ["a", "b", "c"] {
            for user in ["1", "2"] {
                metrics::gauge!(family, "user" => user).increment(1);
            }
        }
    });
    let text = handle.render();
    assert!(
        text.contains("tollgate_series_overflow_total{family=\"a\"} 1\n"),
        "{text}"
    );
    assert!(
        text.contains("tollgate_series_overflow_total{overflow=\"true\"} 2\n"),
        "{text}"
    );
}

#[test]
fn metric_with_the_name_of_another_family_records_nothing() {
    let (recorder, handle) = build(RecorderBuilder::new());
    with_local_recorder(&recorder, || {
        metrics::gauge!("jobs").set(1);
        metrics::counter!("jobs").increment(1);
    });
    let text = handle.render();
    assert!(text.starts_with("# TYPE jobs gauge\njobs 1\n"), "{text}");
    assert!(
        text.ends_with("tollgate_series_conflict_total{family=\"jobs\"} 1\n"),
        "{text}"
    );
}

#[track_caller]
fn assert_types(text: &str, expected: &[&str]) {
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    assert_eq!(types.collect::<Vec<_>>(), expected, "{text}");
}

type Register<'a> = &'a dyn Fn(&'static str);

#[test]
fn counter_with_the_openmetrics_name_of_another_family_is_of_unknown_type_there() {
    let gauge = |name| metrics::gauge!(name).set(5.0);
    let counter = |name| metrics::counter!(name).increment(7);
    let histogram = |name| metrics::histogram!(name).record(1.0);
    let registered: [(bool, Register<'_>, &str, &str); 6] = [
        (false, &gauge, "alloc_bytes", "alloc_bytes_total"),
        (false, &histogram, "alloc_bytes", "alloc_bytes_total"),
        (false, &counter, "alloc_bytes", "alloc_bytes_total"),
        (false, &histogram, "alloc", "alloc_bucket_total"),
        (false, &histogram, "alloc", "alloc_count_total"),
        (true, &gauge, "alloc_created", "alloc_total"),
    ];
    for (created, other, name, total) in registered {
        for is_first in [true, false] {
            let (recorder, handle) = build(RecorderBuilder::new().created(created));
            let log = logged(|| {
                with_local_recorder(&recorder, || {
                    if is_first {
                        other(name);
                    }
                    counter(total);
                    other(name);
                });
            });
            let openmetrics = handle.render_openmetrics();
            let expected = format!("# TYPE {total} unknown\n{total} 7\n");
            assert!(openmetrics.contains(&expected), "{openmetrics}");
            assert!(
                openmetrics.contains(&format!("# TYPE {name} ")),
                "{openmetrics}"
            );
            assert!(!openmetrics.contains("conflict"), "{openmetrics}");
            assert_eq!(log.len(), 1, "{log:?}");
            let names = [total, name].map(|name| format!("{name:?}"));
            assert!(names.iter().all(|name| log[0].contains(name)), "{log:?}");
        }
    }
}

#[test]
fn counter_without_total_keeps_its_name_in_openmetrics() {
    let (recorder, handle) = build(RecorderBuilder::new().created(true));
    with_local_recorder(&recorder, || metrics::counter!("orders").increment(1));
    let expected = "# TYPE orders unknown\norders 1\n# EOF\n";
    assert_eq!(handle.render_openmetrics(), expected);
}

#[test]
fn gauge_named_like_a_time_of_creation_is_exposed_instead_of_it() {
    let (recorder, handle) = build(RecorderBuilder::new().created(true));
    with_local_recorder(&recorder, || {
        metrics::gauge!("wait_created").set(1);
        metrics::histogram!("wait").record(1.0);
    });
    let openmetrics = handle.render_openmetrics();
    assert_types(&openmetrics, &["wait histogram", "wait_created gauge"]);
    assert_eq!(
        openmetrics.matches("\nwait_created").count(),
        1,
        "{openmetrics}"
    );
}

#[test]
fn metric_that_records_nothing_is_warned_of_once() {
    let (recorder, _handle) = build(RecorderBuilder::new());
    let log = logged(|| {
        with_local_recorder(&recorder, || {
            metrics::histogram!("wait").record(1.0);
            for _ in 0..2 {
                metrics::gauge!("wait_count").set(1);
                metrics::counter!("wait").increment(1);
            }
        });
    });
    assert_eq!(log.len(), 2, "{log:?}");
    for (line, name) in log.iter().zip(["\"wait_count\"", "\"wait\""]) {
        assert!(line.contains(name) && line.contains("\"wait\""), "{log:?}");
    }
}

/// Subscriber that counts what is logged, with the recorder that logs.
struct Counts(Arc<Recorder>);

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Counts {
    fn on_event(&self, _: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        for name in ["logged_total", "wait_count"] {
            let key = Key::from_name(name);
            self.0.register_counter(&key, &METADATA).increment(1);
        }
    }
}

#[test]
fn subscriber_may_count_what_is_logged() {
    let (recorder, handle) = build(RecorderBuilder::new());
    let recorder = Arc::new(recorder);
    let subscriber = tracing_subscriber::registry().with(Counts(recorder.clone()));
    tracing::subscriber::with_default(subscriber, || {
        with_local_recorder(&recorder, || {
            metrics::histogram!("wait").record(1.0);
            metrics::gauge!("wait_sum").set(1);
            metrics::counter!("wait_total").increment(1);
        });
    });
    let text = handle.render();
    assert!(text.contains("logged_total 2\n"), "{text}");
}

/// Returns the warnings of this thread.
fn logged(run: impl FnOnce()) -> Vec<String> {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, run);
    let log = log.0.lock().unwrap().clone();
    let log = String::from_utf8(log).unwrap();
    let warnings = log.lines().filter(|line| line.contains("WARN"));
    warnings.map(str::to_owned).collect()
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn two_families_never_share_a_sample_name() {
    let (recorder, handle) = build(RecorderBuilder::new());
    with_local_recorder(&recorder, || {
        metrics::histogram!("wait").record(1.0);
        for taken in ["wait_bucket", "wait_sum", "wait_count", "wait"] {
            metrics::gauge!(taken).set(1);
        }
        metrics::histogram!("wait_bucket").record(1.0);
        metrics::gauge!("wait_other").set(1);
    });
    let text = handle.render();
    let types = [
        "tollgate_series_conflict_total counter",
        "wait histogram",
        "wait_other gauge",
    ];
    assert_types(&text, &types);
    assert!(text.contains("{family=\"wait_bucket\"} 2\n"), "{text}");
}

#[test]
fn invalid_names_and_labels_are_sanitized() {
    let (recorder, handle) = build(RecorderBuilder::new().buckets(&[1.0]));
    with_local_recorder(&recorder, || {
        metrics::counter!("http.requests", "le" => "x", "__name__" => "y").increment(1);
        metrics::histogram!("2.wait", "le" => "x").record(1.0);
    });
    assert_eq!(
        handle.render(),
        "# TYPE __wait histogram\n\
         __wait_bucket{exported_le=\"x\",le=\"1.0\"} 1\n\
         __wait_bucket{exported_le=\"x\",le=\"+Inf\"} 1\n\
         __wait_sum{exported_le=\"x\"} 1\n\
         __wait_count{exported_le=\"x\"} 1\n\
         # TYPE http_requests counter\n\
         http_requests{exported___name__=\"y\",le=\"x\"} 1\n",
    );
}

#[test]
fn default_buckets_are_those_of_opentelemetry() {
    let (recorder, handle) = build(RecorderBuilder::new());
    with_local_recorder(&recorder, || metrics::histogram!("wait").record(0.06));
    let text = handle.render();
    let bounds: Vec<_> = text
        .lines()
        .filter_map(|line| line.split("le=\"").nth(1))
        .collect();
    let expected: Vec<_> =
        "0.005 0.01 0.025 0.05 0.075 0.1 0.25 0.5 0.75 1.0 2.5 5.0 7.5 10.0 +Inf"
            .split(' ')
            .enumerate()
            .map(|(index, bound)| format!("{bound}\"}} {}", u8::from(index >= 4)))
            .collect();
    assert_eq!(bounds, expected);
}

#[test]
fn overrides_match_sanitized_names() {
    let builder = RecorderBuilder::new()
        .buckets_for(Matcher::Prefix("db.".into()), &[1.0])
        .summary_for(Matcher::Full("db.size".into()), &[1.0])
        .native_histogram_for(Matcher::Suffix(".native".into()), 3, 160);
    let (recorder, handle) = build(builder);
    with_local_recorder(&recorder, || {
        for name in ["db.wait", "db.size", "http.native"] {
            metrics::histogram!(name).record(2.0);
        }
    });
    assert_eq!(
        handle.render(),
        "# TYPE db_size summary\n\
         db_size{quantile=\"1.0\"} 2\n\
         db_size_sum 2\n\
         db_size_count 1\n\
         # TYPE db_wait histogram\n\
         db_wait_bucket{le=\"1.0\"} 0\n\
         db_wait_bucket{le=\"+Inf\"} 1\n\
         db_wait_sum 2\n\
         db_wait_count 1\n\
         # TYPE http_native histogram\n\
         http_native_bucket{le=\"+Inf\"} 1\n\
         http_native_sum 2\n\
         http_native_count 1\n",
    );
}

#[test]
fn first_description_of_a_name_wins() {
    let (recorder, handle) = build(RecorderBuilder::new());
    with_local_recorder(&recorder, || {
        metrics::describe_gauge!("up.time", "Since\nthe \"start\" \\o/.");
        metrics::describe_gauge!("up.time", "Other.");
        metrics::describe_gauge!("unused", "Unused.");
        metrics::gauge!("up.time").set(1);
    });
    let text = "# HELP up_time Since\\nthe \"start\" \\\\o/.\n# TYPE up_time gauge\nup_time 1\n";
    assert_renders(&handle, text);
}

#[test]
fn only_kinds_with_a_timeout_expire_and_handles_stay_valid() {
    let builder = RecorderBuilder::new().idle_timeout_for(Kind::Counter, Duration::ZERO);
    let (recorder, handle) = build(builder);
    let jobs = recorder.register_counter(&Key::from_name("jobs_total"), &METADATA);
    let running = recorder.register_gauge(&Key::from_name("running"), &METADATA);
    jobs.increment(2);
    running.increment(1);
    assert_renders(
        &handle,
        "# TYPE jobs_total counter\njobs_total 2\n# TYPE running gauge\nrunning 1\n",
    );
    assert_renders(&handle, "# TYPE running gauge\nrunning 1\n");
    jobs.increment(1);
    assert_renders(
        &handle,
        "# TYPE jobs_total counter\njobs_total 1\n# TYPE running gauge\nrunning 1\n",
    );
}

#[test]
fn gauge_that_is_up_is_not_idle() {
    let (recorder, handle) = build(RecorderBuilder::new().idle_timeout(Duration::ZERO));
    let expire = || (0..3).for_each(|_| handle.expire());
    let running = || recorder.register_gauge(&Key::from_name("running"), &METADATA);
    for held in [Some(running()), None] {
        running().increment(2);
        expire();
        assert_renders(&handle, "# TYPE running gauge\nrunning 2\n");
        running().decrement(1);
        expire();
        assert_renders(&handle, "# TYPE running gauge\nrunning 1\n");
        // On another line, or on the shared one.
        thread::scope(|scope| scope.spawn(|| running().decrement(1)).join().unwrap());
        assert_renders(&handle, "# TYPE running gauge\nrunning 0\n");
        expire();
        assert_renders(&handle, "");
        drop(held);
    }
}

#[test]
fn expired_gauge_keeps_its_value() {
    let (recorder, handle) = build(RecorderBuilder::new().idle_timeout(Duration::ZERO));
    let running = recorder.register_gauge(&Key::from_name("running"), &METADATA);
    running.set(2);
    handle.expire();
    handle.expire();
    assert_renders(&handle, "");
    running.decrement(1);
    assert_renders(&handle, "# TYPE running gauge\nrunning 1\n");
    handle.reset();
    running.increment(3);
    assert_renders(&handle, "# TYPE running gauge\nrunning 3\n");
}

fn total(recorder: &Arc<Recorder>, name: &'static str) -> Total {
    Total::register(&Target::given(recorder.clone()), &Key::from_name(name))
}

#[test]
fn total_is_exposed_with_fractions_and_restarts_in_every_format() {
    let (recorder, handle) = build(RecorderBuilder::new());
    let recorder = Arc::new(recorder);
    let mut cpu = total(&recorder, "cpu_seconds_total");
    let mut rows = total(&recorder, "rows_total");
    for (seconds, all) in [(0.27, 1000), (0.89, 1010), (1.03, 3), (1.25, 13)] {
        cpu.set(seconds);
        rows.set(f64::from(all));
        let text = format!(
            "# TYPE cpu_seconds_total counter\ncpu_seconds_total {seconds}\n\
             # TYPE rows_total counter\nrows_total {all}\n"
        );
        assert_renders(&handle, &text);
        let openmetrics = text.replace("_total counter", " counter");
        assert_eq!(handle.render_openmetrics(), openmetrics + "# EOF\n");
    }
}

#[test]
fn counter_that_is_also_set_to_totals_counts_on() {
    let (recorder, handle) = build(RecorderBuilder::new());
    let recorder = Arc::new(recorder);
    let counter = |name| recorder.register_counter(&Key::from_name(name), &METADATA);
    counter("known_total").increment(1);
    total(&recorder, "known_total").set(2.5);
    total(&recorder, "total_total").set(2.5);
    counter("total_total").increment(1);
    counter("total_total").absolute(2);
    assert_renders(
        &handle,
        "# TYPE known_total counter\nknown_total 2\n\
         # TYPE total_total counter\ntotal_total 3.5\n",
    );
}

#[test]
fn overflow_of_totals_is_a_counter_of_its_own() {
    let (recorder, handle) = build(RecorderBuilder::new().max_series(0));
    total(&Arc::new(recorder), "cpu_seconds_total").set(0.5);
    assert_renders(
        &handle,
        "# TYPE cpu_seconds_total counter\ncpu_seconds_total{overflow=\"true\"} 0.5\n\
         # HELP tollgate_series_overflow_total Registrations beyond the maximum of a family, \
         counted in its overflow series.\n\
         # TYPE tollgate_series_overflow_total counter\n\
         tollgate_series_overflow_total{overflow=\"true\"} 1\n",
    );
}

#[test]
fn concurrent_registrations_share_one_family() {
    for _ in 0..100 {
        let (recorder, handle) = build(RecorderBuilder::new());
        let all_are_ready = Barrier::new(4);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    all_are_ready.wait();
                    let key = Key::from_name("hits");
                    recorder.register_counter(&key, &METADATA).increment(1);
                });
            }
        });
        assert_renders(&handle, "# TYPE hits counter\nhits 4\n");
    }
}

#[test]
fn concurrent_registrations_share_each_series() {
    let (recorder, handle) = build(RecorderBuilder::new());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for index in 0..200 {
                    let key = Key::from_parts("hits", vec![Label::new("index", index.to_string())]);
                    recorder.register_counter(&key, &METADATA).increment(1);
                }
            });
        }
    });
    let text = handle.render();
    assert_eq!(
        text.lines().filter(|line| line.ends_with("\"} 8")).count(),
        200,
        "{text}"
    );
}

#[test]
fn removed_series_leaves_its_cells_to_the_next() {
    let (recorder, handle) = build(RecorderBuilder::new().buckets(&[1.0]));
    for index in 0..3_000 {
        with_local_recorder(&recorder, || {
            metrics::gauge!("level", "index" => index.to_string()).increment(1);
            metrics::histogram!("wait", "index" => index.to_string()).record(0.5);
        });
        assert_eq!(
            handle.render(),
            format!(
                "# TYPE level gauge\n\
                 level{{index=\"{index}\"}} 1\n\
                 # TYPE wait histogram\n\
                 wait_bucket{{index=\"{index}\",le=\"1.0\"}} 1\n\
                 wait_bucket{{index=\"{index}\",le=\"+Inf\"}} 1\n\
                 wait_sum{{index=\"{index}\"}} 0.5\n\
                 wait_count{{index=\"{index}\"}} 1\n"
            ),
        );
        handle.reset();
    }
    let shown = format!("{handle:?}");
    assert!(shown.contains("Arena { blocks: 1, .. }"), "{shown}");
}
