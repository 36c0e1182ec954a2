-- People who can sign in, and what protects them. A shopper's cart and wishlist hang on `shoppers` as before: an account
-- has a shopper of its own.

CREATE TABLE accounts (
    id UUID PRIMARY KEY,
    email TEXT NOT NULL,
    -- How addresses are compared: lower case. Only a verified address has an account.
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- Argon2id in the PHC format; empty: no password has been chosen yet.
    password_hash TEXT NOT NULL,
    shopper_id UUID NOT NULL UNIQUE REFERENCES shoppers (id),
    created_at BIGINT NOT NULL,
    password_changed_at BIGINT NOT NULL,
    -- One-time codes: their key is derived from this and the shop's secret. NULL: not set up.
    totp_salt BYTEA,
    -- When they were switched on; until then they are only being tried, for an hour.
    totp_since BIGINT,
    totp_begun_at BIGINT NOT NULL,
    -- The last time step a code was taken for: none is taken twice.
    totp_step BIGINT NOT NULL,
    -- Recovery codes are derived from this and the shop's secret, and shown for a while after they were made.
    recovery_salt BYTEA,
    recovery_at BIGINT
);

-- One row a signed-in browser; its cookie is kept as a hash.
CREATE TABLE sessions (
    id UUID PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    account_id UUID NOT NULL REFERENCES accounts (id),
    -- Signed in with more than a password.
    strong BOOLEAN NOT NULL,
    -- "Firefox on Linux".
    device TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Accounts to be, until their email address is verified.
CREATE TABLE registrations (
    id UUID PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    -- The browser they were made in: another one has to know the password.
    visitor_hash BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX registrations_by_email ON registrations (email_key);

-- Links that were sent by email, each good for one use. The token is signed and not kept.
CREATE TABLE account_links (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    -- reset_password or change_email.
    purpose TEXT NOT NULL,
    -- The new address.
    detail TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX account_links_by_account ON account_links (account_id);

CREATE TABLE recovery_codes (
    account_id UUID NOT NULL REFERENCES accounts (id),
    code_hash BYTEA NOT NULL,
    PRIMARY KEY (account_id, code_hash)
);

CREATE TABLE passkeys (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    credential_id BYTEA NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- The public key and its counter, as JSON.
    credential TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX passkeys_by_account ON passkeys (account_id);

-- What the server remembers between the two halves of a passkey's ceremony, for one browser.
CREATE TABLE passkey_ceremonies (
    id UUID PRIMARY KEY,
    visitor_hash BYTEA NOT NULL,
    state TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE addresses (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    line1 TEXT NOT NULL,
    city TEXT NOT NULL,
    postcode TEXT NOT NULL,
    country TEXT NOT NULL,
    -- The newest of these is offered first.
    preferred_at BIGINT NOT NULL
);
CREATE INDEX addresses_by_account ON addresses (account_id, preferred_at);

-- Failed tries, by a keyed hash of account or network address: it names nobody.
CREATE TABLE sign_in_tries (
    key BYTEA PRIMARY KEY,
    failures BIGINT NOT NULL,
    -- No try is looked at before.
    next_at BIGINT NOT NULL
);
CREATE INDEX sign_in_tries_by_time ON sign_in_tries (next_at);

-- Who works here.
CREATE TABLE staff (
    account_id UUID PRIMARY KEY REFERENCES accounts (id),
    role TEXT NOT NULL,
    since BIGINT NOT NULL
);

-- What staff did. It outlives accounts, so it names them by what they were called then.
CREATE TABLE audit_log (
    id UUID PRIMARY KEY,
    at BIGINT NOT NULL,
    account_id UUID,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_log_by_time ON audit_log (at);

-- Every answer to a question of consent, with its wording. `holder` is an account or a shopper.
CREATE TABLE consents (
    id UUID PRIMARY KEY,
    at BIGINT NOT NULL,
    holder UUID NOT NULL,
    purpose TEXT NOT NULL,
    granted BOOLEAN NOT NULL,
    wording TEXT NOT NULL
);
CREATE INDEX consents_by_holder ON consents (holder, purpose, at);

-- Copies of somebody's data, prepared in the background.
CREATE TABLE data_exports (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    -- Empty until it is ready.
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ready_at BIGINT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX data_exports_by_account ON data_exports (account_id, created_at);

-- What was typed into a form that came back with an error, for browsers without JavaScript. Never a secret.
CREATE TABLE form_drafts (
    visitor_hash BYTEA NOT NULL,
    form TEXT NOT NULL,
    typed TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (visitor_hash, form)
);

-- Whose order it is. A guest's order gets an account once the account's address is verified.
ALTER TABLE orders ADD COLUMN account_id UUID;
CREATE INDEX orders_by_account ON orders (account_id, placed_at);
ALTER TABLE order_people ADD COLUMN email_key TEXT NOT NULL DEFAULT '';
UPDATE order_people SET email_key = LOWER(email);
CREATE INDEX order_people_by_email ON order_people (email_key);
-- The person is to be erased when the order is done.
ALTER TABLE order_people ADD COLUMN erase_when_done BOOLEAN NOT NULL DEFAULT FALSE;
