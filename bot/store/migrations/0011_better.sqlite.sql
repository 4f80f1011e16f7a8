-- A better summary edits a sent message.

-- What the summary in the message is worth (bot/delivery/worth.py), and the best that has been made
-- since; -1: there is none to be had. living.py and settle.py write them.
ALTER TABLE alert ADD COLUMN shown_summary INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN better INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN better_due INTEGER;  -- when it may be shown; NULL: not to be
ALTER TABLE alert ADD COLUMN bettered INTEGER NOT NULL DEFAULT 0;  -- edits made for that
CREATE INDEX alert_better ON alert (better_due) WHERE better_due IS NOT NULL;
CREATE INDEX alert_bare ON alert (ended) WHERE state = 'sent' AND shown_summary = 0 AND better = 0;

-- What a chat was told of a story, without a walk over all that either has.
CREATE INDEX alert_chat_story ON alert (chat, story);
