//! Puts a product together from its rows.

use super::store::{self, Bundle, Offer, PriceRow, VariantRow};
use crate::{
    db::Tx,
    domain::{
        catalog::{Availability, Category, Picture, Product, ProductPage, Variant, lowest_before_sale},
        money::Money,
        search::{Criteria, Hit},
        shipping::{self, Parcel},
        text,
        timestamp::Timestamp,
    },
    error::AppError,
    reviews::store as reviews,
    search::load::{self, CategorySteps, Pictures},
    server::{events::Kind, state::Shop},
    shop::prices,
};
use uuid::Uuid;

const RELATED: usize = 4;
const REVIEWS: i64 = 20;

/// A product that is for sale, by its handle.
pub async fn find_product(shop: &Shop, handle: &str) -> Result<Product, AppError> {
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let row = store::find_product(conn, &text::key(handle)).await?.ok_or(AppError::NotFound)?;
    let steps = CategorySteps::load(conn).await?;
    let bundle = store::bundle(conn, shop.currency.code(), vec![row]).await?.pop().ok_or(AppError::NotFound)?;
    let on_sale = bundle.variants.iter().any(|variant| was(variant).is_some());
    let history =
        if on_sale { store::list_price_history(conn, shop.currency.code(), bundle.product.id).await? } else { vec![] };
    assemble(shop, &bundle, &steps, &history).ok_or(AppError::NotFound)
}

/// A SKU that is for sale, for putting it somewhere.
pub async fn find_offer(shop: &Shop, tx: &mut Tx, sku: &str) -> Result<Offer, AppError> {
    let offer = store::find_offer(&mut tx.conn(), shop.currency.code(), &text::key(sku)).await?;
    offer.ok_or_else(|| AppError::UnknownSku { sku: text::truncate(sku, 100).to_owned() })
}

/// Refuses what cannot be ordered: nothing here would issue the gift card that was bought.
pub fn check_orderable(offer: &Offer) -> Result<(), AppError> {
    if offer.gift_card { Err(AppError::GiftCardNotSold { sku: offer.sku.clone() }) } else { Ok(()) }
}

/// A product with everything its page shows.
pub async fn product_page(shop: &Shop, handle: &str) -> Result<ProductPage, AppError> {
    let product = find_product(shop, handle).await?;
    shop.events.record(Kind::View, &product.handle, String::new());
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let book = prices::book(shop, conn).await?;
    let newest = reviews::list_reviews(conn, &product.handle, REVIEWS).await?;
    let stars = reviews::count_stars(conn, &product.handle).await?;
    drop(reader);
    let price = product.chosen(None).map_or(Money::zero(shop.currency), |variant| variant.price);
    let parcel = Parcel { goods: price, grams: 0 };
    let handed_over = book.handover.day(shop.clock.now());
    let methods = shipping::methods(&book.zones, &book.home).iter();
    Ok(ProductPage {
        delivery: methods.filter_map(|method| method.offer(parcel, handed_over, &book.handover)).collect(),
        reviews: crate::domain::review::Reviews { newest, stars },
        related: related(shop, &product).await?,
        product,
    })
}

/// The most popular others of its category.
async fn related(shop: &Shop, product: &Product) -> Result<Vec<Hit>, AppError> {
    let Some(category) = product.categories.last() else { return Ok(vec![]) };
    let mut criteria = Criteria { per_page: RELATED as u32 + 1, ..Criteria::default() };
    criteria.choose("category", &category.path);
    let mut hits = crate::search::service::hits(shop, criteria).await?;
    hits.retain(|hit| hit.handle != product.handle);
    hits.truncate(RELATED);
    Ok(hits)
}

fn assemble(shop: &Shop, bundle: &Bundle, steps: &CategorySteps, history: &[PriceRow]) -> Option<Product> {
    let row = &bundle.product;
    let places = steps.to(row.category_id);
    let sources = Pictures::new(bundle, places);
    let mut pictures: Vec<Picture> =
        sources.all().into_iter().map(|(src, alt)| Picture { src: src.to_owned(), alt: alt.to_owned() }).collect();
    let options = row.option_names();
    let mut variants = Vec::new();
    for variant in bundle.variants.iter().filter(|variant| variant.amount.is_some()) {
        let picture = picture_number(&mut pictures, sources.of_variant(variant), &row.title);
        variants.push(assemble_variant(shop, variant, options.len(), picture, history)?);
    }
    (!variants.is_empty()).then(|| Product {
        handle: row.handle.clone(),
        title: row.title.clone(),
        description: ammonia::clean(&row.body_html),
        brand: row.brand.clone(),
        categories: places.iter().map(|(path, name)| Category { path: path.clone(), name: name.clone() }).collect(),
        options,
        variants,
        pictures,
        tags: row.tags.split(", ").filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
        rating: load::rating(bundle),
        seo_title: row.seo_title.clone(),
        seo_description: row.seo_description.clone(),
    })
}

/// The number of a picture in the gallery, put there if it is not: artwork that stands in for a missing one.
fn picture_number(pictures: &mut Vec<Picture>, src: String, title: &str) -> Option<usize> {
    let at = pictures.iter().position(|picture| picture.src == src);
    Some(at.unwrap_or_else(|| {
        pictures.push(Picture { src, alt: title.to_owned() });
        pictures.len() - 1
    }))
}

fn assemble_variant(
    shop: &Shop,
    row: &VariantRow,
    options: usize,
    picture: Option<usize>,
    history: &[PriceRow],
) -> Option<Variant> {
    let money = |amount| Money::new(amount, shop.currency);
    Some(Variant {
        sku: row.sku.clone(),
        barcode: row.barcode.clone(),
        options: row.options(options),
        price: money(row.amount?),
        was: was(row).map(money),
        lowest_30_days: was(row).and_then(|_| lowest(history, row.id)).map(money),
        availability: Availability::of(row.on_hand, row.is_unlimited()),
        grams: row.grams,
        picture,
    })
}

fn was(row: &VariantRow) -> Option<i64> {
    row.compare_at.filter(|was| row.amount.is_some_and(|amount| *was > amount))
}

fn lowest(history: &[PriceRow], variant: Uuid) -> Option<i64> {
    let own = history.iter().filter(|row| row.variant_id == variant);
    lowest_before_sale(&own.map(|row| (Timestamp(row.since), row.amount)).collect::<Vec<_>>())
}
