//! What an order costs, and that nobody but the shop says so.

use super::{GOOD, orders};
use crate::{
    app::{Answer, Browser, TestApp, text_of, value_of},
    program::Place,
    stories,
};
use axum::http::StatusCode;
use ironmonger::{domain::money::Currency, promotions::coupons::NewCoupons, shop::prices};
use serde_json::{Value, json};

/// A shop that collects tax, delivers to three places, and charges for small orders and for cash at the door.
const RULES: &str = r#"{
    "home": {"country": "GB"},
    "taxes": [
        {"place": "EU", "included": true, "name": "VAT"},
        {"place": "GB", "included": true, "name": "VAT"},
        {"place": "US", "name": "Sales tax"}
    ],
    "zones": [
        {"name": "Britain", "places": ["GB"], "methods": [
            {"code": "standard", "name": "Standard", "price": "5 USD", "working_days": 2},
            {"code": "collect", "name": "Collect", "price": "0 USD", "working_days": 0, "pick_up": true},
            {"code": "freight", "name": "Freight", "price": "0 USD", "working_days": 5, "steps": {"by_weight": [
                {"up_to_grams": 1000, "price": "8 USD"}, {"up_to_grams": 5000, "price": "16 USD"}]}}
        ]},
        {"name": "Union and States", "places": ["EU", "US"], "methods": [
            {"code": "standard", "name": "Standard", "price": "9 USD", "working_days": 6}]}
    ],
    "fees": [{"code": "small", "name": "Small order", "amount": "2 USD", "below": "20 USD"}]
}"#;

impl TestApp {
    /// A shop with shirts for $78.00, and these rules.
    pub async fn with_rules(&self) {
        self.with_shirt(&[("S", "S", "78.00", 50), ("M", "M", "10.00", 50)]).await;
        let rules = prices::read(RULES, Currency::USD).unwrap();
        prices::set(&self.shop, &rules).await.unwrap();
    }

    async fn quote(&self, change: Value) -> Answer {
        let mut quote = json!({ "lines": [{ "sku": "S", "quantity": 1 }], "country": "GB" });
        merge(&mut quote, change);
        self.post("/api/v1/quote", &quote).await
    }

    pub async fn order_changed(&self, change: Value) -> Answer {
        let mut order = self.order(&[("S", 1)], GOOD);
        merge(&mut order, change);
        self.post("/api/v1/orders", &order).await
    }

    pub async fn orders(&self) -> i64 {
        self.number("SELECT COUNT(*) FROM orders").await
    }
}

fn merge(value: &mut Value, change: Value) {
    for (name, change) in change.as_object().unwrap() {
        value[name] = change.clone();
    }
}

/// Sends the checkout form of a page, filled in but for what is given.
pub async fn send(browser: &mut Browser<'_>, page: &str, other: &[(&str, &str)]) -> Answer {
    send_with(browser, page, other, false).await
}

/// The same as the shop's script sends it: what comes back is the outcome, and no page.
pub async fn send_by_script(browser: &mut Browser<'_>, page: &str, other: &[(&str, &str)]) -> Value {
    send_with(browser, page, other, true).await.json()
}

