//! Schedulers, which start jobs at their time.

use std::time::{Duration, SystemTime};

use tests::ledger::Ledger;
use tollgate_collectors::{Job, Scheduler};

const HOUR: Duration = Duration::from_hours(1);

#[track_caller]
fn scheduler(ledger: &Ledger) -> Scheduler {
    Scheduler::builder()
        .bounded_label("tenant", 10)
        .recorder(ledger.recorder())
        .build()
        .unwrap()
}

#[test]
fn an_evaluation_runs_until_its_guard_is_dropped() {
    let ledger = Ledger::new();
    let schedule = scheduler(&ledger).schedule("nightly");
    let first = schedule.evaluate();
    let second = schedule.evaluate();
    let value = |name| ledger.scrape().sum(name, &[("schedule", "nightly")]);
    assert_eq!(value("scheduler_evaluations_running"), 2.0);
    drop(first);
    let _ = tests::panics::caught(move || {
        let _second = second;
        panic!("as the test asks for");
    });
    assert_eq!(value("scheduler_evaluations_running"), 0.0);
    assert_eq!(value("scheduler_evaluation_duration_seconds_count"), 2.0);
}

#[test]
fn a_trigger_records_its_delay() {
    let ledger = Ledger::new();
    let schedule = scheduler(&ledger).schedule("nightly");
    let scrape = || ledger.scrape();

    schedule.plan(SystemTime::UNIX_EPOCH + HOUR);
    assert_eq!(
        scrape().values("scheduler_next_timestamp_seconds", &[]),
        [3_600.0]
    );
    let age = (SystemTime::UNIX_EPOCH + HOUR).elapsed().unwrap();
    schedule.trigger();
    let delay = scrape().sum("scheduler_delay_seconds_sum", &[]);
    assert!((delay - age.as_secs_f64()).abs() < 60.0, "{delay}");
    assert_eq!(
        scrape().values("scheduler_next_timestamp_seconds", &[]),
        [0.0]
    );

    // A trigger before its time has a delay of 0, and one without a plan has none.
    schedule.plan(SystemTime::now() + HOUR);
    schedule.trigger();
    schedule.trigger();
    let after = scrape();
    assert_eq!(after.sum("scheduler_delay_seconds_sum", &[]), delay);
    assert_eq!(after.sum("scheduler_delay_seconds_count", &[]), 2.0);
    assert_eq!(after.sum("scheduler_triggers_total", &[]), 3.0);
}

#[test]
fn schedules_are_listed_with_the_next_first() {
    let ledger = Ledger::new();
    let scheduler = scheduler(&ledger);
    let now = SystemTime::now();
    let idle = scheduler.schedule("idle");
    let late = scheduler.schedule("late");
    let soon = scheduler.schedule(Job::new("soon").labels(&[("tenant", "acme")]));
    late.plan(now + 2 * HOUR);
    soon.plan(now + HOUR);

    let names = || -> Vec<String> {
        let listed = scheduler.schedules();
        let names = listed.iter().map(|schedule| schedule.name().to_owned());
        names.collect()
    };
    assert_eq!(names(), ["soon", "late", "idle"]);
    let next = &scheduler.schedules()[0];
    assert_eq!(next.next(), Some(now + HOUR));
    assert_eq!(next.last(), None);
    let labels: Vec<_> = next.labels().collect();
    assert_eq!(labels, [("schedule", "soon"), ("tenant", "acme")]);

    soon.trigger();
    assert_eq!(names(), ["late", "idle", "soon"]);
    let last = scheduler.schedules()[2].last();
    assert!(last.is_some_and(|last| last >= now), "{last:?}");

    late.plan(None);
    drop(idle);
    assert_eq!(names(), ["late", "soon"]);
}

#[test]
fn schedules_with_the_same_labels_show_the_earliest_plan() {
    let ledger = Ledger::new();
    let scheduler = scheduler(&ledger);
    let next = || {
        let next = "scheduler_next_timestamp_seconds";
        ledger.scrape().values(next, &[("schedule", "nightly")])
    };
    let at = |hours| SystemTime::UNIX_EPOCH + hours * HOUR;
    let (first, second) = (scheduler.schedule("nightly"), scheduler.schedule("nightly"));
    first.plan(at(1));
    second.plan(at(2));
    assert_eq!(next(), [3_600.0]);
    first.plan(at(3));
    assert_eq!(next(), [7_200.0]);
    second.trigger();
    assert_eq!(next(), [10_800.0]);
    second.plan(at(3));
    drop(second);
    assert_eq!(next(), [10_800.0]);
    drop(first);
    assert_eq!(next(), [0.0]);
}

#[test]
fn schedules_without_a_label_share_a_plan() {
    let ledger = Ledger::new();
    let scheduler = Scheduler::builder().without_schedule_label();
    let scheduler = scheduler.recorder(ledger.recorder()).build().unwrap();
    let at = |hours| SystemTime::UNIX_EPOCH + hours * HOUR;
    let (nightly, weekly) = (scheduler.schedule("nightly"), scheduler.schedule("weekly"));
    nightly.plan(at(1));
    weekly.plan(at(7));
    let next = || {
        ledger
            .scrape()
            .values("scheduler_next_timestamp_seconds", &[])
    };
    assert_eq!(next(), [3_600.0]);
    drop(nightly);
    assert_eq!(next(), [25_200.0]);
}

#[test]
fn a_schedule_beyond_the_list_is_measured() {
    let ledger = Ledger::new();
    let scheduler = Scheduler::builder().recorder(ledger.recorder());
    let scheduler = scheduler.build().unwrap();
    let _listed: Vec<_> = (0..1_000).map(|_| scheduler.schedule("listed")).collect();
    let schedule = scheduler.schedule("nightly");
    assert_eq!(scheduler.schedules().len(), 1_000);

    schedule.plan(SystemTime::UNIX_EPOCH + HOUR);
    schedule.trigger();
    let scrape = ledger.scrape();
    let nightly = [("schedule", "nightly")];
    assert_eq!(scrape.sum("scheduler_delay_seconds_count", &nightly), 1.0);
    let next = scrape.values("scheduler_next_timestamp_seconds", &nightly);
    assert_eq!(next, [0.0]);
}
