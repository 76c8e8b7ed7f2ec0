//! The formats that are chosen for `Accept`.

use axum::http::HeaderValue;

use super::*;

const TEXT: Format = Format::Text;
const OPENMETRICS: Format = Format::OpenMetrics;
const JSON: Format = Format::Json;
const PROTOBUF: Format = Format::Protobuf;
const ALL: [Format; 4] = [TEXT, OPENMETRICS, PROTOBUF, JSON];

/// The header of Prometheus 3 without native histograms.
const PROMETHEUS_3: &str = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
    application/openmetrics-text;version=0.0.1;q=0.5,\
    text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,\
    text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
const PROMETHEUS_3_NATIVE: &str = "application/vnd.google.protobuf;\
    proto=io.prometheus.client.MetricFamily;encoding=delimited;escaping=allow-utf-8;q=0.7,\
    application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
    text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
const PROMETHEUS_2: &str = "application/openmetrics-text;version=1.0.0,\
    application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

fn accepting(values: &[&'static str]) -> HeaderMap {
    values
        .iter()
        .map(|value| (ACCEPT, HeaderValue::from_static(value)))
        .collect()
}

#[test]
fn heaviest_format_is_chosen() {
    for (accept, chosen) in [
        (PROMETHEUS_3, OPENMETRICS),
        (PROMETHEUS_3_NATIVE, PROTOBUF),
        (PROMETHEUS_2, OPENMETRICS),
        (BROWSER, TEXT),
        ("*/*", TEXT),
        ("text/*", TEXT),
        ("application/*", OPENMETRICS),
        ("application/json", JSON),
        ("APPLICATION/JSON", JSON),
        ("application/json, */*", JSON),
        ("application/json;q=0.9, */*", TEXT),
        ("application/json, text/plain, */*", TEXT),
        ("application/json;q=0.5, text/plain;q=0.4", JSON),
        ("application/json;q=0.400, text/plain;q=0.4", TEXT),
        // The precise range decides for its format, not the wide one that weighs more.
        ("*/*, text/plain;q=0", OPENMETRICS),
        (
            "application/*, application/openmetrics-text;q=0.1",
            PROTOBUF,
        ),
        (
            "text/plain;q=0.1, text/plain;version=0.0.4, application/json;q=0.5",
            TEXT,
        ),
        // A parameter has to be the format's own.
        ("text/plain;version=1.0.0, application/json;q=0.1", JSON),
        (
            "text/plain;charset=UTF-8;version=\"0.0.4\", application/json;q=0.9",
            TEXT,
        ),
        ("text/plain;format=flowed, application/json;q=0.1", JSON),
        // Elements that are not valid are passed over.
        ("text, ;;, , application/json", JSON),
        ("text/plain;q=2, application/json;q=0.1", JSON),
        ("text/plain;q=, application/json;q=0.1", JSON),
    ] {
        assert_eq!(format(&accepting(&[accept]), &ALL), chosen, "{accept:?}");
    }
}

#[test]
fn default_is_served_if_nothing_is_acceptable() {
    for accept in [
        "",
        "image/png",
        "application/*",
        "*/*;q=0",
        "text/plain;q=0",
        "gibberish",
    ] {
        assert_eq!(format(&accepting(&[accept]), &[TEXT]), TEXT, "{accept:?}");
    }
    assert_eq!(format(&accepting(&["image/png"]), &[JSON, TEXT]), JSON);
    assert_eq!(format(&HeaderMap::new(), &[JSON, TEXT]), JSON);
    assert_eq!(format(&HeaderMap::new(), &[]), TEXT);
}

#[test]
fn several_headers_are_one_list() {
    let headers = accepting(&["text/plain;q=0.5", "image/png, application/json;q=0.6"]);

    assert_eq!(format(&headers, &ALL), JSON);
}

#[test]
fn bytes_outside_ascii_are_passed_over() {
    let mut headers = accepting(&["application/json"]);
    headers.append(ACCEPT, HeaderValue::from_bytes(b"text/plain\xff").unwrap());

    assert_eq!(format(&headers, &ALL), JSON);
}

#[test]
fn names_are_those_of_the_query() {
    let requested = |query| Representation::requested(&HeaderMap::new(), query, &[TEXT]).selection;

    for query in [
        None,
        Some(""),
        Some("name=up"),
        Some("other[]=up"),
        Some("%"),
    ] {
        assert_eq!(requested(query), Selection::all(), "{query:?}");
    }
    for query in [
        "name[]=up&name[]=down",
        "name%5B%5D=down&name%5b%5d=up&name[]=up",
        "x=1&name[]=u%70&&name[]=down",
    ] {
        let both = Selection::names(["up", "down"]);
        assert_eq!(requested(Some(query)), both, "{query:?}");
    }
}
