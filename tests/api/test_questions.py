"""The ten questions of docs/api.md, run as they stand there; plain SQL gives the true answers."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import cbi.api
from cbi.api import CbiError, Ledger, Log, Person, col, open_ledger, select
from cbi.base.clock import date_at
from cbi.ledger.vouchers.approving import approve
from cbi.programmes.batches import DraftLine, draft
from cbi.storage.rows import copy_rows
from cbi.storage.sqlite import SqliteDatabase
from cbi.storage.transactions import ReadTransaction
from tests.conftest import World
from tests.journeys.conftest import office_in
from tests.lived import live
from tests.postgres import discard, fresh_databases

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
DAY_US = 86_400_000_000


def questions() -> dict[int, str]:
    """The snippets of the page by number."""
    found = re.findall(r"^### (\d+)\. .*?```python\n(.*?)```", PAGE.read_text("utf-8"),
                       re.DOTALL | re.MULTILINE)
    return {int(number): snippet for number, snippet in found}


def asked(ledger: Ledger, number: int) -> list[tuple[Any, ...]]:
    """What a snippet answers."""
    room: dict[str, Any] = {"ledger": ledger}
    exec(compile(questions()[number], f"docs/api.md {number}", "exec"), room)
    return [tuple(row) for row in room["answer"]]


def plain(tx: ReadTransaction, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in tx.tuples(sql)]


def true_answer(tx: ReadTransaction, number: int) -> list[tuple[Any, ...]]:
    """The answer as whoever writes SQL by hand would find it."""
    if number == 2:
        waited: dict[str, list[float]] = defaultdict(list)
        for code, days in plain(tx, (
            "SELECT round, (SELECT min(occurred_at) FROM entry WHERE voucher = v.id AND kind ="
            " 'redeem') - (SELECT max(occurred_at) FROM entry WHERE voucher = v.id AND kind ="
            " 'hand-over') FROM voucher v WHERE EXISTS (SELECT 1 FROM entry WHERE voucher = v.id"
            " AND kind = 'redeem') AND EXISTS (SELECT 1 FROM entry WHERE voucher = v.id"
            " AND kind = 'hand-over')"
        )):
            waited[code].append(days / DAY_US)
        return [(code, round(sum(all_) / len(all_), 3)) for code, all_ in sorted(waited.items())]
    if number == 5:
        return [(code, round(part / whole, 4)) for code, whole, part in plain(tx, (
            "SELECT v.round, CAST(sum(face_minor) AS BIGINT), CAST(sum(CASE WHEN b.number IN"
            " (SELECT object FROM log WHERE action = 'batch.draft' AND detail LIKE '%\"reason\"%')"
            " THEN face_minor ELSE 0 END) AS BIGINT)"
            " FROM voucher v JOIN batch b ON b.id = v.batch GROUP BY v.round ORDER BY v.round"
        ))]
    if number == 8:
        spent: dict[str, int] = defaultdict(int)
        for at, amount in plain(
            tx, "SELECT occurred_at, amount_minor FROM entry WHERE kind = 'redeem'"
        ):
            spent[date_at(at, "Asia/Almaty")] += amount
        return sorted(spent.items())
    return plain(tx, SQL[number])


SQL = {
    1: "SELECT city, CAST(sum(face_minor - spent_minor - closed_minor) AS BIGINT) FROM voucher"
       " GROUP BY city ORDER BY city",
    3: "SELECT store, count(*) FROM entry WHERE kind = 'reverse' GROUP BY store"
       " ORDER BY 2 DESC, 1 LIMIT 10",
    4: "SELECT round, count(*) FROM voucher v WHERE spent_minor = 0 AND EXISTS (SELECT 1 FROM"
       " entry e WHERE e.voucher = v.id AND kind = 'hand-over') GROUP BY round ORDER BY round",
    6: "SELECT s.retailer, CAST(sum(CASE kind WHEN 'reverse' THEN -amount_minor"
       " WHEN 'redeem' THEN amount_minor WHEN 'honour' THEN amount_minor ELSE 0 END) AS BIGINT),"
       " (SELECT CAST(coalesce(sum(accepted_minor), 0) AS BIGINT) FROM settlement t"
       " WHERE t.retailer = s.retailer),"
       " (SELECT CAST(coalesce(sum(amount_minor), 0) AS BIGINT) FROM payment p JOIN settlement t"
       " ON t.id = p.settlement WHERE t.retailer = s.retailer)"
       " FROM entry e JOIN store s ON s.code = e.store GROUP BY s.retailer ORDER BY s.retailer",
    7: "SELECT v.city, p.sex, count(DISTINCT p.number) FROM voucher v"
       " JOIN person p ON p.number = v.beneficiary WHERE EXISTS (SELECT 1 FROM entry e"
       " WHERE e.voucher = v.id AND kind = 'hand-over') GROUP BY v.city, p.sex ORDER BY 1, 2",
    9: "SELECT rule, count(*), CAST(sum(at_risk_minor) AS BIGINT), CAST(sum(CASE WHEN NOT EXISTS"
       " (SELECT 1 FROM decision d WHERE d.exception = x.id AND verdict <> 'later') THEN 1 ELSE 0"
       " END) AS BIGINT) FROM exception x WHERE current = 1 GROUP BY rule ORDER BY rule",
    10: "SELECT kind, reason, count(*) FROM entry WHERE kind IN ('void', 'block')"
        " GROUP BY kind, reason ORDER BY kind, 3 DESC, reason",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's ledger, with people, reversals and a reconciliation in it."""
    office = office_in(tmp_path_factory.mktemp("demo"))
    del office.env["CBI_LEDGER"]
    ended = office("demo", "--people", "60")
    assert ended.code == 0, ended.err
    return office.folder / "demo" / "ledger.db"


