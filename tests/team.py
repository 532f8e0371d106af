"""People who each type at a machine of their own, at one ledger: a practice ledger as typed."""

import json
from pathlib import Path

import openpyxl
import pytest

from cbi.cli.run import run
from cbi.context import LedgerContext, StoragePaths
from cbi.ledger.vouchers import approving
from cbi.operators.log import record
from cbi.operators.operator_session import OperatorSession
from cbi.programmes import batches
from cbi.programmes.batches import DraftLine

GIVEN = "given for one login"


class Team:
    """People who each type at a machine of their own, at one ledger."""

    def __init__(
        self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
        places: StoragePaths,
    ) -> None:
        self.folder, self.capsys, self.env, self.places = folder, capsys, monkeypatch, places
        self.out = self.err = ""
        self.opened: list[LedgerContext] = []

    def __call__(self, who: str, *words: str) -> int:
        self.env.setenv("CBI_SESSIONS", str(self.folder / who))
        code = run(["--yes", *words])
        said = self.capsys.readouterr()
        self.out, self.err = said.out, said.err
        return code

    def signs_in(self, name: str, *, first: bool = False) -> int:
        self.env.setenv("CBI_PASSPHRASE", GIVEN if first else f"the words of {name}")
        self.env.setenv("CBI_NEW_PASSPHRASE", f"the words of {name}")
        return self(name, "login", name)

    def adds(self, by: str, name: str, *roles: str) -> int:
        self.env.setenv("CBI_NEW_PASSPHRASE", GIVEN)
        words = [word for role in roles for word in ("--role", role)]
        return self(by, "operator", "add", name, *words)

    def state(self, name: str) -> str:
        assert self("aigul", "operator", "list", "--json") == 0
        return str(next(one["confirmation"] for one in json.loads(self.out) if one["name"] == name))

    def waiting(self) -> list[str]:
        assert self("aigul", "report", "progress", "--json", "-o", str(self.folder / "p.html"),
                    "--force") == 0, self.err
        return [one["object"] for one in json.loads(self.out)["waiting"]
                if one["what"] == "account"]

    def check(self, rule: str) -> tuple[int, list[str], list[str]]:
        code = self("aigul", "check", "--json")
        found = next(one for one in json.loads(self.out) if one["rule"] == rule)
        wrong, told = ([one["what"] for one in found[name]] for name in ("wrong", "told"))
        return code, wrong, told

    def cover(self) -> list[str]:
        path = self.folder / "book.xlsx"
        assert self("aigul", "report", "workbook", "-o", str(path), "--force") == 0, self.err
        rows = openpyxl.load_workbook(path)["Cover"].iter_rows(values_only=True)
        return [str(row[1]) for row in rows]

    def office(self) -> LedgerContext:
        """The ledger as a program of one's own opens it."""
        office = LedgerContext(self.places)
        self.opened.append(office)
        return office

    def session(self, name: str) -> OperatorSession:
        office = self.office()
        return office.session(office.by_passphrase(name, f"the words of {name}"))

    def plants_a_confirmation(self, office: LedgerContext, by: str) -> None:
        """Of the line that added Dana."""
        now = office.clock()
        with office.ledger.read() as tx:
            seq = tx.value("SELECT seq FROM log WHERE action = 'operator.add' AND object = 'dana'")
        office.ledger.transact(lambda tx: record(
            tx, operator=by, action="operator.confirm", object="dana", at=now,
            detail={"changes": [seq]}, origin="",
        ))


def founded(team: Team) -> Team:
    """Bolat and Amina join; then the first programme and its round are made."""
    assert team.adds("aigul", "bolat", "manager") == 0
    assert team.adds("aigul", "amina", "field") == 0
    for name in ("bolat", "amina"):
        assert team.signs_in(name, first=True) == 0
    return with_programme(team)


def with_programme(team: Team, manager: str = "bolat") -> Team:
    for words in (
        ("city", "add", "almaty", "--name", "en=Almaty"),
        ("retailer", "add", "magnum", "--name", "Magnum"),
        ("programme", "add", "KZ22", "--name", "Kazakhstan 2022", "--budget", "60000000"),
    ):
        assert team("aigul", *words) == 0, team.err
    if manager:
        makes_round(team, manager)
    return team


def makes_round(team: Team, manager: str) -> None:
    assert team(manager, "round", "add", "KZ22-R1", "--programme", "KZ22", "--from", "2022-08-16",
                "--until", "2032-09-30", "--entitlement", "food:15000:person", "--retailer",
                "food:magnum") == 0, team.err


def batch(team: Team, drafter: str, approver: str) -> str:
    """A batch drafted by one and approved by the other."""
    lines = [DraftLine("P-000001", "almaty", "en", "food", 1_500_000)]
    number = batches.draft(team.session(drafter), "KZ22-R1", lines).number
    approving.approve(team.session(approver), number)
    return number
