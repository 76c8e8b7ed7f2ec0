//! Families as data, for documents, dashboards and checks.

use std::borrow::Cow;

use metrics::Unit;

use crate::{Group, Kind, Names, Tier};

/// Families in the names in force.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Catalogue {
    pub(crate) entries: Vec<CatalogueEntry>,
}

/// Description of one family in the names in force.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CatalogueEntry {
    /// Name, with its namespace.
    pub name: String,
    /// Kind.
    pub kind: Kind,
    /// Unit.
    pub unit: Unit,
    /// Names of the labels, in order.
    pub labels: Vec<String>,
    /// Help text.
    pub help: Cow<'static, str>,
    /// Stability of name and labels.
    pub tier: Tier,
    /// Upper bounds of a histogram's buckets, where the defaults do not fit.
    pub bounds: Option<&'static [f64]>,
}

impl Catalogue {
    /// Returns the families of a group, in its default names.
    pub fn of<M: Group>() -> Self {
        Names::<M>::default().catalogue()
    }

    /// Returns all entries.
    pub fn entries(&self) -> &[CatalogueEntry] {
        &self.entries
    }

    /// Appends the entries of another catalogue.
    pub fn extend(&mut self, other: Self) {
        self.entries.extend(other.entries);
    }
}
