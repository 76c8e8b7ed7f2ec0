//! A transaction whose queries and outcome are measured.

use std::ops::{Deref, DerefMut};

use sqlx::{Error, SqlStr};
use sqlx_core::transaction::TransactionManager;
use tollgate_families::Start;

use crate::{MeteredConnection, driver::MeteredDatabase};

/// Transaction whose queries are measured, counted by its outcome.
///
/// It is used as sqlx's is: `&mut *transaction` is an executor, and a transaction that is dropped is
/// rolled back. A savepoint inside a transaction is not counted.
///
/// # Examples
///
/// ```
/// use sqlx::Sqlite;
/// use tollgate_sqlx::MeteredPool;
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
    is_committed: bool,
    /// Absent in a savepoint, and where nothing is measured.
    started: Option<Start>,
}

/// Connection of a transaction.
#[derive(Debug)]
pub(crate) enum Held<'c, DB: MeteredDatabase> {
    Owned(MeteredConnection<DB>),
    Borrowed(&'c mut MeteredConnection<DB>),
}

impl<DB: MeteredDatabase> MeteredConnection<DB> {
    /// Begins a transaction, or a savepoint inside one.
    ///
    /// # Errors
    ///
    /// If the database does not begin it.
    pub async fn begin(&mut self) -> Result<MeteredTransaction<'_, DB>, Error> {
        MeteredTransaction::begin(Held::Borrowed(self), None).await
    }
}

impl<'c, DB: MeteredDatabase> MeteredTransaction<'c, DB> {
    pub(crate) async fn begin(
        connection: Held<'c, DB>,
        statement: Option<SqlStr>,
    ) -> Result<Self, Error> {
        let mut transaction = Self {
            connection,
            // A call that fails or is dropped here may have begun the transaction all the same.
            is_open: true,
            is_committed: false,
            started: None,
        };
        let is_outermost =
            DB::TransactionManager::get_transaction_depth(transaction.inner_mut()) == 0;
        let instruments = transaction.instruments.as_deref();
        let started = instruments.map(|instruments| instruments.settings.stopwatch.start());
        let begun = DB::TransactionManager::begin(transaction.inner_mut(), statement).await;
        transaction.see_error(begun)?;
        transaction.started = started.filter(|_| is_outermost);
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
        self.is_committed = true;
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
        if let (Some(instruments), Some(started)) = (self.instruments.as_deref(), self.started) {
            let seconds = instruments.settings.stopwatch.seconds(started);
            let pool = instruments.pool();
            pool.record_transaction(self.is_committed, seconds);
        }
        if self.is_open {
            DB::TransactionManager::start_rollback(self.inner_mut());
        }
    }
}
