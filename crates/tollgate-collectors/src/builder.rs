//! The builder of everything that counts events.

use std::fmt::Debug;

use tollgate_families::{BuildError, Families, Group, Names};

/// Builder of metrics: of [`Jobs`](crate::Jobs), a [`Scheduler`](crate::Scheduler), a
/// [`Queue`](crate::Queue), [`CacheMetrics`](crate::cache::CacheMetrics) or an
/// [`Activity`](crate::Activity).
///
/// # Examples
///
/// ```
/// use tollgate_collectors::{BuildError, cache::{CacheLabel, CacheMetrics}};
///
/// let users = CacheMetrics::builder("users")
///     .namespace("django")
///     .rename_label(CacheLabel::Cache, "backend")
///     .build()?;
/// users.hit(); // django_cache_get_hits_total{backend="users"}
/// # Ok::<(), BuildError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct Builder<T: Measured> {
    pub(crate) families: Families<T::Metric>,
    pub(crate) options: T::Options,
}

/// Owner of a group of metrics that a [`Builder`] builds.
pub trait Measured: Sized {
    /// Metrics of the group.
    type Metric: Group;

    /// Everything but names and recorder.
    type Options: Debug + Clone;

    /// Checks the names and the options.
    fn check(names: &Names<Self::Metric>, options: &Self::Options) -> Result<(), BuildError> {
        let _ = options;
        names.check(|_| Vec::new())
    }

    /// Returns the owner of the group.
    fn assemble(families: Families<Self::Metric>, options: Self::Options) -> Self;
}

impl<T: Measured> Builder<T> {
    pub(crate) fn new(options: T::Options) -> Self {
        Self {
            families: Families::default(),
            options,
        }
    }

    /// Builds the metrics.
    ///
    /// # Errors
    ///
    /// If Prometheus does not accept a name, if two metrics or two labels share one, or if a maximum
    /// is out of bounds.
    pub fn build(self) -> Result<T, BuildError> {
        T::check(&self.families.names, &self.options)?;
        Ok(self.assemble())
    }

    /// Builds the metrics with names that need no check: the default ones.
    pub(crate) fn assemble(self) -> T {
        T::assemble(self.families, self.options)
    }
}
