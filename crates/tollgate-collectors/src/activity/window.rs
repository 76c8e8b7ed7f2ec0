//! The keys of a window: each of them as long as they are few, else a sketch for each slice.

use std::collections::HashMap;

use datasketches::hll::{HllSketch, HllType, HllUnion};

/// The logarithm of how many registers a sketch has.
const LOG_REGISTERS: u8 = 12;

/// Every key that fits, and a sketch of all of them while some do not.
pub(super) struct Window {
    /// In which slice each key was last seen.
    keys: HashMap<u64, u64>,
    bound: usize,
    /// How many slices a key counts after the one in which it was last seen.
    slices: u64,
    /// When keys were last given up because they had been seen too long ago.
    pruned: u64,
    overflow: Option<Overflow>,
    empty: HllSketch,
}

/// What there is beside the keys while they are not all.
struct Overflow {
    /// When a key did not fit the last time.
    last: u64,
    /// One for each slice, at its number modulo their number.
    sketches: Vec<(u64, HllSketch)>,
}

/// What a window has counted.
pub(super) struct Counted {
    exact: usize,
    sketches: Vec<HllSketch>,
}

impl Window {
    /// # Panics
    ///
    /// Never: so many registers are allowed.
    pub(super) fn new(bound: usize, slices: u64) -> Self {
        let empty = HllSketch::new(LOG_REGISTERS, HllType::Hll8);
        Self {
            keys: HashMap::new(),
            bound,
            slices,
            pruned: 0,
            overflow: None,
            empty: empty.expect("between 4 and 21 are allowed"),
        }
    }

    pub(super) fn record(&mut self, key: u64, slice: u64) {
        let fits = self.insert(key, slice);
        if !fits && self.overflow.is_none() {
            self.begin_overflow(slice);
        }
        let Some(overflow) = &mut self.overflow else {
            return;
        };
        if !fits {
            overflow.last = slice;
        } else if overflow.last + self.slices < slice {
            // All that did not fit is out of the window.
            self.overflow = None;
            return;
        }
        overflow.sketch(slice, &self.empty).update(key);
    }

    /// Whether there is room for the key.
    fn insert(&mut self, key: u64, slice: u64) -> bool {
        if let Some(seen) = self.keys.get_mut(&key) {
            *seen = slice;
            return true;
        }
        if self.keys.len() >= self.bound && self.pruned < slice {
            self.prune(slice);
        }
        if self.keys.len() >= self.bound {
            return false;
        }
        self.keys.insert(key, slice);
        true
    }

    fn prune(&mut self, slice: u64) {
        self.pruned = slice;
        let slices = self.slices;
        self.keys.retain(|_, seen| *seen + slices >= slice);
    }

    /// Makes sketches of the keys that there are.
    #[cold]
    fn begin_overflow(&mut self, slice: u64) {
        let count = usize::try_from(self.slices)
            .unwrap_or(usize::MAX)
            .saturating_add(1);
        let mut overflow = Overflow {
            last: slice,
            sketches: vec![(slice, self.empty.clone()); count],
        };
        let in_window = self
            .keys
            .iter()
            .filter(|(_, seen)| **seen + self.slices >= slice);
        for (key, seen) in in_window {
            overflow.sketch(*seen, &self.empty).update(*key);
        }
        self.overflow = Some(overflow);
    }

    pub(super) fn is_exact(&self, slice: u64) -> bool {
        let overflow = self.overflow.as_ref();
        overflow.is_none_or(|overflow| overflow.last + self.slices < slice)
    }

    pub(super) fn count(&mut self, slice: u64) -> Counted {
        self.prune(slice);
        let oldest = slice.saturating_sub(self.slices);
        let sketches = match &self.overflow {
            Some(overflow) if !self.is_exact(slice) => overflow
                .sketches
                .iter()
                .filter(|(number, _)| (oldest..=slice).contains(number))
                .map(|(_, sketch)| sketch.clone())
                .collect(),
            _ => Vec::new(),
        };
        Counted {
            exact: self.keys.len(),
            sketches,
        }
    }
}

impl Overflow {
    /// The sketch of a slice, which takes the place of one that is out of the window.
    fn sketch(&mut self, slice: u64, empty: &HllSketch) -> &mut HllSketch {
        let count = self.sketches.len() as u64;
        #[expect(clippy::cast_possible_truncation, reason = "it is an index")]
        let (number, sketch) = &mut self.sketches[(slice % count) as usize];
        if *number != slice {
            *number = slice;
            *sketch = empty.clone();
        }
        sketch
    }
}

impl Counted {
    /// The estimate where there is one, but no less than is known for certain.
    pub(super) fn keys(&self) -> u64 {
        let exact = self.exact as u64;
        if self.sketches.is_empty() {
            return exact;
        }
        let Ok(mut union) = HllUnion::new(LOG_REGISTERS) else {
            return exact;
        };
        for sketch in &self.sketches {
            union.update(sketch);
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an estimate is not negative, and fits"
        )]
        let estimate = union.estimate().round() as u64;
        estimate.max(exact)
    }
}
