//! Kinds of errors: a closed set.

use sqlx::{Error, error::ErrorKind};

/// Values of the label `kind`.
pub(crate) const KINDS: [&str; 18] = [
    "unique_violation",
    "foreign_key_violation",
    "not_null_violation",
    "check_violation",
    "exclusion_violation",
    "database",
    "io",
    "tls",
    "protocol",
    "configuration",
    "encode",
    "decode",
    "pool_timed_out",
    "pool_closed",
    "worker_crashed",
    "transaction",
    "migrate",
    OTHER,
];

const OTHER: &str = "other";

/// Returns the kind of an error: one of [`KINDS`].
pub(crate) fn kind_of(error: &Error) -> &'static str {
    match error {
        Error::Database(error) => match error.kind() {
            ErrorKind::UniqueViolation => "unique_violation",
            ErrorKind::ForeignKeyViolation => "foreign_key_violation",
            ErrorKind::NotNullViolation => "not_null_violation",
            ErrorKind::CheckViolation => "check_violation",
            ErrorKind::ExclusionViolation => "exclusion_violation",
            // Any other answer of the database that is an error.
            _ => "database",
        },
        Error::Io(_) => "io",
        Error::Tls(_) => "tls",
        Error::Protocol(_) => "protocol",
        Error::Configuration(_) => "configuration",
        Error::Encode(_) | Error::InvalidArgument(_) => "encode",
        Error::Decode(_)
        | Error::ColumnDecode { .. }
        | Error::ColumnNotFound(_)
        | Error::ColumnIndexOutOfBounds { .. }
        | Error::TypeNotFound { .. } => "decode",
        Error::PoolTimedOut => "pool_timed_out",
        Error::PoolClosed => "pool_closed",
        Error::WorkerCrashed => "worker_crashed",
        Error::InvalidSavePointStatement | Error::BeginFailed => "transaction",
        Error::Migrate(_) => "migrate",
        _ => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use sqlx::migrate::MigrateError;

    use super::*;

    #[test]
    fn kinds_of_errors_are_listed() {
        let text = || "text".to_owned();
        let boxed = || text().into();
        let errors = [
            (Error::Io(io::ErrorKind::ConnectionRefused.into()), "io"),
            (Error::Tls(boxed()), "tls"),
            (Error::Protocol(text()), "protocol"),
            (Error::Configuration(boxed()), "configuration"),
            (Error::Encode(boxed()), "encode"),
            (Error::ColumnNotFound(text()), "decode"),
            (Error::PoolTimedOut, "pool_timed_out"),
            (Error::PoolClosed, "pool_closed"),
            (Error::WorkerCrashed, "worker_crashed"),
            (Error::BeginFailed, "transaction"),
            (
                Error::Migrate(Box::new(MigrateError::ForceNotSupported)),
                "migrate",
            ),
            (Error::RowNotFound, "other"),
        ];
        for (error, kind) in errors {
            assert_eq!(kind_of(&error), kind);
            assert!(KINDS.contains(&kind), "{kind}");
        }
    }
}
