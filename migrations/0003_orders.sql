-- Orders as snapshots of what was bought, payments, and everything that is written in the same transaction.

CREATE TABLE shipping_methods (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL,
    free_over BIGINT,
    working_days BIGINT NOT NULL,
    position BIGINT NOT NULL
);

CREATE TABLE orders (
    id UUID PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    shopper_id UUID,
    status TEXT NOT NULL,
    payment_status TEXT NOT NULL,
    fulfilment_status TEXT NOT NULL,
    currency TEXT NOT NULL,
    goods BIGINT NOT NULL,
    shipping BIGINT NOT NULL,
    tax BIGINT NOT NULL,
    total BIGINT NOT NULL,
    shipping_code TEXT NOT NULL,
    shipping_name TEXT NOT NULL,
    arrives TEXT NOT NULL,
    -- At most one order per key.
    request_key TEXT UNIQUE,
    -- The attempt to pay that may still succeed; at most one at a time.
    active_payment UUID,
    placed_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX orders_by_status ON orders (status, placed_at);
CREATE INDEX orders_by_update ON orders (updated_at);

-- Personal data, apart from the amounts, so that it can be erased alone.
CREATE TABLE order_people (
    order_id UUID PRIMARY KEY REFERENCES orders (id),
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    line1 TEXT NOT NULL,
    city TEXT NOT NULL,
    postcode TEXT NOT NULL,
    country TEXT NOT NULL
);

CREATE TABLE order_lines (
    id UUID PRIMARY KEY,
    order_id UUID NOT NULL REFERENCES orders (id),
    position BIGINT NOT NULL,
    variant_id UUID NOT NULL,
    product_id UUID NOT NULL,
    sku TEXT NOT NULL,
    handle TEXT NOT NULL,
    title TEXT NOT NULL,
    -- Option values as a JSON array.
    options TEXT NOT NULL,
    picture TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    unit_amount BIGINT NOT NULL,
    total_amount BIGINT NOT NULL,
    -- Whether units were taken from the shelf, and so go back to it.
    took_stock BOOLEAN NOT NULL
);
CREATE INDEX order_lines_by_order ON order_lines (order_id, position);
CREATE INDEX order_lines_by_product ON order_lines (product_id);

CREATE TABLE order_history (
    id UUID PRIMARY KEY,
    order_id UUID NOT NULL REFERENCES orders (id),
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    event TEXT NOT NULL,
    status TEXT NOT NULL
);
CREATE INDEX order_history_by_order ON order_history (order_id, at);

-- One row an attempt. It stays when a declined first attempt takes its order with it.
CREATE TABLE payments (
    id UUID PRIMARY KEY,
    order_id UUID NOT NULL,
    gateway TEXT NOT NULL,
    status TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    -- What the gateway calls it.
    reference TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX payments_by_order ON payments (order_id);
CREATE INDEX payments_by_status ON payments (status, updated_at);

-- The sandbox gateway's own books: what a payment provider would keep on its side.
CREATE TABLE sandbox_charges (
    id UUID PRIMARY KEY,
    idempotency_key TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    return_url TEXT NOT NULL,
    -- When it sends its webhook, and until then nothing.
    notify_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX sandbox_charges_to_notify ON sandbox_charges (notify_at);

-- Answers kept for calls with an Idempotency-Key. `status` 0: under way.
CREATE TABLE idempotency_keys (
    key TEXT PRIMARY KEY,
    request_hash BYTEA NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- What has to be told to the outside, written with what it tells of.
CREATE TABLE outbox (
    id UUID PRIMARY KEY,
    topic TEXT NOT NULL,
    -- What it is about: an order's number.
    subject TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,
    done_at BIGINT
);
CREATE INDEX outbox_due ON outbox (due_at);
CREATE INDEX outbox_by_subject ON outbox (subject);

-- What happened, for the shop's figures: search, view, cart, wishlist, order. `subject` is a handle, SKU or number.
CREATE TABLE events (
    id UUID PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    shopper_id UUID,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX events_by_kind ON events (kind, at);

-- The shop's own settings, each a JSON text.
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
