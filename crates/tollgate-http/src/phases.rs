//! The phases of a request, timed one by one.

mod builder;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, OnceLock, PoisonError, RwLock},
    thread,
};

use metrics::{Histogram, Key, Label, Level, Metadata, Recorder, Unit};
use quanta::Clock;

pub use self::builder::PhasesBuilder;
use crate::{endpoints::MAX_NAME_BYTES, names::OVERFLOW};

static METADATA: Metadata<'static> =
    Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

/// What stands for a phase, or a label's value, that is not in its closed set.
const OTHER: &str = "other";

/// How long the phases of requests take: decoding, asking somebody else, writing, all of it.
///
/// | Metric | Type | Labels |
/// |---|---|---|
/// | `http_request_phase_duration_seconds` | histogram | endpoint, phase; status and labels of your own if they are asked for |
///
/// The phases are a closed set; one that is not in it is `other`. Clones share what they keep, which
/// lives as long as the process: build one and clone it. The recorder is asked for each series once,
/// when a phase first ends.
///
/// # Examples
///
/// ```
/// use tollgate_http::{PhaseStatus, Phases};
///
/// let phases = Phases::builder(["decode", "dispatch", "total"])
///     .namespace("aurora_gateway")
///     .label("stream", ["true", "false"])
///     .status()
///     .build()?;
///
/// // Once for each endpoint, or for each request.
/// let messages = phases.at("/v1/messages", &["true"]);
///
/// let total = messages.start("total");
/// let decode = messages.start("decode");
/// decode.end(PhaseStatus::Ok);
/// total.end(PhaseStatus::Error);
/// # Ok::<(), tollgate_http::BuildError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Phases {
    shared: &'static Shared,
}

/// The phases of requests to one endpoint.
#[derive(Clone, Copy)]
pub struct EndpointPhases {
    shared: &'static Shared,
    endpoint: &'static Endpoint,
    /// Which values the labels have, as a number whose digits they are.
    variant: usize,
}

/// A phase that has begun. Dropping it records it.
#[derive(Debug)]
#[must_use = "a phase ends when this is dropped"]
pub struct PhaseTimer {
    phases: EndpointPhases,
    phase: usize,
    start: u64,
    status: PhaseStatus,
}

/// How a phase ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PhaseStatus {
    /// `ok`.
    Ok,
    /// `error`.
    Error,
    /// `unfinished`: it was dropped before anybody said how it ended, as an early return or a
    /// cancelled request does.
    Unfinished,
    /// `panic`: unwinding dropped it.
    Panic,
}

struct Shared {
    name: String,
    phases: Vec<&'static str>,
    labels: Vec<(&'static str, Vec<&'static str>)>,
    has_status: bool,
    endpoint_cap: usize,
    clock: Clock,
    recorder: Option<Arc<dyn Recorder + Send + Sync>>,
    endpoints: RwLock<HashMap<Box<str>, &'static Endpoint>>,
    overflow: OnceLock<&'static Endpoint>,
}

struct Endpoint {
    name: Box<str>,
    /// By variant, phase and status.
    durations: Box<[OnceLock<Histogram>]>,
}

impl Phases {
    /// Starts to build phases of these names.
    pub fn builder(phases: impl IntoIterator<Item = &'static str>) -> PhasesBuilder {
        PhasesBuilder::new(phases.into_iter().collect())
    }

    /// The phases of requests to an endpoint, with these values of the labels that the builder was
    /// given, in their order. A value that is not among a label's, or is missing, is `other`.
    ///
    /// The endpoint is looked up by name behind a lock: keep what this gives where that matters.
    /// Give it a route's template, never a path: past the cap, or 512 bytes, it is `overflow`.
    pub fn at(&self, endpoint: &str, values: &[&str]) -> EndpointPhases {
        let shared = self.shared;
        let values = values
            .iter()
            .copied()
            .map(Some)
            .chain([None].into_iter().cycle());
        let labels = shared.labels.iter().zip(values);
        let variant = labels.fold(0, |variant, ((_, known), value)| {
            let place = known.iter().position(|&known| Some(known) == value);
            variant * (known.len() + 1) + place.unwrap_or(known.len())
        });
        EndpointPhases {
            shared,
            endpoint: shared.endpoint(endpoint),
            variant,
        }
    }
}

