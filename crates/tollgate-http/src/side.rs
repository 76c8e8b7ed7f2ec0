//! Sides of a request: the server that answers it, and the client that sends it.

#[cfg(feature = "client")]
use std::sync::Arc;
use std::{fmt::Debug, ops::Deref};

use crate::labels::Status;

/// Side that a layer measures. It decides how long the layer's state lives, and the status of a request
/// without a response.
pub trait Side: Debug + 'static {
    /// Pointer of services, futures and bodies to the state behind their layer.
    type Pointer<T: Debug + Send + Sync + 'static>: Deref<Target = T>
        + Clone
        + Debug
        + Send
        + Sync
        + 'static;

    /// Whether responses are received: even a body of known length comes after its head then.
    const RECEIVES: bool;

    /// Moves a value to where all of them reach it.
    fn share<T: Debug + Send + Sync + 'static>(value: T) -> Self::Pointer<T>;

    /// Returns the status of a request whose service failed or panicked before it answered.
    fn failed(exception: &str) -> Status;

    /// Returns the status of a request dropped before its response.
    fn cancelled() -> Status;
}

/// Server, whose state lives as long as the process, so that a request reaches it without touching a
/// reference count that all cores would share (decision 0001).
#[derive(Debug)]
pub struct Server;

/// Client, whose state lives as long as anything that refers to it.
#[cfg(feature = "client")]
#[derive(Debug)]
pub struct Client;

impl Side for Server {
    type Pointer<T: Debug + Send + Sync + 'static> = &'static T;

    const RECEIVES: bool = false;

    fn share<T: Debug + Send + Sync + 'static>(value: T) -> &'static T {
        Box::leak(Box::new(value))
    }

    fn failed(_exception: &str) -> Status {
        Status::FAILED
    }

    fn cancelled() -> Status {
        Status::CANCELLED
    }
}

#[cfg(feature = "client")]
impl Side for Client {
    type Pointer<T: Debug + Send + Sync + 'static> = Arc<T>;

    const RECEIVES: bool = true;

    fn share<T: Debug + Send + Sync + 'static>(value: T) -> Arc<T> {
        Arc::new(value)
    }

    fn failed(exception: &str) -> Status {
        Status::of_word(exception)
    }

    fn cancelled() -> Status {
        Status::of_word("cancelled")
    }
}

#[cfg(all(test, feature = "client"))]
mod tests {
    use super::*;
    use crate::labels::StatusDetail;

    #[test]
    fn outgoing_call_without_a_response_has_a_word_for_a_status() {
        for exception in ["network_error", "timeout", "cancelled", "panic"] {
            let status = Client::failed(exception);
            assert_eq!(status.label(StatusDetail::Code), exception);
            assert_eq!(status.label(StatusDetail::Class), exception);
            assert_eq!(Server::failed(exception), Status::FAILED);
        }
        let cancelled = Client::cancelled().label(StatusDetail::Code);
        assert_eq!(cancelled, "cancelled");
    }
}
