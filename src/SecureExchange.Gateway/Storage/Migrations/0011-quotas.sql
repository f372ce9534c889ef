-- What has come of a transfer so far, or was announced or reserved for it: what counts against its sender's quotas.
ALTER TABLE transfer ADD COLUMN received INTEGER NOT NULL DEFAULT 0;

-- What each party sent under an agreement in each hour, and what of it is stored: sums of the tables beside them, kept by triggers, so
-- that no way to write a transfer or a part passes them by.
CREATE TABLE sent (
    party     TEXT NOT NULL,
    agreement TEXT NOT NULL,
    hour      INTEGER NOT NULL, -- since 1970-01-01T00:00:00Z
    bytes     INTEGER NOT NULL,
    transfers INTEGER NOT NULL,
    PRIMARY KEY (party, agreement, hour)
) WITHOUT ROWID;

CREATE TABLE stored (
    party     TEXT NOT NULL,
    agreement TEXT NOT NULL,
    bytes     INTEGER NOT NULL,
    PRIMARY KEY (party, agreement)
) WITHOUT ROWID;

INSERT INTO sent SELECT party, agreement, created_at / 3600000, 0, count(*) FROM transfer GROUP BY party, agreement, created_at / 3600000;
INSERT INTO stored SELECT party, agreement, sum(size) FROM part JOIN transfer ON transfer.id = part.transfer GROUP BY party, agreement;

-- A day and a night of hours count; twice that is kept.
CREATE TRIGGER transfer_begun AFTER INSERT ON transfer BEGIN
    DELETE FROM sent WHERE party = NEW.party AND agreement = NEW.agreement AND hour < NEW.created_at / 3600000 - 48;
    INSERT INTO sent VALUES (NEW.party, NEW.agreement, NEW.created_at / 3600000, NEW.received, 1)
        ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes, transfers = transfers + 1;
END;

CREATE TRIGGER transfer_received AFTER UPDATE OF received ON transfer BEGIN
    UPDATE sent SET bytes = bytes + NEW.received - OLD.received
        WHERE party = OLD.party AND agreement = OLD.agreement AND hour = OLD.created_at / 3600000;
END;

CREATE TRIGGER transfer_forgotten AFTER DELETE ON transfer BEGIN
    UPDATE sent SET bytes = bytes - OLD.received, transfers = transfers - 1
        WHERE party = OLD.party AND agreement = OLD.agreement AND hour = OLD.created_at / 3600000;
END;

CREATE TRIGGER part_stored AFTER INSERT ON part BEGIN
    INSERT INTO stored SELECT party, agreement, NEW.size FROM transfer WHERE id = NEW.transfer
        ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER part_sealed_again AFTER UPDATE OF size ON part BEGIN
    UPDATE stored SET bytes = bytes + NEW.size - OLD.size
        WHERE (party, agreement) = (SELECT party, agreement FROM transfer WHERE id = OLD.transfer);
END;

CREATE TRIGGER part_removed AFTER DELETE ON part BEGIN
    UPDATE stored SET bytes = bytes - OLD.size
        WHERE (party, agreement) = (SELECT party, agreement FROM transfer WHERE id = OLD.transfer);
END;
