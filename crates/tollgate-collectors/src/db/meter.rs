//! What all pools and connections of one database share, for as long as the process lives.

use std::{fmt, sync::OnceLock};

use metrics::{Counter, Histogram, Label, SharedString};
use quanta::Clock;
use sqlx::Error;

use crate::{
    Stage,
    db::{
        database::MeteredDatabase,
        error_kind::ErrorKind,
        instruments::{Instruments, Tables},
        names::{DatabaseMetric, DatabaseNames},
        statement::Subject,
        statements::Statements,
    },
    destination::Destination,
};

/// The state behind the metrics of a database. It is leaked, so that a query reaches it without
/// touching a reference count that all cores would share.
pub(crate) struct Meter {
    db: SharedString,
    pub(crate) clock: Clock,
    pub(crate) names: DatabaseNames,
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
    pub(crate) fn new(
        db: SharedString,
        max_tables: usize,
        names: DatabaseNames,
        destination: Destination,
    ) -> Self {
        Self {
            db,
            clock: Clock::new(),
            names,
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
            self.destination
                .with(|recorder| self.names.describe(recorder));
            let ending = |outcome| Ending {
                total: self.counter(DatabaseMetric::Transactions, &[("outcome", outcome)]),
                duration: self
                    .histogram(DatabaseMetric::TransactionDuration, &[("outcome", outcome)]),
            };
            PoolInstruments {
                acquire: self.histogram(DatabaseMetric::AcquireDuration, &[]),
                connections_opened: self.counter(DatabaseMetric::ConnectionsOpened, &[]),
                connection_errors: self.counter(DatabaseMetric::ConnectionErrors, &[]),
                errors: ErrorKind::ALL
                    .map(|kind| self.counter(DatabaseMetric::Errors, &[("kind", kind.label())])),
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

    pub(crate) fn counter(
        &self,
        metric: DatabaseMetric,
        labels: &[(&'static str, &str)],
    ) -> Counter {
        let labels = self.labels_with(labels);
        self.destination
            .with(|recorder| self.names.counter(recorder, metric as usize, &labels))
    }

    pub(crate) fn histogram(
        &self,
        metric: DatabaseMetric,
        labels: &[(&'static str, &str)],
    ) -> Histogram {
        let labels = self.labels_with(labels);
        self.destination
            .with(|recorder| self.names.histogram(recorder, metric as usize, &labels))
    }

    /// Puts a gauge on a stage.
    pub(crate) fn stage(&self, stage: &mut Stage, metric: DatabaseMetric, value: u32) {
        if let Some(name) = self.names.name(metric as usize) {
            stage.gauge(name, self.labels_with(&[]), value);
        }
    }

    fn labels_with(&self, labels: &[(&'static str, &str)]) -> Vec<Label> {
        let own = labels
            .iter()
            .map(|&(name, value)| Label::new(name, value.to_owned()));
        let db = Label::new("db", self.db.clone());
        std::iter::once(db).chain(own).collect()
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
