//! Opening a database: new, old, and by several at once.

use crate::{
    app::{Engine, TestApp, all_at_once},
    program::{Place, finish},
    stories,
};
use ironmonger::db::Db;

stories! {
    async fn opening_an_old_database_changes_nothing(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 2)], "4242424242424242").await;
        let app = app.restart().await.restart().await;
        assert_eq!((app.stock("S").await, app.order_of(&order).await["status"].as_str()), (3, Some("paid")));
        assert_eq!(app.number("SELECT COUNT(*) FROM shipping_methods").await, 1);
        assert_eq!(app.number("SELECT COUNT(*) FROM locations").await, 1);
        let files = std::fs::read_dir("migrations").unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut versions: Vec<_> = files.map(|name| name[..4].to_owned()).collect();
        versions.sort();
        versions.dedup();
        assert_eq!(app.number("SELECT COUNT(*) FROM _sqlx_migrations").await, versions.len() as i64);
        app.doctor_finds_nothing().await;
    }
}

async fn opened_by_many_at_once(engine: Engine) {
    let Some(place) = Place::new(engine).await else { return };
    let opened = all_at_once(8, |_| {
        let url = place.url.clone();
        async move { Db::open(&url).await.map(drop) }
    })
    .await;
    for result in opened {
        result.unwrap();
    }
}

async fn opened_by_many_processes_at_once(engine: Engine) {
    let Some(place) = Place::new(engine).await else { return };
    let place = std::sync::Arc::new(place);
    let done = all_at_once(6, |_| {
        let place = place.clone();
        async move {
            let mut command = place.command(&["doctor"]);
            if engine == Engine::Sqlite {
                command.env_remove("SHOP_SECRET");
            }
            finish(command).await
        }
    })
    .await;
    assert!(done.iter().all(|done| done.status == 0), "{done:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_sqlite_file_is_opened_by_many_at_once() {
    for _ in 0..10 {
        opened_by_many_at_once(Engine::Sqlite).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_postgres_database_is_opened_by_many_at_once() {
    opened_by_many_at_once(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_sqlite_file_is_opened_by_many_processes_at_once() {
    for _ in 0..3 {
        opened_by_many_processes_at_once(Engine::Sqlite).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_postgres_database_is_opened_by_many_processes_at_once() {
    opened_by_many_processes_at_once(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_secret_made_for_a_new_shop_stays_the_same() {
    let place = Place::new(Engine::Sqlite).await.unwrap();
    let place = std::sync::Arc::new(place);
    let secrets = all_at_once(6, |_| {
        let place = place.clone();
        async move {
            let mut command = place.command(&["doctor"]);
            command.env_remove("SHOP_SECRET");
            assert_eq!(finish(command).await.status, 0);
            std::fs::read_to_string(place.folder().join("data/secret")).unwrap()
        }
    })
    .await;
    assert!(secrets.iter().all(|secret| *secret == secrets[0] && secret.len() == 64));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_shop_that_stopped_in_the_middle_of_nothing_starts_again() {
    let app = TestApp::start(Engine::Sqlite).await.unwrap();
    std::fs::write(app.folder().join("search/current"), "nonsense").unwrap();
    let app = app.restart().await;
    app.with_shirt(&[("S", "S", "78.00", 5)]).await;
    assert_eq!(app.get("/api/v1/search?q=shirt").await.json()["total"], 1);
}
