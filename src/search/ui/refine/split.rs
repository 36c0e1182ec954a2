//! What works with slices as a WebAssembly file of its own, fetched together with the first slice: nobody waits for it.

use super::{
    Address,
    held::{self, Fetching},
};
use leptos::wasm_split::{SplitLoaderError, wasm_split};

/// The file did not arrive; then there is no refinement, and nothing else is amiss.
pub struct Missing;

impl From<SplitLoaderError> for Missing {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

#[wasm_split(refinement, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn fetch(address: Address) -> Result<Fetching, Missing> {
    Ok(held::fetch(address))
}
