-- How many people the reports of a story count, and which of these figures somebody was told.

-- tolls.py writes it; bot/stories/rising.py decides by it.
CREATE TABLE toll (
    article  INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    kind     TEXT NOT NULL,                    -- "killed", "injured" …
    number   INTEGER NOT NULL,
    words    TEXT NOT NULL,                    -- the number as it stands in the article
    headline INTEGER NOT NULL CHECK (headline IN (0, 1)),  -- 0: in the first sentence below it
    at       INTEGER NOT NULL,                 -- when the article first said so
    told     INTEGER,                          -- the development that rang with it; 0: the first alert of
                                               -- its story; NULL: it rang nobody
    was      INTEGER,                          -- the figure before, where the development is
                                               -- about this one; NULL: it is not
    PRIMARY KEY (article, kind, number)
) STRICT, WITHOUT ROWID;
