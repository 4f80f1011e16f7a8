-- Who is next, at a cost that does not grow with what is owed; doubts told apart by their cause.

-- When the next alert of this chat may be claimed; NULL: nothing is owed, or one is in flight. The
-- triggers below keep it; nobody else writes it.
ALTER TABLE chat ADD COLUMN due INTEGER;

-- Of `resends`, those after an answer that never came. Crashes have an account of their own: an alert
-- that met both must not be given up unheard. settle.py writes it.
ALTER TABLE alert ADD COLUMN unanswered INTEGER NOT NULL DEFAULT 0;

DROP INDEX chat_served;
CREATE INDEX chat_served ON chat (served, id, due) WHERE state = 'open' AND due IS NOT NULL;
CREATE INDEX chat_due ON chat (due) WHERE state = 'open' AND due IS NOT NULL;
CREATE INDEX alert_due ON alert (chat, not_before) WHERE state IN ('ready', 'later', 'held');

CREATE VIEW chat_next AS
SELECT c.id AS chat, CASE
    WHEN EXISTS (SELECT 1 FROM alert f WHERE f.chat = c.id AND f.state IN ('claimed', 'sending'))
    THEN NULL
    ELSE (SELECT max(min(a.not_before), c.not_before) FROM alert a
          WHERE a.chat = c.id AND a.state IN ('ready', 'later', 'held')) END AS due
FROM chat c;

CREATE TRIGGER alert_due_insert AFTER INSERT ON alert BEGIN
    UPDATE chat SET due = (SELECT n.due FROM chat_next n WHERE n.chat = chat.id)
    WHERE id = new.chat;
END;
CREATE TRIGGER alert_due_update AFTER UPDATE OF state, not_before, chat ON alert
WHEN NOT (old.state = 'claimed' AND new.state = 'sending') BEGIN
    UPDATE chat SET due = (SELECT n.due FROM chat_next n WHERE n.chat = chat.id)
    WHERE id IN (old.chat, new.chat);
END;
CREATE TRIGGER alert_due_delete AFTER DELETE ON alert BEGIN
    UPDATE chat SET due = (SELECT n.due FROM chat_next n WHERE n.chat = chat.id)
    WHERE id = old.chat;
END;
CREATE TRIGGER chat_due_pause AFTER UPDATE OF not_before ON chat BEGIN
    UPDATE chat SET due = (SELECT n.due FROM chat_next n WHERE n.chat = chat.id)
    WHERE id = new.id;
END;

UPDATE chat SET due = (SELECT n.due FROM chat_next n WHERE n.chat = chat.id);
