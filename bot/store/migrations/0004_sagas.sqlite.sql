-- Stories that follow one another, agency copies, headlines that were changed.

-- The first story of those that follow one another; NULL: it stands alone so far. stories.py writes
-- both, `create` and `merge`.
ALTER TABLE story ADD COLUMN saga INTEGER;
-- What a development brought, as it stands in its first article: one name or number a line.
ALTER TABLE story ADD COLUMN fresh TEXT NOT NULL DEFAULT '';
-- Publishers of public feeds that carry an agency's text, and the agency that most of them carry.
ALTER TABLE story ADD COLUMN copies INTEGER NOT NULL DEFAULT 0;
ALTER TABLE story ADD COLUMN agency TEXT NOT NULL DEFAULT '';
CREATE INDEX story_saga ON story (saga) WHERE saga IS NOT NULL;

ALTER TABLE article ADD COLUMN carries TEXT NOT NULL DEFAULT '';  -- the agency whose text it is; stories.file
ALTER TABLE article ADD COLUMN former TEXT;                       -- its first headline; NULL: never changed

-- The headline of a sent message is no longer that of its article. living.py writes it.
ALTER TABLE alert ADD COLUMN stale INTEGER NOT NULL DEFAULT 0 CHECK (stale IN (0, 1));

DROP VIEW story_full;
DROP VIEW article_brief;
DROP VIEW article_full;

CREATE VIEW article_full AS
SELECT a.id, a.feed, f.publisher, a.title, a.link, a.summary, a.text, a.published, a.first_seen,
       CASE WHEN a.language <> '' THEN a.language ELSE f.language END AS language,
       f.country, a.guid, a.story, f.public, a.carries, a.former
FROM article a JOIN feed f ON f.id = a.feed;

-- For lists of thousands: a feed may give 50,000 characters of each.
CREATE VIEW article_brief AS
SELECT id, feed, publisher, title, link, summary, substr(text, 1, 2000) AS text, published,
       first_seen, language, country, guid, story, public, carries, former
FROM article_full;

CREATE VIEW story_full AS
SELECT s.id, l.title AS headline, l.link, l.publisher, l.language, s.lead, s.first_seen,
       s.latest AS updated, l.published, s.publishers, s.articles, s.development,
       s.saga, s.fresh, s.copies, s.agency,
       l.feed AS lead_feed, l.public AS lead_public
FROM story s JOIN article_full l ON l.id = s.lead;
