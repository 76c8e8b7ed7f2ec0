//! Quantiles of the last windows, and count and sum of everything.

use std::time::Instant;

use metrics::HistogramFn;

use super::{Summary, WINDOW};
use crate::cells::{Cell, Locked};

fn quantiles() -> Summary {
    Summary::new([0.0, 0.5, 1.0].into())
}

fn summary() -> Locked<Summary> {
    Locked::new(quantiles())
}

#[track_caller]
fn assert_quantiles(got: &[(f64, f64)], expected: [f64; 3]) {
    for ((quantile, value), expected) in got.iter().zip(expected) {
        let is_near = (value - expected).abs() <= expected.abs() * 0.0101;
        assert!(
            is_near || (value.is_nan() && expected.is_nan()),
            "{quantile}: {value}, not {expected}"
        );
    }
}

#[test]
fn quantiles_are_near_and_count_and_sum_are_exact() {
    let summary = summary();
    (-50..=150).for_each(|value| summary.record(f64::from(value)));
    let (count, sum, quantiles) = summary.read(Summary::read);
    assert_eq!((count, sum.to_string()), (201, "10050".to_owned()));
    assert_quantiles(&quantiles, [-50.0, 50.0, 150.0]);
}

#[test]
fn outlier_does_not_move_the_other_quantiles() {
    for (value, outlier) in [(0.000_2, 5.0), (1e-8, 1e8), (2.0, 1e15)] {
        let summary = summary();
        summary.record_many(value, 999);
        summary.record(outlier);
        let (count, _, quantiles) = summary.read(Summary::read);
        assert_eq!(count, 1_000);
        assert_quantiles(&quantiles, [value, value, outlier]);
    }
}

#[test]
fn non_finite_values_are_only_counted() {
    let summary = summary();
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        summary.record(value);
    }
    let (count, sum, quantiles) = summary.read(Summary::read);
    assert_eq!((count, sum.to_string()), (3, "0".to_owned()));
    assert_quantiles(&quantiles, [f64::NAN; 3]);
}

#[test]
fn old_observations_leave_the_quantiles() {
    let mut summary = quantiles();
    let start = Instant::now();
    summary.add_at(1.0, 1, start);
    summary.add_at(3.0, 1, start + WINDOW);
    assert_quantiles(&summary.read_at(start + WINDOW * 2), [1.0, 1.0, 3.0]);
    assert_quantiles(&summary.read_at(start + WINDOW * 3), [3.0; 3]);
    assert_quantiles(&summary.read_at(start + WINDOW * 100), [f64::NAN; 3]);
    summary.add_at(5.0, 1, start + WINDOW * 100);
    assert_quantiles(&summary.read_at(start + WINDOW * 101), [5.0; 3]);
}

#[test]
fn old_observations_stay_in_count_and_sum() {
    let summary = summary();
    for (value, windows) in [(1.0, 0), (3.0, 1), (5.0, 100)] {
        summary.record(value);
        summary.read(|quantiles| quantiles.read_at(Instant::now() + WINDOW * windows));
    }
    let (count, sum, _) = summary.read(Summary::read);
    assert_eq!((count, sum.to_string()), (3, "9".to_owned()));
}

#[test]
fn reset_is_not_a_write() {
    let summary = summary();
    summary.record(1.0);
    summary.reset();
    assert_eq!((summary.writes(), summary.read(|_| ()).0), (1, 0));
}
