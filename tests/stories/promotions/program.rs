//! The commands about promotions, run as their users run them.

use super::super::GOOD;
use crate::{program::Place, stories};
use axum::http::StatusCode;
use serde_json::json;
use std::collections::BTreeSet;

const TEN_OFF: &str = r#"{"label": "Ten off", "needs_coupon": true, "calculator": {"percent": "10%"}, "benefit": "order",
    "conditions": {"minimum_spend": {"amount": 9000, "currency": "USD"}}}"#;

stories! {
    async fn a_promotion_is_added_gets_its_coupons_and_is_switched_off(app) {
        app.with_shirt(&[("S", "S", "78.00", 9)]).await;
        let place = Place::of(&app);
        let file = place.file("ten.json", TEN_OFF);
        let added = place.run(&["promotions", "--add", file.to_str().unwrap()]).await;
        assert_eq!(added.status, 0, "{}", added.err);
        let id = added.out.trim();
        let out = place.folder().join("codes.txt");
        let begun = std::time::Instant::now();
        let made = place.run(&[
            "coupons", "--promotion", id, "--count", "10000", "--prefix", "SPRING", "--out", out.to_str().unwrap(),
        ]).await;
        assert_eq!((made.status, made.out.trim()), (0, "10000 coupons"), "{}", made.err);
        assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
        let codes = std::fs::read_to_string(&out).unwrap();
        let codes: BTreeSet<&str> = codes.lines().collect();
        assert_eq!(codes.len(), 10_000);
        let code = codes.first().unwrap();
        let mut order = app.order(&[("S", 2)], GOOD);
        order["coupon"] = json!(code);
        let placed = app.post("/api/v1/orders", &order).await;
        assert_eq!((placed.status, placed.json()["total"]["amount"].clone()), (StatusCode::CREATED, json!(14_040 + 500)), "{}", placed.text);
        assert_eq!(app.post("/api/v1/orders", &order).await.code(), "coupon_unusable");
        let listed = place.run(&["promotions"]).await;
        assert!(listed.out.contains(id) && listed.out.contains("used 1  Ten off"), "{}", listed.out);
        let single = place.run(&["coupons", "--promotion", id, "--code", "WELCOME10", "--uses", "0"]).await;
        assert_eq!((single.status, single.out.trim()), (0, "WELCOME10"), "{}", single.err);
        let again = place.run(&["coupons", "--promotion", id, "--code", "we1come-1o"]).await;
        assert_eq!(again.status, 1, "a code that is read as another: {}", again.out);
        assert_eq!(place.run(&["promotions", "--disable", id]).await.status, 0);
        order["coupon"] = json!("WELCOME10");
        assert_eq!(app.post("/api/v1/orders", &order).await.code(), "coupon_unusable");
    }

    async fn a_dry_run_says_why_a_promotion_applies_or_not(app) {
        app.with_shirt(&[("S", "S", "78.00", 9)]).await;
        let place = Place::of(&app);
        let file = place.file("ten.json", TEN_OFF);
        let id = place.run(&["promotions", "--add", file.to_str().unwrap()]).await.out.trim().to_owned();
        place.run(&["coupons", "--promotion", &id, "--code", "TEN", "--uses", "0"]).await;
        for (cart, told) in [
            (r#"{"lines": [{"sku": "S", "quantity": 1}]}"#, "Ten off: did not apply: It needs a coupon."),
            (r#"{"lines": [{"sku": "S", "quantity": 1}], "coupon": "TEN"}"#, "Spend $12.00 more"),
            (r#"{"lines": [{"sku": "S", "quantity": 2}], "coupon": "ten"}"#, "Ten off: applied, $15.60 off"),
            (r#"{"lines": [{"sku": "S", "quantity": 2}], "coupon": "NONE"}"#, "coupon NONE: There is no coupon with this code."),
        ] {
            let file = place.file("cart.json", cart);
            let explained = place.run(&["promotions", "--explain", file.to_str().unwrap()]).await;
            assert_eq!(explained.status, 0, "{}", explained.err);
            assert!(explained.out.contains(told), "{told} in {}", explained.out);
        }
        assert_eq!(app.uses().await, (0, 0), "a dry run uses nothing");
    }

    async fn a_dry_run_gives_no_more_away_than_an_order_would(app) {
        app.with_shirt(&[("S", "S", "78.00", 9), ("M", "M", "10.00", 1)]).await;
        app.promotion(json!({ "label": "Soap", "needs_coupon": false, "benefit": { "gift": { "sku": "M", "quantity": 1 } } })).await;
        let place = Place::of(&app);
        for (lines, told) in [
            (r#"{"lines": [{"sku": "S", "quantity": 1}]}"#, "Soap: applied"),
            // The last one is bought.
            (r#"{"lines": [{"sku": "S", "quantity": 1}, {"sku": "M", "quantity": 1}]}"#, "Soap: did not apply"),
        ] {
            let file = place.file("cart.json", lines);
            let explained = place.run(&["promotions", "--explain", file.to_str().unwrap()]).await;
            assert!(explained.out.contains(told), "{told} in {} {}", explained.out, explained.err);
        }
    }

    async fn what_makes_no_sense_is_refused_with_the_reason(app) {
        let place = Place::of(&app);
        for (text, told) in [
            ("{", "it cannot be read"),
            (r#"{"label": "x", "calculator": {"percent": "0%"}, "benefit": "order"}"#, "more than nothing"),
            (r#"{"label": "x", "calculator": {"percent": "5%"}, "benefit": "order", "conditons": {}}"#, "no field 'conditons'"),
        ] {
            let file = place.file("bad.json", text);
            let refused = place.run(&["promotions", "--add", file.to_str().unwrap()]).await;
            assert!(refused.status == 2 && refused.err.contains(told), "{text}: {}", refused.err);
        }
        let nobody = "01900000-0000-7000-8000-000000000000";
        assert_eq!(place.run(&["coupons", "--promotion", nobody, "--code", "X"]).await.status, 1);
        assert_eq!(place.run(&["promotions", "--disable", nobody]).await.status, 1);
        for amount in ["0", "-5", "x", "1.001"] {
            assert_eq!(place.run(&["gift-cards", &format!("--issue={amount}")]).await.status, 2, "{amount}");
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM promotions").await, 0);
        assert_eq!(app.number("SELECT COUNT(*) FROM gift_cards").await, 0);
    }

    async fn a_gift_card_is_printed_or_sent(app) {
        let place = Place::of(&app);
        let printed = place.run(&["gift-cards", "--issue", "50.00"]).await;
        assert_eq!((printed.status, printed.out.trim().len()), (0, 19), "{}", printed.err);
        let sent = place.run(&["gift-cards", "--issue", "20", "--email", "ada@example.com"]).await;
        assert!(sent.status == 0 && sent.out.contains("$20.00 for ada@example.com"), "{} {}", sent.out, sent.err);
        assert_eq!(app.balance().await, 7_000);
        // The program goes by the world's clock, this shop by the test's.
        app.change("UPDATE outbox SET due_at = 0").await;
        let mail = app.mails_to("ada@example.com").await[0]["text"].as_str().unwrap().to_owned();
        assert!(mail.contains("$20.00") && !mail.contains(printed.out.trim()), "{mail}");
        // What was sent is kept nowhere.
        let code = mail.lines().find(|line| line.len() == 19 && line.split('-').count() == 4).unwrap().to_owned();
        let mut reader = app.shop.db.read().await.unwrap();
        let found = ironmonger::promotions::gift_cards::find_card(&mut reader.conn(), &code).await.unwrap();
        assert_eq!(found.unwrap().balance.amount, 2_000);
        drop(reader);
        assert_eq!(app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'note' AND payload <> '{}'").await, 0);
    }

    async fn a_giveaway_is_made_and_drawn_from_the_command_line(app) {
        let place = Place::of(&app);
        let made = place.run(&["giveaway", "create", "Winter", "--terms", "One jumper", "--until", "2020-01-01"]).await;
        assert_eq!(made.status, 2, "it ends before it begins: {}", made.out);
        let made = place.run(&["giveaway", "create", "Winter", "--terms", "One jumper", "--until", "2099-12-31"]).await;
        assert!(made.status == 0 && made.out.trim().ends_with("/giveaways/winter"), "{} {}", made.out, made.err);
        assert_eq!(place.run(&["giveaway", "create", "winter", "--terms", "x", "--until", "2099-12-31"]).await.status, 2);
        assert!(place.run(&["giveaway", "list"]).await.out.contains("winter  Winter"));
        assert_eq!(place.run(&["giveaway", "draw", "winter"]).await.status, 1, "it has not ended");
        assert_eq!(place.run(&["giveaway", "verify", "winter"]).await.status, 1);
        assert_eq!(place.run(&["giveaway", "entries", "winter"]).await.out, "");
        assert_eq!(place.run(&["giveaway", "entries", "nothing"]).await.status, 1);
    }
}
