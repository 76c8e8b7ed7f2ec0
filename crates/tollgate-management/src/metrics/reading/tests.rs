use serde_json::{Value, json};

use super::*;
use crate::metrics::text::families;

fn reading(text: &str, tags: &[(&str, &str)]) -> Result<Value, NoReading> {
    let tags: BTreeSet<_> = tags
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
    let reading = Reading::of(&families(text)[0], &tags)?;
    Ok(serde_json::to_value(reading).unwrap())
}

fn measurements(text: &str) -> Value {
    reading(text, &[]).unwrap()["measurements"].take()
}

const ORDERS: &str = "\
    # HELP orders_total Orders.\n\
    # TYPE orders_total counter\n\
    orders_total{country=\"it\",kind=\"book\"} 2\n\
    orders_total{country=\"fi\",kind=\"book\"} 3\n\
    orders_total{kind=\"pen\",le=\"1\"} 4\n";

#[test]
fn series_are_summed_and_what_tells_them_apart_is_left() {
    let all = json!({
        "name": "orders_total",
        "measurements": [{ "statistic": "COUNT", "value": 9.0 }],
        "availableTags": [
            { "tag": "country", "values": ["fi", "it"] },
            { "tag": "kind", "values": ["book", "pen"] },
            { "tag": "le", "values": ["1"] },
        ],
        "description": "Orders.",
        "baseUnit": null,
    });
    assert_eq!(reading(ORDERS, &[]), Ok(all));
    let books = reading(ORDERS, &[("kind", "book")]).unwrap();
    assert_eq!(books["measurements"][0]["value"], 5.0);
    let country = json!([{ "tag": "country", "values": ["fi", "it"] }]);
    assert_eq!(books["availableTags"], country);
    let one = reading(ORDERS, &[("kind", "book"), ("country", "fi")]).unwrap();
    assert_eq!(one["measurements"][0]["value"], 3.0);
    assert_eq!(one["availableTags"], json!([]));
}

#[test]
fn tags_that_no_series_has_find_none() {
    for tags in [
        &[("kind", "car")][..],
        &[("colour", "red")],
        &[("kind", "pen"), ("country", "it")],
        &[("kind", "pen"), ("kind", "book")],
        &[("kind", "")],
    ] {
        assert_eq!(reading(ORDERS, tags), Err(NoReading::NoSeries), "{tags:?}");
    }
}

#[test]
fn a_histogram_is_count_and_total_and_its_bounds_are_no_tags() {
    let text = "\
        # TYPE wait_seconds histogram\n\
        wait_seconds_bucket{desk=\"1\",le=\"1.0\"} 1\n\
        wait_seconds_bucket{desk=\"1\",le=\"+Inf\"} 2\n\
        wait_seconds_sum{desk=\"1\"} 3.5\n\
        wait_seconds_count{desk=\"1\"} 2\n\
        wait_seconds_bucket{desk=\"2\",le=\"+Inf\"} 1\n\
        wait_seconds_sum{desk=\"2\"} 1\n\
        wait_seconds_count{desk=\"2\"} 1\n";
    let all = json!({
        "name": "wait_seconds",
        "measurements": [
            { "statistic": "COUNT", "value": 3.0 },
            { "statistic": "TOTAL", "value": 4.5 },
        ],
        "availableTags": [{ "tag": "desk", "values": ["1", "2"] }],
        "description": null,
        "baseUnit": "seconds",
    });
    assert_eq!(reading(text, &[]), Ok(all));
    assert_eq!(reading(text, &[("le", "1.0")]), Err(NoReading::NoSeries));
}

#[test]
fn a_summary_has_a_maximum_where_that_is_one_of_its_quantiles() {
    let summary = |quantiles: &str| {
        measurements(&format!(
            "# TYPE size summary\n{quantiles}size_sum 12\nsize_count 2\n"
        ))
    };
    let count = json!({ "statistic": "COUNT", "value": 2.0 });
    let total = json!({ "statistic": "TOTAL", "value": 12.0 });
    let with_max = summary(
        "size{quantile=\"0.5\"} 3\nsize{quantile=\"1\",a=\"b\"} 9\nsize{quantile=\"1.0\",a=\"c\"} 4\n",
    );
    let max = json!({ "statistic": "MAX", "value": 9.0 });
    assert_eq!(with_max, json!([count, total, max]));
    for unknown in ["size{quantile=\"0.5\"} 3\n", "size{quantile=\"1\"} NaN\n"] {
        assert_eq!(summary(unknown), json!([count, total]), "{unknown}");
    }
}

#[test]
fn what_is_not_finite_is_null() {
    for value in ["NaN", "+Inf", "-Inf"] {
        let text = format!("# TYPE up gauge\nup {value}\n");
        let null = json!([{ "statistic": "VALUE", "value": null }]);
        assert_eq!(measurements(&text), null, "{value}");
    }
    let both = "# TYPE up gauge\nup{a=\"1\"} +Inf\nup{a=\"2\"} -Inf\n";
    assert_eq!(measurements(both)[0]["value"], Value::Null);
}

#[test]
fn what_has_no_type_is_unknown() {
    let unknown = json!([{ "statistic": "UNKNOWN", "value": 1.0 }]);
    assert_eq!(measurements("up 1\n"), unknown);
}

#[test]
fn a_line_that_is_not_valid_is_no_reading() {
    let text = "# TYPE up gauge\nup 1\nup{a=\"1} 1\n";
    assert_eq!(reading(text, &[]), Err(NoReading::Malformed));
}

#[test]
fn a_unit_is_the_end_of_the_name() {
    for (name, unit) in [
        ("wait_seconds", Some("seconds")),
        ("process_cpu_seconds_total", Some("seconds")),
        ("http_request_size_bytes", Some("bytes")),
        ("cache_hit_ratio", Some("ratio")),
        ("seconds", None),
        ("milliseconds", None),
        ("http_request_total", None),
        ("bytes_read", None),
    ] {
        assert_eq!(base_unit(name), unit, "{name}");
    }
}
