//! Five hundred buyers, three hundred shirts, a coupon for the first hundred, and a server that is killed twice in the
//! middle: whoever got no answer asks again under the same key, as a browser does. In the end everything agrees, and nobody
//! was charged without an order.

use super::{DECLINED, GOOD, LATE};
use crate::{
    app::{Engine, all_at_once},
    program::{Caller, Place, Server},
};
use ironmonger::db::{Conn, Db};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use uuid::Uuid;

const BUYERS: usize = 500;
const STOCK: i64 = 300;
/// It is killed when so many have their order.
const KILLS: [usize; 2] = [60, 160];
const SHIRT: &str = "Handle,Title,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price\n\
    shirt,Shirt,S,shopify,300,78.00\n";
/// Longer than any claim that a crash leaves behind.
const PATIENCE: Duration = Duration::from_secs(240);
/// Who is told so asks again.
const AGAIN: [&str; 3] = ["idempotency_in_progress", "payment_in_progress", "payment_interrupted"];

fn card_of(buyer: usize) -> &'static str {
    match buyer % 10 {
        3 => DECLINED,
        7 => LATE,
        _ => GOOD,
    }
}

/// How often the coupon can be used; twice as many try.
const COUPONS: i64 = 100;

/// `coupon`: with the code, which every other buyer has.
fn order_of(buyer: usize, coupon: bool) -> Value {
    let mut order = json!({
        "lines": [{ "sku": "S", "quantity": 1 }],
        "email": format!("buyer{buyer}@example.com"),
        "name": "Ada Lovelace",
        "address": { "line1": "1 Quay", "city": "Ely", "postcode": "CB7 4AA", "country": "GB" },
        "shipping_method": "standard",
        "payment": { "method": "sandbox", "card": card_of(buyer) },
    });
    if coupon {
        order["coupon"] = "HARBOUR".into();
    }
    order
}

/// Where the server is now, and what it has answered.
struct Crowd {
    caller: Mutex<Caller>,
    ordered: AtomicUsize,
    unanswered: AtomicUsize,
}

impl Crowd {
    /// Buys: with the coupon while there is one, else without.
    async fn buy(&self, buyer: usize) -> (u16, String) {
        if buyer.is_multiple_of(2) {
            let (status, body) = self.ask(&format!("buyer {buyer}, coupon"), &order_of(buyer, true)).await;
            if !body.contains("coupon_unusable") {
                return (status, body);
            }
        }
        self.ask(&format!("buyer {buyer}"), &order_of(buyer, false)).await
    }

