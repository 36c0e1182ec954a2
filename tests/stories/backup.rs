//! Backups: the same shop comes back on either engine, or nothing changes.

use super::{CHALLENGE, DECLINED, GOOD, LATE};
use crate::{
    app::{Engine, TestApp, all_at_once},
    program::{Done, Place},
    stories,
};
use axum::http::StatusCode;
use ironmonger::{
    catalog::export,
    db::{Conn, Db, schema::Schema},
    server::backup::{self, Backup, BackupError, Summary},
};
use sqlx::{AssertSqlSafe, Connection, Executor, SqliteConnection};
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, mpsc},
    time::Duration,
};

const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

async fn back_up(app: &TestApp, name: &str) -> PathBuf {
    let file = app.folder().join(name);
    backup::backup(&app.shop.db, &file, |_, _| {}).await.unwrap();
    file
}

async fn restore(app: &TestApp, file: &Path) -> Result<Summary, BackupError> {
    let backup = Backup::open(file, app.folder()).await?;
    backup.restore(&app.shop.db, &app.shop.clock, &app.shop.ids, |_, _| {}).await
}

/// Runs a statement in the database of a shop.
async fn change(app: &TestApp, sql: &str) {
    let mut tx = app.shop.db.begin().await.unwrap();
    let sql = AssertSqlSafe(sql.to_owned());
    match tx.conn() {
        Conn::Sqlite(c) => drop(c.execute(sql).await.unwrap()),
        Conn::Postgres(c) => drop(c.execute(sql).await.unwrap()),
    }
    tx.commit().await.unwrap();
}

/// Runs a statement in a file.
async fn change_file(file: &Path, sql: &str) {
    let mut conn = SqliteConnection::connect(&format!("sqlite:{}?mode=rwc", file.display())).await.unwrap();
    conn.execute(AssertSqlSafe(format!("PRAGMA foreign_keys = OFF; {sql}"))).await.unwrap();
    conn.close().await.unwrap();
}

/// In which tables two backups have different rows, to the type and the byte, and how many.
async fn differences(one: &Path, other: &Path) -> Vec<(String, i64)> {
    let mut conn = SqliteConnection::connect(&format!("sqlite:{}", one.display())).await.unwrap();
    sqlx::query("ATTACH $1 AS other").bind(other.display().to_string()).execute(&mut conn).await.unwrap();
    let mut found = Vec::new();
    for table in Schema::current().await.unwrap().tables {
        let typed: Vec<_> = table.columns.iter().map(|c| format!("\"{0}\", typeof(\"{0}\")", c.name)).collect();
        let rows = |of: &str| format!("SELECT {} FROM {of}.\"{}\"", typed.join(", "), table.name);
        let (one, other) = (rows("main"), rows("other"));
        let sql = format!(
            "SELECT (SELECT COUNT(*) FROM ({one} EXCEPT {other})) + (SELECT COUNT(*) FROM ({other} EXCEPT {one}))"
        );
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut conn).await.unwrap();
        if count > 0 {
            found.push((table.name, count));
        }
    }
    found
}

async fn exported(app: &TestApp) -> Vec<u8> {
    let mut csv = Vec::new();
    export::export(&app.shop.db, app.shop.currency, &mut csv, |_| {}).await.unwrap();
    csv
}

/// A shop in which everything has happened; gives its orders.
async fn lively(app: &TestApp) -> Vec<(String, String)> {
    app.with_shirt(&[("S", "S", "78.00", 9), ("M", "M", "80.00", 9), ("Ü", "Größe", "81.50", 9)]).await;
    let mut orders = vec![
        app.placed(&[("S", 2), ("M", 1)], GOOD).await,
        app.placed(&[("Ü", 1)], CHALLENGE).await,
        app.placed(&[("S", 1)], LATE).await,
    ];
    assert_eq!(app.place(&[("S", 1)], DECLINED).await.status, StatusCode::PAYMENT_REQUIRED);
    let with_key = app.post_with("/api/v1/orders", &app.order(&[("M", 1)], GOOD), &[("idempotency-key", "k")]).await;
    let field = |name: &str| with_key.json()[name].as_str().unwrap().to_owned();
    orders.push((field("number"), field("token")));
    let mut ada = app.browser();
    ada.submit_and_follow("cart/add", &[("sku", "S"), ("quantity", "2")]).await;
    ada.submit("wishlist/save", &[("sku", "M"), ("saved", "true")]).await;
    ada.submit("wishlist/share", &[("shared", "true")]).await;
    // A draft, since the form is not filled in.
    let page = ada.get("/checkout").await.text;
    let attempt = crate::app::value_of(&page, "attempt");
    ada.submit("checkout/place", &[("attempt", &attempt), ("email", "ada"), ("expected_total", "1")]).await;
    app.get("/search?q=shirt").await;
    app.shop.searches.flush(&app.shop).await.unwrap();
    app.shop.events.flush(&app.shop).await.unwrap();
    change(app, "INSERT INTO settings (name, value) VALUES ('motto', '''\u{1F9F5}; --\n')").await;
    change(app, "UPDATE outbox SET attempts = 3, done_at = 5 WHERE topic = 'order_confirmed'").await;
    orders
}

