//! All that a shop's database holds, to see that nothing has changed.

use crate::app::TestApp;
use ironmonger::db::{Conn, schema::Schema};
use sqlx::AssertSqlSafe;

/// Every row as text, by table.
#[derive(PartialEq, Eq)]
pub struct Rows(Vec<(String, Vec<String>)>);

impl Rows {
    pub async fn of(app: &TestApp) -> Self {
        let mut rows = Vec::new();
        let mut reader = app.shop.db.read().await.unwrap();
        for table in Schema::current().await.unwrap().tables {
            let name = table.name;
            let found = match &mut reader.conn() {
                Conn::Sqlite(c) => {
                    let columns: Vec<_> = table.columns.iter().map(|c| format!("quote(\"{}\")", c.name)).collect();
                    let sql = format!("SELECT {} FROM \"{name}\" ORDER BY 1", columns.join(" || ',' || "));
                    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut **c).await
                }
                Conn::Postgres(c) => {
                    let sql = format!("SELECT CAST(t.* AS TEXT) FROM \"{name}\" t ORDER BY 1");
                    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut **c).await
                }
            };
            rows.push((name, found.unwrap()));
        }
        Self(rows)
    }

    /// The tables that were different before.
    pub fn changed_since<'a>(&'a self, before: &Self) -> Vec<&'a str> {
        let pairs = self.0.iter().zip(&before.0);
        pairs.filter(|(now, before)| now != before).map(|((table, _), _)| table.as_str()).collect()
    }
}
