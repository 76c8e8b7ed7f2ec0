//! Limits of keys and key files.

pub(crate) const MIN_KEY_BYTES: usize = 16;
pub(crate) const MAX_KEY_BYTES: usize = 1024;
pub(crate) const MAX_FILE_BYTES: usize = 64 * 1024;
