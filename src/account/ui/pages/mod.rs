//! What somebody has here: orders, addresses, security, privacy.
//!
//! Every page works as a plain form and a page that is loaded anew. With JavaScript its actions say the same things in
//! place, and the page loads anew what it shows. Actions are made outside of what waits for data, so that they last.

mod addresses;
mod codes;
mod frame;
mod order_card;
mod orders;
mod overview;
mod privacy;
mod recovery;
mod security;

pub use addresses::AddressesPage;
pub use codes::CodesPage;
pub use orders::OrdersPage;
pub use overview::AccountPage;
pub use privacy::PrivacyPage;
pub use recovery::RecoveryPage;
pub use security::SecurityPage;
