//! From rows to what search works with: a record for the table and a document for the text index.

use crate::{
    catalog::{
        artwork,
        store::{self, Bundle, CategoryRow},
    },
    db::Conn,
    domain::{
        catalog::Rating,
        search::{Record, SkuRecord},
    },
};
use std::{cell::OnceCell, collections::HashMap};
use uuid::Uuid;

/// The words of a product, by field.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Document {
    pub id: u128,
    pub codes: Vec<String>,
    pub title: String,
    pub brand: String,
    /// The names of its categories.
    pub categories: String,
    /// Option values and tags.
    pub words: String,
    pub description: String,
}

/// The category tree, for naming a product's place in it.
#[derive(Debug, Default)]
pub struct CategorySteps(HashMap<Uuid, Vec<(String, String)>>);

impl CategorySteps {
    pub async fn load(conn: &mut Conn<'_>) -> sqlx::Result<Self> {
        Ok(Self::of(&store::list_categories(conn).await?))
    }

    /// From rows, parents before children.
    #[must_use]
    pub fn of(rows: &[CategoryRow]) -> Self {
        let mut steps: HashMap<Uuid, Vec<(String, String)>> = HashMap::new();
        for row in rows {
            let mut path = row.parent_id.and_then(|parent| steps.get(&parent)).cloned().unwrap_or_default();
            path.push((row.path.clone(), row.name.clone()));
            steps.insert(row.id, path);
        }
        Self(steps)
    }

    /// `(slug path, name)` from the root down to a category.
    #[must_use]
    pub fn to(&self, category: Option<Uuid>) -> &[(String, String)] {
        category.and_then(|id| self.0.get(&id)).map_or(&[], Vec::as_slice)
    }
}

/// Splits tags into attributes (`season:Summer`) and plain ones.
#[must_use]
pub fn split_tags(tags: &str) -> (Vec<(String, String)>, Vec<String>) {
    let (mut attributes, mut plain) = (Vec::new(), Vec::new());
    for tag in tags.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
        match tag.split_once(':').map(|(key, value)| (key.trim(), value.trim())) {
            Some((key, value)) if !key.is_empty() && !value.is_empty() => attributes.push((key.into(), value.into())),
            _ => plain.push(tag.to_owned()),
        }
    }
    (attributes, plain)
}

/// The record and the document of a product that is for sale.
#[must_use]
pub fn record(bundle: &Bundle, steps: &CategorySteps) -> (Record, Document) {
    let product = &bundle.product;
    let categories = steps.to(product.category_id);
    let (attributes, plain) = split_tags(&product.tags);
    let options = product.option_names();
    let pictures = Pictures::new(bundle, categories);
    let skus: Vec<SkuRecord> = bundle
        .variants
        .iter()
        .filter_map(|variant| {
            Some(SkuRecord {
                code: variant.sku.clone(),
                options: variant.options(options.len()),
                price: variant.amount?,
                was: variant.compare_at,
                in_stock: variant.is_unlimited() || variant.on_hand > 0,
                picture: pictures.of_variant(variant),
            })
        })
        .collect();
    let document = Document {
        id: product.id.as_u128(),
        codes: bundle
            .variants
            .iter()
            .flat_map(|v| [v.sku.clone(), v.barcode.clone()])
            .filter(|c| !c.is_empty())
            .collect(),
        title: product.title.clone(),
        brand: product.brand.clone(),
        categories: categories.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(" "),
        words: words(&skus, &attributes, &plain),
        description: plain_text(&product.body_html),
    };
    let record = Record {
        id: product.id.as_u128(),
        handle: product.handle.clone(),
        title: product.title.clone(),
        picture: pictures.first(),
        brand: product.brand.clone(),
        categories: categories.to_vec(),
        attributes,
        options,
        created: product.created_at,
        popularity: u32::try_from(bundle.stats.units_sold + bundle.stats.review_count).unwrap_or(0),
        rating: rating(bundle),
        skus,
    };
    (record, document)
}

/// The average of a product's reviews.
#[must_use]
pub fn rating(bundle: &Bundle) -> Rating {
    let number = |n: i64| u32::try_from(n).unwrap_or(0);
    Rating { count: number(bundle.stats.review_count), stars: number(bundle.stats.review_stars) }
}

/// The pictures of a product as addresses of this shop. One that is elsewhere, or missing, is replaced by artwork.
pub struct Pictures<'a> {
    bundle: &'a Bundle,
    names: Vec<&'a str>,
    /// Which option is the colour.
    colour: Option<usize>,
    /// The drawing that stands in, once it was looked for.
    drawing: OnceCell<&'static str>,
}

impl<'a> Pictures<'a> {
    #[must_use]
    pub fn new(bundle: &'a Bundle, categories: &'a [(String, String)]) -> Self {
        let is_colour = |name: &String| matches!(name.to_lowercase().as_str(), "colour" | "color");
        Self {
            bundle,
            names: categories.iter().map(|(_, name)| name.as_str()).collect(),
            colour: bundle.product.option_names().iter().position(is_colour),
            drawing: OnceCell::new(),
        }
    }

    /// Addresses and texts of the pictures that can be shown.
    #[must_use]
    pub fn all(&self) -> Vec<(&'a str, &'a str)> {
        let shown = self.bundle.pictures.iter().filter(|picture| is_ours(&picture.src));
        shown.map(|picture| (picture.src.as_str(), picture.alt.as_str())).collect()
    }

    #[must_use]
    pub fn first(&self) -> String {
        let first = self.all().first().map(|(src, _)| (*src).to_owned());
        first.unwrap_or_else(|| self.bundle.variants.first().map_or_else(|| self.stand_in(""), |v| self.of_variant(v)))
    }

    #[must_use]
    pub fn of_variant(&self, variant: &store::VariantRow) -> String {
        if is_ours(&variant.picture) {
            return variant.picture.clone();
        }
        match self.all().first() {
            Some((src, _)) => (*src).to_owned(),
            None => {
                self.stand_in(self.colour.map_or("", |i| [&variant.option1, &variant.option2, &variant.option3][i]))
            }
        }
    }

    fn stand_in(&self, colour: &str) -> String {
        let drawing = self.drawing.get_or_init(|| artwork::drawing(&self.names, &self.bundle.product.title));
        artwork::address(drawing, colour)
    }
}

fn is_ours(src: &str) -> bool {
    src.starts_with('/')
}

/// Option values and tags, each once.
fn words(skus: &[SkuRecord], attributes: &[(String, String)], plain: &[String]) -> String {
    let mut words: Vec<&str> = Vec::new();
    let options = skus.iter().flat_map(|sku| &sku.options);
    let values = options.chain(attributes.iter().map(|(_, value)| value)).chain(plain);
    for value in values {
        if !words.contains(&value.as_str()) {
            words.push(value);
        }
    }
    words.join(" ")
}

/// The text of HTML, for words to be found in: tags become spaces, the common entities their letters.
fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                text.push(' ');
            }
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    text.replace("&amp;", "&").replace("&nbsp;", " ").replace("&#39;", "'").replace("&quot;", "\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_with_a_colon_are_attributes() {
        let (attributes, plain) = split_tags("season:Summer, new, gender: Men ,:x,y:");
        assert_eq!(attributes, [("season".into(), "Summer".into()), ("gender".into(), "Men".into())]);
        assert_eq!(plain, ["new", ":x", "y:"]);
    }

    #[test]
    fn html_is_reduced_to_its_words() {
        assert_eq!(
            plain_text("<p>Salt &amp; <em>sea</em></p>").split_whitespace().collect::<Vec<_>>(),
            ["Salt", "&", "sea"]
        );
    }
}
