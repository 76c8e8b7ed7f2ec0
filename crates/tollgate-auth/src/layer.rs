//! The layer that requires a master key.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use metrics::Recorder;
use tollgate_families::Target;
use tower_layer::Layer;

use crate::{
    MasterKeys, challenge::quoted, failures::Failures, policy::Policy, service::MasterKey,
};

/// Layer that lets a request through only with a master key.
///
/// The [crate's documentation](crate) has an example and a table of all answers.
#[derive(Clone, Debug)]
#[must_use]
pub struct MasterKeyLayer {
    policy: Arc<Policy>,
}

impl MasterKeyLayer {
    /// Creates a layer for the realm `metrics` that accepts `Authorization: Bearer` with any of `keys`.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_auth::{MasterKeyLayer, MasterKeys};
    ///
    /// let keys = MasterKeys::new(["correct-horse-battery-staple"])?;
    /// let layer = MasterKeyLayer::new(keys);
    /// # Ok::<(), tollgate_auth::KeyError>(())
    /// ```
    pub fn new(keys: MasterKeys) -> Self {
        Self {
            policy: Arc::new(Policy::new(keys)),
        }
    }

    /// Sets the realm in refusals.
    ///
    /// It is sent as a quoted string: `"` and `\` are escaped, and all other characters than visible
    /// ASCII and spaces become `?`.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_auth::{MasterKeyLayer, MasterKeys};
    ///
    /// let keys = MasterKeys::new(["correct-horse-battery-staple"])?;
    /// let layer = MasterKeyLayer::new(keys).realm("management");
    /// # Ok::<(), tollgate_auth::KeyError>(())
    /// ```
    pub fn realm(mut self, realm: &str) -> Self {
        Arc::make_mut(&mut self.policy).challenges.realm = quoted(realm);
        self
    }

    /// Adds advice to the message of refusals, such as the setting that has the key.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_auth::{MasterKeyLayer, MasterKeys};
    ///
    /// let keys = MasterKeys::named("SHOP_KEY", "correct-horse-battery-staple")?;
    /// let layer = MasterKeyLayer::new(keys).hint("the server has its key from SHOP_KEY");
    /// # Ok::<(), tollgate_auth::KeyError>(())
    /// ```
    pub fn hint(mut self, hint: &str) -> Self {
        let hint = quoted(hint);
        let hint = format!("; {}", &hint[1..hint.len() - 1]);
        Arc::make_mut(&mut self.policy).challenges.hint = hint;
        self
    }

    /// Accepts `x-api-key: <key>` too.
    ///
    /// A request with both this header and `Authorization` is refused, even if a key is right.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_auth::{MasterKeyLayer, MasterKeys};
    ///
    /// let keys = MasterKeys::new(["correct-horse-battery-staple"])?;
    /// let layer = MasterKeyLayer::new(keys).api_key_header();
    /// # Ok::<(), tollgate_auth::KeyError>(())
    /// ```
    pub fn api_key_header(mut self) -> Self {
        Arc::make_mut(&mut self.policy).methods.api_key_header = true;
        self
    }

    /// Accepts Basic authentication too, with any user name and the key as password.
    ///
    /// Refusals then have `Basic` as a second challenge, so that a browser asks for the key. User name
    /// and key together may have up to 2,047 bytes; longer credentials are malformed.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_auth::{MasterKeyLayer, MasterKeys};
    ///
    /// let keys = MasterKeys::new(["correct-horse-battery-staple"])?;
    /// let layer = MasterKeyLayer::new(keys).basic();
    /// # Ok::<(), tollgate_auth::KeyError>(())
    /// ```
    pub fn basic(mut self) -> Self {
        Arc::make_mut(&mut self.policy).methods.basic = true;
        self
    }

    /// Counts refusals with `recorder`, instead of the one that is in force at the first request.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use metrics::Recorder;
    /// use tollgate_auth::{MasterKeyLayer, MasterKeys};
    ///
    /// fn layer(keys: MasterKeys, recorder: Arc<dyn Recorder + Send + Sync>) -> MasterKeyLayer {
    ///     MasterKeyLayer::new(keys).recorder(recorder)
    /// }
    /// ```
    pub fn recorder(mut self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        let failures = Failures::register(Target::given(recorder));
        Arc::make_mut(&mut self.policy).failures = failures.into();
        self
    }

    /// Returns the name of the key that a request presents, for services that check keys themselves.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{Request, StatusCode, header::AUTHORIZATION};
    /// use tollgate_auth::{MasterKeyLayer, MasterKeys};
    ///
    /// let keys = MasterKeys::named("ops", "correct-horse-battery-staple")?;
    /// let layer = MasterKeyLayer::new(keys);
    ///
    /// let request = Request::get("/").header(AUTHORIZATION, "Bearer correct-horse-battery-staple");
    /// assert_eq!(&*layer.identify(&request.body(())?).unwrap(), "ops");
    ///
    /// let refusal = layer.identify(&Request::new(())).unwrap_err();
    /// assert_eq!(refusal.status(), StatusCode::UNAUTHORIZED);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The answer to a request that presents none of the keys. It is counted.
    pub fn identify<B>(&self, request: &Request<B>) -> Result<Arc<str>, Box<Response<Bytes>>> {
        let found = self.policy.check(request)?;
        Ok(self.policy.keys.name(found))
    }
}

impl<S> Layer<S> for MasterKeyLayer {
    type Service = MasterKey<S>;

    fn layer(&self, inner: S) -> Self::Service {
        MasterKey::new(inner, Arc::clone(&self.policy))
    }
}
