//! Paying by Stripe, against an independent server that speaks its API, over a line that fails.

use super::{CHALLENGE, GOOD};
use crate::{
    app::{Answer, TestApp, all_at_once},
    stories,
    stories::refunding::claim,
    stripe::{Fault, StripeShop, WEBHOOK_SECRET, deliver},
};
use axum::http::StatusCode;
use hmac::{Hmac, KeyInit, Mac};
use ironmonger::{
    domain::{
        money::{Currency, Money},
        order::Actor,
        payment::RefundStatus,
    },
    payments::{
        holds,
        refunds::{self, NewRefund},
        service,
    },
    server::{
        clock::{Clock, Random},
        state::Shop,
    },
    shop::{info::ShopInfo, store as settings},
};
use serde_json::{Value, json};
use sha2::Sha256;
use std::{sync::Arc, time::Duration};

/// localstripe declines this one.
const DECLINED: &str = "4000000000000341";
const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;

async fn open(app: TestApp) -> StripeShop {
    app.with_shirt(&[("S", "S", "78.00", 5)]).await;
    StripeShop::with(app).await
}

/// Signs a body as Stripe does.
fn signed(body: &str, seconds: i64, secret: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{seconds}.{body}").as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={seconds},v1={hex}")
}

fn refund_of(cents: i64, key: &str) -> NewRefund {
    let amount = Money::new(cents, Currency::USD);
    NewRefund { amount, why: String::new(), by: Actor::Shop, key: key.into() }
}

async fn confirmations(app: &TestApp) -> i64 {
    app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'order_confirmed'").await
}

async fn status(shop: &StripeShop, order: &(String, String)) -> String {
    shop.app.order_of(order).await["status"].as_str().unwrap().to_owned()
}

/// Places an order whose intent Stripe has made and not answered yet.
async fn begin_to_pay(shop: &Arc<StripeShop>) -> tokio::task::JoinHandle<Answer> {
    shop.line.fails("/payment_intents", &[Fault::Delay(Duration::from_secs(3))]);
    let placing = tokio::spawn({
        let shop = shop.clone();
        async move { shop.place("S", 1, GOOD).await }
    });
    while shop.intents().await.is_empty() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    placing
}

