//! Names that Prometheus accepts.
//!
//! The rules are those of the [data model](https://prometheus.io/docs/concepts/data_model/), without
//! the UTF-8 names of Prometheus 3: a scraper of version 2 refuses those.

use crate::BuildError;

/// Labels that the exposition formats add themselves.
const RESERVED_LABELS: [&str; 2] = ["le", "quantile"];

/// Checks the name of a metric.
///
/// # Errors
///
/// If Prometheus does not accept it.
pub fn metric_name(name: &str) -> Result<(), BuildError> {
    if is_name(name, |c| c == ':') {
        return Ok(());
    }
    Err(BuildError::new(format!(
        "metric name {name:?} is not valid: use letters, digits, _ and :, and no digit first"
    )))
}

/// Checks the name of a label.
///
/// # Errors
///
/// If Prometheus does not accept it, or if it is reserved.
pub fn label_name(name: &str) -> Result<(), BuildError> {
    if is_name(name, |_| false) && !name.starts_with("__") && !RESERVED_LABELS.contains(&name) {
        return Ok(());
    }
    Err(BuildError::new(format!(
        "label name {name:?} is not valid: use letters, digits and _, no digit and no __ first, and \
         neither \"le\" nor \"quantile\""
    )))
}

/// Checks that a maximum is from 1 to `limit`.
///
/// # Errors
///
/// If it is not.
pub fn maximum(what: &str, max: usize, limit: usize) -> Result<(), BuildError> {
    if (1..=limit).contains(&max) {
        return Ok(());
    }
    Err(BuildError::new(format!(
        "{what} {max} is out of bounds: give 1 to {limit}"
    )))
}

fn is_name(name: &str, also: impl Fn(char) -> bool) -> bool {
    let accepts = |c: char| c.is_ascii_alphanumeric() || c == '_' || also(c);
    !name.is_empty() && name.chars().all(accepts) && !name.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_data_model() {
        for name in ["up", "_up", "http_request_total", "x2"] {
            assert!(
                metric_name(name).is_ok() && label_name(name).is_ok(),
                "{name}"
            );
        }
        assert!(metric_name("ns:name").is_ok());
        for name in ["", "2xx", "a b", "a.b", "größe", "a\n"] {
            assert!(
                metric_name(name).is_err() && label_name(name).is_err(),
                "{name}"
            );
        }
        for name in ["ns:name", "le", "quantile", "__name__"] {
            assert!(label_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn messages_name_the_input_and_the_fix() {
        let message = metric_name("a b").unwrap_err().to_string();
        assert_eq!(
            message,
            "metric name \"a b\" is not valid: use letters, digits, _ and :, and no digit first"
        );
        let message = maximum("max_endpoints", 0, 10).unwrap_err().to_string();
        assert_eq!(message, "max_endpoints 0 is out of bounds: give 1 to 10");
    }
}
