-- Stories that many publishers tell, and what is still owed of a story: found at no cost while there
-- are none. outbox.py reads both.
CREATE INDEX story_wide ON story (latest) WHERE publishers >= 8;
CREATE INDEX alert_story_owed ON alert (story, not_before) WHERE state IN ('ready', 'later', 'held');
