-- What is to be destroyed. state: 1 noted, 2 in the log, so it will be destroyed, 3 destroyed.
CREATE TABLE erasure (
    id        TEXT PRIMARY KEY,    -- stands in its events
    agreement TEXT NOT NULL REFERENCES agreement (id),
    version   INTEGER NOT NULL,    -- of the agreement, under which it was asked for
    whole     INTEGER NOT NULL,    -- 1: the agreement's key too
    state     INTEGER NOT NULL,
    log_size  INTEGER NOT NULL     -- of the agreement's log when it was noted: recovery looks from here on
);

CREATE INDEX erasure_unsettled ON erasure (state) WHERE state < 3;

CREATE TABLE erasure_transfer (
    erasure  TEXT NOT NULL REFERENCES erasure (id),
    transfer TEXT NOT NULL REFERENCES transfer (id),
    PRIMARY KEY (erasure, transfer)
) WITHOUT ROWID;

-- While there is one, nothing of the agreement is destroyed.
CREATE TABLE hold (
    agreement TEXT PRIMARY KEY REFERENCES agreement (id),
    reason    TEXT NOT NULL,
    set_at    INTEGER NOT NULL
);
