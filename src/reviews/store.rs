//! Reviews, and the sums of them kept beside the products.

use crate::{
    db::{Conn, Tx, execute, fetch, insert_many},
    domain::review::Review,
};
use uuid::Uuid;

/// A review to be stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewReview {
    pub id: Uuid,
    pub product_id: Uuid,
    pub review: Review,
}

#[derive(sqlx::FromRow)]
struct ReviewRow {
    rating: i64,
    title: String,
    body: String,
    author: String,
    created_at: i64,
}

/// A product's reviews, newest first.
pub async fn list_reviews(conn: &mut Conn<'_>, handle: &str, limit: i64) -> sqlx::Result<Vec<Review>> {
    let rows = fetch!(
        conn,
        all as ReviewRow,
        "SELECT r.rating, r.title, r.body, r.author, r.created_at FROM reviews r
        JOIN products p ON p.id = r.product_id
        WHERE p.handle = $1 AND p.published ORDER BY r.created_at DESC, r.id DESC LIMIT $2",
        handle,
        limit
    )?;
    let review = |row: ReviewRow| Review {
        rating: u8::try_from(row.rating).unwrap_or(0),
        title: row.title,
        body: row.body,
        author: row.author,
        created_at: crate::domain::timestamp::Timestamp(row.created_at),
    };
    Ok(rows.into_iter().map(review).collect())
}

/// How many reviews gave one star, two stars… to five.
pub async fn count_stars(conn: &mut Conn<'_>, handle: &str) -> sqlx::Result<[u32; 5]> {
    let rows = fetch!(
        conn,
        all as (i64, i64),
        "SELECT r.rating, COUNT(*) FROM reviews r JOIN products p ON p.id = r.product_id
        WHERE p.handle = $1 AND p.published GROUP BY r.rating",
        handle
    )?;
    let mut counts = [0; 5];
    for (rating, count) in rows {
        if let Some(slot) = usize::try_from(rating - 1).ok().and_then(|i| counts.get_mut(i)) {
            *slot = u32::try_from(count).unwrap_or(u32::MAX);
        }
    }
    Ok(counts)
}

/// Adds reviews and their stars to the sums.
pub async fn insert_reviews(tx: &mut Tx, reviews: &[NewReview]) -> sqlx::Result<()> {
    insert_many!(
        tx,
        "INSERT INTO reviews (id, product_id, rating, title, body, author, created_at)",
        7,
        reviews,
        |row| [
            row.id,
            row.product_id,
            i64::from(row.review.rating),
            row.review.title.clone(),
            row.review.body.clone(),
            row.review.author.clone(),
            row.review.created_at.0,
        ],
        ""
    )?;
    for review in reviews {
        execute!(
            tx,
            "INSERT INTO product_stats (product_id, review_count, review_stars) VALUES ($1, 1, $2)
            ON CONFLICT (product_id) DO UPDATE SET review_count = product_stats.review_count + 1,
                review_stars = product_stats.review_stars + excluded.review_stars",
            review.product_id,
            i64::from(review.review.rating)
        )?;
    }
    Ok(())
}
