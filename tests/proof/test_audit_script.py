"""The auditor's script of `docs/ledger.md` against each planted change of a sealed ledger.

Every column of a row of each kind is changed, rows are taken out and planted, in every table that
has rows; and a thief makes the stored hashes fit what he changed. That the script runs by itself,
with the standard library alone, is tried in `tests/journeys/test_auditor.py`.
"""

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cbi.audit.checkpoint import VerifierKey
from cbi.context import ledger_metadata
from cbi.finance.reconciliation.exceptions import DecisionRow, decision_hash
from cbi.finance.tables import Decision
from cbi.ledger.chain import chained, genesis, line_digest
from cbi.ledger.journal import line_json
from cbi.ledger.sealing import seal
from cbi.ledger.settling import payment_hash
from cbi.ledger.vouchers.reading import ISSUE_FACTS
from cbi.operators.digests import EXEMPT, FREE, chained_rows
from cbi.operators.digests import GENESIS as ROWS_GENESIS
from cbi.operators.log import GENESIS, chained_line
from cbi.operators.rows import DigestLine, StoredLine
from cbi.storage.following import row_digest
from tests.conftest import build, new_world
from tests.lived import live
from tests.proof.test_every_table import made_up
from tests.proof.test_tampering import where
from tests.tampered import said_in

PAGE = Path(__file__).parents[2] / "docs" / "ledger.md"
CONNECTS = 'sqlite3.connect("file:ledger.db?mode=ro", uri=True)'
REHASHED = {"voucher", "entry", "settlement_line", "leaf", "row_digest"}
TABLES = sorted(
    table.name for table in ledger_metadata().sorted_tables
    if table.name not in EXEMPT or table.name in REHASHED
)
CACHE = ("spent_minor", "closed_minor", "state", "valid_until", "opens_at", "closes_at",
         "successor", "last_at")
LEFT_TO_CHECK = {
    *(("voucher", column) for column in CACHE),
    *((table, column) for table, columns in FREE.items() for column in columns),
    ("row_digest", "mac"), ("row_digest", "hash"), ("entry", "vouched_by"), ("entry", "mac"),
}
"""Columns that the script does not hold to anything, as its page says: a cache that `cbi check`
rebuilds, counters, what only a keyring can tell, and a stored hash, which it makes anew."""

DECISION = DecisionRow(
    b"\6" * 16, b"\7" * 32, "accept", "the receipt is here", "finance1", 1_664_000_000_000_000
)
KINDS = ("kind", "state", "action", "place")


class Thief:
    """Who holds the file, past every guard, with a checkpoint kept elsewhere beside it."""

    def __init__(self, folder: Path) -> None:
        self.file = sqlite3.connect(folder / "ledger.db", isolation_level=None)
        for (name,) in self.file.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall():
            self.file.execute(f"DROP TRIGGER {name}")
        self.file.execute("PRAGMA ignore_check_constraints = ON")
        self.file.execute("PRAGMA foreign_keys = OFF")

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        cursor = self.file.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def run(self, sql: str, *values: object) -> None:
        self.file.execute(sql, values)

    @contextlib.contextmanager
    def undone(self) -> Iterator[None]:
        self.file.execute("SAVEPOINT theft")
        try:
            yield
        finally:
            self.file.execute("ROLLBACK TO theft")
            self.file.execute("RELEASE theft")


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a lived-in ledger, a checkpoint over all of it, and the key."""
    folder = tmp_path_factory.mktemp("sealed")
    world = new_world("sqlite", folder)
    build(world)
    live(world)
    decision = Decision(**DECISION._replace(hash=decision_hash(DECISION))._asdict())
    world.ledger.transact(lambda tx: tx.add(decision))
    made = seal(world.session("finance1"), "kept elsewhere")
    origin = f"cbi/{world.keys.ledger_id.hex()}"
    (folder / "kept.txt").write_text(made.checkpoint, "utf-8")
    (folder / "key.txt").write_text(str(VerifierKey(origin, world.keys.seal_public)), "utf-8")
    world.ledger.close()
    return folder


@pytest.fixture(scope="module")
def thief(sealed: Path) -> Iterator[Thief]:
    made = Thief(sealed)
    yield made
    made.file.close()


@pytest.fixture
def audit(thief: Thief, sealed: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script as the page has it, on the thief's own connection; returns what it finds."""
    script = re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert script is not None
    assert script[1].count("\n") < 100
    assert CONNECTS in script[1]
    assert "and signed(" in script[1]
    told = script[1].replace(CONNECTS, "FILE").replace("and signed(", "and ONCE(signed, ")
    code = compile(told, "audit.py", "exec")
    monkeypatch.chdir(sealed)

    def find() -> str | None:
        try:
            with contextlib.redirect_stdout(None):
                exec(code, {"FILE": thief.file, "ONCE": _once})
        except (AssertionError, LookupError, TypeError, ValueError) as error:
            return str(error) or type(error).__name__
        return None

    return find


