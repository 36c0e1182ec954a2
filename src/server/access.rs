//! Who may call what: every server function and every route of the JSON API, each named once. The door of `/_fn/` goes
//! by this table before a function runs (one that is not in it is not there); the function itself then asks for the
//! authority as a value, see [`super::authority`]. `ironmonger access` prints it, and `tests/routes/access.rs` calls each
//! as everybody.

use super::authority::Customer;
use crate::{
    account::api as account,
    admin::api as admin,
    cart::api as cart,
    catalog::api as catalog,
    checkout::api as checkout,
    domain::account::{Area, Verb},
    error::AppError,
    orders::{api as orders, desk::api as orders_desk},
    promotions::api as promotions,
    search::api as search,
    shop::api as shop,
    wishlist::api as wishlist,
};
use leptos::server_fn::ServerFn;
use std::fmt;

/// Who may call something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    /// Everybody, about themselves.
    Everyone,
    /// Whoever has the order's or the list's token, or owns it.
    Bearer,
    /// Whoever has signed in, about themselves.
    Customer,
    /// Everybody who works here.
    AnyStaff,
    /// Staff whose role may do that.
    Staff(Area, Verb),
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone => f.write_str("everyone"),
            Self::Bearer => f.write_str("whoever has its token or owns it"),
            Self::Customer => f.write_str("customers"),
            Self::AnyStaff => f.write_str("all staff"),
            Self::Staff(area, Verb::See) => write!(f, "staff who may see {area:?}"),
            Self::Staff(area, Verb::Change) => write!(f, "staff who may change {area:?}"),
        }
    }
}

/// An entry of the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Access {
    /// Of a server function: its address.
    pub path: &'static str,
    pub who: Who,
}

macro_rules! functions {
    ($($who:expr => [$($function:ty),* $(,)?]),* $(,)?) => {
        &[$($(Access { path: <$function as ServerFn>::PATH, who: $who }),*),*]
    };
}

/// Every server function.
pub const FUNCTIONS: &[Access] = functions! {
    Who::Everyone => [
        shop::GetFrame,
        shop::GetHome,
        catalog::GetProduct,
        search::SearchProducts,
        search::SearchSlice,
        search::FacetValues,
        search::Suggest,
        search::ProductOpened,
        cart::GetSummary,
        cart::GetCart,
        cart::AddToCart,
        cart::SetQuantity,
        cart::RemoveFromCart,
        cart::SetCoupon,
        wishlist::GetWishlist,
        wishlist::SaveToWishlist,
        wishlist::MoveToCart,
        wishlist::ShareWishlist,
        checkout::GetCheckout,
        checkout::PlaceOrder,
        promotions::GetGiveaway,
        promotions::EnterGiveaway,
        promotions::ConfirmEntry,
        account::Register,
        account::GetLink,
        account::VerifyEmail,
        account::SignIn,
        account::SecondFactor,
        account::PasskeyChallenge,
        account::PasskeySignIn,
        account::SignOut,
        account::ForgotPassword,
        account::ResetPassword,
        account::GetOpenQuestions,
        account::AnswerQuestion,
    ],
    Who::Bearer => [
        wishlist::GetSharedWishlist,
        orders::GetOrder,
        orders::PayOrder,
        orders::CancelOrder,
    ],
    Who::Customer => [
        account::ConfirmEmail,
        account::GetAccount,
        account::GetOrders,
        account::Rename,
        account::GetAddresses,
        account::SaveAddress,
        account::DeleteAddress,
        account::PreferAddress,
        account::GetSecurity,
        account::ChangePassword,
        account::ChangeEmail,
        account::EndSession,
        account::EndOtherSessions,
        account::BeginCodes,
        account::GetCodeSetup,
        account::EnableCodes,
        account::GetRecoveryCodes,
        account::DisableCodes,
        account::NewRecoveryCodes,
        account::BeginPasskey,
        account::AddPasskey,
        account::RemovePasskey,
        account::GetPrivacy,
        account::RequestExport,
        account::EraseAccount,
    ],
    Who::AnyStaff => [admin::GetDesk],
    Who::Staff(Area::Orders, Verb::See) => [orders_desk::ListOrders, orders_desk::GetDeskOrder],
    Who::Staff(Area::Orders, Verb::Change) => [
        orders_desk::StartOrder,
        orders_desk::ShipOrder,
        orders_desk::DeliverParcel,
        orders_desk::CancelForShop,
        orders_desk::CancelUnits,
        orders_desk::RefundOrder,
        orders_desk::ReceiveMoney,
        orders_desk::PayBack,
        orders_desk::AddNote,
        orders_desk::ResendConfirmation,
    ],
    Who::Staff(Area::Staff, Verb::See) => [admin::GetStaff, admin::GetAudit],
    Who::Staff(Area::Staff, Verb::Change) => [admin::SetRole, admin::RemoveStaff],
    Who::Staff(Area::Settings, Verb::Change) => [admin::AskStatistics],
};

/// Who may call the function at an address; nothing for one that is not in the list.
#[must_use]
pub fn of_function(path: &str) -> Option<Who> {
    FUNCTIONS.iter().find(|access| access.path == path).map(|access| access.who)
}

impl Who {
    /// Whether somebody may call it, by who they are alone. What belongs to whom, the function itself looks at.
    pub fn admits(self, customer: Option<&Customer>) -> Result<(), AppError> {
        if matches!(self, Self::Everyone | Self::Bearer) {
            return Ok(());
        }
        let customer = customer.ok_or(AppError::SignInRequired)?;
        match self {
            Self::Everyone | Self::Bearer | Self::Customer => Ok(()),
            Self::AnyStaff => customer.working_role().map(drop),
            Self::Staff(area, verb) => {
                if customer.working_role()?.may(area, verb) {
                    Ok(())
                } else {
                    Err(AppError::Forbidden)
                }
            }
        }
    }

    /// Whether it matters who has signed in.
    #[must_use]
    pub fn needs_session(self) -> bool {
        !matches!(self, Self::Everyone | Self::Bearer)
    }
}

/// The list as lines: `who`, then what.
#[must_use]
pub fn lines() -> Vec<String> {
    let functions = FUNCTIONS.iter().map(|access| format!("{}\t{}", access.path, access.who));
    let routes = super::api::table().into_iter().map(|(method, path, who, _)| format!("{method} /api/v1{path}\t{who}"));
    functions.chain(routes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_server_function_says_who_may_call_it() {
        let listed: Vec<&str> = FUNCTIONS.iter().map(|access| access.path).collect();
        let there: BTreeSet<&str> = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
        assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), there);
        assert_eq!(listed.len(), there.len(), "one is listed twice");
    }
}
