-- Who sent it, as party/caller: whoever releases a held transfer must be somebody else.
ALTER TABLE transfer ADD COLUMN sender TEXT NOT NULL DEFAULT '';

-- state: 5 held, 6 releasing. A held transfer has no sequence: only its release gives it one.
CREATE INDEX transfer_held ON transfer (agreement) WHERE state IN (5, 6);
