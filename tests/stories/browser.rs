//! Shopping with a browser that runs no JavaScript.

use super::{CHALLENGE, DECLINED, GOOD};
use crate::{
    app::{Answer, Browser, all_at_once, text_of, value_of},
    stories,
};
use axum::http::StatusCode;
use serde_json::json;
use std::sync::Arc;

/// Sends the checkout form of a page, filled in but for what is given.
async fn check_out(browser: &mut Browser<'_>, page: &str, other: &[(&str, &str)]) -> Answer {
    let (attempt, total) = (value_of(page, "attempt"), value_of(page, "shown"));
    let filled = [
        ("attempt", attempt.as_str()),
        ("shown", total.as_str()),
        ("email", "ada@example.com"),
        ("name", "Ada Lovelace"),
        ("line1", "1 Quay"),
        ("city", "Ely"),
        ("postcode", "CB7 4AA"),
        ("country", "GB"),
        ("shipping_method", "standard"),
        ("card", GOOD),
        ("expiry", "12/30"),
        ("security_code", "123"),
    ];
    let field = |(name, value)| other.iter().copied().find(|(n, _)| *n == name).unwrap_or((name, value));
    browser.submit("checkout/place", &filled.map(field)).await
}

async fn add(browser: &mut Browser<'_>, sku: &str, quantity: &str) -> Answer {
    browser.submit_and_follow("cart/add", &[("sku", sku), ("quantity", quantity)]).await
}

fn location(answer: &Answer) -> &str {
    answer.header("location")
}

