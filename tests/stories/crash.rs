//! The program as a process: it is killed in the middle of a rush, and it is started with settings that are wrong.

use super::{CHALLENGE, GOOD};
use crate::{
    app::{Engine, TestApp, all_at_once},
    program::{Caller, Place, Server, finish},
    stories,
};
use futures::FutureExt;
use ironmonger::{
    db::{Conn, Db},
    domain::payment::{PaymentStatus, SandboxCard},
    payments::{
        gateway::Instrument,
        service::{self, Progress},
        store::{self as payments, PaymentRow},
    },
    server::jobs,
};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

const SHIRT: &str = "Handle,Title,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price\n\
    shirt,Shirt,S,shopify,50,78.00\n";

fn order() -> Value {
    json!({
        "lines": [{ "sku": "S", "quantity": 1 }],
        "email": "ada@example.com",
        "name": "Ada Lovelace",
        "address": { "line1": "1 Quay", "city": "Ely", "postcode": "CB7 4AA", "country": "GB" },
        "shipping_method": "standard",
        "payment": { "method": "sandbox", "card": GOOD },
    })
}

/// Everybody buys at once. Gives what was answered; the server is killed when so many orders are confirmed.
async fn rush(server: &mut Server, buyers: usize, kill_after: usize) -> Vec<Option<(u16, String)>> {
    let confirmed = Arc::new(AtomicUsize::new(0));
    let caller = server.caller();
    let buying = tokio::spawn({
        let confirmed = confirmed.clone();
        async move {
            all_at_once(buyers, move |_| {
                let (caller, confirmed) = (caller.clone(), confirmed.clone());
                async move {
                    let answer = caller.post("/api/v1/orders", &order()).await;
                    if answer.as_ref().is_some_and(|(status, _)| *status == 201) {
                        confirmed.fetch_add(1, Ordering::SeqCst);
                    }
                    answer
                }
            })
            .await
        }
    });
    while confirmed.load(Ordering::SeqCst) < kill_after && !buying.is_finished() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    if kill_after < usize::MAX {
        server.kill();
    }
    buying.await.unwrap()
}

/// What is on hand, and what is in orders.
async fn stock_and_sold(url: &str) -> (i64, i64) {
    let db = Db::open(url).await.unwrap();
    let sums = [
        "SELECT CAST(SUM(on_hand) AS BIGINT) FROM stock_levels",
        "SELECT CAST(COALESCE(SUM(l.quantity), 0) AS BIGINT) FROM order_lines l
        JOIN orders o ON o.id = l.order_id AND o.status NOT IN ('expired', 'cancelled')",
    ];
    let mut found = Vec::new();
    for sql in sums {
        found.push(match &mut db.read().await.unwrap().conn() {
            Conn::Sqlite(c) => sqlx::query_scalar(sql).fetch_one(&mut **c).await.unwrap(),
            Conn::Postgres(c) => sqlx::query_scalar(sql).fetch_one(&mut **c).await.unwrap(),
        });
    }
    (found[0], found[1])
}

async fn every_confirmed_order_is_there(caller: &Caller, answers: &[Option<(u16, String)>]) -> usize {
    let confirmed: Vec<Value> = answers
        .iter()
        .flatten()
        .filter(|(status, _)| *status == 201)
        .map(|(_, body)| serde_json::from_str(body).unwrap())
        .collect();
    for placed in &confirmed {
        let path = format!(
            "/api/v1/orders/{}?token={}",
            placed["number"].as_str().unwrap(),
            placed["token"].as_str().unwrap()
        );
        let (status, body) = caller.call("GET", &path, "").await.unwrap();
        assert_eq!(
            (status, &serde_json::from_str::<Value>(&body).unwrap()["status"]),
            (200, &placed["status"]),
            "{body}"
        );
    }
    confirmed.len()
}

/// A machine that is busy may kill too late: then it is tried anew.
async fn killed_in_a_rush(engine: Engine) {
    for _ in 0..5 {
        if kill_in_a_rush(engine).await {
            return;
        }
    }
    panic!("five times it was killed too late to prove anything");
}

