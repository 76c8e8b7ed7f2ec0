//! What all pools and connections of one database share, for as long as the process lives.

use std::{fmt, sync::OnceLock};

use metrics::{Counter, Histogram, Key, Label, SharedString};
use quanta::Clock;
use sqlx::Error;

use crate::{
    db::{
        database::MeteredDatabase,
        error_kind::ErrorKind,
        instruments::{Instruments, Tables},
        names,
        statement::Subject,
        statements::Statements,
    },
    destination::Destination,
    metadata::METADATA,
};

/// The state behind the metrics of a database. It is leaked, so that a query reaches it without
/// touching a reference count that all cores would share.
pub(crate) struct Meter {
    db: SharedString,
    pub(crate) clock: Clock,
    destination: Destination,
    statements: Statements,
    tables: Tables,
    pool: OnceLock<PoolInstruments>,
}

/// What is recorded without regard to a statement.
pub(crate) struct PoolInstruments {
    pub(crate) acquire: Histogram,
    pub(crate) connections_opened: Counter,
    pub(crate) connection_errors: Counter,
    errors: [Counter; ErrorKind::ALL.len()],
    committed: Ending,
    rolled_back: Ending,
}

/// One way in which a transaction ends.
struct Ending {
    total: Counter,
    duration: Histogram,
}

impl Meter {
    pub(crate) fn new(db: SharedString, max_tables: usize, destination: Destination) -> Self {
        Self {
            db,
            clock: Clock::new(),
            destination,
            statements: Statements::default(),
            tables: Tables::new(max_tables),
            pool: OnceLock::new(),
        }
    }

    /// The instruments that a text of SQL leads to.
    #[inline]
    pub(crate) fn instruments<DB: MeteredDatabase>(
        &'static self,
        sql: &str,
    ) -> &'static Instruments {
        self.statements.find(sql, || {
            let subject = Subject::parse(DB::dialect(), sql);
            self.pool();
            self.tables.instruments(self, &subject)
        })
    }

    /// What is recorded without regard to a statement. With it, every metric is described, and those
    /// that are rates show at zero.
    #[inline]
    pub(crate) fn pool(&self) -> &PoolInstruments {
        self.pool.get_or_init(|| {
            self.destination.with(names::describe);
            let ending = |outcome| Ending {
                total: self.counter(names::TRANSACTIONS, &[("outcome", outcome)]),
                duration: self.histogram(names::TRANSACTION_DURATION, &[("outcome", outcome)]),
            };
            PoolInstruments {
                acquire: self.histogram(names::ACQUIRE_DURATION, &[]),
                connections_opened: self.counter(names::CONNECTIONS_OPENED, &[]),
                connection_errors: self.counter(names::CONNECTION_ERRORS, &[]),
                errors: ErrorKind::ALL
                    .map(|kind| self.counter(names::ERRORS, &[("kind", kind.label())])),
                committed: ending("committed"),
                rolled_back: ending("rolled_back"),
            }
        })
    }

    #[cold]
    pub(crate) fn record_error(&self, error: &Error) {
        self.pool().errors[ErrorKind::of(error) as usize].increment(1);
    }

    pub(crate) fn record_transaction(&self, committed: bool, started: u64) {
        let pool = self.pool();
        let ending = if committed {
            &pool.committed
        } else {
            &pool.rolled_back
        };
        ending.total.increment(1);
        ending.duration.record(self.seconds_since(started));
    }

    #[inline]
    pub(crate) fn seconds_since(&self, started: u64) -> f64 {
        let nanos = self.clock.delta_as_nanos(started, self.clock.raw());
        #[expect(clippy::cast_precision_loss, reason = "exact up to a hundred days")]
        let nanos = nanos as f64;
        nanos / 1e9
    }

    pub(crate) fn counter(&self, name: &'static str, labels: &[(&'static str, &str)]) -> Counter {
        let key = self.key(name, labels);
        self.destination
            .with(|recorder| recorder.register_counter(&key, &METADATA))
    }

    pub(crate) fn histogram(
        &self,
        name: &'static str,
        labels: &[(&'static str, &str)],
    ) -> Histogram {
        let key = self.key(name, labels);
        self.destination
            .with(|recorder| recorder.register_histogram(&key, &METADATA))
    }

    /// The labels of what has no others.
    pub(crate) fn labels(&self) -> Vec<Label> {
        vec![Label::new("db", self.db.clone())]
    }

    fn key(&self, name: &'static str, labels: &[(&'static str, &str)]) -> Key {
        let mut all = self.labels();
        all.extend(
            labels
                .iter()
                .map(|&(name, value)| Label::new(name, value.to_owned())),
        );
        Key::from_parts(name, all)
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter")
            .field("db", &self.db)
            .field("tables", &self.tables)
            .finish_non_exhaustive()
    }
}
