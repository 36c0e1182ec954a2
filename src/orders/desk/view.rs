//! Orders as staff see them.

use crate::{
    domain::{
        money::Money,
        order::{MoneyState, OrderStatus, Units},
        timestamp::Timestamp,
    },
    orders::view::{Order, OrderLine},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Which orders are listed: a pile of work, or those of a status.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pile {
    #[default]
    All,
    /// Paid, or to be paid at the door: somebody has to start.
    ToProcess,
    /// Being packed, with parts left to ship.
    ToShip,
    /// Waits for its money, or is on its way and to be paid at the door.
    AwaitingMoney,
    /// Money that has to go back and does not, parcels that are late.
    Problems,
    Status(OrderStatus),
}

/// In which order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    Newest,
    Oldest,
    /// The dearest first. For piles of work, which are short.
    Total,
}

/// What is looked for, as it stands in the address of the page.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    pub pile: String,
    /// An order's number, a name or an email address.
    #[serde(default)]
    pub text: String,
    /// A way to pay, `unpaid` or `refunded`.
    #[serde(default)]
    pub payment: String,
    #[serde(default)]
    pub country: String,
    /// Days, `2026-11-26`.
    #[serde(default)]
    pub from: String,
    #[serde(default)]
    pub until: String,
    #[serde(default)]
    pub sort: String,
    /// The order after which the page begins.
    #[serde(default)]
    pub after: String,
}

/// A page of orders.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderPage {
    pub wanted: Wanted,
    pub rows: Vec<OrderRowView>,
    /// The order after which the next page begins.
    pub next: Option<String>,
    pub counts: Counts,
    /// Among the problems: money of no order.
    pub stranded: Vec<Stranded>,
}

/// How much work there is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Counts {
    pub to_process: u32,
    pub to_ship: u32,
    pub awaiting_money: u32,
    pub problems: u32,
}

/// An order in a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderRowView {
    pub number: String,
    pub placed_at: Timestamp,
    /// Empty after the person was erased.
    pub name: String,
    pub country: String,
    pub items: u32,
    pub units: Units,
    pub total: Money,
    pub status: OrderStatus,
    pub money: MoneyState,
    pub payment_method: String,
}

/// An order with all that staff need to process it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeskOrder {
    pub order: Order,
    pub lines: Vec<DeskLine>,
    pub units: Units,
    pub payments: Vec<DeskPayment>,
    pub refunds: Vec<DeskRefund>,
    /// What can still go back.
    pub left: Money,
    pub history: Vec<DeskEntry>,
    /// What the forms of this page are told by: sent twice, they do a thing once.
    pub attempt: Uuid,
    /// How many orders the customer's account has, if they have one.
    pub orders_of_customer: Option<u32>,
    /// Whether whoever looks may change it.
    pub may_change: bool,
}

/// A line with what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeskLine {
    pub id: Uuid,
    pub line: OrderLine,
    pub shipped: u32,
    /// How many were paid back, or are on their way back.
    pub refunded: u32,
}

impl DeskLine {
    /// How many can still be paid back.
    #[must_use]
    pub fn unpaid_back(&self) -> u32 {
        self.line.quantity.saturating_sub(self.refunded + self.line.reduced)
    }

    /// How many are still to be shipped.
    #[must_use]
    pub fn to_ship(&self) -> u32 {
        self.line.quantity.saturating_sub(self.line.cancelled).saturating_sub(self.shipped)
    }
}

/// An attempt to pay.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeskPayment {
    pub at: Timestamp,
    pub gateway: String,
    pub status: String,
    pub amount: Money,
    pub reference: String,
    pub reason: String,
}

/// Money that went back, or is on its way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeskRefund {
    pub id: Uuid,
    pub status: String,
    pub amount: Money,
    pub why: String,
    pub by: String,
    /// What staff still have to pay back with their own hands.
    pub by_hand: Option<Money>,
}

/// Money that has to go back and whose order is gone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stranded {
    pub at: Timestamp,
    pub gateway: String,
    pub amount: Money,
    /// What the gateway calls the payment.
    pub reference: String,
    /// How often the gateway would not pay it back.
    pub refusals: i64,
}

/// Something that happened, with who did it and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeskEntry {
    pub at: Timestamp,
    pub event: String,
    pub status: OrderStatus,
    /// customer, staff, shop or gateway.
    pub actor: String,
    pub person: String,
    pub why: String,
}

/// So many units of a line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ChosenLine {
    pub line: Uuid,
    /// As it was typed; nothing means none.
    #[serde(default)]
    pub quantity: String,
}

