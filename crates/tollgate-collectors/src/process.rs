//! What the operating system says about the process.

use metrics::{Recorder, Unit};
use metrics_process::collector;

use crate::{BoxError, Collector, Stage};

/// Collects `process_*`, Prometheus' own names, by metrics-process.
///
/// | Metric | Type |
/// |---|---|
/// | `process_cpu_seconds_total` | counter, in whole seconds as counters of the facade are |
/// | `process_open_fds`, `process_max_fds` | gauge |
/// | `process_virtual_memory_bytes`, `process_virtual_memory_max_bytes` | gauge |
/// | `process_resident_memory_bytes` | gauge |
/// | `process_start_time_seconds` | gauge |
/// | `process_threads` | gauge |
///
/// What a system does not tell is left out. A limit of 0 is none.
///
/// # Examples
///
/// ```
/// use tollgate_collectors::{Process, ScrapeHooks};
///
/// let hooks = ScrapeHooks::new().hook("process", Process::new());
/// # let _ = hooks;
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Process {}

impl Process {
    /// Collects about this process.
    pub const fn new() -> Self {
        Self {}
    }
}

const CPU: &str = "process_cpu_seconds_total";
const OPEN_FDS: &str = "process_open_fds";
const MAX_FDS: &str = "process_max_fds";
const VIRTUAL_MEMORY: &str = "process_virtual_memory_bytes";
const MAX_VIRTUAL_MEMORY: &str = "process_virtual_memory_max_bytes";
const RESIDENT_MEMORY: &str = "process_resident_memory_bytes";
const START_TIME: &str = "process_start_time_seconds";
const THREADS: &str = "process_threads";

const GAUGES: [(&str, Unit, &str); 7] = [
    (OPEN_FDS, Unit::Count, "Open file descriptors."),
    (MAX_FDS, Unit::Count, "File descriptors that may be open."),
    (VIRTUAL_MEMORY, Unit::Bytes, "Virtual memory."),
    (
        MAX_VIRTUAL_MEMORY,
        Unit::Bytes,
        "Virtual memory that there may be.",
    ),
    (RESIDENT_MEMORY, Unit::Bytes, "Resident memory."),
    (
        START_TIME,
        Unit::Seconds,
        "When the process started, since the Unix epoch.",
    ),
    (THREADS, Unit::Count, "Threads of the operating system."),
];

impl Collector for Process {
    fn describe(&self, recorder: &dyn Recorder) {
        recorder.describe_counter(
            CPU.into(),
            Some(Unit::Seconds),
            "Processor time, user and system.".into(),
        );
        for (name, unit, help) in GAUGES {
            recorder.describe_gauge(name.into(), Some(unit), help.into());
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "no process has that much, nor less than none"
    )]
    async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
        // It counts the entries of a directory, which there may be many of.
        let found = tokio::task::spawn_blocking(collector::collect).await?;

        if let Some(seconds) = found.cpu_seconds_total {
            stage.counter(CPU, NO_LABELS, seconds as u64);
        }
        for (name, value) in [
            (OPEN_FDS, found.open_fds),
            (MAX_FDS, found.max_fds),
            (VIRTUAL_MEMORY, found.virtual_memory_bytes),
            (MAX_VIRTUAL_MEMORY, found.virtual_memory_max_bytes),
            (RESIDENT_MEMORY, found.resident_memory_bytes),
            (START_TIME, found.start_time_seconds),
            (THREADS, found.threads),
        ] {
            if let Some(value) = value {
                stage.gauge(name, NO_LABELS, value as f64);
            }
        }
        Ok(())
    }
}

const NO_LABELS: Vec<metrics::Label> = Vec::new();
