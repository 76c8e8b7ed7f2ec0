//! Subjects of statements, for the labels of their metrics.

mod subject;
#[cfg(test)]
mod tests;

pub(crate) use self::subject::{NO_TABLE, OTHER_TABLE, SEVERAL_TABLES, Subject};
