//! What a guest put into cart and wishlist, once they sign in: it becomes one with the account's and nobody else's.

use super::{ADA, BOB, PASSWORD, SCRIPT, done, see, sign_in, sign_up, signed_in};
use crate::{
    app::{Browser, all_at_once},
    stories,
};
use axum::http::StatusCode;
use ironmonger::{
    account::service::{merge::merge, store::find_account_by_email},
    db::{Conn, Tx},
    domain::ids::ShopperId,
    server::tokens::token_hash,
};
use std::{sync::Arc, time::Duration};

async fn add(browser: &mut Browser<'_>, sku: &str, quantity: &str) {
    done(browser, "cart/add", &[("sku", sku), ("quantity", quantity)]).await;
}

async fn save(browser: &mut Browser<'_>, sku: &str) {
    done(browser, "wishlist/save", &[("sku", sku), ("saved", "true")]).await;
}

/// SKUs and quantities in the cart.
async fn cart(browser: &mut Browser<'_>) -> Vec<(String, u64)> {
    let summary = see(browser, "cart/summary").await.json();
    let mut lines: Vec<(String, u64)> = serde_json::from_value(summary["lines"].clone()).unwrap();
    lines.sort();
    lines
}

/// SKUs on the wishlist.
async fn wishes(browser: &mut Browser<'_>) -> Vec<String> {
    let summary = see(browser, "cart/summary").await.json();
    let mut saved: Vec<String> = serde_json::from_value(summary["saved"].clone()).unwrap();
    saved.sort();
    saved
}

/// The guest with that cookie.
async fn find_guest(tx: &mut Tx, hash: Vec<u8>) -> Option<ShopperId> {
    let sql = "SELECT id FROM shoppers WHERE token_hash = $1";
    let id = match tx.conn() {
        Conn::Sqlite(c) => sqlx::query_scalar(sql).bind(hash).fetch_optional(c).await,
        Conn::Postgres(c) => sqlx::query_scalar(sql).bind(hash).fetch_optional(c).await,
    };
    id.unwrap().map(ShopperId)
}

fn lines(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected.iter().map(|(sku, quantity)| ((*sku).to_owned(), *quantity)).collect()
}

const THREE: [(&str, &str, &str, i64); 3] = [("L", "L", "78.00", 9), ("M", "M", "78.00", 4), ("S", "S", "78.00", 9)];

