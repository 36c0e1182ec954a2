//! What the shop does, told as stories. Each runs on both engines.

mod accounts;
mod backup;
mod browser;
mod buying;
mod counting;
mod crash;
mod crowd;
mod currencies;
mod holding;
mod idempotency;
mod importing;
mod indexing;
mod killed;
mod mailing;
mod order_letters;
pub mod orders;
pub mod papers;
mod paying;
mod placing;
mod pricing;
mod promotions;
mod racing;
mod refining;
pub mod refunding;
mod searched;
mod searching;
mod stripe;
mod suggesting;

pub const GOOD: &str = "4242424242424242";
pub const DECLINED: &str = "4000000000000002";
pub const CHALLENGE: &str = "4000002500003155";
pub const LATE: &str = "4000000000000341";
