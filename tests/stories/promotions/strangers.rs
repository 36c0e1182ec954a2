//! Who types somebody's address is not them: their prices stay theirs, and what is known of them is told to nobody.

use super::super::GOOD;
use crate::{
    app::{Browser, TestApp, text_of, value_of},
    people::AS_SCRIPT,
    program::Place,
    stories,
};
use axum::http::StatusCode;
use serde_json::json;

const HOUR: i64 = 3_600_000;

/// Puts a shirt into a cart and goes to the checkout.
async fn at_checkout(browser: &mut Browser<'_>) -> String {
    browser.submit("cart/add", &[("sku", "S"), ("quantity", "1")]).await;
    browser.get("/checkout").await.text
}

/// What a script is told that types an address into the checkout.
async fn told(browser: &mut Browser<'_>, attempt: &str, email: &str) -> String {
    let token = browser.token().await;
    let fields = [("csrf", token.as_str()), ("attempt", attempt), ("shown", ""), ("update", "total"), ("email", email)];
    let answer = browser.submit_as_is("checkout/place", &fields, &AS_SCRIPT).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.text
}

async fn total_in_cart(browser: &mut Browser<'_>) -> String {
    let words = text_of(&browser.get("/cart").await.text);
    let (_, rest) = words.split_once("Total ").unwrap_or_else(|| panic!("{words}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

impl TestApp {
    /// Ten percent off for a group.
    async fn for_friends(&self) {
        self.promotion(json!({
            "label": "Friends only", "needs_coupon": false, "lane": 1, "conditions": { "groups": ["friends"] },
        }))
        .await;
    }
}

stories! {
    async fn a_groups_price_is_for_members_who_have_signed_in_and_for_nobody_who_types_their_address(app) {
        app.with_shirt(&[("S", "S", "78.00", 9)]).await;
        app.for_friends().await;
        let (mut ada, mut bob) = (app.customer("Ada", "ada@example.com").await, app.customer("Bob", "bob@example.com").await);
        let place = Place::of(&app);
        for (arguments, status) in [
            (&["account", "group", "Ada@example.com", "--add", " Friends "][..], 0),
            (&["account", "group", "ada@example.com", "--add", "friends"], 1),
            (&["account", "group", "bob@example.com", "--remove", "friends"], 1),
            (&["account", "group", "nobody@example.com", "--add", "friends"], 2),
            (&["account", "group", "bob@example.com", "--add", " "], 2),
            (&["account", "group", "bob@example.com"], 2),
            (&["account", "group", "bob@example.com", "--add", "friends", "--remove", "friends"], 2),
        ] {
            let done = place.run(arguments).await;
            assert_eq!(done.status, status, "{arguments:?}: {} {}", done.out, done.err);
        }
        let mut guest = app.browser();
        at_checkout(&mut ada).await;
        at_checkout(&mut bob).await;
        let page = at_checkout(&mut guest).await;
        assert_eq!(total_in_cart(&mut ada).await, "$75.20");
        assert_eq!(total_in_cart(&mut bob).await, "$83.00");
        let typed = told(&mut guest, &value_of(&page, "attempt"), "ada@example.com").await;
        assert!(!typed.contains("Friends only") && !typed.contains("friends"), "{typed}");
        assert_eq!(total_in_cart(&mut guest).await, "$83.00");
        let placed = app.place_with(GOOD, json!({ "email": "ada@example.com" })).await;
        assert_eq!(placed.json()["total"]["amount"], 8_300, "{}", placed.text);
        // And out of it again.
        assert_eq!(place.run(&["account", "group", "ada@example.com", "--remove", "FRIENDS"]).await.status, 0);
        assert_eq!(total_in_cart(&mut ada).await, "$83.00");
        assert_eq!(app.number("SELECT COUNT(*) FROM audit_log WHERE subject = 'ada@example.com' AND detail = 'friends'").await, 2);
    }

    async fn what_a_stranger_is_told_is_the_same_for_an_address_that_is_known_and_one_that_is_not(app) {
        app.with_shirt(&[("S", "S", "78.00", 9)]).await;
        app.for_friends().await;
        let limits = json!({ "total_uses": 100, "uses_per_customer": 2 });
        app.promotion(json!({ "label": "Everyday", "needs_coupon": false, "conditions": limits })).await;
        let later = json!({ "starts_at": app.now().0 + HOUR });
        app.promotion(json!({ "label": "Secret of Friday", "needs_coupon": false, "lane": 2, "conditions": later })).await;
        app.customer("Ada", "ada@example.com").await;
        assert_eq!(Place::of(&app).run(&["account", "group", "ada@example.com", "--add", "friends"]).await.status, 0);
        let bought = app.place_with(GOOD, json!({ "email": "ada@example.com" })).await;
        assert_eq!(bought.status, StatusCode::CREATED, "{}", bought.text);
        let mut stranger = app.browser();
        let page = at_checkout(&mut stranger).await;
        let attempt = value_of(&page, "attempt");
        let nobody = told(&mut stranger, &attempt, "nobody@example.com").await;
        assert_eq!(told(&mut stranger, &attempt, "ada@example.com").await, nobody);
        assert!(nobody.contains("Everyday"), "{nobody}");
        for secret in ["Friends only", "friends", "Secret of Friday"] {
            assert!(!nobody.contains(secret), "{secret}: {nobody}");
        }
    }
}
