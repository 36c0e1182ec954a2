//! The wishlist's page, one's own and one that was shared.

use crate::{
    cart::state::use_cart,
    domain::wishlist::{Wishlist, WishlistItem},
    error::AppError,
    messages::{self, product, wishlist as words},
    ui::{EmptyState, Icon, Page, Picture, PostForm, Price, Shape, load, when_loaded},
    wishlist::api::{MoveToCart, SaveToWishlist, ShareWishlist, get_shared_wishlist, get_wishlist},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// What can be done with one's own list.
#[derive(Clone, Copy)]
struct Actions {
    save: ServerAction<SaveToWishlist>,
    move_on: ServerAction<MoveToCart>,
    share: ServerAction<ShareWishlist>,
}

impl Actions {
    fn new() -> Self {
        Self { save: use_cart().save, move_on: ServerAction::new(), share: ServerAction::new() }
    }

    /// The newest list an action brought: whichever was answered last.
    fn newest(self) -> RwSignal<Option<Wishlist>> {
        let newest = RwSignal::new(None);
        let cart = use_cart();
        let take = move |answer: Option<Result<Wishlist, AppError>>| {
            if let Some(Ok(list)) = answer {
                newest.set(Some(list));
            }
        };
        Effect::new(move |_| take(self.save.value().get()));
        Effect::new(move |_| take(self.share.value().get()));
        Effect::new(move |_| {
            let answer = self.move_on.value().get();
            if let Some(Ok((_, summary))) = &answer {
                cart.learn_summary(summary);
            }
            take(answer.map(|answer| answer.map(|(list, _)| list)));
        });
        newest
    }

    fn error(self) -> Option<AppError> {
        let (save, share) = (self.save.value().get(), self.share.value().get());
        let move_on = self.move_on.value().get().and_then(Result::err);
        move_on.or_else(|| save.and_then(Result::err)).or_else(|| share.and_then(Result::err))
    }
}

/// One's own list.
#[component]
pub fn WishlistPage() -> impl IntoView {
    let loaded = load(|| (), |()| get_wishlist());
    let actions = Actions::new();
    let newest = actions.newest();
    when_loaded(move || async move {
        let list = loaded.await?;
        let list = Signal::derive(move || newest.get().unwrap_or_else(|| list.clone()));
        Ok(view! { <Own list actions /> }.into_any())
    })
}

#[component]
fn Own(list: Signal<Wishlist>, actions: Actions) -> impl IntoView {
    let items = Memo::new(move |_| list.with(|list| list.items.clone()));
    let is_empty = Memo::new(move |_| items.with(Vec::is_empty));
    view! {
        <Page title=words::TITLE class="wishlist-page">
            {move || actions.error().map(|error| view! {
                <p class="notice error" role="alert">{messages::error(&error)}</p>
            })}
            {move || if is_empty.get() {
                view! {
                    <EmptyState scene="empty-wishlist" heading=words::EMPTY text=words::EMPTY_TEXT is_page=true>
                        <p class="actions"><a class="button" href="/search">{messages::cart::START}</a></p>
                    </EmptyState>
                }.into_any()
            } else {
                view! {
                    <div class="wishlist-heading">
                        <h1>{words::TITLE}</h1>
                        <PostForm action=actions.move_on>
                            <input type="hidden" name="sku" value="" />
                            <button type="submit" class="button">{words::MOVE_ALL}</button>
                        </PostForm>
                    </div>
                    <ul class="wishlist-items" aria-label=words::TITLE>
                        <For each=move || items.get() key=|item| item.sku.clone() let:item>
                            <Item item actions=Some(actions) />
                        </For>
                    </ul>
                    <Share list actions />
                }.into_any()
            }}
        </Page>
    }
}

#[component]
fn Share(list: Signal<Wishlist>, actions: Actions) -> impl IntoView {
    let shared_at = Memo::new(move |_| list.with(|list| list.shared_at.clone()));
    let is_shared = move || shared_at.get().is_some();
    view! {
        <section class="panel share">
            {move || shared_at.get().map(|at| view! { <p>{words::SHARED_AT} " " <a href=at.clone()>{at.clone()}</a></p> })}
            <PostForm action=actions.share>
                <input type="hidden" name="shared" value=move || (!is_shared()).to_string() />
                <button type="submit" class="button plain">
                    {move || if is_shared() { words::UNSHARE } else { words::SHARE }}
                </button>
            </PostForm>
        </section>
    }
}

#[component]
fn Item(item: WishlistItem, actions: Option<Actions>) -> impl IntoView {
    let href = format!("/p/{}?sku={}", item.handle, item.sku);
    let can_buy = item.availability.can_buy() && !item.gone;
    let name = item.name();
    let (sku, other_sku) = (item.sku.clone(), item.sku.clone());
    let state = if item.gone { words::GONE } else { product::availability(item.availability) };
    let forms = actions.map(|actions| {
        view! {
            <div class="item-actions">
                {can_buy.then(|| view! {
                    <PostForm action=actions.move_on>
                        <input type="hidden" name="sku" value=sku />
                        <button type="submit" class="button small">{words::MOVE}</button>
                    </PostForm>
                })}
                <PostForm action=actions.save>
                    <input type="hidden" name="sku" value=other_sku />
                    <input type="hidden" name="saved" value="false" />
                    <button type="submit" class="link-button"><Icon shape=Shape::Close /> {words::REMOVE}</button>
                </PostForm>
            </div>
        }
    });
    view! {
        <li><div class="wishlist-item" role="group" aria-label=name>
            <a href=href.clone() tabindex="-1" aria-hidden="true"><Picture src=Some(item.picture.clone()) /></a>
            <div>
                <p class="line-title"><a href=href>{item.title.clone()}</a></p>
                <p class="quiet">{item.options.join(" · ")}</p>
                <p><Price price=item.price /></p>
                {item.dropped_from.map(|from| view! { <p class="notice small success">{words::dropped(from)}</p> })}
                <p class="availability" class:none=!can_buy>{state}</p>
                {forms}
            </div>
        </div></li>
    }
}

/// A list somebody shared.
#[component]
pub fn SharedWishlistPage() -> impl IntoView {
    let params = use_params_map();
    let token = move || params.read().get("token").unwrap_or_default();
    let loaded = load(token, get_shared_wishlist);
    when_loaded(move || async move {
        let items = loaded.await?.items;
        let items = items.into_iter().map(|item| view! { <Item item actions=None /> }).collect_view();
        Ok(view! {
            <Page title=words::SHARED class="wishlist-page">
                <h1>{words::SHARED}</h1>
                <ul class="wishlist-items" aria-label=words::SHARED>{items}</ul>
            </Page>
        }
        .into_any())
    })
}
