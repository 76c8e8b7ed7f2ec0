//! The names in force of a group of metrics.

use std::{borrow::Cow, collections::HashSet};

use metrics::{Key, Recorder, SharedString};

use crate::{BuildError, Catalogue, CatalogueEntry, Family, Group, GroupLabel, Kind, check};

/// Sample suffixes that a histogram adds to its name.
const HISTOGRAM_SUFFIXES: [&str; 3] = ["_bucket", "_sum", "_count"];

/// Names of a group's metrics and labels, with everything that was changed about them.
#[derive(Debug, Clone)]
pub struct Names<M: Group> {
    namespace: Option<Cow<'static, str>>,
    default_namespace: &'static str,
    metrics: Vec<Named<M::Label>>,
    labels: Vec<Cow<'static, str>>,
    constant_labels: Vec<(Cow<'static, str>, Cow<'static, str>)>,
}

/// One metric's name, absent where it is left out, with its help and labels.
#[derive(Debug, Clone)]
struct Named<L> {
    name: Option<Cow<'static, str>>,
    help: Cow<'static, str>,
    labels: Vec<L>,
}

impl<M: Group> Default for Names<M> {
    fn default() -> Self {
        let families = M::FAMILIES.iter();
        let metrics = families.map(|family| Named {
            name: Some(Cow::Borrowed(family.name)),
            help: Cow::Borrowed(family.help),
            labels: family.labels.to_vec(),
        });
        let labels = M::Label::NAMES.iter();
        Self {
            namespace: None,
            default_namespace: "",
            metrics: metrics.collect(),
            labels: labels.map(|&name| Cow::Borrowed(name)).collect(),
            constant_labels: Vec::new(),
        }
    }
}

impl<M: Group> Names<M> {
    /// Puts a namespace before every name. An empty one removes it.
    pub fn set_namespace(&mut self, namespace: impl Into<Cow<'static, str>>) {
        self.namespace = Some(namespace.into());
    }

    /// Puts a namespace before every name, unless another one is set.
    pub fn set_default_namespace(&mut self, namespace: &'static str) {
        self.default_namespace = namespace;
    }

    /// Replaces all names, except a namespace and constant labels that were set.
    pub fn replace_defaults(&mut self, names: Self) {
        self.default_namespace = names.default_namespace;
        self.metrics = names.metrics;
        self.labels = names.labels;
    }

    /// Renames a metric. The namespace still goes before the new name.
    pub fn rename(&mut self, metric: M, name: impl Into<Cow<'static, str>>) {
        self.metrics[metric.index()].name = Some(name.into());
    }

    /// Leaves a metric out.
    pub fn omit(&mut self, metric: M) {
        self.metrics[metric.index()].name = None;
    }

    /// Leaves all metrics out.
    pub fn omit_all(&mut self) {
        for metric in &mut self.metrics {
            metric.name = None;
        }
    }

    /// Renames a label in all metrics.
    pub fn rename_label(&mut self, label: M::Label, name: impl Into<Cow<'static, str>>) {
        self.labels[label.index()] = name.into();
    }

    /// Leaves a label out of one metric.
    pub fn omit_label(&mut self, metric: M, label: M::Label) {
        self.metrics[metric.index()]
            .labels
            .retain(|&own| own != label);
    }

    /// Leaves a label out of all metrics.
    pub fn omit_label_everywhere(&mut self, label: M::Label) {
        for &metric in M::ALL {
            self.omit_label(metric, label);
        }
    }

    /// Adds a label with the same value to all metrics.
    pub fn add_constant_label(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Cow<'static, str>>,
    ) {
        self.constant_labels.push((name.into(), value.into()));
    }

    /// Replaces the labels of a metric.
    pub fn set_labels(&mut self, metric: M, labels: &[M::Label]) {
        self.metrics[metric.index()].labels = labels.to_vec();
    }

    /// Replaces the help of a metric.
    pub fn set_help(&mut self, metric: M, help: impl Into<Cow<'static, str>>) {
        self.metrics[metric.index()].help = help.into();
    }

    /// Returns the full name of a metric, or `None` where it is left out.
    pub fn metric(&self, metric: M) -> Option<String> {
        let name = self.metrics[metric.index()].name.as_deref()?;
        let namespace = self.namespace.as_deref();
        Some(match namespace.unwrap_or(self.default_namespace) {
            "" => name.to_owned(),
            namespace => format!("{namespace}_{name}"),
        })
    }

