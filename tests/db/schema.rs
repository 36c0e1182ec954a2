//! The tables that are copied are all there are, on both engines.

use crate::app::{Engine, TestApp};
use ironmonger::db::{
    Db,
    schema::{Kind, Schema},
};

/// Table, column and type as PostgreSQL has them.
async fn postgres_columns(app: &TestApp) -> Vec<(String, String, String)> {
    let Db::Postgres(pool) = &app.shop.db else { panic!("not PostgreSQL") };
    let sql = "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name <> '_sqlx_migrations' ORDER BY 1, 2";
    sqlx::query_as(sql).fetch_all(pool).await.unwrap()
}

fn postgres_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Integer => "bigint",
        Kind::Boolean => "boolean",
        Kind::Uuid => "uuid",
        Kind::Bytes => "bytea",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_have_the_tables_and_columns_that_a_backup_copies() {
    let Some(app) = TestApp::start(Engine::Postgres).await else { return };
    let mut copied = Vec::new();
    for table in Schema::current().await.unwrap().tables {
        for column in table.columns {
            copied.push((table.name.clone(), column.name, postgres_type(column.kind).to_owned()));
        }
    }
    copied.sort();
    assert_eq!(postgres_columns(&app).await, copied);
}

/// A backup copies rows and no counters: ids are made by the program.
#[tokio::test(flavor = "multi_thread")]
async fn no_engine_numbers_rows_by_a_counter_of_its_own() {
    let sqlite = TestApp::start(Engine::Sqlite).await.unwrap();
    assert_eq!(sqlite.number("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'").await, 0);
    let Some(postgres) = TestApp::start(Engine::Postgres).await else { return };
    assert_eq!(postgres.number("SELECT COUNT(*) FROM pg_sequences").await, 0);
}
