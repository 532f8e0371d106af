"""The vault's tables, in a database of their own: keys of sealed records, and keyed hashes.

Who holds the ledger without the vault reads no name; who holds both without the keyring reads none
either, because the keys in here are wrapped with the *people* key.
"""

from sqlalchemy import Column, LargeBinary, MetaData, Table, Text

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, WHOLE, changes, rule
from cbi.storage.duties import ALL, written_by

vault_metadata = MetaData()

VAULT_IDENTITY = Table(
    "vault_identity",
    vault_metadata,
    Column("number", WHOLE, primary_key=True, autoincrement=False),
    Column("ledger_id", LargeBinary, nullable=False),
    rule("one_vault_identity", "number = 1"),
    **GROWS,
)
"""Whose vault this is: one row, written with the first person."""

PERSON_KEY = Table(
    "person_key",
    vault_metadata,
    Column("person", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_at", WHOLE, nullable=False),
    **changes(delete=True),
)
"""A person's own key of 32 bytes, wrapped with the *people* key (nonce 12, key 32, tag 16)."""

POSTING = Table(
    "posting",
    vault_metadata,
    Column("key_hash", LargeBinary, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    **changes(delete=True),
)
"""A keyed hash of something personal, and whose it is: a person's number, or for the kind
`household` a household's. There is no index by person: only an erasure asks that way, and reading
the table once is cheaper than keeping a second copy of it."""

append_only(VAULT_IDENTITY)

for _kept in (VAULT_IDENTITY, PERSON_KEY, POSTING):
    written_by(_kept, field=ALL)
