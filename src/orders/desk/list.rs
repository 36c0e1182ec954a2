//! Lists of orders: a page at a time, each page found by an index however many orders there are.
//!
//! Ids rise with the time of placing, so "newest first" is by id, a page begins after an order, and days are bounds of
//! ids. What leads to the orders is chosen here: a pile of work, a status, a country or words; the rest is looked at on
//! the way. Piles of work are short because nothing stays in them.

use super::{
    store::list_stranded,
    view::{Counts, OrderPage, OrderRowView, Pile, Sort, Wanted},
};
use crate::{
    db::{Conn, fetch},
    domain::{
        country::Country,
        order::{OrderStatus, Units, normalise_number},
        text,
        timestamp::{Day, Timestamp},
    },
    error::AppError,
    orders::store::{self, OrderRow},
    server::{
        authority::{See, Staff, areas},
        state::Shop,
    },
};
use uuid::Uuid;

/// Orders a page.
const PAGE: usize = 50;
/// How far back words are looked for within names, when they are no whole name, address or number.
const LOOSE_SINCE: i64 = 90 * Timestamp::DAY;
const LONGEST_TEXT: usize = 200;

#[derive(sqlx::FromRow)]
struct Row {
    number: String,
    placed_at: i64,
    name: Option<String>,
    country: Option<String>,
    items: i64,
    cancelled_units: i64,
    shipped_units: i64,
    delivered_units: i64,
    total: i64,
    currency: String,
    status: String,
    payment_status: String,
    payment_method: String,
    refunded: i64,
}

/// What a statement is given, whatever leads it.
struct Bounds {
    /// Ids between these two.
    after: Uuid,
    before: Uuid,
    country: String,
    payment: String,
    /// Totals below this, or of it with an id below that.
    total: i64,
    total_before: Uuid,
    number: String,
    words: String,
    status: &'static str,
}

/// The orders with these words as their number, or as the name or address of their person.
macro_rules! named {
    () => {
        "o.id IN (SELECT n.id FROM orders n WHERE n.number = $8
            UNION ALL SELECT e.order_id FROM order_people e WHERE e.email_key = $9
            UNION ALL SELECT w.order_id FROM order_people w WHERE w.name_key = $9
            UNION ALL SELECT l.order_id FROM order_people l WHERE l.last_name_key = $9)"
    };
}

macro_rules! listing {
    ($led_by:expr, $sort:expr) => {
        concat!(
            "SELECT o.number, o.placed_at, p.name, p.country,
                (SELECT CAST(COALESCE(SUM(i.quantity), 0) AS BIGINT) FROM order_lines i WHERE i.order_id = o.id) AS items,
                o.cancelled_units, o.shipped_units, o.delivered_units, o.total - o.reduced AS total, o.currency, o.status,
                o.payment_status, o.payment_method, o.refunded
            FROM orders o LEFT JOIN order_people p ON p.order_id = o.id
            WHERE o.id > $1 AND o.id < $2 AND ($3 = '' OR p.country = $3)
                AND ($4 = '' OR o.payment_method = $4 OR ($4 = 'refunded' AND o.refunded > 0) OR ($4 = 'unpaid'
                    AND o.payment_status NOT IN ('captured', 'partially_refunded', 'refunded')))
                AND (o.total < $6 OR (o.total = $6 AND o.id < $7))
                AND ($9 = '' OR ",
            named!(),
            ") AND ($10 = '' OR o.status = $10) AND ",
            $led_by,
            " ORDER BY ",
            $sort,
            " LIMIT $5"
        )
    };
}

/// The rows that `$led_by` leads to, in the order that is wanted.
macro_rules! list {
    ($conn:expr, $sort:expr, $b:expr, by $id:literal, $led_by:expr $(, $more:expr)*) => {
        match $sort {
            Sort::Newest => list!(@run $conn, $b, listing!($led_by, concat!($id, " DESC")) $(, $more)*),
            Sort::Oldest => list!(@run $conn, $b, listing!($led_by, $id) $(, $more)*),
            Sort::Total => list!(@run $conn, $b, listing!($led_by, "o.total DESC, o.id DESC") $(, $more)*),
        }
    };
    (@run $conn:expr, $b:expr, $sql:expr $(, $more:expr)*) => {
        fetch!(
            $conn, all as Row, $sql, $b.after, $b.before, $b.country.as_str(), $b.payment.as_str(), PAGE as i64 + 1,
            $b.total, $b.total_before, $b.number.as_str(), $b.words.as_str(), $b.status $(, $more)*
        )
    };    ($conn:expr, $sort:expr, $b:expr, $led_by:expr $(, $more:expr)*) => {
        list!($conn, $sort, $b, by "o.id", $led_by $(, $more)*)
    };
}

/// What somebody wants to see.
pub async fn page(shop: &Shop, _: &Staff<areas::Orders, See>, wanted: Wanted) -> Result<OrderPage, AppError> {
    let today = shop.clock.now().day();
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let counts = counts(conn, today).await?;
    let bounds = bounds(conn, &wanted).await?;
    let mut rows = find(conn, &wanted, &bounds, today).await?;
    let is_worth_it = wanted.after.is_empty() && !wanted.pile().is_work();
    if rows.is_empty() && !bounds.words.is_empty() && is_worth_it {
        rows = find_loosely(conn, &wanted, bounds, shop.clock.now()).await?;
    }
    let has_more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| has_more).map(|row| row.number.clone());
    let stranded = if wanted.pile() == Pile::Problems { list_stranded(conn).await? } else { vec![] };
    Ok(OrderPage { wanted, rows: rows.into_iter().filter_map(shown).collect(), next, counts, stranded })
}

