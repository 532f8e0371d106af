"""The demo as a newcomer meets it, and what it leaves, looked at by others' tools."""

import json
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from cbi.cli.run import run
from cbi.practice.generator import people
from cbi.practice.sample import sample_folder
from tests.journeys.conftest import LedgerContext, office_in

PEOPLE = 60
SEED = 2022
OF_A_TILL = ("operator pin", "cbi serve", "till pair magnum-almaty-1")
"""Lines that ask for a PIN, or stay."""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> LedgerContext:
    """A demo of sixty people, played once for this module."""
    office = office_in(tmp_path_factory.mktemp("demo"))
    del office.env["CBI_LEDGER"]
    ended = office("demo", "--people", str(PEOPLE))
    assert ended.code == 0, ended.err + ended.out[-2000:]
    office.env["CBI_LEDGER"] = "demo/ledger.db"
    (office.folder / "told.txt").write_text(ended.out, "utf-8")
    return office


@pytest.fixture(scope="module")
def once_more(tmp_path_factory: pytest.TempPathFactory) -> tuple[LedgerContext, str]:
    """The same demo elsewhere, and what it said to a program."""
    office = office_in(tmp_path_factory.mktemp("again"))
    del office.env["CBI_LEDGER"]
    ended = office("demo", "--people", str(PEOPLE), "--json")
    assert ended.code == 0, ended.err
    return office, ended.out


def test_it_leaves_what_it_says_it_leaves(played: LedgerContext) -> None:
    for name in ("ledger.db", "keyring.json", "vault.db", "vouchers.pdf", "distribution.pdf",
                 "statement.xlsx", "reconciliation.xlsx", "report.html"):
        assert (played.folder / "demo" / name).stat().st_size > 500, name


def test_no_sale_is_left_waiting_as_late(played: LedgerContext) -> None:
    with closing(sqlite3.connect(played.folder / "demo" / "ledger.db")) as ledger:
        assert ledger.execute("SELECT count(*) FROM late_sale").fetchone() == (0,)


def test_every_step_is_shown_as_it_is_typed(played: LedgerContext) -> None:
    told = (played.folder / "told.txt").read_text("utf-8")
    for words in ("cbi init", "cbi people import", "cbi duplicates decide", "cbi people approve",
                  "cbi issue", "cbi batch approve", "cbi print", "cbi hand-over", "cbi redeem",
                  "cbi statement import", "cbi reconcile", "cbi settle", "cbi pay", "cbi close",
                  "cbi report workbook", "cbi check", "cbi backup"):
        assert f"$ {words}" in told, words


def test_its_ledger_holds_every_rule(played: LedgerContext) -> None:
    ended = played("check", "--json")
    assert ended.code == 0
    assert all(one["holds"] for one in ended.json)


def test_the_newcomer_is_signed_in_and_may_approve_what_amina_drafted(
    played: LedgerContext,
) -> None:
    me = played("whoami", "--json").json
    assert me["operator"] == "demo"
    waiting = [one for one in played("batch", "list", "--json").json if one["state"] == "draft"]
    assert [one["batch"] for one in waiting] == ["KZ22-R2-B1"]
    told = (played.folder / "told.txt").read_text("utf-8")
    typed = "\n".join(
        line for line in told.rpartition("demo/backup.db")[2].splitlines()[1:]
        if line[:2] == "  " and not line.endswith(OF_A_TILL)
    ).replace("batch approve", "--yes batch approve")
    assert "# cashier" in typed
    ended = subprocess.run(
        ["sh", "-e", "-c", typed], cwd=played.folder, capture_output=True, text=True, check=False,
        env={**played.env, "CBI_LEDGER": ""},
    )
    assert ended.returncode == 0, ended.stderr
    assert (played.folder / "vouchers-r2.pdf").stat().st_size > 500


def test_the_newcomer_may_act_as_each_of_the_team(played: LedgerContext) -> None:
    told = (played.folder / "told.txt").read_text("utf-8")
    ready = [line.split("   #")[0].split() for line in told.splitlines()
             if line.startswith("  cbi --as ") and not line.endswith(OF_A_TILL)]
    assert len(ready) >= 8
    for words in ready:
        ended = played(*words[1:], "--json")
        assert ended.code == 0, ended.err
        assert ended.json["operator"] == words[words.index("--as") + 1]


def test_the_newcomer_may_open_a_till(played: LedgerContext) -> None:
    told = (played.folder / "told.txt").read_text("utf-8").splitlines()
    lines = [line.split() for line in told if line.endswith(OF_A_TILL) and line.startswith("  ")]
    assert [words[-1] for words in lines] == ["pin", "serve", "magnum-almaty-1"]
    (played.folder / "pin.txt").write_text("419275\n", "utf-8")
    assert played(*lines[0][1:], "--pin-file", "pin.txt").code == 0
    assert played(*lines[2][1:], "--json").json["store"] == "magnum-almaty-1"


