//! Customers as counters know them: by keyed hashes of their account and of their email addresses, so that a limit holds
//! for a guest as well and the tables name nobody.

use crate::{
    account::service::{email, store as accounts},
    admin::audit,
    db::{Conn, Tx, execute, fetch},
    domain::ids::AccountId,
    error::AppError,
    server::state::Shop,
};

/// Whoever orders. Each use is counted under every one of the keys, so that neither signing in nor signing out makes
/// somebody else of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Buyer {
    /// Who has signed in. Only that opens somebody's own coupons and their groups' prices: an address can be typed by
    /// anybody.
    pub account: Option<AccountId>,
    /// The same, or the account of the address that was typed. It limits and opens nothing.
    known: Option<AccountId>,
    /// Sorted, each once.
    keys: Vec<String>,
    /// Of the account, and what was typed: as they are compared.
    emails: Vec<String>,
}

impl Buyer {
    /// Who has signed in, or a guest by what they typed for an address. A guest who has typed none yet is nobody.
    pub async fn find(
        shop: &Shop,
        conn: &mut Conn<'_>,
        account: Option<AccountId>,
        email: Option<&str>,
    ) -> sqlx::Result<Self> {
        let typed = email.map(email::key).filter(|key| !key.is_empty());
        let row = match (account, &typed) {
            (Some(account), _) => accounts::find_account(conn, account).await?,
            (None, Some(key)) => accounts::find_account_by_email(conn, key).await?,
            (None, None) => None,
        };
        let known = account.or(row.as_ref().map(|row| row.id()));
        let emails: Vec<String> = row.map(|row| row.email_key).into_iter().chain(typed).collect();
        let mut keys: Vec<_> = emails.iter().map(|email| key_of_email(shop, email)).collect();
        keys.extend(known.map(|account| key_of_account(shop, account)));
        keys.sort();
        keys.dedup();
        Ok(Self { account, known, keys, emails })
    }

    /// The account they are known by for limits, also where they only typed its address.
    pub fn known(&self) -> Option<AccountId> {
        self.known
    }

    /// The addresses they are known by.
    pub(super) fn emails(&self) -> &[String] {
        &self.emails
    }

    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.keys
    }
}

fn key_of_account(shop: &Shop, account: AccountId) -> String {
    shop.signer.signature("promotion account", account.0.as_bytes())
}

fn key_of_email(shop: &Shop, email_key: &str) -> String {
    shop.signer.signature("promotion email", email_key.as_bytes())
}

/// The most characters of a group's name.
const MAX_NAME: usize = 40;

/// Puts an account into a group of customers or takes it out; false where it was so already. By the command line.
///
/// # Errors
/// `NotFound` without such an account, `InvalidParameter` for what cannot be a name.
pub async fn set_group(shop: &Shop, typed: &str, name: &str, is_in: bool) -> Result<bool, AppError> {
    let name = name.trim().to_lowercase();
    if !(1..=MAX_NAME).contains(&name.chars().count()) || name.contains(char::is_control) {
        return Err(AppError::InvalidParameter { name: "name".into() });
    }
    let mut tx = shop.db.begin().await?;
    let found = accounts::find_account_by_email(&mut tx.conn(), &email::key(typed)).await?;
    let account = found.ok_or(AppError::NotFound)?;
    let done = if is_in {
        execute!(
            tx,
            "INSERT INTO customer_groups (name, account_id) VALUES ($1, $2) ON CONFLICT (name, account_id) DO NOTHING",
            name.as_str(),
            account.id
        )?
    } else {
        execute!(tx, "DELETE FROM customer_groups WHERE name = $1 AND account_id = $2", name.as_str(), account.id)?
    };
    if done == 0 {
        return Ok(false);
    }
    let action = if is_in { "put into a group" } else { "took out of a group" };
    audit::log(shop, &mut tx, None, action, &account.email, &name).await?;
    tx.commit().await?;
    Ok(true)
}

/// Forgets whose uses an erased account's were. Counters go first: a claim that is under way holds them.
pub async fn erase(shop: &Shop, tx: &mut Tx, account: AccountId, email_key: &str) -> sqlx::Result<()> {
    for key in keys_of_erased(shop, tx, account, email_key).await? {
        execute!(tx, "DELETE FROM promotion_uses WHERE customer_key = $1", key.as_str())?;
        execute!(tx, "DELETE FROM coupon_uses WHERE customer_key = $1", key.as_str())?;
        execute!(tx, "DELETE FROM redemption_customers WHERE customer_key = $1", key.as_str())?;
    }
    execute!(tx, "UPDATE coupons SET owner_account = NULL, ends_at = 0 WHERE owner_account = $1", account.0)?;
    execute!(tx, "DELETE FROM customer_groups WHERE account_id = $1", account.0)?;
    execute!(tx, "UPDATE gift_cards SET owner_account = NULL WHERE owner_account = $1", account.0)?;
    Ok(())
}

/// The account, its address, and the addresses on its orders that are no other account's.
async fn keys_of_erased(shop: &Shop, tx: &mut Tx, account: AccountId, email_key: &str) -> sqlx::Result<Vec<String>> {
    let others = fetch!(
        &mut tx.conn(),
        all as (String,),
        "SELECT DISTINCT p.email_key FROM order_people p JOIN orders o ON o.id = p.order_id
        WHERE o.account_id = $1 AND p.email_key <> ''
        AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.email_key = p.email_key AND a.id <> $1)",
        account.0
    )?;
    let emails = others.into_iter().map(|(email,)| email).chain([email_key.to_owned()]);
    let mut keys: Vec<_> = emails.map(|email| key_of_email(shop, &email)).collect();
    keys.push(key_of_account(shop, account));
    keys.sort();
    keys.dedup();
    Ok(keys)
}
