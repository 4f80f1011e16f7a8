-- The first schema.
--
-- Times are whole Unix seconds, UTC. Flags are 0 or 1. Every id is AUTOINCREMENT: an id is never given
-- twice, because ids stand in the buttons of old messages. "Who writes" names the module of bot/store.

-- Small facts, by name. Keys that belong to a chat begin with "chat:<telegram id>:" and go with it.
CREATE TABLE value (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- ── collect ──────────────────────────────────────────────────────────────────────────────────────

-- feeds.py writes all of it: `add` the upper part, `record` the lower one after each visit.
CREATE TABLE feed (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    url            TEXT NOT NULL UNIQUE,
    title          TEXT NOT NULL,
    publisher      TEXT NOT NULL,              -- never empty: the host where nobody named one
    site           TEXT NOT NULL,
    country        TEXT NOT NULL,
    language       TEXT NOT NULL,
    public         INTEGER NOT NULL CHECK (public IN (0, 1)),
    added          INTEGER NOT NULL,
    state          TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'dead')),
    etag           TEXT,                       -- NULL: the server gave none
    last_modified  TEXT,                       -- NULL: the server gave none
    validators_url TEXT,                       -- NULL: no validators yet
    body_hash      TEXT,                       -- NULL: no body yet
    visits         INTEGER NOT NULL DEFAULT 0, -- successful ones
    last_visit     INTEGER,                    -- NULL: never visited
    last_success   INTEGER,                    -- NULL: never read
    last_entry     INTEGER,                    -- NULL: no article yet; articles.add writes it
    next_visit     INTEGER NOT NULL,           -- `due` moves it forward before the visit
    interval       INTEGER NOT NULL DEFAULT 3600,
    failures       INTEGER NOT NULL DEFAULT 0,
    problem        TEXT,                       -- NULL: the last visit went well
    status         INTEGER,                    -- NULL: no HTTP answer
    since          INTEGER,                    -- when this very problem began; NULL: no problem
    told           INTEGER,                    -- when its readers heard of it; NULL: they did not
    rhythm         INTEGER,                    -- half its typical gap, seconds; NULL: unknown
    moved_to       TEXT,                       -- where it says it moved for good; NULL: nowhere
    moved_since    INTEGER,                    -- when it first said so
    moved_times    INTEGER NOT NULL DEFAULT 0  -- how often in a row
) STRICT;
CREATE INDEX feed_due ON feed (next_visit) WHERE state = 'active';