    /// Asks again until there is an answer: its status and body.
    async fn ask(&self, key: &str, order: &Value) -> (u16, String) {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            let caller = self.caller.lock().unwrap().clone();
            match caller.post_once("/api/v1/orders", key, order).await {
                // The call that died may be under way still, or the payment it had claimed, or that was broken off.
                Some((409, body)) if AGAIN.iter().any(|code| body.contains(code)) => {}
                Some((status, body)) if status < 500 => {
                    self.ordered.fetch_add(usize::from(status == 201), Ordering::SeqCst);
                    return (status, body);
                }
                _ => drop(self.unanswered.fetch_add(1, Ordering::SeqCst)),
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("{key} got no answer");
    }

    async fn have_ordered(&self, count: usize) {
        let started = Instant::now();
        while self.ordered.load(Ordering::SeqCst) < count {
            assert!(started.elapsed() < PATIENCE, "{count} orders never came");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

async fn number(db: &Db, sql: &'static str) -> i64 {
    match &mut db.read().await.unwrap().conn() {
        Conn::Sqlite(c) => sqlx::query_scalar(sql).fetch_one(&mut **c).await.unwrap(),
        Conn::Postgres(c) => sqlx::query_scalar(sql).fetch_one(&mut **c).await.unwrap(),
    }
}

/// What the gateway calls the charges it made, and those that orders are paid by.
async fn taken_and_paid(db: &Db) -> (BTreeSet<String>, BTreeSet<String>) {
    let (taken, paid): (Vec<Uuid>, Vec<String>) = match &mut db.read().await.unwrap().conn() {
        Conn::Sqlite(c) => (
            sqlx::query_scalar(TAKEN).fetch_all(&mut **c).await.unwrap(),
            sqlx::query_scalar(PAYMENTS).fetch_all(&mut **c).await.unwrap(),
        ),
        Conn::Postgres(c) => (
            sqlx::query_scalar(TAKEN).fetch_all(&mut **c).await.unwrap(),
            sqlx::query_scalar(PAYMENTS).fetch_all(&mut **c).await.unwrap(),
        ),
    };
    (taken.iter().map(Uuid::to_string).collect(), paid.into_iter().collect())
}

/// Waits until that many are left of something.
async fn come_to(db: &Db, sql: &'static str, expected: i64) {
    let started = Instant::now();
    while number(db, sql).await != expected {
        assert!(started.elapsed() < PATIENCE, "{} of {sql}", number(db, sql).await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The coupon, by the command line, as staff make one.
async fn make_coupon(place: &Place) {
    let promotion =
        r#"{ "label": "Ten off", "needs_coupon": true, "calculator": { "percent": "10%" }, "benefit": "order" }"#;
    let file = place.file("promotion.json", promotion);
    let added = place.run(&["promotions", "--add", file.to_str().unwrap()]).await;
    assert_eq!(added.status, 0, "{added:?}");
    let uses = COUPONS.to_string();
    let coupon = ["coupons", "--promotion", added.out.trim(), "--code", "HARBOUR", "--uses", &uses];
    let made = place.run(&coupon).await;
    assert_eq!(made.status, 0, "{made:?}");
}

/// Orders with the coupon's discount, and uses of it.
const DISCOUNTED: &str = "SELECT COUNT(*) FROM orders WHERE discount = 780 AND status = 'paid'";
const USES: &str = "SELECT CAST(SUM(uses) AS BIGINT) FROM coupons";
const WAITING: &str = "SELECT COUNT(*) FROM orders WHERE status = 'pending_payment'";
const PAID: &str = "SELECT COUNT(*) FROM orders WHERE status = 'paid'";
const UNSENT: &str = "SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND topic = 'order_confirmed'";
const LEFT: &str = "SELECT CAST(SUM(on_hand) AS BIGINT) FROM stock_levels";
/// What the gateway took, by its own books.
const TAKEN: &str = "SELECT id FROM sandbox_charges WHERE status = 'succeeded'";
/// What was taken for orders that are paid, by what the gateway calls it.
const PAYMENTS: &str = "SELECT p.reference FROM payments p JOIN orders o ON o.id = p.order_id
    WHERE p.status = 'captured' AND o.status = 'paid' AND p.amount = o.total";
const TWICE: &str = "SELECT COUNT(*) FROM (SELECT email FROM order_people GROUP BY email HAVING COUNT(*) > 1) AS twice";

/// Kills and starts the server until the crowd has gone by.
async fn through_two_kills(place: &Place, crowd: &Crowd, mut server: Server) -> Server {
    for kill in KILLS {
        crowd.have_ordered(kill).await;
        server.kill();
        server = place.serve().await;
        *crowd.caller.lock().unwrap() = server.caller();
    }
    server
}

async fn killed_twice(engine: Engine) {
    let Some(place) = Place::new(engine).await else { return };
    let file = place.file("shirt.csv", SHIRT);
    assert_eq!(place.run(&["import", file.to_str().unwrap()]).await.status, 0);
    make_coupon(&place).await;
    let server = place.serve().await;
    let crowd = Arc::new(Crowd {
        caller: Mutex::new(server.caller()),
        ordered: AtomicUsize::new(0),
        unanswered: AtomicUsize::new(0),
    });
    let buying = tokio::spawn({
        let crowd = crowd.clone();
        async move {
            all_at_once(BUYERS, move |i| {
                let crowd = crowd.clone();
                async move { crowd.buy(i).await }
            })
            .await
        }
    });
    let server = through_two_kills(&place, &crowd, server).await;
    let answers = buying.await.unwrap();
    assert!(crowd.unanswered.load(Ordering::SeqCst) > 0, "it was never killed while somebody waited");

    // Declined cards have no order; of the others, the first three hundred have.
    let count = |wanted: u16| answers.iter().filter(|(status, _)| *status == wanted).count();
    assert_eq!(count(201) + count(402) + count(409), BUYERS, "{answers:?}");
    for (buyer, (status, body)) in answers.iter().enumerate() {
        assert!(*status != 402 || card_of(buyer) == DECLINED, "{buyer}: {body}");
        assert!(*status != 409 || body.contains("out_of_stock"), "{buyer}: {body}");
    }
    let db = Db::open(&place.url).await.unwrap();
    come_to(&db, WAITING, 0).await;
    come_to(&db, UNSENT, 0).await;
    every_order_is_paid(&server, &answers).await;
    let paid = number(&db, PAID).await;
    assert_eq!((paid, number(&db, LEFT).await), (count(201) as i64, STOCK - paid));
    assert!(paid >= STOCK - 50, "only {paid}: what a declined card held was given back");
    let (taken, payments) = taken_and_paid(&db).await;
    assert_eq!(taken.len() as i64, paid);
    assert_eq!(taken, payments, "each charge is the payment of an order, and the other way round");
    let discounted = number(&db, DISCOUNTED).await;
    assert!(discounted == number(&db, USES).await && discounted <= COUPONS, "{discounted} with the coupon");
    assert!(discounted >= COUPONS - 30, "only {discounted}: what a declined card had claimed was given back");
    assert_eq!(number(&db, TWICE).await, 0);
    every_order_is_told_of_once(&server, &answers).await;
    let doctor = place.run(&["doctor"]).await;
    assert_eq!(doctor.status, 0, "{doctor:?}");
}

/// Whoever was told of an order finds it, and it is paid.
async fn every_order_is_paid(server: &Server, answers: &[(u16, String)]) {
    for (buyer, (_, body)) in answers.iter().enumerate().filter(|(_, (status, _))| *status == 201) {
        let placed: Value = serde_json::from_str(body).unwrap();
        let (number, token) = (placed["number"].as_str().unwrap(), placed["token"].as_str().unwrap());
        let (status, found) = server.get(&format!("/api/v1/orders/{number}?token={token}")).await.unwrap();
        let card = card_of(buyer);
        assert_eq!(status, 200, "buyer {buyer} with {card} was told of {body}, and there is {found}");
        let found: Value = serde_json::from_str(&found).unwrap();
        assert_eq!(found["status"], "paid", "buyer {buyer} with {card} was told of {body}, and there is {found}");
    }
}

/// Of every order there is one letter.
async fn every_order_is_told_of_once(server: &Server, answers: &[(u16, String)]) {
    let (_, mails) = server.get("/dev/mail.json").await.unwrap();
    let mails: Vec<Value> = serde_json::from_str(&mails).unwrap();
    for (_, body) in answers.iter().filter(|(status, _)| *status == 201) {
        let placed: Value = serde_json::from_str(body).unwrap();
        let number = placed["number"].as_str().unwrap();
        let told = mails.iter().filter(|mail| mail["subject"].as_str().unwrap().ends_with(number)).count();
        assert_eq!(told, 1, "letters about {number}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_twice_in_a_crowd_everything_agrees_on_sqlite() {
    killed_twice(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_twice_in_a_crowd_everything_agrees_on_postgres() {
    killed_twice(Engine::Postgres).await;
}
