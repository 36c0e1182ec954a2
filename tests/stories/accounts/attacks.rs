//! What other shops got wrong about security and identity, each tried here. What is tried elsewhere:
//!
//! - another's address id (CVE-2026-22588): `orders::an_address_of_another_customer_is_nothing_here`
//! - an order of nobody's (CVE-2026-22589): `orders::nobody_owns_what_has_no_owner`
//! - empty tokens (CVE-2020-26223): `registering::links_that_are_old_forged_cut_or_empty_open_nothing`,
//!   `buying::only_its_own_token_opens_an_order`, `privacy::a_copy_opens_by_its_own_link_for_a_while`
//! - telling who has an account (CVE-2026-31888, CVE-2026-39851):
//!   `registering::registering_tells_nobody_whether_an_address_has_an_account`,
//!   `forgetting::asking_for_a_link_tells_nobody_whether_there_is_an_account`,
//!   `forgetting::an_address_of_another_account_cannot_be_taken_over`,
//!   `signing_in::a_wrong_password_costs_and_tells_the_same_whether_or_not_there_is_an_account`
//! - script in rich text (CVE-2026-22849): `importing::a_description_keeps_its_markup_but_no_script`
//! - files outside the site (GHSA-r9mq-3c9r-fmjq): `routes::files::nothing_outside_the_site_is_served`
//! - cross-site forms (GHSA-h3fg-h5v3-vf8m): `browser::a_form_on_another_site_changes_nothing`
//! - merging carts (bagisto#2954, unchained#478, vendure#263): `carts`
//! - a guest's orders before the address is verified (Sylius#6883, vendure#1699):
//!   `orders::a_guests_orders_appear_once_the_address_is_verified`
//! - many lines (bagisto#11029): `browser::three_hundred_lines_work`

use super::{
    ADA, BOB, PASSWORD, SCRIPT, call, done, is_signed_in, orders::buy, refusal, register, see, sign_in, sign_up,
    token_for,
};
use crate::{
    app::{TestApp, value_of},
    stories,
    stories::GOOD,
};
use axum::http::StatusCode;
use ironmonger::db::Conn;
use std::time::Duration;

const SHIRT: [(&str, &str, &str, i64); 1] = [("S", "S", "78.00", 9)];

/// Changes the database behind the shop's back, if it lets itself be changed so.
async fn can_change(app: &TestApp, sql: &'static str) -> bool {
    let mut tx = app.shop.db.begin().await.unwrap();
    match tx.conn() {
        Conn::Sqlite(c) => sqlx::query(sql).execute(c).await.is_ok(),
        Conn::Postgres(c) => sqlx::query(sql).execute(c).await.is_ok(),
    }
}

/// Addresses that a pattern with a way back would think about for ever.
fn slow_addresses() -> Vec<String> {
    vec![
        "a".repeat(50_000),
        format!("{}!", "a@".repeat(10_000)),
        format!("{}@", "a.".repeat(10_000)),
        format!("a@{}", "b.".repeat(10_000)),
        format!("a@{}", "-".repeat(20_000)),
    ]
}

