//! Descriptions of jobs.

use std::{borrow::Cow, time::Duration};

/// Description of a job, for its metrics.
///
/// A `&str` is a job of that kind; a [`NamedJob`] has all details.
///
/// # Examples
///
/// ```
/// use std::borrow::Cow;
/// use tollgate_collectors::Job;
///
/// struct Import {
///     number: u64,
///     tenant: String,
/// }
///
/// impl Job for Import {
///     fn kind(&self) -> &str {
///         "import"
///     }
///
///     fn id(&self) -> Option<Cow<'_, str>> {
///         Some(self.number.to_string().into())
///     }
///
///     fn label(&self, name: &str) -> &str {
///         if name == "tenant" { &self.tenant } else { "" }
///     }
/// }
/// ```
pub trait Job {
    /// Returns its kind: one of a few.
    fn kind(&self) -> &str;

    /// Returns its id among the running jobs, for their list only: a number by default.
    fn id(&self) -> Option<Cow<'_, str>> {
        None
    }

    /// Returns the value of a [label](crate::JobsBuilder::bounded_label): none by default, which is an
    /// empty string.
    #[expect(
        clippy::unnecessary_literal_bound,
        reason = "implementations return their own strings"
    )]
    fn label(&self, name: &str) -> &str {
        let _ = name;
        ""
    }

    /// Returns whether it was tried before: `false` by default.
    fn is_retry(&self) -> bool {
        false
    }

    /// Returns how long it waited for its start: unknown by default.
    fn queued_for(&self) -> Option<Duration> {
        None
    }
}

impl<J: Job + ?Sized> Job for &J {
    fn kind(&self) -> &str {
        (**self).kind()
    }

    fn id(&self) -> Option<Cow<'_, str>> {
        (**self).id()
    }

    fn label(&self, name: &str) -> &str {
        (**self).label(name)
    }

    fn is_retry(&self) -> bool {
        (**self).is_retry()
    }

    fn queued_for(&self) -> Option<Duration> {
        (**self).queued_for()
    }
}

impl Job for str {
    fn kind(&self) -> &str {
        self
    }
}

/// Job that is described where it is started.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tollgate_collectors::{BuildError, Jobs, NamedJob};
///
/// let jobs = Jobs::builder().bounded_label("tenant", 50).build()?;
/// let job = NamedJob::new("import")
///     .id("42")
///     .labels(&[("tenant", "acme")])
///     .queued_for(Duration::from_secs(3));
/// let running = jobs.start(&job);
/// # drop(running);
/// # Ok::<(), BuildError>(())
/// ```
#[derive(Debug, Clone, Copy)]
#[must_use = "a description of a job does not start it"]
pub struct NamedJob<'a> {
    kind: &'a str,
    id: Option<&'a str>,
    labels: &'a [(&'a str, &'a str)],
    is_retry: bool,
    queued_for: Option<Duration>,
}

impl<'a> NamedJob<'a> {
    /// Returns a job of this kind.
    pub const fn new(kind: &'a str) -> Self {
        Self {
            kind,
            id: None,
            labels: &[],
            is_retry: false,
            queued_for: None,
        }
    }

    /// Sets its id among the running jobs.
    pub const fn id(mut self, id: &'a str) -> Self {
        self.id = Some(id);
        self
    }

    /// Sets names and values of labels. Names that are not a
    /// [label](crate::JobsBuilder::bounded_label) of jobs are ignored.
    pub const fn labels(mut self, labels: &'a [(&'a str, &'a str)]) -> Self {
        self.labels = labels;
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
}

impl Job for NamedJob<'_> {
    fn kind(&self) -> &str {
        self.kind
    }

    fn id(&self) -> Option<Cow<'_, str>> {
        self.id.map(Cow::Borrowed)
    }

    fn label(&self, name: &str) -> &str {
        let label = self.labels.iter().find(|(other, _)| *other == name);
        label.map_or("", |(_, value)| value)
    }

    fn is_retry(&self) -> bool {
        self.is_retry
    }

    fn queued_for(&self) -> Option<Duration> {
        self.queued_for
    }
}
