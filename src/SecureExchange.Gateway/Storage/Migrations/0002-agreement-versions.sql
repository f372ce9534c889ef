-- What an agreement is now follows from its steps, in the order of its log.
CREATE TABLE agreement_version (
    agreement TEXT NOT NULL REFERENCES agreement (id),
    number    INTEGER NOT NULL,
    after     TEXT,                -- digest of the version in force that it changes
    document  TEXT NOT NULL,
    PRIMARY KEY (agreement, number)
) WITHOUT ROWID;

-- kind: 1 drafted, 2 proposed, 3 signed, 4 withdrawn, 5 suspended, 6 resumed, 7 ended. side: 1 client, 2 vendor.
CREATE TABLE agreement_step (
    id        TEXT PRIMARY KEY,    -- stands in its event
    agreement TEXT NOT NULL REFERENCES agreement (id),
    number    INTEGER NOT NULL,
    kind      INTEGER NOT NULL,
    side      INTEGER NOT NULL,
    signature BLOB,                -- OpenPGP, of the canonical text
    log_size  INTEGER NOT NULL DEFAULT 0, -- of the agreement's log when it was noted: recovery looks from here on
    event     INTEGER              -- index in its log; null: not yet logged, so it hasn't happened
);

CREATE INDEX agreement_step_order ON agreement_step (agreement, event);
CREATE INDEX agreement_step_unsettled ON agreement_step (event) WHERE event IS NULL;

-- Before, an agreement was whatever its client had sent; now both have to sign it.
INSERT INTO agreement_version (agreement, number, after, document) SELECT id, 1, NULL, document FROM agreement;
INSERT INTO agreement_step (id, agreement, number, kind, side, event)
    SELECT lower(hex(randomblob(13))), id, 1, 1, 1, event FROM agreement WHERE event IS NOT NULL;
ALTER TABLE agreement DROP COLUMN document;
ALTER TABLE agreement DROP COLUMN version;
ALTER TABLE agreement DROP COLUMN event;

ALTER TABLE transfer ADD COLUMN agreement_version INTEGER NOT NULL DEFAULT 1;
