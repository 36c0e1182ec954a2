//! What accounts do on the server: coming in and going out (`door`, with what protects it: `attempts`, `passwords`,
//! `codes`, `passkeys`, `links`, `places`, `sessions`), what somebody keeps (`profile`, `security`, `merge`), and what they can have
//! done with it (`privacy`, `copy`, `erasure`). Rows are in `store`, or in the module whose they are alone.

pub mod attempts;
pub mod codes;
pub mod copy;
pub mod door;
pub mod drafts;
pub mod email;
pub mod erasure;
pub mod letters;
pub mod links;
pub mod merge;
pub mod passkeys;
pub mod passwords;
pub mod places;
pub mod privacy;
pub mod profile;
pub mod security;
pub mod sessions;
pub mod store;
