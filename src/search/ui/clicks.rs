//! Tells the shop which product was opened from the results of a text, beside the navigation and not before it.
//!
//! Only clicks that open the product in this page are told: one that has the browser load a page, in a new tab say,
//! is told by the request for that page, which names where it came from.

use crate::domain::search::criteria::PER_PAGE;
use leptos::{
    ev::MouseEvent,
    prelude::{document, location, window},
    server_fn::ServerFn,
    wasm_bindgen::{JsCast, closure::Closure},
};
use web_sys::{Element, UrlSearchParams};

/// Watches for such clicks as long as the page lives.
pub fn watch() {
    // On the document, so that the router, which listens on the window, has not gone anywhere yet.
    let listener = Closure::<dyn Fn(MouseEvent)>::new(|click: MouseEvent| {
        let opens_here = click.button() == 0
            && !(click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key())
            && !click.default_prevented();
        if let Some(target) = click.target().filter(|_| opens_here).and_then(|target| target.dyn_into().ok()) {
            let _ = tell(&target);
        }
    });
    let _ = document().add_event_listener_with_callback("click", listener.as_ref().unchecked_ref());
    listener.forget();
}

fn tell(target: &Element) -> Option<()> {
    let card = target.closest(".results .products > li a[href^='/p/']").ok()??.closest("li").ok()??;
    let address = UrlSearchParams::new_with_str(&location().search().ok()?).ok()?;
    let text = address.get("q").filter(|text| !text.is_empty())?;
    let href = target.closest("a").ok()??.get_attribute("href")?;
    let handle = href.strip_prefix("/p/")?.split(['?', '#']).next()?.to_owned();
    let page = address.get("page").and_then(|page| page.parse::<u32>().ok()).unwrap_or(1).max(1);
    let before = std::iter::successors(card.previous_element_sibling(), Element::previous_element_sibling).count();
    // What is only close has no place among the results.
    let is_close = target.closest(".close-matches").ok()?.is_some();
    let position = if is_close { 0 } else { (page - 1).saturating_mul(PER_PAGE).saturating_add(before as u32 + 1) };
    let told = UrlSearchParams::new().ok()?;
    told.set("text", &text);
    told.set("handle", &handle);
    told.set("position", &position.to_string());
    let to = crate::search::api::ProductOpened::PATH;
    window().navigator().send_beacon_with_opt_url_search_params(to, Some(&told)).ok().map(drop)
}