/// The rows of all tables.
async fn rows(app: &TestApp) -> i64 {
    let tables = Schema::current().await.unwrap().tables;
    let counts: Vec<_> = tables.iter().map(|table| format!("(SELECT COUNT(*) FROM \"{}\")", table.name)).collect();
    let sql = AssertSqlSafe(format!("SELECT {}", counts.join(" + ")));
    match &mut app.shop.db.read().await.unwrap().conn() {
        Conn::Sqlite(c) => sqlx::query_scalar(sql).fetch_one(&mut **c).await.unwrap(),
        Conn::Postgres(c) => sqlx::query_scalar(sql).fetch_one(&mut **c).await.unwrap(),
    }
}

/// Refused in one line that names what is wrong.
fn is_refused(done: &Done, with: &str) {
    assert_eq!((done.status, done.out.as_str()), (2, ""), "{done:?}");
    assert!(
        done.err.starts_with("ironmonger: ") && done.err.lines().count() == 1 && done.err.contains(with),
        "{done:?}"
    );
}

/// The names in a folder that begin so.
fn names(folder: &Path, start: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = entries.filter(|name| name.starts_with(start)).collect();
    names.sort();
    names
}

/// A copy that is held up in its midst, until this is dropped.
struct Held {
    begun: mpsc::Receiver<()>,
    _go_on: mpsc::Sender<()>,
}

impl Held {
    /// Waits until it is there.
    fn is_amid(&self) {
        self.begun.recv_timeout(Duration::from_secs(30)).unwrap();
    }
}

/// What tells of a copy's progress and holds it up.
fn hold() -> (impl FnMut(u64, u64) + Send + 'static, Held) {
    let (begin, begun) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let progress = move |rows, _| {
        if rows > 0 && begin.send(()).is_ok() {
            // The thread may be the one that others wait for.
            let _ = tokio::task::block_in_place(|| may_go_on.recv());
        }
    };
    (progress, Held { begun, _go_on: go_on })
}

