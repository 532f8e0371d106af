"""5W: the columns and tags that donors ask for, and people counted once."""

import csv
import dataclasses
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cbi.base.clock import instant_on
from cbi.base.errors import UsageError
from cbi.files import read_table, text_of
from cbi.files.writing import write_csv
from cbi.ledger.vouchers.changes import replace
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.ledger.vouchers.reversing import reverse
from cbi.operators.log import record
from cbi.programmes.programmes import programme
from cbi.reports.as_of import of_period
from cbi.reports.five_w import FiveWRequest, five_w, headings, with_bands, write_five_w
from cbi.reports.reached import Band
from tests.conftest import ZONE, World
from tests.lines import Typed, typed_by
from tests.reports.campaign import closed
from tests.vouchers import in_hand, issued

TAGS = [
    "#date+start", "#date+end", "#org+impl", "#org+funder", "#activity+project+code",
    "#sector+cluster+name", "#modality+name", "#modality+code", "#country+code", "#adm1+name",
    "#adm1+code", "#loc+name", "#loc+code", "#targeted+ind", "#reached+hh", "#reached+ind",
    "#reached+f+children+age0_17", "#reached+m+children+age0_17", "#reached+f+adults+age18_59",
    "#reached+m+adults+age18_59", "#reached+f+elderly+age60plus", "#reached+m+elderly+age60plus",
    "#currency+code", "#value+issued", "#value+redeemed",
]
BANDS = (Band("children", 0, 17), Band("adults", 18, 59), Band("elderly", 60, None))
AUGUST = FiveWRequest(
    date_from="2022-08-01", date_until="2022-08-31", organisation="An Agency", funder="A Funder",
    country="KAZ", sectors={"food": "Food Security"},
)


