CREATE TABLE person_key ( person TEXT NOT NULL, wrapped BLOB NOT NULL, made_at INTEGER NOT NULL,
    PRIMARY KEY (person) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE posting ( key_hash BLOB NOT NULL, person TEXT NOT NULL, kind TEXT NOT NULL,
    PRIMARY KEY (key_hash, person) ) WITHOUT ROWID, STRICT
-- next
CREATE TABLE vault_identity ( number INTEGER NOT NULL, ledger_id BLOB NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT one_vault_identity CHECK (number = 1) ) WITHOUT ROWID, STRICT
-- next
CREATE TRIGGER vault_identity_no_update BEFORE UPDATE ON vault_identity BEGIN SELECT RAISE(ABORT, 'vault_identity is append-only'); END
-- next
CREATE TRIGGER vault_identity_no_delete BEFORE DELETE ON vault_identity BEGIN SELECT RAISE(ABORT, 'vault_identity is append-only'); END
-- next
CREATE TRIGGER vault_identity_no_replace BEFORE INSERT ON vault_identity WHEN EXISTS (SELECT 1 FROM vault_identity WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'vault_identity has this row already'); END