stories! {
    async fn a_backup_is_the_same_shop_on_either_engine(app) {
        let orders = lively(&app).await;
        let file = back_up(&app, "backup").await;
        assert_eq!(names(app.folder(), "backup"), ["backup"]);
        let mut filled = Vec::new();
        for table in Schema::current().await.unwrap().tables {
            let sql = format!("SELECT COUNT(*) FROM \"{}\"", table.name);
            let mut conn = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
            let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut conn).await.unwrap();
            filled.extend((count > 0).then_some(table.name));
        }
        for table in ["cart_lines", "wishlist_items", "outbox", "idempotency_keys", "checkout_drafts", "sandbox_charges"] {
            assert!(filled.iter().any(|name| name == table), "no {table} in {filled:?}");
        }
        for engine in ENGINES {
            let Some(copy) = TestApp::start(engine).await else { continue };
            let before = copy.shop.search.version();
            restore(&copy, &file).await.unwrap();
            copy.index_is_past(before).await;
            assert_eq!(copy.get("/api/v1/search?q=shirt").await.json()["total"], 1);
            for order in &orders {
                let shown = app.order_of(order).await;
                assert!(shown["status"].is_string(), "{shown}");
                assert_eq!(copy.order_of(order).await, shown);
            }
            for sku in ["S", "M", "Ü"] {
                assert_eq!(copy.stock(sku).await, app.stock(sku).await);
            }
            assert!(exported(&copy).await == exported(&app).await);
            copy.doctor_finds_nothing().await;
            // One row more: the one that has indexes built anew.
            assert_eq!(differences(&file, &back_up(&copy, "again").await).await, [("catalog_changes".into(), 1)]);
            // Life goes on there.
            copy.placed(&[("S", 1)], GOOD).await;
            copy.run_payment_jobs().await;
            copy.doctor_finds_nothing().await;
        }
    }

    async fn what_refers_to_its_own_table_may_stand_in_any_order(app) {
        let id = |n: u32| if app.shop.db.is_sqlite() { format!("x'{n:032x}'") } else { format!("'{n:032x}'") };
        // More than are copied at once.
        for n in 0..1_200 {
            change(&app, &format!("INSERT INTO categories (id, path, name) VALUES ({}, 'p{n}', 'n')", id(n))).await;
        }
        change(&app, &format!("UPDATE categories SET parent_id = {} WHERE path <> 'p1199'", id(1_199))).await;
        change(&app, &format!("UPDATE categories SET parent_id = {} WHERE path = 'p0'", id(5))).await;
        let file = back_up(&app, "backup").await;
        for engine in ENGINES {
            let Some(copy) = TestApp::start(engine).await else { continue };
            restore(&copy, &file).await.unwrap();
            assert_eq!(differences(&file, &back_up(&copy, "again").await).await, [("catalog_changes".into(), 1)]);
        }
    }

    async fn the_commands_sum_up_in_one_line_and_leave_nothing_else(app) {
        let order = { lively(&app).await.swap_remove(0) };
        let file = app.folder().join("shop.backup");
        let name = file.display().to_string();
        let done = Place::of(&app).run(&["backup", &name]).await;
        let summary = format!("{} rows, {} bytes\n", rows(&app).await, std::fs::metadata(&file).unwrap().len());
        assert!(done.status == 0 && done.out.ends_with(&summary) && done.out.lines().count() == 1, "{done:?}");
        assert_eq!(names(app.folder(), "shop.backup"), ["shop.backup"]);
        for engine in ENGINES {
            let Some(place) = Place::new(engine).await else { continue };
            let restored = place.run(&["restore", &name]).await;
            assert!(restored.status == 0 && restored.out.ends_with(&summary), "{restored:?}");
            assert!(!names(&place.folder().join("data"), "").iter().any(|name| name.starts_with("restore")));
            let server = place.serve().await;
            let (status, _) = server.get(&format!("/api/v1/orders/{}?token={}", order.0, order.1)).await.unwrap();
            assert_eq!(status, 200);
            let (_, found) = server.get("/api/v1/search?q=shirt").await.unwrap();
            assert!(found.contains("sea-shirt"), "{found}");
        }
    }

    async fn a_database_with_anything_in_it_is_not_restored_into(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let file = back_up(&app, "backup").await;
        let name = file.display().to_string();
        app.placed(&[("S", 1)], GOOD).await;
        let before = back_up(&app, "before").await;
        is_refused(&Place::of(&app).run(&["restore", &name]).await, "DATABASE_URL: the database is not empty");
        assert!(differences(&before, &back_up(&app, "after").await).await.is_empty());
        let Some(demo) = TestApp::start(if app.shop.db.is_sqlite() { Engine::Sqlite } else { Engine::Postgres }).await else { return };
        change(&demo, "INSERT INTO settings (name, value) VALUES ('shop', '{}')").await;
        let rows_before = rows(&demo).await;
        assert!(matches!(restore(&demo, &file).await, Err(BackupError::NotEmpty(what)) if what == "settings"));
        assert_eq!(rows(&demo).await, rows_before);
    }

    async fn a_file_that_is_there_is_not_written_over(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let place = Place::of(&app);
        let kept = place.file("kept", "mine");
        is_refused(&place.run(&["backup", &kept.display().to_string()]).await, "kept: there is such a file already");
        assert_eq!(std::fs::read_to_string(&kept).unwrap(), "mine");
        is_refused(&place.run(&["backup", "nowhere/backup"]).await, "nowhere/backup.part: No such file");
        assert_eq!(names(app.folder(), "kept"), ["kept"]);
    }

    async fn what_is_no_whole_backup_is_refused_and_changes_nothing(app) {
        let full = TestApp::start(Engine::Sqlite).await.unwrap();
        lively(&full).await;
        let whole = std::fs::read(back_up(&full, "backup").await).unwrap();
        let place = Place::of(&app);
        let before = rows(&app).await;
        let broken = |at: usize, with: &[u8]| {
            let mut bytes = whole.clone();
            bytes[at..at + with.len()].copy_from_slice(with);
            bytes
        };
        let half = whole.len() / 2;
        let files: [(&str, Vec<u8>, &str); 8] = [
            ("text", b"Handle,Title\n".repeat(1_000), "not a backup"),
            ("empty", vec![], "not a backup"),
            ("truncated", whole[..half].to_vec(), "damaged"),
            ("without-its-end", whole[..whole.len() - 4_096].to_vec(), "damaged"),
            ("a-few-bytes", whole[..50].to_vec(), "damaged"),
            ("pages-overwritten", broken(half / 4_096 * 4_096, &[0xff; 8_192]), "damaged"),
            ("schema-overwritten", broken(100, &[0xff; 1_000]), "damaged"),
            ("header-overwritten", broken(0, b"Nothing"), "not a backup"),
        ];
        for (name, bytes, with) in files {
            let file = place.file(name, bytes);
            is_refused(&place.run(&["restore", &file.display().to_string()]).await, with);
        }
        let of_others = [
            ("foreign", "CREATE TABLE t (a)", "not a backup"),
            ("impostor", "CREATE TABLE _sqlx_migrations (a)", ""),
        ];
        for (name, sql, with) in of_others {
            let file = app.folder().join(name);
            change_file(&file, sql).await;
            let done = place.run(&["restore", &file.display().to_string()]).await;
            is_refused(&done, with);
        }
        let altered = [
            ("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 3", "newer version"),
            ("UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 2", "not a backup"),
            ("DROP TABLE reviews", "not a backup"),
            ("ALTER TABLE reviews ADD COLUMN more TEXT", "not a backup"),
            ("UPDATE stock_levels SET on_hand = on_hand + 1", "stock levels are the sums of their movements"),
            ("DELETE FROM orders WHERE number = (SELECT MAX(number) FROM orders)", "damaged"),
            ("UPDATE reviews SET id = 'text'; UPDATE products SET title = CAST(x'ff' AS TEXT)", "damaged"),
        ];
        for (sql, with) in altered {
            let file = place.file("altered", &whole);
            change_file(&file, sql).await;
            is_refused(&place.run(&["restore", &file.display().to_string()]).await, with);
        }
        is_refused(&place.run(&["restore", "missing"]).await, "missing: No such file");
        is_refused(&place.run(&["restore", "."]).await, "Is a directory");
        assert_eq!(rows(&app).await, before);
        let file = place.file("whole", &whole);
        assert_eq!(place.run(&["restore", &file.display().to_string()]).await.status, 0);
    }

    async fn an_older_backup_is_brought_up_to_date_and_stays_as_it_is(app) {
        let old = TestApp::start(Engine::Sqlite).await.unwrap();
        old.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let file = back_up(&old, "old").await;
        let migrations = std::fs::read_dir("migrations").unwrap().map(|entry| entry.unwrap().path());
        let later = migrations.filter(|path| path.file_name().is_some_and(|name| name >= std::ffi::OsStr::new("0003")));
        let tables: String = later.map(|path| std::fs::read_to_string(path).unwrap() + "\n").collect();
        let tables = tables.lines().filter_map(|line| line.strip_prefix("CREATE TABLE ")?.strip_suffix(" ("));
        let sql = tables.map(|table| format!("DROP TABLE IF EXISTS {table};")).collect::<String>();
        change_file(&file, &format!("{sql} DELETE FROM _sqlx_migrations WHERE version >= 3")).await;
        let before = std::fs::read(&file).unwrap();
        restore(&app, &file).await.unwrap();
        assert!(std::fs::read(&file).unwrap() == before);
        assert_eq!(app.stock("S").await, 5);
        assert!(exported(&app).await == exported(&old).await);
    }

    async fn a_backup_amid_a_crowd_is_of_one_moment(app) {
        app.with_shirt(&[("S", "S", "78.00", 30)]).await;
        let app = Arc::new(app);
        let buying = tokio::spawn({
            let app = app.clone();
            async move {
                all_at_once(50, move |i| {
                    let app = app.clone();
                    async move { app.place(&[("S", 1)], if i % 3 == 0 { DECLINED } else { GOOD }).await.status }
                }).await
            }
        });
        let mut files = Vec::new();
        while !buying.is_finished() || files.is_empty() {
            // Only what the doctor finds nothing in is kept.
            files.push(back_up(&app, &format!("backup-{}", files.len())).await);
        }
        let answers = buying.await.unwrap();
        assert!(answers.iter().all(|status| !status.is_server_error()), "{answers:?}");
        files.push(back_up(&app, "last").await);
        for file in &files {
            Backup::open(file, app.folder()).await.unwrap();
        }
        let Some(copy) = TestApp::start(Engine::Sqlite).await else { return };
        restore(&copy, files.last().unwrap()).await.unwrap();
        assert_eq!(copy.stock("S").await, app.stock("S").await);
    }

    async fn a_backup_that_is_given_up_leaves_no_file(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let file = app.folder().join("backup");
        let (progress, held) = hold();
        let (db, to) = (app.shop.db.clone(), file.clone());
        let backup = tokio::spawn(async move { backup::backup(&db, &to, progress).await });
        held.is_amid();
        assert_eq!(names(app.folder(), "backup"), ["backup.part"]);
        // Nobody else gets into it.
        let other = backup::backup(&app.shop.db, &file, |_, _| {}).await;
        assert!(matches!(other, Err(BackupError::UnderWay(_))), "{other:?}");
        assert_eq!(names(app.folder(), "backup"), ["backup.part"]);
        backup.abort();
        drop(held);
        assert!(backup.await.unwrap_err().is_cancelled());
        assert_eq!(names(app.folder(), "backup"), [""; 0]);
        back_up(&app, "backup").await;
    }

    async fn a_restore_that_is_given_up_changes_nothing(app) {
        let full = TestApp::start(Engine::Sqlite).await.unwrap();
        lively(&full).await;
        let file = back_up(&full, "backup").await;
        let (before, (progress, held)) = (rows(&app).await, hold());
        let backup = Backup::open(&file, app.folder()).await.unwrap();
        let shop = app.shop.clone();
        let restore_it = tokio::spawn(async move { backup.restore(&shop.db, &shop.clock, &shop.ids, progress).await });
        held.is_amid();
        assert_eq!(rows(&app).await, before);
        restore_it.abort();
        drop(held);
        assert!(restore_it.await.unwrap_err().is_cancelled());
        assert_eq!((rows(&app).await, names(app.folder(), "restore")), (before, vec![]));
        restore(&app, &file).await.unwrap();
    }

    async fn a_backup_that_is_killed_leaves_no_file_by_its_name(app) {
        let heading = "Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price\n".to_owned();
        let csv = (0..1_500).fold(heading, |csv, n| csv + &format!("p{n},Product {n},SKU{n},5,9.00\n"));
        app.import_with(&csv, false, &mut ()).await.unwrap();
        let (place, file) = (Place::of(&app), app.folder().join("backup"));
        let part = app.folder().join("backup.part");
        let mut killed = 0;
        for _ in 0..40 {
            let mut command = place.command(&["backup", "backup"]);
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            while child.try_wait().unwrap().is_none() && std::fs::metadata(&part).map_or(0, |meta| meta.len()) < 300_000 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            child.kill().unwrap();
            if child.wait().unwrap().success() {
                std::fs::remove_file(&file).unwrap();
                continue;
            }
            assert!(!file.exists() && part.exists());
            killed += 1;
            if killed == 3 {
                break;
            }
        }
        assert!(killed > 0, "it was always too quick");
        // What is left is taken over.
        let done = place.run(&["backup", "backup"]).await;
        assert_eq!((done.status, names(app.folder(), "backup")), (0, vec!["backup".to_owned()]), "{done:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_character_that_postgres_cannot_hold_is_left_out_there_only() {
    let app = TestApp::start(Engine::Sqlite).await.unwrap();
    change(&app, "INSERT INTO settings (name, value) VALUES ('motto', 'a' || char(0) || 'b')").await;
    let file = back_up(&app, "backup").await;
    for (engine, motto) in [(Engine::Sqlite, "a\0b"), (Engine::Postgres, "ab")] {
        let Some(copy) = TestApp::start(engine).await else { continue };
        restore(&copy, &file).await.unwrap();
        let sql = "SELECT value FROM settings WHERE name = 'motto'";
        let found: String = match &copy.shop.db {
            Db::Sqlite { readers, .. } => sqlx::query_scalar(sql).fetch_one(readers).await.unwrap(),
            Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        };
        assert_eq!(found, motto);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sqlite_database_in_use_is_no_backup_and_one_that_is_missing_has_none() {
    let app = TestApp::start(Engine::Sqlite).await.unwrap();
    app.with_shirt(&[("S", "S", "78.00", 5)]).await;
    let file = app.folder().join("shop.db");
    let place = Place::new(Engine::Sqlite).await.unwrap();
    is_refused(&place.run(&["restore", &file.display().to_string()]).await, "a database in use");
    is_refused(&place.run(&["backup", "backup"]).await, "shop.db: No such file");
    assert!(names(place.folder(), "").is_empty());
}
