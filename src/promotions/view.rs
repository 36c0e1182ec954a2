//! What goes over the wire about giveaways.

use crate::domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a giveaway stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Coming,
    Open,
    /// Nobody can enter any more, and it is not drawn yet.
    Closed,
    Drawn,
}

/// A giveaway, as everybody may see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Giveaway {
    pub slug: String,
    pub title: String,
    pub terms: String,
    pub winners: u32,
    pub opens_at: Timestamp,
    pub closes_at: Timestamp,
    pub stage: Stage,
    /// How many take part.
    pub entries: u32,
    /// The hash of the seed.
    pub commitment: String,
    /// Which number of others is mixed in; empty for none.
    pub beacon: String,
    /// The hash of the list of tickets, once that cannot change any more.
    pub list_hash: Option<String>,
    pub drawn: Option<Drawn>,
}

/// How it was drawn: with the list of tickets, all that is needed to draw it again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Drawn {
    /// Tickets, first prize first.
    pub winners: Vec<String>,
    pub seed: String,
    pub beacon: String,
    pub at: Timestamp,
}

/// How far an entry has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entered {
    /// It takes part once the link is followed.
    LinkSent,
    Confirmed,
}

impl Entered {
    /// How an address names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LinkSent => "sent",
            Self::Confirmed => "confirmed",
        }
    }
}
