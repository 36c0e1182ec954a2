//! What holds of every quote.
