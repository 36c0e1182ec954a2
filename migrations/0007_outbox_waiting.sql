-- What waits in the outbox is found without going over all that was ever delivered.
DROP INDEX outbox_due;
CREATE INDEX outbox_waiting ON outbox (topic, due_at) WHERE done_at IS NULL;
