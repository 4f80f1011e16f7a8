-- What a language model made of articles, so that it is asked once. retold.py writes both tables.

CREATE TABLE retold (
    key  TEXT PRIMARY KEY,                     -- a hash of the texts, the model, the prompt, the language
    body TEXT NOT NULL,                        -- '': its words did not hold
    made INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX retold_made ON retold (made);

-- Requests to the model, by day (UTC, counted from 1970).
CREATE TABLE retold_day (
    day   INTEGER PRIMARY KEY,
    asked INTEGER NOT NULL
) STRICT;