async fn find(conn: &mut Conn<'_>, wanted: &Wanted, bounds: &Bounds, today: Day) -> sqlx::Result<Vec<Row>> {
    let sort = wanted.sort();
    match wanted.pile() {
        Pile::ToProcess => list!(
            conn,
            sort,
            bounds,
            "o.status IN ('paid', 'pending_payment') AND (o.status = 'paid' OR o.payment_method = 'on_delivery')"
        ),
        Pile::ToShip => list!(conn, sort, bounds, "o.status = 'processing'"),
        Pile::AwaitingMoney => list!(
            conn,
            sort,
            bounds,
            "o.id IN (SELECT a.id FROM orders a WHERE a.status = 'pending_payment' AND a.payment_method <> 'on_delivery'
                UNION ALL SELECT d.id FROM orders d WHERE d.payment_method = 'on_delivery'
                    AND d.payment_status <> 'captured' AND d.payment_status NOT IN ('partially_refunded', 'refunded')
                    AND d.status IN ('shipped', 'delivered'))"
        ),
        Pile::Problems => list!(
            conn,
            sort,
            bounds,
            "o.id IN (SELECT d.order_id FROM payments d WHERE d.status = 'refund_due'
                UNION ALL SELECT r.order_id FROM refunds r WHERE r.status = 'refused' AND NOT EXISTS
                    (SELECT 1 FROM refunds a WHERE a.order_id = r.order_id AND a.status = 'done'
                        AND a.created_at >= r.created_at)
                UNION ALL SELECT h.order_id FROM refunds h JOIN payments p ON p.id = h.payment_id
                    WHERE h.status = 'claimed' AND p.gateway IN ('bank_transfer', 'on_delivery')
                UNION ALL SELECT s.id FROM orders s WHERE s.status = 'shipped' AND s.arrives < $11)",
            today.to_string()
        ),
        _ if !bounds.words.is_empty() => list!(conn, sort, bounds, named!()),
        // Orders stay in these, so a country is the shorter way.
        Pile::All | Pile::Status(OrderStatus::Delivered | OrderStatus::Cancelled | OrderStatus::Expired)
            if !bounds.country.is_empty() =>
        {
            list!(conn, sort, bounds, by "p.order_id", "p.country = $3 AND p.order_id > $1 AND p.order_id < $2")
        }
        Pile::Status(_) => list!(conn, sort, bounds, "o.status = $10"),
        Pile::All => list!(conn, sort, bounds, "o.number <> ''"),
    }
}

/// Words within names and addresses, and the beginnings of numbers, among the orders of the last months.
async fn find_loosely(conn: &mut Conn<'_>, wanted: &Wanted, bounds: Bounds, now: Timestamp) -> sqlx::Result<Vec<Row>> {
    let escaped = |text: &str| text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    let (within, start) =
        (format!("%{}%", escaped(&bounds.words)), format!("{}%", escaped(&bounds.words.to_uppercase())));
    let since = first_id(now.plus(-LOOSE_SINCE));
    let bounds = Bounds { after: bounds.after.max(since), number: String::new(), words: String::new(), ..bounds };
    list!(
        conn,
        wanted.sort(),
        bounds,
        "(p.name_key LIKE $11 ESCAPE '!' OR p.email_key LIKE $11 ESCAPE '!' OR o.number LIKE $12 ESCAPE '!')",
        within,
        start
    )
}

