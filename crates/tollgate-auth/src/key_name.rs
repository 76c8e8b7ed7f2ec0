//! What a key is called.

use std::{fmt, sync::Arc};

/// The name of a master key: what a log may tell of who did something. Never the key.
///
/// One that was not [named](crate::MasterKeys::named) is called after where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyName(Arc<str>);

impl KeyName {
    pub(crate) fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
