//! Building a suite: [`setters`] hold the values that code gives, [`build`] makes a suite of them.

mod build;
mod setters;

pub use self::setters::TollgateBuilder;
