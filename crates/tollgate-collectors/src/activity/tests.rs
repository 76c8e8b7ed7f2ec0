//! Windows on a clock that the test moves.

use std::{sync::Arc, thread, time::Duration};

use quanta::{Clock, Mock};
use tollgate_families::Stopwatch;

use super::*;
use crate::Builder;

const MINUTE: Duration = Duration::from_secs(60);

#[track_caller]
fn activity(set: impl FnOnce(Builder<Activity>) -> Builder<Activity>) -> (Activity, Arc<Mock>) {
    let (clock, time) = Clock::mock();
    let mut builder = Activity::builder("active_users_duration_hour");
    builder.options.stopwatch = Stopwatch::with_clock(clock);
    (set(builder).build().unwrap(), time)
}

#[track_caller]
fn assert_estimate(activity: &Activity, keys: f64) {
    assert!(!activity.is_exact());
    #[expect(clippy::cast_precision_loss, reason = "tests have few keys")]
    let error = (activity.count() as f64 / keys - 1.0).abs();
    // Six times the standard error: once in 500 million runs.
    assert!(error < 0.0163 * 6.0, "{} of {keys}", activity.count());
}

#[test]
fn a_key_counts_once() {
    let (activity, _) = activity(|builder| builder);
    assert_eq!(activity.count(), 0);
    for key in ["ada", "grace", "ada", "ada"] {
        activity.record(key);
    }
    assert_eq!(activity.count(), 2);
    assert!(activity.is_exact());
}

#[test]
fn a_key_counts_for_the_window_and_at_most_a_slice_more() {
    let (activity, time) = activity(|builder| builder);
    time.increment(MINUTE / 2);
    activity.record("ada");
    time.increment(30 * MINUTE);
    activity.record("grace");
    time.increment(30 * MINUTE);
    assert_eq!(activity.count(), 2, "an hour");
    time.increment(MINUTE);
    assert_eq!(activity.count(), 1, "an hour and a slice");
    time.increment(1_000 * MINUTE);
    assert_eq!(activity.count(), 0);
}

#[test]
fn a_key_that_is_seen_again_keeps_counting() {
    let (activity, time) = activity(|builder| builder);
    for _ in 0..10 {
        activity.record("ada");
        time.increment(59 * MINUTE);
        assert_eq!(activity.count(), 1);
    }
}

#[test]
fn keys_are_exact_up_to_the_maximum_and_estimated_beyond() {
    let (activity, time) = activity(|builder| builder.max_exact(1_000));
    for key in 0..1_000 {
        activity.record(&key);
        time.increment(Duration::from_secs(1));
    }
    assert_eq!(activity.count(), 1_000);
    assert!(activity.is_exact());

    for key in 0..20_000 {
        activity.record(&key);
        time.increment(Duration::from_millis(50));
    }
    assert_estimate(&activity, 20_000.0);

    // Keys leave in the order of their arrival: 20 a second.
    time.increment(Duration::from_secs(3_600 - 500));
    assert_estimate(&activity, 10_000.0);
}

#[test]
fn a_window_with_fewer_keys_becomes_exact_again() {
    let (activity, time) = activity(|builder| builder.max_exact(100));
    for key in 0..5_000 {
        activity.record(&key);
    }
    assert_estimate(&activity, 5_000.0);
    // For an hour and a slice there is no room for another key; for as long again some are missing.
    for _ in 0..=2 * 60 {
        assert!(!activity.is_exact());
        activity.record("ada");
        time.increment(MINUTE);
    }
    assert!(activity.is_exact());
    assert_eq!(activity.count(), 1);
    activity.record("grace");
    assert_eq!(activity.count(), 2);
}

#[test]
fn a_maximum_of_zero_estimates_from_the_first_key() {
    let (activity, _) = activity(|builder| builder.max_exact(0).slices(0).window(Duration::ZERO));
    activity.record("ada");
    assert!(!activity.is_exact());
    assert_eq!(activity.count(), 1);
}

#[test]
fn two_threads_count_together() {
    let activity = Activity::builder("active")
        .max_exact(3_000)
        .build()
        .unwrap();
    thread::scope(|scope| {
        for first in [0, 1_000] {
            let activity = &activity;
            scope.spawn(move || (first..first + 2_000).for_each(|key| activity.record(&key)));
        }
    });
    assert_eq!(activity.count(), 3_000);
    assert!(activity.is_exact());
}
