-- The root key that wraps every secret below: one row. Rotating it replaces the row and wraps all of them anew, in one transaction.
CREATE TABLE root_key (
    epoch   INTEGER PRIMARY KEY,
    id      TEXT NOT NULL,         -- tells whether a root key is this one
    place   TEXT NOT NULL,         -- where it is kept: file, passphrase, or vault and its version there
    made_at INTEGER NOT NULL
);

-- The gateway's own secrets. A purpose has one for each epoch: the newest in use is for what is new, the others for what was made under them.
CREATE TABLE secret (
    purpose      TEXT NOT NULL,    -- docs/formats/keys.md
    epoch        INTEGER NOT NULL, -- from 1
    root         INTEGER NOT NULL, -- epoch of the root key that wraps it
    wrapped      BLOB NOT NULL,    -- empty: destroyed
    client_epoch INTEGER NOT NULL DEFAULT 1, -- of an agreement's: the epoch of its client's secret that goes with it
    made_at      INTEGER NOT NULL,
    used_from    INTEGER,          -- null: made by a rotation that isn't through yet
    PRIMARY KEY (purpose, epoch)
) WITHOUT ROWID;

INSERT INTO secret (purpose, epoch, root, wrapped, made_at, used_from)
    SELECT 'agreement/' || id, 1, 1, wrapped_key, created_at, created_at FROM agreement;
ALTER TABLE agreement DROP COLUMN wrapped_key;

-- The epoch of the agreement's secret that a transfer was masked under, and that wraps its data key.
ALTER TABLE transfer ADD COLUMN key_epoch INTEGER NOT NULL DEFAULT 1;

-- The epoch of the agreement's secret that wraps a token map's key: each epoch has a map of its own.
ALTER TABLE token_map ADD COLUMN key_epoch INTEGER NOT NULL DEFAULT 1;

-- kind: 1 root, 2 agreement, 3 gateway, 4 log. state: 1 noted, 2 switched, 3 done.
CREATE TABLE key_rotation (
    id       TEXT PRIMARY KEY,     -- stands in its event
    kind     INTEGER NOT NULL,
    subject  TEXT NOT NULL,        -- which agreement, or which log; empty for the others
    epoch    INTEGER NOT NULL,     -- the one that it leads to
    state    INTEGER NOT NULL,
    log_size INTEGER NOT NULL,     -- of the log that has its event: recovery looks from here on
    caller   TEXT NOT NULL,        -- who asked for it, as party/caller
    place    TEXT,                 -- of a root key: where the new one is kept
    old      TEXT                  -- of a root key: where the one before is
);

CREATE INDEX key_rotation_unsettled ON key_rotation (state) WHERE state < 3;
