//! Who works here, and what the shop asks its customers.

use super::{audit, store};
use crate::{
    account::{
        service::{
            email::AccountEmail,
            letters, links,
            profile::pages,
            sessions,
            store::{self as accounts, NewAccount},
        },
        view::{AuditPage, Colleague, Desk},
    },
    db::Tx,
    domain::{account::Role, ids::AccountId},
    error::AppError,
    server::{
        authority::{AnyStaff, Change, Customer, See, Staff, areas},
        state::Shop,
    },
    shop::store as shop_store,
};

const ENTRIES_A_PAGE: i64 = 50;

/// What a member of staff sees first.
pub async fn desk(shop: &Shop, staff: &AnyStaff) -> Result<Desk, AppError> {
    let asks_statistics = shop_store::find_info(&mut shop.db.read().await?.conn()).await?.asks_statistics;
    Ok(Desk { name: staff.who().name.clone(), role: staff.role(), asks_statistics })
}

/// Everybody who works here.
pub async fn list(shop: &Shop, staff: &Staff<areas::Staff, See>) -> Result<Vec<Colleague>, AppError> {
    Ok(store::list_staff(&mut shop.db.read().await?.conn(), staff.who().account).await?)
}

/// What staff did.
pub async fn audit(shop: &Shop, _: &Staff<areas::Staff, See>, page: u32) -> Result<AuditPage, AppError> {
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let pages = pages(audit::count(conn).await?, ENTRIES_A_PAGE);
    let page = page.clamp(1, pages);
    let entries = audit::list(conn, ENTRIES_A_PAGE, i64::from(page - 1) * ENTRIES_A_PAGE).await?;
    Ok(AuditPage { entries, page, pages })
}

/// Gives somebody a role.
pub async fn set_role(
    shop: &Shop,
    staff: &Staff<areas::Staff, Change>,
    email: &str,
    role: Role,
) -> Result<(), AppError> {
    give_role(shop, Some(staff.who()), email, role).await
}

/// Gives somebody a role on the word of a colleague or, with nobody named, of the command line. Who has no account yet
/// gets one; a colleague's word has a link sent to choose a password.
pub async fn give_role(shop: &Shop, by: Option<&Customer>, email: &str, role: Role) -> Result<(), AppError> {
    let email = AccountEmail::parse(email)?;
    let mut tx = shop.db.begin().await?;
    still_may(&mut tx, by).await?;
    let found = accounts::find_account_by_email(&mut tx.conn(), &email.key).await?;
    let is_new = found.is_none();
    let account = match found {
        Some(row) => row.id(),
        None => make_account(shop, &mut tx, &email).await?,
    };
    // The command line prints the link itself.
    match (is_new, by) {
        (true, Some(_)) => letters::invite(shop, &mut tx, account, &email.key).await?,
        (true, None) => {}
        (false, _) => tell_of_role(shop, &mut tx, account).await?,
    }
    store::upsert_role(&mut tx, account, role, shop.clock.now().0).await?;
    keep_an_owner(&mut tx, by).await?;
    // A session from before lasts as long as a customer's, and knows nothing of codes.
    if by.is_none_or(|by| by.account != account) {
        sessions::end_all(&mut tx, account, None).await?;
    }
    audit::log(shop, &mut tx, by, "gave a role", &email.shown, role.name()).await?;
    Ok(tx.commit().await?)
}

/// Has transactions that change roles wait for each other; then who asked has to be an owner still.
async fn still_may(tx: &mut Tx, by: Option<&Customer>) -> Result<(), AppError> {
    store::lock_roles(tx).await?;
    match by {
        Some(by) if store::find_role(tx, by.account).await? != Some(Role::Owner) => Err(AppError::Forbidden),
        _ => Ok(()),
    }
}

async fn make_account(shop: &Shop, tx: &mut Tx, email: &AccountEmail) -> Result<AccountId, AppError> {
    let new = NewAccount {
        email: &email.shown,
        email_key: &email.key,
        name: email.shown.split('@').next().unwrap_or_default(),
        password_hash: "",
    };
    let account = accounts::insert_account(shop, tx, &new).await?;
    account.ok_or_else(|| AppError::internal("an account came into being meanwhile"))
}

async fn tell_of_role(shop: &Shop, tx: &mut Tx, account: AccountId) -> Result<(), AppError> {
    if let Some(row) = accounts::find_account(&mut tx.conn(), account).await? {
        letters::notice(shop, tx, &row, letters::Notice::RoleGiven).await?;
    }
    Ok(())
}

/// A link by which somebody who has no password yet chooses one, for the command line to print.
pub async fn invitation(shop: &Shop, email: &str) -> Result<Option<String>, AppError> {
    let mut tx = shop.db.begin().await?;
    let account = accounts::find_account_by_email(&mut tx.conn(), &crate::account::service::email::key(email)).await?;
    let Some(account) = account.filter(|account| account.password_hash.is_empty()) else { return Ok(None) };
    let (id, purpose) = (shop.ids.next(), links::Purpose::ResetPassword);
    let link = links::Link { account: account.id(), purpose, detail: String::new() };
    links::insert(shop, &mut tx, id, &link, links::INVITE_FOR).await?;
    tx.commit().await?;
    Ok(Some(format!("{}/reset?token={}", shop.config.base_url, links::token(shop, id))))
}

/// Somebody has to be able to give roles. The command line always can.
async fn keep_an_owner(tx: &mut Tx, by: Option<&Customer>) -> Result<(), AppError> {
    if by.is_some() && store::count_owners(tx).await? == 0 { Err(AppError::Forbidden) } else { Ok(()) }
}

/// Takes somebody's role away and ends their sessions.
pub async fn remove(shop: &Shop, staff: &Staff<areas::Staff, Change>, email: &str) -> Result<(), AppError> {
    let key = crate::account::service::email::key(email);
    let mut tx = shop.db.begin().await?;
    still_may(&mut tx, Some(staff.who())).await?;
    let account = accounts::find_account_by_email(&mut tx.conn(), &key).await?.ok_or(AppError::NotFound)?;
    if store::delete_role(&mut tx, account.id()).await? == 0 {
        return Err(AppError::NotFound);
    }
    keep_an_owner(&mut tx, Some(staff.who())).await?;
    sessions::end_all(&mut tx, account.id(), None).await?;
    audit::log(shop, &mut tx, Some(staff.who()), "took a role away", &account.email, "").await?;
    Ok(tx.commit().await?)
}

/// Sets whether customers are asked if their steps may be counted together.
pub async fn ask_statistics(shop: &Shop, staff: &Staff<areas::Settings, Change>, asks: bool) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    let mut info = shop_store::find_info(&mut tx.conn()).await?;
    info.asks_statistics = asks;
    shop_store::update_info(&mut tx, &info).await?;
    let detail = if asks { "asks" } else { "does not ask" };
    audit::log(shop, &mut tx, Some(staff.who()), "set the question of statistics", "privacy", detail).await?;
    tx.commit().await?;
    Ok(shop.reload_info().await?)
}
