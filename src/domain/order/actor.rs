//! Who caused a change.

use crate::domain::ids::AccountId;

/// Who or what caused a change of an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Actor {
    /// Whoever bought it, signed in or by its link.
    Customer,
    /// Somebody who works here; the name is as it was then.
    Staff { account: AccountId, name: String },
    /// The shop's own jobs.
    Shop,
    /// A payment provider.
    Gateway,
}

impl Actor {
    /// The kind of actor, as it is in the history.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Staff { .. } => "staff",
            Self::Shop => "shop",
            Self::Gateway => "gateway",
        }
    }

    /// The account of who works here.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Staff { account, .. } => Some(*account),
            _ => None,
        }
    }

    /// What who works here is called; empty for the others.
    #[must_use]
    pub fn person(&self) -> &str {
        match self {
            Self::Staff { name, .. } => name,
            _ => "",
        }
    }
}
