//! What shoppers searched for lately and found, most frequent first.

use crate::{
    domain::{text, timestamp::Timestamp},
    error::AppError,
    search::{record::is_personal, store},
    server::state::Shop,
};
use arc_swap::ArcSwap;
use std::sync::Arc;

/// How far back it goes.
const LATELY: i64 = 30 * Timestamp::DAY;
/// What fewer than that many searched for may be the business of one.
const LEAST: i64 = 3;
const MOST: i64 = 3_000;

/// A text as [`text::fold`] has it, and as it is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Searched {
    folded: String,
    shown: String,
}

/// The texts, kept in memory and read anew by [`refresh`].
#[derive(Default)]
pub(super) struct Popular(ArcSwap<Vec<Searched>>);

impl Popular {
    fn replace(&self, texts: impl Iterator<Item = String>) {
        let kept = texts
            .filter(|text| !is_personal(text))
            .map(|text| Searched { folded: text::fold(&text), shown: shown(&text) });
        self.0.store(Arc::new(kept.collect()));
    }

    /// Those that go on from a folded text, then those that have its words elsewhere.
    pub(super) fn beginning(&self, folded: &str) -> Vec<String> {
        let all = self.0.load();
        let goes_on = |searched: &&Searched| searched.folded.starts_with(folded);
        let elsewhere = |searched: &&Searched| !goes_on(searched) && has_words(&searched.folded, folded);
        let found = all.iter().filter(goes_on).chain(all.iter().filter(elsewhere));
        found.take(super::QUERIES + 1).map(|searched| searched.shown.clone()).collect()
    }
}

/// As it was typed, where that is words and nothing else: one of many spellings stands for all, and it may be anybody's.
fn shown(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '\'' | '&');
    if text.chars().all(is_plain) { text::key(text) } else { text::fold(text) }
}

/// Whether each of the typed words begins a word of a name. Both are folded.
pub(super) fn has_words(name: &str, typed: &str) -> bool {
    typed.split(' ').all(|typed| name.split(' ').any(|word| word.starts_with(typed)))
}

/// Reads anew what is searched for.
pub async fn refresh(shop: &Shop) -> Result<(), AppError> {
    let since = shop.clock.now().plus(-LATELY);
    let rows = store::list_popular_searches(&mut shop.db.read().await?.conn(), since, LEAST, MOST).await?;
    shop.suggest.popular.replace(rows.into_iter().map(|(text,)| text));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_from_the_text_comes_before_what_has_its_words_elsewhere() {
        let popular = Popular::default();
        popular.replace(
            ["Summer Sea Shirt", "sea shirt", "sea@shirt.example", "seal", "tea"].map(str::to_owned).into_iter(),
        );
        assert_eq!(popular.beginning("sea"), ["sea shirt", "seal", "summer sea shirt"]);
        assert_eq!(popular.beginning("shi sea"), ["summer sea shirt", "sea shirt"]);
        assert_eq!(popular.beginning("x"), [""; 0]);
        popular.replace(["(🖕) shoes", "t-shirt"].map(str::to_owned).into_iter());
        assert_eq!(
            (popular.beginning("sho"), popular.beginning("t sh")),
            (vec!["shoes".to_owned()], vec!["t-shirt".to_owned()])
        );
    }
}
