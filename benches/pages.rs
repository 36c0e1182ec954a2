//! Pages: requests a second beside the same bytes served as a static file by the same program.

use crate::{
    Result,
    catalog::{self, Catalogs},
    load::{Client, Load, get, in_turns},
    program::{Place, Shop},
    report::{Report, count},
};
use std::{path::Path, time::Duration};

const CONNECTIONS: usize = 16;
const TURNS: usize = 4;
const SPAN: Duration = Duration::from_millis(600);
const BROTLI: &str = "br, gzip";
const AIM: f64 = 0.4;

pub async fn measure(catalogs: &Catalogs, report: &mut Report) -> Result<()> {
    for (name, file) in [("1,000", &catalogs.few), ("41,001", &catalogs.all)] {
        report.step(&format!("a shop with {name} products, {CONNECTIONS} connections"));
        let place = Place::new(None)?;
        place.import(file).await?;
        let shop = place.serve().await?;
        // What follows an import settles first: the figures are of a shop that only serves.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let product = some_product(file)?;
        for (kind, path) in [("listing", "/c/apparel".to_owned()), ("product page", format!("/p/{product}"))] {
            page(&place, &shop, &format!("{kind} at {name} products"), &path, report).await?;
        }
        if shop.complaints() > 0 {
            report.step(&format!("the shop logged {} ERRORS", shop.complaints()));
        }
    }
    Ok(())
}

fn some_product(file: &Path) -> Result<String> {
    let skus = catalog::read(file)?;
    Ok(skus[skus.len() / 2].handle.clone())
}

async fn page(place: &Place, shop: &Shop, what: &str, path: &str, report: &mut Report) -> Result<()> {
    let mut client = Client::connect(shop.addr).await?;
    let plain = client.fetch(&get(path, "")).await?;
    let packed = client.fetch(&get(path, BROTLI)).await?;
    if (plain.status, packed.status) != (200, 200) {
        return Err(format!("{path} answers {} and {}", plain.status, packed.status).into());
    }
    let file = place.add_static_file("bench.html", &plain.body, &packed.body)?;
    for (kind, accept, bytes) in [("as it is", "", plain.body.len()), ("brotli", BROTLI, packed.body.len())] {
        let ours = Load::new(shop.addr, CONNECTIONS, vec![get(path, accept)]).await?;
        let theirs = Load::new(shop.addr, CONNECTIONS, vec![get(&file, accept)]).await?;
        let [ours, theirs] = in_turns([&ours, &theirs], TURNS, SPAN).await?;
        let ratio = ours.rate() / theirs.rate();
        report
            .compare(
                &format!("{what}, {kind}, {} kB", bytes / 1000),
                format!("{} requests/s{}", count(ours.rate()), ours.failures()),
                format!("{} requests/s as a static file{}", count(theirs.rate()), theirs.failures()),
                ratio,
            )
            .aim(">= 0.40", ratio >= AIM && ours.failed == 0);
    }
    // An address that nobody asked for before is not in the cache of pages.
    let addresses = (0..20_000).map(|n| get(&format!("{path}?nobody-knows={n}"), "")).collect();
    let anew = Load::new(shop.addr, CONNECTIONS, addresses).await?;
    let theirs = Load::new(shop.addr, CONNECTIONS, vec![get(&file, "")]).await?;
    let [anew, theirs] = in_turns([&anew, &theirs], 2, SPAN).await?;
    report
        .compare(
            &format!("{what}, rendered anew each time"),
            format!("{} requests/s{}", count(anew.rate()), anew.failures()),
            format!("{} requests/s as a static file", count(theirs.rate())),
            anew.rate() / theirs.rate(),
        )
        .no_aim();
    Ok(())
}
