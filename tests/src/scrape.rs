//! Samples of one scrape's text.

/// A text exposition.
///
/// # Examples
///
/// ```
/// use tests::scrape::Scrape;
///
/// let scrape = Scrape::new("hits_total{path=\"/a\",code=\"200\"} 2\nhits_total{path=\"/b\",code=\"200\"} 3\n");
/// assert_eq!(scrape.sum("hits_total", &[("code", "200")]), 5.0);
/// assert_eq!(scrape.values("hits_total", &[("path", "/a")]), [2.0]);
/// assert!(scrape.values("hits_total", &[("path", "/c")]).is_empty());
/// ```
#[derive(Debug)]
pub struct Scrape(String);

impl Scrape {
    /// Takes the body of a scrape.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the values of all series of `name` with at least these labels.
    ///
    /// # Panics
    ///
    /// If such a sample has no numeric value.
    #[track_caller]
    pub fn values(&self, name: &str, labels: &[(&str, &str)]) -> Vec<f64> {
        self.samples()
            .filter(|sample| sample.split(['{', ' ']).next() == Some(name))
            .filter(|sample| labels.iter().all(|&label| carries(sample, label)))
            .map(|sample| {
                let (_, value) = sample.rsplit_once(' ').expect("a sample has a value");
                value.parse().expect("a value is a number")
            })
            .collect()
    }

    /// Returns the sum of those values; 0 when there are none.
    #[track_caller]
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        // Not `sum`: an empty `sum` is -0.
        self.values(name, labels)
            .iter()
            .fold(0.0, |sum, value| sum + value)
    }

    /// Returns the lines that are not comments.
    pub fn samples(&self) -> impl Iterator<Item = &str> {
        let lines = self.0.lines();
        lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
    }
}

/// Spells a series in one form: labels sorted, empty ones dropped, the bound as a short number.
///
/// # Panics
///
/// If the label `le` is not a number.
///
/// # Examples
///
/// ```
/// use tests::scrape::canonical_series;
///
/// assert_eq!(canonical_series("wait_bucket{le=\"1.0\",desk=\"3\"}"), "wait_bucket{desk=\"3\",le=\"1\"}");
/// ```
pub fn canonical_series(series: &str) -> String {
    let Some((name, labels)) = series.split_once('{') else {
        return series.to_owned();
    };
    let mut labels: Vec<String> = labels
        .trim_end_matches('}')
        .split_inclusive("\",")
        .map(|label| label.trim_end_matches(','))
        // To Prometheus, a label with an empty value is absent.
        .filter(|label| !label.ends_with("=\"\""))
        .map(|label| match label.strip_prefix("le=\"") {
            Some(bound) => {
                let bound: f64 = bound
                    .trim_end_matches('"')
                    .parse()
                    .expect("a bound is a number");
                format!("le=\"{bound}\"")
            }
            None => label.to_owned(),
        })
        .collect();
    labels.sort_unstable();
    if labels.is_empty() {
        return name.to_owned();
    }
    format!("{name}{{{}}}", labels.join(","))
}

fn carries(sample: &str, (name, value): (&str, &str)) -> bool {
    let label = format!("{name}=\"{value}\"");
    sample.contains(&format!("{{{label}")) || sample.contains(&format!(",{label}"))
}
