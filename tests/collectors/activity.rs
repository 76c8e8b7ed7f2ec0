//! Different keys in a window, as a gauge, and what they cost.

use allocation_counter::measure;
use tests::ledger::Ledger;
use tollgate_collectors::{Activity, ScrapeHooks};

use crate::NEVER;

#[tokio::test]
async fn active_users_have_coders_name() {
    let ledger = Ledger::new();
    let users = Activity::builder("active_users_duration_hour")
        .namespace("coderd_api")
        .label("realm", "eu")
        .build();
    let hooks = ScrapeHooks::new()
        .recorder(ledger.recorder())
        .deadline(NEVER)
        .hook("users", users.clone());
    for user in [1, 2, 1, 3, 3] {
        users.record(&user);
    }
    hooks.run().await;
    let name = "coderd_api_active_users_duration_hour";
    assert_eq!(ledger.scrape().values(name, &[("realm", "eu")]), [3.0]);
    assert!(ledger.families().contains(&format!("{name} gauge")));
}

#[test]
fn memory_is_bounded_whatever_keys_there_are() {
    let mut activity = None;
    let held = measure(|| {
        let made = Activity::builder("active").build();
        for key in 0..500_000 {
            made.record(&key);
        }
        activity = Some(made);
    })
    .bytes_current;
    assert!(held < 1_000_000, "{held}");

    let activity = activity.unwrap();
    assert!(!activity.is_exact());
    let error = activity.count().abs_diff(500_000);
    // Six times the standard error of 1.6%.
    assert!(error < 50_000, "{error}");
}

#[test]
fn a_key_that_is_known_allocates_nothing() {
    let activity = Activity::builder("active").build();
    activity.record("ada");
    assert_eq!(measure(|| activity.record("ada")).count_total, 0);
}

#[test]
fn keys_are_not_shown() {
    let activity = Activity::builder("active").build();
    activity.record("ada");
    assert!(!format!("{activity:?}").contains("ada"));
}
