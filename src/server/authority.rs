//! Authority as values. A function that acts for somebody takes a [`Customer`], one that acts for the shop a [`Staff`]
//! of the area and the verb it needs; only this module makes them, from the session of the request.

use super::{state::Shop, use_shop, use_visitor};
use crate::{
    account::sessions,
    domain::{
        account::{Area, Role, Verb},
        ids::{AccountId, SessionId, ShopperId},
    },
    error::AppError,
};
use std::{marker::PhantomData, sync::Arc};

/// Somebody who has signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Customer {
    pub account: AccountId,
    pub session: SessionId,
    /// The owner of the account's cart and wishlists.
    pub shopper: ShopperId,
    pub email: String,
    pub email_key: String,
    pub name: String,
    /// Signed in with more than a password.
    pub strong: bool,
    /// One-time codes are switched on.
    pub has_codes: bool,
    /// What they are here, if they work here.
    pub role: Option<Role>,
}

impl Customer {
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
}

/// A member of staff of any role.
pub struct AnyStaff {
    pub who: Customer,
    pub role: Role,
}

/// Who has signed in, if somebody has, within a server function or while a page is rendered.
pub async fn find_customer() -> Result<(Arc<Shop>, Option<Customer>), AppError> {
    let (shop, visitor) = (use_shop(), use_visitor());
    let found = sessions::find_customer(&mut shop.db.read().await?.conn(), &visitor).await?;
    Ok((shop, found))
}

/// Who has signed in: the beginning of every function that shows somebody their own.
pub async fn use_customer() -> Result<(Arc<Shop>, Customer), AppError> {
    let (shop, found) = find_customer().await?;
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
