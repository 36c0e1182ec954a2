//! Invoices and packing slips: what they say, how they are numbered, and who gets them.

use super::{CHALLENGE, GOOD};
use crate::{
    app::{Answer, Browser, TestApp, all_at_once},
    people::AS_SCRIPT,
    stories,
};
use axum::http::StatusCode;
use ironmonger::{
    domain::{account::Role, money::Currency},
    shop::{prices, store::update_info},
};
use std::{collections::BTreeSet, sync::Arc};

const NUMBERS: &str = "SELECT COUNT(*) FROM documents";

fn address((number, token): &(String, String)) -> String {
    format!("/orders/{number}/invoice.pdf?token={token}")
}

/// The text of a file, all its pages.
pub fn text_of(answer: &Answer) -> String {
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/pdf"), "{}", answer.text);
    let document = lopdf::Document::load_mem(&answer.bytes).unwrap();
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    document.extract_text(&pages).unwrap()
}

/// The number in an invoice's name.
fn number_of(answer: &Answer) -> String {
    let name = answer.header("content-disposition");
    let number = name.strip_prefix("attachment; filename=\"invoice-").and_then(|rest| rest.strip_suffix(".pdf\""));
    number.unwrap_or_else(|| panic!("{name}")).to_owned()
}

async fn seller_is(app: &TestApp, name: &str) {
    let mut info = ironmonger::shop::info::ShopInfo::clone(&app.shop.info.load());
    info.seller.lines = vec![name.to_owned(), "1 Quay Street".to_owned()];
    let mut tx = app.shop.db.begin().await.unwrap();
    update_info(&mut tx, &info).await.unwrap();
    tx.commit().await.unwrap();
    app.shop.reload_info().await.unwrap();
}

/// Ada's order of two shirts, and her browser.
async fn ada(app: &TestApp) -> (Browser<'_>, (String, String)) {
    app.with_shirt(&[("S", "S", "78.00", 50)]).await;
    let mut ada = app.customer("Ada", "ada@example.com").await;
    let order = app.placed(&[("S", 2)], GOOD).await;
    ada.get("/account/orders").await;
    (ada, order)
}

