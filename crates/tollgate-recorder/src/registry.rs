//! All families by name: registration and reading.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::{Duration, Instant},
};

use metrics::{Key, Label, Unit};
use tollgate_exposition::{Buffers, Kind, Selection, Snapshot, counter_clash, owner};
use tollgate_families::{Group, answer_total, total_is_wanted};

use crate::{
    catalogue::RecorderMetric,
    cells::{Arena, Cell, CountedGauge, Counter, Gauge, Histogram, Locked, Native, Summary},
    exemplar::{Exemplars, Sampling},
    family::{Description, Family, Members},
    labels, names,
    series::Series,
    shape::Shapes,
};

/// The number of names that are warned of.
const MAX_WARNED: usize = 1_000;

/// All metrics: families by name, and their series by labels.
pub(crate) struct Registry {
    pub(crate) settings: Settings,
    arena: Arc<Arena>,
    families: RwLock<Families>,
    /// Room for the next reading: the one before took it.
    room: Mutex<[usize; 3]>,
    /// Names that were warned of.
    warned: Mutex<BTreeSet<String>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) shapes: Shapes,
    pub(crate) constant_labels: Vec<(String, String)>,
    pub(crate) max_series: usize,
    pub(crate) idle_timeouts: Vec<(Kind, Duration)>,
    pub(crate) sampling: Sampling,
    pub(crate) created: bool,
}

#[derive(Debug, Default)]
struct Families {
    by_name: BTreeMap<Arc<str>, Arc<Family>>,
    /// Descriptions of names without a family yet.
    descriptions: BTreeMap<String, Description>,
}

impl Families {
    fn kind_of(&self, name: &str) -> Option<Kind> {
        Some(self.by_name.get(name)?.members.kind())
    }

    /// Returns the name of the family that has one of the names which a new one would have.
    fn owner(&self, name: &str, kind: Kind) -> Option<String> {
        let mut names = kind.sample_names(name).into_iter();
        names.find_map(|name| Some(owner(&name, |name| self.kind_of(name))?.to_owned()))
    }

    /// Returns the counters that `OpenMetrics` cannot tell from another family, with a new family, and
    /// that family for each.
    fn clashes(&self, new: &Family, created: bool) -> Vec<(String, String)> {
        let samples = new.members.kind().sample_names(&new.name).into_iter();
        let of_created = new.name.strip_suffix("_created").map(str::to_owned);
        let counters = samples.chain(of_created).map(|name| name + "_total");
        let counters = counters.chain([new.name.to_string()]);
        let clash = |counter: String| {
            let is_counter = self.kind_of(&counter)? == Kind::Counter;
            let clash = counter_clash(&counter, created, |name| self.kind_of(name))?;
            is_counter.then_some((counter, clash))
        };
        counters.filter_map(clash).collect()
    }
}

impl Registry {
    pub(crate) fn new(settings: Settings) -> Self {
        let registry = Self {
            settings,
            arena: Arena::new(),
            families: RwLock::default(),
            room: Mutex::default(),
            warned: Mutex::default(),
        };
        for own in RecorderMetric::FAMILIES {
            registry.describe(own.name, None, own.help);
        }
        registry
    }

    /// Keeps the first description of a name.
    pub(crate) fn describe(&self, name: &str, unit: Option<Unit>, help: &str) {
        let name = names::metric(name);
        let describe = || Description {
            help: Some(help).filter(|help| !help.is_empty()).map(Arc::from),
            unit,
        };
        if let Some(family) = self.find(&name) {
            family.description.get_or_init(describe);
            return;
        }
        let mut families = self.write_families();
        if let Some(family) = families.by_name.get(&*name) {
            family.description.get_or_init(describe);
        } else if !families.descriptions.contains_key(&*name) {
            families.descriptions.insert(name.into_owned(), describe());
        }
    }

    pub(crate) fn counter(&self, key: &Key) -> metrics::Counter {
        let is_total = total_is_wanted();
        let family = self.family(key.name(), || {
            if is_total {
                Members::Totals(Series::new())
            } else {
                Members::Counters(Series::new())
            }
        });
        match family.as_deref().map(|family| &family.members) {
            Some(Members::Counters(series)) => {
                metrics::Counter::from_arc(
                    self.series(key, Kind::Counter, series, || Counter::new(&self.arena)),
                )
            }
            Some(Members::Totals(series)) => {
                let total = self.series(key, Kind::Counter, series, || Gauge::new(&self.arena));
                if is_total {
                    answer_total(metrics::Gauge::from_arc(total));
                    return metrics::Counter::noop();
                }
                metrics::Counter::from_arc(Arc::new(CountedGauge(total)))
            }
            _ => self.conflict(key, Kind::Counter, metrics::Counter::noop()),
        }
    }

    pub(crate) fn gauge(&self, key: &Key) -> metrics::Gauge {
        let family = self.family(key.name(), || Members::Gauges(Series::new()));
        match family.as_deref().map(|family| &family.members) {
            Some(Members::Gauges(series)) => {
                metrics::Gauge::from_arc(
                    self.series(key, Kind::Gauge, series, || Gauge::new(&self.arena)),
                )
            }
            _ => self.conflict(key, Kind::Gauge, metrics::Gauge::noop()),
        }
    }

