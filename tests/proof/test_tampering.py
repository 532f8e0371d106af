"""Tampering: whatever is changed, taken out or swapped under a seal, a check finds it.

Triggers and CHECKs are out of the way, as they are for whoever holds the database's file or its
owner's password. The rules that look for fallen triggers are left out here: what was changed must
show by itself, even if everything was put back in its place.
"""

import copy
from collections.abc import Sequence
from typing import Any

import pytest

from cbi.context import ledger_metadata
from cbi.ledger import invariants
from cbi.operators import digests
from cbi.operators.digests import EXEMPT
from tests.rows import all_rows, one_row
from tests.tampered import Tampered

TABLES = (
    "ledger_identity", "country_profile", "programme", "round", "entitlement", "category_terms",
    "round_retailer", "batch", "batch_line", "voucher", "entry", "receipt", "settlement",
    "settlement_line", "payment", "leaf", "seal", "period", "log", "log_head", "row_digest",
    "row_digest_head",
)
REBUILT = sorted(EXEMPT & set(TABLES))
"""Tables of whose rows no digest is kept: here each of their columns and rows is tried."""
FREE = {
    (table, column): "a counter, of which docs/proof.md says why no digest holds it"
    for table, columns in digests.FREE.items() for column in columns
}
UNIQUE = {
    "voucher": ("serial", "code_hash", "generation"), "leaf": ("object",), "row_digest": ("hash",),
    "entry": ("id", "request_id", "receipt_key", "reverses", "seq"),
}
"""Columns that no two rows may share: indexes stand, whatever else a thief took away."""
FLAGS = ("in_parts", "duties_apart", "practice")
UNLOGGED = ("KZ22", "KZ22-R1")
"""The tests' world puts these in by hand; the log knows nothing of them."""
OTHER = {
    "kind": ("redeem", "void", "entry", "log"), "state": ("active", "void", "approved", "draft"),
    "category": ("food", "nonfood"), "city": ("almaty", "astana"),
    "debit": ("vouchers", "funds"), "credit": ("vouchers", "funds"), "per": ("person", "member"),
}


FEW = 3
"""Rows of a table that the short run tries; the long one tries one of each kind."""
wide = pytest.mark.parametrize("most", [FEW, pytest.param(10_000, marks=pytest.mark.long)])


