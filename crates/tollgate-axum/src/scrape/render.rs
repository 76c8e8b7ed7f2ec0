//! Renderings: shared, limited, off the runtime's workers.

use std::{
    collections::HashMap,
    fmt,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use axum::{BoxError, body::Bytes};
use tokio::{runtime::Handle, sync::watch};
use tollgate_families::Target;

use super::{instruments::Instruments, negotiate::Representation};
use crate::{Exposition, Format};

/// What is to be done before each rendering.
pub(super) type BeforeRender =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// Renders an exposition off the runtime's workers, a few renderings at once, each for everybody
/// who waits for it.
pub(super) struct Renderer {
    exposition: Arc<dyn Exposition>,
    max_renders: usize,
    under_way: Mutex<HashMap<Representation, Rendering>>,
    before_render: Option<BeforeRender>,
    target: Target,
    instruments: OnceLock<Instruments>,
    /// What the next rendering may need, so that it does not grow its buffer step by step.
    capacity: AtomicUsize,
}

/// A rendering that was asked for, perhaps by several.
#[derive(Clone)]
pub(super) struct Rendering(watch::Receiver<Option<Bytes>>);

impl Rendering {
    /// The body, or `None` if it could not be rendered.
    pub(super) async fn body(mut self) -> Option<Bytes> {
        let rendered = self.0.wait_for(Option::is_some).await.ok()?;
        rendered.clone()
    }
}

/// Why a scrape is turned away.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// As many renderings as are allowed are under way, none of them of what was asked for.
    Busy,
    /// There is no runtime whose threads may block.
    NoRuntime,
}

impl Renderer {
    pub(super) fn new(
        exposition: Arc<dyn Exposition>,
        max_renders: usize,
        before_render: Option<BeforeRender>,
        target: Target,
    ) -> Self {
        Self {
            exposition,
            max_renders,
            under_way: Mutex::default(),
            before_render,
            target,
            instruments: OnceLock::new(),
            capacity: AtomicUsize::new(0),
        }
    }

    pub(super) fn formats(&self) -> &[Format] {
        self.exposition.formats()
    }

    /// The route's metrics, in the given recorder, or in the one that is in force at the first
    /// call.
    pub(super) fn instruments(&self) -> &Instruments {
        self.instruments
            .get_or_init(|| Instruments::register(self.target.clone()))
    }

    /// Joins the rendering of `representation` that is under way, or starts one.
    ///
    /// It goes on when whoever asked for it no longer waits.
    pub(super) fn render(
        self: &Arc<Self>,
        representation: Representation,
    ) -> Result<Rendering, Refusal> {
        let runtime = Handle::try_current().map_err(|_| Refusal::NoRuntime)?;
        let mut under_way = self.under_way();
        if let Some(rendering) = under_way.get(&representation) {
            return Ok(rendering.clone());
        }
        if under_way.len() >= self.max_renders {
            return Err(Refusal::Busy);
        }
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
        };
        match self.before_render.clone() {
            Some(before_render) => drop(runtime.spawn(async move {
                before_render().await;
                tokio::task::spawn_blocking(move || job.run());
            })),
            None => drop(runtime.spawn_blocking(move || job.run())),
        }
        Ok(rendering)
    }

    fn under_way(&self) -> MutexGuard<'_, HashMap<Representation, Rendering>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn body(&self, representation: &Representation) -> Result<Bytes, BoxError> {
        let Representation { request, encoding } = representation;
        let mut plain = Vec::with_capacity(self.capacity.load(Ordering::Relaxed));
        self.exposition.render(request, &mut plain)?;
        let mut series = self.exposition.series();
        if !request.is_filtered() {
            let capacity = plain.len() + plain.len() / 8;
            self.capacity.store(capacity, Ordering::Relaxed);
            if request.format().is_line_per_sample() {
                series = series.or_else(|| Some(samples(&plain)));
            }
        }
        if let Some(series) = series {
            self.instruments().series(series);
        }
        Ok(encoding.encode(plain)?.into())
    }
}

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renderer")
            .field("max_renders", &self.max_renders)
            .finish_non_exhaustive()
    }
}

/// One rendering, from when it is asked for to its end, whichever that is.
struct Job {
    renderer: Arc<Renderer>,
    representation: Representation,
    body: Option<Bytes>,
    sender: watch::Sender<Option<Bytes>>,
}

impl Job {
    fn run(mut self) {
        let start = Instant::now();
        match self.renderer.body(&self.representation) {
            Ok(body) => self.body = Some(body),
            Err(error) => tracing::error!(error, "metrics could not be rendered"),
        }
        self.renderer.instruments().rendered(start.elapsed());
    }
}

impl Drop for Job {
    /// Reached also where the exposition panicked, or the runtime shut down before the job ran.
    fn drop(&mut self) {
        // First the place, then the answer: who asks after having been answered is not to get the
        // same rendering again.
        self.renderer.under_way().remove(&self.representation);
        if let Some(body) = self.body.take() {
            self.sender.send_replace(Some(body));
        }
        // Without a body the dropped sender tells everybody who waits.
    }
}

/// Counts the lines that are samples.
fn samples(text: &[u8]) -> usize {
    text.split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty() && !line.starts_with(b"#"))
        .count()
}

#[cfg(test)]
mod tests;
