-- How far each log was verified, and what was found wrong with it.
CREATE TABLE log_watch (
    log        TEXT PRIMARY KEY,   -- an agreement's id, or gateway
    checkpoint TEXT,               -- the signed checkpoint up to which all was right
    whole_at   INTEGER,            -- when all of it was verified last
    finding    TEXT                -- what was wrong: stays until all of it has been verified again because an operator asked
) WITHOUT ROWID;
