-- Invoices and credit notes. Their numbers follow each other without a gap, each kind by itself, and are never given
-- back: a row stays as long as its order.

-- The last number given. Whoever adds to it holds its row until they commit, so that nobody's number is lost.
CREATE TABLE document_numbers (
    kind TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);

CREATE TABLE documents (
    id UUID PRIMARY KEY,
    order_id UUID NOT NULL REFERENCES orders (id),
    -- invoice, credit_note.
    kind TEXT NOT NULL,
    number BIGINT NOT NULL,
    -- What it is of: the order itself, or a refund.
    subject UUID NOT NULL,
    -- Who sold, as JSON: as it was then.
    seller TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    UNIQUE (kind, number),
    UNIQUE (kind, subject)
);
CREATE INDEX documents_by_order ON documents (order_id, issued_at);

-- Nobody sent letters about orders until now. What was written meanwhile is history.
UPDATE outbox SET done_at = created_at, payload = '{}' WHERE done_at IS NULL AND topic IN
    ('order_confirmed', 'order_expired', 'order_shipped', 'order_delivered', 'order_cancelled', 'order_refunded');