stories! {
    async fn from_the_product_to_the_thank_you(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let mut browser = app.browser();
        let cart = add(&mut browser, "S", "2").await;
        assert!(cart.text.contains("Sea Shirt, S, Blue") && cart.text.contains("Cart, 2 items"));
        let page = browser.get("/checkout").await.text;
        let placed = check_out(&mut browser, &page, &[]).await;
        assert_eq!(placed.status, StatusCode::SEE_OTHER, "{}", placed.text);
        let order = browser.get(location(&placed)).await.text;
        assert!(order.contains("Thank you") && order.contains("Sea Shirt") && order.contains("$161.00"));
        assert!(browser.get("/cart").await.text.contains("Your cart is empty"));
        assert_eq!(app.stock("S").await, 3);
        app.doctor_finds_nothing().await;
    }

    async fn a_form_without_the_right_token_changes_nothing(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let mut browser = app.browser();
        let stranger = app.browser().token().await;
        browser.get("/cart").await;
        let line = [("sku", "S"), ("quantity", "1")];
        for token in [None, Some(""), Some("x"), Some(stranger.as_str())] {
            let fields: Vec<_> = line.into_iter().chain(token.map(|token| ("csrf", token))).collect();
            let from_here = ("origin", "http://localhost");
            let told = browser.submit_as_is("cart/add", &fields, &[from_here, ("accept", "application/json")]).await;
            let expected = if token.is_some() { StatusCode::FORBIDDEN } else { StatusCode::BAD_REQUEST };
            assert_eq!(told.status, expected, "{}", told.text);
            let sent_back = browser.submit_as_is("cart/add", &fields, &[from_here]).await;
            assert!(location(&sent_back).starts_with("http://localhost/cart?"), "{}", location(&sent_back));
            assert!(!sent_back.status.is_server_error());
        }
        assert!(browser.get("/cart").await.text.contains("Your cart is empty"));
    }

    async fn a_form_on_another_site_changes_nothing(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let mut browser = app.browser();
        let token = browser.token().await;
        let fields = [("sku", "S"), ("quantity", "1"), ("csrf", token.as_str())];
        for foreign in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
            let refused = browser.submit_as_is("cart/add", &fields, &[foreign]).await;
            assert_eq!((refused.status, refused.code()), (StatusCode::FORBIDDEN, "foreign_request".into()));
        }
        let by_link = browser.get(&format!("/_fn/cart/add?sku=S&quantity=1&csrf={token}")).await;
        assert!(by_link.status.is_client_error());
        assert!(browser.get("/cart").await.text.contains("Your cart is empty"));
    }

    async fn what_cannot_go_into_the_cart_is_told_on_the_page_the_form_was_on(app) {
        app.with_shirt(&[("S", "S", "78.00", 5), ("M", "M", "78.00", 0)]).await;
        let mut browser = app.browser();
        add(&mut browser, "S", "1").await;
        for (sku, quantity, words) in [
            ("S", "0", "Enter a whole number from 1 to 999."),
            ("S", "-1", "Enter a whole number from 1 to 999."),
            ("S", "1000000000", "Enter a whole number from 1 to 999."),
            ("S", "1.5", "Enter a whole number from 1 to 999."),
            ("S", "many", "Enter a whole number from 1 to 999."),
            ("S", "", "Enter a whole number from 1 to 999."),
            ("nothing", "1", "We do not sell this any more."),
            ("S\0", "1", "We do not sell this any more."),
            ("M", "1", "This has sold out."),
        ] {
            for (from, function) in [("/p/sea-shirt", "cart/add"), ("/cart", "cart/set")] {
                browser.get(from).await;
                let page = browser.submit_and_follow(function, &[("sku", sku), ("quantity", quantity)]).await;
                assert_eq!(page.status, StatusCode::OK);
                assert!(page.text.contains(words), "{function} {sku:?} {quantity}: {words}");
                assert!(page.text.contains("Cart, 1 item\""), "{function} {sku:?} {quantity}");
            }
        }
    }

    async fn more_than_there_is_becomes_what_there_is_and_the_shopper_is_told(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let told = "the quantity was set to what there is";
        let mut browser = app.browser();
        let cart = add(&mut browser, "S", "3").await;
        assert!(!cart.text.contains(told));
        let cart = add(&mut browser, "S", "3").await;
        assert!(cart.text.contains("Cart, 5 items") && cart.text.contains(told));
        let cart = browser.submit_and_follow("cart/set", &[("sku", "S"), ("quantity", "999")]).await;
        assert!(cart.text.contains("Cart, 5 items") && cart.text.contains(told));
        assert!(!browser.get("/cart").await.text.contains(told));
    }

    async fn a_cart_says_what_changed_since_and_can_then_be_mended(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let mut browser = app.browser();
        add(&mut browser, "S", "4").await;
        app.import("Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Inventory Qty,Variant Price\n\
            sea-shirt,Sea Shirt,Size,S,Colour,Blue,S,2,79.00\n").await;
        let cart = browser.get("/cart").await.text;
        assert!(cart.contains("Only 2 are left.") && cart.contains("it was $78.00") && !cart.contains("Go to checkout"));
        let cart = browser.submit_and_follow("cart/set", &[("sku", "S"), ("quantity", "2")]).await.text;
        assert!(!cart.contains("Only 2 are left.") && cart.contains("Go to checkout"));
    }

    async fn a_checkout_that_fails_keeps_what_was_typed_but_never_the_card(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let mut browser = app.browser();
        add(&mut browser, "S", "1").await;
        let page = browser.get("/checkout").await.text;
        let wrong = [("email", "nobody"), ("name", "Zoë <b>"), ("postcode", ""), ("card", "4111 1111 1111 1111"), ("expiry", "01/20")];
        let sent = check_out(&mut browser, &page, &wrong).await;
        assert_eq!((sent.status, location(&sent)), (StatusCode::SEE_OTHER, "/checkout"));
        let page = browser.get("/checkout").await.text;
        assert_eq!([value_of(&page, "email"), value_of(&page, "name")], ["nobody", "Zoë &lt;b&gt;"]);
        assert_eq!([value_of(&page, "city"), value_of(&page, "line1")], ["Ely", "1 Quay"]);
        for words in [
            "Enter an email address like name@example.com.", "Enter your postcode.", "This card has expired.",
            "This demo takes its test cards only", "Some fields need another look.",
        ] {
            assert!(page.contains(words), "{words}");
        }
        assert!(!page.contains("4111") && !page.contains("01/20") && page.contains("aria-invalid=\"true\""));
        assert_eq!(app.number("SELECT COUNT(*) FROM checkout_drafts WHERE form LIKE '%4111%'").await, 0);
        let sent = check_out(&mut browser, &page, &[("card", DECLINED)]).await;
        let page = browser.get(location(&sent)).await.text;
        assert!(page.contains("Your card was declined. Nothing was charged") && value_of(&page, "email") == "ada@example.com");
        let sent = check_out(&mut browser, &page, &[]).await;
        assert!(browser.get(location(&sent)).await.text.contains("Thank you"));
        assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 1);
        app.doctor_finds_nothing().await;
    }

    async fn sending_the_form_twice_makes_one_order(app) {
        app.with_shirt(&[("S", "S", "78.00", 5), ("M", "M", "78.00", 5)]).await;
        let mut browser = app.browser();
        add(&mut browser, "S", "1").await;
        let page = browser.get("/checkout").await.text;
        let first = check_out(&mut browser, &page, &[]).await;
        // Another tab goes on shopping before the button is pressed once more.
        add(&mut browser, "M", "1").await;
        let again = check_out(&mut browser, &page, &[]).await;
        assert_eq!(location(&first).split('?').next(), location(&again).split('?').next());
        assert!(browser.get("/cart").await.text.contains("Sea Shirt, M, Blue"), "what was put in since stays");
        assert_eq!((app.number("SELECT COUNT(*) FROM orders").await, app.stock("S").await, app.stock("M").await), (1, 4, 5));
    }

    async fn sending_the_form_many_times_at_once_makes_one_order(app) {
        app.with_shirt(&[("S", "S", "78.00", 50)]).await;
        let app = Arc::new(app);
        let mut browser = app.browser();
        add(&mut browser, "S", "1").await;
        let page = browser.get("/checkout").await.text;
        let cookie = browser.cookie();
        let answers = all_at_once(12, |_| {
            let (app, page, cookie) = (app.clone(), page.clone(), cookie.clone());
            async move { check_out(&mut app.browser_with(cookie), &page, &[]).await }
        }).await;
        for answer in &answers {
            let order = |answer: &Answer| location(answer).split('?').next().unwrap().to_owned();
            assert_eq!(order(answer), order(&answers[0]), "{}", answer.text);
            assert!(order(answer).starts_with("/orders/"));
        }
        assert_eq!((app.number("SELECT COUNT(*) FROM orders").await, app.stock("S").await), (1, 49));
        assert!(browser.get("/cart").await.text.contains("Your cart is empty"));
        app.doctor_finds_nothing().await;
    }

    async fn a_form_with_the_last_use_of_a_coupon_and_the_last_unit_sent_many_times_at_once_makes_one_order(app) {
        app.with_shirt(&[("S", "S", "78.00", 1)]).await;
        let promotion = app.promotion(json!({ "calculator": { "percent": "10%" } })).await;
        app.single_use("LASTONE", promotion).await;
        let app = Arc::new(app);
        let mut browser = app.browser();
        add(&mut browser, "S", "1").await;
        browser.submit_and_follow("cart/coupon", &[("coupon", "LASTONE")]).await;
        let page = browser.get("/checkout").await.text;
        let cookie = browser.cookie();
        let answers = all_at_once(12, |_| {
            let (app, page, cookie) = (app.clone(), page.clone(), cookie.clone());
            async move { check_out(&mut app.browser_with(cookie), &page, &[]).await }
        }).await;
        for answer in &answers {
            assert!(location(answer).starts_with("/orders/"), "{}", location(answer));
        }
        let used = app.number("SELECT CAST(SUM(uses) AS BIGINT) FROM coupons").await;
        assert_eq!((app.number("SELECT COUNT(*) FROM orders").await, app.stock("S").await, used), (1, 0, 1));
        app.doctor_finds_nothing().await;
    }

    async fn a_declined_card_sent_twice_at_once_leaves_the_cart_and_no_order(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let app = Arc::new(app);
        let mut browser = app.browser();
        add(&mut browser, "S", "1").await;
        for _ in 0..5 {
            let page = browser.get("/checkout").await.text;
            let cookie = browser.cookie();
            let answers = all_at_once(6, |_| {
                let (app, page, cookie) = (app.clone(), page.clone(), cookie.clone());
                async move { check_out(&mut app.browser_with(cookie), &page, &[("card", DECLINED)]).await }
            }).await;
            for answer in &answers {
                assert_eq!(location(answer), "/checkout", "{}", answer.text);
            }
        }
        assert!(browser.get("/cart").await.text.contains("Sea Shirt, S, Blue"));
        assert_eq!((app.number("SELECT COUNT(*) FROM orders").await, app.stock("S").await), (0, 5));
        app.doctor_finds_nothing().await;
    }

    async fn a_form_that_cannot_be_read_is_the_senders_mistake(app) {
        let request = axum::http::Request::post("/_fn/cart/add")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(axum::body::Body::from(&b"csrf=\xff&sku=a"[..]))
            .unwrap();
        let answer = app.call(request).await;
        assert!(answer.status.is_client_error(), "{} {}", answer.status, answer.text);
    }

    async fn a_cart_edited_in_a_second_tab_is_not_paid_at_the_old_total(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let mut browser = app.browser();
        add(&mut browser, "S", "1").await;
        let page = browser.get("/checkout").await.text;
        add(&mut browser, "S", "1").await;
        let sent = check_out(&mut browser, &page, &[]).await;
        let page = browser.get(location(&sent)).await.text;
        let words = text_of(&page);
        assert!(words.contains("What it costs has changed"), "{words}");
        for change in ["Sea Shirt, S, Blue, 1 to 2 $78.00 to $156.00", "Total $83.00 to $161.00"] {
            assert!(words.contains(change), "the shopper sees what changed: {change}: {words}");
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 0);
        let sent = check_out(&mut browser, &page, &[]).await;
        assert!(browser.get(location(&sent)).await.text.contains("$161.00"));
    }

    async fn an_empty_cart_cannot_be_ordered(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let mut browser = app.browser();
        assert!(browser.get("/checkout").await.text.contains("There is nothing to check out"));
        add(&mut browser, "S", "1").await;
        let page = browser.get("/checkout").await.text;
        browser.submit("cart/remove", &[("sku", "S")]).await;
        let sent = check_out(&mut browser, &page, &[]).await;
        assert_eq!(location(&sent), "/checkout");
        for attempt in ["", "x", "\0"] {
            let sent = check_out(&mut browser, &page, &[("attempt", attempt)]).await;
            assert!(!sent.status.is_server_error() && !location(&sent).contains("/orders/"));
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 0);
    }

    async fn a_challenge_leads_to_the_bank_and_back(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let mut browser = app.browser();
        add(&mut browser, "S", "1").await;
        let page = browser.get("/checkout").await.text;
        let bank = check_out(&mut browser, &page, &[("card", CHALLENGE)]).await;
        assert!(location(&bank).starts_with("/sandbox/challenge/"), "{}", location(&bank));
        let back = app.post_form(location(&bank), "answer=refuse").await;
        let order = browser.get(location(&back)).await.text;
        assert!(order.contains("The order is kept for you"));
        let (number, token) = (value_of(&order, "number"), value_of(&order, "token"));
        let card = [("number", number.as_str()), ("token", &token), ("card", GOOD), ("expiry", "12/30"), ("security_code", "123")];
        let paid = browser.submit_and_follow("orders/pay", &card).await;
        assert!(paid.text.contains("Thank you"));
        app.doctor_finds_nothing().await;
    }

    async fn nobody_sees_another_visitors_things(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let mut ada = app.browser();
        add(&mut ada, "S", "2").await;
        ada.submit("wishlist/save", &[("sku", "S"), ("saved", "true")]).await;
        let cookie = ada.cookie();
        let upside_down: String = cookie.chars().rev().collect();
        for cookie in [None, Some("visitor=".to_owned()), Some(format!("visitor={}", "0".repeat(64))), Some(upside_down), Some(cookie.to_uppercase())] {
            let mut other = cookie.map_or_else(|| app.browser(), |cookie| app.browser_with(cookie));
            for path in ["/cart", "/wishlist", "/checkout", "/", "/p/sea-shirt", "/_fn/cart/show", "/_fn/wishlist/show"] {
                let page = other.get(path).await.text;
                assert!(!page.contains("Cart, 2 items") && !page.contains("Sea Shirt, S, Blue") && !page.contains("\"quantity\":2"), "{path}");
            }
        }
        // Nor do they after Ada has looked at pages that are kept.
        for path in ["/", "/p/sea-shirt", "/search"] {
            assert!(ada.get(path).await.text.contains("Cart, 2 items"), "{path}");
            assert!(app.browser().get(path).await.text.contains("Cart, 0 items"), "{path}");
        }
    }

    async fn pages_that_are_kept_carry_each_visitors_own_token(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let token = |page: &str| page.split("name=\"csrf\" value=\"").nth(1).unwrap()[..64].to_owned();
        let (mut ada, mut bob) = (app.browser(), app.browser());
        let (adas, bobs) = (ada.get("/p/sea-shirt").await.text, bob.get("/p/sea-shirt").await.text);
        assert!(token(&adas) != token(&bobs) && !bobs.contains(&token(&adas)));
        assert_eq!([token(&adas), token(&bobs)], [ada.token().await, bob.token().await]);
    }

    async fn a_wishlist_is_seen_by_others_as_long_as_it_is_shared(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let (mut ada, mut friend) = (app.browser(), app.browser());
        ada.submit("wishlist/save", &[("sku", "S"), ("saved", "true")]).await;
        ada.submit("wishlist/share", &[("shared", "true")]).await;
        let list = ada.get("/wishlist").await.text;
        let at = list.find("/wishlist/shared/").expect("a link");
        let link = list[at..at + "/wishlist/shared/".len() + 64].to_owned();
        let seen = friend.get(&link).await;
        assert!(seen.status == StatusCode::OK && seen.text.contains("Sea Shirt") && !seen.text.contains("Move to cart"));
        assert!(!friend.get("/wishlist").await.text.contains("Sea Shirt"));
        ada.submit("wishlist/share", &[("shared", "false")]).await;
        assert_eq!(friend.get(&link).await.status, StatusCode::NOT_FOUND);
        ada.submit("wishlist/move", &[("sku", "")]).await;
        assert!(ada.get("/cart").await.text.contains("Sea Shirt, S, Blue"));
        assert!(ada.get("/wishlist").await.text.contains("Nothing pegged out yet"));
    }

    async fn nonsense_on_the_wishlist_is_told(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let mut browser = app.browser();
        for sku in ["nothing", "", "\0"] {
            let page = browser.submit_and_follow("wishlist/save", &[("sku", sku), ("saved", "true")]).await;
            assert_eq!(page.status, StatusCode::OK);
        }
        assert!(browser.get("/wishlist").await.text.contains("Nothing pegged out yet"));
    }

    async fn three_hundred_lines_work(app) {
        let skus: Vec<(String, String)> = (0..300).map(|i| (format!("SKU{i}"), format!("{i} cm"))).collect();
        let rows: Vec<_> = skus.iter().map(|(sku, size)| (sku.as_str(), size.as_str(), "1.00", 5)).collect();
        app.with_shirt(&rows).await;
        let mut browser = app.browser();
        let token = browser.token().await;
        for (sku, _) in &skus {
            let fields = [("sku", sku.as_str()), ("quantity", "1"), ("csrf", token.as_str())];
            let added = browser.submit_as_is("cart/add", &fields, &[("origin", "http://localhost")]).await;
            assert_eq!(added.status, StatusCode::SEE_OTHER);
        }
        let cart = browser.get("/cart").await.text;
        assert!(cart.contains("Cart, 300 items") && cart.contains("$305.00"));
        let page = browser.get("/checkout").await.text;
        let placed = check_out(&mut browser, &page, &[]).await;
        assert!(location(&placed).starts_with("/orders/"), "{}", location(&placed));
        assert!(browser.get("/cart").await.text.contains("Your cart is empty"));
        app.doctor_finds_nothing().await;
    }
}
