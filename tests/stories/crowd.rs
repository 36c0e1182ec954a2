//! Many buyers at once.

use super::{DECLINED, GOOD};
use crate::{
    app::{Answer, all_at_once},
    stories,
};
use axum::http::StatusCode;
use ironmonger::catalog::{service::find_offer, store};
use std::sync::Arc;

fn count(answers: &[Answer], status: StatusCode) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

stories! {
    async fn two_hundred_buyers_of_fifty_make_exactly_fifty_orders(app) {
        app.with_shirt(&[("S", "S", "78.00", 50)]).await;
        let app = Arc::new(app);
        let answers = all_at_once(200, |_| {
            let app = app.clone();
            async move { app.place(&[("S", 1)], GOOD).await }
        }).await;
        assert_eq!((count(&answers, StatusCode::CREATED), count(&answers, StatusCode::CONFLICT)), (50, 150));
        for refused in answers.iter().filter(|answer| answer.status == StatusCode::CONFLICT) {
            assert_eq!((refused.code(), refused.json()["available"].as_i64()), ("out_of_stock".into(), Some(0)));
        }
        assert_eq!((app.stock("S").await, app.number("SELECT COUNT(*) FROM orders").await), (0, 50));
        let money = "SELECT CAST(SUM(amount) AS BIGINT) FROM payments WHERE status = 'captured'";
        assert_eq!(app.number(money).await, 50 * (7800 + 500));
        app.doctor_finds_nothing().await;
    }

    async fn orders_with_their_lines_the_other_way_round_do_not_block_each_other(app) {
        let sizes = ["A", "B", "C", "D"];
        app.with_shirt(&sizes.map(|size| (size, size, "10.00", 60))).await;
        let app = Arc::new(app);
        let answers = all_at_once(120, |i| {
            let app = app.clone();
            async move {
                let mut lines: Vec<_> = sizes.iter().map(|size| (*size, 1)).collect();
                lines.rotate_left(i % 4);
                if i % 2 == 0 {
                    lines.reverse();
                }
                app.place(&lines, GOOD).await
            }
        }).await;
        assert_eq!((count(&answers, StatusCode::CREATED), count(&answers, StatusCode::CONFLICT)), (60, 60));
        for size in sizes {
            assert_eq!(app.stock(size).await, 0);
        }
        app.doctor_finds_nothing().await;
    }

    async fn declined_buyers_in_the_crowd_put_back_what_they_held(app) {
        app.with_shirt(&[("S", "S", "78.00", 50)]).await;
        let app = Arc::new(app);
        let answers = all_at_once(80, |i| {
            let app = app.clone();
            async move { app.place(&[("S", 1)], if i % 2 == 0 { GOOD } else { DECLINED }).await }
        }).await;
        let (paid, declined) = (count(&answers, StatusCode::CREATED), count(&answers, StatusCode::PAYMENT_REQUIRED));
        assert_eq!(paid + declined + count(&answers, StatusCode::CONFLICT), 80);
        assert_eq!(app.stock("S").await, 50 - paid as i64);
        assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, paid as i64);
        app.doctor_finds_nothing().await;
    }

    async fn stock_is_set_only_from_what_it_was_seen_at(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        app.placed(&[("S", 1)], GOOD).await;
        let mut tx = app.shop.db.begin().await.unwrap();
        let offer = find_offer(&app.shop, &mut tx, "S").await.unwrap();
        let id = app.shop.ids.next();
        let movement =
            store::Movement { id, variant_id: offer.variant_id, delta: 5, reason: store::Reason::Import, reference: "", at: 0 };
        assert!(!store::adjust_stock(&mut tx, 5, movement).await.unwrap());
        assert!(store::adjust_stock(&mut tx, 4, movement).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(app.stock("S").await, 9);
        app.doctor_finds_nothing().await;
    }

    async fn an_import_while_orders_come_in_loses_neither(app) {
        app.with_shirt(&[("S", "S", "78.00", 500)]).await;
        let app = Arc::new(app);
        let buying = tokio::spawn({
            let app = app.clone();
            async move {
                all_at_once(60, move |_| {
                    let app = app.clone();
                    async move { app.place(&[("S", 1)], GOOD).await.status }
                }).await
            }
        });
        for price in ["79.00", "80.00", "81.00", "82.00"] {
            let csv = format!("Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Price\n\
                sea-shirt,Sea Shirt,Size,S,Colour,Blue,S,{price}\n");
            app.import_with(&csv, false, &mut ()).await.unwrap();
        }
        assert!(buying.await.unwrap().iter().all(|status| *status == StatusCode::CREATED));
        assert_eq!(app.stock("S").await, 440);
        app.doctor_finds_nothing().await;
    }
}
