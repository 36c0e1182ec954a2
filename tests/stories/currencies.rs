//! Shops that do not count in cents.

use super::GOOD;
use crate::{app::TestApp, stories};
use axum::http::StatusCode;
use ironmonger::{
    domain::{
        money::{Currency, Money},
        shipping::{ShippingMethod, Steps},
    },
    shop::{info::ShopInfo, store},
};
use serde_json::json;

/// The same shop in another currency.
async fn in_currency(app: TestApp, code: &str) -> TestApp {
    let delivery = ShippingMethod {
        code: "standard".into(),
        name: "Standard".into(),
        price: Money::new(500, Currency::parse(code).unwrap()),
        free_over: None,
        working_days: 1,
        steps: Steps::None,
        pick_up: false,
    };
    let mut tx = app.shop.db.begin().await.unwrap();
    store::update_info(&mut tx, &ShopInfo { currency: code.into(), ..ShopInfo::default() }).await.unwrap();
    store::upsert_shipping_method(&mut tx, &delivery, 1).await.unwrap();
    tx.commit().await.unwrap();
    app.restart().await
}

stories! {
    async fn yen_have_no_hundredths(app) {
        let app = in_currency(app, "JPY").await;
        app.with_shirt(&[("S", "S", "1980", 5)]).await;
        let placed = app.place(&[("S", 2)], GOOD).await.json();
        assert_eq!(placed["total"], json!({ "amount": 1980 * 2 + 500, "currency": "JPY" }));
        assert!(app.get("/p/sea-shirt").await.text.contains("¥1,980"));
        let refused = app.import_with("Handle,Title,Variant Price\nx,X,19.80\n", false, &mut ()).await.unwrap();
        assert_eq!(refused.rows_refused, 1);
        app.doctor_finds_nothing().await;
    }

    async fn dinars_have_thousandths(app) {
        let app = in_currency(app, "KWD").await;
        app.with_shirt(&[("S", "S", "1.005", 5)]).await;
        assert_eq!(app.place(&[("S", 3)], GOOD).await.json()["total"], json!({ "amount": 3 * 1005 + 500, "currency": "KWD" }));
        let found = app.get("/api/v1/search?price=1.005-1.005").await;
        assert_eq!((found.status, found.json()["total"].as_i64()), (StatusCode::OK, Some(1)));
    }
}
