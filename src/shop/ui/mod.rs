//! What surrounds every page, and the home page.

mod footer;
mod frame;
mod header;
mod home;

pub use footer::Footer;
pub use frame::{FrameState, ShopName, provide_frame, use_frame};
pub use header::Header;
pub use home::HomePage;
