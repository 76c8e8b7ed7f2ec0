//! Phases of a request, timed one by one.

mod builder;

use std::{
    fmt,
    sync::{Arc, OnceLock},
    thread,
};

use metrics::{Histogram, Label, SharedString};
use tollgate_families::{Bounded, Families, LabelValues, OVERFLOW, Start, Stopwatch, families};

pub use self::builder::PhasesBuilder;

families! {
    /// Metric of [`Phases`].
    pub(crate) enum PhaseMetric {
        Duration: histogram(Seconds) "http_request_phase_duration_seconds" {endpoint, phase, status}
            "Time in a phase of a request in seconds.";
    }

    /// Label of the metric of [`Phases`], besides your own.
    pub enum PhaseLabel {
        endpoint = Endpoint "the name of the endpoint, or `overflow`";
        phase = Phase "the name of the phase, or `other`";
        /// Opt-in.
        status = Status "`ok`, `error`, `unfinished` or `panic`";
    }
}

/// Timers for the phases of requests: decoding, calling another service, writing, or all of it.
///
/// | Metric | Type | Labels |
/// |---|---|---|
/// | `http_request_phase_duration_seconds` | histogram | endpoint, phase; status and labels of your own on request |
///
/// The phases are a closed set; any other is `other`. Clones share their state: build one and clone it.
/// A series is registered when its phase first ends.
///
/// # Examples
///
/// ```
/// use tollgate_http::Phases;
///
/// let phases = Phases::builder(["decode", "dispatch", "total"])
///     .namespace("aurora")
///     .label_values("stream", ["true", "false"])
///     .status()
///     .build()?;
///
/// // Once for each endpoint, or for each request.
/// let messages = phases.at("/v1/messages", &["true"]);
///
/// let total = messages.start("total");
/// let decode = messages.start("decode");
/// decode.succeed();
/// total.fail();
/// # Ok::<(), tollgate_http::BuildError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Phases {
    table: Arc<PhaseTable>,
}

/// Timers for the phases of requests to one endpoint.
#[derive(Debug, Clone)]
pub struct EndpointPhases {
    table: Arc<PhaseTable>,
    endpoint: Arc<PhasedEndpoint>,
    /// Values of the labels, as a number whose digits they are.
    variant: usize,
}

/// A phase that has begun. Dropping it records it.
///
/// Only the label `status` shows the outcome: `unfinished` for a phase that is dropped without one, as by
/// an early return or a cancelled request, and `panic` for one that is dropped by unwinding.
#[derive(Debug)]
#[must_use = "a phase ends when its timer is dropped"]
pub struct PhaseTimer {
    phases: EndpointPhases,
    phase: usize,
    start: Start,
    status: PhaseStatus,
}

/// Outcome of a phase.
#[derive(Debug, Clone, Copy)]
enum PhaseStatus {
    Ok,
    Error,
    Unfinished,
    Panic,
}

/// Settings of phases, and the endpoints that they have met.
#[derive(Debug)]
struct PhaseTable {
    families: Families<PhaseMetric>,
    phases: LabelValues,
    labels: Vec<(&'static str, LabelValues)>,
    stopwatch: Stopwatch,
    endpoints: Bounded<str, Arc<PhasedEndpoint>>,
}

struct PhasedEndpoint {
    name: SharedString,
    /// By variant, phase and status.
    durations: Box<[OnceLock<Histogram>]>,
}

impl Phases {
    /// Returns the timers of an endpoint with these values of the labels that the builder was given,
    /// in their order. A value that the label does not list, or that is missing, is `other`.
    ///
    /// The look-up takes a read lock: keep the result if that matters. Give the template of a route,
    /// never a path: beyond the maximum of endpoints, or 512 bytes, it is `overflow`.
    pub fn at(&self, endpoint: &str, values: &[&str]) -> EndpointPhases {
        let table = &self.table;
        let labels = table.labels.iter().enumerate();
        let variant = labels.fold(0, |variant, (label, (_, known))| {
            let place = values.get(label).and_then(|value| known.place(value));
            variant * (known.count() + 1) + place.unwrap_or(known.count())
        });
        let new = |name: Option<&str>| {
            Arc::new(PhasedEndpoint {
                name: name.unwrap_or(OVERFLOW).to_owned().into(),
                durations: (0..table.combinations()).map(|_| OnceLock::new()).collect(),
            })
        };
        EndpointPhases {
            table: Arc::clone(table),
            endpoint: table.endpoints.get(endpoint, new),
            variant,
        }
    }
}

impl EndpointPhases {
    /// Starts a phase.
    #[inline]
    pub fn start(&self, phase: &str) -> PhaseTimer {
        let phases = &self.table.phases;
        PhaseTimer {
            phases: self.clone(),
            phase: phases.place(phase).unwrap_or(phases.count()),
            start: self.table.stopwatch.start(),
            status: PhaseStatus::Unfinished,
        }
    }

    fn duration(&self, phase: usize, status: PhaseStatus) -> &Histogram {
        let place = self.variant * (self.table.phases.count() + 1) + phase;
        let place = place * PhaseStatus::LABELS.len() + status as usize;
        self.endpoint.durations[place].get_or_init(|| self.register(phase, status))
    }

    #[cold]
    fn register(&self, phase: usize, status: PhaseStatus) -> Histogram {
        let value = |label| match label {
            PhaseLabel::Endpoint => self.endpoint.name.clone(),
            PhaseLabel::Phase => self.table.phases.at(phase).to_owned().into(),
            PhaseLabel::Status => PhaseStatus::LABELS[status as usize].into(),
        };
        let mut rest = self.variant;
        let labels = self.table.labels.iter().rev();
        let mut labels: Vec<_> = labels
            .map(|(name, values)| {
                let value = values.at(rest % (values.count() + 1));
                rest /= values.count() + 1;
                Label::new(*name, value.to_owned())
            })
            .collect();
        labels.reverse();
        self.table
            .families
            .histogram_with(PhaseMetric::Duration, value, labels)
    }
}

impl PhaseTimer {
    /// Ends the phase as `ok`.
    pub fn succeed(mut self) {
        self.status = PhaseStatus::Ok;
    }

    /// Ends the phase as `error`.
    pub fn fail(mut self) {
        self.status = PhaseStatus::Error;
    }
}

impl Drop for PhaseTimer {
    fn drop(&mut self) {
        let seconds = self.phases.table.stopwatch.seconds(self.start);
        let status = if thread::panicking() {
            PhaseStatus::Panic
        } else {
            self.status
        };
        self.phases.duration(self.phase, status).record(seconds);
    }
}

impl PhaseStatus {
    /// In the order of the variants.
    const LABELS: [&str; 4] = ["ok", "error", "unfinished", "panic"];
}

impl PhaseTable {
    /// Returns the maximum number of series of one endpoint.
    fn combinations(&self) -> usize {
        let variants = self.labels.iter().map(|(_, values)| values.count() + 1);
        let all = variants.chain([self.phases.count() + 1, PhaseStatus::LABELS.len()]);
        all.fold(1, usize::saturating_mul)
    }
}

impl fmt::Debug for PhasedEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PhasedEndpoint").field(&self.name).finish()
    }
}
