//! A query that runs, recorded once however it ends.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::{Stream, stream::BoxStream};
use sqlx::{Either, Error};

use crate::db::{
    database::{MeteredDatabase, Step},
    instruments::Instruments,
};

/// Records a query when it is dropped.
#[derive(Debug)]
pub(crate) struct Execution {
    instruments: &'static Instruments,
    started: u64,
    rows: u64,
    affected: u64,
}

impl Execution {
    #[inline]
    pub(crate) fn start(instruments: &'static Instruments) -> Self {
        Self {
            instruments,
            started: instruments.meter.clock.raw(),
            rows: 0,
            affected: 0,
        }
    }

    /// Whether the rows that it affects are counted.
    pub(crate) fn counts_changes(&self) -> bool {
        self.instruments.counts_changes()
    }

    pub(crate) fn see_row(&mut self) {
        self.rows += 1;
    }

    pub(crate) fn see_step<DB: MeteredDatabase>(&mut self, step: &Step<DB>) {
        match step {
            Ok(Either::Right(_)) => self.see_row(),
            Ok(Either::Left(result)) => {
                self.affected = self.affected.saturating_add(DB::rows_affected(result));
            }
            Err(error) => self.see_error(error),
        }
    }

    pub(crate) fn see_error(&self, error: &Error) {
        self.instruments.meter.record_error(error);
    }
}

impl Drop for Execution {
    fn drop(&mut self) {
        let seconds = self.instruments.meter.seconds_since(self.started);
        self.instruments.record(seconds, self.rows, self.affected);
    }
}

/// The steps of a query, recorded when they end or are dropped, if they are measured. A query that is
/// never polled never runs, and is not recorded.
pub(crate) struct Steps<'e, DB: MeteredDatabase> {
    steps: BoxStream<'e, Step<DB>>,
    state: State,
}

#[derive(Debug)]
enum State {
    Waiting(&'static Instruments),
    Running(Execution),
    /// Nothing is left to record.
    Idle,
}

impl<'e, DB: MeteredDatabase> Steps<'e, DB> {
    pub(crate) fn new(
        instruments: Option<&'static Instruments>,
        steps: BoxStream<'e, Step<DB>>,
    ) -> Self {
        Self {
            steps,
            state: instruments.map_or(State::Idle, State::Waiting),
        }
    }
}

impl<DB: MeteredDatabase> Stream for Steps<'_, DB> {
    type Item = Step<DB>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { steps, state } = &mut *self;
        if let State::Waiting(instruments) = state {
            *state = State::Running(Execution::start(instruments));
        }
        let polled = steps.as_mut().poll_next(context);
        match (&polled, &mut *state) {
            (Poll::Ready(Some(step)), State::Running(execution)) => execution.see_step::<DB>(step),
            (Poll::Ready(None), _) => *state = State::Idle,
            _ => {}
        }
        polled
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.steps.size_hint()
    }
}

impl<DB: MeteredDatabase> fmt::Debug for Steps<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Steps")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
