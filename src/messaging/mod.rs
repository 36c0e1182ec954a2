//! What the shop tells the outside. A row of the [`outbox`] is written in the transaction it tells of; the [`worker`]
//! has [`letters`] composed from such rows and hands them to the postman of [`mail`]: a mail server, or on a
//! developer's machine the [`mailbox`].

#[cfg(feature = "ssr")]
pub mod blocks;
#[cfg(feature = "ssr")]
pub mod letters;
#[cfg(feature = "ssr")]
pub mod mail;
#[cfg(feature = "ssr")]
pub mod mailbox;
#[cfg(feature = "ssr")]
pub mod outbox;
#[cfg(feature = "ssr")]
pub mod worker;
