//! `GET /products/{handle}`.

use super::{money::Amount, problem::Problem, read::Segment};
use crate::{
    catalog::service,
    domain::catalog::{Availability, Product, Variant},
    server::state::Shop,
};
use axum::{Json, extract::State};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A product with its variants.
#[derive(Serialize, ToSchema)]
pub struct ProductAnswer {
    handle: String,
    title: String,
    /// Sanitised HTML.
    description: String,
    brand: String,
    /// The slug path of its category, or empty.
    category: String,
    tags: Vec<String>,
    /// The names of its options.
    options: Vec<String>,
    images: Vec<ImageAnswer>,
    rating: RatingAnswer,
    variants: Vec<VariantAnswer>,
}

/// A picture.
#[derive(Serialize, ToSchema)]
struct ImageAnswer {
    src: String,
    alt: String,
}

/// What its reviews say.
#[derive(Serialize, ToSchema)]
struct RatingAnswer {
    count: u32,
    /// In tenths of a star, or nothing without reviews.
    average_tenths: Option<u32>,
}

/// One SKU.
#[derive(Serialize, ToSchema)]
struct VariantAnswer {
    sku: String,
    barcode: String,
    /// One value for each of the product's options, in their order.
    options: Vec<String>,
    price: Amount,
    was: Option<Amount>,
    /// The lowest price of the 30 days before the sale.
    lowest_30_days: Option<Amount>,
    in_stock: bool,
    /// `in_stock`, `low` or `out_of_stock`.
    availability: String,
    grams: i64,
    image: Option<String>,
}

fn variant(product: &Product, variant: &Variant) -> VariantAnswer {
    VariantAnswer {
        sku: variant.sku.clone(),
        barcode: variant.barcode.clone(),
        options: variant.options.clone(),
        price: variant.price.into(),
        was: variant.was.map(Into::into),
        lowest_30_days: variant.lowest_30_days.map(Into::into),
        in_stock: variant.availability.can_buy(),
        availability: match variant.availability {
            Availability::InStock => "in_stock",
            Availability::Low => "low",
            Availability::OutOfStock => "out_of_stock",
        }
        .into(),
        grams: variant.grams,
        image: variant.picture.and_then(|at| product.pictures.get(at)).map(|picture| picture.src.clone()),
    }
}

/// A product by its handle.
#[utoipa::path(get, path = "/api/v1/products/{handle}", tag = "catalogue",
    params(("handle" = String, Path)),
    responses((status = 200, body = ProductAnswer), (status = 404, body = Problem)))]
pub async fn product(State(shop): State<Arc<Shop>>, Segment(handle): Segment) -> Result<Json<ProductAnswer>, Problem> {
    let product = service::find_product(&shop, &handle).await?;
    Ok(Json(ProductAnswer {
        variants: product.variants.iter().map(|v| variant(&product, v)).collect(),
        category: product.categories.last().map_or(String::new(), |category| category.path.clone()),
        images: product.pictures.into_iter().map(|p| ImageAnswer { src: p.src, alt: p.alt }).collect(),
        rating: RatingAnswer { count: product.rating.count, average_tenths: product.rating.tenths() },
        handle: product.handle,
        title: product.title,
        description: product.description,
        brand: product.brand,
        tags: product.tags,
        options: product.options,
    }))
}
