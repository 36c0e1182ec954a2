//! SQLite's shared commits: everybody's changes, nobody else's.

use crate::app::{Engine, TestApp};
use ironmonger::{db::Tx, shop::info::ShopInfo, shop::store};
use std::sync::Arc;

async fn rename(tx: &mut Tx, name: &str) {
    store::update_info(tx, &ShopInfo { name: name.into(), ..ShopInfo::default() }).await.unwrap();
}

async fn name_of(app: &TestApp) -> String {
    store::find_info(&mut app.shop.db.read().await.unwrap().conn()).await.unwrap().name
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_transaction_that_is_dropped_changes_nothing_and_harms_nobody() {
    let app = TestApp::start(Engine::Sqlite).await.unwrap();
    let mut kept = app.shop.db.begin().await.unwrap();
    rename(&mut kept, "kept").await;
    kept.commit().await.unwrap();
    let mut dropped = app.shop.db.begin().await.unwrap();
    rename(&mut dropped, "dropped").await;
    drop(dropped);
    let after = app.shop.db.begin().await.unwrap();
    after.commit().await.unwrap();
    assert_eq!(name_of(&app).await, "kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_caller_that_goes_away_leaves_the_writer_usable() {
    let app = Arc::new(TestApp::start(Engine::Sqlite).await.unwrap());
    for i in 0..200 {
        let db = app.shop.db.clone();
        let task = tokio::spawn(async move {
            let mut tx = db.begin().await.unwrap();
            rename(&mut tx, "interrupted").await;
            tx.commit().await.unwrap();
        });
        tokio::time::sleep(std::time::Duration::from_micros(i * 7)).await;
        task.abort();
    }
    let mut tx = app.shop.db.begin().await.unwrap();
    rename(&mut tx, "fine").await;
    tx.commit().await.unwrap();
    assert_eq!(name_of(&app).await, "fine");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_committed_is_there_for_readers_at_once() {
    let app = Arc::new(TestApp::start(Engine::Sqlite).await.unwrap());
    let tasks: Vec<_> = (0..50)
        .map(|i| {
            let app = app.clone();
            tokio::spawn(async move {
                let method = ironmonger::domain::shipping::ShippingMethod {
                    code: format!("m{i}"),
                    name: "x".into(),
                    price: ironmonger::domain::money::Money::new(1, app.shop.currency),
                    free_over: None,
                    working_days: 1,
                    steps: ironmonger::domain::shipping::Steps::None,
                    pick_up: false,
                };
                let mut tx = app.shop.db.begin().await.unwrap();
                store::upsert_shipping_method(&mut tx, &method, i).await.unwrap();
                tx.commit().await.unwrap();
                let mut reader = app.shop.db.read().await.unwrap();
                let seen = store::list_shipping_methods(&mut reader.conn(), app.shop.currency).await.unwrap();
                assert!(seen.iter().any(|m| m.code == format!("m{i}")));
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}
