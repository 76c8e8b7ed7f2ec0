//! What the demo prints when it is ready: where it listens and what to paste.

/// The first lines on standard output. `metrics` is what curl is given to read them, `key` the one
/// made up for this run, if one was: a key that the environment brought is never printed.
pub(crate) fn text(base: &str, metrics: Option<&str>, key: Option<&str>) -> String {
    let metrics = match metrics {
        Some(metrics) => reading(metrics, key),
        None => "Metrics are off: start without METRICS_ENABLED=false.".to_owned(),
    };
    format!(
        r#"
listening on {base}

Open it in a browser, or try in another terminal:
  curl -i {base}/users/42
  curl -i {base}/users/1001
  curl -i {base}/orders -H 'content-type: application/json' -d '{{"item":"tea","quantity":1}}'
  curl -i --max-time 0.5 '{base}/slow?ms=2000'

{metrics}

"#
    )
}

fn reading(metrics: &str, key: Option<&str>) -> String {
    let with_key = format!(r#"curl -i {metrics} -H "authorization: Bearer $MASTER_KEY""#);
    match key {
        Some(key) => format!(
            "Then read the metrics with the key of this run (set MASTER_KEY to bring your own):
  export MASTER_KEY={key}
  {with_key}"
        ),
        None => format!(
            "Then read the metrics with your key in MASTER_KEY:
  {with_key}"
        ),
    }
}
