//! Components every slice uses. They render; rules live in `domain`.

#[cfg(feature = "hydrate")]
pub mod early;
#[cfg(not(feature = "hydrate"))]
mod early {
    //! The server has no fields.

    pub fn replay() {}
}
mod field;
mod form;
mod icon;
mod load;
mod page;
mod password;
mod picture;
mod price;
mod stars;
#[cfg(feature = "hydrate")]
mod timing;
#[cfg(not(feature = "hydrate"))]
mod timing {
    //! The server measures itself elsewhere.

    pub fn timed<T>(_name: &str, work: impl FnOnce() -> T) -> T {
        work()
    }
}
mod typed;

pub use field::{Field, FieldMessage};
pub use form::{FormToken, PostForm, meta_content, provide_form_token, use_form_token};
pub use icon::{Icon, Shape};
pub use load::{Loading, load, when_loaded};
pub use page::{
    Announcer, EmptyState, ErrorPage, Page, StatusSetter, announce, focus, focus_on, load_page, provide_announcer,
    set_status, use_hydrated,
};
pub use password::PasswordField;
pub use picture::Picture;
pub use price::Price;
pub use stars::Stars;
pub use timing::timed;
pub use typed::{Typed, typed};