    /// Returns the name of a label.
    pub fn label(&self, label: M::Label) -> &Cow<'static, str> {
        &self.labels[label.index()]
    }

    /// Returns the labels of a metric, in order, without the constant ones.
    pub fn labels_of(&self, metric: M) -> &[M::Label] {
        &self.metrics[metric.index()].labels
    }

    /// Returns the names and values of the constant labels.
    pub fn constant_labels(&self) -> &[(Cow<'static, str>, Cow<'static, str>)] {
        &self.constant_labels
    }

    /// Returns the key of a series, or `None` where the metric is left out.
    ///
    /// See [`series_labels`](Self::series_labels) for its labels.
    pub fn key(
        &self,
        metric: M,
        value: impl Fn(M::Label) -> SharedString,
        extra: impl IntoIterator<Item = metrics::Label>,
    ) -> Option<Key> {
        let name = self.metric(metric)?;
        let labels = self.series_labels(metric, value, extra);
        Some(Key::from_parts(name, labels))
    }

    /// Returns the labels of a series: the metric's own, then `extra`, then the constant ones.
    pub fn series_labels(
        &self,
        metric: M,
        value: impl Fn(M::Label) -> SharedString,
        extra: impl IntoIterator<Item = metrics::Label>,
    ) -> Vec<metrics::Label> {
        let own = self.labels_of(metric).iter();
        let own = own.map(|&label| metrics::Label::new(self.label(label).clone(), value(label)));
        let constant = self.constant_labels.iter();
        let constant =
            constant.map(|(name, value)| metrics::Label::new(name.clone(), value.clone()));
        own.chain(extra).chain(constant).collect()
    }

    /// Describes every metric that is not left out.
    pub fn describe(&self, recorder: &dyn Recorder) {
        for &metric in M::ALL {
            self.describe_metric(metric, recorder);
        }
    }

    /// Describes a metric unless it is left out.
    pub(crate) fn describe_metric(&self, metric: M, recorder: &dyn Recorder) {
        let Some(name) = self.metric(metric) else {
            return;
        };
        let Family { kind, unit, .. } = &M::FAMILIES[metric.index()];
        let help = self.metrics[metric.index()].help.clone().into();
        let (name, unit) = (name.into(), Some(*unit));
        match kind {
            Kind::Counter => recorder.describe_counter(name, unit, help),
            Kind::Gauge => recorder.describe_gauge(name, unit, help),
            Kind::Histogram => recorder.describe_histogram(name, unit, help),
        }
    }

    /// Returns every metric that is not left out, in the names in force.
    pub fn catalogue(&self) -> Catalogue {
        let entries = M::ALL.iter().filter_map(|&metric| {
            let family = &M::FAMILIES[metric.index()];
            Some(CatalogueEntry {
                name: self.metric(metric)?,
                kind: family.kind,
                unit: family.unit,
                labels: self.label_names(metric).map(str::to_owned).collect(),
                help: self.metrics[metric.index()].help.clone(),
                tier: family.tier,
                bounds: family.bounds,
            })
        });
        Catalogue {
            entries: entries.collect(),
        }
    }

    fn label_names(&self, metric: M) -> impl Iterator<Item = &str> {
        let own = self.labels_of(metric).iter();
        let own = own.map(|&label| self.label(label).as_ref());
        own.chain(self.constant_labels.iter().map(|(name, _)| name.as_ref()))
    }

    /// Checks all names. `extra` gives the names of labels that a metric has besides its own and the
    /// constant ones.
    ///
    /// # Errors
    ///
    /// If Prometheus does not accept a name, if two metrics or two labels of one metric share a
    /// name, or if a metric is named like a sample of a histogram.
    pub fn check<'a>(&'a self, extra: impl Fn(M) -> Vec<&'a str>) -> Result<(), BuildError> {
        let metrics = M::ALL.iter();
        let metrics = metrics.filter_map(|&metric| Some((metric, self.metric(metric)?)));
        let metrics: Vec<_> = metrics.collect();
        let mut names = HashSet::new();
        for (_, name) in &metrics {
            check::metric_name(name)?;
            if !names.insert(name.clone()) {
                return Err(duplicate(&format!("two metrics are named {name:?}")));
            }
        }
        for (metric, name) in metrics {
            if M::FAMILIES[metric.index()].kind == Kind::Histogram {
                let samples = HISTOGRAM_SUFFIXES.map(|suffix| format!("{name}{suffix}"));
                if let Some(taken) = samples.iter().find(|&sample| names.contains(sample)) {
                    return Err(duplicate(&format!(
                        "a metric is named {taken:?} like a sample of the histogram {name:?}"
                    )));
                }
            }
            let mut seen = HashSet::new();
            for label in self.label_names(metric).chain(extra(metric)) {
                check::label_name(label)?;
                if !seen.insert(label) {
                    return Err(duplicate(&format!(
                        "two labels of {name:?} are named {label:?}"
                    )));
                }
            }
        }
        Ok(())
    }
}

