//! Two expositions as one.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError},
};

use crate::{
    exposition::Exposition, family::Family, format::Format, kind::owner, selection::Selection,
    snapshot::Snapshot,
};

/// The number of names that are warned of.
const MAX_WARNED: usize = 1_000;

/// Serves two expositions as one: for an app with two registries and one metrics route.
///
/// | In both | Answer |
/// |---|---|
/// | a name with the same kind | one family; help and unit are those of the first that has them |
/// | the same series of such a family | that of the first |
/// | a name with different kinds | that of the first |
/// | a family with the name of another family's sample | that of the first |
/// | a counter `jobs_total` and a family `jobs` | both; in `OpenMetrics` the counter is of unknown type |
///
/// Each of these names is warned of once, except for one family with different series.
///
/// The formats are those that both have, or text if there is none. If one exposition fails or panics
/// that is logged, and the other is served alone; if both fail, so does this.
///
/// # Examples
///
/// ```
/// use tollgate_exposition::{Exposition, merged};
///
/// fn both(app: impl Exposition, library: impl Exposition) -> impl Exposition {
///     merged(app, library)
/// }
/// ```
pub fn merged(first: impl Exposition, second: impl Exposition) -> impl Exposition {
    let in_second = offered(&second);
    let mut formats = offered(&first);
    formats.retain(|format| in_second.contains(format));
    Merged {
        first,
        second,
        formats,
        warned: Mutex::default(),
    }
}

struct Merged<A, B> {
    first: A,
    second: B,
    formats: Vec<Format>,
    /// The names that were warned of.
    warned: Mutex<BTreeSet<String>>,
}

impl<A: Exposition, B: Exposition> Merged<A, B> {
    fn warn(&self, name: &str, problem: &str) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.len() < MAX_WARNED && warned.insert(name.to_owned()) {
            tracing::warn!(metric = name, "two merged expositions have {problem}");
        }
    }

    fn merge(&self, first: Snapshot, second: Snapshot) -> Snapshot {
        let mut families: BTreeMap<String, Family> = first
            .families
            .into_iter()
            .map(|family| (family.name().to_owned(), family))
            .collect();
        for family in second.families {
            let name = family.name().to_owned();
            if let Some(known) = families.get_mut(&name) {
                if known.kind() != family.kind() {
                    self.warn(&name, "one name for different kinds");
                } else if known.merge(&family) {
                    self.warn(&name, "the same series");
                }
                continue;
            }
            let kind_of = |name: &str| families.get(name).map(Family::kind);
            let mut samples = family.kind().sample_names(&name).into_iter();
            if samples.any(|sample| owner(&sample, kind_of).is_some()) {
                self.warn(&name, "one name for a family and a sample");
                continue;
            }
            families.insert(name, family);
        }
        let merged: Snapshot = families.into_values().collect();
        for family in &merged.families {
            if family.clash(&merged.families).is_some() {
                self.warn(family.name(), "a counter that OpenMetrics has as unknown");
            }
        }
        merged
    }
}

impl<A: Exposition, B: Exposition> Exposition for Merged<A, B> {
    fn read(&self, selection: &Selection) -> Result<Snapshot, Box<dyn Error + Send + Sync>> {
        match (read(&self.first, selection), read(&self.second, selection)) {
            (Ok(first), Ok(second)) => Ok(self.merge(first, second)),
            (Ok(snapshot), Err(error)) | (Err(error), Ok(snapshot)) => {
                tracing::error!(error, "one of two merged expositions could not be read");
                Ok(snapshot)
            }
            (Err(first), Err(second)) => Err(format!("{first}; {second}").into()),
        }
    }

    fn formats(&self) -> &[Format] {
        &self.formats
    }
}

fn offered(exposition: &impl Exposition) -> Vec<Format> {
    match exposition.formats() {
        [] => vec![Format::Text],
        formats => formats.to_vec(),
    }
}

fn read(
    exposition: &impl Exposition,
    selection: &Selection,
) -> Result<Snapshot, Box<dyn Error + Send + Sync>> {
    let read = catch_unwind(AssertUnwindSafe(|| exposition.read(selection)));
    let mut snapshot = read.unwrap_or_else(|_| Err("it panicked".into()))?;
    snapshot.retain(selection);
    Ok(snapshot)
}

#[cfg(test)]
mod tests;
