//! Papers of an order as PDF: the invoice for whoever may see the order, and with the packing slip for staff.

use crate::{
    domain::ids::RefundId,
    error::AppError,
    orders::{
        papers::service::{self, Paper},
        service::open_for,
    },
    server::{
        api::Problem,
        authority::{See, Staff, areas, staff_of},
        query_pairs,
        state::Shop,
        visitor::Visitor,
    },
};
use axum::{
    Router,
    extract::{OriginalUri, Path, RawQuery, State},
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use std::sync::Arc;

/// Their addresses.
pub fn routes() -> Router<Arc<Shop>> {
    Router::new()
        .route("/orders/{number}/invoice.pdf", get(invoice))
        .route("/orders/{number}/credit-note.pdf", get(credit_note))
        .route("/admin/orders/{number}/credit-note.pdf", get(staff_credit_note))
        .route("/admin/orders/{number}/invoice.pdf", get(staff_invoice))
        .route("/admin/orders/{number}/packing-slip.pdf", get(packing_slip))
}

/// For who has the order's token, or its signed-in owner.
async fn invoice(
    State(shop): State<Arc<Shop>>,
    Path(number): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let (visitor, token) = (Visitor::of(&headers, &shop), parameter(query.as_deref(), "token"));
    let paper = async { service::invoice_for(&shop, open_for(&shop, &visitor, &number, &token).await?).await };
    paper.await.map_or_else(|error| Problem::from(error).into_response(), file)
}

/// The one of `refund=`, for whoever gets the invoice.
async fn credit_note(
    State(shop): State<Arc<Shop>>,
    Path(number): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let (visitor, token) = (Visitor::of(&headers, &shop), parameter(query.as_deref(), "token"));
    let paper = async {
        let order = open_for(&shop, &visitor, &number, &token).await?;
        service::credit_note_for(&shop, order, refund(query.as_deref())?).await
    };
    paper.await.map_or_else(|error| Problem::from(error).into_response(), file)
}

async fn staff_credit_note(
    State(shop): State<Arc<Shop>>,
    Path(number): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response {
    for_staff(&shop, &uri, &headers, async |staff| {
        service::credit_note_for_staff(&shop, staff, &number, refund(uri.query())?).await
    })
    .await
}

fn parameter(query: Option<&str>, name: &str) -> String {
    query_pairs(query).into_iter().find(|(known, _)| known == name).map_or_else(String::new, |(_, value)| value)
}

fn refund(query: Option<&str>) -> Result<RefundId, AppError> {
    parameter(query, "refund").parse().map_err(|_| AppError::NotFound)
}

async fn staff_invoice(
    State(shop): State<Arc<Shop>>,
    Path(number): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response {
    for_staff(&shop, &uri, &headers, async |staff| service::invoice_for_staff(&shop, staff, &number).await).await
}

async fn packing_slip(
    State(shop): State<Arc<Shop>>,
    Path(number): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response {
    for_staff(&shop, &uri, &headers, async |staff| service::packing_slip_for_staff(&shop, staff, &number).await).await
}

/// A paper for who works on orders.
async fn for_staff(
    shop: &Shop,
    uri: &Uri,
    headers: &HeaderMap,
    paper: impl AsyncFnOnce(&Staff<areas::Orders, See>) -> Result<Paper, AppError>,
) -> Response {
    let paper = async { paper(&staff_of(shop, &Visitor::of(headers, shop)).await?).await };
    paper.await.map_or_else(|error| refused(error, uri), file)
}

fn file(paper: Paper) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", paper.file_name)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, paper.pdf).into_response()
}

/// Who has not signed in is led to the door and back, as from a page.
fn refused(error: AppError, paper: &Uri) -> Response {
    match error {
        AppError::SignInRequired => {
            let path = paper.path_and_query().map_or("/", |path| path.as_str());
            let next = percent_encoding::utf8_percent_encode(path, percent_encoding::NON_ALPHANUMERIC);
            Redirect::to(&format!("/login?next={next}")).into_response()
        }
        error => Problem::from(error).into_response(),
    }
}