/// False when everybody had been answered before.
async fn kill_in_a_rush(engine: Engine) -> bool {
    let Some(place) = Place::new(engine).await else { return true };
    let file = place.file("shirt.csv", SHIRT);
    assert_eq!(place.run(&["import", file.to_str().unwrap()]).await.status, 0);
    let mut server = place.serve().await;
    let answers = rush(&mut server, 200, 10).await;
    if !answers.iter().any(Option::is_none) {
        return false;
    }
    assert!(answers.iter().flatten().all(|(status, _)| matches!(status, 201 | 409)));

    let mut server = place.serve().await;
    let confirmed = every_confirmed_order_is_there(&server.caller(), &answers).await;
    let (stock, sold) = stock_and_sold(&place.url).await;
    assert_eq!(stock + sold, 50);
    assert!(confirmed >= 10 && sold >= confirmed as i64, "{confirmed} confirmed, {sold} sold");
    let doctor = place.run(&["doctor"]).await;
    assert_eq!(doctor.status, 0, "{doctor:?}");

    // The rest is sold to the last one.
    let answers = rush(&mut server, 60, usize::MAX).await;
    assert!(answers.iter().flatten().all(|(status, _)| matches!(status, 201 | 409)));
    assert_eq!(answers.iter().flatten().filter(|(status, _)| *status == 201).count() as i64, stock);
    assert_eq!(stock_and_sold(&place.url).await, (0, 50));
    assert_eq!(place.run(&["doctor"]).await.status, 0);
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_in_a_rush_nothing_is_lost_on_sqlite() {
    killed_in_a_rush(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_in_a_rush_nothing_is_lost_on_postgres() {
    killed_in_a_rush(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_wrong_setting_stops_the_start_with_one_clear_line() {
    let place = Place::new(Engine::Sqlite).await.unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let file = place.file("a-file", "");
    let inside_a_file = format!("sqlite:{}/shop.db", file.display());
    let no_database =
        place.file("no-database.db", "this is a text and no database, and long enough to be sure of that".repeat(20));
    let no_database = format!("sqlite:{}", no_database.display());
    let cases = [
        ("DATABASE_URL", "mysql://shop"),
        ("DATABASE_URL", "sqlite:"),
        ("DATABASE_URL", inside_a_file.as_str()),
        ("DATABASE_URL", no_database.as_str()),
        ("DATABASE_URL", "postgres://shop@127.0.0.1:1/shop"),
        ("DATABASE_URL", "postgres://shop@nowhere.invalid/shop"),
        ("LEPTOS_SITE_ADDR", "nowhere"),
        ("LEPTOS_SITE_ADDR", "127.0.0.1:99999"),
        ("LEPTOS_SITE_ADDR", taken.as_str()),
        ("SHOP_BASE_URL", "shop.example"),
        ("SHOP_DEMO", "yes"),
        ("SHOP_RATE_LIMIT", "perhaps"),
        ("SHOP_SECRET", "short"),
    ];
    for (variable, value) in cases {
        let mut command = place.command(&[]);
        command.env(variable, value);
        stops_at_once(command, variable, value).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn with_postgres_the_secret_has_to_be_given() {
    let Some(place) = Place::new(Engine::Postgres).await else { return };
    let mut command = place.command(&[]);
    command.env_remove("SHOP_SECRET");
    stops_at_once(command, "SHOP_SECRET", "").await;
}

async fn stops_at_once(command: std::process::Command, variable: &str, value: &str) {
    let started = Instant::now();
    let done = finish(command).await;
    assert!(done.status > 0, "{variable}={value}: {done:?}");
    let said: Vec<_> = done.err.lines().filter(|line| !line.contains(" INFO ")).collect();
    assert_eq!(said.len(), 1, "{variable}={value}: {}", done.err);
    assert!(said[0].starts_with(&format!("ironmonger: {variable}: ")), "{variable}={value}: {}", done.err);
    assert!(started.elapsed() < Duration::from_secs(10), "{variable}={value} took {:?}", started.elapsed());
}

/// Waits until the database gives a number.
async fn come_to(app: &TestApp, sql: &'static str, expected: i64) {
    let started = Instant::now();
    while app.number(sql).await != expected {
        assert!(started.elapsed() < Duration::from_secs(20), "{} of {sql}", app.number(sql).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Makes the one attempt that waits for its buyer one that was claimed and that the gateway has not heard of yet.
async fn unheard_of(app: &TestApp) -> PaymentRow {
    app.change("DELETE FROM sandbox_charges WHERE status = 'requires_action'").await;
    app.change("UPDATE payments SET status = 'claimed' WHERE status = 'action_required'").await;
    let conn = &mut app.shop.db.read().await.unwrap();
    let claimed = payments::list_stale(&mut conn.conn(), PaymentStatus::Claimed, i64::MAX, 9).await.unwrap();
    assert_eq!(claimed.len(), 1, "{claimed:?}");
    claimed.into_iter().next().unwrap()
}

stories! {
    async fn a_charge_that_comes_after_its_attempt_was_given_up_charges_nothing(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        for card in [SandboxCard::TimesOut, SandboxCard::Succeeds, SandboxCard::Challenge] {
            app.placed(&[("S", 2)], CHALLENGE).await;
            let payment = unheard_of(&app).await;
            service::recover(&app.shop, app.now().plus(1)).await.unwrap();
            assert_eq!((app.stock("S").await, app.number("SELECT COUNT(*) FROM orders").await), (5, 0));
            let late = service::charge(&app.shop, &payment, Instrument::Sandbox(card), String::new(), true).await;
            assert_eq!(late, Ok(Progress::GivenUp), "{card:?}");
        }
        app.pass(5_000);
        app.run_payment_jobs().await;
        assert_eq!(app.number("SELECT COUNT(*) FROM sandbox_charges WHERE status <> 'cancelled'").await, 0);
        assert_eq!(app.number("SELECT COUNT(*) FROM payments WHERE status <> 'abandoned'").await, 0);
        assert_eq!((app.stock("S").await, app.number("SELECT COUNT(*) FROM orders").await), (5, 0));
        app.doctor_finds_nothing().await;
    }

    async fn an_attempt_that_ended_meanwhile_is_told_of_as_it_ended(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 2)], CHALLENGE).await;
        let payment = unheard_of(&app).await;
        let charge = |card| service::charge(&app.shop, &payment, Instrument::Sandbox(card), String::new(), false);
        app.change("UPDATE payments SET status = 'abandoned'").await;
        app.change("UPDATE orders SET active_payment = NULL").await;
        assert_eq!(charge(SandboxCard::TimesOut).await, Ok(Progress::GivenUp));
        assert_eq!(app.pay(&order, GOOD).await.json()["status"], "paid");
        assert_eq!(charge(SandboxCard::TimesOut).await, Ok(Progress::Paid), "by another attempt");
    }

    async fn who_asks_again_for_an_order_that_a_crash_broke_off_may_try_anew(app) {
        let app = Arc::new(app);
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let again = || {
            let (app, order) = (app.clone(), app.order(&[("S", 2)], CHALLENGE));
            async move { app.post_with("/api/v1/orders", &order, &[("idempotency-key", "k")]).await }
        };
        assert_eq!(again().await.status, 201);
        unheard_of(&app).await;
        app.change("DELETE FROM idempotency_keys").await;
        let asking = tokio::spawn(again());
        come_to(&app, "SELECT COUNT(*) FROM idempotency_keys", 1).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        service::recover(&app.shop, app.now().plus(1)).await.unwrap();
        let answer = asking.await.unwrap();
        assert_eq!((answer.status.as_u16(), answer.code()), (409, "payment_interrupted".into()), "{}", answer.text);
        assert_eq!((app.stock("S").await, app.number("SELECT COUNT(*) FROM orders").await), (5, 0));
        assert_eq!(again().await.status, 201);
        assert_eq!((app.stock("S").await, app.number("SELECT COUNT(*) FROM orders").await), (3, 1));
        app.doctor_finds_nothing().await;
    }

    async fn who_hangs_up_has_ordered_and_paid_all_the_same(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        // Asked, and gone before there is an answer.
        assert!(app.place(&[("S", 2)], GOOD).now_or_never().is_none());
        come_to(&app, "SELECT COUNT(*) FROM orders WHERE status = 'paid'", 1).await;
        assert_eq!(app.stock("S").await, 3);
        app.doctor_finds_nothing().await;
    }

    async fn a_claim_that_a_crash_left_is_ended_when_the_shop_starts(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        app.placed(&[("S", 2)], CHALLENGE).await;
        // As if the process had died between taking the stock and asking the gateway.
        app.change("DELETE FROM sandbox_charges").await;
        app.change("UPDATE payments SET status = 'claimed'").await;
        assert_eq!(app.stock("S").await, 3);
        app.pass(100_000);
        jobs::recover_at_start(&app.shop).await.unwrap();
        assert_eq!((app.stock("S").await, app.number("SELECT COUNT(*) FROM orders").await), (5, 0));
        app.doctor_finds_nothing().await;
    }

    async fn a_charge_that_a_crash_left_unrecorded_pays_its_order(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 2)], CHALLENGE).await;
        app.change("UPDATE sandbox_charges SET status = 'succeeded'").await;
        app.change("UPDATE payments SET status = 'claimed'").await;
        app.pass(100_000);
        jobs::recover_at_start(&app.shop).await.unwrap();
        assert_eq!((app.order_of(&order).await["status"].as_str(), app.stock("S").await), (Some("paid"), 3));
        app.doctor_finds_nothing().await;
    }

    async fn the_doctor_finds_what_is_wrong(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        app.placed(&[("S", 2)], GOOD).await;
        let place = Place::of(&app);
        assert_eq!(place.run(&["doctor"]).await.status, 0);
        for (sql, words) in [
            ("UPDATE stock_levels SET on_hand = on_hand + 1", "WRONG stock levels are the sums of their movements: 1"),
            ("UPDATE orders SET total = total + 1", "WRONG goods less discounts, delivery, fees and tax of every order add up to its total: 1"),
            ("UPDATE payments SET refunded = 1", "WRONG what goes back of every payment is what its refunds set aside, and never more than came: 1"),
            ("UPDATE orders SET refunded = 1", "WRONG what went back of every order is the sum of its refunds that are done: 1"),
            ("UPDATE orders SET status = 'pending_payment', hold_until = 0", "WRONG every order that waits for a card or a transfer has an end to its hold: 1"),
            ("UPDATE orders SET status = 'paid'", "WRONG what goes back of every payment"),
            ("DELETE FROM outbox", "WRONG every order that was paid, or is paid later, has one confirmation in the outbox, and one for each time it was sent again: 1"),
        ] {
            app.change(sql).await;
            let done = place.run(&["doctor"]).await;
            assert!(done.status == 1 && done.out.contains(words), "{}", done.out);
        }
    }
}
