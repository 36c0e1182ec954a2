//! What the browser may do about accounts. Who may call what stands in `server::access`, and is checked before any of
//! these runs.

mod door;
mod privacy;
mod profile;
mod security;

pub use door::*;
pub use privacy::*;
pub use profile::*;
pub use security::*;
