//! Number of different keys seen in a sliding window.

mod keys;
mod recent;
#[cfg(test)]
mod tests;
mod window;

pub use self::keys::Activity;
