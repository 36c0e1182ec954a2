//! Prices, by example.
