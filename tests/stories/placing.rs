//! The checkout's form: what is sent with "Place order" beside what is needed, and that nobody is led round in circles.

use super::{
    GOOD,
    pricing::{at_checkout, said, send, send_by_script},
};
use crate::{
    app::{TestApp, text_of, value_of},
    stories,
};
use axum::http::StatusCode;
use ironmonger::{
    domain::money::Currency,
    promotions::coupons::NewCoupons,
    shop::{info::ShopInfo, prices, store},
};
use serde_json::{Value, json};

impl TestApp {
    /// A dollar for a way to pay, in a shop that offers all of them.
    async fn with_fee_for(&self, method: &str) {
        self.with_shirt(&[("S", "S", "78.00", 50)]).await;
        let info = ShopInfo { pay_on_delivery: true, bank_details: "Ely Savings".into(), ..ShopInfo::default() };
        let mut tx = self.shop.db.begin().await.unwrap();
        store::update_info(&mut tx, &info).await.unwrap();
        tx.commit().await.unwrap();
        self.set_prices(
            json!({ "fees": [{ "code": "fee", "name": "Handling", "amount": "1 USD", "paid_by": method }] }),
        )
        .await;
    }

    async fn set_prices(&self, rules: Value) {
        let rules = prices::read(&rules.to_string(), Currency::USD).unwrap();
        prices::set(&self.shop, &rules).await.unwrap();
    }

    async fn with_coupon(&self) {
        self.with_rules().await;
        let promotion = self.promotion(json!({ "label": "Friends" })).await;
        self.coupon("FRIENDS10", NewCoupons::of(promotion)).await;
    }
}

