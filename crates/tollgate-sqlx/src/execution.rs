//! A running query, recorded once.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures_core::{Stream, stream::BoxStream};
use sqlx::{Either, Error};
use tollgate_families::Start;

use crate::{
    driver::{MeteredDatabase, Step},
    instruments::Instruments,
    query_instruments::QueryInstruments,
    taken_query::TakenQuery,
};

/// Guard of a query. It records the query when it is dropped, unless the query never started.
pub(crate) struct Execution<'m> {
    instruments: &'m Instruments,
    pub(crate) query: Arc<QueryInstruments>,
    started: Option<Start>,
    pub(crate) rows: u64,
    affected: u64,
}

impl<'m> Execution<'m> {
    /// Looks up the instruments of a query.
    #[inline]
    pub(crate) fn new<DB: MeteredDatabase>(
        instruments: &'m Instruments,
        query: &TakenQuery<DB>,
    ) -> Self {
        Self {
            instruments,
            query: instruments.query::<DB>(query.as_str()),
            started: None,
            rows: 0,
            affected: 0,
        }
    }

    /// Starts the clock, the first time that it is called.
    #[inline]
    pub(crate) fn start(&mut self) {
        let stopwatch = &self.instruments.settings.stopwatch;
        self.started.get_or_insert_with(|| stopwatch.start());
    }

    pub(crate) fn see_step<DB: MeteredDatabase>(&mut self, step: &Step<DB>) {
        match step {
            Ok(Either::Right(_)) => self.rows += 1,
            Ok(Either::Left(result)) => {
                self.affected = self.affected.saturating_add(DB::rows_affected(result));
            }
            Err(error) => self.see_error(error),
        }
    }

    pub(crate) fn see_error(&self, error: &Error) {
        self.instruments.pool().record_error(error);
    }
}

impl Drop for Execution<'_> {
    fn drop(&mut self) {
        if let Some(started) = self.started {
            let seconds = self.instruments.settings.stopwatch.seconds(started);
            self.query.record(seconds, self.rows, self.affected);
        }
    }
}

/// Steps of a query, recorded when they end or are dropped.
pub(crate) struct Steps<'e, DB: MeteredDatabase> {
    pub(crate) steps: BoxStream<'e, Step<DB>>,
    /// Absent where the query is not measured, and once it has ended.
    pub(crate) execution: Option<Execution<'e>>,
}

impl<DB: MeteredDatabase> Stream for Steps<'_, DB> {
    type Item = Step<DB>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(execution) = &mut self.execution {
            execution.start();
        }
        let polled = self.steps.as_mut().poll_next(context);
        match (&polled, &mut self.execution) {
            (Poll::Ready(Some(step)), Some(execution)) => execution.see_step::<DB>(step),
            (Poll::Ready(None), execution) => *execution = None,
            _ => {}
        }
        polled
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.steps.size_hint()
    }
}