stories! {
    /// bagisto#2954: a merge above stock; unchained#478: the same SKU is one line.
    async fn a_guests_cart_and_the_accounts_become_one_with_no_more_than_there_is(app) {
        app.with_shirt(&THREE).await;
        let mut ada = sign_up(&app, ADA).await;
        for (sku, quantity) in [("M", "3"), ("S", "1")] {
            add(&mut ada, sku, quantity).await;
        }
        let mut guest = app.browser();
        for (sku, quantity) in [("L", "2"), ("M", "3"), ("S", "2")] {
            add(&mut guest, sku, quantity).await;
        }
        let answer = sign_in(&mut guest, ADA, PASSWORD).await;
        assert_eq!(answer.json()["done"]["page"], "/cart?merged=3&clamped=1");
        let expected = lines(&[("L", 2), ("M", 4), ("S", 3)]);
        assert_eq!((cart(&mut guest).await, cart(&mut ada).await), (expected.clone(), expected));
        let page = guest.get("/cart?merged=3&clamped=1").await.text;
        assert!(page.contains("the quantity was set to what there is"), "it is told");
    }

    async fn what_has_sold_out_or_is_gone_stays_behind(app) {
        app.with_shirt(&THREE).await;
        sign_up(&app, ADA).await;
        let mut guest = app.browser();
        add(&mut guest, "S", "2").await;
        add(&mut guest, "M", "1").await;
        app.change("UPDATE stock_levels SET on_hand = 0 WHERE variant_id = (SELECT id FROM variants WHERE sku = 'M')").await;
        assert!(sign_in(&mut guest, ADA, PASSWORD).await.text.contains("clamped=1"));
        assert_eq!(cart(&mut guest).await, lines(&[("S", 2)]));
    }

    async fn who_comes_with_nothing_goes_where_they_wanted(app) {
        app.with_shirt(&THREE).await;
        sign_up(&app, ADA).await;
        let answer = sign_in(&mut app.browser(), ADA, PASSWORD).await;
        assert_eq!(answer.json()["done"]["page"], "/account");
        let mut guest = app.browser();
        add(&mut guest, "S", "1").await;
        let token = guest.token().await;
        let fields = [("email", ADA), ("password", PASSWORD), ("next", "/checkout"), ("csrf", &*token)];
        let answer = guest.submit_as_is("account/sign_in", &fields, &SCRIPT).await;
        assert_eq!(answer.json()["done"]["page"], "/checkout");
    }

    async fn wishlist_and_what_was_typed_at_the_checkout_come_along(app) {
        app.with_shirt(&THREE).await;
        let mut ada = sign_up(&app, ADA).await;
        save(&mut ada, "S").await;
        let mut guest = app.browser();
        save(&mut guest, "S").await;
        save(&mut guest, "M").await;
        add(&mut guest, "L", "1").await;
        let page = guest.get("/checkout").await.text;
        let (attempt, shown) = (crate::app::value_of(&page, "attempt"), crate::app::value_of(&page, "shown"));
        let typed = [("attempt", &*attempt), ("shown", &*shown), ("line1", "7 Typed Lane"), ("email", "x")];
        guest.submit("checkout/place", &typed).await;
        sign_in(&mut guest, ADA, PASSWORD).await;
        assert_eq!(wishes(&mut ada).await, ["M", "S"]);
        assert!(guest.get("/checkout").await.text.contains("7 Typed Lane"));
        assert!(ada.get("/checkout").await.text.contains("7 Typed Lane"), "also on another device");
    }

    /// vendure#263: never another customer's cart.
    async fn the_guest_is_no_more_and_nobody_else_sees_what_they_had(app) {
        app.with_shirt(&THREE).await;
        sign_up(&app, ADA).await;
        let mut bob = sign_up(&app, BOB).await;
        let mut guest = app.browser();
        add(&mut guest, "L", "2").await;
        save(&mut guest, "M").await;
        let before = guest.cookie();
        sign_in(&mut guest, ADA, PASSWORD).await;
        for mut other in [app.browser_with(before), app.browser()] {
            assert_eq!(cart(&mut other).await, lines(&[]));
            assert!(wishes(&mut other).await.is_empty());
        }
        assert_eq!(cart(&mut bob).await, lines(&[]));
        done(&mut guest, "account/sign_out", &[]).await;
        assert_eq!(cart(&mut guest).await, lines(&[]));
        sign_in(&mut guest, BOB, PASSWORD).await;
        assert_eq!(cart(&mut guest).await, lines(&[]), "nor who signs in next with this browser");
        assert_eq!(cart(&mut signed_in(&app, ADA).await).await, lines(&[("L", 2)]));
    }

    async fn of_many_merges_of_a_guest_at_once_one_finds_the_guest(app) {
        app.with_shirt(&[("S", "S", "78.00", 900)]).await;
        sign_up(&app, ADA).await;
        let account = find_account_by_email(&mut app.shop.db.read().await.unwrap().conn(), ADA).await.unwrap().unwrap();
        for round in 1..=3 {
            let mut guest = app.browser();
            add(&mut guest, "S", "10").await;
            let hash = token_hash(guest.cookie().split_once('=').unwrap().1);
            all_at_once(5, |_| {
                let (shop, account, hash) = (app.shop.clone(), account.clone(), hash.clone());
                async move {
                    let mut tx = shop.db.begin().await.unwrap();
                    if let Some(guest) = find_guest(&mut tx, hash).await {
                        // Both have found the guest before one of them is done.
                        tokio::time::sleep(Duration::from_millis(20)).await;
                        merge(&shop, &mut tx, guest, &account).await.unwrap();
                    }
                    tx.commit().await.unwrap();
                }
            }).await;
            assert_eq!(app.number("SELECT CAST(SUM(quantity) AS BIGINT) FROM cart_lines").await, round * 10);
        }
    }

    async fn signing_in_many_times_at_once_merges_a_cart_once(app) {
        app.with_shirt(&[("S", "S", "78.00", 900)]).await;
        let app = Arc::new(app);
        sign_up(&app, ADA).await;
        for round in 1..=4 {
            let mut guest = app.browser();
            add(&mut guest, "S", "10").await;
            save(&mut guest, "S").await;
            let (cookie, token) = (guest.cookie(), guest.token().await);
            let answers = all_at_once(6, |_| {
                let (app, cookie, token) = (app.clone(), cookie.clone(), token.clone());
                async move {
                    let fields = [("email", ADA), ("password", PASSWORD), ("csrf", &*token)];
                    app.browser_with(cookie).submit_as_is("account/sign_in", &fields, &SCRIPT).await
                }
            }).await;
            for answer in &answers {
                assert!(matches!(answer.status, StatusCode::OK | StatusCode::TOO_MANY_REQUESTS), "{}", answer.text);
            }
            assert!(answers.iter().filter(|answer| answer.status == StatusCode::OK).count() > 1);
            assert_eq!(cart(&mut signed_in(&app, ADA).await).await, lines(&[("S", round * 10)]));
        }
    }
}
