//! A slice on its way: columns of small numbers, each text once.

use super::Slice;
use crate::domain::{
    catalog::Rating,
    money::Currency,
    search::{
        criteria::Criteria,
        facets::{FacetKind, Facets, NamedFacet, Values},
        segment::{Lists, NONE, Segment, Strings},
        table::Table,
    },
    text,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::sync::Arc;

/// Numbers of values are one higher than in the table, and 0 is none.
#[derive(Serialize, Deserialize)]
struct Packed {
    base: Criteria,
    currency: Currency,
    brands: Vec<String>,
    /// `(slug path, name, number of the one above)`.
    categories: Vec<(String, String, u32)>,
    /// `(name, label, kind, values)`.
    named: Vec<(String, String, FacetKind, Vec<String>)>,
    /// The addresses of all pictures.
    pictures: Vec<String>,
    /// `+` and what comes after the title's slug, or `=` and all of it.
    handle: Vec<String>,
    title: Vec<String>,
    picture: Vec<u32>,
    brand: Vec<u32>,
    category: Vec<u32>,
    created: Vec<i64>,
    popularity: Vec<u32>,
    /// `(reviews, stars)`.
    rating: Vec<(u32, u32)>,
    score: Option<Vec<u32>>,
    attributes: Vec<(u16, Vec<Vec<u32>>)>,
    /// How many each product has.
    skus: Vec<u32>,
    code: Vec<String>,
    sku_picture: Vec<u32>,
    price: Vec<i64>,
    was: Vec<i64>,
    flags: Vec<u8>,
    options: Vec<(u16, Vec<u32>)>,
}

impl Serialize for Slice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        pack(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Slice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        unpack(Packed::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("columns do not fit together"))
    }
}

fn pack(slice: &Slice) -> Packed {
    let (table, facets, segment) = (&slice.table, &slice.table.facets, &slice.table.segments[0]);
    let (products, skus) = (segment.len(), segment.prices.len());
    let labels = |values: &Values| values.labels().map(str::to_owned).collect();
    let mut pictures = Strings::default();
    let mut numbers = std::collections::HashMap::new();
    let mut picture = |address: &str| match address {
        "" => 0,
        address => *numbers.entry(address.to_owned()).or_insert_with(|| {
            pictures.push(address);
            pictures.len() as u32
        }),
    };
    Packed {
        base: slice.base.clone(),
        currency: table.currency,
        brands: labels(&facets.brands),
        categories: facets
            .categories
            .iter()
            .map(|node| (node.path.clone(), node.name.clone(), node.parent.map_or(0, |parent| parent + 1)))
            .collect(),
        named: facets
            .named
            .iter()
            .map(|facet| (facet.name.clone(), facet.label.clone(), facet.kind, labels(&facet.values)))
            .collect(),
        handle: (0..products).map(|row| ending(segment.handles.get(row), segment.titles.get(row))).collect(),
        title: texts(&segment.titles),
        picture: (0..products).map(|row| picture(segment.pictures.get(row))).collect(),
        sku_picture: (0..skus).map(|sku| picture(segment.sku_pictures.get(sku))).collect(),
        pictures: texts(&pictures),
        brand: raised(&segment.brands),
        category: raised(&segment.categories),
        created: segment.created.clone(),
        popularity: segment.popularity.clone(),
        rating: segment.ratings.iter().map(|rating| (rating.count, rating.stars)).collect(),
        score: slice.scores.as_ref().map(|scores| scores.iter().map(|score| *score as u32).collect()),
        attributes: segment
            .attributes
            .iter()
            .map(|(facet, column)| (*facet, (0..products).map(|row| column.get(row).to_vec()).collect()))
            .collect(),
        skus: (0..products).map(|row| segment.skus(row).len() as u32).collect(),
        code: texts(&segment.sku_codes),
        price: segment.prices.clone(),
        was: segment.was.clone(),
        flags: segment.flags.clone(),
        options: segment.options.iter().map(|(facet, column)| (*facet, raised(column))).collect(),
    }
}

