//! The layer that applies the levels.

use std::sync::Arc;

use tracing::{Metadata, Subscriber, subscriber::Interest};
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    layer::{Context, Filter},
};

use super::seen::Seen;

/// Layer, or filter, that enables events by level and notes their targets.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) targets: Targets,
    pub(super) seen: Arc<Seen>,
}

impl<S: Subscriber> Layer<S> for Watch {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.seen.note(metadata.target());
        Layer::<S>::register_callsite(&self.targets, metadata)
    }

    fn enabled(&self, metadata: &Metadata<'_>, context: Context<'_, S>) -> bool {
        Layer::<S>::enabled(&self.targets, metadata, context)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Layer::<S>::max_level_hint(&self.targets)
    }
}

impl<S> Filter<S> for Watch {
    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.seen.note(metadata.target());
        Filter::<S>::callsite_enabled(&self.targets, metadata)
    }

    fn enabled(&self, metadata: &Metadata<'_>, context: &Context<'_, S>) -> bool {
        Filter::<S>::enabled(&self.targets, metadata, context)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Filter::<S>::max_level_hint(&self.targets)
    }
}