stories! {
    async fn an_amount_that_is_too_small_for_cards_is_not_called_a_declined_card(app) {
        let shop = open(app).await;
        shop.line.fails("/payment_intents", &[Fault::Refuse("amount_too_small")]);
        let refused = shop.place("S", 1, GOOD).await;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (402, "payment_declined"));
        assert!(refused.text.contains("too_small"), "{}", refused.text);
        assert_eq!((shop.app.orders().await, shop.app.stock("S").await), (0, 5));
        shop.app.doctor_finds_nothing().await;
    }

    async fn a_card_is_charged_once_for_the_server_s_amount(app) {
        let shop = open(app).await;
        let placed = shop.place("S", 2, GOOD).await;
        assert_eq!((placed.status, placed.json()["status"].clone()), (StatusCode::CREATED, json!("paid")), "{}", placed.text);
        let intents = shop.intents().await;
        let intent = &intents[0];
        assert_eq!((intents.len(), intent["amount"].as_i64(), intent["currency"].as_str()), (1, Some(16_100), Some("usd")));
        assert_eq!(shop.books().await, (16_100, 0));
        assert_eq!((shop.app.stock("S").await, confirmations(&shop.app).await), (3, 1));
        assert_eq!(shop.app.number("SELECT COUNT(*) FROM sandbox_charges").await, 0);
        let by_sandbox = shop.app.place(&[("S", 1)], GOOD).await;
        assert_eq!((by_sandbox.status, by_sandbox.pointer()), (StatusCode::UNPROCESSABLE_ENTITY, "/payment/method".into()));
        shop.app.doctor_finds_nothing().await;
    }

    async fn a_declined_card_leaves_no_order(app) {
        let shop = open(app).await;
        for card in [shop.card(DECLINED).await, "pm_nobody".to_owned()] {
            let mut order = shop.app.order(&[("S", 1)], "");
            order["payment"] = json!({ "method": "stripe", "payment_method": card });
            let declined = shop.app.post("/api/v1/orders", &order).await;
            assert_eq!((declined.status, declined.code()), (StatusCode::PAYMENT_REQUIRED, "payment_declined".into()));
        }
        for nonsense in ["", "4242424242424242", "tok_visa", "pm_../v1/charges"] {
            let mut order = shop.app.order(&[("S", 1)], "");
            order["payment"] = json!({ "method": "stripe", "payment_method": nonsense });
            assert_eq!(shop.app.post("/api/v1/orders", &order).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!((shop.app.number("SELECT COUNT(*) FROM orders").await, shop.app.stock("S").await), (0, 5));
        assert_eq!(shop.books().await, (0, 0));
        shop.app.doctor_finds_nothing().await;
    }

    async fn what_the_bank_asks_is_confirmed_on_the_order_s_page(app) {
        let shop = open(app).await;
        let placed = shop.place("S", 1, CHALLENGE).await.json();
        let order = (placed["number"].as_str().unwrap().to_owned(), placed["token"].as_str().unwrap().to_owned());
        let page = format!("http://localhost:3000/orders/{}?token={}", order.0, order.1);
        assert_eq!((placed["status"].as_str(), placed["next_action"]["url"].as_str()), (Some("pending_payment"), Some(page.as_str())));
        assert_eq!(status(&shop, &order).await, "pending_payment");
        shop.answer_bank(&order, true).await;
        // The browser comes back before any webhook.
        assert_eq!(shop.page_of(&order).await["status"], "paid");
        let hook = shop.told("payment_intent.succeeded").await;
        assert_eq!(shop.deliver(&hook).await.status, StatusCode::NO_CONTENT);
        assert_eq!((shop.books().await, confirmations(&shop.app).await), ((8_300, 0), 1));
        shop.app.doctor_finds_nothing().await;
    }

    async fn what_the_bank_was_refused_keeps_the_order_for_another_card(app) {
        let shop = open(app).await;
        let order = shop.placed("S", 2, CHALLENGE).await;
        shop.answer_bank(&order, false).await;
        let seen = shop.page_of(&order).await;
        assert_eq!((seen["status"].as_str(), seen["payable"].as_bool(), seen["confirm"].as_str()), (Some("pending_payment"), Some(true), None));
        assert_eq!(shop.app.order_of(&order).await["payment_status"], "declined");
        assert_eq!(shop.pay(&order, DECLINED).await.code(), "payment_declined");
        assert_eq!(shop.app.stock("S").await, 3, "the units stay reserved");
        assert_eq!(shop.pay(&order, GOOD).await.json()["status"], "paid");
        assert_eq!((shop.books().await, confirmations(&shop.app).await), ((16_100, 0), 1));
        shop.app.doctor_finds_nothing().await;
    }

    async fn a_webhook_before_the_return_and_many_at_once_settle_once(app) {
        let shop = open(app).await;
        let order = shop.placed("S", 1, CHALLENGE).await;
        shop.answer_bank(&order, true).await;
        let hook = shop.told("payment_intent.succeeded").await;
        let shop = Arc::new(shop);
        let answers = all_at_once(9, |i| {
            let (shop, hook, order) = (shop.clone(), hook.clone(), order.clone());
            async move {
                match i % 3 {
                    0 => shop.page_of(&order).await["status"] == "paid",
                    _ => shop.deliver(&hook).await.status == StatusCode::NO_CONTENT,
                }
            }
        }).await;
        assert!(answers.iter().all(|taken| *taken), "{answers:?}");
        assert_eq!((status(&shop, &order).await, shop.books().await), ("paid".to_owned(), (8_300, 0)));
        let history = shop.app.order_of(&order).await["history"].as_array().unwrap().len();
        assert_eq!((history, confirmations(&shop.app).await), (2, 1));
        shop.app.doctor_finds_nothing().await;
    }

    async fn a_lost_answer_charges_once(app) {
        let shop = open(app).await;
        // Each is asked for again with the same key.
        shop.line.fails("/payment_intents", &[Fault::LoseAnswer]);
        shop.line.fails("/confirm", &[Fault::LoseAnswer]);
        assert_eq!(shop.place("S", 1, GOOD).await.json()["status"], "paid");
        assert_eq!((shop.intents().await.len(), shop.books().await), (1, (8_300, 0)));
        assert_eq!((shop.line.count("/payment_intents"), shop.line.count("/confirm")), (2, 2));
        // The second answer is lost as well: the order waits, and is paid once somebody asks.
        shop.line.fails("/confirm", &[Fault::LoseAnswer, Fault::LoseAnswer]);
        let order = shop.placed("S", 1, GOOD).await;
        assert_eq!(shop.page_of(&order).await["status"], "paid");
        // Not even its making was answered: the job makes it again, which finds it.
        shop.line.fails("/payment_intents", &[Fault::LoseAnswer, Fault::LoseAnswer]);
        let waiting = shop.place("S", 1, GOOD).await;
        assert_eq!(waiting.json()["status"], "pending_payment");
        shop.app.pass(2 * MINUTE);
        service::ask_again(&shop.app.shop, shop.app.now().plus(-MINUTE)).await.unwrap();
        assert_eq!((shop.intents().await.len(), shop.books().await), (3, (2 * 8_300, 0)), "nobody confirms it any more");
        assert_eq!(shop.app.number("SELECT COUNT(*) FROM payments WHERE status = 'abandoned'").await, 1);
        shop.app.doctor_finds_nothing().await;
    }

    async fn a_payment_that_stripe_never_heard_of_is_not_made_later(app) {
        let shop = open(app).await;
        shop.line.fails("/payment_intents", &[Fault::LoseRequest, Fault::LoseRequest]);
        let order = shop.placed("S", 1, GOOD).await;
        assert_eq!(status(&shop, &order).await, "pending_payment");
        assert_eq!((shop.books().await, shop.app.stock("S").await), ((0, 0), 4));
        assert_eq!(shop.page_of(&order).await["payable"], true);
        assert_eq!(shop.line.count("/payment_intents"), 2, "what was never confirmed is given up without asking");
        assert_eq!(shop.pay(&order, GOOD).await.json()["status"], "paid");
        assert_eq!(shop.line.count("/payment_intents"), 3);
        assert_eq!((shop.books().await, shop.app.stock("S").await), ((8_300, 0), 4));
        shop.app.doctor_finds_nothing().await;
    }

    async fn a_decline_that_a_webhook_tells_first_leaves_no_order_either(app) {
        let shop = Arc::new(open(app).await);
        shop.line.fails("/confirm", &[Fault::Delay(Duration::from_secs(4))]);
        let placing = tokio::spawn({
            let shop = shop.clone();
            async move { shop.place("S", 2, DECLINED).await }
        });
        let hook = shop.told("payment_intent.payment_failed").await;
        let named = "SELECT COUNT(*) FROM payments WHERE status = 'claimed' AND reference <> ''";
        assert_eq!(shop.app.number(named).await, 1, "what is confirmed is known by its name before");
        assert_eq!(shop.deliver(&hook).await.status, StatusCode::NO_CONTENT);
        assert_eq!(shop.app.number("SELECT COUNT(*) FROM payments WHERE status = 'declined'").await, 1);
        let answer = placing.await.unwrap();
        assert_eq!((answer.status, answer.code()), (StatusCode::PAYMENT_REQUIRED, "payment_declined".into()));
        assert_eq!((shop.app.number("SELECT COUNT(*) FROM orders").await, shop.app.stock("S").await), (0, 5));
        shop.app.doctor_finds_nothing().await;
    }

    async fn an_attempt_that_is_given_up_while_it_is_made_is_never_confirmed(app) {
        let shop = Arc::new(open(app).await);
        let placing = begin_to_pay(&shop).await;
        shop.app.change("UPDATE payments SET status = 'abandoned'").await;
        shop.app.change("UPDATE orders SET active_payment = NULL").await;
        let answer = placing.await.unwrap();
        assert_eq!((answer.status, answer.code()), (StatusCode::CONFLICT, "payment_interrupted".into()));
        assert_eq!((shop.line.count("/confirm"), shop.books().await), (0, (0, 0)));
        assert_eq!(shop.intents().await[0]["status"], "canceled");
        assert_eq!((shop.app.number("SELECT COUNT(*) FROM orders").await, shop.app.stock("S").await), (0, 5));
        shop.app.doctor_finds_nothing().await;
    }

    async fn an_attempt_that_a_webhook_tells_of_while_it_is_made_is_confirmed_all_the_same(app) {
        let shop = Arc::new(open(app).await);
        let placing = begin_to_pay(&shop).await;
        let intent = &shop.intents().await[0];
        assert_eq!(intent["status"], "requires_confirmation");
        let event = json!({ "type": "payment_intent.created", "data": { "object": intent } }).to_string();
        let signature = signed(&event, shop.app.now().0 / SECOND, WEBHOOK_SECRET);
        assert_eq!(deliver(&shop.app, &event, &signature).await.status, StatusCode::NO_CONTENT);
        assert_eq!(shop.app.number("SELECT COUNT(*) FROM payments WHERE status = 'claimed'").await, 1);
        assert_eq!(placing.await.unwrap().json()["status"], "paid");
        assert_eq!((shop.books().await, confirmations(&shop.app).await), ((8_300, 0), 1));
        shop.app.doctor_finds_nothing().await;
    }

    async fn money_that_has_come_is_believed_by_whatever_name_it_came(app) {
        let shop = open(app).await;
        let order = shop.placed("S", 1, CHALLENGE).await;
        shop.answer_bank(&order, true).await;
        let hook = shop.told("payment_intent.succeeded").await;
        shop.app.change("UPDATE payments SET reference = 'pi_another'").await;
        assert_eq!(shop.deliver(&hook).await.status, StatusCode::NO_CONTENT);
        assert_eq!((shop.books().await, confirmations(&shop.app).await), ((8_300, 0), 1));
        shop.app.doctor_finds_nothing().await;
    }

    async fn a_late_answer_is_waited_for(app) {
        let shop = open(app).await;
        shop.line.fails("/confirm", &[Fault::Delay(Duration::from_secs(2))]);
        assert_eq!(shop.place("S", 1, GOOD).await.json()["status"], "paid");
        assert_eq!(shop.books().await, (8_300, 0));
    }

    async fn refunds_go_back_by_stripe_in_whole_and_in_part(app) {
        let shop = open(app).await;
        let order = shop.placed("S", 1, GOOD).await;
        let part = claim(&shop.app, &order.0, refund_of(3_000, "part")).await.unwrap();
        assert_eq!(refunds::settle(&shop.app.shop, part).await, Ok(RefundStatus::Done));
        assert_eq!(shop.books().await, (8_300, 3_000));
        // The answer is lost twice; the job finds it at Stripe.
        shop.line.fails("/refunds", &[Fault::Delay(Duration::ZERO), Fault::LoseAnswer, Fault::LoseAnswer]);
        let rest = claim(&shop.app, &order.0, refund_of(5_300, "rest")).await.unwrap();
        assert!(refunds::settle(&shop.app.shop, rest).await.is_err());
        assert_eq!(shop.app.number("SELECT refunded FROM orders").await, 3_000);
        shop.app.pass(MINUTE);
        refunds::run_job(&shop.app.shop).await.unwrap();
        assert_eq!((shop.books().await, shop.app.number("SELECT refunded FROM orders").await), ((8_300, 8_300), 8_300));
        assert!(claim(&shop.app, &order.0, refund_of(1, "more")).await.is_err());
        assert_eq!(shop.app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'order_refunded'").await, 2);
        shop.app.doctor_finds_nothing().await;
    }

    async fn money_that_the_bank_sends_back_to_us_is_told_to_staff_once(app) {
        let shop = open(app).await;
        let order = shop.placed("S", 1, GOOD).await;
        let part = claim(&shop.app, &order.0, refund_of(3_000, "part")).await.unwrap();
        assert_eq!(refunds::settle(&shop.app.shop, part).await, Ok(RefundStatus::Done));
        let refund = shop.call("GET", "/v1/refunds?limit=1", Value::Null).await["data"][0].clone();
        let path = format!("/v1/refunds/{}", refund["id"].as_str().unwrap());
        let told = |refund: &Value| json!({ "type": "refund.updated", "data": { "object": refund } }).to_string();
        let failed = json!({ "id": refund["id"], "object": "refund", "metadata": refund["metadata"], "status": "failed" });
        let returned = "SELECT COUNT(*) FROM order_history WHERE event = 'refund_returned'";
        // It is believed only when Stripe itself says so.
        for (event, count) in [(told(&failed), 0), (told(&refund), 0), (told(&failed), 1), (told(&failed), 1)] {
            let signature = signed(&event, shop.app.now().0 / SECOND, WEBHOOK_SECRET);
            assert_eq!(deliver(&shop.app, &event, &signature).await.status, StatusCode::NO_CONTENT);
            assert_eq!(shop.app.number(returned).await, count);
            if event == told(&refund) {
                shop.call("POST", &path, json!({ "status": "failed" })).await;
            }
        }
        let mut fay = crate::stories::orders::clerk(&shop.app).await;
        let page = fay.get(&format!("/admin/orders/{}", order.0)).await.text;
        assert!(page.contains("The bank sent the money back to us"), "{page}");
        assert_eq!(shop.app.number("SELECT refunded FROM orders").await, 3_000);
        shop.app.doctor_finds_nothing().await;
    }

    async fn a_shop_whose_currency_stripe_counts_otherwise_does_not_start(app) {
        let shop = open(app).await;
        let config = &shop.app.shop.config;
        for (currency, why) in [("ISK", Some("in hundredths")), ("KWD", Some("three decimals")), ("SEK", None)] {
            let info = ShopInfo { currency: currency.into(), ..ShopInfo::default() };
            let mut tx = shop.app.shop.db.begin().await.unwrap();
            settings::update_info(&mut tx, &info).await.unwrap();
            tx.commit().await.unwrap();
            let opened = Shop::open(config.clone(), Clock::System, Random::System).await;
            let told = opened.err().map(|error| error.to_string());
            assert_eq!(told.is_some(), why.is_some(), "{told:?}");
            if let (Some(told), Some(why)) = (told, why) {
                assert!(told.starts_with("STRIPE_SECRET_KEY: ") && told.contains(currency) && told.contains(why), "{told}");
            }
        }
    }

    async fn money_for_an_order_that_is_gone_goes_back_by_itself(app) {
        let shop = open(app).await;
        let order = shop.placed("S", 1, CHALLENGE).await;
        let secret = shop.page_of(&order).await["confirm"].clone();
        // Somebody else cancels the order behind our back, and the bank captures all the same.
        shop.app.change("UPDATE payments SET status = 'abandoned'").await;
        shop.app.change("UPDATE orders SET active_payment = NULL, hold_until = 1").await;
        holds::expire_orders(&shop.app.shop).await.unwrap();
        assert_eq!((status(&shop, &order).await, shop.app.stock("S").await), ("expired".to_owned(), 5));
        let intent = secret.as_str().unwrap().split("_secret_").next().unwrap().to_owned();
        let path = format!("/v1/payment_intents/{intent}/_authenticate?success=true");
        shop.call("POST", &path, json!({ "key": "pk_test_public", "client_secret": secret })).await;
        let hook = shop.told("payment_intent.succeeded").await;
        assert_eq!(shop.deliver(&hook).await.status, StatusCode::NO_CONTENT);
        assert_eq!(shop.books().await, (8_300, 0));
        let shop = Arc::new(shop);
        all_at_once(4, |_| {
            let shop = shop.clone();
            async move { refunds::run_job(&shop.app.shop).await.unwrap() }
        }).await;
        assert_eq!(shop.books().await, (8_300, 8_300));
        assert_eq!(shop.app.number("SELECT COUNT(*) FROM payments WHERE status = 'refunded'").await, 1);
        assert_eq!((shop.app.stock("S").await, shop.app.number("SELECT refunded FROM orders").await), (5, 0));
        shop.app.doctor_finds_nothing().await;
    }

    async fn a_forged_or_expired_webhook_is_believed_by_nobody(app) {
        let shop = open(app).await;
        let order = shop.placed("S", 1, CHALLENGE).await;
        shop.answer_bank(&order, true).await;
        let hook = shop.told("payment_intent.succeeded").await;
        let now = shop.app.now().0 / SECOND;
        let other = hook.body.replace("8300", "1");
        for (body, signature) in [
            (hook.body.as_str(), String::new()),
            (&hook.body, "t=,v1=".to_owned()),
            (&hook.body, signed(&hook.body, now, "whsec_somebodyelse")),
            (&hook.body, signed(&hook.body, now - 301, WEBHOOK_SECRET)),
            (&hook.body, signed(&hook.body, now + 330, WEBHOOK_SECRET)),
            (&hook.body, hook.signature.replace("v1=", "v0=")),
            (&other, hook.signature.clone()),
            ("{}", signed("{}", now, WEBHOOK_SECRET)),
            ("", signed("", now, WEBHOOK_SECRET)),
        ] {
            assert_eq!(deliver(&shop.app, body, &signature).await.status, StatusCode::NOT_FOUND, "{signature}");
        }
        assert_eq!(confirmations(&shop.app).await, 0);
        // While the secret is being changed there are two signatures; one is enough.
        let ours = signed(&hook.body, now, WEBHOOK_SECRET);
        let both = format!("{},{}", signed(&hook.body, now, "whsec_of_before"), ours.split_once(',').unwrap().1);
        assert_eq!(deliver(&shop.app, &hook.body, &both).await.status, StatusCode::NO_CONTENT, "{both}");
        assert_eq!(confirmations(&shop.app).await, 1);
        shop.app.doctor_finds_nothing().await;
    }

    async fn another_amount_or_currency_pays_nothing(app) {
        let shop = open(app).await;
        for change in [json!({ "amount": 100 }), json!({ "currency": "eur" })] {
            let order = shop.placed("S", 1, CHALLENGE).await;
            let secret = shop.page_of(&order).await["confirm"].as_str().unwrap().to_owned();
            let intent = secret.split("_secret_").next().unwrap().to_owned();
            shop.call("POST", &format!("/v1/payment_intents/{intent}"), change).await;
            let path = format!("/v1/payment_intents/{intent}/_authenticate?success=true");
            shop.call("POST", &path, json!({ "key": "pk_test_public", "client_secret": secret })).await;
            let event = json!({ "type": "payment_intent.succeeded", "data": { "object": shop.call("GET", &format!("/v1/payment_intents/{intent}"), Value::Null).await } }).to_string();
            let signature = signed(&event, shop.app.now().0 / SECOND, WEBHOOK_SECRET);
            assert_eq!(deliver(&shop.app, &event, &signature).await.status, StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(status(&shop, &order).await, "pending_payment", "and its buyer still sees it");
        }
        assert_eq!((confirmations(&shop.app).await, shop.app.number("SELECT COUNT(*) FROM orders WHERE status = 'paid'").await), (0, 0));
    }

    async fn a_webhook_about_something_else_is_taken_and_changes_nothing(app) {
        let shop = open(app).await;
        let order = shop.placed("S", 1, CHALLENGE).await;
        let other = shop.placed("S", 1, GOOD).await;
        let intents = shop.intents().await;
        let named = |status: &str| intents.iter().find(|intent| intent["status"] == status).unwrap();
        let (mut waiting, paid) = (named("requires_action").clone(), named("succeeded"));
        // Another payment's intent, told of as if it were this one's.
        waiting["id"] = paid["id"].clone();
        waiting["status"] = json!("succeeded");
        let nobody = json!({ "id": "pi_x", "object": "payment_intent", "metadata": { "payment": "018f0000-0000-7000-8000-000000000000" } });
        let foreign = json!({ "id": "pi_x", "object": "payment_intent", "metadata": { "app": "another" } });
        let refund = json!({ "id": "re_x", "object": "refund", "metadata": { "refund": "018f0000-0000-7000-8000-000000000000" } });
        for object in [waiting, nobody, foreign, refund, json!({ "id": "cus_x", "object": "customer" })] {
            let event = json!({ "type": "x", "data": { "object": object } }).to_string();
            let signature = signed(&event, shop.app.now().0 / SECOND, WEBHOOK_SECRET);
            assert_eq!(deliver(&shop.app, &event, &signature).await.status, StatusCode::NO_CONTENT, "{event}");
        }
        assert_eq!((status(&shop, &order).await, status(&shop, &other).await), ("pending_payment".into(), "paid".into()));
        shop.app.doctor_finds_nothing().await;
    }

    async fn an_order_that_expires_can_be_paid_at_stripe_no_more(app) {
        let shop = open(app).await;
        let order = shop.placed("S", 2, CHALLENGE).await;
        let secret = shop.page_of(&order).await["confirm"].as_str().unwrap().to_owned();
        shop.app.pass(31 * MINUTE);
        // Whether it can be given up is not known: the stock stays with the order.
        shop.line.fails("/cancel", &[Fault::LoseRequest, Fault::LoseRequest]);
        holds::expire_orders(&shop.app.shop).await.unwrap();
        assert_eq!(shop.app.stock("S").await, 3);
        holds::expire_orders(&shop.app.shop).await.unwrap();
        assert_eq!((status(&shop, &order).await, shop.app.stock("S").await), ("expired".to_owned(), 5));
        let intent = secret.split("_secret_").next().unwrap().to_owned();
        let path = format!("/v1/payment_intents/{intent}/_authenticate?success=true");
        let late = shop.call("POST", &path, json!({ "key": "pk_test_public", "client_secret": secret })).await;
        assert!(late["error"].is_object(), "{late}");
        assert_eq!(shop.books().await, (0, 0));
        shop.app.doctor_finds_nothing().await;
    }

    async fn only_pages_that_pay_let_stripe_in(app) {
        let shop = open(app).await;
        let mut browser = shop.app.browser();
        browser.submit_and_follow("cart/add", &[("sku", "S"), ("quantity", "1")]).await;
        let checkout = browser.get("/checkout").await;
        let policy = checkout.header("content-security-policy");
        for directive in ["script-src 'self'", "connect-src 'self'", "frame-src"] {
            let (_, rest) = policy.split_once(directive).unwrap_or_else(|| panic!("{directive}: {policy}"));
            assert!(rest.split(';').next().unwrap().contains(&shop.line.url), "{directive}: {policy}");
        }
        assert!(checkout.text.contains("Paying by card needs JavaScript here"));
        assert!(!checkout.text.contains("name=\"card\"") && !checkout.text.contains("<script src=\"http"));
        for page in ["/", "/cart", "/p/sea-shirt", "/login"] {
            let answer = browser.get(page).await;
            assert!(!answer.header("content-security-policy").contains(&shop.line.url), "{page}");
        }
    }
}
