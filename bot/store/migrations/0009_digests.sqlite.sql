-- Digests are looked for by the clock of each time zone; nobody else's are read (chats.py).
DROP INDEX chat_digest;
CREATE INDEX chat_digest ON chat (timezone, digest_at) WHERE state = 'open' AND digest_at IS NOT NULL;
