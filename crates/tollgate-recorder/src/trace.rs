//! Exemplars with the trace id of the current span.

use metrics::Label;
use tracing::{
    Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    Layer, Registry,
    layer::Context,
    registry::{LookupSpan, SpanRef},
};

/// The field of a span with its trace id.
const FIELD: &str = "trace_id";

/// Layer of a [`tracing_subscriber::Registry`] that keeps the field `trace_id` of every span.
///
/// Its [`labels`](Self::labels) are a source of
/// [exemplars](crate::RecorderBuilder::exemplars).
///
/// # Examples
///
/// ```
/// use tollgate_recorder::{RecorderBuilder, TraceIdLayer};
/// use tracing_subscriber::{layer::SubscriberExt as _, registry};
///
/// let (recorder, handle) = RecorderBuilder::new().exemplars(TraceIdLayer::labels).build()?;
/// let subscriber = registry().with(TraceIdLayer);
///
/// tracing::subscriber::with_default(subscriber, || {
///     metrics::with_local_recorder(&recorder, || {
///         tracing::info_span!("request", trace_id = "4bf92f3577b34da6").in_scope(|| {
///             metrics::histogram!("wait_seconds").record(0.2);
///         });
///     });
/// });
///
/// assert!(handle.render_openmetrics().contains("# {trace_id=\"4bf92f3577b34da6\"} 0.2 "));
/// # Ok::<(), tollgate_recorder::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct TraceIdLayer;

impl TraceIdLayer {
    /// Returns the id of the current span, or of the nearest span around it that has one, as the label
    /// `trace_id`.
    pub fn labels() -> Option<Vec<Label>> {
        tracing::Span::current().with_subscriber(|(id, dispatch)| {
            let span = dispatch.downcast_ref::<Registry>()?.span(id)?;
            let trace_id = span
                .scope()
                .find_map(|span| Some(span.extensions().get::<Known>()?.0.clone()))?;
            Some(vec![Label::new(FIELD, trace_id)])
        })?
    }
}

/// A span's trace id.
struct Known(String);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for TraceIdLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        keep(context.span(id), |visitor| attributes.record(visitor));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        keep(context.span(id), |visitor| values.record(visitor));
    }
}

fn keep<'a, S: LookupSpan<'a>>(span: Option<SpanRef<'a, S>>, record: impl FnOnce(&mut Visitor)) {
    let mut visitor = Visitor(None);
    record(&mut visitor);
    if let (Some(span), Some(trace_id)) = (span, visitor.0) {
        span.extensions_mut().replace(Known(trace_id));
    }
}

struct Visitor(Option<String>);

impl Visit for Visitor {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == FIELD {
            self.0 = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        // Displayed values, as in `trace_id = %id`, come this way too.
        if field.name() == FIELD {
            self.0 = Some(format!("{value:?}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing::{field::Empty, info_span, subscriber::with_default};
    use tracing_subscriber::{Registry, layer::SubscriberExt as _};

    use super::TraceIdLayer;

    fn trace_id() -> Option<String> {
        TraceIdLayer::labels().map(|labels| labels[0].value().to_owned())
    }

    #[test]
    fn nearest_span_with_an_id_wins() {
        with_default(Registry::default().with(TraceIdLayer), || {
            assert_eq!(trace_id(), None);
            let _outer = info_span!("outer", trace_id = %"abc").entered();
            let _middle = info_span!("middle", other = 1).entered();
            assert_eq!(trace_id().as_deref(), Some("abc"));

            let inner = info_span!("inner", trace_id = Empty).entered();
            assert_eq!(trace_id().as_deref(), Some("abc"));
            inner.record("trace_id", "def");
            assert_eq!(trace_id().as_deref(), Some("def"));
        });
    }

    #[test]
    fn trace_id_is_none_without_the_layer_or_a_registry() {
        with_default(Registry::default(), || {
            let _span = info_span!("span", trace_id = "abc").entered();
            assert_eq!(trace_id(), None);
        });
        with_default(tracing::subscriber::NoSubscriber::default(), || {
            assert_eq!(trace_id(), None);
        });
    }
}
