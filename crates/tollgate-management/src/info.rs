//! Which build of the app this is, and what it says of itself.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::Json;
use serde_json::{Map, Value, json};

use crate::{
    ManagementError, ManagementErrorKind,
    endpoint::{Endpoint, Exposure},
};

/// What the endpoint itself says, where the app's own entries would hide it.
const RESERVED: [&str; 3] = ["build", "git", "uptime"];

/// The compiler that built this crate, and the app with it.
const RUSTC: &str = env!("TOLLGATE_RUSTC");

/// What `/info` tells: the build, what the app adds, and how long it has been running.
///
/// # Examples
///
/// ```
/// use tollgate_management::{Info, management_router};
///
/// let info = Info::new()
///     .name(env!("CARGO_PKG_NAME"))
///     .version(env!("CARGO_PKG_VERSION"))
///     .git_revision(option_env!("GIT_REVISION"))
///     .entry("team", "payments");
/// let management = management_router().info(info).build()?;
/// # Ok::<(), tollgate_management::ManagementError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Info {
    build: BTreeMap<&'static str, String>,
    revision: Option<String>,
    entries: Map<String, Value>,
    start: Instant,
}

impl Info {
    /// Tells which compiler built the app, and how long ago this was called.
    pub fn new() -> Self {
        Self {
            build: BTreeMap::from([("rustc", RUSTC.to_owned())]),
            revision: None,
            entries: Map::new(),
            start: Instant::now(),
        }
    }

    /// Tells the app's name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.build.insert("name", name.into());
        self
    }

    /// Tells its version.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.build.insert("version", version.into());
        self
    }

    /// Tells when it was built, if that is known.
    pub fn build_time(mut self, time: Option<&str>) -> Self {
        self.build
            .extend(time.map(|time| ("time", time.to_owned())));
        self
    }

    /// Tells which commit it was built from, if that is known.
    pub fn git_revision(mut self, revision: Option<&str>) -> Self {
        self.revision = revision.map(str::to_owned);
        self
    }

    /// Adds an entry of the app's own. Who may see `/info` sees it: no place for secrets.
    pub fn entry(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.entries.insert(name.into(), value.into());
        self
    }

    pub(crate) fn into_endpoint(self) -> Result<Endpoint, ManagementError> {
        if let Some(reserved) = RESERVED
            .iter()
            .find(|name| self.entries.contains_key(**name))
        {
            return Err(ManagementError::new(
                ManagementErrorKind::ReservedEntry,
                format!("info says {reserved:?} itself: give the entry another name"),
            ));
        }
        let start = self.start;
        let info = Arc::new(self.into_json());
        let endpoint = Endpoint::new("info");
        Ok(endpoint.read(Exposure::Read, "", async move || {
            let mut info = Map::clone(&info);
            info.insert("uptime".to_owned(), uptime(start.elapsed()));
            Json(info)
        }))
    }

    /// All that does not change.
    fn into_json(self) -> Map<String, Value> {
        let mut info = self.entries;
        info.insert("build".to_owned(), json!(self.build));
        if let Some(revision) = self.revision {
            info.insert("git".to_owned(), json!({ "commit": { "id": revision } }));
        }
        info
    }
}

impl Default for Info {
    fn default() -> Self {
        Self::new()
    }
}

fn uptime(uptime: Duration) -> Value {
    json!({ "seconds": uptime.as_secs() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_left_out() {
        let info = Info::new().git_revision(None).into_json();
        assert_eq!(Value::from(info), json!({ "build": { "rustc": RUSTC } }));
    }

    #[test]
    fn the_build_stands_beside_the_entries() {
        let info = Info::new()
            .name("shop")
            .version("1.2.3")
            .build_time(Some("2026-01-02T03:04:05Z"))
            .git_revision(Some("8f5aa6f"))
            .entry("team", json!({ "name": "payments" }))
            .into_json();
        let build = json!({
            "name": "shop",
            "version": "1.2.3",
            "time": "2026-01-02T03:04:05Z",
            "rustc": RUSTC,
        });
        let git = json!({ "commit": { "id": "8f5aa6f" } });
        let team = json!({ "name": "payments" });
        let expected = json!({ "build": build, "git": git, "team": team });
        assert_eq!(Value::from(info), expected);
    }

    #[test]
    fn the_compiler_is_known() {
        assert!(RUSTC.starts_with("rustc "), "{RUSTC}");
    }

    #[test]
    fn an_entry_does_not_hide_what_info_says_itself() {
        for reserved in RESERVED {
            let error = Info::new().entry(reserved, 1).into_endpoint().unwrap_err();
            assert_eq!(error.kind(), ManagementErrorKind::ReservedEntry);
            assert!(error.to_string().contains(reserved), "{error}");
        }
    }
}
