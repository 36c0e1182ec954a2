//! Pages that few see, each a WebAssembly file of its own: fetched when somebody goes there.

use crate::{checkout::ui::CheckoutPage, orders::ui::OrderPage};
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

pub struct Checkout;

#[lazy_route]
impl LazyRoute for Checkout {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        CheckoutPage().into_any()
    }
}

pub struct Order;

#[lazy_route]
impl LazyRoute for Order {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        OrderPage().into_any()
    }
}
