//! What works with slices, part of the whole where nothing is split.

use super::{
    Address,
    held::{self, Fetching},
};
use std::convert::Infallible;

#[allow(clippy::unused_async)] // As where there is something to wait for.
pub async fn fetch(address: Address) -> Result<Fetching, Infallible> {
    Ok(held::fetch(address))
}
