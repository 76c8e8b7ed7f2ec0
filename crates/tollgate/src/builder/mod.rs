//! Building a suite: [`setters`] keep the values that code gives, [`build`] makes a suite of them.

mod build;
mod setters;

pub use self::setters::TollgateBuilder;
