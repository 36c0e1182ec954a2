//! Buying through the JSON API: what is taken, and what is refused and why.

use super::{DECLINED, GOOD};
use crate::stories;
use axum::http::StatusCode;
use serde_json::{Value, json};

stories! {
    async fn an_order_is_paid_and_its_page_shows_what_was_bought(app) {
        app.with_shirt(&[("S", "S", "78.00", 5), ("M", "M", "80.00", 5)]).await;
        let placed = app.place(&[("S", 1), ("m", 2)], GOOD).await;
        assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text);
        let placed = placed.json();
        assert_eq!(placed["status"], "paid");
        assert_eq!(placed["total"], json!({ "amount": 7800 + 16000 + 500, "currency": "USD" }));
        let (number, token) = (placed["number"].as_str().unwrap(), placed["token"].as_str().unwrap());
        let order = app.get(&format!("/api/v1/orders/{number}?token={token}")).await.json();
        assert_eq!(order["status"], "paid");
        assert_eq!(order["lines"][1]["title"], "Sea Shirt");
        assert_eq!(order["lines"][1]["options"], json!(["M", "Blue"]));
        assert_eq!((app.stock("S").await, app.stock("M").await), (4, 3));
        app.doctor_finds_nothing().await;
    }

    async fn a_declined_first_payment_leaves_no_order_and_takes_no_stock(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let refused = app.place(&[("S", 2)], DECLINED).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::PAYMENT_REQUIRED, "payment_declined".into()));
        assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 0);
        assert_eq!(app.stock("S").await, 5);
        app.doctor_finds_nothing().await;
    }

    async fn too_few_in_stock_says_how_many_there_are_and_takes_nothing_of_the_other_lines(app) {
        app.with_shirt(&[("S", "S", "78.00", 5), ("M", "M", "80.00", 1)]).await;
        let refused = app.place(&[("S", 1), ("M", 2)], GOOD).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::CONFLICT, "out_of_stock".into()));
        assert_eq!((refused.json()["available"].as_i64(), refused.pointer()), (Some(1), "/lines/1/sku".into()));
        assert_eq!((app.stock("S").await, app.stock("M").await), (5, 1));
        app.doctor_finds_nothing().await;
    }

    async fn two_lines_of_one_sku_count_together(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let refused = app.place(&[("S", 3), ("s", 3)], GOOD).await;
        assert_eq!((refused.code(), refused.json()["available"].as_i64()), ("out_of_stock".into(), Some(5)));
        let order = app.placed(&[("S", 2), (" s ", 3)], GOOD).await;
        let lines = app.order_of(&order).await["lines"].clone();
        assert_eq!((lines.as_array().unwrap().len(), lines[0]["quantity"].as_i64()), (1, Some(5)));
        let refused = app.place(&[("S", 999), ("S", 1)], GOOD).await;
        assert_eq!((refused.code(), refused.pointer()), ("invalid_quantity".into(), "/lines/0/quantity".into()));
    }

    async fn what_is_not_tracked_never_runs_out(app) {
        let csv = "Handle,Title,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price\n\
            card,Gift note,NOTE,,0,1.00\n";
        app.import(csv).await;
        assert_eq!(app.place(&[("NOTE", 999)], GOOD).await.status, StatusCode::CREATED);
        app.doctor_finds_nothing().await;
    }

    async fn a_price_that_changed_is_refused_with_the_new_quote(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let with_total = |amount: i64, currency: &str| {
            let mut order = app.order(&[("S", 2)], GOOD);
            order["expected_total"] = json!({ "amount": amount, "currency": currency });
            order
        };
        for (amount, currency) in [(16099, "USD"), (16101, "USD"), (0, "USD"), (-1, "USD"), (16100, "EUR")] {
            let refused = app.post("/api/v1/orders", &with_total(amount, currency)).await;
            assert_eq!((refused.status, refused.code()), (StatusCode::CONFLICT, "price_changed".into()));
            assert_eq!(refused.json()["quote"]["total"], json!({ "amount": 16100, "currency": "USD" }));
        }
        let refused = app.post("/api/v1/orders", &with_total(16100, "dollars")).await;
        assert_eq!((refused.status, refused.pointer()), (StatusCode::UNPROCESSABLE_ENTITY, "/expected_total/currency".into()));
        assert_eq!(app.post("/api/v1/orders", &with_total(16100, "usd")).await.status, StatusCode::CREATED);
        assert_eq!(app.stock("S").await, 3);
    }

    async fn a_quantity_is_a_whole_number_from_1_to_999(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let nonsense = [
            json!(0), json!(-1), json!(1000), json!(1_000_000_000), json!(1e9), json!(1.5), json!("1"), json!(null),
            json!(true), json!([1]), json!(u64::MAX), json!(-0.0),
        ];
        for quantity in nonsense {
            for path in ["/api/v1/orders", "/api/v1/quote"] {
                let mut order = app.order(&[("S", 1), ("S", 1)], GOOD);
                order["lines"][1]["quantity"] = quantity.clone();
                order["country"] = json!("GB");
                let refused = app.post(path, &order).await;
                let expected = (StatusCode::UNPROCESSABLE_ENTITY, "invalid_quantity".into(), "/lines/1/quantity".into());
                assert_eq!((refused.status, refused.code(), refused.pointer()), expected, "{path}: {quantity}");
            }
        }
        assert_eq!(app.stock("S").await, 5);
    }

    async fn an_unknown_sku_is_pointed_at(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let long = "x".repeat(5_000);
        for sku in ["nothing", "", "\u{0}", "S\u{0}", "'; DROP TABLE orders; --", "ÅNGSTRÖM", long.as_str()] {
            for path in ["/api/v1/orders", "/api/v1/quote"] {
                let mut order = app.order(&[("S", 1), (sku, 1)], GOOD);
                order["country"] = json!("GB");
                let refused = app.post(path, &order).await;
                let expected = (StatusCode::UNPROCESSABLE_ENTITY, "unknown_sku".into(), "/lines/1/sku".into());
                assert_eq!((refused.status, refused.code(), refused.pointer()), expected, "{path}: {}", refused.text);
                assert!(refused.text.len() < 1_000);
            }
        }
    }

    async fn every_field_that_is_wrong_is_pointed_at(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let cases: [(&str, Value, &str); 14] = [
            ("/email", json!(""), "invalid_email"),
            ("/email", json!("nobody"), "invalid_email"),
            ("/email", json!("a\u{0}@example.com"), "invalid_email"),
            ("/name", json!("  "), "invalid_name"),
            ("/name", json!("x".repeat(121)), "invalid_name"),
            ("/address/line1", json!(""), "invalid_address"),
            ("/address/city", json!("a\u{0}b"), "invalid_address"),
            ("/address/postcode", json!(""), "invalid_address"),
            ("/address/country", json!("Atlantis"), "invalid_address"),
            ("/payment/method", json!("barter"), "invalid_payment"),
            ("/payment/card", json!(""), "invalid_card"),
            ("/payment/card", json!("4111111111111111"), "invalid_card"),
            ("/shipping_method", json!("teleport"), "unknown_shipping_method"),
            ("/coupon", json!("SAVE10"), "coupon_unusable"),
        ];
        for (pointer, value, code) in cases {
            let mut order = app.order(&[("S", 1)], GOOD);
            order["coupon"] = Value::Null;
            *order.pointer_mut(pointer).unwrap() = value.clone();
            let refused = app.post("/api/v1/orders", &order).await;
            assert_eq!((refused.code(), refused.pointer()), (code.into(), pointer.into()), "{value}");
            let status = if code == "coupon_unusable" { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            assert_eq!((refused.status, refused.header("content-type")), (status, "application/problem+json"));
        }
        let mut order = app.order(&[("S", 1)], "x");
        order["email"] = json!("x");
        order["address"] = json!({});
        let errors = app.post("/api/v1/orders", &order).await.json()["errors"].clone();
        assert_eq!(errors.as_array().unwrap().len(), 6, "{errors}");
        assert_eq!(app.stock("S").await, 5);
    }

    async fn an_order_has_1_to_500_lines(app) {
        app.with_shirt(&[("S", "S", "78.00", 900)]).await;
        for count in [0, 501] {
            let refused = app.place(&vec![("S", 1); count], GOOD).await;
            assert_eq!((refused.status, refused.pointer()), (StatusCode::UNPROCESSABLE_ENTITY, "/lines".into()));
        }
        assert_eq!(app.place(&vec![("S", 1); 500], GOOD).await.status, StatusCode::CREATED);
    }

    async fn a_quote_is_what_the_order_then_costs(app) {
        app.with_shirt(&[("S", "S", "78.05", 5), ("M", "M", "0.01", 5)]).await;
        let quote = json!({ "lines": [{ "sku": "S", "quantity": 3 }, { "sku": "M", "quantity": 1 }], "country": "gb" });
        let quote = app.post("/api/v1/quote", &quote).await;
        assert_eq!(quote.status, StatusCode::OK, "{}", quote.text);
        let quote = quote.json();
        assert_eq!(quote["shipping_options"][0]["code"], "standard");
        assert_eq!(quote["total"]["amount"], 3 * 7805 + 1 + 500);
        let order = app.placed(&[("S", 3), ("M", 1)], GOOD).await;
        assert_eq!(app.order_of(&order).await["total"], quote["total"]);
        let nowhere = json!({ "lines": [{ "sku": "S", "quantity": 1 }], "country": "Atlantis" });
        assert_eq!(app.post("/api/v1/quote", &nowhere).await.pointer(), "/country");
    }

    async fn only_its_own_token_opens_an_order(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let (mine, other) = (app.placed(&[("S", 1)], GOOD).await, app.placed(&[("S", 1)], GOOD).await);
        let number = &mine.0;
        let cut = &mine.1[..mine.1.len() - 1];
        for token in ["", "x", "%00", "null", cut, other.1.as_str()] {
            for path in [format!("/api/v1/orders/{number}?token={token}"), format!("/orders/{number}?token={token}")] {
                assert_eq!(app.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
            }
            let refused = app.pay(&(number.clone(), token.to_owned()), GOOD).await;
            assert_eq!((refused.status, refused.code()), (StatusCode::NOT_FOUND, "not_found".into()));
        }
        for number in ["", "x", "%00", "AAAA-AAAA", other.0.as_str()] {
            let path = format!("/api/v1/orders/{number}?token={}", mine.1);
            assert_eq!(app.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(app.get(&format!("/orders/{number}?token={}", mine.1)).await.status, StatusCode::OK);
        app.pass(181 * 24 * 60 * 60 * 1000);
        assert_eq!(app.get(&format!("/orders/{number}?token={}", mine.1)).await.status, StatusCode::NOT_FOUND);
    }
}