def rows_of(tampered: Tampered, table: str, most: int = FEW) -> list[dict[str, Any]]:
    """One row of each kind that there is in a table, at most so many, from first to last."""
    rows = all_rows(tampered.tx, f"SELECT * FROM {table}")
    kinds: dict[tuple[object, ...], dict[str, Any]] = {}
    for row in rows:
        if not {row.get("code"), row.get("round") if table != "voucher" else ""} & set(UNLOGGED) \
                or table in ("batch", "batch_line"):
            kinds.setdefault(tuple(row.get(name) for name in ("kind", "state", "action")), row)
    found = list(kinds.values())
    return found[::max(1, -(-len(found) // most))]


def where(table: str, row: dict[str, Any]) -> tuple[str, dict[str, object]]:
    key = [column.name for column in ledger_metadata().tables[table].primary_key]
    return " AND ".join(f"{name} = :key_{name}" for name in key), {
        f"key_{name}": row[name] for name in key
    }


def changed(column: str, value: object) -> Sequence[object]:
    """Other values for a column: what a thief would write, and what a fault would."""
    if column in OTHER:
        return [other for other in OTHER[column] if other != value][:2]
    if column in FLAGS:
        return [1 - int(str(value))]
    if isinstance(value, int):
        return [value + 1000, value - 1000]
    if isinstance(value, bytes):
        return [value[:-1] + bytes([value[-1] ^ 1])]
    if isinstance(value, str):
        return [f"{value}X", f"{'1' if value[:1] != '1' else '2'}{value[1:]}"]
    return []


def test_a_lived_in_ledger_holds(tampered: Tampered) -> None:
    assert tampered.findings() == set()


@wide
@pytest.mark.parametrize("table", TABLES)
def test_a_single_changed_value_is_found(tampered: Tampered, table: str, most: int) -> None:
    unseen, tried = [], 0
    for row in rows_of(tampered, table, most):
        condition, key = where(table, row)
        for column, value in row.items():
            if (table, column) in FREE:
                continue
            for other in changed(column, value):
                tried += 1
                with tampered.undone():
                    tampered.run(
                        f"UPDATE {table} SET {column} = :other WHERE {condition}",
                        {"other": other, **key},
                    )
                    if not tampered.seen(table):
                        unseen.append((column, value, other, row.get("kind")))
    assert tried > 0
    assert unseen == []


@wide
@pytest.mark.parametrize("table", ["entry", "voucher", "receipt", "batch", "settlement", "leaf"])
def test_a_value_given_where_there_was_none_is_found(
    tampered: Tampered, table: str, most: int,
) -> None:
    kinds = {"BIGINT": 1, "TEXT": "x", "BLOB": b"\1" * 16, "BYTEA": b"\1" * 16}
    for row in rows_of(tampered, table, most):
        condition, key = where(table, row)
        for column in ledger_metadata().tables[table].columns:
            if row[column.name] is not None:
                continue
            value = kinds.get(str(column.type), b"\1" * 16)
            with tampered.undone():
                tampered.run(
                    f"UPDATE {table} SET {column.name} = :other WHERE {condition}",
                    {"other": value, **key},
                )
                assert tampered.seen(table), (column.name, row)


@wide
@pytest.mark.parametrize("table", TABLES)
def test_a_row_taken_out_is_found(tampered: Tampered, table: str, most: int) -> None:
    rows = rows_of(tampered, table, most)
    assert rows
    for row in rows:
        condition, key = where(table, row)
        with tampered.undone():
            tampered.run(f"DELETE FROM {table} WHERE {condition}", key)
            assert tampered.seen(table), row


def test_every_table_without_a_digest_is_tried_here_or_beside_its_rule() -> None:
    """`person_flag` is tried in `tests/people/test_rules.py`; no row of the migrations counts."""
    assert set(REBUILT) == EXEMPT - {"person_flag", "alembic_version"}


@pytest.mark.parametrize("table", REBUILT)
def test_a_planted_row_is_found(tampered: Tampered, table: str) -> None:
    """One like another, under a key of its own, with its unique columns made to differ."""
    for row in rows_of(tampered, table):
        keys = ledger_metadata().tables[table].primary_key.columns.keys()
        for key in keys:
            planted = {
                name: value if value is None or (
                    name != key and name not in UNIQUE.get(table, ())
                ) else changed(name, value)[0]
                for name, value in row.items()
            }
            with tampered.undone():
                places = ", ".join(f":{name}" for name in planted)
                tampered.run(f"INSERT INTO {table} ({', '.join(planted)}) VALUES ({places})",
                             planted)
                assert tampered.seen(table), planted


def test_the_last_line_taken_out_with_its_traces_in_the_row_is_found_by_the_seal(
    tampered: Tampered,
) -> None:
    """A thief who sets the row back as well leaves a leaf without its line."""
    line = all_rows(
        tampered.tx, "SELECT * FROM entry WHERE kind = 'redeem' ORDER BY recorded_at"
    )[-1]
    before = one_row(tampered.tx,
        "SELECT * FROM entry WHERE voucher = :voucher AND seq = :seq",
        voucher=line["voucher"], seq=line["seq"] - 1,
    )
    assert before is not None
    tampered.run("DELETE FROM entry WHERE id = :id", {"id": line["id"]})
    tampered.run(
        "UPDATE voucher SET last_seq = :seq, last_hash = :hash, last_at = :at, "
        "spent_minor = spent_minor - :amount WHERE id = :id",
        {"seq": before["seq"], "hash": before["hash"], "at": before["recorded_at"],
         "amount": line["amount_minor"], "id": line["voucher"]},
    )
    tampered.run(
        "UPDATE receipt SET used_minor = used_minor - :amount WHERE store = :store "
        "AND number = :receipt",
        {"amount": line["amount_minor"], "store": line["store"], "receipt": line["receipt"]},
    )
    assert "leaves-are-their-rows" in tampered.findings()


def test_a_chain_written_anew_is_found_by_the_seal(tampered: Tampered) -> None:
    """A thief who knows how the chain is made changes an amount and all hashes after it.

    He holds the keyring too, so that no MAC gives him away.
    """
    from cbi.ledger.chain import chained, genesis, line_digest
    from cbi.ledger.journal import line_json
    from cbi.ledger.vouchers.reading import ISSUE_FACTS
    from tests.tampered import said_in

    tampered.keys = None
    voucher = one_row(tampered.tx, "SELECT * FROM voucher WHERE serial = 'KZ22-R1-000001'")
    assert voucher is not None
    lines = all_rows(tampered.tx,
        "SELECT * FROM entry WHERE voucher = :id ORDER BY seq", id=voucher["id"]
    )
    head = genesis(voucher["id"])
    for line in copy.deepcopy(lines):
        if line["seq"] == 3:
            line["amount_minor"] -= 100
        facts = None
        if line["kind"] == "issue":
            facts = {name: voucher[name] for name in ISSUE_FACTS} | {"voucher": voucher["id"]}
        head = chained(head, line_digest(line_json(said_in(line), facts)))
        tampered.run(
            "UPDATE entry SET amount_minor = :amount, hash = :hash WHERE id = :id",
            {"amount": line["amount_minor"], "hash": head, "id": line["id"]},
        )
    tampered.run(
        "UPDATE voucher SET spent_minor = spent_minor - 100, last_hash = :hash WHERE id = :id",
        {"hash": head, "id": voucher["id"]},
    )
    tampered.run("UPDATE receipt SET used_minor = used_minor - 100 WHERE number = 'R1'", {})
    found = tampered.findings()
    assert "chains-hold" not in found
    assert "leaves-are-their-rows" in found


@pytest.mark.parametrize(
    ("table", "column", "first", "second"),
    [
        ("entry", "seq", "seq = 3", "seq = 4"),
        ("leaf", "position", "position = 1", "position = 2"),
        ("log", "seq", "seq = 3", "seq = 4"),
    ],
)
def test_two_rows_that_changed_places_are_found(
    tampered: Tampered, table: str, column: str, first: str, second: str,
) -> None:
    row = one_row(tampered.tx,
        f"SELECT * FROM {table} WHERE {second}"
        + (" AND voucher IN (SELECT id FROM voucher WHERE serial = 'KZ22-R1-000001')"
           if table == "entry" else "")
    )
    assert row is not None
    same = "voucher = :voucher AND " if table == "entry" else ""
    values = {"voucher": row["voucher"]} if table == "entry" else {}
    for before, after in ((first, "-5"), (second, first[-1]), (f"{column} = -5", second[-1])):
        tampered.run(f"UPDATE {table} SET {column} = {after} WHERE {same}{before}", values)
    assert tampered.findings()


def test_every_rule_has_a_name_in_both_languages() -> None:
    from cbi.messages import text

    for name in invariants.INVARIANTS:
        key = f"check.rule-{name}"
        assert text(key, "en") != key
        assert text(key, "ru") not in (key, text(key, "en"))
