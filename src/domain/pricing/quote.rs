//! What comes out: a price that explains itself.

use crate::domain::{
    ids::PromotionId,
    money::Money,
    place::Destination,
    pricing::Quantity,
    promotion::{Outcome, WhyNot},
    rate::Rate,
    shipping::ShippingOption,
};
use serde::{Deserialize, Serialize};

/// What an order would cost, explained line by line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Quote {
    /// The basket's lines in its order, then what comes with them for nothing.
    pub lines: Vec<QuoteLine>,
    /// The sum of the lines, before any discount.
    pub goods: Money,
    /// What each promotion takes off, in the order they apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discounts: Vec<Discount>,
    /// What they take off the goods together; off delivery, its price tells.
    pub discount: Money,
    pub shipping_options: Vec<ShippingOption>,
    /// The chosen one of the options; nothing where nothing can be delivered.
    pub shipping: Option<ShippingOption>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fee_lines: Vec<FeeLine>,
    /// Their sum.
    pub fees: Money,
    /// Tax on top of the prices.
    pub tax: Money,
    /// Tax within the prices. At most one of the two is not zero.
    pub included_tax: Money,
    /// What the tax is called: "VAT". Empty where none is collected.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tax_name: String,
    /// The tax by rate; the amounts sum to `tax` or `included_tax`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taxes: Vec<TaxLine>,
    /// goods − discount + shipping + fees + tax.
    pub total: Money,
    /// What a gift card pays of it, and what is left to pay.
    pub gift_card: Money,
    pub due: Money,
    /// Where it is reckoned to go.
    pub destination: Destination,
    /// Whether that is only assumed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub destination_assumed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<EnteredCoupon>,
    /// For every promotion of the book, whether it applied or why not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub explanations: Vec<Explanation>,
}

/// One line of a quote.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct QuoteLine {
    pub sku: String,
    pub quantity: Quantity,
    pub unit_price: Money,
    /// Unit price × quantity.
    pub total: Money,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discounts: Vec<LineDiscount>,
    /// What is left of the total after them.
    pub discounted: Money,
    #[serde(default)]
    pub tax_rate: Rate,
    /// The tax on what is left, or within it.
    pub tax: Money,
    /// The promotion it comes from for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift_of: Option<PromotionId>,
}

/// A promotion's part in a line; [`Quote::label`] has its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LineDiscount {
    pub promotion: PromotionId,
    pub amount: Money,
}

/// What one promotion takes off.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Discount {
    pub promotion: PromotionId,
    pub label: String,
    /// The coupon that opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub amount: Money,
    pub from: Reduced,
}

/// What something is taken off from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reduced {
    Goods,
    Delivery,
    /// Nothing is taken off: something comes with it.
    Gift,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FeeLine {
    pub code: String,
    pub name: String,
    pub amount: Money,
}

/// The tax at one rate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TaxLine {
    pub rate: Rate,
    /// What it is on, without the tax itself.
    pub base: Money,
    pub amount: Money,
}

/// The coupon that was entered, and why it takes nothing off, if so.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EnteredCoupon {
    pub code: String,
    pub problem: Option<WhyNot>,
}

/// What became of a promotion.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Explanation {
    pub promotion: PromotionId,
    pub label: String,
    pub outcome: Outcome,
}

impl Quote {
    /// What a promotion that applied is called.
    #[must_use]
    pub fn label(&self, promotion: PromotionId) -> &str {
        let found = self.discounts.iter().find(|discount| discount.promotion == promotion);
        found.map_or("", |discount| &discount.label)
    }

    /// What delivery costs.
    #[must_use]
    pub fn delivery(&self) -> Money {
        self.shipping.as_ref().map_or(Money::zero(self.total.currency), |option| option.price)
    }

    /// The promotions that applied.
    pub fn applied(&self) -> impl Iterator<Item = PromotionId> + '_ {
        self.discounts.iter().map(|discount| discount.promotion)
    }
}
