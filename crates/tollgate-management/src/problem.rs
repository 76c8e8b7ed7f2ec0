//! Refusals as JSON.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// Refusal: `{"error":"not_found","message":"…"}`, in the shape of refusals without a key.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    message: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { status, message }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let error = match self.status.canonical_reason() {
            Some(reason) if self.status.is_client_error() => reason.to_ascii_lowercase(),
            _ => "internal".to_owned(),
        };
        let body = json!({ "error": error.replace(' ', "_"), "message": self.message });
        (self.status, Json(body)).into_response()
    }
}

impl From<Problem> for Box<Response> {
    fn from(problem: Problem) -> Self {
        Self::new(problem.into_response())
    }
}
