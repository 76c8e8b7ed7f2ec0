//! Protobuf's [wire format][spec], as far as it is written.
//!
//! By hand, since generated messages have an allocation for each label and bucket.
//!
//! [spec]: https://protobuf.dev/programming-guides/encoding/

/// Message at the end of a buffer. Tags are at most 15, so that each takes one byte.
pub(super) struct Message<'a>(pub(super) &'a mut Vec<u8>);

impl Message<'_> {
    /// Writes a message after its length.
    #[inline]
    pub(super) fn delimited(&mut self, write: impl FnOnce(&mut Message<'_>)) {
        let start = self.0.len();
        self.0.push(0);
        write(&mut Message(self.0));
        let end = self.0.len();
        self.varint((end - start - 1) as u64);
        // One byte was kept for the length. The body moves for the others.
        self.0[start] = self.0.remove(end);
        let others = self.0.len() - end;
        self.0[start + 1..].rotate_right(others);
    }

    #[inline]
    pub(super) fn message(&mut self, tag: u8, write: impl FnOnce(&mut Message<'_>)) {
        self.0.push(tag << 3 | 2);
        self.delimited(write);
    }

    #[inline]
    pub(super) fn text(&mut self, tag: u8, text: &str) {
        self.0.push(tag << 3 | 2);
        self.varint(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    #[inline]
    pub(super) fn double(&mut self, tag: u8, value: f64) {
        self.0.push(tag << 3 | 1);
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    #[inline]
    pub(super) fn number(&mut self, tag: u8, value: u64) {
        self.0.push(tag << 3);
        self.varint(value);
    }

    /// Writes a number of which small negative ones are short too.
    pub(super) fn signed(&mut self, tag: u8, value: i64) {
        self.number(
            tag,
            (value.cast_unsigned() << 1) ^ (value >> 63).cast_unsigned(),
        );
    }

    #[inline]
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value.to_le_bytes()[0] | 0x80);
            value >>= 7;
        }
        self.0.push(value.to_le_bytes()[0]);
    }
}
