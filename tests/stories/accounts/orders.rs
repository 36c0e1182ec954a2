//! Whose order it is: of who has its token, or of who owns it and has signed in.

use super::{ADA, BOB, PASSWORD, call, done, refusal, register, see, sign_in, sign_up, token_for};
use crate::{
    app::{Browser, value_of},
    stories,
    stories::GOOD,
};
use axum::http::StatusCode;
use serde_json::Value;

const SHIRT: [(&str, &str, &str, i64); 1] = [("S", "S", "78.00", 9)];
const HOME: [(&str, &str); 5] = [
    ("name", "Ada Lovelace"),
    ("line1", "12 St James's Square"),
    ("city", "London"),
    ("postcode", "SW1Y 4JH"),
    ("country", "GB"),
];

/// The numbers of the orders that somebody's account shows.
pub async fn numbers(browser: &mut Browser<'_>) -> Vec<String> {
    let list = see(browser, "account/orders?page=1").await.json();
    let orders = list["orders"].as_array().unwrap_or_else(|| panic!("{list}"));
    orders.iter().map(|order| order["number"].as_str().unwrap().to_owned()).collect()
}

/// Puts one shirt into the cart and orders it: the number.
pub async fn buy(browser: &mut Browser<'_>, email: &str) -> String {
    done(browser, "cart/add", &[("sku", "S"), ("quantity", "1")]).await;
    let page = browser.get("/checkout").await.text;
    let (attempt, shown) = (value_of(&page, "attempt"), value_of(&page, "shown"));
    let mut fields = vec![
        ("attempt", attempt.as_str()),
        ("shown", &shown),
        ("email", email),
        ("shipping_method", "standard"),
        ("card", GOOD),
        ("expiry", "12/30"),
        ("security_code", "123"),
        ("keep_address", "true"),
    ];
    fields.extend(HOME);
    let placed = done(browser, "checkout/place", &fields).await;
    let page = placed["placed"]["page"].as_str().unwrap_or_else(|| panic!("{placed}")).to_owned();
    page["/orders/".len()..].split('?').next().unwrap().to_owned()
}

async fn status(browser: &mut Browser<'_>, path: &str) -> u16 {
    browser.get(path).await.status.as_u16()
}

/// The only address that somebody keeps.
async fn address(browser: &mut Browser<'_>) -> Value {
    let list = see(browser, "account/addresses").await.json();
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
    list[0].clone()
}

