//! Gauges that are always 1, for what their labels say.

use std::borrow::Cow;

use metrics::{Key, Label, Recorder, Unit};

use crate::metadata::METADATA;

/// A gauge that is 1, for the sake of its labels.
///
/// # Examples
///
/// ```
/// use tollgate_collectors::Info;
///
/// Info::build(env!("CARGO_PKG_VERSION")).label("revision", "8f5aa6f").set();
///
/// Info::new("flask_exporter_info", "Information about the exporter.")
///     .label("version", "0.23.2")
///     .set();
/// ```
#[derive(Debug, Clone)]
#[must_use = "an info does nothing until it is set"]
pub struct Info {
    name: Cow<'static, str>,
    help: Cow<'static, str>,
    labels: Vec<Label>,
}

impl Info {
    /// An info with this name, without labels.
    pub fn new(name: impl Into<Cow<'static, str>>, help: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            help: help.into(),
            labels: Vec::new(),
        }
    }

    /// `build_info{version}`: which build of the app this is.
    pub fn build(version: impl Into<Cow<'static, str>>) -> Self {
        Self::new("build_info", "Which build of the app this is.").label("version", version)
    }

    /// Puts a namespace before the name: `coderd` → `coderd_build_info`.
    pub fn namespace(mut self, namespace: &str) -> Self {
        self.name = format!("{namespace}_{}", self.name).into();
        self
    }

    /// Adds a label.
    pub fn label(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.labels.push(Label::new(name.into(), value.into()));
        self
    }

    /// Sets the gauge in the recorder that is in force.
    ///
    /// A recorder that hides what nobody writes to hides this too: an info is a collector as well
    /// (feature `periodic`), which `ScrapeHooks` set for each scrape.
    pub fn set(&self) {
        metrics::with_recorder(|recorder| {
            self.describe_gauge(recorder);
            let key = Key::from_parts(self.name.clone(), self.labels.clone());
            recorder.register_gauge(&key, &METADATA).set(1.0);
        });
    }

    fn describe_gauge(&self, recorder: &dyn Recorder) {
        let name = self.name.clone().into();
        recorder.describe_gauge(name, Some(Unit::Count), self.help.clone().into());
    }
}

#[cfg(feature = "periodic")]
impl crate::Collector for Info {
    fn describe(&self, recorder: &dyn Recorder) {
        self.describe_gauge(recorder);
    }

    async fn collect(&mut self, stage: &mut crate::Stage) -> Result<(), crate::BoxError> {
        stage.gauge(self.name.clone(), self.labels.clone(), 1);
        Ok(())
    }
}