    pub(crate) fn histogram(&self, key: &Key) -> metrics::Histogram {
        let make = || {
            let name = names::metric(key.name());
            let description = self.read_families().descriptions.get(&*name).cloned();
            let unit = description.and_then(|description| description.unit);
            Members::histograms(&self.settings.shapes.of(&name, unit))
        };
        let family = self.family(key.name(), make);
        match family.as_deref().map(|family| &family.members) {
            Some(Members::Histograms(bounds, series)) => {
                let make = || {
                    let exemplars = Exemplars::new(&self.settings.sampling, bounds.sum());
                    Histogram::new(&self.arena, bounds.clone(), exemplars.map(Box::new))
                };
                metrics::Histogram::from_arc(self.series(key, Kind::Histogram, series, make))
            }
            Some(Members::Summaries(quantiles, series)) => {
                let make = || Locked::new(Summary::new(quantiles.clone()));
                metrics::Histogram::from_arc(self.series(key, Kind::Summary, series, make))
            }
            Some(&Members::Natives((schema, max_buckets), ref series)) => {
                let make = || Locked::new(Native::new(schema, max_buckets));
                metrics::Histogram::from_arc(self.series(key, Kind::Histogram, series, make))
            }
            _ => self.conflict(key, Kind::Histogram, metrics::Histogram::noop()),
        }
    }

    /// Reads what is selected, after hiding series that have been idle for too long.
    pub(crate) fn read(&self, selection: &Selection) -> Snapshot {
        self.expire();
        let room = || self.room.lock().unwrap_or_else(PoisonError::into_inner);
        let mut buffers = Buffers::default();
        if selection.is_all() {
            buffers = Buffers::with_room(*room());
        }
        let selected = |family: &Arc<Family>| {
            let is_selected = selection.has_family(&family.name, family.members.kind());
            is_selected.then(|| {
                family.read(selection, self.settings.created, &mut buffers);
                (family.described(), buffers.len())
            })
        };
        let families = self.families().iter().filter_map(selected).collect();
        if selection.is_all() {
            *room() = buffers.room();
        }
        Snapshot::of_buffers(buffers, families)
    }

    pub(crate) fn expire(&self) {
        if self.settings.idle_timeouts.is_empty() {
            return;
        }
        let now = Instant::now();
        for family in self.families() {
            let kind = family.members.kind();
            let is_of = |of: Kind| of == kind || (of, kind) == (Kind::Histogram, Kind::Summary);
            // The last timeout that was set for a kind wins.
            let mut timeouts = self.settings.idle_timeouts.iter().rev();
            let timeout = timeouts.find(|(of, _)| is_of(*of));
            if let Some((_, timeout)) = timeout {
                family.members.expire(*timeout, now);
            }
        }
    }

    pub(crate) fn families(&self) -> Vec<Arc<Family>> {
        self.read_families().by_name.values().cloned().collect()
    }

    /// Returns the family of this name, if there is one.
    pub(crate) fn find(&self, name: &str) -> Option<Arc<Family>> {
        let families = self.read_families();
        families.by_name.get(&*names::metric(name)).cloned()
    }

    fn read_families(&self) -> RwLockReadGuard<'_, Families> {
        self.families.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_families(&self) -> RwLockWriteGuard<'_, Families> {
        self.families
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the family of this name, of any kind, or a new one, unless one of its names is taken.
    fn family(&self, name: &str, make: impl FnOnce() -> Members) -> Option<Arc<Family>> {
        let name = names::metric(name);
        if let Some(family) = self.find(&name) {
            return Some(family);
        }
        let members = make();
        let mut families = self.write_families();
        if let Some(family) = families.by_name.get(&*name) {
            return Some(family.clone());
        }
        if families.owner(&name, members.kind()).is_some() {
            return None;
        }
        let description = families.descriptions.remove(&*name);
        let name: Arc<str> = name.into();
        let family = Arc::new(Family {
            name: name.clone(),
            description: description.map(OnceLock::from).unwrap_or_default(),
            members,
        });
        families.by_name.insert(name, family.clone());
        let clashes = families.clashes(&family, self.settings.created);
        // A subscriber may count what is logged.
        drop(families);
        for (counter, other) in clashes {
            tracing::warn!(
                counter,
                other,
                "OpenMetrics cannot tell a counter from another family, so it has the counter as a \
                 metric of unknown type: rename one of them"
            );
        }
        Some(family)
    }

    /// Returns the series of this key, or the overflow series of a full family.
    fn series<C: Cell>(
        &self,
        key: &Key,
        kind: Kind,
        series: &Series<C>,
        make: impl Fn() -> C,
    ) -> Arc<C> {
        let constant = &self.settings.constant_labels;
        let labels = labels::text(key, constant, kind);
        let found = series.get_or_insert(&labels, self.settings.max_series, &make);
        found.unwrap_or_else(|| {
            self.count(RecorderMetric::SeriesOverflow, key.name());
            series.overflow(|| labels::text(&labels::overflow(), constant, kind), make)
        })
    }

    #[cold]
    fn conflict<H>(&self, key: &Key, kind: Kind, noop: H) -> H {
        self.count(RecorderMetric::SeriesConflict, key.name());
        let name = names::metric(key.name());
        let is_new = {
            let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
            warned.len() < MAX_WARNED && warned.insert(name.clone().into_owned())
        };
        if is_new {
            let other = self.read_families().owner(&name, kind);
            tracing::warn!(
                metric = &*name,
                other,
                "a metric records nothing, since another one has its name or that of one of its \
                 samples: rename one of them"
            );
        }
        noop
    }

    fn count(&self, metric: RecorderMetric, family: &str) {
        // The recorder's own families have nowhere else to be counted.
        let own = RecorderMetric::FAMILIES;
        if own.iter().all(|own| own.name != family) {
            let label = Label::new("family", names::metric(family).into_owned());
            let key = Key::from_parts(own[metric.index()].name, vec![label]);
            self.counter(&key).increment(1);
        }
    }
}

/// Names only: there can be thousands of series.
impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let families = self.families();
        let names: Vec<_> = families.iter().map(|family| &family.name).collect();
        f.debug_struct("Registry")
            .field("arena", &self.arena)
            .field("families", &names)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