impl Pile {
    /// The piles of work, in the order in which an order goes through them.
    pub const WORK: [Self; 4] = [Self::ToProcess, Self::ToShip, Self::AwaitingMoney, Self::Problems];

    /// The name in an address; empty for all.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "",
            Self::ToProcess => "to-process",
            Self::ToShip => "to-ship",
            Self::AwaitingMoney => "awaiting-money",
            Self::Problems => "problems",
            Self::Status(status) => status.name(),
        }
    }

    /// What an unknown name means is all.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        let work = Self::WORK.into_iter().find(|pile| pile.name() == name);
        work.or_else(|| OrderStatus::parse(name).map(Self::Status)).unwrap_or_default()
    }

    /// Whether it is short: what is in it does not stay.
    #[must_use]
    pub fn is_work(self) -> bool {
        Self::WORK.contains(&self)
    }
}

impl Counts {
    /// How many are in a pile of work.
    #[must_use]
    pub fn of(self, pile: Pile) -> Option<u32> {
        match pile {
            Pile::ToProcess => Some(self.to_process),
            Pile::ToShip => Some(self.to_ship),
            Pile::AwaitingMoney => Some(self.awaiting_money),
            Pile::Problems => Some(self.problems),
            Pile::All | Pile::Status(_) => None,
        }
    }
}

impl Sort {
    pub const ALL: [Self; 3] = [Self::Newest, Self::Oldest, Self::Total];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Total => "total",
        }
    }

    /// What an unknown name means is the newest first.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        Self::ALL.into_iter().find(|sort| sort.name() == name).unwrap_or_default()
    }
}

/// What does not stand in a query as it is.
const RESERVED: percent_encoding::AsciiSet =
    percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

impl Wanted {
    #[must_use]
    pub fn pile(&self) -> Pile {
        Pile::parse(&self.pile)
    }

    #[must_use]
    pub fn sort(&self) -> Sort {
        match Sort::parse(&self.sort) {
            Sort::Total if !self.pile().is_work() => Sort::Newest,
            sort => sort,
        }
    }

    /// The fields that say something, by their names in the address.
    fn fields(&self) -> [(&'static str, &str); 8] {
        [
            ("pile", &self.pile),
            ("text", &self.text),
            ("payment", &self.payment),
            ("country", &self.country),
            ("from", &self.from),
            ("until", &self.until),
            ("sort", &self.sort),
            ("after", &self.after),
        ]
    }

    /// What the address of a page names.
    #[must_use]
    pub fn of(query: impl Fn(&str) -> String) -> Self {
        Self {
            pile: query("pile"),
            text: query("text"),
            payment: query("payment"),
            country: query("country"),
            from: query("from"),
            until: query("until"),
            sort: query("sort"),
            after: query("after"),
        }
    }

    /// The address of its page.
    #[must_use]
    pub fn address(&self) -> String {
        let encode = |text: &str| percent_encoding::utf8_percent_encode(text, &RESERVED).to_string();
        let fields = self.fields().into_iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<_> = fields.map(|(name, value)| format!("{name}={}", encode(value))).collect();
        if query.is_empty() { "/admin/orders".to_owned() } else { format!("/admin/orders?{}", query.join("&")) }
    }

    /// Whether anything beside the pile narrows it.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        [&self.text, &self.payment, &self.country, &self.from, &self.until].into_iter().any(|field| !field.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn piles_and_sorts_are_read_back() {
        for pile in Pile::WORK.into_iter().chain(OrderStatus::ALL.map(Pile::Status)).chain([Pile::All]) {
            assert_eq!(Pile::parse(pile.name()), pile);
        }
        assert!(Sort::ALL.into_iter().all(|sort| Sort::parse(sort.name()) == sort));
        assert_eq!((Pile::parse("nonsense"), Sort::parse("nonsense")), (Pile::All, Sort::Newest));
    }

    #[test]
    fn only_short_piles_are_sorted_by_total() {
        let wanted = |pile: &str| Wanted { pile: pile.into(), sort: "total".into(), ..Wanted::default() };
        assert_eq!(wanted("to-ship").sort(), Sort::Total);
        assert_eq!(wanted("").sort(), Sort::Newest);
    }

    #[test]
    fn an_address_says_what_is_wanted_and_no_more() {
        assert_eq!(Wanted::default().address(), "/admin/orders");
        let wanted = Wanted { pile: "to-ship".into(), text: "a&b".into(), ..Wanted::default() };
        assert_eq!(wanted.address(), "/admin/orders?pile=to-ship&text=a%26b");
    }
}
