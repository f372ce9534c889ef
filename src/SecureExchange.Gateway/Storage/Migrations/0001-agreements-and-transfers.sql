-- What an agreement says, and its key. The text is the truth; the other columns are read from it.
CREATE TABLE agreement (
    id          TEXT PRIMARY KEY,
    client      TEXT NOT NULL,
    vendor      TEXT NOT NULL,
    version     TEXT NOT NULL,
    document    TEXT NOT NULL,
    wrapped_key BLOB NOT NULL,
    created_at  INTEGER NOT NULL,
    event       INTEGER            -- index in its log; null: not yet logged, so not yet there
);

CREATE TABLE agreement_party (
    agreement TEXT NOT NULL REFERENCES agreement (id),
    party     TEXT NOT NULL,
    PRIMARY KEY (party, agreement)
) WITHOUT ROWID;

-- state: 1 receiving, 2 staged, 3 published, 4 quarantined. Below 3 nobody sees it.
-- kind: 1 dispatch, 2 return, 3 records.
CREATE TABLE transfer (
    id          TEXT PRIMARY KEY,
    agreement   TEXT NOT NULL REFERENCES agreement (id),
    kind        INTEGER NOT NULL,
    state       INTEGER NOT NULL,
    return_of   TEXT REFERENCES transfer (id),
    party       TEXT NOT NULL,
    request_key TEXT,              -- the sender's Idempotency-Key
    sealed_name BLOB,              -- file names tell of people: sealed under the transfer's data key
    wrapped_key BLOB NOT NULL,
    records     INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL,
    log_size    INTEGER,           -- of the agreement's log when it was staged: recovery looks from here on
    event       INTEGER,
    sequence    INTEGER            -- order of publication within the agreement, without gaps
);

CREATE UNIQUE INDEX transfer_request ON transfer (agreement, party, request_key) WHERE request_key IS NOT NULL;
CREATE UNIQUE INDEX transfer_sequence ON transfer (agreement, sequence) WHERE sequence IS NOT NULL;
CREATE INDEX transfer_unsettled ON transfer (state) WHERE state < 3;

CREATE TABLE part (
    transfer  TEXT NOT NULL REFERENCES transfer (id),
    name      TEXT NOT NULL,
    size      INTEGER NOT NULL,
    digest    TEXT NOT NULL,
    recipient TEXT,
    PRIMARY KEY (transfer, name)
) WITHOUT ROWID;
