//! Renderings: shared, limited, off the runtime's workers.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{BoxError, body::Bytes};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch},
};
use tollgate_exposition::{Exposition, Format, Selection, Snapshot};
use tollgate_families::Target;

use super::{instruments::Instruments, negotiate::Representation, preparation::Preparation};

/// Renders an exposition off the runtime's workers, a few renderings at once, each for all scrapes
/// that wait for it.
pub(super) struct Renderer {
    exposition: Arc<dyn Exposition>,
    /// One permit for each rendering or reading that may be under way.
    places: Arc<Semaphore>,
    under_way: Mutex<HashMap<Representation, Rendering>>,
    pub(super) preparation: Option<Preparation>,
    pub(super) target: Target,
    instruments: OnceLock<Instruments>,
    /// The size of the next rendering's buffer, which then need not grow step by step.
    capacity: AtomicUsize,
}

/// A rendering that one or several scrapes wait for.
#[derive(Clone)]
pub(super) struct Rendering(watch::Receiver<Option<Bytes>>);

impl Rendering {
    /// Returns the body, or `None` if it could not be rendered.
    pub(super) async fn body(mut self) -> Option<Bytes> {
        let rendered = self.0.wait_for(Option::is_some).await.ok()?;
        rendered.clone()
    }
}

/// The reason why a scrape is turned away.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// As many renderings as are allowed are under way, none of the same representation.
    Busy,
    /// There is no runtime whose threads may block.
    NoRuntime,
}

impl Renderer {
    /// Creates a renderer for four renderings at once, without a hook.
    pub(super) fn new(exposition: Arc<dyn Exposition>) -> Self {
        Self {
            exposition,
            places: Arc::new(Semaphore::new(4)),
            under_way: Mutex::default(),
            preparation: None,
            target: Target::default(),
            instruments: OnceLock::new(),
            capacity: AtomicUsize::new(0),
        }
    }

    /// Sets how many renderings may be under way at once.
    pub(super) fn limit(&mut self, max_renders: usize) {
        self.places = Arc::new(Semaphore::new(max_renders));
    }

    pub(super) fn formats(&self) -> &[Format] {
        self.exposition.formats()
    }

    /// Returns the route's metrics, in the given recorder, or in the one that is in force at the first
    /// call.
    pub(super) fn instruments(&self) -> &Instruments {
        self.instruments
            .get_or_init(|| Instruments::register(self.target.clone()))
    }

    /// Joins the rendering of `representation` that is under way, or starts one.
    ///
    /// It goes on when its scrape no longer waits.
    pub(super) fn render(
        self: &Arc<Self>,
        representation: Representation,
    ) -> Result<Rendering, Refusal> {
        let runtime = Handle::try_current().map_err(|_| Refusal::NoRuntime)?;
        let mut under_way = self.under_way();
        if let Some(rendering) = under_way.get(&representation) {
            return Ok(rendering.clone());
        }
        let place = self.place()?;
        let (sender, receiver) = watch::channel(None);
        let rendering = Rendering(receiver);
        under_way.insert(representation.clone(), rendering.clone());
        // A runtime that has ended drops the job at once, and the job locks as it is dropped.
        drop(under_way);
        let job = Job {
            renderer: Arc::clone(self),
            representation,
            body: None,
            sender,
            place: Some(place),
        };
        runtime.spawn_blocking(move || job.run());
        Ok(rendering)
    }

    /// Starts to read what is selected. The receiver gets nothing if it could not be read.
    pub(super) fn read(
        self: &Arc<Self>,
        selection: Selection,
    ) -> Result<oneshot::Receiver<Snapshot>, Refusal> {
        let runtime = Handle::try_current().map_err(|_| Refusal::NoRuntime)?;
        let place = self.place()?;
        let (sender, receiver) = oneshot::channel();
        let renderer = Arc::clone(self);
        runtime.spawn_blocking(move || {
            let read = renderer.timed(|renderer| renderer.exposition.read(&selection));
            drop(place);
            if let Some(snapshot) = read {
                // Nobody may wait any more.
                let _ = sender.send(snapshot);
            }
        });
        Ok(receiver)
    }

    fn place(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        place.map_err(|_| Refusal::Busy)
    }

    /// Waits for the hook, for a part of `patience`. Returns `false` if it panicked.
    pub(super) async fn prepare(&self, patience: Duration) -> bool {
        match &self.preparation {
            Some(preparation) => preparation.wait(patience).await,
            None => true,
        }
    }

    /// Times the work, and logs its failure.
    fn timed<T>(&self, work: impl FnOnce(&Self) -> Result<T, BoxError>) -> Option<T> {
        let start = Instant::now();
        let result = work(self);
        self.instruments().duration.record(start.elapsed());
        result
            .inspect_err(|error| tracing::error!(error, "metrics could not be rendered"))
            .ok()
    }

    fn under_way(&self) -> MutexGuard<'_, HashMap<Representation, Rendering>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn body(&self, representation: &Representation) -> Result<Bytes, BoxError> {
        let Representation {
            format,
            selection,
            encoding,
        } = representation;
        let mut plain = Vec::with_capacity(self.capacity.load(Ordering::Relaxed));
        let samples = self.exposition.write(*format, selection, &mut plain)?;
        if selection.is_all() {
            let capacity = plain.len() + plain.len() / 8;
            self.capacity.store(capacity, Ordering::Relaxed);
            self.instruments().series(samples);
        }
        Ok(encoding.encode(plain)?.into())
    }
}

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renderer")
            .field("places", &self.places)
            .finish_non_exhaustive()
    }
}

/// One rendering, from its request to its end, however it comes.
struct Job {
    renderer: Arc<Renderer>,
    representation: Representation,
    body: Option<Bytes>,
    sender: watch::Sender<Option<Bytes>>,
    place: Option<OwnedSemaphorePermit>,
}

impl Job {
    fn run(mut self) {
        let render = |renderer: &Renderer| renderer.body(&self.representation);
        self.body = self.renderer.timed(render);
    }
}

impl Drop for Job {
    /// Reached also where the exposition panicked, or the runtime shut down before the job ran.
    fn drop(&mut self) {
        // First the place, then the answer: a scrape that follows an answer must not join the
        // rendering behind it.
        let mut under_way = self.renderer.under_way();
        under_way.remove(&self.representation);
        self.place = None;
        drop(under_way);
        if let Some(body) = self.body.take() {
            self.sender.send_replace(Some(body));
        }
        // Without a body the dropped sender tells all that wait.
    }
}

#[cfg(test)]
mod tests;
