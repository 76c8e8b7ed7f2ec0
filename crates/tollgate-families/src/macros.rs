//! The list that writes a group of metrics, and the setters that all builders share.

/// Writes the enums of a group's metrics and labels from one list.
///
/// Each metric is `Variant: kind(Unit) "name" {label, …} "Help.";`. The kind is `counter`, `gauge` or
/// `histogram`, and the unit a variant of [`metrics::Unit`]. A histogram whose values lie far from
/// those of a request takes its own bucket bounds as `histogram(Unit, BOUNDS)`. A metric for
/// debugging only ends in `debug` after its help. Each label is `name = Variant "values";`. A group
/// without labels has no enum of them.
///
/// The macro implements [`Group`](crate::Group) and [`GroupLabel`](crate::GroupLabel), and writes the
/// documentation of each variant. See the [crate](crate) for an example.
#[macro_export]
macro_rules! families {
    (
        $(#[$metric_meta:meta])*
        $metric_vis:vis enum $Metric:ident {$($metrics:tt)+}
    ) => {
        $crate::__group! {
            $(#[$metric_meta])*
            $metric_vis enum $Metric {$($metrics)+}
            $crate::NoLabel {}
        }
    };
    (
        $(#[$metric_meta:meta])*
        $metric_vis:vis enum $Metric:ident {$($metrics:tt)+}

        $(#[$label_meta:meta])*
        $label_vis:vis enum $Label:ident {
            $(
                $(#[$label_variant_meta:meta])*
                $label_name:ident = $label_variant:ident $values:literal;
            )+
        }
    ) => {
        $crate::__group! {
            $(#[$metric_meta])*
            $metric_vis enum $Metric {$($metrics)+}
            $Label {$($label_name = $label_variant),+}
        }

        $(#[$label_meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        $label_vis enum $Label {
            $(
                #[doc = concat!("`", stringify!($label_name), "`: ", $values, ".")]
                $(#[$label_variant_meta])*
                $label_variant,
            )+
        }

        impl $crate::GroupLabel for $Label {
            const ALL: &'static [Self] = &[$(Self::$label_variant),+];

            const NAMES: &'static [&'static str] = &[$(stringify!($label_name)),+];

            #[inline]
            fn index(self) -> usize {
                self as usize
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __group {
    (
        $(#[$metric_meta:meta])*
        $metric_vis:vis enum $Metric:ident {
            $(
                $(#[$variant_meta:meta])*
                $variant:ident: $kind:ident($unit:ident $(, $bounds:expr)?) $name:literal
                    {$($label:ident),* $(,)?} $help:literal $($tier:ident)?;
            )+
        }
        $Label:ty {$($label_name:ident = $label_variant:ident),*}
    ) => {
        $(#[$metric_meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        $metric_vis enum $Metric {
            $(
                #[doc = concat!(
                    "`", $name, "{", stringify!($($label),*), "}`, ", stringify!($kind), ": ", $help,
                )]
                $(#[$variant_meta])*
                $variant,
            )+
        }

        #[allow(
            dead_code,
            non_upper_case_globals,
            unused_imports,
            reason = "the list of metrics has words for its labels, kinds and tiers"
        )]
        const _: () = {
            use $crate::{Kind::{Counter as counter, Gauge as gauge, Histogram as histogram}, Tier::Debug as debug};

            $(const $label_name: $Label = <$Label>::$label_variant;)*

            impl $crate::Group for $Metric {
                type Label = $Label;

                const ALL: &'static [Self] = &[$(Self::$variant),+];

                const FAMILIES: &'static [$crate::Family<$Label>] = &[
                    $(
                        $crate::Family {
                            name: $name,
                            kind: $kind,
                            unit: $crate::metrics::Unit::$unit,
                            help: $help,
                            labels: &[$($label),*],
                            $(tier: $tier,)?
                            $(bounds: Some($bounds),)?
                            ..$crate::Family::UNNAMED
                        },
                    )+
                ];

                #[inline]
                fn index(self) -> usize {
                    self as usize
                }
            }
        };
    };
}

/// Writes the setters that every builder of a group has, inside an `impl` of the builder.
///
/// The builder has a field `families` of type [`Families`](crate::Families). `names` gives it
/// `namespace`, `constant_label`, `rename` and `without`, and with a type of labels `rename_label` and
/// `without_label`; `namespace`, `constant_label` and `recorder` give it the one setter of that name.
#[macro_export]
macro_rules! family_setters {
    (names: $Metric:ty) => {
        $crate::family_setters!(namespace);
        $crate::family_setters!(constant_label);

        /// Renames a metric. A namespace still goes before the new name.
        pub fn rename(
            mut self,
            metric: $Metric,
            name: impl Into<::std::borrow::Cow<'static, str>>,
        ) -> Self {
            self.families.names.rename(metric, name);
            self
        }

        /// Leaves a metric out.
        pub fn without(mut self, metric: $Metric) -> Self {
            self.families.names.omit(metric);
            self
        }
    };
    (names: $Metric:ty, $Label:ty) => {
        $crate::family_setters!(names: $Metric);

        /// Renames a label in all metrics.
        pub fn rename_label(
            mut self,
            label: $Label,
            name: impl Into<::std::borrow::Cow<'static, str>>,
        ) -> Self {
            self.families.names.rename_label(label, name);
            self
        }

        /// Leaves a label out of one metric. Series that differ only in this label are merged.
        pub fn without_label(mut self, metric: $Metric, label: $Label) -> Self {
            self.families.names.omit_label(metric, label);
            self
        }
    };
    (namespace) => {
        /// Puts a namespace before every name: `shop` gives `shop_…`. An empty one removes it.
        pub fn namespace(mut self, namespace: impl Into<::std::borrow::Cow<'static, str>>) -> Self {
            self.families.names.set_namespace(namespace);
            self
        }
    };
    (constant_label) => {
        /// Adds a label with the same value to all metrics.
        pub fn constant_label(
            mut self,
            name: impl Into<::std::borrow::Cow<'static, str>>,
            value: impl Into<::std::borrow::Cow<'static, str>>,
        ) -> Self {
            self.families.names.add_constant_label(name, value);
            self
        }
    };
    (recorder) => {
        /// Registers the series with `recorder` instead of the global one.
        pub fn recorder(
            mut self,
            recorder: ::std::sync::Arc<dyn $crate::metrics::Recorder + Send + Sync>,
        ) -> Self {
            self.families.target = $crate::Target::given(recorder);
            self
        }
    };
}
