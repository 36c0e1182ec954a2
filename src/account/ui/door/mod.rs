//! Signing in, registering, and the pages that links from emails lead to.
//!
//! Every form works as it is; with JavaScript its answer comes back without the page. Whoever comes in gets another
//! cookie and another form token, so the page after that is loaded in full.

mod answer;
mod code;
mod expired;
mod forgot;
mod link;
mod login;
mod passkey;
mod register;
mod sent;

pub use forgot::ForgotPage;
pub use link::LinkPage;
pub use login::LoginPage;
pub use register::RegisterPage;
