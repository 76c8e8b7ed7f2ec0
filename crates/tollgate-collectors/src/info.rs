//! Gauges that are always 1 and carry information in their labels.

use std::borrow::Cow;

use tollgate_families::{BuildError, Families, Names, families, family_setters};

families! {
    /// The metric of an [`InfoGauge`].
    enum InfoMetric {
        Info: gauge(Count) "build_info" {} "Build of the app.";
    }
}

/// Gauge that is always 1 and carries information in its labels.
///
/// # Examples
///
/// ```
/// use tollgate_collectors::{BuildError, InfoGauge};
///
/// InfoGauge::build_info(env!("CARGO_PKG_VERSION")).constant_label("revision", "8f5aa6f").set()?;
///
/// InfoGauge::new("flask_exporter_info", "Information about the exporter.")
///     .constant_label("version", "0.23.2")
///     .set()?;
/// # Ok::<(), BuildError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "an info does nothing until it is set"]
pub struct InfoGauge {
    families: Families<InfoMetric>,
}

impl InfoGauge {
    /// Returns a gauge with this name, without labels.
    pub fn new(name: impl Into<Cow<'static, str>>, help: impl Into<Cow<'static, str>>) -> Self {
        let mut names = Names::default();
        names.rename(InfoMetric::Info, name);
        names.set_help(InfoMetric::Info, help);
        Self {
            families: Families::new(names),
        }
    }

    /// Returns `build_info{version}`, the build of the app.
    pub fn build_info(version: impl Into<Cow<'static, str>>) -> Self {
        let families = Families::default();
        Self { families }.constant_label("version", version)
    }

    family_setters!(namespace);
    family_setters!(constant_label);
    family_setters!(recorder);

    /// Sets the gauge.
    ///
    /// A recorder that hides unwritten series hides this one too after a while. As a collector
    /// (feature `periodic`) it is set again at each scrape by `ScrapeHooks`.
    ///
    /// # Errors
    ///
    /// If Prometheus does not accept the name or a label, or if two labels share a name.
    pub fn set(&self) -> Result<(), BuildError> {
        self.families.names.check(|_| Vec::new())?;
        // A clone describes itself anew, whatever was renamed since.
        let families = self.families.clone();
        families.gauge(InfoMetric::Info, |no| match no {}).set(1.0);
        Ok(())
    }
}

#[cfg(feature = "periodic")]
impl tollgate_families::Collector for InfoGauge {
    fn describe(&self, recorder: &dyn metrics::Recorder) {
        self.families.names.describe(recorder);
    }

    async fn collect(
        &mut self,
        stage: &mut tollgate_families::Stage,
    ) -> Result<(), tollgate_families::BoxError> {
        let names = &self.families.names;
        names.check(|_| Vec::new())?;
        stage.gauge_of(names, InfoMetric::Info, |no| match no {}, 1);
        Ok(())
    }
}
