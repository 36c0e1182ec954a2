//! Components every slice uses. They render; rules live in `domain`.

mod field;
mod form;
mod icon;
mod load;
mod page;
mod picture;
mod price;
mod stars;

pub use field::{Field, FieldMessage};
pub use form::{FormToken, PostForm, meta_content, provide_form_token, use_form_token};
pub use icon::{Icon, Shape};
pub use load::{Loading, load};
pub use page::{Announcer, EmptyState, ErrorPage, Page, StatusSetter, announce, provide_announcer, use_hydrated};
pub use picture::Picture;
pub use price::Price;
pub use stars::Stars;
