//! An exposition that also tells which metrics there are.

use std::collections::BTreeSet;

use axum::BoxError;
use serde_json::json;
use tollgate_axum::{Exposition, Format, RenderRequest};

use super::text::families;

/// An exposition with the names of its metrics as JSON: its own list if it has one, or else those
/// in its text.
pub(super) struct Catalogue<E> {
    exposition: E,
    formats: Vec<Format>,
}

impl<E: Exposition> Catalogue<E> {
    pub(super) fn new(exposition: E) -> Self {
        let mut formats = exposition.formats().to_vec();
        if formats.is_empty() {
            formats.push(Format::TEXT_0_0_4);
        }
        if !formats.contains(&Format::JSON) {
            formats.push(Format::JSON);
        }
        Self {
            exposition,
            formats,
        }
    }
}

impl<E: Exposition> Exposition for Catalogue<E> {
    fn render(&self, request: &RenderRequest, out: &mut Vec<u8>) -> Result<(), BoxError> {
        let is_added =
            request.format() == Format::JSON && !self.exposition.formats().contains(&Format::JSON);
        if !is_added {
            return self.exposition.render(request, out);
        }
        let request = RenderRequest::new(Format::TEXT_0_0_4).with_names(request.names());
        let mut text = Vec::new();
        self.exposition.render(&request, &mut text)?;
        let families = families(str::from_utf8(&text)?);
        let names: BTreeSet<_> = families.iter().map(|family| family.name).collect();
        serde_json::to_writer(out, &json!({ "names": names }))?;
        Ok(())
    }

    fn formats(&self) -> &[Format] {
        &self.formats
    }

    fn series(&self) -> Option<usize> {
        self.exposition.series()
    }
}
