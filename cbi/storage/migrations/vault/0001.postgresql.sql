CREATE TABLE person_key ( person TEXT NOT NULL, wrapped BYTEA NOT NULL, made_at BIGINT NOT NULL,
    PRIMARY KEY (person) )
-- next
CREATE TABLE posting ( key_hash BYTEA NOT NULL, person TEXT NOT NULL, kind TEXT NOT NULL,
    PRIMARY KEY (key_hash, person) )
-- next
CREATE TABLE vault_identity ( number BIGINT NOT NULL, ledger_id BYTEA NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT one_vault_identity CHECK (number = 1) )
-- next
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
-- next
CREATE TRIGGER vault_identity_no_change BEFORE UPDATE OR DELETE ON vault_identity FOR EACH ROW EXECUTE FUNCTION refuse_change()
-- next
CREATE TRIGGER vault_identity_no_truncate BEFORE TRUNCATE ON vault_identity FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
