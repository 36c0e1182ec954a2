//! The category tree.

use crate::db::{Conn, Tx, execute, fetch};
use uuid::Uuid;

/// A row of `categories`.
#[derive(Clone, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct CategoryRow {
    pub id: Uuid,
    pub parent_id: Option<Uuid>,
    pub path: String,
    pub name: String,
    pub blurb: String,
    pub position: i64,
}

/// The whole tree, parents before children, in the order of the menu.
pub async fn list_categories(conn: &mut Conn<'_>) -> sqlx::Result<Vec<CategoryRow>> {
    let mut rows =
        fetch!(conn, all as CategoryRow, "SELECT id, parent_id, path, name, blurb, position FROM categories")?;
    rows.sort_by(|a, b| {
        let depth = |row: &CategoryRow| row.path.matches('/').count();
        (depth(a), a.position, &a.path).cmp(&(depth(b), b.position, &b.path))
    });
    Ok(rows)
}

/// Inserts a category unless its path is taken.
pub async fn insert_category(tx: &mut Tx, row: &CategoryRow) -> sqlx::Result<u64> {
    execute!(
        tx,
        "INSERT INTO categories (id, parent_id, path, name, blurb, position) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (path) DO NOTHING",
        row.id,
        row.parent_id,
        row.path.as_str(),
        row.name.as_str(),
        row.blurb.as_str(),
        row.position
    )
}

/// The id at a path.
pub async fn find_category(conn: &mut Conn<'_>, path: &str) -> sqlx::Result<Option<CategoryRow>> {
    fetch!(
        conn,
        optional as CategoryRow,
        "SELECT id, parent_id, path, name, blurb, position FROM categories WHERE path = $1",
        path
    )
}

/// Sets what a category's page says and where it stands in the menu.
pub async fn update_category(tx: &mut Tx, path: &str, name: &str, blurb: &str, position: i64) -> sqlx::Result<u64> {
    execute!(
        tx,
        "UPDATE categories SET name = $2, blurb = $3, position = $4 WHERE path = $1",
        path,
        name,
        blurb,
        position
    )
}
