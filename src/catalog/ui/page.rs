//! A product's page. The chosen variant is in the address; price, stock and picture follow it.

use super::{gallery::Gallery, pickers::Pickers, reviews::ReviewList};
use crate::{
    cart::{state::use_cart, ui::AddForm},
    catalog::api::get_product,
    domain::{
        catalog::{Product, ProductPage as PageData, Variant},
        shipping::ShippingOption,
    },
    messages::{self, product as words},
    search::ui::ProductList,
    ui::{Icon, Page, Price, Shape, Stars, load, when_loaded},
    wishlist::ui::{SaveButton, Saved},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

/// The page.
#[component]
pub fn ProductPage() -> impl IntoView {
    let params = use_params_map();
    let handle = Memo::new(move |_| params.read().get("handle").unwrap_or_default());
    let loaded = load(move || handle.get(), get_product);
    let state = use_cart();
    when_loaded(move || async move {
        let (page, saved) = (loaded.await?, state.saved_at_first().await);
        Ok(view! { <Loaded page saved /> }.into_any())
    })
}

#[component]
fn Loaded(page: PageData, saved: Saved) -> impl IntoView {
    let PageData { product, delivery, reviews, related } = page;
    let query = use_query_map();
    let stored = StoredValue::new(product.clone());
    let asked = Memo::new(move |_| query.read().get("sku"));
    let chosen = Memo::new(move |_| stored.with_value(|product| product.chosen(asked.get().as_deref()).cloned()));
    let variant = move || chosen.get();
    let sku = Signal::derive(move || variant().map_or(String::new(), |variant| variant.sku));
    let title = if product.seo_title.is_empty() { product.title.clone() } else { product.seo_title.clone() };
    let (rating, pictures, description) = (product.rating, product.pictures.clone(), product.description.clone());
    let has_related = !related.is_empty();
    view! {
        <Page title description=product.seo_description.clone() class="product-page">
            <Trail product=product.clone() />
            <div class="product-layout">
                <Gallery pictures of_variant=Signal::derive(move || variant().and_then(|variant| variant.picture)) />
                <section class="product-words" aria-labelledby="product-title">
                    <p class="product-brand">{brand_link(&product.brand)}</p>
                    <h1 id="product-title">{product.title.clone()}</h1>
                    <p><a class="plain-link" href="#reviews"><Stars rating /></a></p>
                    {move || variant().map(|variant| view! { <VariantPrice variant /> })}
                    <Pickers product=stored sku />
                    <p class="availability" class:none=move || !can_buy(variant())>
                        {move || variant().map(|variant| words::availability(variant.availability))}
                    </p>
                    <div class="buy">
                        <AddForm sku available=Signal::derive(move || can_buy(variant())) />
                        <SaveButton sku title=product.title.clone() saved=saved.clone() with_words=true />
                    </div>
                    <Delivery delivery />
                    <div class="description" inner_html=description></div>
                    <p class="quiet sku">{words::SKU} " " {move || sku.get()}</p>
                </section>
            </div>
            <ReviewList reviews rating />
            {has_related.then(|| view! {
                <section class="shelf" aria-labelledby="related">
                    <h2 id="related">{words::RELATED}</h2>
                    <ProductList hits=related label=words::RELATED saved />
                </section>
            })}
        </Page>
    }
}

fn can_buy(variant: Option<Variant>) -> bool {
    variant.is_some_and(|variant| variant.availability.can_buy())
}

fn brand_link(brand: &str) -> impl IntoView + use<> {
    let href = format!("/search?brand={}", leptos_router::location::Url::escape(brand));
    (!brand.is_empty()).then(|| view! { <a href=href>{brand.to_owned()}</a> })
}

/// The way from the top of the tree to the product.
#[component]
fn Trail(product: Product) -> impl IntoView {
    let steps = product.categories.into_iter().map(|category| {
        view! {
            <li><a href=format!("/c/{}", category.path)>{category.name}</a></li>
        }
    });
    view! {
        <nav class="trail" aria-label="Breadcrumb"><ol>{steps.collect_view()}</ol></nav>
    }
}

#[component]
fn VariantPrice(variant: Variant) -> impl IntoView {
    view! {
        <p class="product-price"><Price price=variant.price was=variant.was /></p>
        {variant.lowest_30_days.map(|lowest| view! { <p class="quiet small">{words::lowest(lowest)}</p> })}
    }
}

#[component]
fn Delivery(delivery: Vec<ShippingOption>) -> impl IntoView {
    let option = |option: ShippingOption| {
        let price = messages::price_or_free(option.price);
        view! { <li>{words::arrives(&option.name, &price, option.arrives)}</li> }
    };
    view! {
        <div class="delivery">
            <p class="delivery-title"><Icon shape=Shape::Truck /> {messages::product::DELIVERY}</p>
            <ul>{delivery.into_iter().map(option).collect_view()}</ul>
        </div>
    }
}