stories! {
    /// CVE-2026-31821: a cart's token alone is no authority.
    async fn the_key_of_anothers_checkout_or_list_opens_nothing(app) {
        app.with_shirt(&SHIRT).await;
        let (mut ada, mut eve) = (app.browser(), app.browser());
        done(&mut ada, "cart/add", &[("sku", "S"), ("quantity", "2")]).await;
        let page = ada.get("/checkout").await.text;
        let (attempt, shown) = (value_of(&page, "attempt"), value_of(&page, "shown"));
        let fields = [
            ("attempt", attempt.as_str()), ("shown", &shown), ("email", "eve@example.com"), ("name", "Eve"), ("line1", "1 Elm"),
            ("city", "Ely"), ("postcode", "CB7 4AA"), ("country", "GB"), ("shipping_method", "standard"), ("card", GOOD),
            ("expiry", "12/30"), ("security_code", "123"),
        ];
        let refused = call(&mut eve, "checkout/place", &fields).await;
        assert!(refused.text.contains("refused") && !refused.text.contains("placed"), "{}", refused.text);
        assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 0);
        done(&mut ada, "wishlist/save", &[("sku", "S"), ("saved", "true")]).await;
        done(&mut ada, "wishlist/share", &[("shared", "true")]).await;
        let list = ada.get("/wishlist").await.text;
        let token = &list.split_once("/wishlist/shared/").unwrap().1[..64];
        for (function, more) in [("wishlist/save", ("saved", "false")), ("wishlist/move", ("x", "")), ("wishlist/share", ("shared", "false"))] {
            call(&mut eve, function, &[("sku", "S"), ("token", token), ("list", token), more]).await;
        }
        assert_eq!(eve.get(&format!("/wishlist/shared/{token}")).await.status, StatusCode::OK);
        assert!(ada.get("/wishlist").await.text.contains("Sea Shirt") && ada.get("/cart").await.text.contains("Cart, 2 items"));
    }

    /// CVE-2026-31820: what a form says beyond its own fields is not believed.
    async fn nobody_becomes_more_by_adding_fields_to_a_form(app) {
        app.with_shirt(&SHIRT).await;
        let mut bob = sign_up(&app, BOB).await;
        let bobs = see(&mut bob, "account/security").await.json()["sessions"][0]["id"].as_str().unwrap().to_owned();
        let mut ada = app.browser();
        let form = [("name", "Ada"), ("email", ADA), ("password", PASSWORD), ("role", "owner"), ("account", &bobs), ("verified", "true")];
        done(&mut ada, "account/register", &form).await;
        let token = token_for(&app, ADA, "verify").await.unwrap();
        done(&mut ada, "account/verify", &[("token", &token), ("email", BOB), ("role", "owner"), ("strong", "true")]).await;
        assert_eq!(refusal(&see(&mut ada, "admin/desk").await), (403, "forbidden".into()));
        done(&mut ada, "account/rename", &[("name", "Eve"), ("account", &bobs), ("email", BOB), ("id", &bobs)]).await;
        assert_eq!(see(&mut bob, "account/show").await.json()["name"], "Ada Lovelace");
        assert_eq!(see(&mut ada, &format!("account/show?email={BOB}&account={bobs}")).await.json()["email"], ADA);
        done(&mut ada, "cart/add", &[("sku", "S"), ("quantity", "1"), ("price", "1"), ("unit_price", "1"), ("shopper", &bobs)]).await;
        assert!(ada.get("/cart").await.text.contains("$78.00"));
    }

    /// CVE-2026-31887: a guest's link with filters of its sender's.
    async fn a_link_to_one_order_opens_no_other_whatever_is_added_to_it(app) {
        app.with_shirt(&SHIRT).await;
        let mut ada = sign_up(&app, ADA).await;
        let (own, token) = app.placed(&[("S", 1)], GOOD).await;
        let other = buy(&mut ada, ADA).await;
        let mut eve = app.browser();
        for added in [format!("email={ADA}"), format!("number={own}"), "account=null".into(), "account_id=".into(), "filter[id]=*".into(), "token=".into(), "or=1".into()] {
            for path in [format!("/orders/{other}"), format!("/api/v1/orders/{other}")] {
                for query in [format!("token={token}&{added}"), format!("{added}&token={token}"), added.clone()] {
                    let answer = eve.get(&format!("{path}?{query}")).await;
                    assert!(matches!(answer.status.as_u16(), 400 | 404), "{path}?{query}: {}", answer.status);
                    assert!(!answer.text.contains("St James"));
                }
            }
        }
        for query in [format!("number={other}&token={token}&number={own}"), format!("number={own}&number={other}&token={token}")] {
            assert!(!eve.get(&format!("/_fn/orders/show?{query}")).await.text.contains("St James"), "{query}");
        }
    }

    /// CVE-2020-26223: a token that is empty, everywhere one is taken.
    async fn an_empty_token_opens_nothing(app) {
        app.with_shirt(&SHIRT).await;
        let mut ada = sign_up(&app, ADA).await;
        let (number, _) = app.placed(&[("S", 1)], GOOD).await;
        let mut eve = app.browser();
        for path in [format!("/orders/{number}?token="), format!("/api/v1/orders/{number}?token="), format!("/_fn/orders/show?number={number}&token="), "/wishlist/shared/".into(), "/_fn/account/link?token=".into(), "/account/export/?token=".into()] {
            assert!(eve.get(&path).await.status.is_client_error(), "{path}");
        }
        let empty = [
            ("account/verify", vec![("token", "")]), ("account/reset", vec![("token", ""), ("new_password", PASSWORD)]),
            ("account/confirm_email", vec![("token", "")]), ("account/second_factor", vec![("ticket", ""), ("code", "")]),
            ("account/passkey_sign_in", vec![("ceremony", ""), ("credential", "{}")]), ("orders/pay", vec![("number", &*number), ("token", "")]),
        ];
        for (function, fields) in &empty {
            assert!(call(&mut eve, function, fields).await.status.is_client_error(), "{function}");
            let unsigned: Vec<_> = fields.iter().copied().chain([("csrf", "")]).collect();
            assert_eq!(eve.submit_as_is(function, &unsigned, &SCRIPT).await.status.as_u16(), 403, "{function}");
        }
        for cookie in ["visitor=", "visitor", "", "visitor=\"\""] {
            assert!(!is_signed_in(&mut app.browser_with(cookie.into())).await, "{cookie}");
        }
        assert!(is_signed_in(&mut ada).await);
    }

    /// CVE-2026-40887: SQL through a sort or language parameter, and every other that a stranger can write.
    async fn no_parameter_is_sql(app) {
        app.with_shirt(&SHIRT).await;
        let mut ada = sign_up(&app, ADA).await;
        for sql in ["price-asc'", "name; DROP TABLE accounts", "(SELECT password_hash FROM accounts)", "1 UNION SELECT email FROM accounts--", "\"", "$1", "en' OR '1'='1", "%00"] {
            let sql = percent_encoding::utf8_percent_encode(sql, percent_encoding::NON_ALPHANUMERIC).to_string();
            for path in [
                format!("/search?sort={sql}"), format!("/search?q=shirt&lang={sql}&locale={sql}&sort={sql}&page={sql}"), format!("/api/v1/search?sort={sql}"),
                format!("/api/v1/search?q={sql}&per_page={sql}"), format!("/api/v1/suggest?q={sql}"), format!("/p/{sql}?sku={sql}"), format!("/c/{sql}"),
                format!("/_fn/account/orders?page={sql}"), format!("/orders/{sql}?token={sql}"), format!("/_fn/checkout/show?address={sql}"), format!("/dev/mail.json?to={sql}"),
            ] {
                let answer = ada.get(&path).await;
                assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
                assert!(!answer.text.contains("$argon2") && !answer.text.contains("syntax error"), "{path}");
            }
            let mut request = axum::http::Request::get("/").header("accept-language", "x");
            request.headers_mut().unwrap().insert("accept-language", sql.parse().unwrap());
            assert_eq!(app.call(request.body(axum::body::Body::empty()).unwrap()).await.status, StatusCode::OK);
        }
        for email in ["' OR 1=1 --", "ada@example.com' --", "\" OR \"\"=\""] {
            assert_eq!(refusal(&sign_in(&mut app.browser(), email, PASSWORD).await), (401, "wrong_credentials".into()));
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM accounts").await, 1);
    }

    /// CVE-2026-22849: what somebody calls themselves is text, on pages and in letters.
    async fn script_in_a_name_is_text(app) {
        app.with_shirt(&SHIRT).await;
        let mut ada = app.browser();
        let name = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
        done(&mut ada, "account/register", &[("name", name), ("email", ADA), ("password", PASSWORD)]).await;
        let token = token_for(&app, ADA, "verify").await.unwrap();
        done(&mut ada, "account/verify", &[("token", &token)]).await;
        done(&mut ada, "cart/add", &[("sku", "S"), ("quantity", "1")]).await;
        for page in ["/account", "/account/security", "/account/privacy", "/checkout", "/"] {
            let text = ada.get(page).await.text;
            assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{page}");
        }
        assert!(ada.get("/account").await.text.contains("&lt;script&gt;alert(1)"));
        for mail in app.mails_to(ADA).await {
            assert!(!mail["html"].as_str().unwrap().contains("<script"), "{mail}");
        }
    }

    /// GHSA-qxmr-qxh6-2cc9: slow expressions on emails.
    async fn a_very_long_address_is_refused_before_it_costs_anything(app) {
        app.with_shirt(&SHIRT).await;
        let mut browser = app.browser();
        let work = async {
            for email in slow_addresses() {
                assert_eq!(register(&mut browser, &email, PASSWORD).await.status.as_u16(), 422);
                assert_eq!(call(&mut browser, "account/forgot", &[("email", &email)]).await.status.as_u16(), 422);
                assert_eq!(call(&mut browser, "account/change_email", &[("email", &email), ("password", PASSWORD)]).await.status.as_u16(), 401);
                let mut order = app.order(&[("S", 1)], GOOD);
                order["email"] = email.as_str().into();
                assert_eq!(app.post("/api/v1/orders", &order).await.pointer(), "/email");
            }
            let huge = "a@".repeat(50_000);
            assert_eq!(register(&mut browser, &huge, PASSWORD).await.status.as_u16(), 413);
            assert_eq!(call(&mut browser, "account/forgot", &[("email", &huge)]).await.status.as_u16(), 413);
        };
        tokio::time::timeout(Duration::from_secs(30), work).await.expect("soon");
        assert_eq!((app.shop.passwords.computed(), app.number("SELECT COUNT(*) FROM outbox").await), (0, 0));
    }

    /// spree#6719: order numbers are unique by constraint, not by luck; and so are the keys of accounts.
    async fn numbers_and_addresses_are_unique_by_constraint(app) {
        app.with_shirt(&SHIRT).await;
        app.placed(&[("S", 1)], GOOD).await;
        app.placed(&[("S", 1)], GOOD).await;
        sign_up(&app, ADA).await;
        sign_up(&app, BOB).await;
        for sql in [
            "UPDATE orders SET number = 'AAAA-AAAA'", "UPDATE accounts SET email_key = 'x'", "UPDATE accounts SET shopper_id = (SELECT shopper_id FROM accounts LIMIT 1)",
            "UPDATE sessions SET token_hash = (SELECT token_hash FROM sessions LIMIT 1)", "UPDATE sessions SET account_id = id",
        ] {
            assert!(!can_change(&app, sql).await, "{sql}");
        }
    }

    /// bagisto#8696: one email about an order, however often its payment is told of.
    async fn an_order_is_told_of_once(app) {
        app.with_shirt(&SHIRT).await;
        let order = app.placed(&[("S", 1)], crate::stories::LATE).await;
        app.pass(60_000);
        for _ in 0..3 {
            app.run_payment_jobs().await;
            app.order_of(&order).await;
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'order_confirmed'").await, 1);
    }
}
