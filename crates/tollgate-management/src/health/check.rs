//! What can be asked whether it is well.

use std::{error::Error, time::Duration};

use super::Checkup;

/// Why a check could not find out.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Something that can be asked whether it is well.
///
/// Checks run at the same time, each at most once at a time and at most once in
/// [`cache_for`](Self::cache_for), however many ask.
///
/// # Examples
///
/// ```
/// use tollgate_management::{BoxError, Checkup, HealthCheck};
/// use tokio::net::TcpStream;
///
/// /// Whether the mail server can be reached.
/// struct Mail(std::net::SocketAddr);
///
/// impl HealthCheck for Mail {
///     fn name(&self) -> &str {
///         "mail"
///     }
///
///     async fn check(&self) -> Result<Checkup, BoxError> {
///         TcpStream::connect(self.0).await?;
///         Ok(Checkup::up().detail("server", self.0.to_string()))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a health check",
    label = "cannot be asked whether it is well",
    note = "implement `HealthCheck`: a name, and one method that finds out"
)]
pub trait HealthCheck: Send + Sync + 'static {
    /// What it is called in answers, in groups, and in the label `check`: ASCII letters, digits and
    /// any of `-_.`.
    fn name(&self) -> &str;

    /// Finds out.
    ///
    /// What blocks belongs into `tokio::task::spawn_blocking`: here it would keep a thread of the
    /// runtime. It may be dropped at any await: when it is late.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being found out: the check is [`Status::Down`](super::Status::Down)
    /// then, with the error's message in its details.
    fn check(&self) -> impl Future<Output = Result<Checkup, BoxError>> + Send;

    /// How long it may take before it counts as down: 5 seconds unless overridden.
    fn timeout(&self) -> Duration {
        Duration::from_secs(5)
    }

    /// How long what was found stays good: a second unless overridden. With zero, everybody who asks
    /// finds out anew.
    fn cache_for(&self) -> Duration {
        Duration::from_secs(1)
    }
}
