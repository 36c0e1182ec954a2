//! What each step of buying takes on the server, one after the other by one client, beside a bare durable transaction of one
//! row on the same database.

use crate::{
    Result,
    bare::Inserter,
    catalog::{self, Catalogs},
    load::{Answer, Client, get, post, post_form},
    program::{Place, Shop},
    report::{Report, millis},
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Times that a step is taken; the middle one counts.
const TIMES: usize = 60;

pub async fn measure(catalogs: &Catalogs, report: &mut Report) -> Result<()> {
    engine("SQLite", None, catalogs, report).await?;
    match std::env::var("BENCH_POSTGRES_URL") {
        Ok(url) => engine("PostgreSQL", Some(&url), catalogs, report).await,
        Err(_) => {
            report.step("no PostgreSQL: BENCH_POSTGRES_URL is not set, as .ci/bench does");
            Ok(())
        }
    }
}

async fn engine(name: &str, url: Option<&str>, catalogs: &Catalogs, report: &mut Report) -> Result<()> {
    report.step(&format!("the steps of buying on {name}"));
    let place = Place::new(url)?;
    place.import(&catalogs.few).await?;
    let shop = place.serve().await?;
    let skus = catalog::read(&catalogs.few)?;
    // Each order buys another one: of none are there so many.
    let in_stock = skus.iter().filter(|sku| sku.stock >= 3).map(|sku| sku.code.clone());
    let in_stock: Vec<String> = in_stock.take(TIMES).collect();
    let bare = bare(&place.database).await?;
    let mut buyer = Buyer::new(&shop, in_stock).await?;
    for (step, took) in buyer.take_steps().await? {
        report
            .compare(
                &format!("{step} on {name}"),
                millis(took),
                format!("{} for a bare transaction", millis(bare)),
                took.as_secs_f64() / bare.as_secs_f64(),
            )
            .no_aim();
    }
    if shop.complaints() > 0 {
        return Err(format!("{} errors logged", shop.complaints()).into());
    }
    Ok(())
}

/// The same request again and again.
fn often(request: Vec<u8>) -> Vec<Vec<u8>> {
    vec![request; TIMES]
}

/// The middle time of a row's way to the disk.
async fn bare(url: &str) -> Result<Duration> {
    let mut inserter = Inserter::open(url).await?;
    let mut took = Vec::new();
    for i in 0..TIMES {
        let started = Instant::now();
        inserter.insert(7_000_000_000 + i as i64).await?;
        took.push(started.elapsed());
    }
    Ok(middle(took))
}

fn middle(mut took: Vec<Duration>) -> Duration {
    took.sort_unstable();
    took.get(took.len() / 2).copied().unwrap_or_default()
}

/// A guest with a cart.
struct Buyer {
    client: Client,
    cookie: String,
    token: String,
    skus: Vec<String>,
}

impl Buyer {
    async fn new(shop: &Shop, skus: Vec<String>) -> Result<Self> {
        let mut client = Client::connect(shop.addr).await?;
        let page = client.fetch(&get("/cart", "")).await?;
        let cookie = page.cookie.ok_or("the shop gives no cookie")?;
        let html = String::from_utf8_lossy(&page.body).into_owned();
        let (_, rest) = html.split_once("name=\"form-token\" content=\"").ok_or("the page has no form token")?;
        let token = rest.split('"').next().unwrap_or_default().to_owned();
        Ok(Self { client, cookie, token, skus })
    }

    /// The middle time of each step.
    async fn take_steps(&mut self) -> Result<Vec<(&'static str, Duration)>> {
        let sku = self.skus.first().ok_or("too little is in stock")?;
        let add = format!("csrf={}&sku={sku}&quantity=1", self.token);
        let add = post_form("/_fn/cart/add", &add, &self.cookie, "10.0.0.1");
        let lines = |sku: &str| json!([{ "sku": sku, "quantity": 1 }]);
        let quote = post("/api/v1/quote", &json!({ "lines": lines(sku), "country": "GB" }));
        let order = |sku: &String| {
            let order = json!({
                "lines": lines(sku), "email": "ada@example.com", "name": "Ada Lovelace", "shipping_method": "standard",
                "address": { "line1": "1 Quay", "city": "Ely", "postcode": "CB7 4AA", "country": "GB" },
                "payment": { "method": "sandbox", "card": "4242424242424242" },
            });
            post("/api/v1/orders", &order)
        };
        let (orders, last) = (self.skus.iter().map(order).collect::<Vec<_>>(), order(sku));
        let mut steps = vec![
            ("adding to the cart", self.time(often(add)).await?),
            ("the cart's page", self.time(often(self.page("/cart"))).await?),
            ("the checkout's page", self.time(often(self.page("/checkout"))).await?),
            ("a quote", self.time(often(quote)).await?),
            ("placing and paying an order", self.time(orders).await?),
        ];
        let placed: Value = serde_json::from_slice(&self.ask(&last).await?.body)?;
        let field = |name: &str| placed[name].as_str().unwrap_or_default().to_owned();
        let (number, token) = (field("number"), field("token"));
        steps
            .push(("the order's page", self.time(often(self.page(&format!("/orders/{number}?token={token}")))).await?));
        let invoice = format!("/orders/{number}/invoice.pdf?token={token}");
        steps.push(("the invoice as PDF", self.time(often(self.page(&invoice))).await?));
        Ok(steps)
    }

    fn page(&self, path: &str) -> Vec<u8> {
        format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nCookie: {}\r\n\r\n", self.cookie)
            .into_bytes()
    }

    async fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        let answer = self.client.fetch(request).await?;
        if answer.status >= 400 {
            return Err(format!("{}: {}", answer.status, String::from_utf8_lossy(&answer.body)).into());
        }
        Ok(answer)
    }

    async fn time(&mut self, requests: Vec<Vec<u8>>) -> Result<Duration> {
        let mut took = Vec::new();
        for request in requests {
            let started = Instant::now();
            self.ask(&request).await?;
            took.push(started.elapsed());
        }
        Ok(middle(took))
    }
}
