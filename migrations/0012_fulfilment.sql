-- The life of an order after it is placed.

-- Who did it, by account and by the name they had then, and why, in their words.
ALTER TABLE order_history ADD COLUMN actor_id UUID;
ALTER TABLE order_history ADD COLUMN actor_name TEXT NOT NULL DEFAULT '';
ALTER TABLE order_history ADD COLUMN why TEXT NOT NULL DEFAULT '';
