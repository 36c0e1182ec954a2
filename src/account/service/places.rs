//! From which networks somebody has signed in lately. Kept as keyed hashes: the table names neither.

use crate::{
    db::{Tx, execute, fetch},
    domain::timestamp::Timestamp,
    server::state::Shop,
};
use std::net::IpAddr;

/// How long a network stays known after a sign-in.
const KNOWN_FOR: i64 = 30 * Timestamp::DAY;

fn key(shop: &Shop, email_key: &str, network: IpAddr) -> Vec<u8> {
    shop.signer.keyed_hash("known place", format!("{network} {email_key}").as_bytes())
}

/// Whether the right password came from there lately.
pub async fn is_known(shop: &Shop, email_key: &str, network: IpAddr) -> sqlx::Result<bool> {
    let row = fetch!(
        &mut shop.db.read().await?.conn(),
        one as (bool,),
        "SELECT EXISTS (SELECT 1 FROM known_places WHERE key = $1 AND seen_at > $2)",
        key(shop, email_key, network),
        shop.clock.now().plus(-KNOWN_FOR).0
    )?;
    Ok(row.0)
}

/// The right password came from there.
pub async fn remember(shop: &Shop, email_key: &str, network: IpAddr) -> sqlx::Result<()> {
    let mut tx = shop.db.begin().await?;
    execute!(
        tx,
        "INSERT INTO known_places (key, seen_at) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET seen_at = excluded.seen_at",
        key(shop, email_key, network),
        shop.clock.now().0
    )?;
    tx.commit().await
}

/// Forgets networks of long ago.
pub async fn delete_old(tx: &mut Tx, now: Timestamp) -> sqlx::Result<u64> {
    execute!(tx, "DELETE FROM known_places WHERE seen_at <= $1", now.plus(-KNOWN_FOR).0)
}
