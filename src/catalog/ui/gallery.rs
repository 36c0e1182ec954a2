//! The pictures of a product: the one of the chosen variant, and a strip of all.

use crate::{domain::catalog::Picture as Shot, messages::product as words, ui::Picture};
use leptos::prelude::*;

/// The pictures. Picking one shows it until another variant is chosen.
#[component]
pub fn Gallery(
    pictures: Vec<Shot>,
    /// The picture of the chosen variant.
    #[prop(into)]
    of_variant: Signal<Option<usize>>,
) -> impl IntoView {
    let count = pictures.len();
    let picked = RwSignal::new(None::<usize>);
    Effect::new(move |_| {
        of_variant.track();
        picked.set(None);
    });
    let shown = Memo::new(move |_| picked.get().or_else(|| of_variant.get()).unwrap_or(0));
    let all = StoredValue::new(pictures.clone());
    let src = move || all.with_value(|all| all.get(shown.get()).map(|shot| shot.src.clone()));
    let alt = move || all.with_value(|all| all.get(shown.get()).map(|shot| shot.alt.clone()).unwrap_or_default());
    let thumbs = pictures.into_iter().map(|shot| (shot.src.clone(), shot.src)).enumerate().map(|(i, (href, src))| {
        view! {
            <li>
                <a
                    href=href
                    aria-label=words::picture(i + 1, count)
                    aria-current=move || (shown.get() == i).then_some("true")
                    on:click=move |ev| { ev.prevent_default(); picked.set(Some(i)); }
                >
                    <img src=src alt="" width="80" height="100" loading="lazy" />
                </a>
            </li>
        }
    });
    view! {
        <section class="gallery" aria-label=words::PICTURES>
            <div class="gallery-main">{move || view! { <Picture src=src() alt=alt() eager=true /> }}</div>
            {(count > 1).then(|| view! { <ul class="gallery-strip">{thumbs.collect_view()}</ul> })}
        </section>
    }
}
