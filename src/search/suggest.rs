//! What to offer for a text that is being typed: what to search for, categories, brands, products.
//!
//! Searches come from what shoppers looked for lately ([`popular`]) and from the catalogue's own values, put behind the
//! words typed before ([`words`]). All of it is answered from memory; nothing is asked of the database at a key.

mod popular;
mod words;

use super::{api::Suggested, service::on_snapshot, snapshot::Snapshot, view::Typing};
use crate::{
    domain::{
        search::{Criteria, Hit},
        text,
    },
    error::AppError,
    server::state::Shop,
};
use popular::Popular;
pub use popular::refresh;
use words::Vocabulary;

const QUERIES: usize = 5;
const PLACES: usize = 3;
const PRODUCTS: u32 = 4;
/// With fewer letters a text finds any product.
const LETTERS_FOR_PRODUCTS: usize = 2;

/// What is kept for suggestions.
#[derive(Default)]
pub struct Memory {
    popular: Popular,
    vocabulary: Vocabulary,
}

/// What is offered.
#[derive(Clone, Debug, Default)]
pub struct Suggestions {
    /// Texts to search for.
    pub queries: Vec<String>,
    pub categories: Vec<Category>,
    pub brands: Vec<String>,
    pub products: Vec<Hit>,
}

/// A category with the name of what it lies in, to tell it from others of its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Category {
    pub path: String,
    pub name: String,
    pub within: String,
}

/// What was typed, read as words.
struct Typed {
    /// In lower case, without the space around it.
    text: String,
    folded: String,
    /// The last word is complete: a space follows.
    is_complete: bool,
}

impl Typed {
    fn new(criteria: &Criteria, typed: &str) -> Self {
        Self {
            text: text::key(&criteria.text),
            folded: text::fold(&criteria.text),
            is_complete: typed.ends_with(char::is_whitespace),
        }
    }

    /// The words before the last, and the beginning of the last.
    fn parts(&self) -> (&str, &str) {
        match self.text.rsplit_once(' ') {
            _ if self.is_complete => (&self.text, ""),
            Some(parts) => parts,
            None => ("", &self.text),
        }
    }
}

/// Suggestions for a text that is being typed.
pub async fn suggest(shop: &Shop, typed: &str) -> Result<Suggestions, AppError> {
    let (mut criteria, _) = Criteria::parse([("q", typed)], shop.currency);
    let typed = Typed::new(&criteria, typed);
    if typed.folded.is_empty() {
        return Ok(Suggestions::default());
    }
    criteria.per_page = PRODUCTS;
    let memory = shop.suggest.clone();
    on_snapshot(shop, move |snapshot| {
        let (categories, brands) = memory.vocabulary.places(snapshot, &typed.folded)?;
        Ok(Suggestions {
            queries: memory.queries(snapshot, &typed)?,
            categories,
            brands,
            products: products(snapshot, criteria, &typed)?,
        })
    })
    .await
}

/// Counts beforehand what the first key after a change would have to wait for.
pub async fn prepare(shop: &Shop) -> Result<(), AppError> {
    let memory = shop.suggest.clone();
    on_snapshot(shop, move |snapshot| memory.vocabulary.prepare(snapshot)).await
}

impl Memory {
    /// What others searched for, then what the catalogue makes of the words.
    fn queries(&self, snapshot: &Snapshot, typed: &Typed) -> tantivy::Result<Vec<String>> {
        let mut offered = Queries { keys: vec![singular(&typed.folded)], texts: vec![] };
        if offered.take(self.popular.beginning(&typed.folded)) {
            let (first, later) = self.vocabulary.completions(snapshot, typed.parts())?;
            if offered.take(first) && offered.take(self.vocabulary.continuations(snapshot, &typed.text)?) {
                offered.take(later);
            }
        }
        Ok(offered.texts)
    }
}

/// A list in which nothing comes twice, nor what is typed already.
struct Queries {
    keys: Vec<String>,
    texts: Vec<String>,
}

impl Queries {
    /// Takes further texts; false when the list is full.
    fn take(&mut self, texts: Vec<String>) -> bool {
        for text in texts {
            let key = singular(&text::fold(&text));
            if self.texts.len() < QUERIES && !self.keys.contains(&key) {
                self.keys.push(key);
                self.texts.push(text);
            }
        }
        self.texts.len() < QUERIES
    }
}

/// What "shirt" and "shirts" share: one of them is enough.
fn singular(folded: &str) -> String {
    folded.split(' ').map(|word| word.strip_suffix('s').unwrap_or(word)).collect::<Vec<_>>().join(" ")
}

/// The products that the text finds, its last word perhaps only begun.
fn products(snapshot: &Snapshot, mut criteria: Criteria, typed: &Typed) -> tantivy::Result<Vec<Hit>> {
    if typed.folded.chars().count() < LETTERS_FOR_PRODUCTS {
        return Ok(vec![]);
    }
    let found = snapshot.hits(&criteria, Typing::GoesOn)?;
    if !found.is_empty() || typed.folded == typed.text {
        return Ok(found);
    }
    // Words are kept without accents and in parts: "sé" begins none of them, nor does "t-sh".
    criteria.text.clone_from(&typed.folded);
    snapshot.hits(&criteria, Typing::GoesOn)
}

/// Suggestions as the search box shows them.
pub async fn suggested(shop: &Shop, typed: &str) -> Result<Suggested, AppError> {
    let found = suggest(shop, typed).await?;
    Ok(Suggested {
        queries: found.queries,
        categories: found.categories.into_iter().map(|found| (found.path, found.name, found.within)).collect(),
        brands: found.brands,
        products: found
            .products
            .into_iter()
            .map(|hit| (hit.handle, hit.title, hit.price.to_string(), hit.image.unwrap_or_default()))
            .collect(),
    })
}
