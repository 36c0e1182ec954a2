//! Authority as values. A function that acts for somebody takes a [`Customer`], one that acts for the shop a [`Staff`]
//! of the area and the verb it needs; only this module makes them, from the session of the request.

use super::{state::Shop, use_shop, use_visitor, visitor::Visitor};
use crate::{
    db::{Conn, fetch},
    domain::{
        account::{Area, Role, Verb},
        ids::{AccountId, SessionId, ShopperId},
        order::Actor,
    },
    error::AppError,
};
use std::{marker::PhantomData, sync::Arc};
use uuid::Uuid;

/// Somebody who has signed in.
#[derive(Clone, Debug)]
pub struct Customer {
    pub account: AccountId,
    pub session: SessionId,
    /// The owner of the account's cart and wishlists.
    pub shopper: ShopperId,
    pub email: String,
    pub email_key: String,
    pub name: String,
    /// What they are here, if they work here.
    pub role: Option<Role>,
    // Private, so that nobody else makes one.
    strong: bool,
    has_codes: bool,
}

impl Customer {
    /// Whether they have signed in with more than a password.
    #[must_use]
    pub fn strong(&self) -> bool {
        self.strong
    }

    /// Their role, if they may use it: staff have one-time codes and have signed in with one, or by passkey.
    pub fn working_role(&self) -> Result<Role, AppError> {
        let role = self.role.ok_or(AppError::Forbidden)?;
        if self.has_codes && self.strong { Ok(role) } else { Err(AppError::CodeRequired) }
    }
}

/// An area of work, as a type.
pub trait InArea {
    const AREA: Area;
}

/// What is done there, as a type.
pub trait Doing {
    const VERB: Verb;
}

/// The areas as types, for [`Staff`].
pub mod areas {
    use super::{Area, InArea};

    macro_rules! areas {
        ($($name:ident),*) => {$(
            #[doc = concat!("Works in the area of the same name: ", stringify!($name), ".")]
            pub struct $name;

            impl InArea for $name {
                const AREA: Area = Area::$name;
            }
        )*};
    }

    areas!(Orders, Catalogue, Customers, Promotions, Reports, Settings, Staff);
}

/// Looks.
pub struct See;

/// Looks and changes.
pub struct Change;

impl Doing for See {
    const VERB: Verb = Verb::See;
}

impl Doing for Change {
    const VERB: Verb = Verb::Change;
}

/// A member of staff whose role lets them do that in that area.
pub struct Staff<A, V> {
    who: Customer,
    role: Role,
    allowed: PhantomData<fn() -> (A, V)>,
}

impl<A: InArea, V: Doing> Staff<A, V> {
    fn of(who: Customer) -> Result<Self, AppError> {
        let role = who.working_role()?;
        if !role.may(A::AREA, V::VERB) {
            return Err(AppError::Forbidden);
        }
        Ok(Self { who, role, allowed: PhantomData })
    }
}

impl<A, V> Staff<A, V> {
    #[must_use]
    pub fn who(&self) -> &Customer {
        &self.who
    }

    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// As the history of an order names them.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Staff { account: self.who.account, name: self.who.name.clone() }
    }
}

/// A member of staff of any role.
pub struct AnyStaff {
    who: Customer,
    role: Role,
}

impl AnyStaff {
    #[must_use]
    pub fn who(&self) -> &Customer {
        &self.who
    }

    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    account_id: Uuid,
    shopper_id: Uuid,
    email: String,
    email_key: String,
    name: String,
    strong: bool,
    totp_since: Option<i64>,
    role: Option<String>,
}

/// Who has signed in with a visitor's browser.
pub async fn customer_of(conn: &mut Conn<'_>, visitor: &Visitor) -> sqlx::Result<Option<Customer>> {
    if visitor.is_new {
        return Ok(None);
    }
    let row = fetch!(
        conn,
        optional as Row,
        "SELECT s.id, s.account_id, a.shopper_id, a.email, a.email_key, a.name, s.strong, a.totp_since, w.role
        FROM sessions s JOIN accounts a ON a.id = s.account_id LEFT JOIN staff w ON w.account_id = a.id
        WHERE s.token_hash = $1 AND s.expires_at > $2",
        visitor.hash(),
        visitor.now().0
    )?;
    Ok(row.map(|row| Customer {
        account: AccountId(row.account_id),
        session: SessionId(row.id),
        shopper: ShopperId(row.shopper_id),
        email: row.email,
        email_key: row.email_key,
        name: row.name,
        role: row.role.as_deref().and_then(Role::parse),
        strong: row.strong,
        has_codes: row.totp_since.is_some(),
    }))
}

/// Who has signed in, within a server function or while a page is rendered: the beginning of every function that shows
/// somebody their own.
pub async fn use_customer() -> Result<(Arc<Shop>, Customer), AppError> {
    let (shop, visitor) = (use_shop(), use_visitor());
    let found = customer_of(&mut shop.db.read().await?.conn(), &visitor).await?;
    Ok((shop, found.ok_or(AppError::SignInRequired)?))
}

/// Who has signed in and sent one of our own forms: the beginning of every function that changes something of theirs.
pub async fn authorise_customer(form_token: &str) -> Result<(Arc<Shop>, Customer), AppError> {
    super::authorise(form_token)?;
    use_customer().await
}

/// The member of staff who asks.
pub async fn use_staff<A: InArea, V: Doing>() -> Result<(Arc<Shop>, Staff<A, V>), AppError> {
    let (shop, customer) = use_customer().await?;
    Ok((shop, Staff::of(customer)?))
}

/// The member of staff whose browser asks, outside of server functions.
pub async fn staff_of<A: InArea, V: Doing>(shop: &Shop, visitor: &Visitor) -> Result<Staff<A, V>, AppError> {
    let found = customer_of(&mut shop.db.read().await?.conn(), visitor).await?;
    Staff::of(found.ok_or(AppError::SignInRequired)?)
}

/// The member of staff who sent one of our own forms.
pub async fn authorise_staff<A: InArea, V: Doing>(form_token: &str) -> Result<(Arc<Shop>, Staff<A, V>), AppError> {
    super::authorise(form_token)?;
    use_staff().await
}

/// The member of staff who asks, whatever their role.
pub async fn use_any_staff() -> Result<(Arc<Shop>, AnyStaff), AppError> {
    let (shop, who) = use_customer().await?;
    let role = who.working_role()?;
    Ok((shop, AnyStaff { who, role }))
}