async fn send_with(browser: &mut Browser<'_>, page: &str, other: &[(&str, &str)], by_script: bool) -> Answer {
    let (attempt, shown) = (value_of(page, "attempt"), value_of(page, "shown"));
    let filled = [
        ("attempt", attempt.as_str()),
        ("shown", shown.as_str()),
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
    let kept = filled.into_iter().filter(|(name, _)| other.iter().all(|(changed, _)| changed != name));
    let fields: Vec<_> = kept.chain(other.iter().copied()).collect();
    if by_script {
        return super::orders::send(browser, "checkout/place", &fields).await;
    }
    browser.submit("checkout/place", &fields).await
}

/// A browser with a shirt in its cart, at the checkout.
pub async fn at_checkout(app: &TestApp) -> (Browser<'_>, String) {
    let mut browser = app.browser();
    browser.submit("cart/add", &[("sku", "S"), ("quantity", "1")]).await;
    let page = browser.get("/checkout").await.text;
    (browser, page)
}

/// What a page says after a form was sent.
pub async fn said(browser: &mut Browser<'_>, sent: &Answer) -> String {
    let to = sent.header("location").to_owned();
    text_of(&browser.get(&to).await.text)
}

fn amount(value: &Value) -> i64 {
    value["amount"].as_i64().unwrap_or_else(|| panic!("{value}"))
}

stories! {
    async fn a_quote_explains_itself(app) {
        app.with_rules().await;
        let promotion = app.promotion(json!({ "label": "Friends" })).await;
        app.coupon("FRIENDS10", NewCoupons::of(promotion)).await;
        let lines = json!([{ "sku": "M", "quantity": 1 }]);
        let quote = app.quote(json!({ "coupon": " friends10 ", "lines": lines })).await.json();
        assert_eq!(quote["discounts"], json!([{
            "code": "friends10", "label": "Friends", "amount": { "amount": 100, "currency": "USD" }, "from": "goods"
        }]));
        assert_eq!([&quote["goods"], &quote["shipping"], &quote["fees"], &quote["tax"]].map(amount), [1000, 500, 200, 0]);
        // A sixth each of 9.00, 5.00 and 2.00.
        assert_eq!([&quote["total"], &quote["included_tax"], &quote["due"]].map(amount), [1600, 150 + 83 + 33, 1600]);
        let codes: Vec<_> = quote["shipping_options"].as_array().unwrap().iter().map(|option| option["code"].clone()).collect();
        assert_eq!(codes, ["standard", "collect", "freight"]);
    }

    async fn tax_on_top_goes_by_the_postcode_and_tax_within_changes_no_total(app) {
        app.with_rules().await;
        let quote = async |country: &str, postcode: &str| {
            let quote = app.quote(json!({ "country": country, "postcode": postcode })).await.json();
            [&quote["tax"], &quote["included_tax"], &quote["total"]].map(amount)
        };
        assert_eq!(quote("US", "94110").await, [566 + 65, 0, 8700 + 631]);
        assert_eq!(quote("US", "97201").await, [0, 0, 8700], "Oregon has no sales tax");
        assert_eq!(quote("DE", "").await, [0, 1245 + 144, 8700]);
        let american = json!({ "line1": "1 Main", "city": "San Francisco", "postcode": "94110", "country": "US" });
        let placed = app.order_changed(json!({ "address": american })).await.json();
        assert_eq!(amount(&placed["total"]), 9331);
        app.doctor_finds_nothing().await;
    }

    async fn an_american_postcode_that_is_no_zip_is_told_where_prices_go_by_the_state(app) {
        app.with_shirt(&[("S", "S", "78.00", 50), ("M", "M", "10.00", 50)]).await;
        let address = |postcode: &str| json!({ "line1": "1 Main", "city": "SF", "postcode": postcode, "country": "US" });
        let placed = app.order_changed(json!({ "address": address("CB7 4AA") })).await;
        assert_eq!(placed.status, StatusCode::CREATED, "a shop that does not ask takes any: {}", placed.text);
        prices::set(&app.shop, &prices::read(RULES, Currency::USD).unwrap()).await.unwrap();
        for postcode in ["CB7 4AA", "9411", "00000", "ABCDE", "💥"] {
            let refused = app.order_changed(json!({ "address": address(postcode) })).await;
            let told = (refused.status, refused.code(), refused.pointer());
            let expected = (StatusCode::UNPROCESSABLE_ENTITY, "invalid_address".to_owned(), "/address/postcode".to_owned());
            assert_eq!(told, expected, "{postcode}: {}", refused.text);
            let refused = app.quote(json!({ "country": "US", "postcode": postcode })).await;
            let told = (refused.status, refused.code(), refused.pointer());
            assert_eq!(told, (expected.0, expected.1, "/postcode".to_owned()), "{postcode}: {}", refused.text);
        }
        assert_eq!(app.quote(json!({ "country": "US" })).await.status, StatusCode::OK, "it is not known yet");
        let (mut browser, page) = at_checkout(&app).await;
        let sent = send(&mut browser, &page, &[("country", "US"), ("postcode", "9411")]).await;
        let said = said(&mut browser, &sent).await;
        assert!(said.contains("in the United States it has five digits"), "{said}");
        assert_eq!(app.orders().await, 1);
        let placed = app.order_changed(json!({ "address": address("94110-1234") })).await;
        assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text);
    }

    async fn rules_that_cannot_be_read_stop_the_start_and_a_running_shop_keeps_those_it_has(app) {
        app.with_rules().await;
        app.change("UPDATE settings SET value = '{\"zonse\": []}' WHERE name = 'prices'").await;
        app.shop.reload_info().await.unwrap();
        let quote = app.quote(json!({ "country": "US", "postcode": "94110" })).await.json();
        assert_eq!(amount(&quote["tax"]), 566 + 65, "it does not begin to sell without tax");
        let place = Place::of(&app);
        let refused = place.run(&["doctor"]).await;
        let told: Vec<_> = refused.err.lines().filter(|line| line.starts_with("ironmonger: ")).collect();
        assert!(refused.status == 1 && told.len() == 1 && told[0].contains("zonse"), "{}", refused.err);
        let file = place.file("rules.json", RULES);
        let mended = place.run(&["prices", "--set", file.to_str().unwrap()]).await;
        assert_eq!(mended.status, 0, "{}", mended.err);
        assert_eq!(place.run(&["doctor"]).await.status, 0);
    }

    async fn what_a_parcel_weighs_says_what_it_costs_and_whether_it_goes(app) {
        app.with_rules().await;
        app.import("Handle,Title,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Price\n\
            anchor,Anchor,ANCHOR,900,,0,50.00\n").await;
        let freight = async |quantity: i64| {
            let lines = json!([{ "sku": "ANCHOR", "quantity": quantity }]);
            app.quote(json!({ "lines": lines, "shipping_method": "Freight" })).await
        };
        assert_eq!(amount(&freight(1).await.json()["shipping"]), 800);
        assert_eq!(amount(&freight(2).await.json()["shipping"]), 1600);
        let refused = freight(6).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::UNPROCESSABLE_ENTITY, "unknown_shipping_method".into()));
    }

    async fn a_price_a_total_and_a_currency_are_the_shops_whatever_a_call_says(app) {
        app.with_rules().await;
        let lines = json!([{ "sku": "S", "quantity": 1, "unit_price": { "amount": 1, "currency": "USD" }, "price": 1, "total": 1 }]);
        let placed = app.order_changed(json!({ "lines": lines, "total": 1, "discount": 9999, "currency": "JPY" })).await;
        assert_eq!(placed.json()["total"], json!({ "amount": 8300, "currency": "USD" }), "{}", placed.text);
        for (amount, currency) in [(1, "USD"), (8299, "USD"), (8300, "EUR"), (8300, "JPY"), (i64::MAX, "USD"), (i64::MIN, "USD")] {
            let refused = app.order_changed(json!({ "expected_total": { "amount": amount, "currency": currency } })).await;
            assert_eq!((refused.status, refused.code()), (StatusCode::CONFLICT, "price_changed".into()), "{amount} {currency}");
            assert_eq!(refused.json()["quote"]["total"]["amount"], 8300);
        }
        assert_eq!(app.orders().await, 1);
    }

    async fn what_a_form_says_it_showed_decides_nothing(app) {
        app.with_rules().await;
        let (mut browser, page) = at_checkout(&app).await;
        let shown = value_of(&page, "shown");
        let cheaper = shown.replace("8300", "1").replace("7800", "1");
        assert_ne!(cheaper, shown);
        let euros = shown.replace("USD", "EUR");
        for tampered in [cheaper.as_str(), &euros, "", "0", "{}", "null", "%00", "15600;express=1495"] {
            let sent = send(&mut browser, &page, &[("shown", tampered)]).await;
            let said = said(&mut browser, &sent).await;
            assert!(said.contains("What it costs has changed") && said.contains("$83.00"), "{tampered}: {said}");
        }
        assert_eq!((app.orders().await, app.stock("S").await), (0, 50));
        let sent = send(&mut browser, &page, &[]).await;
        assert!(said(&mut browser, &sent).await.contains("Thank you"));
    }

    async fn a_stale_price_is_told_from_old_to_new_and_confirmed_by_placing_again(app) {
        app.with_rules().await;
        let (mut browser, page) = at_checkout(&app).await;
        app.change("UPDATE prices SET amount = 8800 WHERE amount = 7800").await;
        let sent = send(&mut browser, &page, &[("name", "Zoë")]).await;
        let page = browser.get(sent.header("location")).await.text;
        let words = text_of(&page);
        for change in ["Nothing was ordered yet", "Sea Shirt, S, Blue $78.00 to $88.00", "Total $83.00 to $93.00"] {
            assert!(words.contains(change), "{change}: {words}");
        }
        assert_eq!((value_of(&page, "name"), value_of(&page, "line1"), app.orders().await), ("Zoë".into(), "1 Quay".into(), 0));
        let sent = send(&mut browser, &page, &[]).await;
        let order = said(&mut browser, &sent).await;
        assert!(order.contains("Thank you") && order.contains("$93.00"), "{order}");
        app.doctor_finds_nothing().await;
    }

    async fn goods_that_another_tab_swapped_at_the_same_price_are_told_before_anything_is_ordered(app) {
        app.with_shirt(&[("S", "S", "78.00", 5), ("L", "L", "78.00", 5)]).await;
        let (mut browser, page) = at_checkout(&app).await;
        browser.submit("cart/remove", &[("sku", "S")]).await;
        browser.submit("cart/add", &[("sku", "L"), ("quantity", "1")]).await;
        let sent = send(&mut browser, &page, &[]).await;
        let page = browser.get(sent.header("location")).await.text;
        let words = text_of(&page);
        assert!(words.contains("What it costs has changed") && words.contains("Sea Shirt, L, Blue"), "{words}");
        assert_eq!((app.orders().await, app.stock("L").await), (0, 5));
        let sent = send(&mut browser, &page, &[]).await;
        assert!(said(&mut browser, &sent).await.contains("Thank you"));
        assert_eq!((app.stock("S").await, app.stock("L").await), (5, 4));
    }

    async fn a_gift_that_ran_out_is_told_before_anything_is_ordered(app) {
        app.with_shirt(&[("S", "S", "78.00", 5), ("M", "M", "10.00", 1)]).await;
        app.promotion(json!({
            "label": "A small shirt", "needs_coupon": false, "benefit": { "gift": { "sku": "M", "quantity": 1 } },
            "conditions": { "minimum_spend": { "amount": 5000, "currency": "USD" } },
        })).await;
        let (mut browser, page) = at_checkout(&app).await;
        app.placed(&[("M", 1)], GOOD).await;
        let sent = send(&mut browser, &page, &[]).await;
        let page = browser.get(sent.header("location")).await.text;
        assert!(text_of(&page).contains("What it costs has changed"), "{}", text_of(&page));
        assert_eq!(app.orders().await, 1);
        let sent = send(&mut browser, &page, &[]).await;
        assert!(said(&mut browser, &sent).await.contains("Thank you"));
        assert_eq!((app.orders().await, app.stock("S").await, app.stock("M").await), (2, 4, 0));
        app.doctor_finds_nothing().await;
    }

    async fn another_country_is_told_with_all_that_it_changes_before_anything_is_ordered(app) {
        app.with_rules().await;
        let (mut browser, page) = at_checkout(&app).await;
        let american = [("country", "US"), ("postcode", "94110"), ("line1", "1 Main")];
        let sent = send(&mut browser, &page, &american).await;
        let page = browser.get(sent.header("location")).await.text;
        let words = text_of(&page);
        for change in ["Delivery $5.00 to $9.00", "Tax $0.00 to $6.31", "Total $83.00 to $93.31"] {
            assert!(words.contains(change), "{change}: {words}");
        }
        assert!(!page.contains("value=\"collect\""), "nobody collects in America");
        assert_eq!(app.orders().await, 0);
        let sent = send(&mut browser, &page, &american).await;
        let order = said(&mut browser, &sent).await;
        assert!(order.contains("Thank you") && order.contains("Sales tax $6.31") && order.contains("$93.31"), "{order}");
    }

    async fn a_country_that_is_none_and_one_that_is_not_delivered_to_are_told_at_their_field(app) {
        app.with_rules().await;
        for country in ["XX", "", "usa", "\0", "💥"] {
            let refused = app.quote(json!({ "country": country })).await;
            let told = (refused.status, refused.code(), refused.pointer());
            assert_eq!(told, (StatusCode::UNPROCESSABLE_ENTITY, "invalid_address".into(), "/country".into()), "{country:?}");
        }
        let japanese = json!({ "line1": "1", "city": "Tokyo", "postcode": "100-0001", "country": "JP" });
        let refused = app.order_changed(json!({ "address": japanese })).await;
        let told = (refused.status, refused.code(), refused.pointer());
        assert_eq!(told, (StatusCode::UNPROCESSABLE_ENTITY, "invalid_address".into(), "/address/country".into()), "{}", refused.text);
        let (mut browser, page) = at_checkout(&app).await;
        for (country, words) in [("JP", "We do not deliver to this country."), ("XX", "Choose a country.")] {
            let sent = send(&mut browser, &page, &[("country", country)]).await;
            let said = said(&mut browser, &sent).await;
            assert!(said.contains(words), "{country}: {said}");
        }
        assert_eq!(app.orders().await, 0);
    }

    async fn a_way_of_delivery_of_another_place_is_refused(app) {
        app.with_rules().await;
        let american = json!({ "line1": "1 Main", "city": "SF", "postcode": "94110", "country": "US" });
        let refused = app.order_changed(json!({ "address": american, "shipping_method": "collect" })).await;
        assert_eq!((refused.code(), refused.pointer()), ("unknown_shipping_method".into(), "/shipping_method".into()));
        let (mut browser, page) = at_checkout(&app).await;
        for method in ["", "pigeon", "standard;express=1", "\0"] {
            let sent = send(&mut browser, &page, &[("shipping_method", method)]).await;
            let said = said(&mut browser, &sent).await;
            assert!(said.contains("Choose a way of delivery."), "{method:?}: {said}");
        }
        assert_eq!(app.orders().await, 0);
    }

    async fn a_coupon_in_a_guests_cart_is_shown_by_its_name_and_goes_with_the_order(app) {
        app.with_rules().await;
        let promotion = app.promotion(json!({ "label": "Ten percent for friends" })).await;
        app.coupon("FRIENDS10", NewCoupons { max_uses: Some(1), ..NewCoupons::of(promotion) }).await;
        let mut browser = app.browser();
        browser.submit("cart/add", &[("sku", "S"), ("quantity", "1")]).await;
        let cart = browser.submit_and_follow("cart/coupon", &[("coupon", "friends10")]).await.text;
        let words = text_of(&cart);
        assert!(words.contains("Ten percent for friends (friends10) −$7.80") && words.contains("Total $75.20"), "{words}");
        assert!(words.contains("Includes VAT $12.53"), "{words}");
        let page = browser.get("/checkout").await.text;
        assert!(text_of(&page).contains("Total $75.20"));
        let sent = send(&mut browser, &page, &[]).await;
        let order = said(&mut browser, &sent).await;
        assert!(order.contains("Ten percent for friends (friends10) −$7.80") && order.contains("$75.20"), "{order}");
        assert_eq!(app.uses().await, (1, 1));
        // The next cart begins without it, and it is used up.
        browser.submit("cart/add", &[("sku", "S"), ("quantity", "1")]).await;
        assert!(text_of(&browser.get("/cart").await.text).contains("Total $83.00"));
        let again = text_of(&browser.submit_and_follow("cart/coupon", &[("coupon", "FRIENDS10")]).await.text);
        assert!(again.contains("used as often as it can be") && again.contains("Total $83.00"), "{again}");
        app.doctor_finds_nothing().await;
    }

    async fn a_coupon_that_is_none_is_told_at_its_field_and_can_be_taken_out(app) {
        app.with_rules().await;
        let mut browser = app.browser();
        browser.submit("cart/add", &[("sku", "S"), ("quantity", "1")]).await;
        let long = "X".repeat(10_000);
        for code in ["NOTHING", "'; DROP TABLE coupons; --", "<script>alert(1)</script>", "\0", "💥", long.as_str()] {
            let page = browser.submit_and_follow("cart/coupon", &[("coupon", code)]).await;
            assert_eq!(page.status, StatusCode::OK, "{code:.40}");
            assert!(page.text.contains("We know no coupon with this code.") && !page.text.contains("<script>alert"), "{code:.40}");
            let refused = app.quote(json!({ "coupon": code })).await;
            let told = (refused.status, refused.code(), refused.pointer());
            assert_eq!(told, (StatusCode::CONFLICT, "coupon_unusable".into(), "/coupon".into()), "{code:.40}");
            let refused = app.order_changed(json!({ "coupon": code })).await;
            assert_eq!((refused.status, refused.code()), (StatusCode::CONFLICT, "coupon_unusable".into()), "{code:.40}");
        }
        let page = browser.get("/checkout").await.text;
        let sent = send(&mut browser, &page, &[]).await;
        assert!(said(&mut browser, &sent).await.contains("We know no coupon with this code."));
        assert_eq!(app.orders().await, 0);
        let page = browser.submit_and_follow("checkout/place", &[
            ("attempt", &value_of(&page, "attempt")), ("shown", ""), ("remove", "coupon"), ("name", "Zoë"),
        ]).await.text;
        assert!(!page.contains("We know no coupon") && value_of(&page, "name") == "Zoë");
        let sent = send(&mut browser, &page, &[]).await;
        assert!(said(&mut browser, &sent).await.contains("Thank you"));
    }

    async fn codes_are_entered_at_the_checkout_and_nothing_that_was_typed_is_lost(app) {
        app.with_rules().await;
        let promotion = app.promotion(json!({ "label": "Friends" })).await;
        app.coupon("FRIENDS10", NewCoupons::of(promotion)).await;
        let (_, card) = app.gift_card(2_000).await;
        let (mut browser, page) = at_checkout(&app).await;
        let typed = [("update", "codes"), ("coupon", "FRIENDS10"), ("gift_card", card.as_str()), ("name", "Zoë"), ("city", "")];
        let sent = send(&mut browser, &page, &typed).await;
        let page = browser.get(sent.header("location")).await.text;
        let words = text_of(&page);
        assert_eq!((value_of(&page, "name"), value_of(&page, "line1")), ("Zoë".into(), "1 Quay".into()));
        for said in ["Friends (FRIENDS10) −$7.80", "Total $75.20", "Gift card −$20.00", "Left to pay $55.20"] {
            assert!(words.contains(said), "{said}: {words}");
        }
        assert!(!page.contains(&card), "a code that is worth money is not shown again");
        assert_eq!(app.orders().await, 0);
        let sent = send(&mut browser, &page, &[]).await;
        assert!(said(&mut browser, &sent).await.contains("Thank you"));
        assert_eq!(app.number("SELECT CAST(SUM(amount) AS BIGINT) FROM payments WHERE status = 'captured'").await, 5_520);
        assert_eq!((app.balance().await, app.number("SELECT COUNT(*) FROM cart_codes").await), (0, 0));
        app.doctor_finds_nothing().await;
    }

    async fn what_a_gift_card_pays_whole_needs_no_card_and_passes_no_gateway(app) {
        app.with_rules().await;
        let (_, card) = app.gift_card(10_000).await;
        let (mut browser, page) = at_checkout(&app).await;
        let sent = send(&mut browser, &page, &[("update", "codes"), ("gift_card", &card)]).await;
        let page = browser.get(sent.header("location")).await.text;
        assert!(text_of(&page).contains("Left to pay $0.00"));
        let sent = send(&mut browser, &page, &[("card", ""), ("expiry", ""), ("security_code", "")]).await;
        assert!(said(&mut browser, &sent).await.contains("Thank you"));
        assert_eq!((app.balance().await, app.number("SELECT COUNT(*) FROM sandbox_charges").await), (1_700, 0));
        // What is left of it does not pay another one, and a call without a payment says so.
        let refused = app.order_changed(json!({ "gift_card": card, "payment": null })).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid_payment".into()), "{}", refused.text);
        assert_eq!((app.orders().await, app.balance().await), (1, 1_700));
        app.doctor_finds_nothing().await;
    }

    async fn units_are_paid_back_with_the_tax_of_their_own_line(app) {
        app.with_rules().await;
        let mut order = app.order(&[("S", 1)], GOOD);
        (order["address"]["country"], order["address"]["postcode"]) = ("US".into(), "94110".into());
        let placed = app.post("/api/v1/orders", &order).await;
        assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text);
        let number = placed.json()["number"].as_str().unwrap().to_owned();
        let mut fay = orders::clerk(&app).await;
        let line = orders::line(&orders::desk(&mut fay, &number).await, 0);
        let fields = [
            ("number", number.as_str()), ("attempt", orders::ATTEMPT), ("what", "lines"), ("why", "Torn"),
            ("lines[0][line]", &line), ("lines[0][quantity]", "1"),
        ];
        orders::does(&mut fay, "desk/refund", &fields).await;
        // Of the tax of 631, 65 are on the delivery.
        assert_eq!(app.number("SELECT refunded FROM orders").await, 7_800 + 566);
        app.doctor_finds_nothing().await;
    }

    async fn a_gift_card_that_is_none_is_told_at_its_field(app) {
        app.with_rules().await;
        let (mut browser, page) = at_checkout(&app).await;
        for code in ["NOPE-NOPE-NOPE-NOPE", "\0", "💥"] {
            let sent = send(&mut browser, &page, &[("gift_card", code)]).await;
            let said = said(&mut browser, &sent).await;
            assert!(said.contains("We know no gift card with this code."), "{code:?}: {said}");
            let refused = app.order_changed(json!({ "gift_card": code })).await;
            assert_eq!((refused.code(), refused.pointer()), ("invalid_gift_card".into(), "/gift_card".into()));
        }
        assert_eq!(app.orders().await, 0);
    }

    async fn a_gift_comes_with_the_order_from_the_shelf_and_stays_in_no_cart(app) {
        app.with_rules().await;
        app.promotion(json!({
            "label": "A small shirt with every order", "needs_coupon": false, "benefit": { "gift": { "sku": "M", "quantity": 1 } },
            "conditions": { "minimum_spend": { "amount": 5000, "currency": "USD" } },
        })).await;
        app.shop.reload_promotions().await.unwrap();
        let mut browser = app.browser();
        browser.submit("cart/add", &[("sku", "S"), ("quantity", "1")]).await;
        browser.submit("cart/add", &[("sku", "M"), ("quantity", "2")]).await;
        let cart = text_of(&browser.get("/cart").await.text);
        assert!(cart.contains("A small shirt with every order") && cart.contains("Total $103.00"), "{cart}");
        let page = browser.get("/checkout").await.text;
        let sent = send(&mut browser, &page, &[]).await;
        assert!(said(&mut browser, &sent).await.contains("Thank you"));
        assert_eq!((app.stock("S").await, app.stock("M").await), (49, 47));
        assert!(browser.get("/cart").await.text.contains("Your cart is empty"));
        app.doctor_finds_nothing().await;
    }

    async fn a_coupon_that_is_used_up_while_the_page_is_open_is_told_and_nothing_is_charged(app) {
        app.with_rules().await;
        let promotion = app.promotion(json!({})).await;
        app.single_use("LAST-ONE", promotion).await;
        let mut browser = app.browser();
        browser.submit("cart/add", &[("sku", "S"), ("quantity", "1")]).await;
        browser.submit("cart/coupon", &[("coupon", "LAST-ONE")]).await;
        let page = browser.get("/checkout").await.text;
        assert_eq!(app.order_changed(json!({ "coupon": "LAST-ONE", "email": "bob@example.com" })).await.status, StatusCode::CREATED);
        let sent = send(&mut browser, &page, &[]).await;
        assert!(said(&mut browser, &sent).await.contains("used as often as it can be"));
        assert_eq!((app.orders().await, app.uses().await), (1, (1, 1)));
        app.doctor_finds_nothing().await;
    }

    async fn quantities_that_were_tampered_with_are_refused_before_they_are_priced(app) {
        app.with_rules().await;
        let mut browser = app.browser();
        browser.submit("cart/add", &[("sku", "S"), ("quantity", "1")]).await;
        for quantity in ["-1", "0", "1000", "9223372036854775807", "1e3", ""] {
            let page = browser.submit_and_follow("cart/set", &[("sku", "S"), ("quantity", quantity)]).await;
            assert!(page.text.contains("Enter a whole number from 1 to 999."), "{quantity}");
        }
        assert!(text_of(&browser.get("/cart").await.text).contains("Total $83.00"));
    }
}
