"""Indicators: each person once a month and once in all, small counts kept back."""

import csv
import json

import openpyxl
import pytest

from cbi.base.clock import DAY_US, instant_on
from cbi.reports.indicators import LANGUAGES, WHOLE, IndicatorRow, indicators
from tests.conftest import ZONE, World
from tests.lines import Typed, typed_by
from tests.reports.campaign import closed
from tests.reports.test_five_w import enrolled
from tests.vouchers import in_hand

MONTHS = ("--from", "2022-07", "--until", "2022-09")


@pytest.fixture
def cbi(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> Typed:
    monkeypatch.chdir(world.folder)
    return typed_by(world, capsys, "manager1")


def reach(world: World) -> None:
    """Thirty people in August, of whom twelve come again in September; four children."""
    enrolled(world, *(
        (f"P-{n:06d}", f"H-{n}", "f" if n % 2 else "m", 2015 if n < 5 else 1990)
        for n in range(1, 31)
    ))
    in_hand(world, [1_500_000] * 30)
    world.clock.now = instant_on("2022-09-05", 9, ZONE)
    in_hand(world, [2_000_000] * 12, category="nonfood", start=9)


def rows(world: World, least: int) -> dict[tuple[str, str], IndicatorRow]:
    if least:
        closed(world, "2022-09")
    told = indicators(world.session("manager1"), "2022-07", "2022-09", least=least)
    return {(one.month, one.city): one for one in told.rows}


def test_a_person_counts_once_in_a_month_and_once_in_all(world: World) -> None:
    reach(world)
    told = rows(world, 0)
    assert {key: one.people for key, one in told.items()} == {
        ("2022-08", "almaty"): 30, ("2022-08", ""): 30, ("2022-09", "almaty"): 12,
        ("2022-09", ""): 12, (WHOLE, "almaty"): 30, (WHOLE, ""): 30,
    }
    assert told["2022-08", ""].cells == (2, 2, 13, 13, 0, 0)


def test_a_person_counts_where_they_were_reached_first(world: World) -> None:
    enrolled(world, ("P-000001", "H-1", "f", 1990))
    in_hand(world, [1_500_000], city="astana")
    world.clock.now += DAY_US
    in_hand(world, [2_000_000], city="almaty", category="nonfood")
    told = rows(world, 0)
    assert [(told["2022-08", city].people, told["2022-08", city].households)
            for city in ("almaty", "astana", "")] == [(0, 0), (1, 1), (1, 1)]
    assert told[WHOLE, "astana"].people == 1


def test_small_counts_and_what_gives_them_away_are_kept_back(world: World) -> None:
    reach(world)
    told = rows(world, 10)
    august = told["2022-08", "almaty"]
    assert august.people == 30
    assert august.cells[:2] == (None, None)
    assert None in august.cells[2:4]  # else the four children are what the others leave
    assert told["2022-09", ""].people == 12


def test_indicators_and_the_ministries_sheet_are_written(world: World, cbi: Typed) -> None:
    reach(world)
    closed(world, "2022-09")
    code, out, _ = cbi("report", "indicators", *MONTHS, "-o", "people.csv")
    assert code == 0
    assert out.startswith("Written to people.csv: rows 6.\n")
    assert "2 Oct 2022" in out
    with (world.folder / "people.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert (lines[0]["people"], lines[0]["f+children+age0_17"]) == ("30", "")
    assert cbi("report", "ministry", *MONTHS, "-o", "sheet.xlsx")[0] == 0
    book = openpyxl.load_workbook(world.folder / "sheet.xlsx")
    assert len(book.worksheets) == len(LANGUAGES)
    figures = [[row[2:] for row in sheet.iter_rows(min_row=7, values_only=True)]
               for sheet in book.worksheets]
    assert figures[0] == figures[1] == figures[2]
    assert "*" in figures[0][0]
    assert len(json.loads(cbi("report", "indicators", *MONTHS, "--json")[1])) == 6


def test_what_is_no_month_or_not_allowed_is_refused(cbi: Typed) -> None:
    for first, last in (("2022-09", "2022-08"), ("August", "2022-08"), ("2022-13", "2022-13")):
        assert cbi("report", "indicators", "--from", first, "--until", last)[0] == 2
    assert cbi("report", "indicators", *MONTHS, who="cashier1")[0] == 3
