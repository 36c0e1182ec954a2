//! The cart in the browser: shown before the server has answered, and kept there until it has.
//!
//! A change is written to the browser's storage before it is sent, as the quantity a line is to have, and taken out
//! when the server has answered. What is found there on the next page was never answered (the tab was closed, the
//! network was gone) and is sent again: setting a quantity twice does no harm.

use super::api::{AddToCart, Changed, RemoveFromCart, SetCoupon, SetQuantity, Summary, get_summary};
use crate::{
    domain::cart::Cart,
    error::AppError,
    messages,
    ui::{Loading, announce, load},
    wishlist::{api::SaveToWishlist, ui::Saved},
};
use leptos::prelude::*;

/// What is known of cart and wishlist in this browser.
#[derive(Clone, Copy)]
pub struct CartState {
    /// What the server said when the page was made; read once, by what is shown first.
    summary: Loading<Summary>,
    pub add: ServerAction<AddToCart>,
    pub set: ServerAction<SetQuantity>,
    pub remove: ServerAction<RemoveFromCart>,
    pub coupon: ServerAction<SetCoupon>,
    pub save: ServerAction<SaveToWishlist>,
    /// The newest cart an action brought.
    pub newest: RwSignal<Option<Cart>>,
    /// The SKU that was put in last.
    pub added: RwSignal<Option<String>>,
    /// How many of each SKU the cart holds, when that is known better than by `summary`.
    lines: RwSignal<Option<Vec<(String, u32)>>>,
    /// How many things are in the cart, when that is known better than by `summary`.
    items: RwSignal<Option<u32>>,
    /// What was saved and unsaved since the page was made: SKU → saved.
    pub saved: RwSignal<Vec<(String, bool)>>,
}

/// Makes the cart known to everything below.
pub fn provide_cart() {
    let state = CartState {
        summary: load(|| (), |()| get_summary()),
        add: ServerAction::new(),
        set: ServerAction::new(),
        remove: ServerAction::new(),
        coupon: ServerAction::new(),
        save: ServerAction::new(),
        newest: RwSignal::new(None),
        added: RwSignal::new(None),
        lines: RwSignal::new(None),
        items: RwSignal::new(None),
        saved: RwSignal::new(Vec::new()),
    };
    state.follow_actions();
    browser::keep(state);
    provide_context(state);
}

#[must_use]
pub fn use_cart() -> CartState {
    expect_context()
}

impl CartState {
    /// How many things are in the cart, counting what is still on its way. `base` is what the server said.
    #[must_use]
    pub fn items(self, base: u32) -> u32 {
        let on_its_way = self.add.input().get().map_or(0, |input| u32::try_from(input.quantity).unwrap_or(0));
        self.items.get().unwrap_or(base).saturating_add(on_its_way)
    }

    /// How many of a SKU the cart holds, as far as is known here.
    #[must_use]
    pub fn quantity_of(self, sku: &str) -> u32 {
        let lines = self.lines.get_untracked().unwrap_or_else(|| self.first_summary().lines);
        lines.iter().find(|(s, _)| s == sku).map_or(0, |(_, quantity)| *quantity)
    }

    fn first_summary(self) -> Summary {
        self.summary.get_untracked().and_then(Result::ok).unwrap_or_default()
    }

    /// Takes over a cart the server sent.
    pub fn learn(self, cart: &Cart) {
        self.items.set(Some(cart.items()));
        self.lines.set(Some(cart.lines.iter().map(|line| (line.sku.clone(), line.quantity)).collect()));
        self.newest.set(Some(cart.clone()));
    }

    /// Takes over a summary the server sent.
    pub fn learn_summary(self, summary: &Summary) {
        self.items.set(Some(summary.items()));
        self.lines.set(Some(summary.lines.clone()));
        self.saved.update(|changes| {
            let before = self.first_summary().saved.into_iter().chain(changes.drain(..).map(|(sku, _)| sku));
            let gone = before.filter(|sku| !summary.saved.contains(sku)).map(|sku| (sku, false));
            *changes = gone.chain(summary.saved.iter().map(|sku| (sku.clone(), true))).collect();
        });
    }

    /// What the server said when the page was made; in a suspense.
    pub async fn at_first(self) -> Summary {
        self.summary.await.unwrap_or_default()
    }

    /// The SKUs on the wishlist when the page was made; in a suspense.
    pub async fn saved_at_first(self) -> Saved {
        self.at_first().await.saved.into()
    }

    /// Whether a SKU is on the wishlist. `base` are those the server named.
    #[must_use]
    pub fn is_saved(self, sku: &str, base: &[String]) -> bool {
        let since = self.saved.with(|saved| saved.iter().rev().find(|(s, _)| s == sku).map(|(_, is)| *is));
        since.unwrap_or_else(|| base.iter().any(|s| s == sku))
    }

    /// Everything in the cart was ordered.
    pub fn was_ordered(self) {
        self.learn(&Cart::default());
    }

    fn follow_actions(self) {
        let follow = move |answer: Option<Result<Changed, AppError>>, said: Option<&'static str>| match answer {
            Some(Ok(changed)) => {
                self.learn(&changed.cart);
                let text = if changed.clamped { Some(messages::cart::CLAMPED) } else { said };
                text.into_iter().for_each(announce);
            }
            Some(Err(error)) => announce(messages::cart::refused(&error)),
            None => {}
        };
        let (add, set, remove) = (self.add.value(), self.set.value(), self.remove.value());
        Effect::new(move |_| follow(add.get(), Some(messages::product::ADDED)));
        Effect::new(move |_| follow(set.get(), None));
        Effect::new(move |_| follow(remove.get(), None));
        let coupon = self.coupon.value();
        Effect::new(move |_| {
            let total =
                coupon.with(|answer| answer.as_ref()?.as_ref().ok()?.cart.quote.as_ref().map(messages::prices::total));
            total.into_iter().for_each(announce);
            follow(coupon.get(), None);
        });
        let (input, added) = (self.add.input(), self.added);
        Effect::new(move |_| {
            if let Some(AddToCart { sku, .. }) = input.get() {
                added.set(Some(sku));
            }
        });
        let (save, saved) = (self.save, self.saved);
        Effect::new(move |_| {
            if let Some(SaveToWishlist { sku, saved: is_saved, .. }) = save.input().get() {
                saved.update(|all| all.push((sku, is_saved)));
            }
        });
    }
}

#[cfg(feature = "hydrate")]
mod browser;
#[cfg(not(feature = "hydrate"))]
mod browser {
    //! The server keeps nothing in a browser.

    pub fn keep(_: super::CartState) {}
}
