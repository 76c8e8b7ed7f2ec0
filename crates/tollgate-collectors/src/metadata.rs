//! What is told to a recorder about where a metric comes from.

use metrics::{Level, Metadata};

pub(crate) static METADATA: Metadata<'static> =
    Metadata::new(module_path!(), Level::INFO, Some(module_path!()));
