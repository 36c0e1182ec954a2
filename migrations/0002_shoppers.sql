-- Whoever shops, known by a cookie: cart, wishlists, half-filled checkout. The cookie's token is kept as a hash.

CREATE TABLE shoppers (
    id UUID PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);

CREATE TABLE cart_lines (
    shopper_id UUID NOT NULL REFERENCES shoppers (id),
    variant_id UUID NOT NULL REFERENCES variants (id),
    quantity BIGINT NOT NULL,
    -- The price the shopper last saw, so that a change can be told.
    seen_amount BIGINT NOT NULL,
    seen_currency TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (shopper_id, variant_id)
);

CREATE TABLE wishlists (
    id UUID PRIMARY KEY,
    shopper_id UUID NOT NULL REFERENCES shoppers (id),
    name TEXT NOT NULL,
    -- Present while the list is shared.
    share_token TEXT UNIQUE,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX wishlists_by_shopper ON wishlists (shopper_id, name);

CREATE TABLE wishlist_items (
    wishlist_id UUID NOT NULL REFERENCES wishlists (id),
    variant_id UUID NOT NULL REFERENCES variants (id),
    quantity BIGINT NOT NULL,
    seen_amount BIGINT NOT NULL,
    seen_currency TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (wishlist_id, variant_id)
);

-- What was typed into a checkout that has not gone through. Never a card number.
CREATE TABLE checkout_drafts (
    shopper_id UUID PRIMARY KEY REFERENCES shoppers (id),
    -- The key under which at most one order is placed.
    attempt UUID NOT NULL,
    form TEXT NOT NULL,
    outcome TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
