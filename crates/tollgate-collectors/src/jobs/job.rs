//! What has to be known about a job.

use std::{borrow::Cow, time::Duration};

/// A job, as far as its metrics are concerned.
///
/// A `&str` is a job of that kind; [`NamedJob`] is one with all that there is to say.
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
    /// What kind of job it is: one of a few.
    fn kind(&self) -> &str;

    /// What tells it from the others that run, for the list of these only. A number unless
    /// overridden.
    fn id(&self) -> Option<Cow<'_, str>> {
        None
    }

    /// The value of one of the [labels](crate::JobsBuilder::label) that jobs have. Empty, which is
    /// none, unless overridden.
    #[expect(
        clippy::unnecessary_literal_bound,
        reason = "others return what they hold"
    )]
    fn label(&self, name: &str) -> &str {
        let _ = name;
        ""
    }

    /// Whether it has been tried before. `false` unless overridden.
    fn is_retry(&self) -> bool {
        false
    }

    /// How long it has waited for its start, if that is known. It is not unless overridden.
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

/// A job that is described where it is started.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tollgate_collectors::{Jobs, NamedJob};
///
/// let jobs = Jobs::builder().label("tenant", 50).build();
/// let job = NamedJob::new("import")
///     .id("42")
///     .labels(&[("tenant", "acme")])
///     .queued_for(Duration::from_secs(3));
/// let running = jobs.start(&job);
/// # drop(running);
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
    /// A job of this kind.
    pub const fn new(kind: &'a str) -> Self {
        Self {
            kind,
            id: None,
            labels: &[],
            is_retry: false,
            queued_for: None,
        }
    }

    /// Sets what tells it from the others that run.
    pub const fn id(mut self, id: &'a str) -> Self {
        self.id = Some(id);
        self
    }

    /// Sets labels, as names and values. Those that jobs do not [have](crate::JobsBuilder::label)
    /// are nowhere.
    pub const fn labels(mut self, labels: &'a [(&'a str, &'a str)]) -> Self {
        self.labels = labels;
        self
    }

    /// Says that it has been tried before.
    pub const fn retry(mut self) -> Self {
        self.is_retry = true;
        self
    }

    /// Says how long it has waited for its start.
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
