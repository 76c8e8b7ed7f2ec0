//! What an activity can be told.

use std::{
    hash::RandomState,
    sync::{Arc, Mutex},
    time::Duration,
};

use metrics::{Label, SharedString};
use quanta::Clock;

use super::{Activity, Shared, recent::Recent, window::Window};

/// More slices than that would cost more memory than they are worth.
const MAX_SLICES: u32 = 240;

/// Builds an [`Activity`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct ActivityBuilder {
    name: SharedString,
    help: SharedString,
    labels: Vec<Label>,
    window: Duration,
    slices: u32,
    exact: usize,
}

impl ActivityBuilder {
    pub(super) fn new(name: SharedString) -> Self {
        Self {
            name,
            help: SharedString::const_str("Different keys that were active lately."),
            labels: Vec::new(),
            window: Duration::from_secs(3_600),
            slices: 60,
            exact: 10_000,
        }
    }

    /// Puts a namespace before the name: `coderd_api` → `coderd_api_active_users_duration_hour`.
    pub fn namespace(mut self, namespace: &str) -> Self {
        self.name = format!("{namespace}_{}", self.name).into();
        self
    }

    /// Says what the gauge means.
    pub fn help(mut self, help: impl Into<SharedString>) -> Self {
        self.help = help.into();
        self
    }

    /// Adds a label.
    pub fn label(mut self, name: impl Into<SharedString>, value: impl Into<SharedString>) -> Self {
        self.labels.push(Label::new(name, value));
        self
    }

    /// Counts the keys of this time, an hour unless set.
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Makes the window of this many slices, 60 unless set, 240 at most.
    pub fn slices(mut self, slices: u32) -> Self {
        self.slices = slices.clamp(1, MAX_SLICES);
        self
    }

    /// Counts up to this many keys exactly, 10,000 unless set.
    pub fn exact(mut self, keys: usize) -> Self {
        self.exact = keys;
        self
    }

    /// Builds the activity.
    pub fn build(self) -> Activity {
        self.build_with(Clock::new())
    }

    pub(super) fn build_with(self, clock: Clock) -> Activity {
        let slice = (self.window / self.slices).as_nanos().max(1);
        Activity {
            shared: Arc::new(Shared {
                name: self.name,
                help: self.help,
                labels: self.labels,
                hasher: RandomState::new(),
                start: clock.raw(),
                clock,
                slice_nanoseconds: u64::try_from(slice).unwrap_or(u64::MAX),
                recent: Recent::new(),
                window: Mutex::new(Window::new(self.exact, self.slices.into())),
            }),
        }
    }
}
