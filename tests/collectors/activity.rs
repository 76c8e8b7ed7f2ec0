//! The gauge of active keys, and its cost.

use allocation_counter::measure;
use tests::ledger::Ledger;
use tollgate_collectors::{Activity, ScrapeHooks};

use crate::NEVER;

#[tokio::test]
async fn active_users_have_the_name_of_coder() {
    let ledger = Ledger::new();
    let users = Activity::builder("active_users_duration_hour")
        .namespace("coderd_api")
        .constant_label("realm", "eu")
        .build()
        .unwrap();
    let hooks = ScrapeHooks::new()
        .recorder(ledger.recorder())
        .hook_timeout(NEVER)
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
fn memory_stays_bounded_with_many_keys() {
    let mut activity = None;
    let held = measure(|| {
        let made = Activity::builder("active").build().unwrap();
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
fn a_known_key_allocates_nothing() {
    let activity = Activity::builder("active").build().unwrap();
    activity.record("ada");
    assert_eq!(measure(|| activity.record("ada")).count_total, 0);
}

#[test]
fn debug_output_hides_the_keys() {
    let activity = Activity::builder("active").build().unwrap();
    activity.record("ada");
    assert!(!format!("{activity:?}").contains("ada"));
}

#[test]
fn names_that_prometheus_refuses_are_refused() {
    let refused = |name: &'static str, label: &'static str| {
        let builder = Activity::builder(name).constant_label("realm", "eu");
        let built = builder.constant_label(label, "x").build();
        built.unwrap_err().to_string()
    };
    assert!(refused("active users", "region").contains("\"active users\""));
    assert!(refused("active", "realm").contains("two labels"));
}
