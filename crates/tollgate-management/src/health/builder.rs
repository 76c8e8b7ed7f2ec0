//! Builder of checks and groups.

use std::{collections::BTreeMap, sync::Arc};

use tollgate_families::{Families, family_setters};

use super::{
    Health, HealthCheck, Readiness,
    checks::{LIVENESS, READINESS},
    instruments::HealthMetric,
    runner::Runner,
};
use crate::{BuildError, name, nearest::suggestion};

/// Builder of [`Health`].
#[derive(Debug, Default)]
#[must_use = "a builder does nothing until it is built"]
pub struct HealthBuilder {
    checks: Vec<Runner>,
    readiness: Option<Readiness>,
    groups: Vec<(String, Vec<String>)>,
    families: Families<HealthMetric>,
}

impl Health {
    /// Returns a builder without checks.
    pub fn builder() -> HealthBuilder {
        HealthBuilder::default()
    }
}

impl HealthBuilder {
    /// Adds a check.
    pub fn check(mut self, check: impl HealthCheck) -> Self {
        self.checks.push(Runner::new(check));
        self
    }

    /// Adds this latch as the check `readinessState`, a member of the group `readiness`.
    pub fn readiness(mut self, readiness: &Readiness) -> Self {
        self.readiness = Some(readiness.clone());
        self
    }

    /// Adds a group of checks at `/health/{name}`.
    ///
    /// The group `readiness` always exists, with the [latch](Self::readiness) as its only member;
    /// adding it adds members. The group `liveness` always exists and stays empty: a restart of the
    /// app repairs no database.
    pub fn group<M: Into<String>>(
        mut self,
        name: impl Into<String>,
        members: impl IntoIterator<Item = M>,
    ) -> Self {
        let members = members.into_iter().map(Into::into).collect();
        self.groups.push((name.into(), members));
        self
    }

    family_setters!(recorder);

    /// Builds the checks. No check runs before the first request or scrape that asks for it.
    ///
    /// # Errors
    ///
    /// If a member of a group is not a check, if two checks or groups have the same name, if a path
    /// cannot hold a name, or if `liveness` gets members.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_management::{DiskSpace, Health};
    ///
    /// let misspelt = Health::builder()
    ///     .check(DiskSpace::new("/"))
    ///     .group("storage", ["discSpace"]);
    /// assert_eq!(
    ///     misspelt.build().unwrap_err().to_string(),
    ///     r#"the group "storage" has no check "discSpace": write "diskSpace" if that is meant"#,
    /// );
    /// ```
    pub fn build(self) -> Result<Health, BuildError> {
        let families = Arc::new(self.families);
        let latch = self.readiness.clone().map(Runner::new);
        let mut runners = self.checks;
        runners.extend(latch);
        for runner in &mut runners {
            runner.families = Arc::clone(&families);
        }
        let runners: Vec<_> = runners.into_iter().map(Arc::new).collect();
        check_names(&runners, &self.groups)?;

        let latch = runners.last().filter(|_| self.readiness.is_some());
        let mut groups = BTreeMap::from([
            (LIVENESS.to_owned(), Vec::new()),
            (READINESS.to_owned(), Vec::from_iter(latch.cloned())),
        ]);
        for (group, members) in self.groups {
            let known = groups.entry(group.clone()).or_default();
            for member in members {
                let runner = find(&runners, &group, &member)?;
                if !known.iter().any(|known| Arc::ptr_eq(known, runner)) {
                    known.push(Arc::clone(runner));
                }
            }
        }
        Ok(Health {
            runners,
            groups,
            readiness: self.readiness,
        })
    }
}

fn find<'a>(
    runners: &'a [Arc<Runner>],
    group: &str,
    member: &str,
) -> Result<&'a Arc<Runner>, BuildError> {
    let found = runners.iter().find(|runner| runner.name() == member);
    found.ok_or_else(|| {
        let known = runners.iter().map(|runner| runner.name());
        BuildError::new(format!(
            "the group {group:?} has no check {member:?}: {}",
            suggestion(member, known)
        ))
    })
}

/// Checks the names of checks and groups, which share their paths.
fn check_names(
    runners: &[Arc<Runner>],
    groups: &[(String, Vec<String>)],
) -> Result<(), BuildError> {
    let groups = groups.iter().map(|(name, _)| &**name);
    if groups.clone().any(|group| group == LIVENESS) {
        return Err(BuildError::new(
            "the group \"liveness\" has no members, so that nothing from outside makes \
             the process be restarted: write \"readiness\" if that is meant",
        ));
    }
    let names = runners.iter().map(|runner| runner.name());
    let names = names.chain(groups.filter(|group| *group != READINESS));
    names.clone().try_for_each(name::check)?;
    name::check_unique("checks or groups", names.chain([LIVENESS, READINESS]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DiskSpace;

    #[track_caller]
    fn assert_refused(builder: HealthBuilder, reason: &str) {
        let message = builder.build().unwrap_err().to_string();
        assert!(message.contains(reason), "{message}");
    }

    fn disk() -> HealthBuilder {
        Health::builder().check(DiskSpace::new("/"))
    }

    #[test]
    fn names_that_collide_are_refused() {
        let checks = disk().check(DiskSpace::new("/tmp"));
        let check_and_group = disk().group("diskSpace", ["diskSpace"]);
        let groups = disk().group("a", ["diskSpace"]).group("a", ["diskSpace"]);
        let reserved = disk().check(DiskSpace::new("/").named("liveness"));
        for builder in [checks, check_and_group, groups, reserved] {
            assert_refused(builder, "there are two checks or groups");
        }
    }

    #[test]
    fn liveness_gets_no_members() {
        let liveness = disk().group("liveness", ["diskSpace"]);
        assert_refused(liveness, "the group \"liveness\" has no members");
    }

    #[test]
    fn name_that_no_path_can_hold_is_refused() {
        for name in ["", "a/b", "{x}", "a b", "ä"] {
            let group = disk().group(name, ["diskSpace"]);
            assert_refused(group, &format!("{name:?} is no name"));
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
        assert!(health.groups["liveness"].is_empty());
        let members = health.groups["readiness"].iter();
        let names: Vec<_> = members.map(|runner| runner.name()).collect();
        assert_eq!(names, ["readinessState", "diskSpace"]);
        assert_eq!(health.groups.len(), 2);
    }
}
