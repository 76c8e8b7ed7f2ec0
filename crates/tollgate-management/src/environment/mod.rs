//! What the app is configured with and where that comes from, without the values.
//!
//! [`source`] has what is known, [`endpoint`] what is told of it.

mod endpoint;
mod source;

use std::collections::BTreeSet;

pub(crate) use self::endpoint::ID;
pub use self::source::PropertySource;

use crate::{ManagementError, ManagementErrorKind, endpoint::Endpoint};

/// What `/env` tells: the properties that are in force, by the sources that they come from.
///
/// A value is `*****` unless its name is on the list of those that [may be shown](Self::show), and
/// a [secret](PropertySource::secret)'s is even then.
///
/// # Examples
///
/// ```
/// use tollgate_management::{Environment, PropertySource, management_router};
///
/// let shop = PropertySource::new("shop.toml")
///     .property("cart.size", 20)
///     .secret("bank.password");
/// let environment = Environment::new().source(shop).show(["cart.size"]);
/// let management = management_router().environment(environment).build()?;
/// # Ok::<(), tollgate_management::ManagementError>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Environment {
    /// The strongest first.
    sources: Vec<PropertySource>,
    shown: Option<Vec<String>>,
}

impl Environment {
    /// Knows no sources yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a source, weaker than those that are there.
    pub fn source(mut self, source: PropertySource) -> Self {
        self.sources.push(source);
        self
    }

    /// Shows the values of these properties, and of no others, wherever they come from. In a name case
    /// does not matter, and `_` stands for `-` and `.`: `CART_SIZE` is `cart.size` too.
    ///
    /// What is a secret in one of the sources is shown from none.
    pub fn show<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.shown = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// The sources of both, and of the lists of names the later one.
    pub(crate) fn followed_by(mut self, later: Self) -> Self {
        self.sources.extend(later.sources);
        Self {
            shown: later.shown.or(self.shown),
            ..self
        }
    }

    pub(crate) fn into_endpoint(self) -> Result<Endpoint, ManagementError> {
        let mut names = BTreeSet::new();
        for source in &self.sources {
            if !names.insert(&source.name) {
                return Err(ManagementError::new(
                    ManagementErrorKind::DuplicateSource,
                    format!(
                        "there are two property sources {:?}: give one another name",
                        source.name
                    ),
                ));
            }
        }
        Ok(endpoint::endpoint(&self))
    }
}

#[cfg(test)]
mod tests;
