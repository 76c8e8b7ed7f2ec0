//! The place of the cells: a seam, so that they could also lie in a file that several processes map.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, OnceLock, Weak},
};

use super::{
    line::Line,
    sync::{AtomicU64, AtomicUsize, Mutex, Ordering, lock},
    threads::{self, LINES, SHARED},
};

/// The words of a block: few, so that a thread pays for little that it does not touch.
#[cfg(not(loom))]
pub(super) const WORDS: u16 = 1024;
#[cfg(loom)]
pub(super) const WORDS: u16 = 4;

/// Gives out ranges of words, each of them once per line.
///
/// An address is (line, block, word): the line is the calling thread's, block and word are the
/// series'.
pub(crate) struct Arena {
    this: Weak<Self>,
    ranges: Mutex<Ranges>,
}

#[derive(Default)]
struct Ranges {
    blocks: Vec<Arc<Block>>,
    /// The first word of the last block that was never given out.
    next: u16,
    /// Ranges that were given back, by length.
    free: BTreeMap<u16, Vec<(usize, u16)>>,
}

/// One block of words on every line, kept only on the lines that have touched it.
struct Block {
    arena: Weak<Arena>,
    index: usize,
    /// One more than the highest line that exists.
    used: AtomicUsize,
    lines: [OnceLock<Box<Words>>; LINES],
}

/// Aligned so that the words of two threads are never in one cache line, or in two that are fetched
/// together.
#[repr(align(128))]
struct Words([AtomicU64; WORDS as usize]);

impl Arena {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            this: this.clone(),
            ranges: Mutex::new(Ranges::default()),
        })
    }

    /// Gives out `len` words, all zero on every line.
    ///
    /// `len` is at most [`WORDS`].
    pub(super) fn claim(&self, len: u16) -> Cells {
        let mut ranges = lock(&self.ranges);
        let given_back = ranges.free.get_mut(&len).and_then(Vec::pop);
        let (index, first) = given_back.unwrap_or_else(|| {
            if ranges.blocks.is_empty() || WORDS - ranges.next < len {
                let block = Block::new(self.this.clone(), ranges.blocks.len());
                // A model cannot see what the standard library's lock around a line orders.
                #[cfg(loom)]
                for line in 0..LINES {
                    block.touch(line);
                }
                ranges.blocks.push(Arc::new(block));
                ranges.next = 0;
            }
            let first = ranges.next;
            ranges.next += len;
            (ranges.blocks.len() - 1, first)
        });
        Cells {
            block: ranges.blocks[index].clone(),
            first,
            len,
        }
    }
}

impl fmt::Debug for Arena {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arena")
            .field("blocks", &lock(&self.ranges).blocks.len())
            .finish_non_exhaustive()
    }
}

impl Block {
    fn new(arena: Weak<Arena>, index: usize) -> Self {
        Self {
            arena,
            index,
            used: AtomicUsize::new(SHARED + 1),
            lines: [const { OnceLock::new() }; LINES],
        }
    }

    #[inline]
    fn line(&self, line: usize) -> &Words {
        match self.lines[line].get() {
            Some(words) => words,
            None => self.touch(line),
        }
    }

    #[cold]
    #[inline(never)]
    fn touch(&self, line: usize) -> &Words {
        let words = self.lines[line]
            .get_or_init(|| Box::new(Words(std::array::from_fn(|_| AtomicU64::new(0)))));
        self.used.fetch_max(line + 1, Ordering::AcqRel);
        words
    }
}

/// The words of one series, on every line.
///
/// They are zeroed and given back on drop, when nothing else can write to them any more.
pub(super) struct Cells {
    block: Arc<Block>,
    first: u16,
    len: u16,
}

impl Cells {
    /// Returns the words on the line of this thread.
    #[inline]
    pub(super) fn mine(&self) -> Line<'_> {
        self.on(threads::current())
    }

    /// Returns the words on `line`, which has to be this thread's.
    #[inline]
    pub(super) fn on(&self, line: usize) -> Line<'_> {
        Line::new(self.range(self.block.line(line)), line != SHARED)
    }

    /// Returns the words on every line that has been written to.
    pub(super) fn lines(&self) -> impl Iterator<Item = &[AtomicU64]> {
        let used = self.block.used.load(Ordering::Acquire);
        self.block.lines[..used]
            .iter()
            .filter_map(|line| line.get())
            .map(|words| self.range(words))
    }

    #[inline]
    fn range<'a>(&self, words: &'a Words) -> &'a [AtomicU64] {
        let first = usize::from(self.first);
        &words.0[first..first + usize::from(self.len)]
    }
}

impl fmt::Debug for Cells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lines()).finish()
    }
}

impl Drop for Cells {
    fn drop(&mut self) {
        for line in self.lines() {
            for word in line {
                word.store(0, Ordering::Relaxed);
            }
        }
        if let Some(arena) = self.block.arena.upgrade() {
            let range = (self.block.index, self.first);
            lock(&arena.ranges)
                .free
                .entry(self.len)
                .or_default()
                .push(range);
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
