"""What is found of the mistakes planted in a statement, what is invented, if sums are exact."""

import json
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from cbi.base.errors import CbiError
from cbi.finance.intake.previewing import HowToRead, StatementPreview, preview
from cbi.finance.intake.statements import carry_out
from cbi.finance.reconciliation.exceptions import ExceptionView, exceptions
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.operators.digests import following, vouching
from cbi.storage.sqlite import SqliteDatabase
from tests.conftest import TestClock, World
from tests.finance.statements.campaign import made_world

SLIPS = ("unknown", "mistyped")


class Place(NamedTuple):
    """A mistake as it is counted: its rule, and the sheet and row or the serial it is about."""

    rule: str
    sheet: str
    where: str


@dataclass
class Measure:
    """What came of one statement; `refused` is why it was not read as it stands."""

    name: str
    refused: str = ""
    planted: int = 0
    found: int = 0
    cured: tuple[int, int] = (0, 0)
    missed: list[Place] = field(default_factory=list)
    invented: list[Place] = field(default_factory=list)
    sums: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """All found, none invented, sums exact, read without a word from anybody."""
        return not (self.refused or self.missed or self.invented or self.sums)

    def __str__(self) -> str:
        told = f"{self.name:24} {self.found:2}/{self.planted} cured {self.cured}"
        for word in ("refused", "missed", "invented", "sums"):
            if getattr(self, word):
                told += f"\n    {word}: {getattr(self, word)}"
        return told


def measured(world: World, path: Path) -> Measure:
    """Take a statement in, reconcile it, and compare with the JSON beside it."""
    told = json.loads(path.with_suffix(".json").read_text("utf-8"))
    made = Measure(path.name, planted=len(told["mistakes"]))
    period = told["period"] or [None, None]
    how = HowToRead(period_from=period[0], period_until=period[1])
    session = world.session("finance1")
    try:
        seen = preview(session, path, "magnum", how)
        statement = carry_out(session, seen, leave_out=True)
        reconcile(session, statement.number)
    except CbiError as error:
        made.refused = f"{error.code} {error.facts}"[:300]
        made.missed = [_place(one) for one in told["mistakes"]]
        return made
    _compare(world, made, told, seen)
    return made


def _place(one: dict[str, Any]) -> Place:
    if one["rule"] == "unbilled":
        return Place("unbilled", "", one["serial"])
    return Place(one["rule"], one["sheet"], str(one["row"]))


def _compare(
    world: World, made: Measure, told: dict[str, Any], seen: StatementPreview
) -> None:
    with world.ledger.read() as tx:
        listed = exceptions(tx)
        rows = {
            line: (sheet or "1", row) for line, sheet, row in
            tx.tuples("SELECT line, sheet, file_row FROM claim")
        }
        claimed = tx.value("SELECT sum(amount_minor) FROM claim")
    wanted = [_place(one) for one in told["mistakes"]]
    cures = {_place(one): one["cure"] for one in told["mistakes"] if one.get("cure")}
    consequences = set(cures.values())
    found = [_found(one, rows, wanted) for one in listed]
    found += [
        Place("cell", one.sheet or "1", str(one.row)) for one in seen.problems
    ] + [
        Place("total", one.sheet or "1", str(one.row)) for one in seen.warnings
        if one.code.startswith("finance.total-differs")
    ]
    for one in found:
        if one.rule == "unbilled" and one.where in consequences and one not in wanted:
            continue
        if one.rule == TOTAL and any(place.rule == "total" for place in wanted):
            continue
        if one not in wanted:
            made.invented.append(one)
    made.missed = list((Counter(wanted) - Counter(found)).elements())
    made.found = len(wanted) - len(made.missed)
    right = sum(
        1 for view in listed if view.rule in SLIPS
        and cures.get(_found(view, rows, wanted), "-") == view.detail.get("cure_serial")
    )
    made.cured = (right, sum(1 for place in cures if place.rule == "slip"))
    wrong = [
        view.reference for view in listed if view.detail.get("cure_serial")
        and cures.get(_found(view, rows, wanted)) != view.detail["cure_serial"]
    ]
    made.sums += [f"wrong cure {one}" for one in wrong]
    _check_sums(made, told, seen, int(claimed))


TOTAL = "total-differs"


def _found(
    view: ExceptionView, rows: dict[int, tuple[str, int]], wanted: list[Place]
) -> Place:
    if view.line is None:
        return Place(view.rule, "", view.serial or "")
    sheet, row = rows[view.line]
    slip = Place("slip", sheet, str(row))
    if view.rule in SLIPS and slip in wanted:
        return slip
    return Place(view.rule, sheet, str(row))


def _check_sums(
    made: Measure, told: dict[str, Any], seen: StatementPreview, claimed: int
) -> None:
    for word, is_, should in (
        ("claimed", claimed, told["claimed_minor"]), ("stated", seen.stated_minor,
                                                      told["stated_minor"]),
        ("left out", seen.left_minor, told["left_minor"]),
    ):
        if is_ != should:
            made.sums.append(f"{word} {is_}, not {should}")


def measures(folder: Path) -> list[Measure]:
    """Every statement of a folder, each in a ledger of its own."""
    base = Path(tempfile.mkdtemp(prefix="cbi-corpus-"))
    try:
        world = made_world(base)
        world.ledger.close()
        return [
            _in_copy(world, path) for path in sorted(folder.iterdir())
            if path.suffix in (".xlsx", ".csv", ".ods", ".xls")
        ]
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _in_copy(world: World, path: Path) -> Measure:
    folder = Path(tempfile.mkdtemp(dir=world.folder))
    shutil.copy(world.folder / "ledger.db", folder / "ledger.db")
    ledger = SqliteDatabase(folder / "ledger.db")
    ledger.following = following(lambda: vouching(world.keys))
    clock = TestClock(world.clock.now)
    try:
        return measured(replace(world, ledger=ledger, clock=clock, folder=folder), path)
    finally:
        ledger.close()


def print_measures(folder: Path) -> None:
    """The table, and its sums."""
    made = measures(folder)
    for one in made:
        print(one)
    print(
        f"read as they stand: {sum(not one.refused for one in made)} of {len(made)}; found "
        f"{sum(one.found for one in made)} of {sum(one.planted for one in made)}; invented "
        f"{sum(len(one.invented) for one in made)}; whole {sum(one.is_whole for one in made)}"
    )
