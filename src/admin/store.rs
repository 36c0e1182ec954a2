//! Rows of staff.

use crate::{
    account::view::Colleague,
    db::{Conn, Tx, execute, fetch},
    domain::{account::Role, ids::AccountId, timestamp::Timestamp},
};

/// Everybody who works here, by address. `who` is the one who asks.
pub async fn list_staff(conn: &mut Conn<'_>, who: AccountId) -> sqlx::Result<Vec<Colleague>> {
    let rows = fetch!(
        conn,
        all as (String, String, String, i64, Option<i64>, bool),
        "SELECT a.email, a.name, s.role, s.since, a.totp_since, a.id = $1
        FROM staff s JOIN accounts a ON a.id = s.account_id ORDER BY a.email_key",
        who.0
    )?;
    let colleague = |(email, name, role, since, codes, is_self): (String, String, String, i64, Option<i64>, bool)| {
        let role = Role::parse(&role)?;
        Some(Colleague { email, name, role, since: Timestamp(since), has_codes: codes.is_some(), is_self })
    };
    Ok(rows.into_iter().filter_map(colleague).collect())
}

/// Gives an account a role, or another one.
pub async fn upsert_role(tx: &mut Tx, account: AccountId, role: Role, now: i64) -> sqlx::Result<u64> {
    execute!(
        tx,
        "INSERT INTO staff (account_id, role, since) VALUES ($1, $2, $3)
        ON CONFLICT (account_id) DO UPDATE SET role = excluded.role",
        account.0,
        role.name(),
        now
    )
}

/// Takes a role away. 0 when there was none.
pub async fn delete_role(tx: &mut Tx, account: AccountId) -> sqlx::Result<u64> {
    execute!(tx, "DELETE FROM staff WHERE account_id = $1", account.0)
}

/// How many owners there are who can sign in.
pub async fn count_owners(tx: &mut Tx) -> sqlx::Result<i64> {
    let row = fetch!(
        &mut tx.conn(),
        one as (i64,),
        "SELECT COUNT(*) FROM staff s JOIN accounts a ON a.id = s.account_id
        WHERE s.role = 'owner' AND a.password_hash <> ''"
    )?;
    Ok(row.0)
}

/// What somebody is here.
pub async fn find_role(tx: &mut Tx, account: AccountId) -> sqlx::Result<Option<Role>> {
    let row = fetch!(&mut tx.conn(), optional as (String,), "SELECT role FROM staff WHERE account_id = $1", account.0)?;
    Ok(row.and_then(|(role,)| Role::parse(&role)))
}

/// Has transactions that change roles wait for each other, so that two cannot each leave the other the last owner.
pub async fn lock_roles(tx: &mut Tx) -> sqlx::Result<u64> {
    execute!(tx, "UPDATE staff SET role = role WHERE role = 'owner'")
}
