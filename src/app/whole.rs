//! Pages that are lazy in a split build, here part of the whole: `cargo leptos watch` knows no splitting.

use crate::{checkout::ui::CheckoutPage, orders::ui::OrderPage};
use leptos::prelude::*;
use leptos_router::LazyRoute;

pub struct Checkout;

impl LazyRoute for Checkout {
    fn data() -> Self {
        Self
    }

    async fn view(_: Self) -> AnyView {
        CheckoutPage().into_any()
    }

    async fn preload() {}
}

pub struct Order;

impl LazyRoute for Order {
    fn data() -> Self {
        Self
    }

    async fn view(_: Self) -> AnyView {
        OrderPage().into_any()
    }

    async fn preload() {}
}
