//! All tests that need a running shop, in one binary. Each story runs on SQLite and on PostgreSQL.

mod app;
mod db;
mod people;
mod program;
mod routes;
mod rows;
mod smtp;
mod stories;
mod stripe;
