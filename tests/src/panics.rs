//! Expected panics.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

/// Location and message of a panic.
#[derive(Debug)]
pub struct Panic {
    /// The file, as [`file!`] writes it.
    pub file: String,
    /// The line, as [`line!`] counts it.
    pub line: u32,
    /// The message; empty if the payload is not text.
    pub message: String,
}

thread_local! {
    static LAST: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

/// Runs a function that panics on this thread, and returns its panic.
///
/// # Panics
///
/// If it does not panic.
///
/// # Examples
///
/// ```
/// let panic = tests::panics::caught(|| panic!("as it should"));
/// assert_eq!(panic.file, file!());
/// assert_eq!(panic.message, "as it should");
/// ```
#[track_caller]
pub fn caught(run: impl FnOnce()) -> Panic {
    let earlier = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        LAST.set(info.location().map(|location| Panic {
            file: location.file().to_owned(),
            line: location.line(),
            message: info.payload_as_str().unwrap_or_default().to_owned(),
        }));
        earlier(info);
    }));
    let end = panic::catch_unwind(AssertUnwindSafe(run));
    assert!(end.is_err(), "it did not panic");
    LAST.take().expect("the hook ran on this thread")
}
