-- From where an account was signed in to lately: keyed hashes of its email and the network.
CREATE TABLE known_places (
    key BYTEA PRIMARY KEY,
    seen_at BIGINT NOT NULL
);
CREATE INDEX known_places_by_time ON known_places (seen_at);
