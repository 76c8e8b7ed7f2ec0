//! The list of running jobs.

use std::time::{Duration, SystemTime};

use tollgate_collectors::{Job, JobState, Jobs, RunningJob};

#[track_caller]
fn ids(running: &[RunningJob]) -> Vec<&str> {
    running.iter().map(RunningJob::id).collect()
}

#[test]
fn running_jobs_are_listed_with_their_details() {
    let before = SystemTime::now();
    let jobs = Jobs::builder().bounded_label("flow", 10).build();
    let jobs = jobs.unwrap();
    let labels = [("flow", "nightly")];
    let import = jobs.start(Job::new("import").id("42").labels(&labels));
    let _export = jobs.start("export");

    let running = jobs.running();
    assert_eq!(jobs.running_count(), 2);
    let [first, second] = running.as_slice() else {
        panic!("{running:?}");
    };
    assert_eq!([first.id(), second.id()], ["42", "2"]);
    assert_eq!([first.kind(), second.kind()], ["import", "export"]);
    let labels: Vec<_> = first.labels().collect();
    assert_eq!(labels, [("kind", "import"), ("flow", "nightly")]);
    // The two clocks need not agree to the last bit.
    let skew = Duration::from_secs(1);
    assert!(first.since() >= before - skew && first.since() <= SystemTime::now() + skew);
    assert!(first.running_for() >= second.running_for());

    import.end(JobState::Success);
    assert_eq!(ids(&jobs.running()), ["2"]);
}

#[test]
fn the_list_is_bounded_and_the_count_is_not() {
    let jobs = Jobs::builder().max_listed(3).build().unwrap();
    let mut guards: Vec<_> = (0..5).map(|_| jobs.start("import")).collect();
    assert_eq!(jobs.running_count(), 5);
    assert_eq!(ids(&jobs.running()), ["1", "2", "3"]);

    // The next job takes the free slot.
    drop(guards.remove(1));
    assert_eq!(ids(&jobs.running()), ["1", "3"]);
    let _next = jobs.start("import");
    assert_eq!(ids(&jobs.running()), ["1", "3", "6"]);
    drop(guards);
    assert_eq!(jobs.running_count(), 1);
}
