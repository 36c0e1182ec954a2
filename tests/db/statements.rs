//! Every statement of the program means something to both engines.

use crate::app::{Engine, TestApp};
use ironmonger::db::{Db, Statement};
use sqlx::{Executor, SqlSafeStr};

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_prepared_by_both_engines() {
    let mut failures = Vec::new();
    let mut count = 0;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(app) = TestApp::start(engine).await else { continue };
        for Statement(sql) in ironmonger::db::statements() {
            count += 1;
            let prepared = match &app.shop.db {
                Db::Sqlite { readers, .. } => readers.prepare(sql.into_sql_str()).await.map(drop),
                Db::Postgres(pool) => pool.prepare(sql.into_sql_str()).await.map(drop),
            };
            if let Err(error) = prepared {
                failures.push(format!("{engine:?}: {error}\n{sql}"));
            }
        }
    }
    assert!(count > 80, "only {count} statements were found");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
