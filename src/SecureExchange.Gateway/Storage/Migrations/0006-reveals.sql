-- Requests to see one cell. What has become of one follows from its steps, in the order of the agreement's log.
CREATE TABLE reveal (
    id             TEXT PRIMARY KEY,
    agreement      TEXT NOT NULL REFERENCES agreement (id),
    number         INTEGER NOT NULL,   -- of the agreement's version that it was asked for under
    version        TEXT NOT NULL,      -- that version's digest
    transfer       TEXT NOT NULL REFERENCES transfer (id),
    record         INTEGER NOT NULL,
    field          TEXT NOT NULL,
    purpose        TEXT NOT NULL,
    ticket         TEXT NOT NULL,
    caller         TEXT NOT NULL,
    break_glass    INTEGER NOT NULL,
    sealed_cell    BLOB NOT NULL,      -- as it was sent, masked: under the transfer's data key
    sealed_subject BLOB,
    requested_at   INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL
);

CREATE INDEX reveal_order ON reveal (agreement, requested_at);

-- kind: 1 requested, 2 approved, 3 denied, 4 withdrawn, 5 shown, 6 reviewed.
CREATE TABLE reveal_step (
    id        TEXT PRIMARY KEY,        -- stands in its event
    reveal    TEXT NOT NULL REFERENCES reveal (id),
    agreement TEXT NOT NULL,
    kind      INTEGER NOT NULL,
    caller    TEXT NOT NULL,
    at        INTEGER NOT NULL,
    signature BLOB,
    log_size  INTEGER NOT NULL,
    event     INTEGER                  -- index in the agreement's log; null: not yet logged, so it hasn't happened
);

CREATE INDEX reveal_step_order ON reveal_step (reveal, event);
CREATE INDEX reveal_step_log ON reveal_step (agreement, event);
CREATE INDEX reveal_step_unsettled ON reveal_step (event) WHERE event IS NULL;

-- What approvers are still to be told. channel: 1 webhook, 2 mail.
CREATE TABLE notice (
    id       INTEGER PRIMARY KEY,
    reveal   TEXT NOT NULL REFERENCES reveal (id),
    channel  INTEGER NOT NULL,
    target   TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at   INTEGER NOT NULL,
    sent_at  INTEGER
);

CREATE INDEX notice_due ON notice (due_at) WHERE sent_at IS NULL;
