-- The life of an order after it is placed.

-- Who did it, by account and by the name they had then, and why, in their words.
ALTER TABLE order_history ADD COLUMN actor_id UUID;
ALTER TABLE order_history ADD COLUMN actor_name TEXT NOT NULL DEFAULT '';
ALTER TABLE order_history ADD COLUMN why TEXT NOT NULL DEFAULT '';

-- How many units of all lines are on their way or there, and how many of those are there.
ALTER TABLE orders ADD COLUMN shipped_units BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN delivered_units BIGINT NOT NULL DEFAULT 0;
-- Never more than the quantity: the statement that adds to it looks.
ALTER TABLE order_lines ADD COLUMN shipped BIGINT NOT NULL DEFAULT 0;

-- A parcel. Its id is made with the form it is sent by, so that a form that is sent twice sends one parcel.
CREATE TABLE shipments (
    id UUID PRIMARY KEY,
    order_id UUID NOT NULL REFERENCES orders (id),
    carrier TEXT NOT NULL,
    tracking_number TEXT NOT NULL,
    tracking_url TEXT NOT NULL,
    units BIGINT NOT NULL,
    -- The day it is there at the latest.
    arrives TEXT NOT NULL,
    shipped_at BIGINT NOT NULL,
    delivered_at BIGINT,
    -- Who sent it, by account and by the name they had then.
    by_id UUID,
    by_name TEXT NOT NULL
);
CREATE INDEX shipments_by_order ON shipments (order_id, shipped_at);

CREATE TABLE shipment_lines (
    shipment_id UUID NOT NULL REFERENCES shipments (id),
    line_id UUID NOT NULL REFERENCES order_lines (id),
    quantity BIGINT NOT NULL,
    PRIMARY KEY (shipment_id, line_id)
);
CREATE INDEX shipment_lines_by_line ON shipment_lines (line_id);

-- Lists of orders go by id, which rises with the time of placing: newest first by status, by country, by person.
DROP INDEX orders_by_status;
CREATE INDEX orders_by_status ON orders (status, id);
CREATE INDEX orders_to_be_paid_at_the_door ON orders (id)
    WHERE payment_method = 'on_delivery' AND payment_status <> 'captured';
CREATE INDEX order_people_by_country ON order_people (country, order_id);
-- The name in small letters, whole and its last word.
ALTER TABLE order_people ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE order_people ADD COLUMN last_name_key TEXT NOT NULL DEFAULT '';
UPDATE order_people SET name_key = LOWER(name);
CREATE INDEX order_people_by_name ON order_people (name_key);
CREATE INDEX order_people_by_last_name ON order_people (last_name_key);
