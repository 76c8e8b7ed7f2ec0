//! Errors as JSON: the message and, if it applies, the field.

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// An error response: `{"error":"must be …","field":"quantity"}`.
#[derive(Debug, Serialize)]
pub(crate) struct Problem {
    #[serde(skip)]
    status: StatusCode,
    error: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
}

impl Problem {
    pub(crate) fn not_found(what: &str) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            error: format!("no such {what}"),
            field: None,
        }
    }

    pub(crate) fn bad_field(field: &'static str, error: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error: error.to_owned(),
            field: Some(field),
        }
    }

    pub(crate) fn bad_gateway(error: &dyn std::error::Error) -> Self {
        // The cause is for the operator's log, not for the client.
        tracing::error!(%error, "the shop's own API failed");
        Self {
            status: StatusCode::BAD_GATEWAY,
            error: "the shop's own API failed".to_owned(),
            field: None,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, Json(self)).into_response()
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        Self {
            status: rejection.status(),
            error: rejection.body_text(),
            field: Some("body"),
        }
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self {
            status: rejection.status(),
            error: rejection.body_text(),
            field: Some("query"),
        }
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        // The cause is for the operator's log, not for the client.
        tracing::error!(%error, "the database failed");
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            error: "the database failed".to_owned(),
            field: None,
        }
    }
}
