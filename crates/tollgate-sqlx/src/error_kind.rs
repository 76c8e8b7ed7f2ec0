//! Kinds of errors: a closed set.

use sqlx::{Error, error::ErrorKind as Violation};

/// Kind of an error, as the label `kind` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    UniqueViolation,
    ForeignKeyViolation,
    NotNullViolation,
    CheckViolation,
    ExclusionViolation,
    /// Any other answer of the database that is an error.
    Database,
    Io,
    Tls,
    Protocol,
    Configuration,
    Encode,
    Decode,
    PoolTimedOut,
    PoolClosed,
    WorkerCrashed,
    Transaction,
    Migrate,
    Other,
}

impl ErrorKind {
    pub(crate) const ALL: [Self; 18] = [
        Self::UniqueViolation,
        Self::ForeignKeyViolation,
        Self::NotNullViolation,
        Self::CheckViolation,
        Self::ExclusionViolation,
        Self::Database,
        Self::Io,
        Self::Tls,
        Self::Protocol,
        Self::Configuration,
        Self::Encode,
        Self::Decode,
        Self::PoolTimedOut,
        Self::PoolClosed,
        Self::WorkerCrashed,
        Self::Transaction,
        Self::Migrate,
        Self::Other,
    ];

    pub(crate) fn of(error: &Error) -> Self {
        match error {
            Error::Database(error) => match error.kind() {
                Violation::UniqueViolation => Self::UniqueViolation,
                Violation::ForeignKeyViolation => Self::ForeignKeyViolation,
                Violation::NotNullViolation => Self::NotNullViolation,
                Violation::CheckViolation => Self::CheckViolation,
                Violation::ExclusionViolation => Self::ExclusionViolation,
                _ => Self::Database,
            },
            Error::Io(_) => Self::Io,
            Error::Tls(_) => Self::Tls,
            Error::Protocol(_) => Self::Protocol,
            Error::Configuration(_) => Self::Configuration,
            Error::Encode(_) | Error::InvalidArgument(_) => Self::Encode,
            Error::Decode(_)
            | Error::ColumnDecode { .. }
            | Error::ColumnNotFound(_)
            | Error::ColumnIndexOutOfBounds { .. }
            | Error::TypeNotFound { .. } => Self::Decode,
            Error::PoolTimedOut => Self::PoolTimedOut,
            Error::PoolClosed => Self::PoolClosed,
            Error::WorkerCrashed => Self::WorkerCrashed,
            Error::InvalidSavePointStatement | Error::BeginFailed => Self::Transaction,
            Error::Migrate(_) => Self::Migrate,
            _ => Self::Other,
        }
    }

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::UniqueViolation => "unique_violation",
            Self::ForeignKeyViolation => "foreign_key_violation",
            Self::NotNullViolation => "not_null_violation",
            Self::CheckViolation => "check_violation",
            Self::ExclusionViolation => "exclusion_violation",
            Self::Database => "database",
            Self::Io => "io",
            Self::Tls => "tls",
            Self::Protocol => "protocol",
            Self::Configuration => "configuration",
            Self::Encode => "encode",
            Self::Decode => "decode",
            Self::PoolTimedOut => "pool_timed_out",
            Self::PoolClosed => "pool_closed",
            Self::WorkerCrashed => "worker_crashed",
            Self::Transaction => "transaction",
            Self::Migrate => "migrate",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_follow_the_order_of_all() {
        for (index, kind) in ErrorKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, index);
        }
    }

    #[test]
    fn unlisted_error_is_other() {
        assert_eq!(ErrorKind::of(&Error::RowNotFound).label(), "other");
        assert_eq!(ErrorKind::of(&Error::PoolClosed).label(), "pool_closed");
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        assert_eq!(ErrorKind::of(&Error::Io(refused)).label(), "io");
    }
}
