//! The home page.

use crate::{
    cart::state::use_cart,
    messages,
    search::ui::ProductList,
    shop::{
        api::get_home,
        info::{CategoryTile, Home, HomeInfo},
    },
    ui::{Icon, Page, Picture, Shape, load, when_loaded},
    wishlist::ui::Saved,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The home page.
#[component]
pub fn HomePage() -> impl IntoView {
    let home = load(|| (), |()| get_home());
    let state = use_cart();
    when_loaded(move || async move {
        let (home, saved) = (home.await?, state.saved_at_first().await);
        Ok(view! { <Loaded home saved /> }.into_any())
    })
}

#[component]
fn Loaded(home: Home, saved: Saved) -> impl IntoView {
    let Home { info, featured, newest, categories } = home;
    let new_heading = info.new_heading.clone();
    let is_erased = use_query_map().read_untracked().get_str("erased").is_some();
    view! {
        <Page title="" description=info.lede.clone() class="home">
            {is_erased.then(|| view! { <p class="notice success" role="status">{messages::account::privacy::ERASED}</p> })}
            <Hero info=info.clone() />
            <Tiles categories />
            <section class="shelf" aria-labelledby="favourites">
                <div class="shelf-heading">
                    <h2 id="favourites">{messages::FAVOURITES}</h2>
                    <a class="more" href="/search?sort=popular">{messages::SEE_ALL} <Icon shape=Shape::ArrowRight /></a>
                </div>
                <ProductList hits=featured label=messages::FAVOURITES saved=saved.clone() />
            </section>
            <Story info />
            {(!new_heading.is_empty()).then(|| view! {
                <section class="shelf" aria-labelledby="newest">
                    <div class="shelf-heading">
                        <h2 id="newest">{new_heading.clone()}</h2>
                        <a class="more" href="/search?sort=newest">{messages::SEE_ALL} <Icon shape=Shape::ArrowRight /></a>
                    </div>
                    <ProductList hits=newest label=new_heading saved />
                </section>
            })}
        </Page>
    }
}

#[component]
fn Hero(info: HomeInfo) -> impl IntoView {
    let headline = if info.headline.is_empty() { messages::WELCOME.to_owned() } else { info.headline };
    let has_cta = !info.hero_cta.is_empty();
    view! {
        <section class="hero">
            <picture>
                <source media="(max-width: 47.99rem) and (prefers-color-scheme: dark)" srcset="/scenes/hero-tall-dark.svg" />
                <source media="(max-width: 47.99rem)" srcset="/scenes/hero-tall.svg" />
                <source media="(prefers-color-scheme: dark)" srcset="/scenes/hero-dark.svg" />
                <img src="/scenes/hero.svg" alt="" width="1600" height="1000" fetchpriority="high" />
            </picture>
            <div class="hero-words">
                <h1>{headline}</h1>
                <p>{info.lede}</p>
                <p class="actions">
                    {has_cta.then(|| view! { <a class="button" href=info.hero_href>{info.hero_cta}</a> })}
                    <a class="button plain" href="/search">{messages::ALL_PRODUCTS}</a>
                </p>
            </div>
        </section>
    }
}

#[component]
fn Tiles(categories: Vec<CategoryTile>) -> impl IntoView {
    let tile = |tile: CategoryTile| {
        view! {
            <li>
                <a href=format!("/c/{}", tile.path)>
                    <Picture src=tile.picture />
                    <span class="tile-name">{tile.name}</span>
                    <span class="tile-count">{messages::search::count(tile.count)}</span>
                </a>
            </li>
        }
    };
    view! {
        <section class="tiles" aria-labelledby="categories">
            <h2 id="categories">{messages::SHOP_BY_CATEGORY}</h2>
            <ul>{categories.into_iter().map(tile).collect_view()}</ul>
        </section>
    }
}

#[component]
fn Story(info: HomeInfo) -> impl IntoView {
    let promises = (!info.promises.is_empty()).then(|| {
        view! {
            <ul class="promises">
                {info.promises.into_iter().map(|promise| view! {
                    <li><h3>{promise.title}</h3><p>{promise.text}</p></li>
                }).collect_view()}
            </ul>
        }
    });
    let story = (!info.story.is_empty()).then(|| {
        view! {
            <section class="story" aria-labelledby="story">
                <img src="/scenes/workshop.svg" alt="" width="1200" height="900" loading="lazy" />
                <div>
                    <h2 id="story">{info.story_heading}</h2>
                    {info.story.into_iter().map(|paragraph| view! { <p>{paragraph}</p> }).collect_view()}
                </div>
            </section>
        }
    });
    view! { {promises} {story} }
}
