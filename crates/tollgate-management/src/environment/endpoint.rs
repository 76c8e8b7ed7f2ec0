//! The endpoint `env`.

use std::sync::Arc;

use axum::Json;

use super::{PropertySource, masked::Masked};
use crate::{
    ManagementError,
    endpoint::{Endpoint, Exposure},
    name::{self, Name},
};

/// Id of the endpoint.
pub(crate) const ID: &str = "env";

/// Endpoint `/env`: the properties in force, by their sources.
///
/// Every value is `*****`, except those of the [names to show](Self::show). A
/// [secret](PropertySource::secret) is always masked.
///
/// # Examples
///
/// ```
/// use tollgate_management::{EnvironmentEndpoint, PropertySource, management_router};
///
/// let shop = PropertySource::new("shop.toml")
///     .property("cart.size", 20)
///     .secret("bank.password");
/// let environment = EnvironmentEndpoint::new().source(shop).show(["cart.size"]);
/// let management = management_router().environment(environment).build()?;
/// # Ok::<(), tollgate_management::ManagementError>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct EnvironmentEndpoint {
    /// Sources, the strongest first.
    sources: Vec<PropertySource>,
    shown: Option<Vec<String>>,
}

impl EnvironmentEndpoint {
    /// Returns an endpoint without sources.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a source, weaker than the previous ones.
    pub fn source(mut self, source: PropertySource) -> Self {
        self.sources.push(source);
        self
    }

    /// Shows the values of these properties only, in all sources. Names have no case, and `_` stands for
    /// `-` and `.`: `CART_SIZE` is `cart.size` too.
    ///
    /// A property that is a secret in one source is masked in all of them.
    pub fn show<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.shown = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Appends the sources of `later`, and prefers its names to show.
    pub(crate) fn followed_by(mut self, later: Self) -> Self {
        self.sources.extend(later.sources);
        Self {
            shown: later.shown.or(self.shown),
            ..self
        }
    }

    /// Returns `/env`, with a path for each source.
    pub(crate) fn into_endpoint(self) -> Result<Endpoint, ManagementError> {
        let names = self.sources.iter().map(|source| &*source.name);
        name::check_unique("property sources", names)?;
        let masked = Masked::new(&self.sources, &self.shown.unwrap_or_default());
        let all = Arc::new(masked);
        let one = Arc::clone(&all);
        Ok(Endpoint::new(ID)
            .sensitive()
            .read(Exposure::Read, "", async move || Json(Arc::clone(&all)))
            .read(
                Exposure::Read,
                "/{source}",
                async move |Name(name): Name| one.find(&name).map(Json),
            ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_one_name_are_refused() {
        let source = || PropertySource::new("shop.toml");
        let environment = EnvironmentEndpoint::new().source(source()).source(source());
        let message = environment.into_endpoint().unwrap_err().to_string();
        let expected = r#"there are two property sources "shop.toml": "#;
        assert!(message.starts_with(expected), "{message}");
    }

    #[test]
    fn debug_shows_no_value() {
        let source = PropertySource::new("shop.toml").property("cart.size", "swordfish");
        let environment = EnvironmentEndpoint::new()
            .source(source)
            .show(["cart.size"]);
        let shown = format!("{environment:?}");
        assert!(!shown.contains("swordfish"), "{shown}");
        assert!(shown.contains("cart.size"), "{shown}");
    }

    #[test]
    fn later_names_to_show_win() {
        let first = || EnvironmentEndpoint::new().show(["a"]);
        let both = first().followed_by(EnvironmentEndpoint::new().show(["b"]));
        assert_eq!(both.shown, Some(vec!["b".to_owned()]));
        let only = first().followed_by(EnvironmentEndpoint::new());
        assert_eq!(only.shown, Some(vec!["a".to_owned()]));
    }
}
