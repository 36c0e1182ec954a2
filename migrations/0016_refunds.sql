-- What is asked of every payment whose money has to go back: whether a refund was made for it.
CREATE INDEX refunds_by_payment ON refunds (payment_id);

-- How many units of a line were paid back: never more than its quantity, the statement that adds to it looks.
ALTER TABLE order_lines ADD COLUMN refunded BIGINT NOT NULL DEFAULT 0;

-- Which units a refund is for. A refund of an amount has none.
CREATE TABLE refund_lines (
    refund_id UUID NOT NULL REFERENCES refunds (id),
    line_id UUID NOT NULL REFERENCES order_lines (id),
    quantity BIGINT NOT NULL,
    PRIMARY KEY (refund_id, line_id)
);
CREATE INDEX refund_lines_by_line ON refund_lines (line_id);
