//! The basket of a cart or an order, and the book it is priced by: what is sold under the SKUs, who buys, what they have
//! entered, what the shop promises. Everything comes from the database; of the browser's word only codes are taken.

use super::form::undeliverable;
use crate::{
    catalog::store::{self as catalog, Offer},
    db::Conn,
    domain::{
        country::Country,
        ids::{AccountId, GiftCardId},
        money::Money,
        place::Destination,
        pricing::{Basket, BasketLine, Explanation, Gift, PriceBook, PricingError, Quantity, Quote, price},
        promotion::{Benefit, Facts, Promotion, Uses},
        text,
    },
    error::AppError,
    promotions::known::{self, Known},
    server::state::Shop,
    shop::prices,
};

/// A line with what is sold under its SKU.
pub type Sold = (Offer, Quantity);

/// What is known of an order to be beside its lines.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The shop's home where nothing is known yet.
    pub destination: Option<Destination>,
    /// The code of a way of delivery.
    pub shipping_method: Option<String>,
    /// The name of a way to pay.
    pub payment_method: Option<String>,
    /// Who has signed in.
    pub account: Option<AccountId>,
    /// The address that was typed.
    pub email: Option<String>,
    /// As it was typed.
    pub coupon: Option<String>,
    /// A gift card, by its code as it was typed or by its id.
    pub gift_code: Option<String>,
    pub gift_card: Option<GiftCardId>,
}

/// A basket with everything that belongs to its price.
#[derive(Clone, Debug)]
pub struct Priceable {
    pub basket: Basket,
    pub book: PriceBook,
    pub known: Known,
    /// What the book's gifts are sold as.
    gifts: Vec<Offer>,
}

/// Puts a basket together.
pub async fn basket(shop: &Shop, conn: &mut Conn<'_>, sold: &[Sold], asked: Asked) -> Result<Priceable, AppError> {
    let known = known::facts_for(
        shop,
        conn,
        known::Asked {
            account: asked.account,
            email: asked.email.as_deref(),
            coupon: asked.coupon.as_deref(),
            gift_card: asked.gift_code.as_deref(),
            gift_card_id: asked.gift_card,
        },
    )
    .await?;
    let mut book = prices::book(shop, conn).await?;
    book.promotions = known.promotions(shop);
    let gifts = add_gifts(shop, conn, &mut book, sold).await?;
    let basket = Basket {
        lines: lines(shop, sold),
        destination: asked.destination,
        shipping_method: asked.shipping_method.filter(|code| !code.is_empty()),
        payment_method: asked.payment_method.filter(|method| !method.is_empty()),
        coupon: known.coupon(),
        gift_balance: known.gift_balance(),
        customer: known.customer.clone(),
        now: shop.clock.now(),
    };
    Ok(Priceable { basket, book, known, gifts })
}

/// What is bought, for pricing.
#[must_use]
pub fn lines(shop: &Shop, sold: &[Sold]) -> Vec<BasketLine> {
    let line = |(offer, quantity): &Sold| BasketLine {
        sku: offer.sku.clone(),
        quantity: *quantity,
        unit_price: Money::new(offer.amount, shop.currency),
        facts: facts(shop, offer),
    };
    sold.iter().map(line).collect()
}

/// What prices ask of something that is sold.
fn facts(shop: &Shop, offer: &Offer) -> Facts {
    let facts = offer.facts();
    Facts { tax_class: shop.prices.load().tax_class(&offer.sku, &facts), ..facts }
}

/// Adds what the book's promotions give away, as far as something is left of it beside what is sold.
pub async fn add_gifts(
    shop: &Shop,
    conn: &mut Conn<'_>,
    book: &mut PriceBook,
    sold: &[Sold],
) -> Result<Vec<Offer>, AppError> {
    let offers = gift_offers(shop, conn, book).await?;
    book.gifts = offers.iter().map(|offer| gift(shop, offer, sold)).collect();
    Ok(offers)
}

async fn gift_offers(shop: &Shop, conn: &mut Conn<'_>, book: &PriceBook) -> Result<Vec<Offer>, AppError> {
    let mut offers: Vec<Offer> = Vec::new();
    for promotion in &book.promotions {
        let Benefit::Gift { sku, .. } = &promotion.benefit else { continue };
        let key = text::key(sku);
        if offers.iter().all(|offer| text::key(&offer.sku) != key) {
            let offer = catalog::find_offer(conn, shop.currency.code(), &key).await?;
            // Nothing here would issue a gift card that is given.
            offers.extend(offer.filter(|offer| !offer.gift_card));
        }
    }
    Ok(offers)
}

