-- Money that goes back, and what each attempt was paid with.

-- What of a captured payment has been claimed for refunds, done or on its way: never more than its amount.
ALTER TABLE payments ADD COLUMN refunded BIGINT NOT NULL DEFAULT 0;
-- What Stripe calls the customer's card; it says nothing of the card. Empty for every other way to pay.
ALTER TABLE payments ADD COLUMN instrument TEXT NOT NULL DEFAULT '';
-- What of the part paid by gift card has been claimed for refunds.
ALTER TABLE orders ADD COLUMN gift_refunded BIGINT NOT NULL DEFAULT 0;

CREATE TABLE refunds (
    -- Also the key by which the gateway pays back once.
    id UUID PRIMARY KEY,
    order_id UUID NOT NULL,
    -- The payment it comes out of; none when all of it goes back to a gift card.
    payment_id UUID,
    -- The same key twice is one refund.
    request_key TEXT NOT NULL UNIQUE,
    -- claimed, done or refused.
    status TEXT NOT NULL,
    -- All of it, and what of it goes back to a gift card.
    amount BIGINT NOT NULL,
    gift_amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    -- Money that came for an order that could no longer take it: no refund of the order.
    surplus BOOLEAN NOT NULL,
    actor TEXT NOT NULL,
    actor_id UUID,
    actor_name TEXT NOT NULL,
    why TEXT NOT NULL,
    -- What the gateway calls it.
    reference TEXT NOT NULL,
    -- Why the gateway refused it.
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX refunds_by_order ON refunds (order_id, created_at);
CREATE INDEX refunds_by_status ON refunds (status, updated_at);

-- The sandbox's own books of what it paid back.
CREATE TABLE sandbox_refunds (
    id UUID PRIMARY KEY,
    idempotency_key TEXT NOT NULL UNIQUE,
    charge_id UUID NOT NULL,
    amount BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX sandbox_refunds_by_charge ON sandbox_refunds (charge_id);
ALTER TABLE sandbox_charges ADD COLUMN refunded BIGINT NOT NULL DEFAULT 0;

-- Orders that wait for their payment since before holds had an end of their own: half an hour, as it was.
UPDATE orders SET hold_until = placed_at + 1800000 WHERE status = 'pending_payment' AND hold_until = 0;
CREATE INDEX orders_by_hold ON orders (status, hold_until);