@pytest.fixture
def cbi(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> Typed:
    monkeypatch.chdir(world.folder)
    return typed_by(world, capsys, "manager1")


def enrolled(
    world: World, *people: tuple[str, str, str, int | None], sizes: Iterable[tuple[str, int]] = (),
) -> None:
    """People in the clear: (number, household, sex, birth year)."""
    homes = dict(sizes)
    with world.ledger.write() as tx:
        tx.insert("household", [
            {"number": home, "head": None, "size": homes.get(home, 1), "point": None, "made_at": 1}
            for home in dict.fromkeys(person[1] for person in people)
        ])
        tx.insert("person", [
            {"number": number, "city": "almaty", "household": home, "sex": sex, "birth_year": year,
             "language": "fa", "name_script": "", "status": "active", "consent": 1, "version": 1,
             "list_hash": "", "enrolled_by": "field1", "enrolled_at": 1,
             "approved_by": None, "approved_at": None, "merged_into": None, "erased_at": None}
            for number, home, sex, year in people
        ])


def rows(world: World, asked: FiveWRequest = AUGUST) -> list[dict[str, Any]]:
    with world.ledger.read() as tx:
        found, asked = programme(tx, "KZ22"), with_bands(tx, asked)
        tags = [tag for _, tag in headings(asked.bands, disability=asked.disability)]
        seen = of_period(tx, None, world.clock(), found.zone, asked.date_until)
        return [dict(zip(tags, row, strict=True)) for row in five_w(tx, found, asked, seen)]


def reached(row: dict[str, Any]) -> dict[str, Any]:
    return {tag.removeprefix("#reached+"): value for tag, value in row.items()
            if tag.startswith("#reached") and value}


def test_the_tags_are_those_agreed(world: World) -> None:
    with world.ledger.read() as tx:
        asked = with_bands(tx, FiveWRequest(date_from="2022-08-01", date_until="2022-08-31"))
    assert [tag for _, tag in headings(asked.bands)] == TAGS


def test_the_country_is_the_profiles_where_a_place_tells_none(world: World) -> None:
    in_hand(world, [1_500_000])
    with world.ledger.write() as tx:
        tx.run("UPDATE city SET iso = NULL")
    unsaid = FiveWRequest(date_from="2022-08-01", date_until="2022-08-31")
    (row,) = rows(world, unsaid)
    assert row["#country+code"] == "KZ"


def test_a_person_counts_once_in_a_row_by_sex_and_age_of_that_year(world: World) -> None:
    enrolled(world, ("P-1", "H-1", "f", 2010), ("P-2", "H-1", "m", 2004), ("P-3", "H-2", "f", 1962),
             ("P-4", "H-3", "", None))
    in_hand(world, [1_500_000] * 4, beneficiaries=["P-1", "P-2", "P-3", "P-4"])
    (row,) = rows(world)
    assert row["#sector+cluster+name"] == "Food Security"
    assert row["#targeted+ind"] == 4
    assert reached(row) == {
        "hh": 3, "ind": 4, "f+children+age0_17": 1, "m+adults+age18_59": 1,
        "f+elderly+age60plus": 1,
    }
    assert (row["#value+issued"], row["#value+redeemed"]) == (6_000_000, 0)
    assert (row["#currency+code"], row["#modality+code"], row["#country+code"]) == (
        "KZT", "2", "KAZ")


def test_a_voucher_of_a_household_reaches_all_who_live_in_it(world: World) -> None:
    enrolled(world, ("P-1", "H-1", "f", 1990), ("P-2", "H-1", "m", 2015), ("P-3", "H-2", "m", 1950),
             sizes=[("H-1", 4)])
    in_hand(world, [2_000_000], category="nonfood", beneficiaries=["P-1"])
    (row,) = rows(world)
    assert reached(row) == {
        "hh": 1, "ind": 4, "f+adults+age18_59": 1, "m+children+age0_17": 1}


def test_who_was_enrolled_twice_counts_once(world: World) -> None:
    enrolled(world, ("P-1", "H-1", "f", 1990), ("P-2", "H-2", "f", 1990))
    with world.ledger.write() as tx:
        tx.run("UPDATE person SET merged_into = 'P-1' WHERE number = 'P-2'")
    in_hand(world, [1_500_000] * 2, beneficiaries=["P-1", "P-2"])
    (row,) = rows(world)
    assert reached(row) == {"hh": 1, "ind": 1, "f+adults+age18_59": 1}


def test_only_what_happened_in_the_period_counts_and_its_last_day_is_whole(world: World) -> None:
    papers = in_hand(world, [1_500_000] * 2)
    issued(world, [1_500_000], start=8)
    world.clock.now = instant_on("2022-09-10", 9, ZONE)
    for number, (day, hour, minute) in enumerate((
        ("2022-08-31", 23, 59), ("2022-09-01", 0, 0), ("2022-08-28", 9, 0))):
        redeem(world.session("cashier1"), Redeem(
            code=papers[number % 2].code, amount_minor=100_000, store="magnum-almaty-1",
            receipt=str(number), occurred_at=instant_on(day, hour, ZONE, minute)))
    reverse(world.session("manager1"), f"{papers[0].serial}/4", "wrong goods")
    (row,) = rows(world)
    assert row["#value+redeemed"] == 100_000
    assert (row["#targeted+ind"], row["#reached+ind"]) == (3, 2)
    (september,) = rows(world, FiveWRequest(date_from="2022-09-01", date_until="2022-09-30"))
    assert september["#value+redeemed"] == 100_000
    assert (september["#value+issued"], september["#reached+ind"]) == (0, 0)
    assert rows(world, FiveWRequest(date_from="2022-10-01", date_until="2022-10-31")) == []


def test_a_replacement_issues_nothing_anew(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    replace(world.session("field1"), paper.serial, "torn")
    (row,) = rows(world)
    assert (row["#value+issued"], row["#reached+ind"]) == (1_500_000, 1)


@pytest.mark.parametrize("period", [("2022-08-31", "2022-08-01"), ("August", "2022-08-31")])
def test_a_period_that_is_none_is_refused(world: World, period: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match=r"reports\.period"):
        rows(world, FiveWRequest(date_from=period[0], date_until=period[1]))


def test_age_bands_are_configuration(world: World) -> None:
    bands = (Band("infants", 0, 4), Band("others", 5, None))
    enrolled(world, ("P-1", "H-1", "f", 2020))
    in_hand(world, [1_500_000], beneficiaries=["P-1"])
    (row,) = rows(world, FiveWRequest(date_from="2022-08-01", date_until="2022-08-31", bands=bands))
    assert row["#reached+f+infants+age0_4"] == 1
    assert row["#reached+m+others+age5plus"] == 0


def written(world: World, name: str) -> Path:
    in_hand(world, [1_500_050])
    path = world.folder / name
    with world.ledger.read() as tx:
        found, asked = programme(tx, "KZ22"), with_bands(tx, AUGUST)
        seen = of_period(tx, None, world.clock(), found.zone, asked.date_until)
        write_five_w(path, five_w(tx, found, asked, seen), found=found, asked=asked)
    return path


def test_the_workbook_has_the_tags_right_under_the_headings(world: World) -> None:
    sheet = openpyxl.load_workbook(written(world, "5w.xlsx")).active
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0][:2] == ("From", "Until")
    assert list(lines[1]) == TAGS
    assert lines[2][TAGS.index("#value+issued")] == 15000.5
    assert lines[2][TAGS.index("#modality+code")] == "2"
    assert lines[2][0].year == 2022


def test_the_csv_has_the_same(world: World) -> None:
    with written(world, "5w.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[1] == TAGS
    assert lines[2][TAGS.index("#value+issued")] == "15000.50"
    assert lines[2][TAGS.index("#loc+name")] == "x"


VALIDATED = """
import io, json, sys, hxl
data = hxl.data(io.BytesIO(sys.stdin.buffer.read()))
tags, objections = data.display_tags, []
data.validate(callback=objections.append)
print(json.dumps([tags, [(one.rule.severity, one.message) for one in objections]]))
"""
"""In a process of its own: libhxl leaves files open, which is a fault in a test of ours."""


@pytest.mark.parametrize("name", ["5w.xlsx", "5w.csv"])
def test_the_exchanges_own_validator_accepts_it(world: World, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", VALIDATED], input=written(world, name).read_bytes(),
        capture_output=True, check=True, timeout=120,
    )
    tags, objections = json.loads(done.stdout.splitlines()[-1])
    assert tags == TAGS
    assert [one for one in objections if one[0] != "info"] == []


def disabled(world: World, *numbers: str) -> None:
    for number in numbers:
        with world.ledger.write() as tx:
            record(tx, operator="field1", action="people.flags", object=number, at=world.clock(),
                   detail={"was": "", "became": "disability, elder"}, origin="test")


def test_people_with_a_disability_are_told_by_sex_and_age(world: World) -> None:
    enrolled(world, ("P-1", "H-1", "f", 2010), ("P-2", "H-1", "m", 2004), ("P-3", "H-2", "", None))
    in_hand(world, [1_500_000] * 3, beneficiaries=["P-1", "P-2", "P-3"])
    disabled(world, "P-1", "P-3")
    (row,) = rows(world, dataclasses.replace(AUGUST, disability=True))
    assert {tag: value for tag, value in row.items() if tag.endswith("+disabled") and value} == {
        "#reached+ind+disabled": 2, "#reached+f+children+age0_17+disabled": 1}
    assert row["#reached+ind"] == 3


def test_a_disability_of_few_is_kept_back_with_what_gives_it_away(world: World) -> None:
    enrolled(world, *((f"P-{n}", f"H-{n}", "f" if n % 2 else "m", 1990) for n in range(1, 61)))
    in_hand(world, [1_500_000] * 60, beneficiaries=[f"P-{n}" for n in range(1, 61)])
    disabled(world, *(f"P-{n}" for n in range(1, 26, 2)), "P-2", "P-4")
    (row,) = rows(world, dataclasses.replace(AUGUST, disability=True, least=10))
    assert row["#reached+ind"] == 60
    assert row["#reached+m+adults+age18_59+disabled"] is None
    told = (row["#reached+ind+disabled"], row["#reached+f+adults+age18_59+disabled"])
    assert None in told  # else the two men are the difference


TEMPLATE = [
    ["Cluster 5W, 2022", "", "", "", "", ""],
    ["Who", "Where", "Contact", "Women", "People", "Women with a disability"],
    ["#org +impl", "#loc+name", "#contact+email", "#reached +age18_59 +adults +f", "#reached+ind",
     "#reached+disabled+f+adults+age18_59"],
    ["", "", "desk@example.org", "99", "", ""],
]


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_a_template_is_filled_by_its_tags(world: World, cbi: Typed, name: str) -> None:
    enrolled(world, ("P-1", "H-1", "f", 1990), ("P-2", "H-2", "m", 1990))
    in_hand(world, [1_500_000] * 2, beneficiaries=["P-1", "P-2"])
    disabled(world, "P-1")
    write_csv(world.folder / "cluster.csv", TEMPLATE[0], TEMPLATE[1:])
    code, out, _ = cbi("report", "5w", "--from", "2022-08-01", "--until", "2022-08-31", "--small",
                       "0", "--organisation", "An Agency", "--template", "cluster.csv", "-o", name)
    assert code == 0
    assert out.startswith(f"Written to {name}: rows 1.\nAs things stood on 20 Aug 2022 ")
    lines = [[text_of(cell) for cell in row.cells] for row in read_table(world.folder / name).rows]
    assert lines == [
        TEMPLATE[1], TEMPLATE[2], ["An Agency", "x", "desk@example.org", "1", "2", "1"]]
    done = subprocess.run(
        [sys.executable, "-c", VALIDATED], input=(world.folder / name).read_bytes(),
        capture_output=True, check=True, timeout=120,
    )
    tags, objections = json.loads(done.stdout.splitlines()[-1])
    assert len(tags) == 6
    assert [one for one in objections if one[0] != "info"] == []


def test_a_template_says_what_it_leaves_empty_and_one_without_tags_is_refused(
    world: World, cbi: Typed
) -> None:
    in_hand(world, [1_500_000])
    period = ("report", "5w", "--from", "2022-08-01", "--until", "2022-08-31", "--small", "0")
    write_csv(world.folder / "t.csv", ["Who", "Mood"], [["#org+impl", "#mood"]])
    assert "Left empty, for there is no figure of them here: Mood." in cbi(
        *period, "--template", "t.csv", "-o", "a.csv")[1]
    write_csv(world.folder / "none.csv", ["Who", "Mood"], [["a", "b"]])
    assert cbi(*period, "--template", "none.csv", "-o", "b.csv")[0] == 6
    assert cbi(*period, "--template", "t.csv", "--activityinfo", "-o", "c.csv")[0] == 2


def test_activityinfo_gets_one_row_of_codes_and_a_key(world: World, cbi: Typed) -> None:
    in_hand(world, [1_500_000])
    assert cbi("report", "5w", "--from", "2022-08-01", "--until", "2022-08-31", "--small", "0",
               "--disability", "--activityinfo", "-o", "ai.csv")[0] == 0
    with (world.folder / "ai.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,31}", one) for one in row), list(row)
    assert len(set(row)) == len(headings(BANDS, disability=True)) + 1
    assert row["record_key"] == "KZ22 x Food 2022-08-01 2022-08-31"
    assert (row["reached_ind"], row["value_issued"], row["date_start"]) == (
        "1", "15000.00", "2022-08-01")
    assert cbi("report", "5w", "--from", "2022-08-01", "--until", "2022-08-31", "--small", "0",
               "--activityinfo", "-o", "ai.xlsx")[0] == 2


def test_cost_efficiency_has_both_numbers(world: World, cbi: Typed) -> None:
    papers = in_hand(world, [1_500_000] * 12)
    for number, paper in enumerate(papers):
        redeem(world.session("cashier1"), Redeem(
            code=paper.code, amount_minor=1_000_000, store="magnum-almaty-1", receipt=str(number)))
    closed(world, "2022-08")
    line = ("report", "efficiency", "--from", "2022-08-01", "--until", "2022-08-31")
    said = json.loads(cbi(*line, "--cost", "staff=20000", "--cost", "print=4000", "--json")[1])
    told = {one["ratio"]: (one["upper"], one["lower"], one["value"]) for one in said["ratios"]}
    assert told["cost-transferred"] == (2_400_000, 12_000_000, 0.2)
    assert told["cost-whole"] == (2_400_000, 14_400_000, pytest.approx(1 / 6))
    assert told["cost-person"] == (2_400_000, 12, 200_000)
    assert told["transferred-person"] == (12_000_000, 12, 1_000_000)
    assert "costs a person reached" in cbi(*line, "--cost", "staff=24000")[1]
    assert "0,200" in cbi("--lang", "ru", *line, "--cost", "staff=24000")[1]
    assert cbi(*line, "--cost", "staff=24000", "-o", "e.csv")[0] == 0
    assert cbi(*line, "--cost", "staff=24000", "-o", "e.xlsx")[0] == 0
    assert "cost-person,24000.00,12,2000.00" in (world.folder / "e.csv").read_text("utf-8-sig")
    few = json.loads(cbi(*line, "--cost", "staff=1", "--small", "13", "--json")[1])
    assert [one["lower"] for one in few["ratios"][2:]] == [None] * 3
    assert cbi(*line)[0] == cbi(*line, "--cost", "staff")[0] == 2
    assert cbi(*line, "--cost", "staff=1", who="field1")[0] == 3
