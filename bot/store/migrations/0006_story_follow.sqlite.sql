-- One story that a chat follows, whatever its topics are: what follows it rings there.

-- story_follows.py writes it. Of a saga one row a chat is enough; it goes when the saga falls silent.
CREATE TABLE story_follow (
    chat  INTEGER NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
    story INTEGER NOT NULL REFERENCES story (id) ON DELETE CASCADE,
    since INTEGER NOT NULL,
    PRIMARY KEY (chat, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX story_follow_story ON story_follow (story);

-- For each story all those of its saga, itself included.
CREATE VIEW saga_full AS
SELECT me.id AS story, other.id AS other
FROM story me JOIN story other ON other.id = me.id OR other.saga = me.saga;
