//! The trait of checks.

use std::{error::Error, time::Duration};

use super::Checkup;

/// Check of a part of the app, or of a service that it needs.
///
/// Checks run concurrently. Each runs at most once at a time, and at most once in
/// [`cache_for`](Self::cache_for), for all requests.
///
/// # Examples
///
/// ```
/// use std::error::Error;
/// use tokio::net::TcpStream;
/// use tollgate_management::{Checkup, HealthCheck};
///
/// /// Connection to the mail server.
/// struct Mail(std::net::SocketAddr);
///
/// impl HealthCheck for Mail {
///     fn name(&self) -> &str {
///         "mail"
///     }
///
///     async fn check(&self) -> Result<Checkup, Box<dyn Error + Send + Sync>> {
///         TcpStream::connect(self.0).await?;
///         Ok(Checkup::up().detail("server", self.0.to_string()))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a health check",
    label = "not a health check",
    note = "implement `HealthCheck`: a name, and one method that checks"
)]
pub trait HealthCheck: Send + Sync + 'static {
    /// Returns the name in answers, in groups and in the label `check`: ASCII letters, digits and any of
    /// `-_.`.
    fn name(&self) -> &str;

    /// Runs the check.
    ///
    /// Move blocking calls to `tokio::task::spawn_blocking`: here they would block a thread of the
    /// runtime. After its [timeout](Self::timeout), the future is dropped.
    ///
    /// # Errors
    ///
    /// An error makes the check [down](Checkup::down), with the error's message in its details.
    fn check(&self) -> impl Future<Output = Result<Checkup, Box<dyn Error + Send + Sync>>> + Send;

    /// Returns the time after which the check is down, 5 seconds unless overridden.
    fn timeout(&self) -> Duration {
        Duration::from_secs(5)
    }

    /// Returns how long a result stays fresh, one second unless overridden. With zero, each request
    /// runs the check.
    fn cache_for(&self) -> Duration {
        Duration::from_secs(1)
    }
}
