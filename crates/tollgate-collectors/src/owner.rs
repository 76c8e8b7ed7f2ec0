//! Owners of the series that collectors set.

use std::{
    collections::HashMap,
    ptr,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use metrics::{Key, SharedString};
use tollgate_families::{BoxError, Target};

/// Collectors by the address of their recorder and the series that they set, of those that are asked
/// together.
pub(crate) type Owners = Arc<Mutex<HashMap<(usize, Key), Owner>>>;

/// Collector that owns the series that it was the first to set, as long as it lives.
///
/// Two collectors of one gauge would show their values in turns.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    name: SharedString,
    life: Weak<()>,
}

impl Owner {
    pub(crate) fn new(name: SharedString, life: &Arc<()>) -> Self {
        let life = Arc::downgrade(life);
        Self { name, life }
    }

    /// Takes a series, unless it has a living owner already.
    pub(crate) fn take(&self, owners: &Owners, key: &Key, target: &Target) -> Result<(), BoxError> {
        let recorder = target.with(|recorder| ptr::from_ref(recorder).addr());
        let mut owners = owners.lock().unwrap_or_else(PoisonError::into_inner);
        let owner = owners.entry((recorder, key.clone()));
        let owner = owner.or_insert_with(|| self.clone());
        if owner.life.strong_count() == 0 {
            *owner = self.clone();
        }
        if owner.life.ptr_eq(&self.life) {
            return Ok(());
        }
        let other = &owner.name;
        Err(format!(
            "the collector {other:?} sets {key} too: give one of them a name or a label of its own"
        )
        .into())
    }

    /// Gives up all series.
    pub(crate) fn leave(&self, owners: &Owners) {
        let mut owners = owners.lock().unwrap_or_else(PoisonError::into_inner);
        owners.retain(|_, owner| !owner.life.ptr_eq(&self.life));
    }
}