_GOOD: dict[tuple[bytes, ...], bool] = {}


def _once(signed: Any, *given: bytes) -> bool:
    """Whether a signature is good; one that was tried is remembered."""
    if given not in _GOOD:
        _GOOD[given] = signed(*given)
    return _GOOD[given]


def rows_of(thief: Thief, table: str) -> list[dict[str, Any]]:
    """One row of each kind that there is in a table."""
    found: dict[tuple[object, ...], dict[str, Any]] = {}
    for row in thief.rows(f"SELECT * FROM {table}"):
        found.setdefault(tuple(row.get(name) for name in KINDS), row)
    return list(found.values())


def another(value: object) -> object:
    """A value that nothing else in the ledger has."""
    if isinstance(value, int):
        return value + 1_000
    return value[:-1] + bytes([value[-1] ^ 1]) if isinstance(value, bytes) else f"{value}X"


def test_the_script_leaves_out_what_the_program_leaves_out(thief: Thief) -> None:
    """Else an office whose cashiers have a PIN is told that somebody changed its rows."""
    page = PAGE.read_text("utf-8")
    counters = re.search(r'COUNTERS = "(.*?)"', page)
    unsaid = re.search(r'NOT_SAID = """(.*?)"""', page, re.DOTALL)
    assert counters is not None
    assert unsaid is not None
    assert set(counters[1].split()) == set().union(*FREE.values())
    assert set(unsaid[1].split()) == EXEMPT
    for table in (row["name"] for row in thief.rows("SELECT name FROM sqlite_schema "
                                                    "WHERE type = 'table'")):
        columns = {row["name"] for row in thief.rows(f"PRAGMA table_info('{table}')")}
        if table not in EXEMPT:
            assert columns & set(counters[1].split()) == FREE.get(table, frozenset()), table


def test_the_sealed_ledger_is_whole(audit: Any) -> None:
    assert audit() is None


@pytest.mark.parametrize("table", TABLES)
def test_a_changed_value_a_planted_row_and_one_taken_out_are_found(
    audit: Any, thief: Thief, table: str,
) -> None:
    unseen: list[tuple[object, ...]] = []
    columns = ledger_metadata().tables[table].columns
    for row in rows_of(thief, table):
        condition, key = where(table, row)
        for column, value in row.items():
            new = made_up(columns[column], 9) if value is None else another(value)
            with thief.undone():
                thief.file.execute(
                    f"UPDATE {table} SET {column} = :other WHERE {condition}",
                    {"other": new, **key},
                )
                if audit() is None and (table, column) not in LEFT_TO_CHECK:
                    unseen.append((column, value, new))
        with thief.undone():
            thief.file.execute(f"DELETE FROM {table} WHERE {condition}", key)
            if audit() is None:
                unseen.append(("taken out", row))
        with thief.undone():
            planted = {
                name: None if value is None else another(value) for name, value in row.items()
            }
            places = ", ".join(f":{name}" for name in planted)
            thief.file.execute(
                f"INSERT INTO {table} ({', '.join(planted)}) VALUES ({places})", planted
            )
            if audit() is None:
                unseen.append(("planted", planted))
    assert unseen == []


