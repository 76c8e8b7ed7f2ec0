//! Greeting of the demo: its address and commands to paste.

/// The first lines on standard output. `metrics` and `logger` are the arguments of curl that read
/// the metrics and a log level. `key` is the generated key of this run, if there is one: a key from
/// the environment is never printed.
pub(crate) fn text(
    base: &str,
    metrics: Option<&str>,
    logger: Option<&str>,
    key: Option<&str>,
) -> String {
    let key = match key {
        Some(key) => format!(
            "Take the key of this run (set MASTER_KEY to bring your own):
  export MASTER_KEY={key}"
        ),
        None => "Take your key in MASTER_KEY.".to_owned(),
    };
    let metrics = match metrics {
        Some(metrics) => format!(
            r#"Then read the metrics:
  curl -i {metrics} -H "authorization: Bearer $MASTER_KEY""#
        ),
        None => "Metrics are off: start without METRICS_ENABLED=false.".to_owned(),
    };
    let logger = logger.map_or_else(String::new, |logger| {
        format!(
            r#"And have more logged for a minute:
  curl -i {logger} -H "authorization: Bearer $MASTER_KEY" \
    -H 'content-type: application/json' -d '{{"configuredLevel":"DEBUG","for":"1m"}}'

"#
        )
    });
    format!(
        r#"
listening on {base}

Open it in a browser, or try in another terminal:
  curl -i {base}/users/42
  curl -i {base}/users/1001
  curl -i {base}/orders -H 'content-type: application/json' -d '{{"item":"tea","quantity":1}}'
  curl -i --max-time 0.5 '{base}/slow?ms=2000'

{key}

{metrics}

{logger}"#
    )
}
