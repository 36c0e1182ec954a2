//! Components every slice uses. They render; rules live in `domain`.

mod address;
mod answer;
#[cfg(feature = "hydrate")]
pub mod clipboard;
#[cfg(not(feature = "hydrate"))]
pub mod clipboard {
    //! The server has no clipboard.

    pub fn is_there() -> bool {
        false
    }

    pub fn copy(_text: &str) {}
}
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
mod pager;
mod panel;
mod password;
mod picture;
mod price;
mod side_nav;
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

pub use address::AddressFields;
pub use answer::{Done, DoneNotice, Refusal, error_of, fields_of, follow_page, is_done, use_done, when_done};
pub use field::{Field, FieldMessage};
pub use form::{Anew, FormToken, PostForm, meta_content, provide_form_token, show_values, use_form_token};
pub use icon::{Icon, Shape};
pub use load::{Loading, load, when_loaded};
pub use page::{
    Announcer, Elsewhere, EmptyState, ErrorPage, Page, StatusSetter, announce, focus, focus_on, load_page,
    provide_announcer, set_status, use_hydrated,
};
pub use pager::{Pager, use_page_number};
pub use panel::{Fold, Panel};
pub use password::PasswordField;
pub use picture::Picture;
pub use price::Price;
pub use side_nav::{SideNav, Stop};
pub use stars::Stars;
pub use timing::timed;
pub use typed::{Typed, typed, typed_into, typed_or};
