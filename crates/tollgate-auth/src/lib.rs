//! Master-key authentication for any tower HTTP service.
//!
//! [`MasterKeyLayer`] lets a request through when it presents one of the [`MasterKeys`], and
//! answers every other one as [RFC 6750] says. The service takes any [`http::Request`] and returns
//! an [`http::Response`] whose body's chunks can be made from [`Bytes`](bytes::Bytes), as those of
//! nearly all bodies are: a refusal is a [`ResponseBody`] of the same chunks. Errors stay what they
//! were.
//!
//! # Examples
//!
//! ```
//! use bytes::Bytes;
//! use http::{Request, Response, StatusCode, header::AUTHORIZATION};
//! use http_body_util::Full;
//! use tollgate_auth::{MasterKeyLayer, MasterKeys};
//! use tower::{ServiceBuilder, ServiceExt};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let keys = MasterKeys::new(["correct-horse-battery-staple"])?;
//! let metrics = ServiceBuilder::new()
//!     .layer(MasterKeyLayer::new(keys))
//!     .service_fn(|_: Request<()>| async {
//!         Ok::<_, std::io::Error>(Response::new(Full::<Bytes>::from("up 1\n")))
//!     });
//!
//! let stranger = Request::new(());
//! assert_eq!(metrics.clone().oneshot(stranger).await?.status(), StatusCode::UNAUTHORIZED);
//!
//! let prometheus = Request::builder()
//!     .header(AUTHORIZATION, "Bearer correct-horse-battery-staple")
//!     .body(())?;
//! assert_eq!(metrics.oneshot(prometheus).await?.status(), StatusCode::OK);
//! # Ok(())
//! # }
//! ```
//!
//! # What a request may present
//!
//! `Authorization: Bearer <key>`, the scheme in any case. On request also `x-api-key: <key>`
//! ([`MasterKeyLayer::api_key_header`]) and Basic with the key as password
//! ([`MasterKeyLayer::basic`]). A key is never looked for in the query. Every method is checked,
//! `OPTIONS` included: put a layer that answers CORS preflights outside this one.
//!
//! # How it is refused
//!
//! | Request | Status | `WWW-Authenticate` | Counted as |
//! |---|---|---|---|
//! | no credentials | 401 | `Bearer realm="metrics"` | `missing` |
//! | a scheme that is not accepted, such as Digest | 401 | `Bearer realm="metrics"` | `missing` |
//! | a wrong key | 401 | … `error="invalid_token"` | `invalid` |
//! | credentials that do not parse | 400 | … `error="invalid_request"` | `malformed` |
//! | a repeated header, or two ways at once | 400 | … `error="invalid_request"` | `malformed` |
//!
//! The body is JSON, `{"error":"invalid_token","message":"invalid master key"}`, and is not to be
//! stored by caches. Refusals are counted in `tollgate_auth_failures_total{reason}` on the recorder
//! that is installed when the first request arrives, or on a [given](MasterKeyLayer::recorder) one;
//! from then on all three reasons are there, starting at 0.
//!
//! # What is kept of a key
//!
//! Its SHA-256 digest. What a request presents is hashed and compared with all keys in constant
//! time, so that the time of an answer tells neither how much of a key was right nor which key it
//! was. `Debug`, errors and logs never show a key.
//!
//! [RFC 6750]: https://www.rfc-editor.org/rfc/rfc6750

#![cfg_attr(docsrs, feature(doc_cfg))]

mod body;
mod challenge;
mod credentials;
mod error;
mod failures;
mod future;
mod key;
mod key_file;
mod key_name;
mod keys;
mod layer;
mod policy;
mod service;
mod stamp;

pub use self::{
    body::ResponseBody,
    error::{KeyError, KeyErrorKind},
    future::ResponseFuture,
    key_name::KeyName,
    keys::MasterKeys,
    layer::MasterKeyLayer,
    service::MasterKey,
};
