//! Giveaways: who enters, and a draw that anybody can draw again.
//!
//! The seed is chosen before anybody enters and its hash is published at once; after the end the draw publishes the seed
//! and the list of tickets it was drawn from. Whoever wants can have a number of others mixed in that nobody knows before
//! the end (`beacon`).

mod draw;
mod entries;
mod rows;

pub use draw::{ALGORITHM, Verdict, commitment, draw, list_hash, pick, verify};
pub use entries::{confirm, delete_old, enter, erase, list_entries, list_of, tickets};
pub use rows::{DrawRow, GiveawayRow, NewGiveaway, create, find_draw, find_giveaway, list_giveaways, view};
