//! The shop's name and menu, loaded once and known everywhere.

use crate::{
    shop::{api::get_frame, info::Frame},
    ui::{Loading, load, meta_content},
};
use leptos::prelude::*;

/// The shop's name, provided by the server while it renders and read from the page in the browser.
#[derive(Clone, Debug)]
pub struct ShopName(pub String);

/// The frame, once it is loaded.
#[derive(Clone, Copy)]
pub struct FrameState {
    frame: Loading<Frame>,
    name: StoredValue<String>,
}

/// Loads the frame; the server waits for it before it begins the page.
pub fn provide_frame() {
    let given = use_context::<ShopName>().map(|ShopName(name)| name);
    let name = given.or_else(|| meta_content("application-name")).unwrap_or_default();
    let frame = load(|| (), |()| get_frame());
    provide_context(FrameState { frame, name: StoredValue::new(name) });
}

#[must_use]
pub fn use_frame() -> FrameState {
    expect_context()
}

impl FrameState {
    /// The frame; in a suspense.
    pub async fn load(self) -> Option<Frame> {
        self.frame.await.ok()
    }

    /// The shop's name.
    #[must_use]
    pub fn name(self) -> String {
        self.name.get_value()
    }
}
