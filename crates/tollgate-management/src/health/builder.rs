//! Which checks there are, and which belong together.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use metrics::Recorder;

use super::{Health, HealthCheck, Readiness, checks::Checks, runner::Runner};
use crate::{ManagementError, ManagementErrorKind, nearest::suggestion};

/// The group that asks nothing: whether the process answers at all.
pub(super) const LIVENESS: &str = "liveness";

/// The group that says whether the app should get requests.
pub(super) const READINESS: &str = "readiness";

type Recording = Option<Arc<dyn Recorder + Send + Sync>>;

/// Builds a [`Health`]: see [`Health::builder`].
#[derive(Default)]
#[must_use = "a builder does nothing until it is built"]
pub struct HealthBuilder {
    checks: Vec<Box<dyn FnOnce(Recording) -> Runner + Send + Sync>>,
    readiness: Option<Readiness>,
    groups: Vec<(String, Vec<String>)>,
    recorder: Recording,
}

impl HealthBuilder {
    /// Adds a check.
    pub fn check(mut self, check: impl HealthCheck) -> Self {
        self.checks
            .push(Box::new(|recorder| Runner::new(check, recorder)));
        self
    }

    /// Makes this latch the check `readinessState`, a member of the group `readiness`.
    pub fn readiness(mut self, readiness: &Readiness) -> Self {
        self.readiness = Some(readiness.clone());
        self
    }

    /// Adds a group of checks, answered at `/health/{name}`.
    ///
    /// `readiness` is there without being added, with the [latch](Self::readiness) as its only
    /// member; adding it adds members. `liveness` is there too and stays empty: a process that is
    /// restarted because its database is down does not make the database come back.
    pub fn group<M: Into<String>>(
        mut self,
        name: impl Into<String>,
        members: impl IntoIterator<Item = M>,
    ) -> Self {
        let members = members.into_iter().map(Into::into).collect();
        self.groups.push((name.into(), members));
        self
    }

    /// Records the checks' metrics with `recorder`, instead of the one that is installed when they
    /// are first asked for.
    pub fn recorder(mut self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        self.recorder = Some(recorder);
        self
    }

    /// Builds the checks; none of them runs yet.
    ///
    /// # Errors
    ///
    /// If a group has a member that is no check, if two checks or groups have the same name or one
    /// has a name that no path can hold, or if `liveness` is to get members.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_management::{DiskSpace, Health, ManagementErrorKind};
    ///
    /// let misspelt = Health::builder()
    ///     .check(DiskSpace::new("/"))
    ///     .group("storage", ["discSpace"]);
    /// let error = misspelt.build().unwrap_err();
    ///
    /// assert_eq!(error.kind(), ManagementErrorKind::UnknownMember);
    /// assert_eq!(
    ///     error.to_string(),
    ///     r#"the group "storage" has no check "discSpace": write "diskSpace" if that is meant"#,
    /// );
    /// ```
    pub fn build(self) -> Result<Health, ManagementError> {
        let recorder = self.recorder;
        let mut runners: Vec<_> = self
            .checks
            .into_iter()
            .map(|runner| Arc::new(runner(recorder.clone())))
            .collect();
        let mut groups = BTreeMap::from([
            (LIVENESS.to_owned(), Vec::new()),
            (READINESS.to_owned(), Vec::new()),
        ]);
        let latch = self.readiness;
        if let Some(readiness) = latch.clone() {
            groups.insert(READINESS.to_owned(), vec![runners.len()]);
            runners.push(Arc::new(Runner::new(readiness, recorder)));
        }

        for (group, members) in self.groups {
            if group == LIVENESS {
                return Err(ManagementError::new(
                    ManagementErrorKind::LivenessMember,
                    "the group \"liveness\" has no members, so that nothing from outside makes \
                     the process be restarted: write \"readiness\" if that is meant",
                ));
            }
            if group != READINESS && groups.contains_key(&group) {
                return Err(duplicate(&group));
            }
            let places = places(&runners, &group, &members)?;
            let known = groups.entry(group).or_default();
            known.extend(places.difference(&known.iter().copied().collect()).copied());
        }
        check_names(&runners, &groups)?;
        Ok(Health::from_checks(Checks {
            runners,
            groups,
            latch,
        }))
    }
}

/// Where the members of a group are among the runners.
fn places(
    runners: &[Arc<Runner>],
    group: &str,
    members: &[String],
) -> Result<BTreeSet<usize>, ManagementError> {
    members
        .iter()
        .map(|member| {
            let place = runners.iter().position(|runner| runner.name() == member);
            place.ok_or_else(|| {
                let known = runners.iter().map(|runner| runner.name());
                let message = format!(
                    "the group {group:?} has no check {member:?}: {}",
                    suggestion(member, known)
                );
                ManagementError::new(ManagementErrorKind::UnknownMember, message)
            })
        })
        .collect()
}

/// Checks and groups share their paths, `/health/{name}`.
fn check_names(
    runners: &[Arc<Runner>],
    groups: &BTreeMap<String, Vec<usize>>,
) -> Result<(), ManagementError> {
    let mut seen = BTreeSet::new();
    let names = runners.iter().map(|runner| runner.name());
    for name in names.chain(groups.keys().map(String::as_str)) {
        crate::endpoint::check_name(name)?;
        if !seen.insert(name) {
            return Err(duplicate(name));
        }
    }
    Ok(())
}

fn duplicate(name: &str) -> ManagementError {
    ManagementError::new(
        ManagementErrorKind::DuplicateCheck,
        format!("there are two checks or groups {name:?}: give one another name"),
    )
}

impl fmt::Debug for HealthBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HealthBuilder")
            .field("checks", &self.checks.len())
            .field("readiness", &self.readiness)
            .field("groups", &self.groups)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DiskSpace;

    fn kind(builder: HealthBuilder) -> ManagementErrorKind {
        builder.build().unwrap_err().kind()
    }

    fn disk() -> HealthBuilder {
        Health::builder().check(DiskSpace::new("/"))
    }

    #[test]
    fn two_of_one_name_are_refused() {
        let checks = disk().check(DiskSpace::new("/tmp"));
        let check_and_group = disk().group("diskSpace", ["diskSpace"]);
        let groups = disk().group("a", ["diskSpace"]).group("a", ["diskSpace"]);
        for builder in [checks, check_and_group, groups] {
            assert_eq!(kind(builder), ManagementErrorKind::DuplicateCheck);
        }
    }

    #[test]
    fn liveness_gets_no_members() {
        let asked = disk().group("liveness", ["diskSpace"]);
        assert_eq!(kind(asked), ManagementErrorKind::LivenessMember);
    }

    #[test]
    fn a_name_that_no_path_holds_is_refused() {
        for name in ["", "a/b", "{x}", "a b", "ä"] {
            let group = disk().group(name, ["diskSpace"]);
            assert_eq!(kind(group), ManagementErrorKind::InvalidName, "{name:?}");
        }
    }

    #[test]
    fn readiness_keeps_its_latch_when_it_gets_members() {
        let readiness = Readiness::new();
        let health = disk()
            .readiness(&readiness)
            .group("readiness", ["diskSpace", "readinessState"])
            .build()
            .unwrap();
        let groups: Vec<_> = health.groups().collect();
        assert_eq!(groups, ["liveness", "readiness"]);
        let report = futures_util::FutureExt::now_or_never(health.report(Some("liveness")));
        assert!(report.unwrap().details.unwrap().is_empty());
    }
}
