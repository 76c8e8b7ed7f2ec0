//! The handle of metrics-exporter-prometheus as an exposition.

mod text;

use std::error::Error;

use metrics_exporter_prometheus::PrometheusHandle;

use crate::{
    exposition::Exposition, format::Format, kind::Kind, selection::Selection, snapshot::Snapshot,
};

/// Reads the handle's text. As text it is handed out in the order of the recorder's maps, which
/// differs from scrape to scrape.
impl Exposition for PrometheusHandle {
    fn read(&self, selection: &Selection) -> Result<Snapshot, Box<dyn Error + Send + Sync>> {
        let mut text = Vec::new();
        write(self, selection, &mut text)?;
        text::read(str::from_utf8(&text)?)
    }

    fn formats(&self) -> &[Format] {
        &[Format::Text, Format::Json]
    }

    fn write(
        &self,
        format: Format,
        selection: &Selection,
        out: &mut Vec<u8>,
    ) -> Result<usize, Box<dyn Error + Send + Sync>> {
        if format == Format::Text && !selection.has_labels() {
            let start = out.len();
            write(self, selection, out)?;
            return Ok(samples(&out[start..]));
        }
        let mut snapshot = self.read(selection)?;
        snapshot.retain(selection);
        snapshot.write(format, out);
        Ok(snapshot.samples())
    }
}

/// Writes the families that are selected, as they are rendered.
fn write(
    handle: &PrometheusHandle,
    selection: &Selection,
    out: &mut Vec<u8>,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    if selection.is_all() {
        handle.render_to_write(out)?;
        return Ok(());
    }
    // The handle renders everything or nothing, so the choice is made on its text.
    let mut text = Vec::with_capacity(out.capacity());
    handle.render_to_write(&mut text)?;
    // It ends each family with an empty line, and there is no other: line breaks in label values and
    // help texts are escaped.
    for family in str::from_utf8(&text)?.split_inclusive("\n\n") {
        if is_selected(selection, family) {
            out.extend_from_slice(family.as_bytes());
        }
    }
    Ok(())
}

fn is_selected(selection: &Selection, family: &str) -> bool {
    family
        .lines()
        .find_map(|line| line.strip_prefix("# TYPE "))
        .and_then(|declaration| declaration.split_once(' '))
        .is_some_and(|(name, kind)| selection.has_family(name, Kind::of(kind)))
}

/// Counts the lines that are samples.
fn samples(text: &[u8]) -> usize {
    text.split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty() && !line.starts_with(b"#"))
        .count()
}

#[cfg(test)]
mod tests;
