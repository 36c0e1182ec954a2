-- What a shop changed of the synonyms it came with (src/search/synonyms.txt): rules of its own, and rules it does without.
-- `hat, cap`: each means the other. `trainers => sports shoes`: the left side means the right one.
CREATE TABLE synonyms (
    rule TEXT NOT NULL PRIMARY KEY,
    removed BOOLEAN NOT NULL
);
