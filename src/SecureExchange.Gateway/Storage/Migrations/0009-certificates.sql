-- What was done to the parties' certificates. How one stands follows from its steps, in the order of the agreement's log.
-- side: 1 client, 2 vendor. kind: 1 registered, 2 proven, 3 confirmed, 4 updated, 5 revoked.
CREATE TABLE certificate_step (
    id          TEXT PRIMARY KEY,        -- stands in its event
    agreement   TEXT NOT NULL REFERENCES agreement (id),
    side        INTEGER NOT NULL,
    holder      TEXT,                    -- of an approver's: whose
    certificate TEXT NOT NULL,           -- fingerprint of the primary key
    kind        INTEGER NOT NULL,
    caller      TEXT,                    -- null: the gateway, which looked it up
    at          INTEGER NOT NULL,
    version     INTEGER NOT NULL,        -- number of the agreement's version then in force
    octets      BLOB,                    -- the certificate; of a proof the signature
    nonce       TEXT,                    -- of a registration: what has to be signed,
    prove_by    INTEGER,                 -- and until when
    log_size    INTEGER NOT NULL,
    event       INTEGER                  -- index in the agreement's log; null: not yet logged, so it hasn't happened
);

CREATE INDEX certificate_step_order ON certificate_step (agreement, event);
CREATE INDEX certificate_step_unsettled ON certificate_step (event) WHERE event IS NULL;

-- Which warnings of an end have been given: one for each end and number of days.
CREATE TABLE certificate_warning (
    agreement   TEXT NOT NULL REFERENCES agreement (id),
    certificate TEXT NOT NULL,
    ends        INTEGER NOT NULL,
    days        INTEGER NOT NULL,
    PRIMARY KEY (agreement, certificate, ends, days)
) WITHOUT ROWID;

-- What is still to be told of certificates, as notice is of reveals. step: null for what isn't a step.
CREATE TABLE certificate_notice (
    id        INTEGER PRIMARY KEY,
    agreement TEXT NOT NULL REFERENCES agreement (id),
    step      TEXT,
    body      TEXT NOT NULL,
    target    TEXT NOT NULL,
    attempts  INTEGER NOT NULL DEFAULT 0,
    due_at    INTEGER NOT NULL,
    sent_at   INTEGER
);

CREATE INDEX certificate_notice_due ON certificate_notice (due_at) WHERE sent_at IS NULL;

-- Masked parts that are being sealed again, from a certificate that was revoked to the newest. event as above.
CREATE TABLE reseal (
    id        TEXT PRIMARY KEY,          -- stands in its event
    agreement TEXT NOT NULL REFERENCES agreement (id),
    transfer  TEXT NOT NULL REFERENCES transfer (id),
    before    TEXT NOT NULL,             -- name of the part that it takes the place of
    name      TEXT NOT NULL,
    size      INTEGER,
    digest    TEXT,
    recipient TEXT,
    log_size  INTEGER NOT NULL,
    event     INTEGER
);

CREATE INDEX reseal_unsettled ON reseal (event) WHERE event IS NULL;

-- When a vendor has had the masked part whole.
ALTER TABLE transfer ADD COLUMN fetched_at INTEGER;

-- How much a party has sent in a day.
CREATE INDEX transfer_sent ON transfer (agreement, party, created_at);
