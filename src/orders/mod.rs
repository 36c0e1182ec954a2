//! Orders: snapshots of what was bought, their history, the page their buyer sees, and the desk where staff take them
//! from placed to delivered.

#[allow(clippy::too_many_arguments)] // The arguments of a server function are the fields of a form.
pub mod api;
#[cfg(feature = "ssr")]
pub mod bought;
#[cfg(feature = "ssr")]
pub mod cancel;
pub mod desk;
#[cfg(feature = "ssr")]
pub mod letters;
#[cfg(feature = "ssr")]
pub mod live;
#[cfg(feature = "ssr")]
pub mod papers;
#[cfg(feature = "ssr")]
pub mod release;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod shipments;
#[cfg(feature = "ssr")]
pub mod steps;
#[cfg(feature = "ssr")]
pub mod store;
pub mod ui;
pub mod view;