def test_stored_hashes_made_to_fit_do_not_help(audit: Any, thief: Thief) -> None:
    """What was changed, and every hash after it in its chain, the voucher's row, a leaf."""
    for rewrite in (rewrite_entry, rewrite_payment, rewrite_decision, rewrite_log, rewrite_rows):
        with thief.undone():
            rewrite(thief)
            assert audit() is not None, rewrite.__name__


def rewrite_entry(thief: Thief) -> None:
    voucher = thief.rows("SELECT * FROM voucher WHERE last_seq > 3")[0]
    head = genesis(voucher["id"])
    for line in thief.rows("SELECT * FROM entry WHERE voucher = ? ORDER BY seq", voucher["id"]):
        if line["seq"] == 3:
            line["amount_minor"] -= 100
        facts = {name: voucher[name] for name in ISSUE_FACTS} | {"voucher": voucher["id"]}
        told = line_json(said_in(line), facts if line["seq"] == 1 else None)
        head = chained(head, line_digest(told))
        thief.run("UPDATE entry SET amount_minor = ?, hash = ? WHERE id = ?",
                  line["amount_minor"], head, line["id"])
    thief.run("UPDATE voucher SET last_hash = ? WHERE id = ?", head, voucher["id"])


def rewrite_payment(thief: Thief) -> None:
    row = {**thief.rows("SELECT * FROM payment")[0], "paid_by": "finance1"}
    thief.run("UPDATE payment SET paid_by = ?, hash = ?", "finance1", payment_hash(row))


def rewrite_decision(thief: Thief) -> None:
    row = DECISION._replace(verdict="reject")
    thief.run("UPDATE decision SET verdict = 'reject', hash = ?", decision_hash(row))
    thief.run("UPDATE leaf SET data = ? WHERE kind = 'decision'", decision_hash(row))


def rewrite_log(thief: Thief) -> None:
    head = GENESIS
    for line in thief.rows("SELECT * FROM log ORDER BY seq"):
        line["operator"] = "nobody" if line["seq"] == 2 else line["operator"]
        head = chained_line(head, StoredLine(**line))
        thief.run("UPDATE log SET operator = ?, hash = ? WHERE seq = ?",
                  line["operator"], head, line["seq"])


def rewrite_rows(thief: Thief) -> None:
    head = ROWS_GENESIS
    for line in thief.rows("SELECT * FROM row_digest ORDER BY seq"):
        line["digests"] = bytes(32) + line["digests"][32:] if line["seq"] == 5 else line["digests"]
        head = chained_rows(head, DigestLine(**line))
        thief.run("UPDATE row_digest SET digests = ?, hash = ? WHERE seq = ?",
                  line["digests"], head, line["seq"])


def test_what_no_seal_holds_yet_is_counted(
    audit: Any, thief: Thief, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A line that fits the chain at its end passes: what is said of it is that no seal has it."""
    last = thief.rows("SELECT * FROM log ORDER BY seq DESC LIMIT 1")[0]
    line = {**last, "seq": last["seq"] + 1, "action": "people.show"}
    line["hash"] = chained_line(last["hash"], StoredLine(**line))
    digest = row_digest(line, frozenset())
    monkeypatch.setattr(contextlib, "redirect_stdout", lambda _: contextlib.nullcontext())
    with thief.undone():
        thief.file.execute(
            f"INSERT INTO log ({', '.join(line)}) VALUES (:{', :'.join(line)})", line)
        said = thief.rows("SELECT * FROM row_digest ORDER BY seq DESC LIMIT 1")[0]
        rows = {**said, "seq": said["seq"] + 1, "place": "log", "keys": f'["{line["seq"]}"]',
                "digests": digest}
        rows["hash"] = chained_rows(said["hash"], DigestLine(**rows))
        thief.file.execute(
            f"INSERT INTO row_digest ({', '.join(rows)}) VALUES (:{', :'.join(rows)})", rows)
        assert audit() is None
    assert "'log': 1" in capsys.readouterr().out
