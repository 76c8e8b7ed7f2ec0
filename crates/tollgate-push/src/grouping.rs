//! The labels that a gateway groups metrics by.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Url;

use tollgate_families::{BuildError, check};

/// The grouping key: the job, and more labels by their names.
#[derive(Clone, Debug)]
pub(crate) struct Grouping {
    job: String,
    pub(crate) labels: BTreeMap<String, String>,
}

impl Grouping {
    pub(crate) fn of_job(job: String) -> Result<Self, BuildError> {
        if job.is_empty() {
            return Err(BuildError::new(
                "cannot push metrics without a job: give the name of what is run",
            ));
        }
        Ok(Self {
            job,
            labels: BTreeMap::new(),
        })
    }

    pub(crate) fn set(&mut self, name: &str, value: String) -> Result<(), BuildError> {
        let checked = match name {
            "job" => Err("it is the job's name, which is given already".to_owned()),
            name => check::label_name(name).map_err(|error| error.to_string()),
        };
        checked.map_err(|fix| {
            BuildError::new(format!(
                "cannot push metrics under the label {name:?}: {fix}"
            ))
        })?;
        self.labels.insert(name.to_owned(), value);
        Ok(())
    }

    /// The URL of the group at a gateway.
    pub(crate) fn url(&self, base: &Url) -> Url {
        let mut url = base.clone();
        // Only a URL without a host has no segments.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("metrics");
            let labels = self.labels.iter().map(|(name, value)| (&**name, &**value));
            for (name, value) in [("job", &*self.job)].into_iter().chain(labels) {
                path.extend(segments(name, value));
            }
        }
        url
    }
}

/// A label as two segments of a path. Values that a proxy or a parser might change are in the
/// gateway's own encoding.
fn segments(name: &str, value: &str) -> [String; 2] {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if value.bytes().all(is_plain) && !value.bytes().all(|byte| byte == b'.') {
        return [name.to_owned(), value.to_owned()];
    }
    let encoded = match value {
        // A segment cannot be empty: padding stands for nothing.
        "" => "=".to_owned(),
        value => URL_SAFE_NO_PAD.encode(value),
    };
    [format!("{name}@base64"), encoded]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn path(job: &str, labels: &[(&str, &str)]) -> String {
        let mut grouping = Grouping::of_job(job.to_owned()).unwrap();
        for (name, value) in labels {
            grouping.set(name, (*value).to_owned()).unwrap();
        }
        let url = grouping.url(&Url::parse("http://gateway/").unwrap());
        url.path().to_owned()
    }

    #[test]
    fn path_of_a_group_starts_with_the_job() {
        assert_eq!(path("nightly", &[]), "/metrics/job/nightly");
        assert_eq!(
            path("nightly", &[("instance", "eu-1.b"), ("a", "1")]),
            "/metrics/job/nightly/a/1/instance/eu-1.b"
        );
    }

    #[test]
    fn prefix_stays_in_front() {
        let grouping = Grouping::of_job("nightly".to_owned()).unwrap();
        for base in ["http://gateway/a/b", "http://gateway/a/b/"] {
            let url = grouping.url(&Url::parse(base).unwrap());
            assert_eq!(url.as_str(), "http://gateway/a/b/metrics/job/nightly");
        }
    }

    #[test]
    fn other_values_are_encoded() {
        // The first two are the gateway's own examples.
        for (value, segment) in [
            ("/var/tmp", "L3Zhci90bXA"),
            ("", "="),
            (".", "Lg"),
            ("..", "Li4"),
            ("a b", "YSBi"),
            ("Προμηθεύς", "zqDPgc6_zrzOt864zrXPjc-C"),
        ] {
            let expected = format!("/metrics/job/nightly/dir@base64/{segment}");
            assert_eq!(path("nightly", &[("dir", value)]), expected);
        }
        assert_eq!(path("a/b", &[]), "/metrics/job@base64/YS9i");
    }

    #[test]
    fn invalid_label_names_are_refused() {
        let mut grouping = Grouping::of_job("nightly".to_owned()).unwrap();
        for name in ["", "1st", "a-b", "é", "a@base64", "__name__", "job"] {
            let error = grouping.set(name, String::new()).unwrap_err();
            let start = format!("cannot push metrics under the label {name:?}: ");
            assert!(error.to_string().starts_with(&start), "{error}");
        }
        assert!(Grouping::of_job(String::new()).is_err());
    }
}
