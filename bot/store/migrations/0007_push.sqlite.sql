-- Feeds that are pushed (WebSub): their subscriptions at hubs. pushes.py writes it, and the three
-- columns of `feed`.

CREATE TABLE push (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    feed        INTEGER REFERENCES feed (id) ON DELETE SET NULL,  -- NULL: gone, or at another hub now
    hub         TEXT NOT NULL,
    topic       TEXT NOT NULL,                 -- the feed's address as the hub knows it
    path        TEXT UNIQUE,                   -- the end of the address that the hub calls; NULL: never asked
    secret      TEXT NOT NULL DEFAULT '',      -- '': what comes is not believed, but looked after
    asked       TEXT NOT NULL DEFAULT '' CHECK (asked IN ('', 'subscribe', 'unsubscribe')),
    lease_until INTEGER NOT NULL DEFAULT 0,    -- 0: it does not hold
    due         INTEGER NOT NULL,              -- when something is to be done about it
    tries       INTEGER NOT NULL DEFAULT 0,    -- requests since something worked
    problem     TEXT,                          -- NULL: the last request went well
    bodies      BLOB NOT NULL DEFAULT x''      -- digests of what came lately (bot/feeds/websub.py)
) STRICT;
CREATE UNIQUE INDEX push_feed ON push (feed) WHERE feed IS NOT NULL;
CREATE INDEX push_due ON push (due);

-- 0: not subscribed; 1: nothing came yet; above: how often it came, since a visit found what had not.
ALTER TABLE feed ADD COLUMN pushed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN last_push INTEGER;  -- NULL: none that was believed
ALTER TABLE feed ADD COLUMN pinged INTEGER;     -- when its hub said that there is news, not which; NULL: never
