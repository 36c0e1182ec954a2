//! What a price costs: `price()` for a short and a long cart with twenty promotions, beside the plain sum of the lines; and
//! the same in Chromium, beside what it takes natively.

use crate::{
    Result,
    pricing_case::{basket, book},
    program::root,
    report::Report,
};
use ironmonger::domain::pricing::{Basket, Shown, price};
use std::{
    hint::black_box,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const ROUNDS: u32 = 400;
pub fn measure(report: &mut Report) -> Result<()> {
    let book = book();
    for lines in [1, 300] {
        let basket = basket(lines);
        let quote = price(&basket, &book)?;
        if lines == 300 && quote.discounts.len() < 10 {
            return Err("the promotions that are measured do not apply".into());
        }
        let ours = middle(|| price(&basket, &book).map(drop).is_ok());
        let plain = middle(|| black_box(sum(black_box(&basket))) > 0);
        let what = format!("price() of {lines} lines, {} promotions", book.promotions.len());
        let compared = format!("{} the lines' plain sum", micros(plain));
        let ratio = ours.as_secs_f64() / plain.as_secs_f64().max(1e-9);
        let told = report.compare(&what, micros(ours), compared, ratio);
        if lines == 300 {
            told.aim("under 1 ms", ours < Duration::from_millis(1))
        } else {
            told.no_aim()
        }
        let shown = middle(|| !String::from(&Shown::of(&basket, &book, &quote)).is_empty());
        let name = format!("  what a form of {lines} lines showed, written");
        report.tell(&name, micros(shown), "prices each way of delivery".into()).no_aim();
        in_chromium(lines, ours, report)?;
    }
    Ok(())
}

/// The same in the browser, where `.ci/bench` has built it for that.
fn in_chromium(lines: usize, natively: Duration, report: &mut Report) -> Result<()> {
    let Ok(built) = std::env::var("BENCH_BROWSER") else {
        report.step("no price() in Chromium: BENCH_BROWSER is not set, as .ci/bench does");
        return Ok(());
    };
    let pricing = Command::new("node")
        .arg(root().join("end2end/support/pricing.js"))
        .args([built, lines.to_string()])
        .current_dir(root().join("end2end"))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if !pricing.status.success() {
        return Err("price() in Chromium failed".into());
    }
    let took: serde_json::Value = serde_json::from_slice(&pricing.stdout)?;
    let read = |name: &str| Duration::from_secs_f64(took[name].as_f64().unwrap_or_default() / 1000.0);
    let (first, took) = (read("first"), read("middle"));
    let told = report.compare(
        &format!("price() of {lines} lines in Chromium"),
        micros(took),
        format!("{} natively; the first time {}", micros(natively), micros(first)),
        took.as_secs_f64() / natively.as_secs_f64(),
    );
    if lines == 300 {
        told.aim("under 5 ms", took < Duration::from_millis(5));
    } else {
        told.no_aim();
    }
    Ok(())
}

/// The middle one of many rounds.
fn middle(round: impl Fn() -> bool) -> Duration {
    let mut took: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            assert!(black_box(round()));
            begun.elapsed()
        })
        .collect();
    took.sort();
    took[took.len() / 2]
}

fn micros(took: Duration) -> String {
    format!("{:.2} µs", took.as_secs_f64() * 1e6)
}

fn sum(basket: &Basket) -> i64 {
    basket.lines.iter().map(|line| line.unit_price.amount * i64::from(line.quantity.get())).sum()
}
