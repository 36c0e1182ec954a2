//! The schema: the files of `migrations/`, run in order when the database is opened.
//!
//! Most files are one text for both engines. Where that can't be, there are two of one number, `NNNN_x.sqlite.sql`
//! and `NNNN_x.postgres.sql`.

use rust_embed::RustEmbed;
use sqlx::{
    AssertSqlSafe, SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};
use std::borrow::Cow;

/// The kind of database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Where sqlx keeps which migrations a database has.
pub(crate) const TABLE: &str = "_sqlx_migrations";

#[derive(RustEmbed)]
#[folder = "migrations/"]
struct Files;

/// The migrations of one engine.
pub(super) fn migrator(engine: Engine) -> Migrator {
    Migrator::with_migrations(Files::iter().filter_map(|name| migration(&name, engine)).collect())
}

fn migration(name: &str, engine: Engine) -> Option<Migration> {
    let (version, title) = name.strip_suffix(".sql")?.split_once('_')?;
    let title = match title.split_once('.') {
        Some((title, "sqlite")) if engine == Engine::Sqlite => title,
        Some((title, "postgres")) if engine == Engine::Postgres => title,
        Some(_) => return None,
        None => title,
    };
    let text = String::from_utf8(Files::get(name)?.data.into_owned()).ok()?;
    let sql = AssertSqlSafe(text).into_sql_str();
    Some(Migration::new(version.parse().ok()?, Cow::Owned(title.to_owned()), MigrationType::Simple, sql, false))
}
