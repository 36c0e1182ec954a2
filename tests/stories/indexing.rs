//! The search index: of every node, through changes, rebuilds, crashes and broken files.

use crate::{
    app::{Engine, TestApp},
    program::{Place, Server},
    stories,
};
use ironmonger::search::store::insert_rebuild;
use std::{path::Path, time::Duration};

/// Products in a file that is imported while the server is killed.
const MANY: usize = 600;

fn products(from: usize, to: usize) -> String {
    let mut csv = "Handle,Title,Vendor,Type,Variant SKU,Variant Price\n".to_owned();
    for i in from..to {
        csv += &format!("lamp-{i},Storm Lamp {i},Fairlead,Home > Lamps,LAMP-{i},30.00\n");
    }
    csv
}

async fn total(app: &TestApp, text: &str) -> u64 {
    app.get(&format!("/api/v1/search?q={text}")).await.json()["total"].as_u64().unwrap()
}

/// Every file of the index, whatever it is called.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

async fn total_of(server: &Server, text: &str) -> Option<u64> {
    let (_, body) = server.get(&format!("/api/v1/search?q={text}")).await?;
    serde_json::from_str::<serde_json::Value>(&body).ok()?["total"].as_u64()
}

/// Waits until a server finds so many.
async fn comes_to(server: &Server, text: &str, expected: u64) {
    for _ in 0..400 {
        if total_of(server, text).await == Some(expected) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{text}: {:?} found, not {expected}", total_of(server, text).await);
}

stories! {
    async fn an_index_that_is_missing_or_broken_is_built_anew_at_the_start(app) {
        app.import(&products(0, 5)).await;
        let mut app = app;
        let spoils: [fn(&Path); 4] = [
            |folder| std::fs::remove_dir_all(folder).unwrap(),
            |folder| files(folder).iter().for_each(|file| std::fs::write(file, b"no index").unwrap()),
            |folder| files(folder).iter().for_each(|file| {
                let bytes = std::fs::read(file).unwrap();
                std::fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
            }),
            |folder| std::fs::write(folder.join("current"), "../../elsewhere").unwrap(),
        ];
        for (i, spoil) in spoils.into_iter().enumerate() {
            spoil(&app.folder().join("search"));
            app = app.restart().await;
            assert_eq!(total(&app, "storm+lamp").await, 5, "way {i} to spoil it");
            assert_eq!(total(&app, "lamps").await, 5, "way {i} to spoil it");
        }
    }

    async fn searches_go_on_while_the_index_is_built_anew(app) {
        app.import(&products(0, 50)).await;
        let before = app.shop.search.version();
        let mut tx = app.shop.db.begin().await.unwrap();
        insert_rebuild(&mut tx, app.shop.ids.next(), app.now()).await.unwrap();
        tx.commit().await.unwrap();
        while app.shop.search.version() == before {
            assert_eq!(total(&app, "storm").await, 50);
        }
        assert_eq!(total(&app, "storm").await, 50);
        // And what changes later is found in the new one.
        app.import(&products(50, 51)).await;
        assert_eq!(total(&app, "storm").await, 51);
    }

    async fn what_is_gone_or_renamed_is_no_longer_found(app) {
        app.import(&products(0, 2)).await;
        app.import("Handle,Title,Published,Variant SKU,Variant Price\nlamp-0,Anchor,true,LAMP-0,30.00\nlamp-1,Storm Lamp 1,false,LAMP-1,30.00\n").await;
        for _ in 0..80 {
            if total(&app, "storm").await == 0 { break; }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert_eq!((total(&app, "storm&exact=1").await, total(&app, "anchor").await), (0, 1));
    }
}

/// Two servers on one database: what one of them learns of, the other finds.
async fn every_node_finds_what_changed(engine: Engine) {
    let Some(place) = Place::new(engine).await else { return };
    let file = place.file("first.csv", products(0, 3));
    assert_eq!(place.run(&["import", file.to_str().unwrap()]).await.status, 0);
    let one = place.serve().await;
    let other = place.serve_in("other").await;
    let file = place.file("second.csv", products(3, 10));
    assert_eq!(place.run(&["import", file.to_str().unwrap()]).await.status, 0);
    let done = place.run(&["synonyms", "--add", "lantern => lamps"]).await;
    assert_eq!(done.status, 0, "{done:?}");
    for server in [&one, &other] {
        comes_to(server, "storm", 10).await;
        comes_to(server, "lantern", 10).await;
    }
}

async fn killed_while_it_indexes(engine: Engine) {
    let Some(place) = Place::new(engine).await else { return };
    let file = place.file("first.csv", products(0, 1));
    assert_eq!(place.run(&["import", file.to_str().unwrap()]).await.status, 0);
    for round in 0..3 {
        let mut server = place.serve().await;
        let (from, to) = (1 + round * MANY, 1 + (round + 1) * MANY);
        let file = place.file("more.csv", products(from, to));
        let arguments = ["import", file.to_str().unwrap()];
        let import = place.run(&arguments);
        let kill = async {
            // In the middle of taking it in, as far as that can be met.
            while total_of(&server, "storm").await.is_none_or(|total| total <= from as u64) {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            server.kill();
        };
        let (done, ()) = tokio::join!(import, kill);
        assert_eq!(done.status, 0, "{done:?}");
        let server = place.serve().await;
        comes_to(&server, "storm", to as u64).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_node_finds_what_changed_on_sqlite() {
    every_node_finds_what_changed(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_node_finds_what_changed_on_postgres() {
    every_node_finds_what_changed(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_while_it_indexes_on_sqlite() {
    killed_while_it_indexes(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_while_it_indexes_on_postgres() {
    killed_while_it_indexes(Engine::Postgres).await;
}
