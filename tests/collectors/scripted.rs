//! A collector that does as it is told.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tollgate_collectors::{BoxError, Collector, Stage};

use crate::soon;

/// What a collection does next.
pub(crate) enum Step {
    Gauge(&'static str, f64),
    Counter(&'static str, u64),
    /// This many gauges `many` whose label counts from here.
    Many(usize, usize),
    /// Says that it has come this far.
    Tell,
    Finish,
    Fail,
    Panic,
}

/// Says when a collection has begun or come so far, and takes steps until one ends it.
pub(crate) struct Scripted {
    begun: UnboundedSender<()>,
    steps: UnboundedReceiver<Step>,
}

/// The director's side.
pub(crate) struct Script {
    pub(crate) begun: UnboundedReceiver<()>,
    pub(crate) steps: UnboundedSender<Step>,
}

impl Scripted {
    pub(crate) fn new() -> (Self, Script) {
        let (begun, has_begun) = unbounded_channel();
        let (step, steps) = unbounded_channel();
        let script = Script {
            begun: has_begun,
            steps: step,
        };
        (Self { begun, steps }, script)
    }
}

impl Collector for Scripted {
    async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
        self.begun.send(())?;
        while let Some(step) = self.steps.recv().await {
            match step {
                Step::Gauge(name, value) => stage.gauge(name, vec![], value),
                Step::Counter(name, total) => stage.counter(name, vec![], total),
                Step::Many(first, count) => {
                    for number in first..first + count {
                        stage.gauge("many", &[("number", number.to_string())], 1);
                    }
                }
                Step::Tell => self.begun.send(())?,
                Step::Finish => return Ok(()),
                Step::Fail => return Err("the database is gone".into()),
                Step::Panic => panic!("as the test asks for"),
            }
        }
        Err("there is no script any more".into())
    }
}

impl Script {
    /// Waits until a collection has begun, or come so far.
    pub(crate) async fn begin(&mut self) {
        soon(self.begun.recv()).await.expect("it is asked again");
    }

    #[track_caller]
    pub(crate) fn step(&self, step: Step) {
        assert!(self.steps.send(step).is_ok(), "the collector is there");
    }
}