stories! {
    async fn an_invoice_says_what_the_order_says(app) {
        app.with_shirt(&[("S", "S", "78.00", 5), ("M", "M", "20.25", 5)]).await;
        seller_is(&app, "Sea Shirts Ltd").await;
        let order = app.placed(&[("S", 1), ("M", 2)], GOOD).await;
        let answer = app.get(&address(&order)).await;
        let text = text_of(&answer);
        for word in [
            "Invoice 000001", &order.0, "Sea Shirts Ltd", "Ada Lovelace", "1 Quay", "United Kingdom", "Sea Shirt", "78.00",
            "20.25", "40.50", "$118.50", "$5.00", "$123.50", "−$123.50", "Paid by card", "$0.00", "20 Nov 2026",
        ] {
            assert!(text.contains(word), "no {word} in {text}");
        }
        assert_eq!((answer.header("cache-control"), number_of(&answer).as_str()), ("no-store", "000001"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
    }

    async fn invoices_are_numbered_without_a_gap_however_many_ask_at_once(app) {
        app.with_shirt(&[("S", "S", "78.00", 50)]).await;
        let mut orders = Vec::new();
        for _ in 0..5 {
            orders.push(app.placed(&[("S", 1)], GOOD).await);
        }
        let (app, orders) = (Arc::new(app), Arc::new(orders));
        let answers = all_at_once(20, |i| {
            let (app, orders) = (app.clone(), orders.clone());
            async move { (i % 5, number_of(&app.get(&address(&orders[i % 5])).await)) }
        })
        .await;
        let given: BTreeSet<_> = answers.iter().cloned().collect();
        let numbers: Vec<_> = given.iter().map(|(_, number)| number.clone()).collect::<BTreeSet<_>>().into_iter().collect();
        assert_eq!(given.len(), 5, "one number for an order: {given:?}");
        assert_eq!(numbers, ["000001", "000002", "000003", "000004", "000005"]);
        assert_eq!(app.number(NUMBERS).await, 5);
        app.doctor_finds_nothing().await;
    }

    async fn an_invoice_stays_as_it_was_issued(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        seller_is(&app, "Sea Shirts Ltd").await;
        let order = app.placed(&[("S", 1)], GOOD).await;
        assert!(text_of(&app.get(&address(&order)).await).contains("20 Nov 2026"));
        app.pass(40 * 86_400_000);
        seller_is(&app, "Other Shirts Inc").await;
        app.change("UPDATE products SET title = 'Renamed'").await;
        let token = app.shop.signer.order_token(order_id(&app).await, app.now());
        let text = text_of(&app.get(&address(&(order.0.clone(), token))).await);
        assert!(text.contains("Sea Shirts Ltd") && !text.contains("Other Shirts"), "{text}");
        assert!(text.contains("20 Nov 2026") && text.contains("Sea Shirt"), "{text}");
        // The person can be forgotten, the amounts stay.
        app.change("DELETE FROM order_people").await;
        let token = app.shop.signer.order_token(order_id(&app).await, app.now());
        let text = text_of(&app.get(&address(&(order.0, token))).await);
        assert!(text.contains("Invoice 000001") && text.contains("$83.00") && !text.contains("Ada"), "{text}");
    }

    async fn what_is_not_paid_has_no_invoice_and_takes_no_number(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 1)], CHALLENGE).await;
        assert_eq!(app.get(&address(&order)).await.status, StatusCode::NOT_FOUND);
        app.pass(40 * 60_000);
        app.run_payment_jobs().await;
        assert_eq!(app.order_of(&order).await["status"], "expired");
        assert_eq!(app.get(&address(&order)).await.status, StatusCode::NOT_FOUND);
        assert_eq!(app.number(NUMBERS).await, 0);
    }

    async fn an_invoice_is_for_whoever_may_see_its_order(app) {
        let (mut ada, order) = ada(&app).await;
        let plain = format!("/orders/{}/invoice.pdf", order.0);
        assert!(text_of(&ada.get(&plain).await).contains("$156.00"));
        let mut bob = app.customer("Bob", "bob@example.com").await;
        let other = app.placed(&[("S", 1)], GOOD).await;
        for path in [
            plain.clone(),
            format!("{plain}?token="),
            format!("{plain}?token=x"),
            format!("{plain}?token={}", other.1),
            plain.replace(&order.0, "0000-0000"),
            plain.replace(&order.0, "..%2f"),
        ] {
            for browser in [&mut bob, &mut app.browser()] {
                let answer = browser.get(&path).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
                assert!(!answer.text.contains("%PDF"), "{path}");
            }
        }
    }

    async fn a_credit_note_takes_back_the_tax_of_what_it_is_for(app) {
        app.with_shirt(&[("S", "S", "100.00", 5), ("M", "M", "100.00", 5)]).await;
        // Shirts of size M are food.
        let rules = r#"{"home": {"country": "GB"}, "taxes": [{"place": "GB", "name": "VAT"}],
            "tax_classes": [{"class": "zero", "goods": {"skus": ["M"]}}]}"#;
        prices::set(&app.shop, &prices::read(rules, Currency::USD).unwrap()).await.unwrap();
        let order = app.placed(&[("S", 1), ("M", 2)], GOOD).await;
        let mut fay = app.colleague("fay@shop.example", Role::Fulfilment).await;
        let shown = fay.ask("desk/order", &[("number", &order.0)], &AS_SCRIPT).await.json();
        let back = async |fay: &mut Browser<'_>, attempt: &str, more: &[(&str, &str)]| {
            let token = fay.token().await;
            let plain = [("number", order.0.as_str()), ("attempt", attempt), ("why", "Torn"), ("csrf", token.as_str())];
            let fields: Vec<_> = plain.into_iter().chain(more.iter().copied()).collect();
            let answer = fay.submit_as_is("desk/refund", &fields, &AS_SCRIPT).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        };
        let line = |i: usize| shown["lines"][i]["id"].as_str().unwrap().to_owned();
        let (taxed, exempt) = (line(0), line(1));
        back(&mut fay, "01900000-0000-7000-8000-00000000000a", &[("what", "lines"), ("lines[0][line]", &exempt), ("lines[0][quantity]", "1")]).await;
        back(&mut fay, "01900000-0000-7000-8000-00000000000b", &[("what", "lines"), ("lines[0][line]", &taxed), ("lines[0][quantity]", "1")]).await;
        back(&mut fay, "01900000-0000-7000-8000-00000000000c", &[("what", "rest")]).await;
        let shown = fay.ask("desk/order", &[("number", &order.0)], &AS_SCRIPT).await.json();
        let mut notes = Vec::new();
        for refund in shown["refunds"].as_array().unwrap() {
            let path = format!("/orders/{}/credit-note.pdf?token={}&refund={}", order.0, order.1, refund["id"].as_str().unwrap());
            notes.push(text_of(&app.get(&path).await));
        }
        assert!(notes[0].contains("Credit note 000001") && notes[0].contains("1 × Sea Shirt") && notes[0].contains("$100.00"), "{}", notes[0]);
        assert!(!notes[0].contains("20%") && !notes[0].contains("$16.67"), "no tax was on it: {}", notes[0]);
        assert!(notes[1].contains("$20.00") && notes[1].contains("$120.00"), "{}", notes[1]);
        // Delivery is $5.00 and $1.00 of tax.
        assert!(notes[2].contains("$1.00") && notes[2].contains("$106.00"), "{}", notes[2]);
        app.doctor_finds_nothing().await;
    }

    async fn a_credit_note_is_of_a_refund_that_is_done_and_for_whoever_may_see_its_order(app) {
        let (mut ada, order) = ada(&app).await;
        let mut fay = app.colleague("fay@shop.example", Role::Fulfilment).await;
        let token = fay.token().await;
        let fields = [("number", order.0.as_str()), ("attempt", "01900000-0000-7000-8000-00000000000a"), ("what", "amount"),
            ("amount", "10"), ("why", "Torn"), ("csrf", token.as_str())];
        let answer = fay.submit_as_is("desk/refund", &fields, &AS_SCRIPT).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let shown = fay.ask("desk/order", &[("number", &order.0)], &AS_SCRIPT).await.json();
        let refund = shown["refunds"][0]["id"].as_str().unwrap().to_owned();
        let plain = format!("/orders/{}/credit-note.pdf", order.0);
        assert!(text_of(&ada.get(&format!("{plain}?refund={refund}")).await).contains("Credit note 000001"));
        let staff = fay.get(&format!("/admin{plain}?refund={refund}")).await;
        assert!(text_of(&staff).contains("Credit note 000001"), "the same one");
        let mut bob = app.customer("Bob", "bob@example.com").await;
        let other = app.placed(&[("S", 1)], GOOD).await;
        for path in [
            format!("{plain}?refund={refund}"),
            format!("/orders/{}/credit-note.pdf?token={}&refund={refund}", other.0, other.1),
            format!("{plain}?token={}", order.1),
            format!("{plain}?token={}&refund=01900000-0000-7000-8000-0000000000ff", order.1),
        ] {
            assert_eq!(bob.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        app.change("UPDATE refunds SET status = 'claimed'").await;
        assert_eq!(ada.get(&format!("{plain}?refund={refund}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(app.number(NUMBERS).await, 2, "an invoice and its credit note");
    }

    async fn the_papers_of_the_office_are_for_staff(app) {
        let (mut ada, order) = ada(&app).await;
        let papers = ["invoice.pdf", "packing-slip.pdf"].map(|paper| format!("/admin/orders/{}/{paper}", order.0));
        let mut weak = app.new_colleague("new@shop.example", Role::Owner).await;
        for path in &papers {
            let led = app.browser().get(path).await;
            let to = format!("/login?next={}", path.replace('/', "%2F").replace('-', "%2D").replace('.', "%2E"));
            assert_eq!((led.status, led.header("location")), (StatusCode::SEE_OTHER, to.as_str()));
            for browser in [&mut ada, &mut weak] {
                let answer = browser.get(path).await;
                assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::FORBIDDEN, "no-store"), "{path}");
            }
        }
        for role in Role::ALL {
            let mut colleague = app.colleague(&format!("{}@shop.example", role.name()), role).await;
            let [invoice, slip] = [&papers[0], &papers[1]];
            assert!(text_of(&colleague.get(invoice).await).contains("$156.00"), "{role:?}");
            let slip = text_of(&colleague.get(slip).await);
            assert!(slip.contains("Sea Shirt") && slip.contains("2 items in 1 line") && !slip.contains('$'), "{slip}");
            let none = colleague.get("/admin/orders/0000-0000/packing-slip.pdf").await;
            assert_eq!(none.status, StatusCode::NOT_FOUND);
        }
    }
}

/// The only order.
async fn order_id(app: &TestApp) -> ironmonger::domain::ids::OrderId {
    let mut reader = app.shop.db.read().await.unwrap();
    let sql = "SELECT id FROM orders";
    let id = match &mut reader.conn() {
        ironmonger::db::Conn::Sqlite(c) => sqlx::query_scalar(sql).fetch_one(&mut **c).await,
        ironmonger::db::Conn::Postgres(c) => sqlx::query_scalar(sql).fetch_one(&mut **c).await,
    };
    ironmonger::domain::ids::OrderId(id.unwrap())
}
