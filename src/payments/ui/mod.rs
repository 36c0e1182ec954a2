//! What a page that pays shows: the ways to pay, the card form, the bank's question, and how long the stock is held.

mod card;
mod choose;
mod countdown;
mod how;
mod stripe;

pub use choose::PayFields;
pub use countdown::Countdown;
pub use how::HowToPay;
pub use stripe::{StripeCard, StripeConfirm};

use crate::ui::meta_content;
use leptos::prelude::*;

/// Whether the server let the card form's script into the page.
#[derive(Clone, Copy, Debug)]
pub struct PaysHere(pub bool);

/// The page's `meta` that says so.
pub const PAYS_HERE: &str = "pays-here";

/// Whether this document may load the script that takes cards. A page that was reached from another without being loaded
/// has the policy of that one.
#[must_use]
pub fn use_pays_here() -> bool {
    use_context::<PaysHere>().map_or_else(|| meta_content(PAYS_HERE).is_some(), |pays| pays.0)
}
