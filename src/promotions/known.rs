//! What is known about who buys and what they entered: pricing is told of it, and claims hold the order to it.

use super::{
    coupons::{self, CouponRow},
    customers::Buyer,
    gift_cards::{self, GiftCard},
    store,
};
use crate::{
    db::{Conn, fetch, fetch_in},
    domain::{
        ids::{AccountId, GiftCardId, PromotionId},
        money::Money,
        promotion::{Coupon, Customer, Promotion, WhyNot},
        timestamp::Timestamp,
    },
    error::AppError,
    server::state::Shop,
};

/// Who buys, as far as they have said, and the codes they have entered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// Who has signed in.
    pub account: Option<AccountId>,
    /// The address that the order is for, once it is typed.
    pub email: Option<&'a str>,
    pub coupon: Option<&'a str>,
    pub gift_card: Option<&'a str>,
    /// A card that was found by its code before, and is known by its id since.
    pub gift_card_id: Option<GiftCardId>,
}

/// A coupon that was entered.
#[derive(Clone, PartialEq, Debug)]
struct Entered {
    /// As it was typed, trimmed and cut.
    typed: String,
    found: Result<(CouponRow, Promotion), WhyNot>,
}

/// What is known.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Known {
    pub buyer: Buyer,
    /// For pricing: groups, whether it is the first order, and uses so far.
    pub customer: Customer,
    coupon: Option<Entered>,
    card: Option<GiftCard>,
    now: Timestamp,
}

/// How much of a code is repeated.
const REPEATED: usize = 64;

/// Looks everything up. What is wrong with a coupon is an answer and no error.
pub async fn facts_for(shop: &Shop, conn: &mut Conn<'_>, asked: Asked<'_>) -> Result<Known, AppError> {
    let now = shop.clock.now();
    let buyer = Buyer::find(shop, conn, asked.account, asked.email).await?;
    let coupon = match asked.coupon.map(str::trim).filter(|typed| !typed.is_empty()) {
        Some(typed) => {
            let found = look_up(conn, &buyer, typed, now).await?;
            Some(Entered { typed: crate::domain::text::truncate(typed, REPEATED).to_owned(), found })
        }
        None => None,
    };
    let card = match asked.gift_card.map(str::trim).filter(|typed| !typed.is_empty()) {
        Some(typed) => gift_cards::find_card(conn, typed).await?,
        None => match asked.gift_card_id {
            Some(id) => gift_cards::find_card_by_id(conn, id).await?,
            None => None,
        },
    };
    // One of another currency, or with nothing to spend on it, is none here.
    let card = card.filter(|card| card.balance.currency == shop.currency && card.usable(now).amount > 0);
    let mut known = Known { buyer, customer: Customer::default(), coupon, card, now };
    let limited: Vec<PromotionId> =
        known.promotions(shop).iter().filter(|one| one.conditions.is_limited()).map(|one| one.id).collect();
    known.customer = Customer {
        groups: groups_of(conn, &known.buyer).await?,
        first_order: is_first_order(conn, &known.buyer).await?,
        uses: store::list_uses(conn, known.buyer.keys(), &limited).await?,
    };
    Ok(known)
}

impl Known {
    /// The coupon for pricing: what it opens, or why it opens nothing.
    #[must_use]
    pub fn coupon(&self) -> Option<Coupon> {
        self.coupon.as_ref().map(|entered| Coupon {
            code: entered.typed.clone(),
            opens: entered.found.as_ref().map(|(_, promotion)| promotion.id).map_err(Clone::clone),
        })
    }

    /// The row of a coupon that can be used.
    pub(super) fn coupon_row(&self) -> Option<&CouponRow> {
        self.coupon.as_ref()?.found.as_ref().ok().map(|(row, _)| row)
    }

    /// The gift card that was entered, if there is one with money on it.
    #[must_use]
    pub fn card(&self) -> Option<&GiftCard> {
        self.card.as_ref()
    }

    /// What can be spent of the gift card; nothing where none was found.
    #[must_use]
    pub fn gift_balance(&self) -> Option<Money> {
        self.card.as_ref().map(|card| card.usable(self.now))
    }

    /// The promotions that pricing looks at: those that apply by themselves, and the one that the coupon opens.
    #[must_use]
    pub fn promotions(&self, shop: &Shop) -> Vec<Promotion> {
        let mut promotions = shop.promotions.load().as_ref().clone();
        if let Some(Entered { found: Ok((_, opened)), .. }) = &self.coupon
            && promotions.iter().all(|promotion| promotion.id != opened.id)
        {
            promotions.push(opened.clone());
        }
        promotions
    }
}

/// What a coupon opens for somebody. One of another customer is as unknown as one that never was.
async fn look_up(
    conn: &mut Conn<'_>,
    buyer: &Buyer,
    typed: &str,
    now: Timestamp,
) -> sqlx::Result<Result<(CouponRow, Promotion), WhyNot>> {
    let Some(row) = coupons::find_coupon(conn, typed).await? else { return Ok(Err(WhyNot::UnknownCode)) };
    let stored = store::find_promotion(conn, row.promotion()).await?;
    let Some(stored) = stored.filter(|_| !row.is_of_another(buyer.account)) else {
        return Ok(Err(WhyNot::UnknownCode));
    };
    if let Some(from) = row.starts_at.map(Timestamp).filter(|from| now < *from) {
        return Ok(Err(WhyNot::NotYet { from }));
    }
    if !stored.enabled || row.ends_at.is_some_and(|end| now.0 >= end) {
        return Ok(Err(WhyNot::Ended));
    }
    if row.max_uses.is_some_and(|max| row.uses >= max) {
        return Ok(Err(WhyNot::UsedUp));
    }
    let used = coupons::count_uses_of(conn, row.id(), buyer.keys()).await?;
    if row.max_uses_each.is_some_and(|max| used >= max) {
        return Ok(Err(WhyNot::UsedByYou));
    }
    Ok(Ok((row, stored.promotion)))
}

async fn groups_of(conn: &mut Conn<'_>, buyer: &Buyer) -> sqlx::Result<Vec<String>> {
    let Some(account) = buyer.account else { return Ok(vec![]) };
    let rows = fetch!(
        conn,
        all as (String,),
        "SELECT name FROM customer_groups WHERE account_id = $1 ORDER BY name",
        account.0
    )?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// Whether nobody who is known by the account or an address of the buyer has ordered and paid before. Of who has not said
/// who they are, none is known.
async fn is_first_order(conn: &mut Conn<'_>, buyer: &Buyer) -> sqlx::Result<bool> {
    if let Some(account) = buyer.known() {
        let row = fetch!(
            conn,
            one as (bool,),
            "SELECT EXISTS (SELECT 1 FROM orders
                WHERE account_id = $1 AND status NOT IN ('pending_payment', 'cancelled', 'expired'))",
            account.0
        )?;
        if row.0 {
            return Ok(false);
        }
    }
    let found = fetch_in!(
        conn,
        (i64,),
        "SELECT CAST(1 AS BIGINT) FROM order_people p JOIN orders o ON o.id = p.order_id
        WHERE o.status NOT IN ('pending_payment', 'cancelled', 'expired') AND p.email_key IN",
        buyer.emails(),
        "LIMIT 1"
    )?;
    Ok(found.is_empty())
}
