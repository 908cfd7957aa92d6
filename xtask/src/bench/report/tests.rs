use super::*;
use crate::bench::scenario::Token;
use crate::bench::tools::Tools;

const REPEATED: Scenario = Scenario::GateToken(Algorithm::Es256, Token::Repeated);
const FRESH: Scenario = Scenario::GateToken(Algorithm::Es256, Token::Fresh);

fn sample(cpu_microseconds: f64) -> Sample {
    Sample {
        per_second: 1e6 / cpu_microseconds,
        cpu_microseconds,
        user_microseconds: cpu_microseconds,
        busy: 1.0,
        p50_microseconds: 700,
        p99_microseconds: 1_000,
    }
}

fn figures(samples: &[(Scenario, f64)]) -> Figures {
    let tools = Tools {
        haproxy: None,
        wrk: None,
        taskset: None,
    };
    Figures {
        machine: Machine::describe(std::path::Path::new("no-such-program-here"), &tools),
        extent: "1 round".to_owned(),
        left_out: Vec::new(),
        samples: samples
            .iter()
            .map(|&(scenario, cpu)| (scenario, sample(cpu)))
            .collect(),
        bare: vec![Bare {
            verify_es256: 50.0,
            verify_eddsa: 35.0,
            verify_rs256: 15.0,
            sign_es256: 17.0,
        }],
        starts: vec![Duration::from_millis(20), Duration::from_millis(40)],
        memory: Memory {
            after_start: 10 << 20,
            after_connections: Some(39 << 20),
            peak: 50 << 20,
        },
        others: vec![0.25],
    }
}

#[test]
fn a_figure_is_the_median_of_its_rounds() {
    let figures = figures(&[(REPEATED, 10.0), (REPEATED, 90.0), (REPEATED, 12.0)]);
    assert_eq!(figures.cpu(REPEATED), Some(12.0));
    assert_eq!(figures.cpu(FRESH), None);
}

#[test]
fn a_check_within_its_budget_keeps_the_promise() {
    let figures = figures(&[
        (Scenario::GateUnchecked, 10.0),
        (REPEATED, 11.9),
        (Scenario::GateApiKey, 12.0),
        (FRESH, 67.4),
    ]);
    assert!(figures.keeps_every_promise());
}

#[test]
fn a_check_over_its_budget_breaks_the_promise_and_is_named() {
    for (scenario, cpu) in [
        (REPEATED, 12.1),
        (Scenario::GateApiKey, 12.1),
        (FRESH, 67.6),
    ] {
        let figures = figures(&[(Scenario::GateUnchecked, 10.0), (scenario, cpu)]);
        assert!(!figures.keeps_every_promise(), "{}", scenario.title());
        // A fresh token is judged by its user time as well.
        let missed = if scenario == FRESH { 2 } else { 1 };
        assert_eq!(figures.to_text().matches("MISSED").count(), missed);
    }
}

#[test]
fn memory_and_start_are_promises() {
    let mut slow = figures(&[]);
    slow.starts = vec![Duration::from_millis(301)];
    assert!(!slow.keeps_every_promise());
    let mut large = figures(&[]);
    large.memory.after_start = 41 << 20;
    assert!(!large.keeps_every_promise());
    let mut grown = figures(&[]);
    grown.memory.after_connections = Some(41 << 20);
    assert!(grown.keeps_every_promise(), "an aim");
    assert!(grown.to_text().contains("MISSED"), "and told when missed");
    assert!(figures(&[]).keeps_every_promise());
}

#[test]
fn an_aim_that_is_missed_is_said_and_fails_nothing() {
    let figures = figures(&[
        (Scenario::ProxyPlain, 10.0),
        (Scenario::GateUnchecked, 11.5),
    ]);
    assert!(figures.keeps_every_promise());
    assert_eq!(figures.to_text().matches("MISSED").count(), 1);
}

#[test]
fn what_was_not_measured_is_not_judged() {
    let judged = budget::judge(&figures(&[(Scenario::GateUnchecked, 10.0)]));
    assert!(judged.iter().all(|budget| budget.unit != "x"));
    assert_eq!(judged.len(), 3);
}

#[test]
fn the_same_verdicts_are_in_the_json() {
    let figures = figures(&[(Scenario::GateUnchecked, 10.0), (REPEATED, 15.0)]);
    let json = figures.to_json();
    let budgets = json["budgets"].as_array().unwrap();
    let missed: Vec<_> = budgets
        .iter()
        .filter(|budget| budget["met"] == false)
        .collect();
    assert_eq!(missed.len(), 1);
    assert_eq!(missed[0]["measured"], 1.5);
}
