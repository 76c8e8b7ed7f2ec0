//! Bucket of each value, and wider buckets once there are too many.

use metrics::HistogramFn;

use super::{Native, index, wider};
use crate::cells::{Cell, Locked};

/// The upper bound of a bucket.
fn bound(index: i32, schema: i32) -> f64 {
    2_f64.powf(f64::from(index) * 2_f64.powi(-schema))
}

fn read(max_buckets: usize, values: &[f64]) -> (u64, f64, Native) {
    let native = Locked::new(Native::new(3, max_buckets));
    for value in values {
        native.record(*value);
    }
    native.read(|native| native.clone())
}

#[test]
fn powers_of_two_are_upper_bounds_at_every_schema() {
    for schema in 0..=8 {
        for power in -60..60 {
            let per_power = 1 << schema;
            let value = 2_f64.powi(power);
            assert_eq!(index(value, schema), power * per_power);
            assert_eq!(index(value * 1.000_000_1, schema), power * per_power + 1);
        }
    }
}

#[test]
fn value_lies_between_the_bounds_of_its_bucket() {
    for schema in -4..=8 {
        for value in [0.003, 0.1, 0.999, 1.0, 1.5, 7.0, 1e6, 123_456.789, 1e30] {
            let index = index(value, schema);
            let (below, above) = (bound(index - 1, schema), bound(index, schema));
            assert!(
                below * 0.999_999_999 < value && value <= above * 1.000_000_001,
                "{value} {schema}"
            );
        }
    }
}

#[test]
fn lowering_the_schema_keeps_values_in_their_bucket() {
    for value in [0.000_1, 0.3, 1.0, 1.1, 2.0, 77.0, f64::MAX] {
        for schema in -3..=8 {
            assert_eq!(
                wider(index(value, schema), 1),
                index(value, schema - 1),
                "{value} {schema}"
            );
        }
    }
}

#[test]
fn every_value_is_counted_once() {
    let values = [
        0.0,
        -0.0,
        1e-40,
        1.0,
        -1.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ];
    let (count, sum, native) = read(160, &values);
    let buckets = native.positive.values().chain(native.negative.values());
    assert_eq!((native.zero_count, buckets.sum::<u64>(), count), (3, 5, 8));
    assert_eq!(sum.to_string(), "0");
}

#[test]
fn buckets_widen_beyond_the_cap() {
    let values: Vec<_> = (1..=1000).map(f64::from).collect();
    let (_, _, native) = read(20, &values);
    let buckets = native.positive.len() + native.negative.len();
    assert!(buckets <= 20 && native.schema < 3, "{native:?}");
    assert_eq!(native.positive.values().sum::<u64>(), 1000);
    let (&last, _) = native.positive.last_key_value().unwrap();
    assert_eq!(last, index(1000.0, native.schema));
}

#[test]
fn reset_is_not_a_write_and_restores_the_resolution() {
    let native = Locked::new(Native::new(3, 2));
    for value in [1.0, 10.0, 100.0] {
        native.record(value);
    }
    native.reset();
    assert_eq!(native.writes(), 3);
    let (count, sum, native) = native.read(|native| native.clone());
    assert_eq!((count, sum.to_string()), (0, "0".to_owned()));
    assert_eq!(native, Native::new(3, 2));
}
