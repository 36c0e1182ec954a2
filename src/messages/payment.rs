//! Words about paying, holds and money that goes back.

/// Why money went back that came for an order that could no longer take it.
pub const SURPLUS: &str = "It came for an order that could not take it any more";
