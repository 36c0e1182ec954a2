//! The shop's speed and size. Every figure stands beside what it is compared to, measured in the same run and, where
//! noise matters, in turns: machines differ and are busy, ratios stay.
//!
//! The release program is driven from outside, by command line and HTTP. `ONLY=search,pages` runs some sections only.

mod bare;
mod catalog;
mod checkout;
mod download;
mod import;
mod load;
mod orders;
mod pages;
mod past;
mod pricing;
mod pricing_case;
mod program;
mod refine;
mod report;
mod search;
mod search_quality;
mod search_scale;
mod sign_in;
mod typing;

use report::Report;
use std::{process::ExitCode, time::Instant};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const SECTIONS: [&str; 12] = [
    "import",
    "search",
    "search_quality",
    "search_scale",
    "typing",
    "refine",
    "pages",
    "pricing",
    "sign_in",
    "orders",
    "checkout",
    "download",
];

// One thread: the load comes from here, the other processors are the shop's.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<()> {
    let only = std::env::var("ONLY").unwrap_or_default();
    let chosen: Vec<&str> = only.split([',', ' ']).filter(|name| !name.is_empty()).collect();
    if let Some(unknown) = chosen.iter().find(|name| !SECTIONS.contains(name)) {
        return Err(format!("ONLY={unknown}: the sections are {}", SECTIONS.join(", ")).into());
    }
    let started = Instant::now();
    let mut report = Report::default();
    let catalogs = catalog::Catalogs::make()?;
    for section in SECTIONS.into_iter().filter(|name| chosen.is_empty() || chosen.contains(name)) {
        report.begin(section);
        match section {
            "import" => import::measure(&catalogs, &mut report).await?,
            "search" => search::measure(&catalogs, &mut report).await?,
            "search_quality" => search_quality::measure(&catalogs, &mut report).await?,
            "search_scale" => search_scale::measure(&catalogs, &mut report).await?,
            "typing" => typing::measure(&catalogs, &mut report).await?,
            "pages" => pages::measure(&catalogs, &mut report).await?,
            "pricing" => pricing::measure(&mut report)?,
            "sign_in" => sign_in::measure(&catalogs, &mut report).await?,
            "orders" => orders::measure(&catalogs, &mut report).await?,
            "checkout" => checkout::measure(&catalogs, &mut report).await?,
            "refine" => refine::measure(&catalogs, &mut report).await?,
            _ => download::measure(&catalogs, &mut report).await?,
        }
    }
    report.finish(started.elapsed());
    Ok(())
}
