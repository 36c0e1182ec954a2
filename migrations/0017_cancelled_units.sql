-- Units of an order that will not be sent, because they are missing or broken: never shipped, and never more than were
-- ordered. The statements that add to them look.
ALTER TABLE orders ADD COLUMN cancelled_units BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_lines ADD COLUMN cancelled BIGINT NOT NULL DEFAULT 0;

-- Where they were not paid yet, they need not be: what comes off the sum to be paid at the door, and which units of a
-- line that is for. What was paid of others goes back as a refund.
ALTER TABLE orders ADD COLUMN reduced BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_lines ADD COLUMN reduced BIGINT NOT NULL DEFAULT 0;
