-- What an order's total is made of beside goods, delivery and tax:
-- total = goods - discount + shipping + fees + tax; what the customer is charged is total - gift_amount.

-- What promotions and a coupon took off the goods. `shipping` is what is left of it after its own discounts.
ALTER TABLE orders ADD COLUMN discount BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN fees BIGINT NOT NULL DEFAULT 0;
-- Tax within the prices, told on the invoice; `tax` is what comes on top.
ALTER TABLE orders ADD COLUMN included_tax BIGINT NOT NULL DEFAULT 0;
-- Paid by gift card.
ALTER TABLE orders ADD COLUMN gift_amount BIGINT NOT NULL DEFAULT 0;
-- What went back to the customer so far.
ALTER TABLE orders ADD COLUMN refunded BIGINT NOT NULL DEFAULT 0;
-- The quote it was placed by, as JSON: which discount, which tax, on which line.
ALTER TABLE orders ADD COLUMN quote TEXT NOT NULL DEFAULT '';
-- How it is paid: card, on_delivery, bank_transfer.
ALTER TABLE orders ADD COLUMN payment_method TEXT NOT NULL DEFAULT 'card';
-- Until when its stock is held for a payment that has not come; 0 when it waits for none.
ALTER TABLE orders ADD COLUMN hold_until BIGINT NOT NULL DEFAULT 0;
