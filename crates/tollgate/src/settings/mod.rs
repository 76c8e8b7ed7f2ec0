//! What the suite can be told from outside of the program.

mod environment;

pub(crate) use self::environment::Environment;
