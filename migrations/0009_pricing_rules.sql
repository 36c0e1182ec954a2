-- The codes somebody has entered in their cart. What the shop's owner sets about prices (tax, zones, fees, hand-over) is
-- one JSON text in `settings`, named `prices`.

CREATE TABLE cart_codes (
    shopper_id UUID PRIMARY KEY REFERENCES shoppers (id),
    -- As it was typed; whether it can be used is found out whenever the cart is priced. Empty: none.
    coupon TEXT NOT NULL,
    -- The gift card. Its code is worth money and is not kept.
    gift_card_id UUID,
    updated_at BIGINT NOT NULL
);
