//! Proves what must hold at every moment: stock, payments and orders agree.

use crate::db::{Conn, fetch};

/// One thing that must hold, and how often it does not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Finding {
    pub what: &'static str,
    pub wrong: i64,
}

macro_rules! count {
    ($conn:expr, $what:expr, $sql:expr) => {
        Finding { what: $what, wrong: fetch!($conn, one as (i64,), $sql)?.0 }
    };
}

/// Looks at everything.
pub async fn examine(conn: &mut Conn<'_>) -> sqlx::Result<Vec<Finding>> {
    Ok(vec![
        count!(
            conn,
            "stock levels are the sums of their movements",
            "SELECT COUNT(*) FROM (
                SELECT s.variant_id FROM stock_levels s
                LEFT JOIN stock_movements m ON m.variant_id = s.variant_id AND m.location_id = s.location_id
                GROUP BY s.variant_id, s.location_id, s.on_hand
                HAVING s.on_hand <> CAST(COALESCE(SUM(m.delta), 0) AS BIGINT)
            ) AS wrong"
        ),
        count!(conn, "no stock is below zero", "SELECT COUNT(*) FROM stock_levels WHERE on_hand < 0"),
        count!(
            conn,
            "units taken for orders are units in orders",
            "SELECT COUNT(*) FROM (
                SELECT taken.variant_id FROM (
                    SELECT variant_id, CAST(SUM(-delta) AS BIGINT) AS units FROM stock_movements
                    WHERE reason IN ('sold', 'declined', 'expired', 'cancelled') GROUP BY variant_id
                ) AS taken
                LEFT JOIN (
                    SELECT l.variant_id, CAST(SUM(l.quantity - l.cancelled) AS BIGINT) AS units FROM order_lines l
                    JOIN orders o ON o.id = l.order_id AND o.status NOT IN ('cancelled', 'expired')
                    WHERE l.took_stock GROUP BY l.variant_id
                ) AS ordered ON ordered.variant_id = taken.variant_id
                WHERE taken.units <> COALESCE(ordered.units, 0)
            ) AS wrong"
        ),
        count!(
            conn,
            "every order has lines",
            "SELECT COUNT(*) FROM orders o WHERE NOT EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id)"
        ),
        count!(
            conn,
            "the lines of every order add up to its goods",
            "SELECT COUNT(*) FROM orders o WHERE o.goods <>
                COALESCE((SELECT CAST(SUM(l.total_amount) AS BIGINT) FROM order_lines l WHERE l.order_id = o.id), 0)"
        ),
        count!(
            conn,
            "goods less discounts, delivery, fees and tax of every order add up to its total",
            "SELECT COUNT(*) FROM orders WHERE goods - discount + shipping + fees + tax <> total"
        ),
        count!(
            conn,
            "every order that was paid has one captured payment of its total",
            "SELECT COUNT(*) FROM orders o
            WHERE o.status IN ('paid', 'processing', 'shipped', 'delivered')
                AND NOT (o.payment_method = 'on_delivery'
                    AND o.payment_status NOT IN ('captured', 'partially_refunded', 'refunded')) AND 1 <>
                (SELECT COUNT(*) FROM payments p WHERE p.order_id = o.id AND p.status = 'captured'
                    AND p.amount = o.total - o.reduced - o.gift_amount AND p.currency = o.currency)"
        ),
        count!(
            conn,
            "every captured payment belongs to an order that was paid, or goes back",
            "SELECT COUNT(*) FROM payments p WHERE p.status = 'captured' AND NOT EXISTS
                (SELECT 1 FROM orders o WHERE o.id = p.order_id
                    AND (o.status IN ('paid', 'processing', 'shipped', 'delivered') OR o.status = 'cancelled' AND
                        (p.refunded = p.amount OR EXISTS
                            (SELECT 1 FROM refunds r WHERE r.payment_id = p.id AND r.status = 'refused'))))"
        ),
        count!(
            conn,
            "what goes back of every payment is what its refunds set aside, and never more than came",
            "SELECT COUNT(*) FROM payments p WHERE p.refunded > p.amount OR p.refunded <>
                COALESCE((SELECT CAST(SUM(r.amount - r.gift_amount) AS BIGINT) FROM refunds r
                    WHERE r.payment_id = p.id AND r.status <> 'refused'), 0)"
        ),
        count!(
            conn,
            "what went back of every order is the sum of its refunds that are done",
            "SELECT COUNT(*) FROM orders o WHERE o.gift_refunded > o.gift_amount OR o.refunded <>
                COALESCE((SELECT CAST(SUM(r.amount) AS BIGINT) FROM refunds r
                    WHERE r.order_id = o.id AND r.status = 'done' AND NOT r.surplus), 0)"
        ),
        count!(
            conn,
            "all that was paid of every cancelled order goes back",
            "SELECT COUNT(*) FROM orders o WHERE o.status = 'cancelled'
                AND o.payment_status IN ('captured', 'partially_refunded', 'refunded')
                AND o.total - o.reduced <> COALESCE((SELECT CAST(SUM(r.amount) AS BIGINT) FROM refunds r
                    WHERE r.order_id = o.id AND r.status <> 'refused' AND NOT r.surplus), 0)
                AND NOT EXISTS (SELECT 1 FROM refunds f WHERE f.order_id = o.id AND f.status = 'refused')"
        ),
        count!(
            conn,
            "every refund that is done was told of once",
            "SELECT COUNT(*) FROM orders o WHERE
                (SELECT COUNT(*) FROM refunds r WHERE r.order_id = o.id AND r.status = 'done') <>
                (SELECT COUNT(*) FROM outbox b WHERE b.topic = 'order_refunded' AND b.subject = o.number)"
        ),
        count!(
            conn,
            "every order that was paid, or is paid later, has one confirmation in the outbox, and one for each time it was sent again",
            "SELECT COUNT(*) FROM orders o
            WHERE (o.status IN ('paid', 'processing', 'shipped', 'delivered')
                OR o.status = 'pending_payment' AND o.payment_method <> 'card') AND 1 +
                (SELECT COUNT(*) FROM order_history h WHERE h.order_id = o.id AND h.event = 'confirmation_resent') <>
                (SELECT COUNT(*) FROM outbox b WHERE b.topic = 'order_confirmed'
                    AND b.subject = o.number)"
        ),
        count!(
            conn,
            "uses of promotions that are limited are redemptions that were not given back",
            "SELECT COUNT(*) FROM (
                SELECT counted.promotion_id FROM (
                    SELECT promotion_id, customer_key, uses FROM promotion_uses
                    UNION ALL SELECT promotion_id, '', -1 FROM redemptions WHERE released_at IS NULL
                    UNION ALL SELECT r.promotion_id, c.customer_key, -1 FROM redemption_customers c
                        JOIN redemptions r ON r.id = c.redemption_id WHERE r.released_at IS NULL
                ) AS counted JOIN promotions p ON p.id = counted.promotion_id
                WHERE (counted.customer_key = '' AND p.max_uses IS NOT NULL)
                    OR (counted.customer_key <> '' AND p.max_uses_each IS NOT NULL)
                GROUP BY counted.promotion_id, counted.customer_key HAVING SUM(counted.uses) <> 0
            ) AS wrong"
        ),
        count!(
            conn,
            "uses of coupons are redemptions that were not given back",
            "SELECT COUNT(*) FROM (
                SELECT counted.coupon_id FROM (
                    SELECT id AS coupon_id, '' AS customer_key, uses FROM coupons
                    UNION ALL SELECT coupon_id, customer_key, uses FROM coupon_uses
                    UNION ALL SELECT coupon_id, '', -1 FROM redemptions
                        WHERE released_at IS NULL AND coupon_id IS NOT NULL
                    UNION ALL SELECT r.coupon_id, c.customer_key, -1 FROM redemption_customers c
                        JOIN redemptions r ON r.id = c.redemption_id
                        WHERE r.released_at IS NULL AND r.coupon_id IS NOT NULL
                ) AS counted
                GROUP BY counted.coupon_id, counted.customer_key HAVING SUM(counted.uses) <> 0
            ) AS wrong"
        ),
        count!(
            conn,
            "no promotion and no coupon is used more often than it can be",
            "SELECT COUNT(*) FROM (
                SELECT p.id FROM promotions p JOIN promotion_uses u ON u.promotion_id = p.id
                WHERE u.uses < 0 OR (u.customer_key = '' AND u.uses > COALESCE(p.max_uses, u.uses))
                    OR (u.customer_key <> '' AND u.uses > COALESCE(p.max_uses_each, u.uses))
                UNION ALL SELECT id FROM coupons WHERE uses < 0 OR uses > COALESCE(max_uses, uses)
                UNION ALL SELECT c.id FROM coupons c JOIN coupon_uses u ON u.coupon_id = c.id
                WHERE u.uses < 0 OR u.uses > COALESCE(c.max_uses_each, u.uses)
            ) AS wrong"
        ),
        count!(
            conn,
            "what an order that ended had redeemed was given back",
            "SELECT COUNT(*) FROM redemptions r WHERE r.released_at IS NULL AND NOT EXISTS
                (SELECT 1 FROM orders o WHERE o.id = r.order_id AND o.status NOT IN ('cancelled', 'expired'))"
        ),
        count!(
            conn,
            "gift-card balances are the sums of their ledger, and none is below zero",
            "SELECT COUNT(*) FROM (
                SELECT c.id FROM gift_cards c LEFT JOIN gift_card_ledger l ON l.card_id = c.id
                GROUP BY c.id, c.balance
                HAVING c.balance < 0 OR c.balance <> CAST(COALESCE(SUM(l.delta), 0) AS BIGINT)
            ) AS wrong"
        ),
        count!(
            conn,
            "what gift cards paid is what orders had paid by gift card, and of those that ended it has gone back",
            "SELECT COUNT(*) FROM (
                SELECT o.id FROM orders o LEFT JOIN gift_card_spends s ON s.order_id = o.id
                WHERE o.gift_amount <> COALESCE(s.amount, 0)
                UNION ALL SELECT s.order_id FROM gift_card_spends s
                WHERE s.given_back NOT BETWEEN 0 AND s.amount OR (s.given_back <> s.amount AND NOT EXISTS
                    (SELECT 1 FROM orders o WHERE o.id = s.order_id AND o.status NOT IN ('cancelled', 'expired'))
                    AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.order_id = s.order_id AND r.status <> 'done'
                        AND r.gift_amount > 0))
            ) AS wrong"
        ),
        count!(
            conn,
            "every order that expired, was cancelled or has arrived has one message of it in the outbox",
            "SELECT COUNT(*) FROM orders o
            WHERE o.status IN ('expired', 'cancelled', 'delivered') AND 1 <>
                (SELECT COUNT(*) FROM outbox b WHERE b.subject = o.number AND b.topic = 'order_' || o.status)"
        ),
        count!(
            conn,
            "every parcel has a message of it in the outbox",
            "SELECT COUNT(*) FROM orders o WHERE
                (SELECT COUNT(*) FROM shipments s WHERE s.order_id = o.id) <>
                (SELECT COUNT(*) FROM outbox b WHERE b.topic = 'order_shipped' AND b.subject = o.number)"
        ),
        count!(
            conn,
            "invoices and credit notes are numbered without a gap",
            "SELECT COUNT(*) FROM document_numbers n WHERE n.last <>
                (SELECT COUNT(*) FROM documents d WHERE d.kind = n.kind) OR n.last <>
                (SELECT MAX(d.number) FROM documents d WHERE d.kind = n.kind)"
        ),
        count!(
            conn,
            "what is shipped of every line is what is in its parcels, and never more than was ordered",
            "SELECT COUNT(*) FROM order_lines l WHERE l.shipped + l.cancelled > l.quantity OR l.shipped <>
                COALESCE((SELECT CAST(SUM(s.quantity) AS BIGINT) FROM shipment_lines s WHERE s.line_id = l.id), 0)"
        ),
        count!(
            conn,
            "what was paid back of every line by its units is in its refunds, and never more than was ordered",
            "SELECT COUNT(*) FROM order_lines l WHERE l.refunded + l.reduced > l.quantity OR l.reduced > l.cancelled OR l.refunded <>
                COALESCE((SELECT CAST(SUM(u.quantity) AS BIGINT) FROM refund_lines u
                    JOIN refunds r ON r.id = u.refund_id WHERE u.line_id = l.id AND r.status <> 'refused'), 0)"
        ),
        count!(
            conn,
            "the units of every order that are on their way or there are those of its parcels",
            "SELECT COUNT(*) FROM orders o WHERE o.delivered_units > o.shipped_units
                OR o.shipped_units <>
                    COALESCE((SELECT CAST(SUM(s.units) AS BIGINT) FROM shipments s WHERE s.order_id = o.id), 0)
                OR o.delivered_units <> COALESCE((SELECT CAST(SUM(s.units) AS BIGINT) FROM shipments s
                    WHERE s.order_id = o.id AND s.delivered_at IS NOT NULL), 0)"
        ),
        count!(
            conn,
            "the units of every order that will not be sent are those of its lines",
            "SELECT COUNT(*) FROM orders o WHERE o.cancelled_units <>
                COALESCE((SELECT CAST(SUM(l.cancelled) AS BIGINT) FROM order_lines l WHERE l.order_id = o.id), 0)"
        ),
        count!(
            conn,
            "the status of every order follows from what is on its way",
            "SELECT COUNT(*) FROM orders o WHERE (o.status IN ('shipped', 'delivered')) <> (o.shipped_units > 0
                AND o.shipped_units + o.cancelled_units =
                    (SELECT CAST(SUM(l.quantity) AS BIGINT) FROM order_lines l WHERE l.order_id = o.id))
                OR (o.status = 'delivered') <> (o.delivered_units > 0 AND o.delivered_units + o.cancelled_units =
                    (SELECT CAST(SUM(l.quantity) AS BIGINT) FROM order_lines l WHERE l.order_id = o.id))"
        ),
        count!(
            conn,
            "every order that waits for a card or a transfer has an end to its hold",
            "SELECT COUNT(*) FROM orders WHERE status = 'pending_payment' AND (hold_until > 0) = (payment_method = 'on_delivery')"
        ),
        count!(
            conn,
            "no stock is given back of an order that a payment is under way for",
            "SELECT COUNT(*) FROM orders WHERE status IN ('expired', 'cancelled') AND active_payment IS NOT NULL"
        ),
        count!(
            conn,
            "every order of an account belongs to one that is there",
            "SELECT COUNT(*) FROM orders o WHERE o.account_id IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id = o.account_id)"
        ),
    ])
}
