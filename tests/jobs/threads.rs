//! Jobs on several threads.

use std::thread;

use tests::ledger::Ledger;
use tollgate_collectors::{Job, JobState, Jobs};

#[test]
fn jobs_of_two_threads_are_all_counted() {
    const EACH: u32 = 2_000;
    let ledger = Ledger::new();
    let jobs = Jobs::builder()
        .bounded_label("tenant", 20)
        .max_label_combinations(30)
        .max_listed(2)
        .recorder(ledger.recorder())
        .build()
        .unwrap();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for number in 0..EACH {
                    let tenant = (number % 40).to_string();
                    let labels = [("tenant", tenant.as_str())];
                    let guard = jobs.start(Job::new("import").labels(&labels));
                    assert!(jobs.running_count() >= 1);
                    assert!(jobs.running().len() <= 2);
                    match number % 3 {
                        0 => drop(guard),
                        1 => guard.end(JobState::Failed),
                        _ => guard.end(JobState::Success),
                    }
                }
            });
        }
    });
    assert_eq!(jobs.running_count(), 0);
    let scrape = ledger.scrape();
    assert_eq!(scrape.sum("jobs_started_total", &[]), f64::from(2 * EACH));
    assert_eq!(scrape.sum("jobs_ended_total", &[]), f64::from(2 * EACH));
    assert_eq!(
        scrape.sum("job_duration_seconds_count", &[]),
        f64::from(2 * EACH)
    );
    assert!(
        scrape
            .values("jobs_running", &[])
            .iter()
            .all(|running| *running == 0.0)
    );
    assert_eq!(scrape.values("jobs_started_total", &[]).len(), 21);
}
