-- When a followed topic rings, and what a chat followed before it changed a topic.

-- Publishers of a story that must tell it before it rings; 0: it never rings, only digests tell.
-- topics.py writes it.
ALTER TABLE follow ADD COLUMN rings_at INTEGER NOT NULL DEFAULT 1 CHECK (rings_at BETWEEN 0 AND 9);
CREATE INDEX follow_patient ON follow (topic) WHERE rings_at > 1;

-- What a chat followed before: it unfollowed it, or made another topic of it by a rule. For Undo.
-- topics.py writes it.
CREATE TABLE follow_past (
    chat        INTEGER NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
    topic       INTEGER NOT NULL REFERENCES topic (id) ON DELETE CASCADE,
    label       TEXT NOT NULL,
    since       INTEGER NOT NULL,
    muted_until INTEGER,                       -- NULL: not muted
    rings_at    INTEGER NOT NULL,
    ended       INTEGER NOT NULL,
    PRIMARY KEY (chat, topic)
) STRICT, WITHOUT ROWID;
CREATE INDEX follow_past_topic ON follow_past (topic);

DROP VIEW follow_full;
CREATE VIEW follow_full AS
SELECT f.chat, f.topic, t.query, f.label, f.since, f.muted_until, f.rings_at
FROM follow f JOIN topic t ON t.id = f.topic;
