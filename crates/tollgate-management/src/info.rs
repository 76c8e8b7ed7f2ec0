//! The endpoint `info`.

use std::time::Instant;

use axum::Json;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    BuildError,
    endpoint::{Endpoint, Exposure},
    value,
};

/// Names of the endpoint's own entries.
const RESERVED: [&str; 3] = ["build", "git", "uptime"];

/// Version of the compiler that built this crate, and the app with it.
const RUSTC: &str = env!("TOLLGATE_RUSTC");

/// Endpoint `/info`: the build, the uptime and entries of the app.
///
/// # Examples
///
/// ```
/// use tollgate_management::{InfoEndpoint, management_router};
///
/// let info = InfoEndpoint::new()
///     .name(env!("CARGO_PKG_NAME"))
///     .version(env!("CARGO_PKG_VERSION"))
///     .git_revision(option_env!("GIT_REVISION"))
///     .entry("team", "payments");
/// let management = management_router().info(info).build()?;
/// # Ok::<(), tollgate_management::BuildError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct InfoEndpoint {
    build: Value,
    git: Option<Value>,
    entries: Map<String, Value>,
    start: Instant,
}

impl InfoEndpoint {
    /// Returns an endpoint that shows the compiler's version and the time since this call.
    pub fn new() -> Self {
        Self {
            build: json!({ "rustc": RUSTC }),
            git: None,
            entries: Map::new(),
            start: Instant::now(),
        }
    }

    /// Sets the app's name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.build["name"] = name.into().into();
        self
    }

    /// Sets the app's version.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.build["version"] = version.into().into();
        self
    }

    /// Sets the time of the build, if it is known.
    pub fn build_time(mut self, time: Option<&str>) -> Self {
        if let Some(time) = time {
            self.build["time"] = time.into();
        }
        self
    }

    /// Sets the commit of the build, if it is known.
    pub fn git_revision(mut self, revision: Option<&str>) -> Self {
        self.git = revision.map(|id| json!({ "commit": { "id": id } }));
        self
    }

    /// Adds an entry. Everybody who may read `/info` sees it, so add no secrets. A value without a form
    /// in JSON is replaced by an error message.
    pub fn entry(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        self.entries.insert(name.into(), value::json(value));
        self
    }

    pub(crate) fn endpoint(self) -> Endpoint {
        let mut endpoint = Endpoint::new("info");
        let mut reserved = RESERVED.iter();
        let taken = reserved.find(|name| self.entries.contains_key(**name));
        endpoint.fault = taken.map(|name| {
            BuildError::new(format!(
                "info says {name:?} itself: give the entry another name"
            ))
        });
        let start = self.start;
        let info = self.into_json();
        endpoint.read(Exposure::Read, "", async move || {
            let mut info = info;
            let uptime = json!({ "seconds": start.elapsed().as_secs() });
            info.insert("uptime".to_owned(), uptime);
            Json(info)
        })
    }

    /// Returns all entries that do not change.
    fn into_json(self) -> Map<String, Value> {
        let mut info = self.entries;
        info.insert("build".to_owned(), self.build);
        info.extend(self.git.map(|git| ("git".to_owned(), git)));
        info
    }
}

impl Default for InfoEndpoint {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn unknown_revision_is_left_out() {
        let info = InfoEndpoint::new().git_revision(None).into_json();
        assert_eq!(Value::from(info), json!({ "build": { "rustc": RUSTC } }));
    }

    #[test]
    fn build_is_beside_the_entries() {
        let info = InfoEndpoint::new()
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
    fn version_of_the_compiler_is_known() {
        assert!(RUSTC.starts_with("rustc "), "{RUSTC}");
    }

    #[test]
    fn entry_with_a_reserved_name_is_refused() {
        for reserved in RESERVED {
            let info = InfoEndpoint::new().entry(reserved, 1);
            let message = info.endpoint().fault.unwrap().to_string();
            assert!(
                message.starts_with(&format!("info says {reserved:?}")),
                "{message}"
            );
        }
    }

    #[test]
    fn entry_without_a_form_in_json_is_an_error_message() {
        let info = InfoEndpoint::new().entry("teams", BTreeMap::from([((1, 2), "payments")]));
        let info = info.into_json();
        assert_eq!(info["teams"], "key must be a string");
    }
}
