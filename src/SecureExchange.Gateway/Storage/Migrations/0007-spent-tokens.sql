-- Assertions and sign-in links that have been used, until they would have expired: each is good once.
CREATE TABLE spent_token (
    id      TEXT PRIMARY KEY,       -- a digest of issuer and jti
    expires INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX spent_token_expires ON spent_token (expires);
