//! The search box, the list of products, and the page with its filters.

mod address;
mod card;
#[cfg(feature = "hydrate")]
pub mod clicks;
mod filters;
mod marks;
mod page;
mod questions;
mod refine;
mod search_box;
mod sizes;
mod suggestions;
mod understood;

pub use card::ProductList;
pub use filters::provide_filter_panel;
pub use page::SearchPage;
pub use refine::provide_refinement;
pub use search_box::SearchBox;
