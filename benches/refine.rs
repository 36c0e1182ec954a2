//! Refinement in the browser: what a click on the search page takes in Chromium when 1,000 products are at hand, beside
//! the same clicks through the server on this machine. A real visitor's network comes on top of the latter.

use crate::{
    Result,
    catalog::Catalogs,
    load::{Client, get},
    program::{Place, Shop},
    report::{Report, count},
};
use serde_json::Value;
use std::{path::Path, process::Command};

/// One frame of a screen that draws sixty times a second, in milliseconds.
const FRAME: f64 = 16.0;

pub async fn measure(catalogs: &Catalogs, report: &mut Report) -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("end2end");
    if !folder.join("node_modules").exists() {
        report.step("left out: Playwright is not there, `make test` fetches it");
        return Ok(());
    }
    let place = Place::new(None)?;
    place.import(&catalogs.few).await?;
    let shop = place.serve().await?;
    slice_size(&shop, report).await?;
    report.step("1,000 products in Chromium");
    let output = Command::new("node")
        .args(["support/refine.bench.js", &format!("http://{}", shop.addr)])
        .current_dir(&folder)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let measured: Value = serde_json::from_slice(&output.stdout)?;
    let (here, there) = (&measured["refined"], &measured["served"]);
    if here["asked"] != 0 {
        return Err("clicks that were to be refined in the browser went to the server".into());
    }
    for (share, name) in [(0.5, "p50"), (0.95, "p95")] {
        let [ours, server, inside] =
            [&here["took"], &there["took"], &here["refined"]].map(|times| percentile(times, share));
        let alone = "filtering, counting, sorting, paging".to_owned();
        report
            .tell(&format!("refining 1,000 products in Chromium, {name}"), format!("{inside:.1} ms"), alone)
            .aim("under 16 ms", inside < FRAME);
        let (ours_told, server_told) =
            (format!("{ours:.1} ms"), format!("{server:.1} ms through the server, no network"));
        report
            .compare(&format!("  from the click to the page changed, {name}"), ours_told, server_told, ours / server)
            .aim("under 16 ms", ours < FRAME);
    }
    Ok(())
}

async fn slice_size(shop: &Shop, report: &mut Report) -> Result<()> {
    let mut client = Client::connect(shop.addr).await?;
    let path = "/_fn/search/slice?place=&query=";
    let plain = client.fetch(&get(path, "")).await?.body.len() as f64;
    let packed = client.fetch(&get(path, "br")).await?.body.len() as f64;
    let (ours, compared) = (format!("{} bytes", count(packed)), format!("{} bytes uncompressed", count(plain)));
    report.compare("a slice of 1,000 products, brotli", ours, compared, packed / plain).no_aim();
    Ok(())
}

fn percentile(times: &Value, share: f64) -> f64 {
    let mut times: Vec<f64> = times.as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    times.sort_by(f64::total_cmp);
    times.get((times.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN)
}
