//! A transaction whose queries and whose end are measured.

use std::ops::{Deref, DerefMut};

use sqlx::{Error, SqlStr};
use sqlx_core::transaction::TransactionManager;

use crate::db::{MeteredConnection, database::MeteredDatabase, meter::Meter};

/// A transaction, counted by how it ends, whose queries are measured.
///
/// It is used as sqlx's is: `&mut *transaction` is an executor, and what is dropped is rolled back.
/// A savepoint inside a transaction is not counted.
///
/// # Examples
///
/// ```
/// use sqlx::Sqlite;
/// use tollgate_collectors::db::MeteredPool;
///
/// async fn place(pool: &MeteredPool<Sqlite>, item: &str) -> Result<(), sqlx::Error> {
///     let mut transaction = pool.begin().await?;
///     sqlx::query("INSERT INTO orders (item) VALUES (?)")
///         .bind(item)
///         .execute(&mut *transaction)
///         .await?;
///     transaction.commit().await
/// }
/// ```
#[derive(Debug)]
pub struct MeteredTransaction<'c, DB: MeteredDatabase> {
    connection: Held<'c, DB>,
    is_open: bool,
    ending: Option<Ending>,
}

#[derive(Debug)]
pub(crate) enum Held<'c, DB: MeteredDatabase> {
    Owned(MeteredConnection<DB>),
    Borrowed(&'c mut MeteredConnection<DB>),
}

/// Records a transaction when it is dropped.
#[derive(Debug)]
struct Ending {
    meter: &'static Meter,
    started: u64,
    is_committed: bool,
}

impl<'c, DB: MeteredDatabase> MeteredTransaction<'c, DB> {
    pub(crate) async fn begin(
        connection: impl Into<Held<'c, DB>>,
        statement: Option<SqlStr>,
    ) -> Result<Self, Error> {
        let mut transaction = Self {
            connection: connection.into(),
            // What does not come to its end here may have begun all the same.
            is_open: true,
            ending: None,
        };
        let is_outermost =
            DB::TransactionManager::get_transaction_depth(transaction.inner_mut()) == 0;
        let started = transaction.meter.map(|meter| (meter, meter.clock.raw()));
        let begun = DB::TransactionManager::begin(transaction.inner_mut(), statement).await;
        transaction.see_error(begun)?;
        transaction.ending = started
            .filter(|_| is_outermost)
            .map(|(meter, started)| Ending {
                meter,
                started,
                is_committed: false,
            });
        Ok(transaction)
    }

    /// Commits the transaction, or releases the savepoint.
    ///
    /// # Errors
    ///
    /// If the database does not commit it.
    pub async fn commit(mut self) -> Result<(), Error> {
        let committed = DB::TransactionManager::commit(self.inner_mut()).await;
        self.see_error(committed)?;
        self.is_open = false;
        if let Some(ending) = &mut self.ending {
            ending.is_committed = true;
        }
        Ok(())
    }

    /// Rolls the transaction back, or back to the savepoint.
    ///
    /// # Errors
    ///
    /// If the database does not roll it back.
    pub async fn rollback(mut self) -> Result<(), Error> {
        let rolled_back = DB::TransactionManager::rollback(self.inner_mut()).await;
        self.see_error(rolled_back)?;
        self.is_open = false;
        Ok(())
    }
}

impl<DB: MeteredDatabase> Deref for MeteredTransaction<'_, DB> {
    type Target = MeteredConnection<DB>;

    fn deref(&self) -> &Self::Target {
        match &self.connection {
            Held::Owned(connection) => connection,
            Held::Borrowed(connection) => connection,
        }
    }
}

impl<DB: MeteredDatabase> DerefMut for MeteredTransaction<'_, DB> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match &mut self.connection {
            Held::Owned(connection) => connection,
            Held::Borrowed(connection) => connection,
        }
    }
}

impl<DB: MeteredDatabase> Drop for MeteredTransaction<'_, DB> {
    fn drop(&mut self) {
        if self.is_open {
            DB::TransactionManager::start_rollback(self.inner_mut());
        }
    }
}

impl<DB: MeteredDatabase> From<MeteredConnection<DB>> for Held<'_, DB> {
    fn from(connection: MeteredConnection<DB>) -> Self {
        Self::Owned(connection)
    }
}

impl<'c, DB: MeteredDatabase> From<&'c mut MeteredConnection<DB>> for Held<'c, DB> {
    fn from(connection: &'c mut MeteredConnection<DB>) -> Self {
        Self::Borrowed(connection)
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.meter
            .record_transaction(self.is_committed, self.started);
    }
}
