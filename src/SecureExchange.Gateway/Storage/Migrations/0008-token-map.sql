-- Which sealed token map is an agreement's. A new one takes its place with each erasure: the old one's key is destroyed here.
CREATE TABLE token_map (
    agreement   TEXT PRIMARY KEY REFERENCES agreement (id),
    id          TEXT NOT NULL,     -- its blob is token-maps/<agreement>/<id>
    wrapped_key BLOB NOT NULL      -- under the agreement's key
);
