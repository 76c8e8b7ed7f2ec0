//! The layer that asks for a master key.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::Full;
use metrics::Recorder;
use tower_layer::Layer;

use crate::{
    KeyName, MasterKey, MasterKeys, challenge::Challenges, failures::Failures, policy::Policy,
};

/// Layer that lets a request through only with a master key.
///
/// See the [crate's documentation](crate) for an example and for every answer.
#[derive(Clone, Debug)]
#[must_use]
pub struct MasterKeyLayer {
    policy: Arc<Policy>,
}

impl MasterKeyLayer {
    /// Create a layer that accepts `Authorization: Bearer` with any of `keys`, for the realm
    /// `metrics`.
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

    /// Set the realm that a refusal names.
    ///
    /// It is sent as a quoted string: `"` and `\` are escaped, and a character that such a string
    /// cannot carry everywhere (anything but visible ASCII and spaces) becomes `?`.
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
        Arc::make_mut(&mut self.policy).challenges = Challenges::new(realm);
        self
    }

    /// Accept `x-api-key: <key>` too.
    ///
    /// A request that carries both this header and `Authorization` is refused, whatever they hold.
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

    /// Accept Basic authentication too, the key as password and any user name.
    ///
    /// Refusals then offer `Basic` as a second challenge, so that a browser asks for the key. User
    /// name and key together may have up to 2,047 bytes; longer credentials count as malformed.
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

    /// Count refusals with `recorder`, instead of the one that is installed when the first request
    /// comes.
    ///
    /// # Examples
    ///
    /// ```
    /// use metrics::Recorder;
    /// use tollgate_auth::{MasterKeyLayer, MasterKeys};
    ///
    /// fn layer(keys: MasterKeys, recorder: &dyn Recorder) -> MasterKeyLayer {
    ///     MasterKeyLayer::new(keys).recorder(recorder)
    /// }
    /// ```
    pub fn recorder(mut self, recorder: &dyn Recorder) -> Self {
        Arc::make_mut(&mut self.policy).failures = Failures::register(recorder).into();
        self
    }

    /// Tells whose key a request presents, where a service decides by itself what a key opens.
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
    /// assert_eq!(layer.identify(&request.body(())?).unwrap().as_str(), "ops");
    ///
    /// let refusal = layer.identify(&Request::new(())).unwrap_err();
    /// assert_eq!(refusal.status(), StatusCode::UNAUTHORIZED);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The answer to a request that presents none of the keys, which is counted.
    pub fn identify<B>(&self, request: &Request<B>) -> Result<KeyName, Box<Response<Full<Bytes>>>> {
        match self.policy.check(request.headers()) {
            Ok(found) => Ok(self.policy.name(found)),
            Err(refusal) => {
                let head = request.method() == Method::HEAD;
                Err(Box::new(self.policy.answer(refusal, head)))
            }
        }
    }
}

impl<S> Layer<S> for MasterKeyLayer {
    type Service = MasterKey<S>;

    fn layer(&self, inner: S) -> Self::Service {
        MasterKey::new(inner, Arc::clone(&self.policy))
    }
}