fn duplicate(what: &str) -> BuildError {
    BuildError::new(format!("{what}: rename one of them"))
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::families! {
        /// A metric of the bakery.
        enum Bakery {
            Loaves: counter(Count) "loaves_total" {kind, oven} "Loaves baked, by kind.";
            OvenTime: histogram(Seconds) "oven_seconds" {oven} "Time in the oven in seconds.";
            Open: gauge(Count) "open" {} "Whether the bakery is open." debug;
        }

        /// A label of the bakery's metrics.
        enum BakeryLabel {
            kind = Kind "what was baked";
            oven = Oven "the oven";
        }
    }

    fn refused(change: impl FnOnce(&mut Names<Bakery>)) -> String {
        let mut names = Names::default();
        change(&mut names);
        names.check(|_| Vec::new()).unwrap_err().to_string()
    }

    #[test]
    fn a_list_gives_names_labels_and_catalogue() {
        let mut names = Names::<Bakery>::default();
        names.set_namespace("corner");
        names.rename_label(BakeryLabel::Kind, "sort");
        names.omit_label(Bakery::Loaves, BakeryLabel::Oven);
        names.omit(Bakery::OvenTime);
        names.add_constant_label("town", "Ulm");
        names.check(|_| vec!["extra"]).unwrap();

        let catalogue = names.catalogue();
        let entries = catalogue.entries().iter();
        let entries: Vec<_> = entries
            .map(|entry| (entry.name.as_str(), entry.labels.join(","), entry.tier))
            .collect();
        assert_eq!(
            entries,
            [
                (
                    "corner_loaves_total",
                    "sort,town".to_owned(),
                    crate::Tier::Stable
                ),
                ("corner_open", "town".to_owned(), crate::Tier::Debug),
            ]
        );

        let extra = [metrics::Label::new("extra", "x")];
        let key = names.key(Bakery::Loaves, |_| "rye".into(), extra).unwrap();
        let labels: Vec<_> = key
            .labels()
            .map(|label| (label.key(), label.value()))
            .collect();
        assert_eq!(key.name(), "corner_loaves_total");
        assert_eq!(labels, [("sort", "rye"), ("extra", "x"), ("town", "Ulm")]);
        assert_eq!(names.key(Bakery::OvenTime, |_| "".into(), []), None);

        names.omit_label_everywhere(BakeryLabel::Kind);
        assert_eq!(names.labels_of(Bakery::Loaves), []);
    }

    #[test]
    fn names_that_collide_are_refused() {
        assert_eq!(
            refused(|names| names.rename(Bakery::Open, "loaves_total")),
            "two metrics are named \"loaves_total\": rename one of them"
        );
        assert_eq!(
            refused(|names| names.rename(Bakery::Open, "oven_seconds_sum")),
            "a metric is named \"oven_seconds_sum\" like a sample of the histogram \
             \"oven_seconds\": rename one of them"
        );
        assert_eq!(
            refused(|names| names.rename_label(BakeryLabel::Oven, "kind")),
            "two labels of \"loaves_total\" are named \"kind\": rename one of them"
        );
        assert_eq!(
            refused(|names| names.add_constant_label("oven", "3")),
            "two labels of \"loaves_total\" are named \"oven\": rename one of them"
        );
        let error = Names::<Bakery>::default().check(|metric| match metric {
            Bakery::OvenTime => vec!["oven"],
            _ => Vec::new(),
        });
        assert!(error.unwrap_err().to_string().contains("oven_seconds"));
    }

    #[test]
    fn names_that_prometheus_refuses_are_refused() {
        let metric = refused(|names| names.set_namespace("a b"));
        assert!(
            metric.starts_with("metric name \"a b_loaves_total\""),
            "{metric}"
        );
        let label = refused(|names| names.rename_label(BakeryLabel::Kind, "le"));
        assert!(label.starts_with("label name \"le\""), "{label}");
    }

    #[test]
    fn a_metric_that_is_left_out_needs_no_valid_name() {
        let mut names = Names::<Bakery>::default();
        names.rename(Bakery::Open, "not valid");
        names.omit(Bakery::Open);
        names.check(|_| Vec::new()).unwrap();
    }
}
