//! Parcels, as the API tells of them.

use crate::orders::view::{Shipment, ShippedLine};
use serde::Serialize;
use utoipa::ToSchema;

/// A parcel.
#[derive(Serialize, ToSchema)]
pub struct ShipmentAnswer {
    /// `ups`, `fed_ex`, `usps`, `dhl`, `royal_mail`, `dpd`, `gls` or `other`.
    carrier: String,
    tracking_number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracking_url: Option<String>,
    lines: Vec<ShippedLineAnswer>,
    /// The day it is there at the latest.
    arrives: Option<String>,
    /// Milliseconds since 1970.
    shipped_at: i64,
    /// Milliseconds since 1970; nothing while it is on its way.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivered_at: Option<i64>,
}

/// What is in it.
#[derive(Serialize, ToSchema)]
pub struct ShippedLineAnswer {
    sku: String,
    quantity: u32,
}

impl From<Shipment> for ShipmentAnswer {
    fn from(shipment: Shipment) -> Self {
        let line = |line: ShippedLine| ShippedLineAnswer { sku: line.sku, quantity: line.quantity };
        Self {
            carrier: shipment.carrier.code().to_owned(),
            tracking_number: shipment.tracking.number,
            tracking_url: shipment.tracking.url,
            lines: shipment.lines.into_iter().map(line).collect(),
            arrives: shipment.arrives.map(|day| day.to_string()),
            shipped_at: shipment.shipped_at.0,
            delivered_at: shipment.delivered_at.map(|at| at.0),
        }
    }
}
