//! Ownership of the state behind a layer.

#[cfg(feature = "client")]
use std::sync::Arc;
use std::{fmt::Debug, ops::Deref};

/// Way in which services, futures and bodies hold the state behind their layer.
pub trait Ownership: Debug + 'static {
    /// Pointer to the state.
    type Pointer<T: Debug + Send + Sync + 'static>: Deref<Target = T>
        + Clone
        + Debug
        + Send
        + Sync
        + 'static;

    /// Moves a value to where all of them reach it.
    fn share<T: Debug + Send + Sync + 'static>(value: T) -> Self::Pointer<T>;
}

/// State that lives as long as the process, so that a request reaches it without touching a reference
/// count that all cores would share (decision 0001).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Leaked;

/// State that lives as long as anything that refers to it.
#[cfg(feature = "client")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Counted;

impl Ownership for Leaked {
    type Pointer<T: Debug + Send + Sync + 'static> = &'static T;

    fn share<T: Debug + Send + Sync + 'static>(value: T) -> &'static T {
        Box::leak(Box::new(value))
    }
}

#[cfg(feature = "client")]
impl Ownership for Counted {
    type Pointer<T: Debug + Send + Sync + 'static> = Arc<T>;

    fn share<T: Debug + Send + Sync + 'static>(value: T) -> Arc<T> {
        Arc::new(value)
    }
}
