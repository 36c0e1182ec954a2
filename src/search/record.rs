//! Writing down what shoppers look for, what they find and what they open from it: for the shop (see
//! [`super::insights`]) and never about anybody.
//!
//! A search with a text is written down on its first page, whether the page was rendered, kept or asked for by the
//! browser or the API. A click is told by the browser where the page is alive, else by the address a product's page
//! was come from. Neither says who: no shopper is kept with it, and no text that looks like somebody's address or
//! number. Both are gathered in memory and written once a second; a crash or a flood may lose some.

use super::store;
use crate::{
    domain::{
        search::{Criteria, Results},
        text,
        timestamp::Timestamp,
    },
    server::{query_pairs, state::Shop},
};
use axum::http::{HeaderMap, Method, Uri, header};
use std::{
    collections::BTreeSet,
    mem,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

/// How long searches are kept: a year, and last year's month beside this one's.
pub const KEPT: i64 = 400 * Timestamp::DAY;
/// Beyond that many unwritten ones, further ones are dropped.
const MOST_SEARCHES: usize = 20_000;
const MOST_CLICKS: usize = 2_000;
/// A click counts when its text was searched for no longer ago.
const CLICKED_WITHIN: i64 = Timestamp::DAY;
const LAST_POSITION: u32 = 100_000;
/// From so many digits on it may be a telephone's or a card's number.
const LONGEST_NUMBER: usize = 6;

/// A search.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Search {
    /// As it was typed; empty when it is nobody's business.
    pub text: String,
    /// What spellings of it share; empty with the text, and only then.
    pub folded: String,
    pub results: u32,
    /// The spelling that was searched for instead, or empty.
    pub corrected: String,
    /// Whether it narrows or sorts what a search found before.
    pub refined: bool,
}

/// A product opened from what a search found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Click {
    pub folded: String,
    pub handle: String,
    /// From 1; 0 where it is not known.
    pub position: u32,
}

impl Search {
    /// What is to be written down of a search; nothing for one without a text, or past its first page.
    fn of(results: &Results) -> Option<Self> {
        let asked = &results.understood.asked;
        if asked.text.is_empty() || asked.page != 1 {
            return None;
        }
        let kept = !is_personal(&asked.text);
        let if_kept = |text: &str| if kept { text.to_owned() } else { String::new() };
        Some(Self {
            text: if_kept(&asked.text),
            folded: if_kept(&grouped_by(&asked.text)),
            // What has not all that was asked for is no result of it.
            results: if results.understood.left_out.is_empty() { results.total } else { 0 },
            corrected: if_kept(results.understood.corrected.as_deref().unwrap_or("")),
            refined: is_refined(asked),
        })
    }
}

fn is_refined(asked: &Criteria) -> bool {
    let Criteria { choices, prices, rating, in_stock, on_sale, sort, .. } = asked;
    !choices.is_empty() || !prices.is_empty() || rating.is_some() || *in_stock || *on_sale || sort.is_some()
}

/// What spellings of a text share; never empty for a text that is not.
fn grouped_by(searched: &str) -> String {
    match text::fold(searched) {
        folded if folded.is_empty() => text::key(searched),
        folded => folded,
    }
}

/// Whether a text looks like an email address, a telephone's, card's or order's number.
#[must_use]
pub fn is_personal(searched: &str) -> bool {
    let mut digits = 0;
    let mut longest = 0;
    for c in searched.chars() {
        match c {
            c if c.is_numeric() => digits += 1,
            // What people put between the digits of one number.
            ' ' | '-' | '.' | '/' | '(' | ')' | '+' | '\u{a0}' => {}
            _ => digits = 0,
        }
        longest = longest.max(digits);
    }
    // Without a digit it may as well be a navy-polo.
    let is_order = |word: &str| {
        let looks_so = word.len() == 9 && word.as_bytes()[4] == b'-' && word.contains(|c: char| c.is_ascii_digit());
        looks_so && crate::domain::order::normalise_number(word).is_some()
    };
    searched.contains(['@', '＠'])
        || longest > LONGEST_NUMBER
        || searched.split(|c: char| !c.is_alphanumeric() && c != '-').any(is_order)
}

/// The search that a page being rendered shows: whoever gets the page has searched, also when it was kept.
#[derive(Clone, Debug, Default)]
pub struct PageSearch(Arc<OnceLock<Search>>);

impl PageSearch {
    #[must_use]
    pub fn take(&self) -> Option<Search> {
        self.0.get().cloned()
    }
}

/// Notes a shopper's search: with the page it is for, or at once where there is no page.
pub fn searched(shop: &Shop, results: &Results) {
    let Some(search) = Search::of(results) else { return };
    match leptos::prelude::use_context::<PageSearch>() {
        Some(page) => drop(page.0.set(search)),
        None => shop.searches.search(search),
    }
}

/// Notes that a product was opened from what a text found. Kept when there is such a product and such a search.
pub fn opened(shop: &Shop, searched: &str, handle: &str, position: u32) {
    let (criteria, _) = Criteria::parse([("q", searched)], shop.currency);
    if criteria.text.is_empty() || is_personal(&criteria.text) {
        return;
    }
    shop.searches.click(Click {
        folded: grouped_by(&criteria.text),
        handle: text::key(text::truncate(handle, 200)),
        position: position.min(LAST_POSITION),
    });
}