stories! {
    /// Sylius#6883, vendure#1699: registering with a guest's email shows nothing until it is verified.
    async fn a_guests_orders_appear_once_the_address_is_verified(app) {
        app.with_shirt(&SHIRT).await;
        let (mine, _) = app.placed(&[("S", 1)], GOOD).await;
        let mut other = app.order(&[("S", 1)], GOOD);
        other["email"] = BOB.into();
        app.post("/api/v1/orders", &other).await;
        let mut ada = app.browser();
        register(&mut ada, "ADA@example.com", PASSWORD).await;
        assert_eq!(see(&mut ada, "account/orders?page=1").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(status(&mut ada, &format!("/orders/{mine}")).await, 404);
        assert_eq!(app.number("SELECT COUNT(*) FROM orders WHERE account_id IS NOT NULL").await, 0);
        let token = token_for(&app, ADA, "verify").await.unwrap();
        done(&mut ada, "account/verify", &[("token", &token)]).await;
        assert_eq!(numbers(&mut ada).await, [mine], "and none of other addresses");
        // One that is placed as a guest later appears at once: the address is verified by now.
        let (later, _) = app.placed(&[("S", 1)], GOOD).await;
        assert!(numbers(&mut ada).await.contains(&later));
    }

    async fn an_order_placed_while_signed_in_is_the_accounts_whatever_address_it_names(app) {
        app.with_shirt(&SHIRT).await;
        let (mut ada, mut bob) = (sign_up(&app, ADA).await, sign_up(&app, BOB).await);
        let number = buy(&mut ada, BOB).await;
        assert_eq!((numbers(&mut ada).await, numbers(&mut bob).await), (vec![number.clone()], vec![]));
        sign_in(&mut bob, BOB, PASSWORD).await;
        assert!(numbers(&mut bob).await.is_empty(), "it has an owner");
        assert_eq!(status(&mut ada, &format!("/orders/{number}")).await, 200);
        assert_eq!(status(&mut bob, &format!("/orders/{number}")).await, 404);
    }

    async fn an_order_opens_for_its_owner_without_a_token_and_for_nobody_else(app) {
        app.with_shirt(&SHIRT).await;
        let (mut ada, mut bob) = (sign_up(&app, ADA).await, sign_up(&app, BOB).await);
        let number = buy(&mut ada, ADA).await;
        let mut guests = app.order(&[("S", 1)], GOOD);
        guests["email"] = "nobody@example.com".into();
        let guests = app.post("/api/v1/orders", &guests).await.json()["number"].as_str().unwrap().to_owned();
        let page = ada.get(&format!("/orders/{number}")).await;
        assert!(page.status == StatusCode::OK && page.text.contains("St James"));
        let shown = "/_fn/orders/show?token=&number=";
        assert_eq!(status(&mut ada, &format!("{shown}{number}")).await, 200);
        for browser in [&mut bob, &mut app.browser()] {
            assert_eq!(status(browser, &format!("/orders/{number}")).await, 404);
            assert_eq!(status(browser, &format!("{shown}{number}")).await, 404);
            let pay = [("number", number.as_str()), ("token", ""), ("card", GOOD), ("expiry", "12/30"), ("security_code", "123")];
            assert_eq!(refusal(&call(browser, "orders/pay", &pay).await), (404, "not_found".into()));
        }
        assert_eq!(status(&mut ada, &format!("/orders/{number}?token=x")).await, 404, "a token that is there has to be right");
        assert_eq!(status(&mut ada, &format!("/orders/{guests}")).await, 404, "an order of nobody's is not hers");
    }

    /// CVE-2026-22589: an order without an owner is not that of somebody without an account.
    async fn nobody_owns_what_has_no_owner(app) {
        app.with_shirt(&SHIRT).await;
        let mut bob = sign_up(&app, BOB).await;
        let (number, token) = app.placed(&[("S", 1)], GOOD).await;
        app.change("UPDATE order_people SET email = '', email_key = ''").await;
        sign_in(&mut bob, BOB, PASSWORD).await;
        for browser in [&mut bob, &mut app.browser()] {
            for given in ["", "?token=", "?token=null"] {
                assert_eq!(status(browser, &format!("/orders/{number}{given}")).await, 404, "{given}");
            }
        }
        assert!(numbers(&mut bob).await.is_empty());
        assert_eq!(status(&mut bob, &format!("/orders/{number}?token={token}")).await, 200);
    }

    /// CVE-2026-22588: another's address id on my order.
    async fn an_address_of_another_customer_is_nothing_here(app) {
        app.with_shirt(&SHIRT).await;
        let (mut ada, mut bob) = (sign_up(&app, ADA).await, sign_up(&app, BOB).await);
        buy(&mut ada, ADA).await;
        let kept = address(&mut ada).await;
        let id = kept["id"].as_str().unwrap();
        assert_eq!(see(&mut bob, "account/addresses").await.json(), serde_json::json!([]));
        done(&mut bob, "cart/add", &[("sku", "S"), ("quantity", "1")]).await;
        let page = bob.get(&format!("/checkout?address={id}")).await.text;
        assert!(page.contains("Place order") && value_of(&page, "line1").is_empty());
        // His own name is hers in these stories, so it is the street that tells.
        assert!(!page.contains("St James"));
        assert!(!see(&mut bob, &format!("checkout/show?address={id}")).await.text.contains("St James"));
        let mut anew = vec![("id", id)];
        anew.extend(HOME.map(|(name, value)| (name, if name == "line1" { "1 Bob's Way" } else { value })));
        for (function, fields) in [("save_address", anew.as_slice()), ("delete_address", &[("id", id)]), ("prefer_address", &[("id", id)])] {
            let refused = call(&mut bob, &format!("account/{function}"), fields).await;
            assert_eq!(refusal(&refused), (404, "not_found".into()), "{function}");
        }
        assert_eq!(address(&mut ada).await, kept);
        done(&mut ada, "cart/add", &[("sku", "S"), ("quantity", "1")]).await;
        assert!(ada.get("/checkout").await.text.contains("St James"), "her own is filled in");
    }
}
