//! A collector that follows a script.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tollgate_collectors::{BoxError, Collector, Stage};

use crate::soon;

/// Next step of a collection.
pub(crate) enum Step {
    Gauge(&'static str, f64),
    Counter(&'static str, u64),
    /// Gauges `many` whose label counts from the first number; the second is how many.
    Many(usize, usize),
    /// Reports that the collection has come this far.
    Report,
    Finish,
    Fail,
    Panic,
}

/// Collector that reports its progress and takes steps until one ends the collection.
pub(crate) struct Scripted {
    begun: UnboundedSender<()>,
    steps: UnboundedReceiver<Step>,
}

/// Director of a [`Scripted`] collector.
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
                Step::Report => self.begun.send(())?,
                Step::Finish => return Ok(()),
                Step::Fail => return Err("the database is gone".into()),
                Step::Panic => panic!("as the test asks for"),
            }
        }
        Err("the script is gone".into())
    }
}

impl Script {
    /// Waits until a collection has begun, or has reported.
    pub(crate) async fn begin(&mut self) {
        soon(self.begun.recv())
            .await
            .expect("the collector is asked again");
    }

    #[track_caller]
    pub(crate) fn step(&self, step: Step) {
        assert!(self.steps.send(step).is_ok(), "the collector is there");
    }
}
