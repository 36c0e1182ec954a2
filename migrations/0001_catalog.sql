-- Products, variants (SKUs), prices with their history, stock with its ledger.
-- One text for SQLite and PostgreSQL. Ids are UUIDs of version 7 made by the program; times are milliseconds
-- since 1970 in UTC; money is minor units; `*_key` columns hold the form by which text is compared.

CREATE TABLE categories (
    id UUID PRIMARY KEY,
    parent_id UUID REFERENCES categories (id),
    path TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    blurb TEXT NOT NULL DEFAULT '',
    position BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE products (
    id UUID PRIMARY KEY,
    handle TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    body_html TEXT NOT NULL,
    brand TEXT NOT NULL,
    category_id UUID REFERENCES categories (id),
    tags TEXT NOT NULL,
    option1_name TEXT NOT NULL,
    option2_name TEXT NOT NULL,
    option3_name TEXT NOT NULL,
    published BOOLEAN NOT NULL,
    gift_card BOOLEAN NOT NULL,
    seo_title TEXT NOT NULL,
    seo_description TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE variants (
    id UUID PRIMARY KEY,
    product_id UUID NOT NULL REFERENCES products (id),
    position BIGINT NOT NULL,
    sku TEXT NOT NULL,
    sku_key TEXT NOT NULL UNIQUE,
    options_key TEXT NOT NULL,
    option1 TEXT NOT NULL,
    option2 TEXT NOT NULL,
    option3 TEXT NOT NULL,
    barcode TEXT NOT NULL,
    grams BIGINT NOT NULL,
    weight_unit TEXT NOT NULL,
    tracker TEXT NOT NULL,
    backorder BOOLEAN NOT NULL,
    requires_shipping BOOLEAN NOT NULL,
    taxable BOOLEAN NOT NULL,
    fulfilment TEXT NOT NULL,
    picture TEXT NOT NULL,
    UNIQUE (product_id, options_key)
);

CREATE TABLE prices (
    variant_id UUID NOT NULL REFERENCES variants (id),
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL,
    compare_at BIGINT,
    PRIMARY KEY (variant_id, currency)
);

-- Every price a variant ever had, from the moment it had it.
CREATE TABLE price_history (
    id UUID PRIMARY KEY,
    variant_id UUID NOT NULL REFERENCES variants (id),
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL,
    compare_at BIGINT,
    since BIGINT NOT NULL
);
CREATE INDEX price_history_by_variant ON price_history (variant_id, since);

CREATE TABLE pictures (
    id UUID PRIMARY KEY,
    product_id UUID NOT NULL REFERENCES products (id),
    position BIGINT NOT NULL,
    src TEXT NOT NULL,
    alt TEXT NOT NULL,
    UNIQUE (product_id, src)
);

CREATE TABLE locations (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL
);

-- What is on the shelf now. Changed only by guarded statements that also write a movement.
CREATE TABLE stock_levels (
    variant_id UUID NOT NULL REFERENCES variants (id),
    location_id UUID NOT NULL REFERENCES locations (id),
    on_hand BIGINT NOT NULL,
    PRIMARY KEY (variant_id, location_id)
);

-- The ledger: the sum of a variant's movements is its stock level.
CREATE TABLE stock_movements (
    id UUID PRIMARY KEY,
    variant_id UUID NOT NULL,
    location_id UUID NOT NULL,
    delta BIGINT NOT NULL,
    reason TEXT NOT NULL,
    reference TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX stock_movements_by_variant ON stock_movements (variant_id);

CREATE TABLE reviews (
    id UUID PRIMARY KEY,
    product_id UUID NOT NULL REFERENCES products (id),
    rating BIGINT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    author TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX reviews_by_product ON reviews (product_id, created_at);

-- Sums kept beside the products so that lists can be sorted by them.
CREATE TABLE product_stats (
    product_id UUID PRIMARY KEY REFERENCES products (id),
    review_count BIGINT NOT NULL DEFAULT 0,
    review_stars BIGINT NOT NULL DEFAULT 0,
    units_sold BIGINT NOT NULL DEFAULT 0
);

-- What each node's search index follows. `kind` is 'product' or 'stock' (nothing but stock changed).
CREATE TABLE catalog_changes (
    id UUID PRIMARY KEY,
    product_id UUID NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE INDEX variants_by_product ON variants (product_id, position);
CREATE INDEX pictures_by_product ON pictures (product_id, position);
CREATE INDEX products_by_category ON products (category_id);
