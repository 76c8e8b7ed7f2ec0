//! Metrics of the operating system about the process.

use metrics_process::collector;
use tollgate_families::{BoxError, Collector, Names, Stage, families};

families! {
    /// A metric of the process.
    pub(crate) enum ProcessMetric {
        Cpu: counter(Seconds) "process_cpu_seconds_total" {} "User and system CPU time in seconds.";
        OpenFds: gauge(Count) "process_open_fds" {} "Open file descriptors.";
        MaxFds: gauge(Count) "process_max_fds" {} "Maximum number of open file descriptors.";
        VirtualMemory: gauge(Bytes) "process_virtual_memory_bytes" {} "Virtual memory in bytes.";
        MaxVirtualMemory: gauge(Bytes) "process_virtual_memory_max_bytes" {}
            "Maximum amount of virtual memory in bytes.";
        ResidentMemory: gauge(Bytes) "process_resident_memory_bytes" {} "Resident memory in bytes.";
        StartTime: gauge(Seconds) "process_start_time_seconds" {}
            "Start time of the process in seconds since the Unix epoch.";
        Threads: gauge(Count) "process_threads" {} "Threads of the operating system.";
    }
}

/// Returns the collector of `process_*`, Prometheus' own names, by metrics-process.
///
/// | Metric | Type |
/// |---|---|
/// | `process_cpu_seconds_total` | counter |
/// | `process_open_fds`, `process_max_fds` | gauge |
/// | `process_virtual_memory_bytes`, `process_virtual_memory_max_bytes` | gauge |
/// | `process_resident_memory_bytes` | gauge |
/// | `process_start_time_seconds` | gauge |
/// | `process_threads` | gauge |
///
/// A metric that the system does not provide is left out, and so is a limit where there is none.
///
/// # Examples
///
/// ```
/// use tollgate_collectors::{ScrapeHooks, process};
///
/// let hooks = ScrapeHooks::new().hook("process", process());
/// # let _ = hooks;
/// ```
pub fn process() -> impl Collector {
    Process::default()
}

#[derive(Default)]
struct Process {
    names: Names<ProcessMetric>,
}

impl Collector for Process {
    fn describe(&self, recorder: &dyn metrics::Recorder) {
        self.names.describe(recorder);
    }

    #[expect(clippy::cast_precision_loss, reason = "no process has that much")]
    async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
        // It counts the entries of a directory, which may hold many.
        let found = tokio::task::spawn_blocking(collector::collect).await?;

        if let Some(seconds) = found.cpu_seconds_total {
            stage.counter_of(&self.names, ProcessMetric::Cpu, |no| match no {}, seconds);
        }
        // Neither zero nor the largest number is a limit.
        let limit = |limit: Option<u64>| limit.filter(|limit| !matches!(limit, &(0 | u64::MAX)));
        let max_memory = limit(found.virtual_memory_max_bytes);
        for (metric, value) in [
            (ProcessMetric::OpenFds, found.open_fds),
            (ProcessMetric::MaxFds, limit(found.max_fds)),
            (ProcessMetric::VirtualMemory, found.virtual_memory_bytes),
            (ProcessMetric::MaxVirtualMemory, max_memory),
            (ProcessMetric::ResidentMemory, found.resident_memory_bytes),
            (ProcessMetric::StartTime, found.start_time_seconds),
            (ProcessMetric::Threads, found.threads),
        ] {
            if let Some(value) = value {
                stage.gauge_of(&self.names, metric, |no| match no {}, value as f64);
            }
        }
        Ok(())
    }
}
