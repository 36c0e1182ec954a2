//! Searches as addresses: which page they are on, and how a filter is taken off.

use crate::domain::{
    money::Currency,
    search::{Criteria, Understood, results::Chip},
};
use leptos::wasm_bindgen::JsValue;
use leptos_router::location::Url;

/// The address of a search. One with exactly one category is that category's page.
pub fn address(criteria: &Criteria, currency: Currency) -> String {
    let category = criteria.choices.get("category").filter(|paths| paths.len() == 1).and_then(|paths| paths.first());
    let pairs = criteria.to_pairs(currency).into_iter().filter(|(name, _)| category.is_none() || name != "category");
    let query = query(pairs);
    let path = category.map_or("/search".to_owned(), |path| format!("/c/{path}"));
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

/// The address of a search that goes on from another: on the page for searches it stays there, with the focus where it
/// is, also when what the text was read as is but one category.
pub fn next_address(from: &Understood, criteria: &Criteria, currency: Currency) -> String {
    let is_search_page =
        from.category.is_none() && (!from.asked.text.is_empty() || from.asked.choices.contains_key("category"));
    if is_search_page { search_address(criteria, currency) } else { address(criteria, currency) }
}

/// The address of a search on the page for searches, whatever its category.
fn search_address(criteria: &Criteria, currency: Currency) -> String {
    let query = query(criteria.to_pairs(currency).into_iter());
    if query.is_empty() { "/search".to_owned() } else { format!("/search?{query}") }
}

/// Pairs as a query string.
pub fn query(pairs: impl Iterator<Item = (String, String)>) -> String {
    pairs.map(|(name, value)| format!("{}={}", Url::escape(&name), Url::escape(&value))).collect::<Vec<_>>().join("&")
}

/// The search without one of its choices, from its first page.
pub fn without(criteria: &Criteria, chip: &Chip, currency: Currency) -> Criteria {
    let mut less = criteria.clone();
    less.page = 1;
    match chip.name.as_str() {
        "price" => less.prices.retain(|range| range.name(currency) != chip.value),
        "rating" => less.rating = None,
        "in_stock" => less.in_stock = false,
        "on_sale" => less.on_sale = false,
        name => {
            if let Some(values) = less.choices.get_mut(name) {
                values.retain(|value| *value != chip.value);
            }
            less.choices.retain(|_, values| !values.is_empty());
        }
    }
    less
}

/// The parameters a form would send, in the order of its fields; empty ones are left out.
pub fn form_pairs(form: &leptos::web_sys::HtmlFormElement) -> Vec<(String, String)> {
    let Ok(data) = leptos::web_sys::FormData::new_with_form(form) else { return vec![] };
    let text = |value: JsValue| value.as_string().unwrap_or_default();
    let pairs = data.entries().into_iter().filter_map(Result::ok).map(|entry| {
        let pair = leptos::wasm_bindgen::JsCast::unchecked_into::<leptos::web_sys::js_sys::Array>(entry);
        (text(pair.get(0)), text(pair.get(1)))
    });
    pairs.filter(|(_, value)| !value.is_empty()).collect()
}
