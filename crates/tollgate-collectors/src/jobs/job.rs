//! Descriptions of jobs.

use std::{borrow::Cow, time::Duration};

/// Maximum number of labels besides the kind.
pub(super) const MAX_LABELS: usize = 7;

/// Description of a job, for its metrics.
///
/// A string is a job of that kind. A type of an app is a job if a reference to it converts into this
/// type.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tollgate_collectors::{BuildError, Job, Jobs};
///
/// struct Import {
///     number: u64,
///     tenant: String,
/// }
///
/// impl<'a> From<&'a Import> for Job<'a> {
///     fn from(import: &'a Import) -> Self {
///         Job::new("import")
///             .id(import.number.to_string())
///             .labels(&[("tenant", &import.tenant)])
///     }
/// }
///
/// let jobs = Jobs::builder().bounded_label("tenant", 50).build()?;
/// let running = jobs.start(&Import { number: 42, tenant: "acme".to_owned() });
/// let waited = jobs.start(Job::new("export").queued_for(Duration::from_secs(3)));
/// # drop((running, waited));
/// # Ok::<(), BuildError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a description of a job does not start it"]
pub struct Job<'a> {
    pub(super) kind: &'a str,
    pub(super) id: Option<Cow<'a, str>>,
    labels: [(&'a str, &'a str); MAX_LABELS],
    pub(super) is_retry: bool,
    pub(super) queued_for: Option<Duration>,
}

impl<'a> Job<'a> {
    /// Returns a job of this kind: one of a few.
    pub const fn new(kind: &'a str) -> Self {
        Self {
            kind,
            id: None,
            labels: [("", ""); MAX_LABELS],
            is_retry: false,
            queued_for: None,
        }
    }

    /// Sets its id among the running jobs, for their list only. Without one, it is a number.
    pub fn id(mut self, id: impl Into<Cow<'a, str>>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sets names and values of labels: the first 7. Names that are not a
    /// [label](crate::Builder::bounded_label) of jobs are ignored.
    pub fn labels(mut self, labels: &[(&'a str, &'a str)]) -> Self {
        for (label, given) in self.labels.iter_mut().zip(labels) {
            *label = *given;
        }
        self
    }

    /// Marks it as tried before.
    pub const fn retry(mut self) -> Self {
        self.is_retry = true;
        self
    }

    /// Sets how long it waited for its start.
    pub const fn queued_for(mut self, time: Duration) -> Self {
        self.queued_for = Some(time);
        self
    }

    /// Returns the value of a label, which is empty where it has none.
    pub(super) fn label(&self, name: &str) -> &'a str {
        let label = self.labels.iter().find(|(other, _)| *other == name);
        label.map_or("", |(_, value)| value)
    }
}

impl<'a, S: AsRef<str> + ?Sized> From<&'a S> for Job<'a> {
    fn from(kind: &'a S) -> Self {
        Self::new(kind.as_ref())
    }
}

impl<'a> From<&'a Job<'_>> for Job<'a> {
    fn from(job: &'a Job<'_>) -> Self {
        Self {
            id: job.id.as_deref().map(Cow::Borrowed),
            ..*job
        }
    }
}