/// Somebody who comes to a page.
pub struct Visit {
    /// The product and the text whose results it was opened from.
    click: Option<(String, String)>,
}

impl Visit {
    /// Nothing for programs that say they are one, and for pages fetched in case somebody might come.
    #[must_use]
    pub fn of(method: &Method, address: &Uri, headers: &HeaderMap) -> Option<Self> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let agent = header("user-agent").unwrap_or("").to_lowercase();
        let is_bot = ["bot", "crawl", "spider", "slurp"].iter().any(|name| agent.contains(name));
        if method != Method::GET || is_bot || header("sec-purpose").is_some_and(|purpose| purpose.contains("prefetch"))
        {
            return None;
        }
        let from = header(header::REFERER.as_str()).zip(header(header::HOST.as_str()));
        let searched = from.and_then(|(from, host)| searched_on(from, host));
        let handle = address.path().strip_prefix("/p/").filter(|handle| !handle.is_empty());
        let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        Some(Self { click: handle.map(decode).zip(searched) })
    }

    /// Notes the search of the page, and the click that led to it.
    pub fn record(self, shop: &Shop, search: Option<&Search>) {
        if let Some(search) = search {
            shop.searches.search(search.clone());
        }
        if let Some((handle, searched)) = self.click {
            opened(shop, &searched, &handle, 0);
        }
    }
}

/// The text of a search page of this very host.
fn searched_on(from: &str, host: &str) -> Option<String> {
    let rest = from.split_once("://")?.1;
    let (path, query) = rest.strip_prefix(host)?.split_once('?')?;
    if path != "/search" && !path.starts_with("/c/") {
        return None;
    }
    let query = query.split('#').next();
    query_pairs(query).into_iter().find(|(name, _)| name == "q").map(|(_, text)| text)
}

/// Searches and clicks that are not yet written.
#[derive(Default)]
pub struct Searches {
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    searches: Vec<Search>,
    clicks: Vec<Click>,
}

impl Searches {
    fn search(&self, search: Search) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.searches.len() < MOST_SEARCHES {
            waiting.searches.push(search);
        }
    }

    fn click(&self, click: Click) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.clicks.len() < MOST_CLICKS {
            waiting.clicks.push(click);
        }
    }

    /// Writes what is waiting. Of the clicks, whose parts come from outside, only those that can be.
    pub async fn flush(&self, shop: &Shop) -> sqlx::Result<()> {
        let Waiting { searches, mut clicks } =
            mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        if searches.is_empty() && clicks.is_empty() {
            return Ok(());
        }
        let now = shop.clock.now();
        let mut tx = shop.db.begin().await?;
        store::insert_searches(&mut tx, &shop.ids, now, &searches).await?;
        if !clicks.is_empty() {
            let each = |part: fn(&Click) -> &String| clicks.iter().map(part).cloned().collect::<BTreeSet<_>>();
            let (texts, handles) = (each(|click| &click.folded), each(|click| &click.handle));
            let (texts, handles): (Vec<_>, Vec<_>) = (texts.into_iter().collect(), handles.into_iter().collect());
            let texts = known(store::list_searched_texts(&mut tx.conn(), now.plus(-CLICKED_WITHIN), &texts).await?);
            let handles = known(store::list_known_handles(&mut tx.conn(), &handles).await?);
            clicks.retain(|click| texts.contains(&click.folded) && handles.contains(&click.handle));
            store::insert_clicks(&mut tx, &shop.ids, now, &clicks).await?;
        }
        tx.commit().await
    }
}

fn known(rows: Vec<(String,)>) -> BTreeSet<String> {
    rows.into_iter().map(|(key,)| key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_about_somebody_are_told_from_those_about_products() {
        for personal in [
            "ada@example.com",
            "my order ada＠example.com",
            "+44 20 7946 0958",
            "(020) 7946-0958",
            "4242424242424242",
            "5012345678900",
            "K7M2-9QXD",
            "order k7m2-9qxd",
            "٠٢٠٧٩٤٦٠٩٥٨",
        ] {
            assert!(is_personal(personal), "{personal}");
        }
        for about_products in [
            "blue shirt",
            "size 42",
            "501 jeans",
            "shirt 2 3 4",
            "sea-shirt",
            "SEA-SHIRT-M",
            "navy-polo",
            "t-shirt",
            "",
            "👟",
        ] {
            assert!(!is_personal(about_products), "{about_products}");
        }
    }

    #[test]
    fn a_search_page_of_this_host_tells_its_text() {
        let on = |from: &str| searched_on(from, "shop.example:3000");
        assert_eq!(on("http://shop.example:3000/search?sort=newest&q=sea+shirt").as_deref(), Some("sea shirt"));
        assert_eq!(on("https://shop.example:3000/c/clothing/shirts?q=%C3%A9t%C3%A9#x").as_deref(), Some("été"));
        for other in [
            "",
            "http://shop.example:3000/search",
            "http://shop.example:3000/search?brand=q",
            "http://shop.example:3000/p/x?q=a",
            "http://shop.example:30001/search?q=a",
            "http://shop.example:3000.evil.example/search?q=a",
            "http://evil.example/search?q=a",
            "shop.example:3000/search?q=a",
        ] {
            assert_eq!(on(other), None, "{other}");
        }
    }
}
