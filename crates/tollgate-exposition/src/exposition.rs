//! Something that can be scraped.

use std::{error::Error, sync::Arc};

use crate::{format::Format, selection::Selection, snapshot::Snapshot};

/// Something that can be scraped: a recorder's handle, or metrics of an app's own.
///
/// # Examples
///
/// ```
/// use std::error::Error;
/// use tollgate_exposition::{Exposition, Family, Kind, Selection, Series, Snapshot, Value};
///
/// struct Build(&'static str);
///
/// impl Exposition for Build {
///     fn read(&self, _: &Selection) -> Result<Snapshot, Box<dyn Error + Send + Sync>> {
///         let mut family = Family::new("build_info", Kind::Gauge);
///         let labels = tollgate_exposition::label_text([("version", self.0)]);
///         family.push(Series::new(&labels, Value::Count(1)));
///         Ok(Snapshot::from_iter([family]))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be scraped",
    label = "not an exposition",
    note = "give a recorder's handle: that of `tollgate-recorder`, or the `PrometheusHandle` of \
            metrics-exporter-prometheus (with the feature of that name)",
    note = "or implement `Exposition`: one method that returns the metrics as a `Snapshot`"
)]
pub trait Exposition: Send + Sync + 'static {
    /// Reads what is selected, or more.
    ///
    /// It may block, and several threads may read at once.
    ///
    /// # Errors
    ///
    /// Any reason why there is nothing to read. The metrics route logs it, and answers 500 without
    /// it.
    fn read(&self, selection: &Selection) -> Result<Snapshot, Box<dyn Error + Send + Sync>>;

    /// Returns the formats that scrapers may choose from, all of them by default.
    ///
    /// A scraper without a preference gets the first. An empty list means [`Format::Text`].
    fn formats(&self) -> &[Format] {
        Format::ALL
    }

    /// Writes what is selected to the end of `out`, and returns the number of samples as
    /// [`Snapshot::samples`] counts them.
    ///
    /// Implemented by [`read`](Self::read); override it only where a format is at hand already.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    fn write(
        &self,
        format: Format,
        selection: &Selection,
        out: &mut Vec<u8>,
    ) -> Result<usize, Box<dyn Error + Send + Sync>> {
        let mut snapshot = self.read(selection)?;
        snapshot.retain(selection);
        snapshot.write(format, out);
        Ok(snapshot.samples())
    }
}

impl<E: Exposition + ?Sized> Exposition for Arc<E> {
    fn read(&self, selection: &Selection) -> Result<Snapshot, Box<dyn Error + Send + Sync>> {
        (**self).read(selection)
    }

    fn formats(&self) -> &[Format] {
        (**self).formats()
    }

    fn write(
        &self,
        format: Format,
        selection: &Selection,
        out: &mut Vec<u8>,
    ) -> Result<usize, Box<dyn Error + Send + Sync>> {
        (**self).write(format, selection, out)
    }
}