@pytest.fixture(scope="module")
def on_the_server(demo: Path, postgres_url: str) -> Iterator[str]:
    """The same rows on PostgreSQL."""
    ledger, vault = fresh_databases(postgres_url)
    source = SqliteDatabase(demo)
    with source.read() as rows, ledger.write() as into:
        copy_rows(rows, into)
    source.close()
    yield ledger.place
    discard(ledger, vault)


@pytest.fixture
def place(engine: str, request: pytest.FixtureRequest) -> str:
    """The demo's ledger on each engine."""
    return str(request.getfixturevalue("demo" if engine == "sqlite" else "on_the_server"))


def compared(place: str, number: int) -> list[tuple[Any, ...]]:
    """A snippet's answer, once it is known to be the true one."""
    with open_ledger(place) as ledger:
        answer = asked(ledger, number)
        with ledger._database.read() as tx:
            assert answer == true_answer(tx, number)
    return answer


def test_there_are_ten_questions() -> None:
    assert sorted(questions()) == list(range(1, 11))


@pytest.mark.parametrize("number", range(1, 11))
def test_the_demo_answers(place: str, number: int) -> None:
    assert compared(place, number)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 8, 10])
def test_a_ledger_with_every_kind_of_line_answers(world: World, number: int) -> None:
    live(world)
    more = DraftLine("P-000001", "almaty", "en", "food", 250_000, part=2)
    approve(world.session("manager1"), draft(
        world.session("field1"), "KZ22-R1", [more], reason="the family grew").number)
    answer = compared(world.ledger.place, number)
    assert answer
    if number == 5:
        assert 0 < answer[0][1] < 1


def test_a_notebook_answers_the_same_in_a_line_each(
    demo: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(demo.parents[1])
    told = PAGE.read_text("utf-8").partition("## In a notebook")[2]
    first, lines = re.findall(r"```python\n(.*?)```", told, re.DOTALL)[:2]
    room: dict[str, Any] = {}
    exec(compile(first, "docs/api.md notebook", "exec"), room)
    with room["ledger"]._database.read() as tx:
        for number, line in enumerate(lines.strip().splitlines(), 1):
            assert line.endswith(f"  # {number}")
            assert eval(line, room).rows() == true_answer(tx, number), number
    assert number == 10
    room["ledger"].close()


def test_the_page_begins_with_what_runs(
    demo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(demo.parents[1])
    exec(re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[0], {})
    assert "15000.00" in capsys.readouterr().out


def test_the_page_names_what_is_exported() -> None:
    page = PAGE.read_text("utf-8")
    assert not [name for name in cbi.api.__all__ if f"`{name}" not in page
                and not re.search(rf"\b{name}\b", page)]


def test_personal_data_needs_an_operator_and_a_purpose_and_is_logged(demo: Path) -> None:
    number, log = api_person(demo), select(Log).where(Log.action == "people.read")
    words = (demo.parent / "passphrases" / "amina.txt").read_text("utf-8").strip()
    with open_ledger(demo) as nobody, pytest.raises(CbiError) as refused:
        nobody.people([number], purpose="a call")
    assert refused.value.code == "operators.not-signed-in"
    with open_ledger(demo, operator="amina", passphrase=words) as ledger:
        before = len(ledger.all(log))
        with pytest.raises(CbiError) as refused:
            ledger.people([number], purpose=" ")
        assert refused.value.code == "people.purpose-missing"
        assert ledger.people([number], purpose="a call")[number].data.names
        line = ledger.all(log.order_by(col(Log.seq).desc()))[0]
        assert len(ledger.all(log)) == before + 1
    assert (line.operator, line.object) == ("amina", number)
    assert "a call" in line.detail


def test_personal_data_is_not_for_every_role(demo: Path) -> None:
    words = (demo.parent / "passphrases" / "farida.txt").read_text("utf-8").strip()
    with open_ledger(demo, operator="farida", passphrase=words) as ledger, \
            pytest.raises(CbiError) as refused:
        ledger.people([api_person(demo)], purpose="a call")
    assert refused.value.code == "operators.role-missing"


def api_person(place: Path) -> str:
    with open_ledger(place) as ledger:
        return str(ledger.all(select(Person.number).order_by(Person.number).limit(1))[0])
