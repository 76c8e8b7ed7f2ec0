//! Values of one collection, on their way to the recorder.

use std::{time::Duration, vec::Drain};

use metrics::{IntoF64, IntoLabels, Key, KeyName, SharedString};

use crate::{Group, Names};

/// Values that a [`Collector`](crate::Collector) has found out, kept aside until it succeeds.
#[derive(Debug, Default)]
pub struct Stage {
    values: Vec<(Key, StagedValue)>,
}

/// Value on a [`Stage`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum StagedValue {
    /// Value of a gauge.
    Gauge(f64),
    /// Total of a counter.
    Counter(f64),
}

impl Stage {
    /// Sets a gauge.
    ///
    /// A gauge of an earlier collection that this one does not set goes to 0: a recorder cannot
    /// remove it.
    pub fn gauge(
        &mut self,
        name: impl Into<KeyName>,
        labels: impl IntoLabels,
        value: impl IntoF64,
    ) {
        let value = StagedValue::Gauge(value.into_f64());
        self.values.push((Key::from_parts(name, labels), value));
    }

    /// Sets a counter to a total that is kept elsewhere.
    ///
    /// It stays as it is in a collection that does not set it. A total below the last one is exposed as
    /// a restart from zero; a recorder other than tollgate's adds it instead.
    ///
    /// The total may have fractions, such as a duration, which is in seconds. A recorder other than
    /// tollgate's has whole numbers only.
    pub fn counter(
        &mut self,
        name: impl Into<KeyName>,
        labels: impl IntoLabels,
        total: impl IntoTotal,
    ) {
        let total = StagedValue::Counter(total.into_total());
        self.values.push((Key::from_parts(name, labels), total));
    }

    /// Sets a gauge of a group, unless the metric is left out.
    pub fn gauge_of<M: Group>(
        &mut self,
        names: &Names<M>,
        metric: M,
        label: impl Fn(M::Label) -> SharedString,
        value: impl IntoF64,
    ) {
        let value = StagedValue::Gauge(value.into_f64());
        let key = names.key(metric, label, []);
        self.values.extend(key.map(|key| (key, value)));
    }

    /// Sets a counter of a group to a total that is kept elsewhere, unless the metric is left out.
    pub fn counter_of<M: Group>(
        &mut self,
        names: &Names<M>,
        metric: M,
        label: impl Fn(M::Label) -> SharedString,
        total: impl IntoTotal,
    ) {
        let total = StagedValue::Counter(total.into_total());
        let key = names.key(metric, label, []);
        self.values.extend(key.map(|key| (key, total)));
    }

    /// Removes all values, and returns them in the order in which they were set.
    #[doc(hidden)]
    pub fn drain(&mut self) -> Drain<'_, (Key, StagedValue)> {
        self.values.drain(..)
    }
}

/// Total of a counter: a number, or a duration in seconds.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no total of a counter",
    note = "give a `u64`, an `f64` or a `Duration`"
)]
pub trait IntoTotal {
    fn into_total(self) -> f64;
}

macro_rules! into_total {
    ($($Number:ty)+) => {$(
        impl IntoTotal for $Number {
            #[allow(
                clippy::cast_lossless,
                clippy::cast_precision_loss,
                clippy::unnecessary_cast,
                reason = "formats have floats only"
            )]
            fn into_total(self) -> f64 {
                self as f64
            }
        }
    )+};
}

into_total!(i32 u32 u64 f64);

impl IntoTotal for Duration {
    fn into_total(self) -> f64 {
        self.as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::families! {
        enum Bakery {
            Loaves: counter(Count) "loaves_total" {} "Loaves baked.";
            Open: gauge(Count) "open" {} "Whether the bakery is open.";
        }
    }

    #[test]
    fn metrics_of_a_group_have_the_names_in_force() {
        let mut names = Names::default();
        let mut stage = Stage::default();
        names.set_namespace("corner");
        stage.counter_of(&names, Bakery::Loaves, |label| match label {}, 3.5);
        names.omit(Bakery::Open);
        stage.gauge_of(&names, Bakery::Open, |label| match label {}, 1);
        let values: Vec<_> = stage.drain().collect();
        let key = Key::from_name("corner_loaves_total");
        assert_eq!(values, [(key, StagedValue::Counter(3.5))]);
    }
}
