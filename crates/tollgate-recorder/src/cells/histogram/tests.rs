use std::{sync::Arc, thread};

use metrics::HistogramFn;

use super::Histogram;
use crate::{
    bounds::Bounds,
    cells::{Arena, Cell},
};

fn histogram(bounds: &[f64]) -> Histogram {
    Histogram::new(&Arena::new(), Arc::new(Bounds::new(bounds).unwrap()), None)
}

#[track_caller]
fn assert_reads(histogram: &Histogram, buckets: &[u64], sum: f64) {
    let mut counts = vec![7];
    let read = histogram.read(&mut counts);
    assert_eq!(&counts[1..], buckets);
    assert_eq!(read.to_string(), sum.to_string());
}

#[test]
fn observation_is_counted_in_the_first_bucket_that_reaches_it() {
    let histogram = histogram(&[-1.0, 0.0, 1.0]);
    for value in [-2.0, -1.0, -0.5, 0.0, 1.0, 1.5] {
        histogram.record(value);
    }
    assert_reads(&histogram, &[2, 2, 1, 1], -1.0);
}

#[test]
fn non_finite_values_are_counted_and_left_out_of_the_sum() {
    let histogram = histogram(&[1.0]);
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.5] {
        histogram.record(value);
    }
    assert_reads(&histogram, &[2, 2], 0.5);
    // The second would make the sum infinite.
    for value in [f64::MAX, f64::MAX, -f64::MAX] {
        histogram.record(value);
    }
    assert_reads(&histogram, &[3, 4], 0.0);
}

#[test]
fn record_many_counts_every_observation() {
    let histogram = histogram(&[1.0, 2.0]);
    histogram.record_many(1.5, 4);
    histogram.record_many(f64::NAN, 0);
    assert_reads(&histogram, &[0, 4, 0], 6.0);
}

#[test]
fn new_histogram_reads_as_zero() {
    assert_reads(&histogram(&[1.0]), &[0, 0], 0.0);
}

#[test]
fn threads_on_own_and_shared_lines_add_up() {
    let histogram = histogram(&[1.0]);
    let barrier = std::sync::Barrier::new(160);
    thread::scope(|scope| {
        for _ in 0..160 {
            scope.spawn(|| {
                histogram.record(0.25);
                barrier.wait();
                (0..10).for_each(|_| histogram.record(2.0));
            });
        }
    });
    assert_reads(&histogram, &[160, 1600], 40.0 + 3200.0);
}

#[test]
fn histogram_starts_at_zero_after_a_reset() {
    let histogram = histogram(&[1.0]);
    histogram.record(0.5);
    histogram.reset();
    assert_reads(&histogram, &[0, 0], 0.0);
    histogram.record(2.0);
    assert_reads(&histogram, &[0, 1], 2.0);
    histogram.reset();
    assert_reads(&histogram, &[0, 0], 0.0);
    assert_eq!(histogram.writes(), 2);
}