/// The first id of a moment.
fn first_id(at: Timestamp) -> Uuid {
    let millis = u64::try_from(at.0).unwrap_or(0);
    Uuid::from_u128(u128::from(millis) << 80)
}

async fn bounds(conn: &mut Conn<'_>, wanted: &Wanted) -> Result<Bounds, AppError> {
    let status = match wanted.pile() {
        Pile::Status(status) => status.name(),
        _ => "",
    };
    let words = text::key(text::truncate(&wanted.text, LONGEST_TEXT));
    let mut bounds = Bounds {
        after: Day::parse(&wanted.from).map_or(Uuid::nil(), |day| first_id(day.start())),
        before: Day::parse(&wanted.until).map_or(Uuid::max(), |day| first_id(day.start().plus(Timestamp::DAY))),
        country: Country::parse(&wanted.country).map_or(String::new(), |country| country.code().to_owned()),
        payment: wanted.payment.clone(),
        total: i64::MAX,
        total_before: Uuid::max(),
        number: normalise_number(&words).unwrap_or_default(),
        words,
        status,
    };
    if !wanted.after.is_empty() {
        let last = store::find_order_by_number(conn, &wanted.after).await?.ok_or(AppError::NotFound)?;
        bounds.begin_after(wanted.sort(), &last);
    }
    Ok(bounds)
}

impl Bounds {
    /// Leaves out everything up to an order.
    fn begin_after(&mut self, sort: Sort, last: &OrderRow) {
        match sort {
            Sort::Newest => self.before = self.before.min(last.id),
            Sort::Oldest => self.after = self.after.max(last.id),
            Sort::Total => (self.total, self.total_before) = (last.total, last.id),
        }
    }
}

fn shown(row: Row) -> Option<OrderRowView> {
    let count = |units: i64| u32::try_from(units).unwrap_or(0);
    let order = row.settlement()?;
    Some(OrderRowView {
        number: row.number,
        placed_at: Timestamp(row.placed_at),
        name: row.name.unwrap_or_default(),
        country: row.country.as_deref().and_then(Country::parse).map_or("", Country::name).to_owned(),
        items: count(row.items),
        units: Units {
            ordered: count(row.items),
            cancelled: count(row.cancelled_units),
            shipped: count(row.shipped_units),
            delivered: count(row.delivered_units),
        },
        total: order.total,
        status: OrderStatus::parse(&row.status)?,
        money: order.state(),
        payment_method: row.payment_method,
    })
}

impl Row {
    fn settlement(&self) -> Option<crate::domain::order::Settlement> {
        let currency = crate::domain::money::Currency::parse(&self.currency)?;
        Some(store::settlement(&self.payment_status, currency, self.total, self.refunded))
    }
}

macro_rules! count {
    ($conn:expr, $sql:expr $(, $bind:expr)*) => {
        u32::try_from(fetch!($conn, one as (i64,), $sql $(, $bind)*)?.0).unwrap_or(u32::MAX)
    };
}

/// How much work there is.
async fn counts(conn: &mut Conn<'_>, today: Day) -> sqlx::Result<Counts> {
    Ok(Counts {
        to_process: count!(
            conn,
            "SELECT COUNT(*) FROM orders WHERE status IN ('paid', 'pending_payment')
                AND (status = 'paid' OR payment_method = 'on_delivery')"
        ),
        to_ship: count!(conn, "SELECT COUNT(*) FROM orders WHERE status = 'processing'"),
        awaiting_money: count!(
            conn,
            "SELECT (SELECT COUNT(*) FROM orders WHERE status = 'pending_payment' AND payment_method <> 'on_delivery')
                + (SELECT COUNT(*) FROM orders WHERE payment_method = 'on_delivery' AND payment_status <> 'captured'
                    AND payment_status NOT IN ('partially_refunded', 'refunded') AND status IN ('shipped', 'delivered'))"
        ),
        problems: count!(
            conn,
            "SELECT COUNT(*) FROM (SELECT d.order_id FROM payments d WHERE d.status = 'refund_due'
                UNION SELECT r.order_id FROM refunds r WHERE r.status = 'refused' AND NOT EXISTS
                    (SELECT 1 FROM refunds a WHERE a.order_id = r.order_id AND a.status = 'done'
                        AND a.created_at >= r.created_at)
                UNION SELECT h.order_id FROM refunds h JOIN payments p ON p.id = h.payment_id
                    WHERE h.status = 'claimed' AND p.gateway IN ('bank_transfer', 'on_delivery')
                UNION SELECT s.id FROM orders s WHERE s.status = 'shipped' AND s.arrives < $1) AS problems",
            today.to_string()
        ),
    })
}
