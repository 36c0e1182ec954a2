//! The demo shop's promotions. All need a coupon: an ordinary cart costs what it cost.

use super::{
    codes::CodeKey,
    coupons::{self, NewCoupons},
    store::{self, Stored},
};
use crate::{
    db::Tx,
    domain::{promotion::Promotion, timestamp::Timestamp},
    server::clock::Ids,
};
use serde::Deserialize;

const DEMO: &str = include_str!("../catalog/demo/promotions.json");

#[derive(Deserialize)]
struct Entry {
    promotion: Promotion,
    /// The code of its coupon, which can be used without end.
    code: String,
}

fn entries() -> serde_json::Result<Vec<Entry>> {
    serde_json::from_str(DEMO)
}

/// Adds those that are not there yet.
pub async fn seed(tx: &mut Tx, ids: &Ids, now: Timestamp) -> Result<(), sqlx::Error> {
    let entries = entries().map_err(|cause| sqlx::Error::Decode(cause.into()))?;
    for (position, Entry { promotion, code }) in (1..).zip(entries) {
        let id = promotion.id;
        if store::find_promotion(&mut tx.conn(), id).await?.is_some() {
            continue;
        }
        store::insert_promotion(tx, &Stored { promotion, position, enabled: true }, now.0).await?;
        if let Some(key) = CodeKey::parse(&code) {
            coupons::insert_rows(tx, &[(ids.next(), code, key)], "", &NewCoupons::of(id), now.0).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::money::Currency, promotions::service::problem};

    #[test]
    fn the_demos_promotions_make_sense_and_need_a_coupon() {
        let entries = entries().unwrap();
        assert!(!entries.is_empty());
        for Entry { promotion, code } in entries {
            assert_eq!(problem(&promotion, Currency::USD), None, "{}", promotion.label);
            assert!(promotion.needs_coupon && CodeKey::parse(&code).is_some(), "{}", promotion.label);
        }
    }
}