/// Nothing when a column is too short, or a number stands for nothing.
fn unpack(packed: Packed) -> Option<Slice> {
    let facets = unpack_facets(packed.brands, packed.categories, packed.named)?;
    let picture = |number: &u32| match number {
        0 => Some(""),
        number => packed.pictures.get(*number as usize - 1).map(String::as_str),
    };
    let mut sku_starts = vec![0];
    for skus in &packed.skus {
        sku_starts.push(sku_starts.last()? + skus);
    }
    let mut handles = Strings::default();
    for (ending, title) in packed.handle.iter().zip(&packed.title) {
        match ending.split_at_checked(1)? {
            ("+", rest) => handles.push(&(text::slug(title) + rest)),
            (_, whole) => handles.push(whole),
        }
    }
    let segment = Segment {
        ids: (0..packed.skus.len() as u128).collect(),
        handles,
        titles: strings(packed.title.iter().map(|text| Some(text.as_str())))?,
        pictures: strings(packed.picture.iter().map(picture))?,
        brands: lowered(packed.brand),
        categories: lowered(packed.category),
        created: packed.created,
        popularity: packed.popularity,
        ratings: packed.rating.into_iter().map(|(count, stars)| Rating { count, stars }).collect(),
        attributes: packed.attributes.into_iter().map(|(facet, rows)| (facet, lists(&rows))).collect(),
        sku_starts,
        sku_codes: strings(packed.code.iter().map(|text| Some(text.as_str())))?,
        sku_pictures: strings(packed.sku_picture.iter().map(picture))?,
        prices: packed.price,
        was: packed.was,
        flags: packed.flags,
        options: packed.options.into_iter().map(|(facet, column)| (facet, lowered(column))).collect(),
    };
    let scores: Option<Vec<f32>> = packed.score.map(|score| score.into_iter().map(|score| score as f32).collect());
    let fits = fits(&segment, &facets) && scores.as_ref().is_none_or(|scores| scores.len() == segment.len());
    let table = Table { currency: packed.currency, facets: Arc::new(facets), segments: vec![Arc::new(segment)] };
    fits.then_some(Slice { base: packed.base, table, scores })
}

fn unpack_facets(
    brands: Vec<String>,
    categories: Vec<(String, String, u32)>,
    named: Vec<(String, String, FacetKind, Vec<String>)>,
) -> Option<Facets> {
    let values = |labels: Vec<String>| {
        let mut values = Values::default();
        labels.iter().for_each(|label| _ = values.intern(label));
        values
    };
    let named =
        named.into_iter().map(|(name, label, kind, labels)| NamedFacet { name, label, kind, values: values(labels) });
    let mut facets = Facets::default();
    facets.brands = values(brands);
    facets.named.extend(named);
    for (path, name, above) in categories {
        let mut steps = above.checked_sub(1).map(|above| facets.category_steps(above)).unwrap_or_default();
        steps.push((path, name));
        facets.intern_category(&steps)?;
    }
    Some(facets)
}

/// Whether every column is as long as it should be, and every number is that of a value.
fn fits(segment: &Segment, facets: &Facets) -> bool {
    let (products, skus) = (segment.len(), segment.sku_starts.last().map_or(0, |end| *end as usize));
    let stands = |number: &u32, count: usize| *number == NONE || (*number as usize) < count;
    let named = |facet: u16| facets.named.get(facet as usize).map(|facet| facet.values.len());
    let of_products = [
        segment.handles.len(),
        segment.titles.len(),
        segment.pictures.len(),
        segment.brands.len(),
        segment.categories.len(),
        segment.created.len(),
        segment.popularity.len(),
        segment.ratings.len(),
    ];
    let of_skus = [
        segment.sku_codes.len(),
        segment.sku_pictures.len(),
        segment.prices.len(),
        segment.was.len(),
        segment.flags.len(),
    ];
    of_products.iter().all(|len| *len == products)
        && of_skus.iter().all(|len| *len == skus)
        && segment.brands.iter().all(|number| stands(number, facets.brands.len()))
        && segment.categories.iter().all(|number| stands(number, facets.categories.len()))
        && segment.attributes.iter().all(|(facet, column)| {
            named(*facet).is_some_and(|count| {
                column.ends.len() == products && column.values.iter().all(|number| (*number as usize) < count)
            })
        })
        && segment.options.iter().all(|(facet, column)| {
            named(*facet).is_some_and(|count| column.len() == skus && column.iter().all(|number| stands(number, count)))
        })
}

fn texts(strings: &Strings) -> Vec<String> {
    (0..strings.len()).map(|i| strings.get(i).to_owned()).collect()
}

/// Most handles are made from the title.
fn ending(handle: &str, title: &str) -> String {
    match handle.strip_prefix(text::slug(title).as_str()) {
        Some(rest) => format!("+{rest}"),
        None => format!("={handle}"),
    }
}

fn strings<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Option<Strings> {
    let mut strings = Strings::default();
    for text in texts {
        strings.push(text?);
    }
    Some(strings)
}

fn lists(rows: &[Vec<u32>]) -> Lists {
    let mut lists = Lists::default();
    rows.iter().for_each(|values| lists.push(values));
    lists
}

fn raised(column: &[u32]) -> Vec<u32> {
    column.iter().map(|number| number.wrapping_add(1)).collect()
}

fn lowered(column: Vec<u32>) -> Vec<u32> {
    column.into_iter().map(|number| number.wrapping_sub(1)).collect()
}
