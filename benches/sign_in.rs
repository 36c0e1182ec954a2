//! Guessing passwords does not slow the pages: the time of pages while 50 clients try passwords, beside the same without.
//!
//! Each try names another account and comes from another network address, as from a botnet, so that nothing but the
//! shop's own care (few hashes at once, a bounded queue) stands between the tries and the pages.

use crate::{
    Result,
    catalog::Catalogs,
    load::{Client, Load, Outcome, alone_and_beside, get, middle_percentile, post_form},
    program::{Place, Shop},
    report::{Report, count},
};
use std::time::Duration;

const GUESSERS: usize = 50;
const READERS: usize = 4;
const TURNS: usize = 4;
const SPAN: Duration = Duration::from_millis(1500);
/// Tries that are prepared; each names another account.
const TRIES: usize = 50_000;

pub async fn measure(catalogs: &Catalogs, report: &mut Report) -> Result<()> {
    report.step(&format!("{READERS} clients read pages while {GUESSERS} try passwords"));
    let place = Place::new(None)?;
    place.import(&catalogs.few).await?;
    let shop = place.serve_with(&[("SHOP_PROXIES", "1")]).await?;
    let tries = Load::new(shop.addr, GUESSERS, tries(&shop).await?).await?;
    for (what, requests) in [
        ("listing from the cache", vec![get("/c/apparel", "br")]),
        ("listing rendered anew", (0..20_000).map(|n| get(&format!("/c/apparel?nobody-knows={n}"), "br")).collect()),
    ] {
        let pages = Load::new(shop.addr, READERS, requests).await?;
        let [alone, beside, guessed] = alone_and_beside(&pages, &tries, TURNS, SPAN).await?;
        tell(report, what, &alone, &beside, &guessed);
    }
    Ok(())
}

fn tell(report: &mut Report, what: &str, alone: &Outcome, beside: &Outcome, guessed: &Outcome) {
    let p99 = |outcome: &Outcome| middle_percentile(&outcome.latencies, 0.99, TURNS).as_secs_f64() * 1e3;
    let tried = guessed.answered as f64 / guessed.span.as_secs_f64();
    report
        .compare(
            &format!("{what}, p99 under guessing"),
            format!("{:.1} ms, {} pages/s", p99(beside), count(beside.rate())),
            format!("{:.1} ms, {} pages/s without ({} tries/s)", p99(alone), count(alone.rate()), count(tried)),
            p99(beside) / p99(alone),
        )
        .no_aim();
}

/// Tries at passwords, each by a form with a visitor's own token.
async fn tries(shop: &Shop) -> Result<Vec<Vec<u8>>> {
    let page = Client::connect(shop.addr).await?.fetch(&get("/cart", "")).await?;
    let cookie = page.cookie.ok_or("the shop gives no cookie")?;
    let html = String::from_utf8_lossy(&page.body).into_owned();
    let (_, rest) = html.split_once("name=\"form-token\" content=\"").ok_or("the page has no form token")?;
    let token = rest.split('"').next().unwrap_or_default();
    let guess = |n: usize| {
        let fields = format!("csrf={token}&email=somebody{n}%40example.com&password=guess-{n}-guess");
        let from = format!("10.{}.{}.{}", n >> 16 & 255, n >> 8 & 255, n & 255);
        post_form("/_fn/account/sign_in", &fields, &cookie, &from)
    };
    Ok((0..TRIES).map(guess).collect())
}