stories! {
    async fn the_fee_of_the_first_way_to_pay_is_shown_at_once_and_the_order_placed_with_it(app) {
        app.with_fee_for("card").await;
        let (mut browser, page) = at_checkout(&app).await;
        assert!(text_of(&page).contains("Handling $1.00") && text_of(&page).contains("Total $84.00"), "{}", text_of(&page));
        assert!(text_of(&browser.get("/cart").await.text).contains("Total $84.00"));
        let sent = send(&mut browser, &page, &[("payment_method", "sandbox")]).await;
        let order = said(&mut browser, &sent).await;
        assert!(order.contains("Thank you") && order.contains("$84.00"), "{order}");
        app.doctor_finds_nothing().await;
    }

    async fn the_fee_of_the_only_way_to_pay_is_shown_at_once_and_the_order_placed_with_it(app) {
        app.with_fee_for("on_delivery").await;
        let mut tx = app.shop.db.begin().await.unwrap();
        store::update_info(&mut tx, &ShopInfo { pay_on_delivery: true, ..ShopInfo::default() }).await.unwrap();
        tx.commit().await.unwrap();
        // No playground, and no key of Stripe's: no cards.
        let app = app.restart_with(&[("SHOP_BASE_URL", "https://shop.example")]).await;
        let (mut browser, page) = at_checkout(&app).await;
        assert!(!page.contains("value=\"sandbox\"") && text_of(&page).contains("Total $84.00"), "{}", text_of(&page));
        let sent = send(&mut browser, &page, &[("payment_method", "on_delivery"), ("card", "")]).await;
        assert!(said(&mut browser, &sent).await.contains("Thank you"));
        assert_eq!(app.number("SELECT CAST(SUM(fees) AS BIGINT) FROM orders WHERE payment_method = 'on_delivery'").await, 100);
    }

    async fn the_fee_of_the_chosen_way_to_pay_is_not_asked_for_where_a_gift_card_pays_everything(app) {
        app.with_fee_for("bank_transfer").await;
        let (_, card) = app.gift_card(10_000).await;
        let (mut browser, page) = at_checkout(&app).await;
        let way = ("payment_method", "bank_transfer");
        let sent = send(&mut browser, &page, &[("update", "codes"), ("gift_card", &card), way]).await;
        let page = browser.get(sent.header("location")).await.text;
        assert!(text_of(&page).contains("Total $83.00") && text_of(&page).contains("Left to pay $0.00"), "{}", text_of(&page));
        let sent = send(&mut browser, &page, &[way]).await;
        assert!(said(&mut browser, &sent).await.contains("Thank you"));
        assert_eq!(app.balance().await, 1_700);
        app.doctor_finds_nothing().await;
    }

    async fn whatever_is_refused_comes_with_what_things_cost_now_and_that_is_not_kept(app) {
        app.with_rules().await;
        let (mut browser, page) = at_checkout(&app).await;
        let problem = |answer: &Value| answer["now"]["cart"]["quote"]["coupon"]["problem"].clone();
        let first = send_by_script(&mut browser, &page, &[("coupon", "NOTHING")]).await;
        assert_eq!((&first["updated"]["place_again"], problem(&first["updated"])), (&json!(true), json!("unknown_code")), "{first}");
        let refused = send_by_script(&mut browser, &page, &[]).await;
        assert_eq!(problem(&refused["refused"]), json!("unknown_code"), "{refused}");
        let wrong = send_by_script(&mut browser, &page, &[("email", "nobody")]).await;
        assert_eq!((&wrong["invalid"]["fields"][0][0], problem(&wrong["invalid"])), (&json!("email"), json!("unknown_code")), "{wrong}");
        assert_eq!(app.number("SELECT COUNT(*) FROM checkout_drafts WHERE outcome LIKE '%basket%'").await, 0);
        let removed = send_by_script(&mut browser, &page, &[("remove", "coupon")]).await;
        assert_eq!(removed["updated"]["now"]["cart"]["quote"]["coupon"], Value::Null, "{removed}");
        let placed = send_by_script(&mut browser, &page, &[]).await;
        assert!(placed["placed"]["page"].is_string(), "{placed}");
    }

    async fn a_refusal_is_gone_once_the_cart_is_put_right(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let (mut browser, _) = at_checkout(&app).await;
        browser.submit("cart/set", &[("sku", "S"), ("quantity", "5")]).await;
        let page = browser.get("/checkout").await.text;
        app.placed(&[("S", 3)], GOOD).await;
        let sent = send(&mut browser, &page, &[]).await;
        assert_eq!(sent.header("location"), "/checkout");
        let refused = browser.get("/checkout").await.text;
        assert!(refused.contains("id=\"refusal\""), "{}", text_of(&refused));
        browser.submit("cart/set", &[("sku", "S"), ("quantity", "2")]).await;
        let page = browser.get("/checkout").await.text;
        assert!(!page.contains("id=\"refusal\"") && value_of(&page, "line1") == "1 Quay", "{}", text_of(&page));
        let sent = send(&mut browser, &page, &[]).await;
        assert!(said(&mut browser, &sent).await.contains("Thank you"));
    }

    async fn a_code_that_is_typed_is_taken_in_before_anything_is_ordered(app) {
        app.with_coupon().await;
        let (_, card) = app.gift_card(2_000).await;
        let (mut browser, mut page) = at_checkout(&app).await;
        for (code, total) in [(("coupon", "FRIENDS10"), "Total $75.20"), (("gift_card", card.as_str()), "Left to pay $55.20")] {
            // Enter sends it by the first button of the form, also where nothing else is filled in yet.
            let sent = send(&mut browser, &page, &[code, ("email", ""), ("card", "")]).await;
            page = browser.get(sent.header("location")).await.text;
            let words = text_of(&page);
            assert!(words.contains("You have entered a code") && words.contains(total), "{words}");
            assert!(!words.contains("need another look"), "{words}");
        }
        assert_eq!(app.orders().await, 0);
        // The very code that is there already keeps nobody.
        let sent = send(&mut browser, &page, &[("coupon", "friends-10"), ("gift_card", &card)]).await;
        assert!(said(&mut browser, &sent).await.contains("Thank you"));
        app.doctor_finds_nothing().await;
    }

    async fn a_parcel_that_is_too_heavy_is_told_at_delivery_and_not_as_a_country(app) {
        app.set_prices(json!({ "home": { "country": "GB" }, "zones": [{ "name": "Britain", "places": ["GB"], "methods": [{
            "code": "freight", "name": "Freight", "price": "0 USD", "working_days": 5,
            "steps": { "by_weight": [{ "up_to_grams": 1000, "price": "8 USD" }] },
        }] }] })).await;
        app.import("Handle,Title,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Price\n\
            anchor,Anchor,ANCHOR,900,,0,50.00\n").await;
        let mut browser = app.browser();
        browser.submit("cart/add", &[("sku", "ANCHOR"), ("quantity", "2")]).await;
        assert!(text_of(&browser.get("/cart").await.text).contains("Delivery Not available"));
        let page = browser.get("/checkout").await.text;
        assert!(page.contains("This is too heavy") && !page.contains("We do not deliver to this country."));
        for method in ["freight", ""] {
            let refused = send_by_script(&mut browser, &page, &[("shipping_method", method)]).await;
            assert_eq!(refused["invalid"]["fields"], json!([["shipping_method", "not_served"]]), "{method}: {refused}");
            let words = text_of(&browser.get("/checkout").await.text);
            assert_eq!(words.matches("This is too heavy").count(), 1, "{words}");
            let refused = send_by_script(&mut browser, &page, &[("shipping_method", method), ("country", "JP")]).await;
            assert_eq!(refused["invalid"]["fields"], json!([["country", "not_served"]]), "{method}: {refused}");
        }
        let mut order = app.order(&[("ANCHOR", 2)], GOOD);
        order["shipping_method"] = json!("freight");
        let refused = app.post("/api/v1/orders", &order).await;
        let told = (refused.status, refused.code(), refused.pointer());
        assert_eq!(told, (StatusCode::UNPROCESSABLE_ENTITY, "unknown_shipping_method".into(), "/shipping_method".into()));
        assert_eq!(app.orders().await, 0);
    }

    async fn a_code_as_long_as_one_can_be_is_known_with_a_dash_between_any_two_of_its_letters(app) {
        app.with_rules().await;
        let promotion = app.promotion(json!({ "label": "Friends" })).await;
        let letters = "ABCDEFGH".repeat(8);
        app.coupon(&letters, NewCoupons::of(promotion)).await;
        let typed: Vec<String> = letters.chars().map(String::from).collect();
        let mut browser = app.browser();
        browser.submit("cart/add", &[("sku", "S"), ("quantity", "1")]).await;
        let cart = browser.submit_and_follow("cart/coupon", &[("coupon", &typed.join("-"))]).await.text;
        assert!(text_of(&cart).contains("Total $75.20"), "{}", text_of(&cart));
        assert!(cart.contains("maxlength=\"130\""));
    }
}