def test_running_it_again_destroys_nothing_and_says_how_to_go_on(played: LedgerContext) -> None:
    before = (played.folder / "demo" / "ledger.db").stat().st_mtime_ns
    ended = played("demo", CBI_LEDGER="")
    assert ended.code == 5
    assert "--dir" in ended.err
    assert (played.folder / "demo" / "ledger.db").stat().st_mtime_ns == before


def test_no_name_phone_or_document_lies_in_the_clear(played: LedgerContext) -> None:
    """The distribution list and the list that came in are for staff; nothing else tells a name."""
    told = {
        value.encode(encoding)
        for person in people(SEED, PEOPLE)
        for value in (person.latin, person.cyrillic, person.arabic, person.phone,
                      person.document[1], person.document_text)
        if value and len(value) > 7
        for encoding in ("utf-8", "utf-16-le")
    }
    assert len(told) > 3 * PEOPLE
    folder = played.folder / "demo"
    meant_for_staff = {"people.xlsx", "distribution.pdf", "people-rejected.xlsx"}
    looked_at = 0
    for path in folder.iterdir():
        if path.is_file() and path.name not in meant_for_staff:
            for content in contents(path):
                looked_at += 1
                assert not [value for value in told if value in content], path.name
    assert looked_at > 15


def contents(path: Path) -> list[bytes]:
    """A file's bytes, and what is packed inside."""
    found = [path.read_bytes()]
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            found += [archive.read(name) for name in archive.namelist()]
    if path.suffix == ".pdf":
        import pypdfium2

        found += [page.get_textpage().get_text_bounded().encode()
                  for page in pypdfium2.PdfDocument(path)]
    return found


def test_beancount_accepts_the_books_and_its_balances_are_ours(played: LedgerContext) -> None:
    from beancount import loader
    from beancount.core import realization

    entries, errors, _ = loader.load_file(str(played.folder / "demo" / "journal.beancount"))
    assert not errors
    balances = {
        account: int(-position.units.number * 100)
        for account, inventory in (
            (one.account, one.balance) for one in realization.iter_children(
                realization.realize(entries))
        )
        for position in inventory
    }
    with closing(sqlite3.connect(played.folder / "demo" / "ledger.db")) as ledger:
        paid = ledger.execute("SELECT sum(amount_minor) FROM payment").fetchone()[0]
    assert paid in {abs(amount) for amount in balances.values()}


def test_the_same_seed_tells_the_same_story_in_the_same_bytes(
    played: LedgerContext, once_more: tuple[LedgerContext, str],
) -> None:
    again, _ = once_more
    for name in ("people.xlsx", "vouchers.pdf", "distribution.pdf", "statement.xlsx",
                 "journal.beancount", "reconciliation.xlsx", "report.html"):
        first, second = (office.folder / "demo" / name for office in (played, again))
        assert first.read_bytes() == second.read_bytes(), name


def test_the_sample_bill_is_the_one_that_the_demo_brings(tmp_path: Path) -> None:
    office = office_in(tmp_path)
    assert office("demo", "--json", CBI_LEDGER="").code == 0
    shipped = sample_folder() / "statement.xlsx"
    assert (tmp_path / "demo" / "statement.xlsx").read_bytes() == shipped.read_bytes()


def test_with_json_it_says_one_object(once_more: tuple[LedgerContext, str]) -> None:
    told = json.loads(once_more[1])
    assert told["issued_minor"] == (
        told["redeemed_minor"] + told["outstanding_minor"] + told["expired_minor"]
        + told["void_minor"]
    )


def test_the_same_campaign_plays_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    office = office_in(tmp_path)
    base, _, query = postgres_url.partition("?")
    base = base.rpartition("/")[0] if base.count("/") > 2 else base
    url = f"{base}/journey_{tmp_path.name.replace('-', '_')}" + (f"?{query}" if query else "")
    ended = office("demo", "--people", "30", "--ledger", url)
    assert ended.code == 0, ended.err + ended.out[-1500:]
    checked = office("check", "--ledger", url, "--json")
    assert all(one["holds"] for one in checked.json)


def test_a_long_one_says_how_long_and_may_be_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cbi.cli.setup.demo.Player", interrupted)
    line = ["demo", "--people", "100000", "--dir", str(tmp_path / "demo")]
    assert run(["--lang", "ru", *line]) == 130
    assert "около 25 минут" in capsys.readouterr().out
