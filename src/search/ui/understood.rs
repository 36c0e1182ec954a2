//! What was made of the words, said to the shopper, with the way back to the words as they stand.

use super::{address::address, card::ProductList};
use crate::{
    domain::search::{Criteria, Hit, Results},
    messages::search as words,
    wishlist::ui::Saved,
};
use leptos::prelude::*;

/// "Showing results for …; search instead for …", and what had to be left out.
#[component]
pub fn Understanding(results: Results) -> impl IntoView {
    let Results { understood, currency, total, .. } = results;
    let asked = understood.asked;
    let as_typed = address(&Criteria { exact: true, page: 1, ..asked.clone() }, currency);
    let freely = address(&Criteria { exact: false, page: 1, ..asked.clone() }, currency);
    let left_out = (!understood.left_out.is_empty()).then(|| words::left_out(&understood.left_out));
    let read_as_filters = understood.criteria.text != asked.text;
    let said = if asked.exact && !asked.text.is_empty() {
        let hint = if total == 0 { words::TRY_FREELY } else { words::SEARCH_FREELY };
        view! { <p>{words::exactly(&asked.text)} " " <a href=freely>{hint}</a></p> }.into_any()
    } else if let Some(corrected) = understood.corrected {
        view! {
            <p>
                {words::SHOWING_FOR} " " <strong><bdi>{corrected}</bdi></strong> ". " {words::SEARCH_INSTEAD} " "
                <a href=as_typed rel="nofollow"><bdi>{asked.text}</bdi></a> "."
            </p>
        }
        .into_any()
    } else if read_as_filters {
        view! { <p class="quiet"><a href=as_typed rel="nofollow">{words::search_exactly(&asked.text)}</a></p> }
            .into_any()
    } else {
        ().into_any()
    };
    view! {
        <div class="understood" aria-live="polite">
            {said}
            {left_out.map(|text| view! { <p class="left-out">{text}</p> })}
        </div>
    }
}

/// Products that miss a little of what was asked, below those that have it all.
#[component]
pub fn CloseMatches(hits: Vec<Hit>, saved: Saved) -> impl IntoView {
    (!hits.is_empty()).then(|| {
        view! {
            <section class="close-matches" aria-labelledby="close-matches">
                <h2 id="close-matches">{words::CLOSE}</h2>
                <p class="quiet">{words::CLOSE_TEXT}</p>
                <ProductList hits label=words::CLOSE saved />
            </section>
        }
    })
}
