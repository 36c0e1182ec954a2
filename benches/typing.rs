//! Suggestions: from a key to the painted list in Chromium, on this one machine with the shop, and what of it is the
//! answer by HTTP.

use crate::{
    Result,
    catalog::{self, Catalogs},
    load::{Client, get, middle_percentile},
    program::{Place, root},
    report::{Report, millis},
};
use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const AIM: Duration = Duration::from_millis(50);
const STRETCHES: usize = 4;
/// Texts typed, each of a few words of a product's title.
const TEXTS: usize = 24;

pub async fn measure(catalogs: &Catalogs, report: &mut Report) -> Result<()> {
    let skus = catalog::read(&catalogs.all)?;
    let texts: Vec<String> = skus
        .iter()
        .step_by((skus.len() / TEXTS).max(1))
        .map(|sku| sku.title.split_whitespace().take(3).collect::<Vec<_>>().join(" ").to_lowercase())
        .take(TEXTS)
        .collect();
    let place = Place::new(None)?;
    place.import(&catalogs.all).await?;
    let shop = place.serve().await?;

    report.step(&format!("{} texts typed letter by letter", texts.len()));
    let script = root().join("end2end/support/typing.js");
    let typing = Command::new("node")
        .arg(script)
        .arg(format!("http://localhost:{}", shop.addr.port()))
        .args(&texts)
        .current_dir(root().join("end2end"))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if !typing.status.success() {
        return Err("the typing in Chromium failed".into());
    }
    let took: Vec<f64> = serde_json::from_slice(&typing.stdout)?;
    let took: Vec<Duration> = took.into_iter().map(|millis| Duration::from_secs_f64(millis / 1000.0)).collect();

    let mut client = Client::connect(shop.addr).await?;
    let mut answers = Vec::new();
    for text in &texts {
        for (end, letter) in text.char_indices() {
            let typed = text[..end + letter.len_utf8()].replace(' ', "%20");
            let started = Instant::now();
            client.fetch(&get(&format!("/_fn/search/suggest?typed={typed}"), "")).await?;
            answers.push(started.elapsed());
        }
    }
    for (name, share) in [("p50", 0.5), ("p95", 0.95)] {
        let (key, answer) = (middle_percentile(&took, share, STRETCHES), middle_percentile(&answers, share, STRETCHES));
        report
            .compare(
                &format!("key to list at 41,001 products, Chromium, {name}"),
                format!("{} ({} keys)", millis(key), took.len()),
                format!("{} of it the answer by HTTP", millis(answer)),
                key.as_secs_f64() / answer.as_secs_f64(),
            )
            .aim("under 50 ms", key < AIM);
    }
    Ok(())
}
