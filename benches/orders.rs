//! Orders: placed and paid through the API, durably, beside bare durable inserts of one row on the same database, by
//! as many clients, in turns. `SCALE=1` does so again with a million orders of the past in the database, which takes some
//! five minutes more.

use crate::{
    Result,
    bare::Inserter,
    catalog::{self, Catalogs},
    load::{Load, Outcome, post},
    past,
    program::{Place, Shop},
    report::{Report, count},
};
use futures::future::try_join_all;
use serde_json::json;
use std::{
    cell::{Cell, RefCell},
    time::{Duration, Instant},
};

const TURNS: usize = 4;
const SPAN: Duration = Duration::from_millis(1500);
/// Crowds of clients.
const CROWDS: [usize; 2] = [16, 64];
const AIM: f64 = 0.3;

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
    report.step(&format!("a shop with 1,000 products on {name}"));
    let place = Place::new(url)?;
    buyers(name, &place, catalogs, report).await?;
    place.promote(&promotions())?;
    let name = &format!("{name}, three promotions");
    buyers(name, &place, catalogs, report).await?;
    if std::env::var("SCALE").is_ok() {
        report.step(&format!("the same shop with {} past orders", count(past::MANY as f64)));
        past::fill(&place.database).await?;
        buyers(&format!("{name}, {} past orders", count(past::MANY as f64)), &place, catalogs, report).await?;
    }
    Ok(())
}

/// They need no coupon, and apply to every order; the last one's uses are counted in the order's transaction.
fn promotions() -> [serde_json::Value; 3] {
    let free = json!({ "shipping": { "methods": ["standard"] } });
    [
        json!({ "label": "Five percent off", "lane": 1, "calculator": { "percent": "5%" }, "benefit": "order" }),
        json!({ "label": "Delivery on us", "lane": 2, "calculator": { "percent": "100%" }, "benefit": free }),
        json!({ "label": "One percent for the first million", "lane": 3, "calculator": { "percent": "1%" },
            "benefit": "order", "conditions": { "total_uses": 1_000_000 } }),
    ]
}

/// One buyer, and crowds of them.
async fn buyers(name: &str, place: &Place, catalogs: &Catalogs, report: &mut Report) -> Result<()> {
    // The shelves are full again: whoever measures before has bought what was least in stock.
    place.import(&catalogs.few).await?;
    let shop = place.serve().await?;
    let (alone, alone_bare) = in_turns(&shop, &place.database, 1, catalogs).await?;
    report
        .compare(
            &format!("orders on {name}, one client, three commits each"),
            format!("{} orders/s", count(alone)),
            format!("{} bare inserts/s, one client", count(alone_bare)),
            alone / alone_bare,
        )
        .no_aim();
    for clients in CROWDS {
        let (crowd, crowd_bare) = in_turns(&shop, &place.database, clients, catalogs).await?;
        for (bare, inserters) in [(alone_bare, "one client".to_owned()), (crowd_bare, format!("{clients} clients"))] {
            let ratio = crowd / bare;
            report
                .compare(
                    &format!("orders on {name}, {clients} clients"),
                    format!("{} orders/s", count(crowd)),
                    format!("{} bare inserts/s, {inserters}", count(bare)),
                    ratio,
                )
                .aim(">= 0.30", ratio >= AIM);
        }
    }
    Ok(())
}

/// Orders and bare inserts a second, each by so many clients.
async fn in_turns(shop: &Shop, database: &str, clients: usize, catalogs: &Catalogs) -> Result<(f64, f64)> {
    let orders = Load::new(shop.addr, clients, requests(catalogs)?).await?;
    let bare = Bare::open(database, clients).await?;
    let (mut ours, mut theirs) = (Outcome::default(), Outcome::default());
    for turn in 0..=TURNS {
        let outcomes = (orders.run(SPAN).await?, bare.run(SPAN).await?);
        if turn > 0 {
            ours.add(outcomes.0);
            theirs.add(outcomes.1);
        }
    }
    check(shop, &ours)?;
    Ok((ours.rate(), theirs.rate()))
}

fn check(shop: &Shop, ours: &Outcome) -> Result<()> {
    if ours.failed > 0 || shop.complaints() > 0 {
        return Err(
            format!("{} of {} orders failed, {} errors logged", ours.failed, ours.answered, shop.complaints()).into()
        );
    }
    Ok(())
}

/// Orders of one SKU each, spread over all that are well in stock.
fn requests(catalogs: &Catalogs) -> Result<Vec<Vec<u8>>> {
    let skus = catalog::read(&catalogs.few)?;
    let plenty = skus.iter().filter(|sku| sku.stock >= 20);
    // Many buyers: what one has ordered before is looked up.
    let order = |(buyer, sku): (usize, &catalog::Sku)| {
        json!({
            "lines": [{ "sku": sku.code, "quantity": 1 }],
            "email": format!("ada{buyer}@example.com"),
            "name": "Ada Lovelace",
            "address": { "line1": "1 Quay", "city": "Ely", "postcode": "CB7 4AA", "country": "GB" },
            "shipping_method": "standard",
            "payment": { "method": "sandbox", "card": "4242424242424242" },
        })
    };
    Ok(plenty.enumerate().map(|buyer| post("/api/v1/orders", &order(buyer))).collect())
}

/// Clients that insert one row after the other.
struct Bare {
    clients: Vec<RefCell<Inserter>>,
    next: Cell<i64>,
}

/// Where ids go on that nobody has used before: they rise with time.
fn first_id() -> i64 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(0)
}

impl Bare {
    async fn open(url: &str, clients: usize) -> Result<Self> {
        let mut opened = Vec::new();
        for _ in 0..clients {
            opened.push(RefCell::new(Inserter::open(url).await?));
        }
        Ok(Self { clients: opened, next: Cell::new(first_id()) })
    }

    async fn run(&self, span: Duration) -> Result<Outcome> {
        let started = Instant::now();
        let answered: u64 =
            try_join_all(self.clients.iter().map(|client| self.drive(client, started, span))).await?.into_iter().sum();
        Ok(Outcome { answered, span: started.elapsed(), ..Outcome::default() })
    }

    // Nobody else borrows a client.
    #[allow(clippy::await_holding_refcell_ref)]
    async fn drive(&self, client: &RefCell<Inserter>, started: Instant, span: Duration) -> Result<u64> {
        let mut client = client.borrow_mut();
        let mut inserted = 0;
        while started.elapsed() < span {
            self.next.set(self.next.get() + 1);
            client.insert(self.next.get()).await?;
            inserted += 1;
        }
        Ok(inserted)
    }
}
