//! Accounts: what a password has to be, and what staff may do by their role.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The fewest and the most characters of a password (NIST SP 800-63B asks for at least 8 and for no rules on kinds).
pub const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 8..=200;

/// A password, a code or another secret on its way from a form. It cannot be printed or logged by accident.
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Secret(String);

impl<'de> Deserialize<'de> for Secret {
    /// What is no text is refused without being repeated.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self).map_err(|_| serde::de::Error::custom("a secret is a text"))
    }
}

impl Secret {
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// For hashing and comparing only.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What staff work on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    Orders,
    Catalogue,
    Customers,
    Promotions,
    Reports,
    Settings,
    Staff,
}

impl Area {
    pub const ALL: [Self; 7] =
        [Self::Orders, Self::Catalogue, Self::Customers, Self::Promotions, Self::Reports, Self::Settings, Self::Staff];
}

/// What they may do there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    See,
    Change,
}

/// Somebody's part in the shop.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, also who else works here.
    Owner,
    /// Everything but who works here.
    Manager,
    /// Packs and sends orders.
    Fulfilment,
    /// Keeps products and stock.
    Merchandiser,
    /// Answers customers.
    Support,
    /// Looks and changes nothing.
    Viewer,
}

impl Role {
    pub const ALL: [Self; 6] =
        [Self::Owner, Self::Manager, Self::Fulfilment, Self::Merchandiser, Self::Support, Self::Viewer];

    /// As it is written on the command line and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Fulfilment => "fulfilment",
            Self::Merchandiser => "merchandiser",
            Self::Support => "support",
            Self::Viewer => "viewer",
        }
    }

    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name().eq_ignore_ascii_case(name.trim()))
    }

    /// Whether this role may do that. Who may change may also see.
    #[must_use]
    pub fn may(self, area: Area, verb: Verb) -> bool {
        let most = match (self, area) {
            (Self::Owner, _) => Some(Verb::Change),
            (_, Area::Staff) => None,
            (Self::Manager, _)
            | (Self::Fulfilment | Self::Support, Area::Orders)
            | (Self::Merchandiser, Area::Catalogue | Area::Promotions)
            | (Self::Support, Area::Customers) => Some(Verb::Change),
            (_, Area::Settings) | (Self::Fulfilment | Self::Merchandiser, Area::Customers) => None,
            (_, Area::Orders | Area::Catalogue | Area::Promotions | Area::Reports)
            | (Self::Viewer, Area::Customers) => Some(Verb::See),
        };
        most.is_some_and(|most| verb <= most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_owner_decides_who_works_here() {
        for role in Role::ALL {
            assert_eq!(role.may(Area::Staff, Verb::See), role == Role::Owner, "{role:?}");
            assert_eq!(role.may(Area::Settings, Verb::Change), matches!(role, Role::Owner | Role::Manager), "{role:?}");
        }
    }

    #[test]
    fn who_may_change_may_see_and_a_viewer_changes_nothing() {
        for (role, area) in Role::ALL.into_iter().flat_map(|role| Area::ALL.map(|area| (role, area))) {
            assert!(role.may(area, Verb::See) || !role.may(area, Verb::Change), "{role:?} {area:?}");
            assert!(role != Role::Viewer || !role.may(area, Verb::Change), "{area:?}");
        }
    }

    #[test]
    fn a_role_is_read_as_it_is_written() {
        assert!(Role::ALL.into_iter().all(|role| Role::parse(role.name()) == Some(role)));
        assert_eq!(Role::parse(" Owner "), Some(Role::Owner));
        assert_eq!(Role::parse(""), None);
    }

    #[test]
    fn a_secret_cannot_be_printed() {
        assert_eq!(format!("{:?}", Secret::new("hunter2".into())), "Secret(…)");
    }
}
