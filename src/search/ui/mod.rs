//! The search box, the list of products, and the page with its filters.

mod address;
mod card;
mod filters;
mod page;
mod refine;
mod search_box;
mod sizes;

pub use card::ProductList;
pub use filters::provide_filter_panel;
pub use page::SearchPage;
pub use refine::provide_refinement;
pub use search_box::SearchBox;
