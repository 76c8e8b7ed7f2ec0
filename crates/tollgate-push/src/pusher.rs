//! A gateway and the metrics for it.

use std::sync::Arc;

use crate::{Pushing, group::Group};

/// A [`Push`](crate::Push) and the metrics that it pushes. Clones push the same.
#[derive(Clone, Debug)]
pub struct Pusher {
    pub(crate) group: Arc<Group>,
}

impl Pusher {
    /// Starts to push at the interval, if there is one, until the returned value is finished.
    ///
    /// # Panics
    ///
    /// If there is an interval and this is called outside of a Tokio runtime.
    pub fn start(&self) -> Pushing {
        Pushing::start(Arc::clone(&self.group))
    }
}
