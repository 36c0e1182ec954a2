-- What shoppers look for and what they open from it, without saying who. `folded` is the text as spellings of it share
-- it; both are empty for a text that looks like an address or a number of somebody.

CREATE TABLE searches (
    id UUID PRIMARY KEY,
    at BIGINT NOT NULL,
    text TEXT NOT NULL,
    folded TEXT NOT NULL,
    -- Products found.
    results BIGINT NOT NULL,
    -- The spelling searched for instead, or empty.
    corrected TEXT NOT NULL,
    -- Whether it narrows or sorts what a search found before: not a search of its own.
    refined BOOLEAN NOT NULL
);
CREATE INDEX searches_by_time ON searches (at);
CREATE INDEX searches_by_text ON searches (folded, at);

CREATE TABLE search_clicks (
    id UUID PRIMARY KEY,
    at BIGINT NOT NULL,
    folded TEXT NOT NULL,
    -- The product that was opened.
    handle TEXT NOT NULL,
    -- Its place among the results from 1; 0 where that is not known.
    position BIGINT NOT NULL
);
CREATE INDEX search_clicks_by_time ON search_clicks (at);
