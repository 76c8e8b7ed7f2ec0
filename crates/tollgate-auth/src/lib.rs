//! Master-key authentication for any tower HTTP service.
//!
//! [`MasterKeyLayer`] lets a request through if it presents one of the [`MasterKeys`], and answers
//! all others by [RFC 6750]. The service takes any [`http::Request`] and returns an
//! [`http::Response`]. The chunks of its body must be convertible from [`Bytes`](bytes::Bytes), as
//! those of nearly all bodies are: a refusal is a body of the same chunks. Errors of the inner service
//! are unchanged.
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
//! # Accepted credentials
//!
//! A request presents its key as `Authorization: Bearer <key>`, the scheme in any case. `x-api-key:
//! <key>` ([`MasterKeyLayer::api_key_header`]) and Basic with the key as password
//! ([`MasterKeyLayer::basic`]) are opt-in. A key in the query is ignored. Every method is checked,
//! `OPTIONS` included: put a layer that answers CORS preflights outside this one.
//!
//! # Refusals
//!
//! | Request | Status | `WWW-Authenticate` | Counted as |
//! |---|---|---|---|
//! | no credentials | 401 | `Bearer realm="metrics"` | `missing` |
//! | a scheme that is not accepted, such as Digest | 401 | `Bearer realm="metrics"` | `missing` |
//! | a wrong key | 401 | … `error="invalid_token"` | `invalid` |
//! | credentials that do not parse | 400 | … `error="invalid_request"` | `malformed` |
//! | a repeated header, or two ways to present a key at once | 400 | … `error="invalid_request"` | `malformed` |
//!
//! The body is JSON, `{"error":"invalid_token","message":"invalid master key"}`, and caches must not
//! store it. Refusals are counted in `tollgate_auth_failures_total{reason}` with the recorder that is
//! in force at the first request, or with a [given](MasterKeyLayer::recorder) one. All three reasons
//! start at 0.
//!
//! # Storage of keys
//!
//! Only the SHA-256 digest of a key is stored. Presented keys are hashed and compared with all digests
//! in constant time, so that the time of an answer reveals neither how much of a key was right nor
//! which key it was. `Debug`, errors and logs never show a key.
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
mod keys;
mod layer;
mod limits;
mod policy;
mod service;
mod stamp;

#[doc(hidden)]
pub use self::failures::catalogue;
pub use self::{error::KeyError, keys::MasterKeys, layer::MasterKeyLayer};
