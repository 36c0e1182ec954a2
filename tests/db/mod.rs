//! The database layer.

mod opening;
mod schema;
mod statements;
mod writer;