impl EndpointPhases {
    /// Begins a phase.
    #[inline]
    pub fn start(&self, phase: &str) -> PhaseTimer {
        let phases = &self.shared.phases;
        let place = phases.iter().position(|&known| known == phase);
        PhaseTimer {
            phases: *self,
            phase: place.unwrap_or(phases.len()),
            start: self.shared.clock.raw(),
            status: PhaseStatus::Unfinished,
        }
    }

    fn duration(&self, phase: usize, status: PhaseStatus) -> &'static Histogram {
        let place = self.variant * (self.shared.phases.len() + 1) + phase;
        let place = place * PhaseStatus::LABELS.len() + status as usize;
        self.endpoint.durations[place].get_or_init(|| self.register(phase, status))
    }

    #[cold]
    fn register(&self, phase: usize, status: PhaseStatus) -> Histogram {
        let shared = self.shared;
        let phase = shared.phases.get(phase).copied().unwrap_or(OTHER);
        let mut labels = vec![
            Label::new("endpoint", self.endpoint.name.to_string()),
            Label::new("phase", phase),
        ];
        if shared.has_status {
            labels.push(Label::new("status", PhaseStatus::LABELS[status as usize]));
        }
        let mut rest = self.variant;
        let first = labels.len();
        for (name, values) in shared.labels.iter().rev() {
            let value = values.get(rest % (values.len() + 1)).copied();
            labels.insert(first, Label::new(*name, value.unwrap_or(OTHER)));
            rest /= values.len() + 1;
        }
        shared.with_recorder(|recorder| {
            let what = "Time that a phase of a request takes.";
            let name = shared.name.clone();
            recorder.describe_histogram(name.into(), Some(Unit::Seconds), what.into());
            let key = Key::from_parts(shared.name.clone(), labels);
            recorder.register_histogram(&key, &METADATA)
        })
    }
}

impl PhaseTimer {
    /// Ends the phase, and says how. Without the label `status` that makes no difference to
    /// dropping it.
    pub fn end(mut self, status: PhaseStatus) {
        self.status = status;
    }
}

impl Drop for PhaseTimer {
    fn drop(&mut self) {
        let clock = &self.phases.shared.clock;
        let nanoseconds = clock.delta_as_nanos(self.start, clock.raw());
        #[expect(clippy::cast_precision_loss, reason = "exact up to 104 days")]
        let seconds = nanoseconds as f64 * 1e-9;
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

impl Shared {
    fn endpoint(&self, name: &str) -> &'static Endpoint {
        let known = self
            .endpoints
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let (found, is_full) = (known.get(name).copied(), known.len() >= self.endpoint_cap);
        drop(known);
        if let Some(endpoint) = found {
            return endpoint;
        }
        // Once there is no room, no new name is worth a lock that all others wait for.
        if !is_full && name.len() <= MAX_NAME_BYTES {
            let mut endpoints = self
                .endpoints
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            if endpoints.len() < self.endpoint_cap || endpoints.contains_key(name) {
                return endpoints
                    .entry(name.into())
                    .or_insert_with(|| self.leak(name));
            }
        }
        self.overflow.get_or_init(|| self.leak(OVERFLOW))
    }

    fn leak(&self, name: &str) -> &'static Endpoint {
        let durations = (0..self.combinations()).map(|_| OnceLock::new());
        Box::leak(Box::new(Endpoint {
            name: name.into(),
            durations: durations.collect(),
        }))
    }

    /// How many series an endpoint can have.
    fn combinations(&self) -> usize {
        let variants = self.labels.iter().map(|(_, values)| values.len() + 1);
        let all = variants.chain([self.phases.len() + 1, PhaseStatus::LABELS.len()]);
        all.fold(1, usize::saturating_mul)
    }

    fn with_recorder<T>(&self, register: impl FnOnce(&dyn Recorder) -> T) -> T {
        match &self.recorder {
            Some(recorder) => register(recorder.as_ref()),
            None => metrics::with_recorder(register),
        }
    }
}

impl fmt::Debug for Phases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Phases")
            .field("name", &self.shared.name)
            .field("phases", &self.shared.phases)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for EndpointPhases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointPhases")
            .field("name", &self.shared.name)
            .field("endpoint", &self.endpoint.name)
            .finish_non_exhaustive()
    }
}
