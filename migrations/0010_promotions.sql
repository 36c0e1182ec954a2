-- Promotions with their coupons, gift cards with their ledger, giveaways with their draw.
--
-- What is limited has a counter, and the counter is changed by guarded statements: how often a promotion was used in all
-- and by whom is never counted by reading.

CREATE TABLE promotions (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    -- The whole of it, as JSON: conditions, how much, off what. The columns below say the same of what claims look at.
    definition TEXT NOT NULL,
    -- Promotions apply lane by lane; within a lane they are listed by position.
    lane BIGINT NOT NULL,
    position BIGINT NOT NULL,
    -- Applies by itself; else only to who enters one of its coupons.
    automatic BOOLEAN NOT NULL,
    enabled BOOLEAN NOT NULL,
    -- The first moment it applies, and the first it does not any more.
    starts_at BIGINT,
    ends_at BIGINT,
    -- How often it may be used: in all, and by one customer.
    max_uses BIGINT,
    max_uses_each BIGINT,
    created_at BIGINT NOT NULL
);

-- How often each promotion is in use: in all (an empty customer), and by each customer. Customers are keyed hashes of an
-- account or an email address, so that the table names nobody.
CREATE TABLE promotion_uses (
    promotion_id UUID NOT NULL REFERENCES promotions (id),
    customer_key TEXT NOT NULL,
    uses BIGINT NOT NULL,
    PRIMARY KEY (promotion_id, customer_key)
);
CREATE INDEX promotion_uses_by_customer ON promotion_uses (customer_key);

-- Accounts that some promotions are for.
CREATE TABLE customer_groups (
    name TEXT NOT NULL,
    account_id UUID NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (name, account_id)
);
CREATE INDEX customer_groups_by_account ON customer_groups (account_id);

CREATE TABLE coupons (
    id UUID PRIMARY KEY,
    promotion_id UUID NOT NULL REFERENCES promotions (id),
    -- As it is printed, and how codes are compared.
    code TEXT NOT NULL,
    code_key TEXT NOT NULL UNIQUE,
    uses BIGINT NOT NULL,
    max_uses BIGINT,
    max_uses_each BIGINT,
    -- The one account that can use it.
    owner_account UUID,
    -- Those that were made together; empty for a single one.
    batch TEXT NOT NULL,
    starts_at BIGINT,
    ends_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX coupons_by_promotion ON coupons (promotion_id);
CREATE INDEX coupons_by_owner ON coupons (owner_account);

-- How often a customer has a coupon in use; in all, the coupon itself says.
CREATE TABLE coupon_uses (
    coupon_id UUID NOT NULL REFERENCES coupons (id),
    customer_key TEXT NOT NULL,
    uses BIGINT NOT NULL,
    PRIMARY KEY (coupon_id, customer_key)
);
CREATE INDEX coupon_uses_by_customer ON coupon_uses (customer_key);

-- What promotions gave to orders. One that was given back stays, also when a declined payment took its order away.
CREATE TABLE redemptions (
    id UUID PRIMARY KEY,
    order_id UUID NOT NULL,
    promotion_id UUID NOT NULL REFERENCES promotions (id),
    coupon_id UUID REFERENCES coupons (id),
    -- What it took off, in minor units.
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    claimed_at BIGINT NOT NULL,
    released_at BIGINT,
    UNIQUE (order_id, promotion_id)
);
CREATE INDEX redemptions_by_promotion ON redemptions (promotion_id);
CREATE INDEX redemptions_by_coupon ON redemptions (coupon_id);

-- The keys a redemption was counted for: the account, its address, and the address of the order.
CREATE TABLE redemption_customers (
    redemption_id UUID NOT NULL REFERENCES redemptions (id),
    customer_key TEXT NOT NULL,
    PRIMARY KEY (redemption_id, customer_key)
);
CREATE INDEX redemption_customers_by_key ON redemption_customers (customer_key);

CREATE TABLE gift_cards (
    id UUID PRIMARY KEY,
    -- Codes have too much of chance in them to be tried through, and are not kept.
    code_hash BYTEA NOT NULL UNIQUE,
    last_four TEXT NOT NULL,
    currency TEXT NOT NULL,
    -- The sum of its ledger, never below zero.
    balance BIGINT NOT NULL,
    enabled BOOLEAN NOT NULL,
    expires_at BIGINT,
    -- Whose it is, if that is known. Whoever has the code can spend it.
    owner_account UUID,
    created_at BIGINT NOT NULL
);
CREATE INDEX gift_cards_by_owner ON gift_cards (owner_account);

-- Every movement of a card. Rows are only ever added; one cause moves a card in one way once.
CREATE TABLE gift_card_ledger (
    id UUID PRIMARY KEY,
    card_id UUID NOT NULL REFERENCES gift_cards (id),
    delta BIGINT NOT NULL,
    -- issued, spent, returned, refunded, adjusted.
    reason TEXT NOT NULL,
    -- What caused it: the id of an order or a refund.
    reference TEXT NOT NULL,
    at BIGINT NOT NULL,
    UNIQUE (card_id, reason, reference)
);

-- What a card paid of an order, and how much of that has come back to it.
CREATE TABLE gift_card_spends (
    order_id UUID PRIMARY KEY,
    card_id UUID NOT NULL REFERENCES gift_cards (id),
    amount BIGINT NOT NULL,
    given_back BIGINT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX gift_card_spends_by_card ON gift_card_spends (card_id);

CREATE TABLE giveaways (
    id UUID PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    -- What there is to win, and on what terms.
    terms TEXT NOT NULL,
    winners BIGINT NOT NULL,
    opens_at BIGINT NOT NULL,
    closes_at BIGINT NOT NULL,
    -- What decides the draw, chosen before anybody entered. Its hash is public from the beginning, itself with the draw.
    seed TEXT NOT NULL,
    commitment TEXT NOT NULL,
    -- Which number of others, not known before the end, is mixed in; empty for none.
    beacon TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- One entry an address. After the draw an erased person's ticket stays, and with it the list that was drawn from.
CREATE TABLE giveaway_entries (
    id UUID PRIMARY KEY,
    giveaway_id UUID NOT NULL REFERENCES giveaways (id),
    ticket TEXT NOT NULL,
    email TEXT,
    email_key TEXT,
    account_id UUID,
    -- What they agreed to, in its words.
    consent TEXT NOT NULL,
    entered_at BIGINT NOT NULL,
    -- Only who followed the link takes part.
    verified_at BIGINT,
    UNIQUE (giveaway_id, email_key),
    UNIQUE (giveaway_id, ticket)
);
CREATE INDEX giveaway_entries_by_account ON giveaway_entries (account_id);
CREATE INDEX giveaway_entries_by_email ON giveaway_entries (email_key);

-- How each giveaway was drawn: all that somebody needs to draw it again.
CREATE TABLE giveaway_draws (
    giveaway_id UUID PRIMARY KEY REFERENCES giveaways (id),
    algorithm TEXT NOT NULL,
    seed TEXT NOT NULL,
    beacon TEXT NOT NULL,
    entries BIGINT NOT NULL,
    -- SHA-256 of the tickets, sorted, each on a line.
    list_hash TEXT NOT NULL,
    -- The winning tickets as a JSON array, first prize first.
    winners TEXT NOT NULL,
    drawn_at BIGINT NOT NULL
);
