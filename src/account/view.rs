//! What goes over the wire between the account's pages and the server.

use crate::domain::{
    account::Role,
    address::AddressForm,
    ids::{AddressId, ExportId, PasskeyId, SessionId},
    money::Money,
    order::OrderStatus,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

/// How far a sign-in has come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInStep {
    /// Signed in: the browser loads `page` anew, because its cookie and its form token are others now.
    Done { page: String },
    /// The password is right and a one-time code is still wanted; `ticket` goes with it.
    CodeNeeded { ticket: String },
}

/// What a link from an email is good for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// Ends a registration. `password_needed`: it was begun in another browser.
    Verify {
        email: String,
        password_needed: bool,
    },
    ResetPassword,
    ChangeEmail {
        email: String,
    },
}

/// The account's first page, and what its frame shows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Account {
    pub name: String,
    pub email: String,
    pub since: Timestamp,
    /// What they are here, if they work here.
    pub role: Option<Role>,
    /// The newest orders, a few.
    pub orders: Vec<OrderSummary>,
    pub addresses: usize,
    pub saved: usize,
}

/// An order in a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderSummary {
    pub number: String,
    pub status: OrderStatus,
    pub placed_at: Timestamp,
    pub total: Money,
    pub items: u32,
    /// Of its first lines.
    pub pictures: Vec<String>,
    pub titles: Vec<String>,
}

/// A page of somebody's orders, newest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderList {
    pub orders: Vec<OrderSummary>,
    pub page: u32,
    pub pages: u32,
}

/// An address somebody keeps.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SavedAddress {
    pub id: AddressId,
    pub name: String,
    pub address: AddressForm,
    /// Offered first at the checkout.
    pub preferred: bool,
}

/// What protects an account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Security {
    pub email: String,
    pub has_password: bool,
    /// An address that waits for its confirmation.
    pub new_email: Option<String>,
    /// Since when codes are asked for.
    pub codes_since: Option<Timestamp>,
    pub recovery_codes_left: u32,
    /// Staff cannot work without codes.
    pub codes_required: bool,
    pub passkeys: Vec<Passkey>,
    pub sessions: Vec<Session>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Passkey {
    pub id: PasskeyId,
    pub name: String,
    pub created_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

/// A browser that is signed in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Session {
    pub id: SessionId,
    pub device: String,
    pub created_at: Timestamp,
    pub seen_at: Timestamp,
    /// This very browser.
    pub current: bool,
}

/// What an app for one-time codes needs, once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CodeSetup {
    /// In base 32, to be typed.
    pub key: String,
    /// `otpauth://…`
    pub address: String,
    /// That address as a picture: an SVG path of dark squares on a field of `size` × `size`.
    pub squares: String,
    pub size: u32,
}

/// Codes for when the phone is lost. They can be seen for a few minutes after they were made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RecoveryCodes(pub Vec<String>);

/// What the browser hands to an authenticator, as JSON, and the ceremony it belongs to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ceremony {
    pub id: String,
    pub options: String,
}

/// What is known about somebody, and what they allowed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Privacy {
    pub questions: Vec<Question>,
    pub exports: Vec<Export>,
    /// Orders that are on their way: their addresses are erased when they are done.
    pub open_orders: u32,
    /// Staff cannot erase themselves: an owner takes the role away first.
    pub is_staff: bool,
}

/// A question of consent, and the answer so far.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Question {
    pub purpose: String,
    pub wording: String,
    pub granted: Option<bool>,
    pub at: Option<Timestamp>,
}

/// A copy of somebody's data.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Export {
    pub id: ExportId,
    pub created_at: Timestamp,
    /// Where it can be fetched, once it is ready and while it is kept.
    pub address: Option<String>,
    pub expires_at: Timestamp,
}

/// Somebody who works here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Colleague {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub since: Timestamp,
    /// Whether one-time codes are set up.
    pub has_codes: bool,
    /// The one who asks.
    pub is_self: bool,
}

/// Something that staff did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AuditEntry {
    pub at: Timestamp,
    pub actor: String,
    pub action: String,
    pub subject: String,
    pub detail: String,
}

/// A page of what staff did, newest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AuditPage {
    pub entries: Vec<AuditEntry>,
    pub page: u32,
    pub pages: u32,
}

/// What a member of staff sees first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Desk {
    pub name: String,
    pub role: Role,
    /// Which questions of consent the shop asks its customers.
    pub asks_statistics: bool,
}
