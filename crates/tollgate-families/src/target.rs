//! The recorder that series are registered with.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use metrics::{Counter, Gauge, Histogram, Key, Level, Metadata, Recorder};

static METADATA: Metadata<'static> =
    Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

/// Recorder that was given, or the one in force at each use.
#[derive(Clone, Default)]
pub struct Target(Option<Arc<dyn Recorder + Send + Sync>>);

/// Whether the warning was given, or none is wanted.
static IS_QUIET: AtomicBool = AtomicBool::new(false);

impl Target {
    /// Returns the target of a recorder.
    pub fn given(recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        Self(Some(recorder))
    }

    /// Calls `register` with the recorder.
    ///
    /// Warns once in the life of the process if none is installed: a handle that is registered then
    /// records nothing, also after one is installed.
    pub fn with<T>(&self, register: impl FnOnce(&dyn Recorder) -> T) -> T {
        match &self.0 {
            Some(recorder) => register(recorder.as_ref()),
            None => metrics::with_recorder(|recorder| {
                // The facade's stand-in is the only recorder in practice that has no fields at all.
                if size_of_val(recorder) == 0 && !IS_QUIET.swap(true, Ordering::Relaxed) {
                    tracing::warn!(
                        "metrics are registered before a recorder is installed, and record nothing: \
                         install the recorder first"
                    );
                }
                register(recorder)
            }),
        }
    }

    /// Registers the counter with this key.
    pub fn counter(&self, key: &Key) -> Counter {
        self.with(|recorder| recorder.register_counter(key, &METADATA))
    }

    /// Registers the gauge with this key.
    pub fn gauge(&self, key: &Key) -> Gauge {
        self.with(|recorder| recorder.register_gauge(key, &METADATA))
    }

    /// Registers the histogram with this key.
    pub fn histogram(&self, key: &Key) -> Histogram {
        self.with(|recorder| recorder.register_histogram(key, &METADATA))
    }
}

/// Declares that this process has no recorder on purpose, so that nothing warns of it.
pub fn expect_no_recorder() {
    IS_QUIET.store(true, Ordering::Relaxed);
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Some(_) => "given",
            None => "global",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{io, sync::Mutex};

    use metrics::NoopRecorder;
    use metrics_util::debugging::DebuggingRecorder;

    use super::*;

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_missing_recorder_is_warned_of_once() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            Target::given(Arc::new(NoopRecorder)).with(|_| ());
            metrics::with_local_recorder(&DebuggingRecorder::new(), || {
                Target::default().with(|_| ());
            });
            assert!(log.0.lock().unwrap().is_empty());
            for _ in 0..2 {
                Target::default().with(|_| ());
            }
        });
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert_eq!(log.matches("WARN").count(), 1, "{log}");
        assert!(log.contains("install the recorder first"), "{log}");
    }

    #[test]
    fn a_given_recorder_goes_before_the_one_in_force() {
        let given = DebuggingRecorder::new();
        let seen = given.snapshotter();
        let target = Target::given(Arc::new(given));
        metrics::with_local_recorder(&DebuggingRecorder::new(), || {
            target.gauge(&Key::from_name("up")).set(1.0);
        });
        assert_eq!(seen.snapshot().into_vec().len(), 1);
    }
}
