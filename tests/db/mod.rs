//! The database layer.

mod opening;
mod statements;
mod writer;