-- Addresses a feed had before it moved: whoever names one of them means that feed. feeds.py writes it.
CREATE TABLE former_address (
    url  TEXT PRIMARY KEY,
    feed INTEGER NOT NULL REFERENCES feed (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX former_address_feed ON former_address (feed);

-- What the last document of a feed held, as digests of its entries: what they repeat is not parsed
-- again (bot/feeds/delta.py). feeds.py writes it.
CREATE TABLE document (
    feed   INTEGER PRIMARY KEY REFERENCES feed (id) ON DELETE CASCADE,
    pieces BLOB NOT NULL
) STRICT;

-- What those who use a feed should hear of it once. feeds.py writes it, the courier's side takes it.
CREATE TABLE notice (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    feed    INTEGER NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    chat    INTEGER REFERENCES chat (id) ON DELETE CASCADE,  -- NULL: those who run the bot
    address TEXT NOT NULL,                     -- where the feed may be now; '': nobody knows
    since   INTEGER NOT NULL
) STRICT;
CREATE INDEX notice_feed ON notice (feed);
CREATE INDEX notice_chat ON notice (chat);

-- An article, once per publisher. articles.py writes it; stories.py writes `story`.
CREATE TABLE article (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    feed       INTEGER NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    key        TEXT NOT NULL,                  -- the identity under which it came first
    guid       TEXT,                           -- NULL: the entry had none
    title      TEXT NOT NULL,
    link       TEXT NOT NULL,
    summary    TEXT NOT NULL,
    text       TEXT NOT NULL,
    published  INTEGER NOT NULL,               -- the feed's, never after first_seen
    first_seen INTEGER NOT NULL,
    edited     INTEGER,                        -- NULL: the words are those of the first time
    language   TEXT NOT NULL,
    search     TEXT NOT NULL,                  -- folded tokens (bot/text.py), what full text reads
    story      INTEGER REFERENCES story (id) ON DELETE SET NULL  -- NULL: not grouped yet
) STRICT;
CREATE INDEX article_feed ON article (feed, published);
CREATE INDEX article_published ON article (published);
CREATE INDEX article_link ON article (link) WHERE link <> '';
CREATE INDEX article_story ON article (story);

-- Every identity that a feed has shown. It outlives its article: an entry that stays in its feed for
-- months must not become news again once the article is pruned. articles.py writes it.
CREATE TABLE entry (
    feed    INTEGER NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    key     TEXT NOT NULL,
    article INTEGER REFERENCES article (id) ON DELETE SET NULL,  -- NULL: pruned
    words   TEXT NOT NULL,                     -- hash of its words, to notice an edit
    edits   INTEGER NOT NULL DEFAULT 0,        -- how often they changed
    seen    INTEGER NOT NULL,                  -- last found in the feed, to within a day
    PRIMARY KEY (feed, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_article ON entry (article);

-- ── understand ───────────────────────────────────────────────────────────────────────────────────

-- The sum of its articles; stories.py writes it with every article that is filed.
CREATE TABLE story (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    lead        INTEGER REFERENCES article (id) ON DELETE SET NULL,  -- NULL: just deleted; never stays
    first_seen  INTEGER NOT NULL,
    updated     INTEGER NOT NULL,              -- when the newest article was filed
    latest      INTEGER NOT NULL,              -- when the newest article was published
    publishers  INTEGER NOT NULL,              -- distinct ones of public feeds; at least 1
    articles    INTEGER NOT NULL,
    development INTEGER NOT NULL DEFAULT 0     -- rings once per development
) STRICT;
CREATE INDEX story_updated ON story (updated);
CREATE INDEX story_latest ON story (latest);
CREATE INDEX story_lead ON story (lead);

-- ── match ────────────────────────────────────────────────────────────────────────────────────────

-- A distinct query, however many follow it. topics.py writes it.
CREATE TABLE topic (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    query TEXT NOT NULL UNIQUE,                -- canonical
    since INTEGER NOT NULL
) STRICT;

-- Which of a story's articles a topic is about, and why: whoever may not see the article does not
-- learn of the match. stories.note writes it.
CREATE TABLE story_topic (
    story   INTEGER NOT NULL REFERENCES story (id) ON DELETE CASCADE,
    topic   INTEGER NOT NULL REFERENCES topic (id) ON DELETE CASCADE,
    article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    name    TEXT NOT NULL,                     -- the words as they stand in the article
    place   TEXT NOT NULL CHECK (place IN ('title', 'summary', 'text', 'source')),
    PRIMARY KEY (story, topic, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX story_topic_topic ON story_topic (topic);
CREATE INDEX story_topic_article ON story_topic (article);

-- ── tell ─────────────────────────────────────────────────────────────────────────────────────────

-- A place that receives. chats.py and refusals.py write it; outbox.py writes `not_before` and `served`.
CREATE TABLE chat (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,  -- ours; stays when Telegram changes its own
    telegram   INTEGER NOT NULL,
    thread     INTEGER NOT NULL,               -- 0: no forum thread
    kind       TEXT NOT NULL CHECK (kind IN ('private', 'group', 'supergroup', 'channel')),
    language   TEXT NOT NULL,
    timezone   TEXT NOT NULL DEFAULT 'UTC',
    quiet_from INTEGER,                        -- minutes after local midnight; NULL: no quiet hours
    quiet_to   INTEGER,
    digest_at  INTEGER,                        -- minutes after local midnight; NULL: no digest
    digest_on  TEXT,                           -- local date of the last digest; NULL: none yet
    digest_begun INTEGER NOT NULL DEFAULT 0,   -- sends of it of which nobody wrote down the end
    state      TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
    problem    TEXT,                           -- why it is closed; NULL: open
    since      INTEGER NOT NULL,
    changed    INTEGER NOT NULL,               -- when `state` last changed
    not_before INTEGER NOT NULL DEFAULT 0,     -- Telegram asked us to wait until then
    served     INTEGER NOT NULL DEFAULT 0,     -- last claim: who waited longest comes first
    keeper     INTEGER,                        -- Telegram's id of who looks after it; NULL: unknown
    refusal    TEXT CHECK (refusal IN ('rights', 'closed', 'thread', 'missing')),  -- NULL: none
    refusals   INTEGER NOT NULL DEFAULT 0,     -- tries in a row that ended with it
    refused    INTEGER,                        -- when the first of them was; NULL: none
    told       INTEGER,                        -- when the keeper was told of it; NULL: not yet
    UNIQUE (telegram, thread)
) STRICT;
CREATE INDEX chat_keeper ON chat (keeper) WHERE keeper IS NOT NULL;
CREATE INDEX chat_refusal ON chat (refusal) WHERE refusal IS NOT NULL;
CREATE INDEX chat_served ON chat (served) WHERE state = 'open';

-- Who added a private feed, and so may see it. feeds.py writes it.
CREATE TABLE feed_chat (
    feed  INTEGER NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    chat  INTEGER NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
    since INTEGER NOT NULL,
    PRIMARY KEY (feed, chat)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_chat_chat ON feed_chat (chat);

-- topics.py writes it.
CREATE TABLE follow (
    chat        INTEGER NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
    topic       INTEGER NOT NULL REFERENCES topic (id) ON DELETE CASCADE,
    label       TEXT NOT NULL,                 -- as the reader wrote it
    since       INTEGER NOT NULL,
    muted_until INTEGER,                       -- NULL: not muted
    PRIMARY KEY (chat, topic)
) STRICT, WITHOUT ROWID;
CREATE INDEX follow_topic ON follow (topic);

-- stories.mute writes it.
CREATE TABLE story_mute (
    chat  INTEGER NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
    story INTEGER NOT NULL REFERENCES story (id) ON DELETE CASCADE,
    until INTEGER NOT NULL,
    PRIMARY KEY (chat, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX story_mute_story ON story_mute (story);

-- The outbox: one story owed to one chat. outbox.py inserts and claims, settle.py moves the state:
-- ready → claimed → sending → sent | later | held | closed (docs/decisions/0001-delivery.md).
CREATE TABLE alert (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    chat             INTEGER NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
    story            INTEGER NOT NULL REFERENCES story (id) ON DELETE CASCADE,
    development      INTEGER NOT NULL,
    topic            INTEGER NOT NULL REFERENCES topic (id) ON DELETE CASCADE,
    article          INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    name             TEXT NOT NULL,            -- the reason: words as they stand in the article
    place            TEXT NOT NULL CHECK (place IN ('title', 'summary', 'text', 'source')),
    state            TEXT NOT NULL DEFAULT 'ready' CHECK (
        state IN ('ready', 'claimed', 'sending', 'sent', 'later', 'held', 'folded', 'closed')),
    queued           INTEGER NOT NULL,
    not_before       INTEGER NOT NULL DEFAULT 0,  -- later, held: when it is due again
    attempts         INTEGER NOT NULL DEFAULT 0,  -- times it was marked `sending`
    doubt            INTEGER NOT NULL DEFAULT 0 CHECK (doubt IN (0, 1)),  -- one may have got through
    resends          INTEGER NOT NULL DEFAULT 0,  -- attempts made good out of doubt
    refused          INTEGER NOT NULL DEFAULT 0,  -- times Telegram refused it, for reasons unknown
    withdrawn        INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),  -- unfollowed mid-send
    token            TEXT NOT NULL DEFAULT '',    -- of the present claim; '': nobody has it
    lease_until      INTEGER NOT NULL DEFAULT 0,  -- claimed, sending: free for others after that
    problem          TEXT,                     -- why it is later or closed; NULL: nothing to say
    ended            INTEGER,                  -- when it was sent or closed; NULL: still owed
    message          INTEGER,                  -- Telegram's id; NULL: not sent, or no longer ours
    shown_publishers INTEGER NOT NULL DEFAULT 0,  -- the count that the sent message shows
    edit_due         INTEGER,                  -- NULL: the message shows what it should
    UNIQUE (story, development, chat)
) STRICT;
CREATE INDEX alert_chat ON alert (chat, message);
CREATE INDEX alert_topic ON alert (topic);
CREATE INDEX alert_article ON alert (article);
CREATE INDEX alert_owed ON alert (chat, queued, not_before)
    WHERE state IN ('ready', 'later', 'held');
CREATE INDEX alert_ended ON alert (ended) WHERE ended IS NOT NULL;
CREATE INDEX alert_queued ON alert (queued);
CREATE INDEX alert_edit ON alert (edit_due) WHERE edit_due IS NOT NULL;
-- At most one alert in flight per chat: the database refuses a second, whatever asks.
CREATE UNIQUE INDEX alert_in_flight ON alert (chat) WHERE state IN ('claimed', 'sending');

-- Updates that the webhook brought and nobody has handled yet. inbox.py writes it.
CREATE TABLE inbox (
    number INTEGER PRIMARY KEY,                -- Telegram's update_id
    body   TEXT NOT NULL,                      -- as it came, JSON
    tries  INTEGER NOT NULL DEFAULT 0          -- starts of the bot that took it up again
) STRICT;

-- ── full text ────────────────────────────────────────────────────────────────────────────────────

-- Python folds and cuts (bot/text.py); here a token is whatever stands between spaces, marks included.
CREATE VIRTUAL TABLE article_fts USING fts5 (
    search, content = 'article', content_rowid = 'id',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co M*'"
);
CREATE TRIGGER article_fts_insert AFTER INSERT ON article BEGIN
    INSERT INTO article_fts (rowid, search) VALUES (new.id, new.search);
END;
CREATE TRIGGER article_fts_delete AFTER DELETE ON article BEGIN
    INSERT INTO article_fts (article_fts, rowid, search) VALUES ('delete', old.id, old.search);
END;
CREATE TRIGGER article_fts_update AFTER UPDATE OF search ON article BEGIN
    INSERT INTO article_fts (article_fts, rowid, search) VALUES ('delete', old.id, old.search);
    INSERT INTO article_fts (rowid, search) VALUES (new.id, new.search);
END;

-- ── what Python reads ────────────────────────────────────────────────────────────────────────────

CREATE VIEW article_full AS
SELECT a.id, a.feed, f.publisher, a.title, a.link, a.summary, a.text, a.published, a.first_seen,
       CASE WHEN a.language <> '' THEN a.language ELSE f.language END AS language,
       f.country, a.guid, a.story, f.public
FROM article a JOIN feed f ON f.id = a.feed;

-- For lists of thousands: a feed may give 50,000 characters of each.
CREATE VIEW article_brief AS
SELECT id, feed, publisher, title, link, summary, substr(text, 1, 2000) AS text, published,
       first_seen, language, country, guid, story, public
FROM article_full;

CREATE VIEW story_full AS
SELECT s.id, l.title AS headline, l.link, l.publisher, l.language, s.lead, s.first_seen,
       s.latest AS updated, l.published, s.publishers, s.articles, s.development,
       l.feed AS lead_feed, l.public AS lead_public
FROM story s JOIN article_full l ON l.id = s.lead;

CREATE VIEW follow_full AS
SELECT f.chat, f.topic, t.query, f.label, f.since, f.muted_until
FROM follow f JOIN topic t ON t.id = f.topic;
