//! The shop's tables as the migrations make them, read from SQLite's own description.
//!
//! Whatever goes over all tables (a backup) takes them from here, so that a table of a later migration needs no
//! thought. Types are those that both engines know; any other is an error, as are tables that refer to each other in
//! a circle. `tests/db` holds the schemas of both engines against each other.

use super::{migrate, sqlite};
use sqlx::{Connection, SqliteConnection};
use std::collections::BTreeSet;

/// All tables but the one of the migrations; each after those it refers to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schema {
    pub tables: Vec<Table>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    refers_to: BTreeSet<String>,
    /// A column that refers to the table itself, and the column it refers to.
    parent: Option<(String, String)>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Text,
    Integer,
    Boolean,
    Uuid,
    Bytes,
}

impl Schema {
    /// The schema of this version of the program.
    pub async fn current() -> sqlx::Result<Self> {
        let mut conn = SqliteConnection::connect("sqlite::memory:").await?;
        sqlite::migrate(&mut conn).await?;
        Self::of(&mut conn).await
    }

    /// The schema that a SQLite database has.
    pub async fn of(conn: &mut SqliteConnection) -> sqlx::Result<Self> {
        let names = "SELECT name FROM sqlite_schema
            WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' AND name <> $1 ORDER BY name";
        let names: Vec<String> = sqlx::query_scalar(names).bind(migrate::TABLE).fetch_all(&mut *conn).await?;
        let mut tables = Vec::with_capacity(names.len());
        for name in names {
            tables.push(Table::of(conn, name).await?);
        }
        Ok(Self { tables: referred_first(tables)? })
    }
}

impl Table {
    async fn of(conn: &mut SqliteConnection, name: String) -> sqlx::Result<Self> {
        let mut table = Self { name, columns: vec![], refers_to: BTreeSet::new(), parent: None };
        let columns = sqlx::query_as("SELECT name, type FROM pragma_table_info($1) ORDER BY cid");
        let columns: Vec<(String, String)> = columns.bind(&table.name).fetch_all(&mut *conn).await?;
        for (name, declared) in columns {
            let kind = Kind::parse(&declared).ok_or_else(|| unknown(&table.name, &format!("{name} is {declared}")))?;
            table.columns.push(Column { name, kind });
        }
        let references = sqlx::query_as("SELECT \"table\", \"from\", \"to\" FROM pragma_foreign_key_list($1)");
        let references: Vec<(String, String, Option<String>)> = references.bind(&table.name).fetch_all(conn).await?;
        for (other, from, to) in references {
            match to {
                _ if other != table.name => drop(table.refers_to.insert(other)),
                Some(to) if table.parent.is_none() => table.parent = Some((from, to)),
                _ => return Err(unknown(&table.name, "it refers to itself in more than one way")),
            }
        }
        Ok(table)
    }

    /// The statement that gives all rows. One that refers to another row of its table comes after it.
    pub(super) fn select(&self) -> String {
        let (name, columns) = (&self.name, self.column_list("t."));
        let Some((child, parent)) = &self.parent else { return format!("SELECT {columns} FROM \"{name}\" AS t") };
        format!(
            "WITH RECURSIVE placed (\"key\", depth) AS (
                SELECT \"{parent}\", 0 FROM \"{name}\" WHERE \"{child}\" IS NULL
                UNION ALL SELECT t.\"{parent}\", placed.depth + 1 FROM \"{name}\" AS t
                    JOIN placed ON placed.\"key\" = t.\"{child}\"
            ) SELECT {columns} FROM \"{name}\" AS t JOIN placed ON placed.\"key\" = t.\"{parent}\" ORDER BY placed.depth"
        )
    }

    /// The beginning of the statement that inserts rows, up to the values.
    pub(super) fn insert(&self) -> String {
        format!("INSERT INTO \"{}\" ({}) ", self.name, self.column_list(""))
    }

    fn column_list(&self, before: &str) -> String {
        let quoted: Vec<_> = self.columns.iter().map(|column| format!("{before}\"{}\"", column.name)).collect();
        quoted.join(", ")
    }
}

impl Kind {
    fn parse(declared: &str) -> Option<Self> {
        Some(match declared {
            "TEXT" => Self::Text,
            "BIGINT" => Self::Integer,
            "BOOLEAN" => Self::Boolean,
            "UUID" => Self::Uuid,
            "BYTEA" => Self::Bytes,
            _ => return None,
        })
    }
}

fn unknown(table: &str, what: &str) -> sqlx::Error {
    sqlx::Error::Protocol(format!("table {table} cannot be copied: {what}"))
}

/// Puts every table after those it refers to; where that leaves a choice, by name.
fn referred_first(mut rest: Vec<Table>) -> sqlx::Result<Vec<Table>> {
    let mut placed: Vec<Table> = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let names: BTreeSet<&str> = rest.iter().map(|table| table.name.as_str()).collect();
        let free = |table: &Table| !table.refers_to.iter().any(|other| names.contains(other.as_str()));
        let Some(next) = rest.iter().position(free) else {
            return Err(unknown(&rest[0].name, "tables refer to each other in a circle"));
        };
        placed.push(rest.remove(next));
    }
    Ok(placed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::{AssertSqlSafe, Executor};

    async fn schema(sql: &'static str) -> sqlx::Result<Schema> {
        let mut conn = SqliteConnection::connect("sqlite::memory:").await?;
        conn.execute(AssertSqlSafe(sql)).await?;
        Schema::of(&mut conn).await
    }

    #[tokio::test]
    async fn every_table_of_the_migrations_comes_after_those_it_refers_to() {
        let tables = Schema::current().await.unwrap().tables;
        assert!(tables.len() > 20);
        for (i, table) in tables.iter().enumerate() {
            let before: Vec<_> = tables[..i].iter().map(|table| &table.name).collect();
            assert!(table.refers_to.iter().all(|other| before.contains(&other)), "{}", table.name);
        }
    }

    #[tokio::test]
    async fn types_that_are_not_of_both_engines_and_circles_are_told() {
        let error = schema("CREATE TABLE a (id UUID PRIMARY KEY, weight DOUBLE)").await.unwrap_err();
        assert!(error.to_string().ends_with("table a cannot be copied: weight is DOUBLE"), "{error}");
        let circle = "CREATE TABLE a (id UUID PRIMARY KEY, b UUID REFERENCES b (id));
            CREATE TABLE b (id UUID PRIMARY KEY, a UUID REFERENCES a (id))";
        assert!(schema(circle).await.is_err());
    }
}
