//! `price()` for the browser, to be measured there: built by `.ci/bench`, driven by `end2end/support/pricing.js`.

#[path = "../pricing_case.rs"]
mod case;

use ironmonger::domain::pricing::price;
use std::hint::black_box;
use wasm_bindgen::prelude::wasm_bindgen;

/// A cart and what it is priced by.
#[wasm_bindgen]
pub struct Case {
    basket: ironmonger::domain::pricing::Basket,
    book: ironmonger::domain::pricing::PriceBook,
}

#[wasm_bindgen]
impl Case {
    #[wasm_bindgen(constructor)]
    pub fn new(lines: usize) -> Self {
        Self { basket: case::basket(lines), book: case::book() }
    }

    /// Prices it so many times; how often that went well.
    pub fn price(&self, times: u32) -> u32 {
        (0..times).map(|_| u32::from(black_box(price(black_box(&self.basket), &self.book)).is_ok())).sum()
    }
}
