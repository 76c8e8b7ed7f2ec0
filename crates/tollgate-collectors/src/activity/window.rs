//! The keys of a window: one by one while they are few, else a sketch for each slice.

use std::collections::HashMap;

use datasketches::hll::{HllSketch, HllType, HllUnion};

/// Binary logarithm of the number of registers of a sketch.
const LOG_REGISTERS: u8 = 12;

/// All keys that fit, and sketches of all keys while some do not.
pub(super) struct Window {
    /// Slice in which each key was last seen.
    keys: HashMap<u64, u64>,
    max: usize,
    /// Number of slices for which a key counts after the one in which it was last seen.
    slices: u64,
    /// Slice in which keys out of the window were last removed.
    pruned: u64,
    overflow: Option<Overflow>,
}

/// Sketches of all keys, while some keys do not fit.
struct Overflow {
    /// Slice in which a key last did not fit.
    last: u64,
    /// Number and sketch of each slice, at the number modulo the length.
    sketches: Vec<(u64, HllSketch)>,
}

impl Window {
    pub(super) fn new(max: usize, slices: u64) -> Self {
        Self {
            keys: HashMap::new(),
            max,
            slices,
            pruned: 0,
            overflow: None,
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
            // The keys that did not fit are all out of the window.
            self.overflow = None;
            return;
        }
        overflow.sketch(slice).update(key);
    }

    /// Keeps the key if there is room, and returns whether there was.
    fn insert(&mut self, key: u64, slice: u64) -> bool {
        if let Some(seen) = self.keys.get_mut(&key) {
            *seen = slice;
            return true;
        }
        if self.keys.len() >= self.max && self.pruned < slice {
            self.prune(slice);
        }
        if self.keys.len() >= self.max {
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

    /// Makes sketches of the keys so far.
    #[cold]
    fn begin_overflow(&mut self, slice: u64) {
        let slices = 0..=self.slices;
        let mut overflow = Overflow {
            last: slice,
            sketches: slices.map(|_| (slice, empty())).collect(),
        };
        self.prune(slice);
        for (key, seen) in &self.keys {
            overflow.sketch(*seen).update(*key);
        }
        self.overflow = Some(overflow);
    }

    pub(super) fn is_exact(&self, slice: u64) -> bool {
        let overflow = self.overflow.as_ref();
        overflow.is_none_or(|overflow| overflow.last + self.slices < slice)
    }

    /// Returns the number of keys known for certain, and the sketches of all while some do not fit.
    pub(super) fn keys(&mut self, slice: u64) -> (u64, Vec<HllSketch>) {
        self.prune(slice);
        let oldest = slice.saturating_sub(self.slices);
        let overflow = self.overflow.iter();
        let sketches = overflow
            .filter(|overflow| overflow.last + self.slices >= slice)
            .flat_map(|overflow| &overflow.sketches)
            .filter(|(number, _)| (oldest..=slice).contains(number))
            .map(|(_, sketch)| sketch.clone());
        (self.keys.len() as u64, sketches.collect())
    }
}

impl Overflow {
    /// Returns the sketch of a slice, which replaces one that is out of the window.
    fn sketch(&mut self, slice: u64) -> &mut HllSketch {
        let count = self.sketches.len() as u64;
        #[expect(clippy::cast_possible_truncation, reason = "it is an index")]
        let (number, sketch) = &mut self.sketches[(slice % count) as usize];
        if *number != slice {
            *number = slice;
            *sketch = empty();
        }
        sketch
    }
}

fn empty() -> HllSketch {
    HllSketch::new(LOG_REGISTERS, HllType::Hll8).expect("between 4 and 21 are allowed")
}

/// Returns the number of different keys in all sketches, if there are any.
pub(super) fn estimate(sketches: &[HllSketch]) -> Option<u64> {
    if sketches.is_empty() {
        return None;
    }
    let mut union = HllUnion::new(LOG_REGISTERS).ok()?;
    for sketch in sketches {
        union.update(sketch);
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an estimate is not negative, and fits"
    )]
    let estimate = union.estimate().round() as u64;
    Some(estimate)
}