fn gift(shop: &Shop, offer: &Offer, sold: &[Sold]) -> Gift {
    // What is bought as well cannot be given.
    let bought: i64 =
        sold.iter().filter(|(other, _)| other.variant_id == offer.variant_id).map(|(_, q)| i64::from(*q)).sum();
    let left = offer.stock().map(|stock| u32::try_from((stock - bought).max(0)).unwrap_or(u32::MAX));
    Gift {
        sku: offer.sku.clone(),
        title: offer.title.clone(),
        worth: Money::new(offer.amount, shop.currency),
        facts: facts(shop, offer),
        left,
    }
}

/// Whether a customer may know of a promotion: the one that their coupon opens, and those that apply by themselves, have
/// begun, and are for everybody or for a group of theirs.
fn may_be_shown(promotion: &Promotion, basket: &Basket) -> bool {
    let conditions = &promotion.conditions;
    let has_begun = conditions.starts_at.is_none_or(|from| from <= basket.now);
    let is_theirs = conditions.groups.is_empty() || basket.customer.groups.iter().any(|group| conditions.is_for(group));
    promotion.needs_coupon || (has_begun && is_theirs)
}

impl Priceable {
    /// The quote with the way of delivery that was chosen.
    pub fn quote(&self) -> Result<Quote, PricingError> {
        price(&self.basket, &self.book)
    }

    /// The same for an order. Where nothing at all is delivered, that is what is wrong.
    pub fn deliverable_quote(&self) -> Result<Quote, AppError> {
        let wrong = |quote: &Quote| undeliverable(quote, &self.book);
        match self.quote() {
            Err(PricingError::UnknownShippingMethod) => {
                let any_way = price(&Basket { shipping_method: None, ..self.basket.clone() }, &self.book)?;
                let nowhere = wrong(&any_way).map(|(field, problem)| AppError::invalid(field, problem));
                Err(nowhere.unwrap_or(AppError::UnknownShippingMethod))
            }
            quote => {
                let quote = quote?;
                wrong(&quote).map_or(Ok(quote), |(field, problem)| Err(AppError::invalid(field, problem)))
            }
        }
    }

    /// Whether nobody can tell the American state that taxes or delivery go by. A postcode may still be missing where
    /// only a price is asked for.
    #[must_use]
    pub fn has_no_state(&self) -> bool {
        let to = self.basket.destination.as_ref().filter(|to| to.country == Country::UNITED_STATES);
        to.is_some_and(|to| to.region().is_none()) && self.book.goes_by_state()
    }

    /// Goes over to the first way of delivery where the chosen one is not (or no longer) offered.
    pub fn quote_or_first(&mut self) -> Result<Quote, PricingError> {
        match self.quote() {
            Err(PricingError::UnknownShippingMethod) => {
                self.basket.shipping_method = None;
                self.quote()
            }
            done => done,
        }
    }

    /// Takes out of a quote what is said of promotions that the customer may not know of.
    pub fn keep_quiet(&self, quote: &mut Quote) {
        let shown = |told: &Explanation| {
            let promotion = self.book.promotions.iter().find(|promotion| promotion.id == told.promotion);
            promotion.is_some_and(|promotion| may_be_shown(promotion, &self.basket))
        };
        quote.explanations.retain(shown);
    }

    /// What the browser has to know to come to the same price, and no more: an address can be typed by anybody, so what
    /// is known of whose it is says only what prices ask. What cannot apply to this customer now is nobody's business.
    #[must_use]
    pub fn for_browser(self) -> (Basket, PriceBook) {
        let (mut basket, mut book) = (self.basket, self.book);
        book.promotions.retain(|promotion| may_be_shown(promotion, &basket));
        let given = |gift: &Gift| book.promotions.iter().any(|promotion| promotion.gives(&gift.sku));
        book.gifts.retain(given);
        let asks_for = |group: &String| book.promotions.iter().any(|promotion| promotion.conditions.is_for(group));
        let customer = &mut basket.customer;
        customer.groups.retain(asks_for);
        customer.first_order &= book.promotions.iter().any(|promotion| promotion.conditions.first_order);
        let reached = |promotion: &Promotion| {
            let reached = promotion.conditions.reached(customer.uses_of(promotion.id));
            (reached != Uses::default()).then_some((promotion.id, reached))
        };
        customer.uses = book.promotions.iter().filter_map(reached).collect();
        (basket, book)
    }

    /// What the lines of a quote that come for nothing are sold as.
    #[must_use]
    pub fn given(&self, quote: &Quote) -> Vec<Sold> {
        let given = quote.lines.iter().filter(|line| line.gift_of.is_some());
        let sold = |sku: &str| self.gifts.iter().find(|offer| offer.sku == sku).cloned();
        given.filter_map(|line| Some((sold(&line.sku)?, line.quantity))).collect()
    }
}
