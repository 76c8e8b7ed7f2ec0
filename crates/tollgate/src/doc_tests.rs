//! The examples of the documents and of the lower crates' READMEs, built as doc tests: this crate
//! has all that they use.

#[doc = include_str!("../../../README.md")]
mod readme {}

#[doc = include_str!("../../../CONTRIBUTING.md")]
mod contributing {}

#[cfg(feature = "clap")]
#[doc = include_str!("../../../docs/configuration.md")]
mod configuration {}

#[cfg(all(feature = "client", feature = "collectors", feature = "ws"))]
#[doc = include_str!("../../../docs/guide.md")]
mod guide {}

#[doc = include_str!("../../../docs/migrating.md")]
mod migrating {}

#[cfg(feature = "push")]
#[doc = include_str!("../../../docs/push.md")]
mod push {}

#[doc = include_str!("../README.md")]
mod tollgate {}

#[doc = include_str!("../../tollgate-auth/README.md")]
mod tollgate_auth {}

#[doc = include_str!("../../tollgate-axum/README.md")]
mod tollgate_axum {}

#[cfg(feature = "collectors")]
#[doc = include_str!("../../tollgate-collectors/README.md")]
mod tollgate_collectors {}

#[doc = include_str!("../../tollgate-exposition/README.md")]
mod tollgate_exposition {}

#[doc = include_str!("../../tollgate-http/README.md")]
mod tollgate_http {}

#[cfg(feature = "management")]
#[doc = include_str!("../../tollgate-management/README.md")]
mod tollgate_management {}

#[cfg(feature = "push")]
#[doc = include_str!("../../tollgate-push/README.md")]
mod tollgate_push {}

#[doc = include_str!("../../tollgate-recorder/README.md")]
mod tollgate_recorder {}

#[cfg(all(feature = "management-jobs", feature = "management-loggers"))]
#[doc = include_str!("../../../docs/management.md")]
mod management {}
