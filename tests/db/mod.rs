//! The database layer.

mod statements;
mod writer;
