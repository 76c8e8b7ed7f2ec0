//! The list of running jobs.

use tollgate_families::{Start, Stopwatch};

use super::{
    kinds::Places,
    slots::{SlotIndex, Slots},
};

/// Length after which an id is cut.
const MAX_ID_BYTES: usize = 128;

/// List of the jobs that run, with the clock that times them.
#[derive(Debug)]
pub(super) struct RunningList {
    pub(super) stopwatch: Stopwatch,
    pub(super) slots: Slots<Listed>,
}

/// Running job in the list.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) number: u64,
    pub(super) id: Option<Box<str>>,
    pub(super) places: Places,
    pub(super) start: Start,
}

impl RunningList {
    pub(super) fn new(max: usize) -> Self {
        Self {
            stopwatch: Stopwatch::default(),
            slots: Slots::new(max),
        }
    }

    pub(super) fn enter(&self, places: Places, id: Option<&str>) -> (Start, SlotIndex) {
        let start = self.stopwatch.start();
        let id = id.map(|id| cut(id).into());
        let slot = self.slots.enter(|number| Listed {
            number,
            id,
            places,
            start,
        });
        (start, slot)
    }
}

/// Returns the beginning of an id.
fn cut(id: &str) -> &str {
    let mut end = id.len().min(MAX_ID_BYTES);
    while !id.is_char_boundary(end) {
        end -= 1;
    }
    &id[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_id_is_cut_between_characters() {
        assert_eq!(cut("42"), "42");
        let long = format!("a{}", "é".repeat(100));
        assert_eq!(cut(&long), &long[..127]);
    }
}
