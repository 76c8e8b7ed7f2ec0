//! Kinds and labels chosen by an attacker.

use allocation_counter::measure;
use tests::ledger::Ledger;
use tollgate_collectors::{Job, JobState, Jobs, Scheduler};
use tollgate_recorder::RecorderBuilder;

#[test]
fn the_number_of_series_is_bounded_whatever_jobs_are_called() {
    let ledger = Ledger::new();
    let jobs = Jobs::builder()
        .max_kinds(10)
        .bounded_label("tenant", 20)
        .bounded_label("flow", 20)
        .max_label_combinations(50)
        .recorder(ledger.recorder())
        .build()
        .unwrap();
    for number in 0..5_000 {
        let kind = format!("kind {}", number % 77);
        let (tenant, flow) = (format!("t{number}"), format!("f{}", number % 31));
        let labels = [
            ("tenant", tenant.as_str()),
            ("flow", &flow),
            ("more", &flow),
        ];
        jobs.start(Job::new(&kind).labels(&labels))
            .end(JobState::Success);
    }
    let scrape = ledger.scrape();
    let series = scrape.values("jobs_started_total", &[]);
    // One more for each kept kind, and for `other`.
    assert!(
        (50..=50 + 10 + 1).contains(&series.len()),
        "{}",
        series.len()
    );
    assert_eq!(series.iter().sum::<f64>(), 5_000.0);
    assert!(scrape.sum("jobs_started_total", &[("kind", "other")]) > 0.0);
    assert_eq!(scrape.sum("jobs_ended_total", &[]), 5_000.0);
    assert_eq!(scrape.sum("jobs_running", &[]), 0.0);
    assert!(!scrape.samples().any(|sample| sample.contains("more")));
}

#[test]
fn a_long_value_is_other_and_an_empty_one_is_absent() {
    let ledger = Ledger::new();
    let jobs = Jobs::builder()
        .bounded_label("tenant", 100)
        .recorder(ledger.recorder())
        .build()
        .unwrap();
    let long = "x".repeat(129);
    for tenant in [long.as_str(), "", "acme"] {
        let labels = [("tenant", tenant)];
        jobs.start(Job::new("import").labels(&labels))
            .end(JobState::Success);
    }
    let started: Vec<String> = ledger
        .samples()
        .into_iter()
        .filter(|sample| sample.starts_with("jobs_started_total"))
        .collect();
    assert_eq!(
        started,
        [
            "jobs_started_total{kind=\"import\",tenant=\"acme\"} 1",
            "jobs_started_total{kind=\"import\",tenant=\"other\"} 1",
            "jobs_started_total{kind=\"import\"} 1",
        ]
    );
}

#[test]
fn kept_values_stay_when_others_follow() {
    let ledger = Ledger::new();
    let jobs = Jobs::builder().max_kinds(1).recorder(ledger.recorder());
    let jobs = jobs.build().unwrap();
    for kind in ["import", "export", "import", "\u{0}", "other"] {
        jobs.start(kind).end(JobState::Success);
    }
    let scrape = ledger.scrape();
    let of = |kind| scrape.sum("jobs_started_total", &[("kind", kind)]);
    assert_eq!([of("import"), of("other")], [2.0, 3.0]);
}

#[test]
fn memory_does_not_grow_with_the_names_of_jobs() {
    let (recorder, _handle) = RecorderBuilder::new().build().unwrap();
    let jobs = Jobs::builder()
        .bounded_label("tenant", 100)
        .recorder(std::sync::Arc::new(recorder))
        .build()
        .unwrap();
    let run = |from: u32| {
        for number in from..from + 5_000 {
            let tenant = number.to_string();
            let labels = [("tenant", tenant.as_str())];
            jobs.start(Job::new(&tenant).labels(&labels))
                .end(JobState::Success);
        }
    };
    run(0);
    let grown = measure(|| run(1_000_000)).bytes_current;
    assert!(grown < 1_000, "{grown}");
}

#[test]
fn a_known_job_allocates_nothing() {
    let (recorder, _handle) = RecorderBuilder::new().build().unwrap();
    let jobs = Jobs::builder()
        .bounded_label("tenant", 100)
        .recorder(std::sync::Arc::new(recorder))
        .build()
        .unwrap();
    let job = Job::new("import").labels(&[("tenant", "acme")]);
    let run = || jobs.start(&job).end(JobState::Success);
    run();
    assert_eq!(measure(run).count_total, 0);
}

#[test]
fn a_job_beyond_the_maxima_allocates_nothing() {
    let (recorder, _handle) = RecorderBuilder::new().build().unwrap();
    let jobs = Jobs::builder()
        .max_kinds(2)
        .bounded_label("tenant", 2)
        .max_label_combinations(2)
        .recorder(std::sync::Arc::new(recorder))
        .build()
        .unwrap();
    let run = |kind, tenant| {
        let labels = [("tenant", tenant)];
        let job = Job::new(kind).labels(&labels);
        measure(|| jobs.start(&job).end(JobState::Success)).count_total
    };
    run("import", "acme");
    run("export", "globex");
    let long = "x".repeat(129);
    // The first job of each kind beyond makes their shared series.
    for kind in ["import", "export", "more"] {
        run(kind, "umbrella");
        for tenant in ["acme", "initech", &long, ""] {
            assert_eq!(run(kind, tenant), 0, "{kind} {tenant}");
        }
    }
    assert_eq!(run("yet more", "hooli"), 0);
}

#[test]
fn schedules_are_bounded() {
    let ledger = Ledger::new();
    let scheduler = Scheduler::builder()
        .max_kinds(5)
        .recorder(ledger.recorder())
        .build()
        .unwrap();
    let all: Vec<_> = (0..3_000)
        .map(|number| scheduler.schedule(format!("s{number}").as_str()))
        .collect();
    for schedule in &all {
        schedule.trigger();
    }
    let triggers = ledger.scrape().values("scheduler_triggers_total", &[]);
    assert_eq!(triggers.len(), 6);
    assert_eq!(triggers.iter().sum::<f64>(), 3_000.0);
    assert_eq!(scheduler.schedules().len(), 1_000);
}
