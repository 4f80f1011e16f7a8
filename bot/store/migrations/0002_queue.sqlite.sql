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
CREATE INDEX chat_digest ON chat (id) WHERE state = 'open' AND digest_at IS NOT NULL;
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

-- Several alerts in one message (docs/decisions/0003-catch-up.md): all but one of them are `folded`
-- into that one, which is claimed, marked and settled for all. folding.py writes these columns.

-- The alert that goes for this one. It stays when both are sent; no foreign key, for the triggers below
-- see to what is folded still, and an id is never given twice.
ALTER TABLE alert ADD COLUMN folded_into INTEGER;
-- Why this alert goes for others too; '': it goes for itself.
ALTER TABLE alert ADD COLUMN gathers TEXT NOT NULL DEFAULT ''
    CHECK (gathers IN ('', 'late', 'quiet', 'burst'));
-- 1: Telegram refused a list it was part of, so it is never folded again.
ALTER TABLE alert ADD COLUMN alone INTEGER NOT NULL DEFAULT 0 CHECK (alone IN (0, 1));

CREATE INDEX alert_folded ON alert (folded_into) WHERE folded_into IS NOT NULL;
CREATE INDEX alert_waits ON alert (folded_into) WHERE state = 'folded';

-- Whatever ends an alert that goes for others ends them with it, in the same statement.
CREATE TRIGGER alert_list_sent AFTER UPDATE OF state ON alert
WHEN new.gathers <> '' AND new.state = 'sent' BEGIN
    UPDATE alert SET state = 'sent', ended = new.ended, doubt = new.doubt, resends = new.resends,
        unanswered = new.unanswered
    WHERE folded_into = new.id AND state = 'folded';
END;
-- Closed out of `sending`: doubt was made good as often as the rules allow, or the chat is closed.
CREATE TRIGGER alert_list_lost AFTER UPDATE OF state ON alert
WHEN new.gathers <> '' AND new.state = 'closed' AND old.state = 'sending' BEGIN
    UPDATE alert SET state = 'closed', ended = new.ended, problem = new.problem, doubt = new.doubt,
        resends = new.resends, unanswered = new.unanswered
    WHERE folded_into = new.id AND state = 'folded';
END;
-- Closed before it was sent: nobody wants it any more, which says nothing about the others.
CREATE TRIGGER alert_list_off AFTER UPDATE OF state ON alert
WHEN new.gathers <> '' AND new.state = 'closed' AND old.state <> 'sending' BEGIN
    UPDATE alert SET state = 'ready', not_before = old.not_before, folded_into = NULL,
        doubt = new.doubt, resends = new.resends, unanswered = new.unanswered
    WHERE folded_into = new.id AND state = 'folded';
END;
-- Unfollowed or muted while it was folded: it may have been heard as often as the list was.
CREATE TRIGGER alert_list_left AFTER UPDATE OF state ON alert
WHEN old.state = 'folded' AND new.state = 'closed' BEGIN
    UPDATE alert SET (doubt, resends, unanswered) = (
        SELECT c.doubt, c.resends, c.unanswered FROM alert c WHERE c.id = new.folded_into)
    WHERE id = new.id AND EXISTS (SELECT 1 FROM alert c WHERE c.id = new.folded_into);
END;
CREATE TRIGGER alert_list_deleted AFTER DELETE ON alert
WHEN old.gathers <> '' AND old.state NOT IN ('sent', 'closed') BEGIN
    UPDATE alert SET state = 'ready', not_before = old.not_before, folded_into = NULL,
        doubt = max(old.doubt, old.state = 'sending'), unanswered = old.unanswered,
        resends = old.resends + (old.state = 'sending')
    WHERE folded_into = old.id AND state = 'folded';
END;
