//! Erasing somebody: the account and everything that hangs on it. Orders keep their amounts and lose the person; where
//! a parcel is still on its way its address stays until it has arrived.

use super::{
    letters, links, merge, passkeys,
    security::confirmed_row,
    sessions,
    store::{self, AccountRow},
};
use crate::{
    account::service::attempts::{self, Counter, Kind},
    admin::audit,
    db::{Tx, execute},
    domain::account::Secret,
    error::AppError,
    promotions::{customers, giveaways},
    server::{authority::Customer, state::Shop},
};

/// Erases the account of who has signed in.
pub async fn erase(shop: &Shop, customer: &Customer, password: &Secret) -> Result<(), AppError> {
    if customer.role.is_some() {
        return Err(AppError::Forbidden);
    }
    let row = confirmed_row(shop, customer, password).await?;
    let mut tx = shop.db.begin().await?;
    // Those of a guest with this address, since the last sign-in, too.
    store::attach_orders(&mut tx, row.id(), &row.email_key).await?;
    customers::erase(shop, &mut tx, row.id(), &row.email_key).await?;
    giveaways::erase(&mut tx, row.id(), &row.email_key, shop.clock.now()).await?;
    erase_orders(&mut tx, &row).await?;
    erase_messages(shop, &mut tx, &row).await?;
    erase_belongings(&mut tx, &row).await?;
    audit::forget(&mut tx, row.id(), [&row.email, &row.email_key]).await?;
    store::delete_registrations(&mut tx, &row.email_key).await?;
    // Unless somebody has made it one of the staff in the meantime.
    let gone = execute!(
        tx,
        "DELETE FROM accounts WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM staff WHERE staff.account_id = $1)",
        row.id
    )?;
    if gone == 0 {
        return Err(AppError::Forbidden);
    }
    merge::delete_shopper(&mut tx, row.shopper()).await?;
    Ok(tx.commit().await?)
}

/// What an order that is done needs no person for.
async fn erase_orders(tx: &mut Tx, row: &AccountRow) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE order_people SET erase_when_done = $3 WHERE order_id IN
            (SELECT id FROM orders WHERE account_id = $1 OR (account_id IS NULL AND shopper_id = $2))",
        row.id,
        row.shopper_id,
        true
    )?;
    execute!(
        tx,
        "UPDATE orders SET account_id = NULL, shopper_id = NULL
        WHERE account_id = $1 OR (account_id IS NULL AND shopper_id = $2)",
        row.id,
        row.shopper_id
    )?;
    erase_done(tx).await.map(drop)
}

/// Takes up orders that were under way while their account was erased.
pub async fn erase_late(tx: &mut Tx) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE order_people SET erase_when_done = $1 WHERE order_id IN
            (SELECT id FROM orders WHERE account_id IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM accounts WHERE accounts.id = orders.account_id))",
        true
    )?;
    execute!(
        tx,
        "UPDATE orders SET account_id = NULL, shopper_id = NULL WHERE account_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM accounts WHERE accounts.id = orders.account_id)"
    )?;
    Ok(())
}

/// Erases the people of orders that are done and whose people wanted so. Run again and again by the background.
pub async fn erase_done(tx: &mut Tx) -> sqlx::Result<u64> {
    execute!(
        tx,
        "DELETE FROM order_people WHERE erase_when_done = $1 AND order_id IN
            (SELECT id FROM orders WHERE status NOT IN ('pending_payment', 'paid', 'processing', 'shipped'))",
        true
    )
}

/// Letters to them, sent or not, and counters of their tries. (A letter about a registration is made from rows
/// that are gone now, so it is not sent.)
async fn erase_messages(shop: &Shop, tx: &mut Tx, row: &AccountRow) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM outbox WHERE subject = $1", row.id.to_string())?;
    // One that names no account names the address.
    let payload = letters::reset_payload(&row.email_key).to_string();
    execute!(tx, "DELETE FROM outbox WHERE subject = '' AND payload = $1", payload)?;
    for (kind, subject) in [
        (Kind::AccountAnywhere, row.email_key.clone()),
        (Kind::LetterAnywhere, row.email_key.clone()),
        (Kind::Code, row.id.to_string()),
        (Kind::Confirmation, row.id.to_string()),
    ] {
        attempts::forget(tx, &Counter::new(shop, kind, &subject)).await?;
    }
    Ok(())
}

async fn erase_belongings(tx: &mut Tx, row: &AccountRow) -> sqlx::Result<()> {
    execute!(
        tx,
        "DELETE FROM form_drafts WHERE visitor_hash IN (SELECT token_hash FROM sessions WHERE account_id = $1)",
        row.id
    )?;
    sessions::end_all(tx, row.id(), None).await?;
    links::delete_all(tx, row.id()).await?;
    execute!(tx, "DELETE FROM recovery_codes WHERE account_id = $1", row.id)?;
    passkeys::delete_all(tx, row.id()).await?;
    execute!(tx, "DELETE FROM addresses WHERE account_id = $1", row.id)?;
    execute!(tx, "DELETE FROM consents WHERE holder = $1", row.id)?;
    execute!(tx, "DELETE FROM data_exports WHERE account_id = $1", row.id).map(drop)
}
