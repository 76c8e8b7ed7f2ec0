//! Collectors that are asked at an interval.

use std::time::Duration;

use tests::ledger::Ledger;
use tollgate_collectors::Periodic;

use crate::{
    NEVER,
    scripted::{Script, Scripted, Step},
    soon,
};

/// Collector that is asked again as soon as it has finished.
struct Scene {
    ledger: Ledger,
    script: Script,
    guard: Periodic,
}

impl Scene {
    async fn new() -> Self {
        let ledger = Ledger::new();
        let (scripted, script) = Scripted::new();
        let recorder = ledger.recorder();
        let guard = Periodic::start_with_recorder(recorder, "scripted", Duration::ZERO, scripted);
        let mut scene = Self {
            ledger,
            script,
            guard,
        };
        scene.script.begin().await;
        scene
    }

    /// Plays steps until the collector reports back: a collection is over when the next one begins.
    async fn play(&mut self, steps: impl IntoIterator<Item = Step>) {
        for step in steps {
            self.script.step(step);
        }
        self.script.begin().await;
    }

    #[track_caller]
    fn assert_samples(&self, expected: &[&str]) {
        let samples = self.ledger.samples();
        let own = |sample: &&String| !sample.starts_with("tollgate_");
        assert_eq!(samples.iter().filter(own).collect::<Vec<_>>(), expected);
    }

    #[track_caller]
    fn assert_own(&self, name: &str, expected: f64) {
        let labels = [("collector", "scripted")];
        let values = self.ledger.scrape().values(name, &labels);
        assert_eq!(values, [expected], "{name}");
    }
}

#[tokio::test]
async fn the_first_collection_is_at_once() {
    let (scripted, mut script) = Scripted::new();
    let _guard = Periodic::start("scripted", NEVER, scripted);
    script.begin().await;
}

#[tokio::test]
async fn nothing_is_written_before_the_collection_succeeds() {
    let mut scene = Scene::new().await;
    scene.play([Step::Gauge("a", 1.0), Step::Finish]).await;
    scene.assert_samples(&["a 1"]);

    let staged = [Step::Gauge("a", 2.0), Step::Counter("b_total", 3)];
    scene.play(staged.into_iter().chain([Step::Report])).await;
    scene.assert_samples(&["a 1"]);

    scene.play([Step::Finish]).await;
    scene.assert_samples(&["a 2", "b_total 3"]);
}

#[tokio::test]
async fn old_values_stay_after_an_error_and_after_a_panic() {
    let mut scene = Scene::new().await;
    scene.play([Step::Gauge("a", 1.0), Step::Finish]).await;
    scene.assert_own("tollgate_collector_failures_total", 0.0);

    scene.play([Step::Gauge("a", 2.0), Step::Fail]).await;
    scene.assert_samples(&["a 1"]);
    scene.assert_own("tollgate_collector_failures_total", 1.0);

    scene.play([Step::Gauge("a", 3.0), Step::Panic]).await;
    scene.assert_samples(&["a 1"]);
    scene.assert_own("tollgate_collector_failures_total", 2.0);

    scene.play([Step::Gauge("a", 4.0), Step::Finish]).await;
    scene.assert_samples(&["a 4"]);
    scene.assert_own("tollgate_collector_failures_total", 2.0);
    scene.assert_own("tollgate_collector_duration_seconds_count", 4.0);
}

#[tokio::test]
async fn a_vanished_gauge_is_0_and_a_vanished_counter_stays() {
    let mut scene = Scene::new().await;
    let both = [Step::Gauge("a", 5.0), Step::Counter("b_total", 7)];
    scene.play(both.into_iter().chain([Step::Finish])).await;
    scene.play([Step::Gauge("c", 1.0), Step::Finish]).await;
    scene.assert_samples(&["a 0", "b_total 7", "c 1"]);

    scene.play([Step::Gauge("a", 6.0), Step::Finish]).await;
    scene.assert_samples(&["a 6", "b_total 7", "c 0"]);
}

#[tokio::test]
async fn a_collector_sets_a_bounded_number_of_series() {
    let mut scene = Scene::new().await;
    for round in 0..4 {
        scene
            .play([Step::Many(round * 600, 600), Step::Finish])
            .await;
    }
    scene.play([Step::Many(0, 600), Step::Finish]).await;

    let values = scene.ledger.scrape().values("many", &[]);
    assert_eq!(values.len(), 1_000);
    assert_eq!(values.iter().filter(|value| **value == 1.0).count(), 600);
    scene.assert_own("tollgate_collector_overflow_total", 1_400.0);
}

#[tokio::test]
async fn a_dropped_guard_stops_its_collector() {
    let Scene {
        mut script, guard, ..
    } = Scene::new().await;
    drop(guard);
    assert_eq!(soon(script.begun.recv()).await, None);
}

#[tokio::test]
async fn all_metrics_are_described() {
    let mut scene = Scene::new().await;
    scene.play([Step::Finish]).await;
    for family in [
        "tollgate_collector_duration_seconds histogram",
        "tollgate_collector_failures_total counter",
        "tollgate_collector_overflow_total counter",
    ] {
        assert!(
            scene.ledger.families().iter().any(|line| line == family),
            "{family}"
        );
    }
}

#[tokio::test]
async fn two_collectors_of_one_series_are_not_shown_in_turns() {
    let ledger = Ledger::new();
    let (first, mut first_script) = Scripted::new();
    let (second, mut second_script) = Scripted::new();
    let start = |name, collector| {
        Periodic::start_with_recorder(ledger.recorder(), name, Duration::ZERO, collector)
    };
    let first = start("first", first);
    first_script.begin().await;
    first_script.step(Step::Gauge("shared", 1.0));
    first_script.step(Step::Finish);
    first_script.begin().await;

    let _second = start("second", second);
    for _ in 0..2 {
        second_script.begin().await;
        second_script.step(Step::Gauge("own", 2.0));
        second_script.step(Step::Gauge("shared", 2.0));
        second_script.step(Step::Finish);
    }
    second_script.begin().await;
    let scrape = ledger.scrape();
    assert_eq!(scrape.values("shared", &[]), [1.0]);
    assert_eq!(scrape.values("own", &[]), [0.0; 0], "all of it or nothing");
    let labels = [("collector", "second")];
    assert_eq!(
        scrape.values("tollgate_collector_failures_total", &labels),
        [2.0]
    );

    // Its owner is gone at once, whatever its task still does.
    drop(first);
    second_script.step(Step::Gauge("shared", 3.0));
    second_script.step(Step::Finish);
    second_script.begin().await;
    assert_eq!(ledger.scrape().values("shared", &[]), [3.0]);
}
