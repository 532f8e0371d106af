"""Between rounds people are asked again; answers come back as changes, who is silent is named."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from pypdfium2 import PdfDocument

from cbi.people.persons import facts_of, held_changes, unseal
from tests.conftest import World
from tests.issuance.given import Family, at_noon, enrolled, issued_to, second_round
from tests.lines import TypedIn

ROUND = "KZ22-R1"


@pytest.fixture
def families(world: World) -> list[Family]:
    found = enrolled(world)
    issued_to(world)
    return found


def told(cbi: TypedIn, *words: str, who: str = "field1") -> Any:
    code, out, err = cbi("people", "reconfirm", ROUND, *words, "--json", who=who)
    assert code == 0, err
    return json.loads(out)


def filled(path: Path, answers: dict[str, tuple[object, object, object]]) -> None:
    """Answer in the workbook, as somebody who asks does."""
    book = load_workbook(path)
    for sheet in book.worksheets:
        (head,) = [row for row in sheet.iter_rows() if "Number" in [cell.value for cell in row]]
        place = {cell.value: cell.column for cell in head}
        for line in range(head[0].row + 1, sheet.max_row + 1):
            number = sheet.cell(line, place["Number"]).value
            for heading, value in zip(
                ("Still here (yes/no)", "Family now", "New phone"), answers.get(number, ()),
                strict=False,
            ):
                sheet.cell(line, place[heading]).value = value
    book.save(path)


def test_answers_in_the_workbook_come_back_as_changes(
    cbi: TypedIn, world: World, families: list[Family]
) -> None:
    path = world.folder / "ask.xlsx"
    done = told(cbi, "-o", str(path))
    everybody = {number for family in families for number in family.numbers}
    assert done["people"] == len(everybody)
    assert {one["number"] for one in told(cbi)} == everybody
    stays, gone = families[0].head, families[1].head
    filled(path, {stays: ("yes", 6, "8 701 555 77 66"), gone: ("no", None, None),
                  families[2].head: ("perhaps", None, None)})
    taken = told(cbi, "--answers", str(path), "--yes")
    assert [taken[name] for name in ("answers", "here", "gone", "sizes", "phones")] == [
        2, 1, 1, 1, 1]
    (problem,) = taken["problems"]
    assert "perhaps" in problem
    with world.ledger.read() as tx:
        assert facts_of(tx, gone).status == "left"
        assert [(one.kind, one.became) for one in held_changes(tx)] == [("size", "6")]
    opened = unseal(world.session("field1"), [stays], purpose="test")[stays]
    assert opened.data.phones == ("+77015557766",)
    assert {one["number"] for one in told(cbi)} == everybody - {stays, gone}


def test_on_paper_every_city_and_point_begins_a_page(
    cbi: TypedIn, world: World, families: list[Family]
) -> None:
    with world.ledger.read() as tx:
        household = facts_of(tx, families[0].head).household
    assert cbi("people", "households", "point", household, "School 5",
               who="field1")[0] == 0
    path = world.folder / "ask.pdf"
    assert told(cbi, "-o", str(path))["people"] == sum(len(one.numbers) for one in families)
    pages = [page.get_textpage().get_text_range() for page in PdfDocument(path)]
    assert ["School 5" in page for page in pages].count(True) == 1
    assert len(pages) == len({one.city for one in families}) + 1
    drawn = [one for page in pages for one in re.findall(r"\d{3}-\d{3}-\d{3}", page)]
    assert sorted(f"B-{one}" for one in drawn) == sorted(
        number for one in families for number in one.numbers)
    assert "Gul L0-1" in "".join(pages)  # beneath a name in Arabic script


def test_who_did_not_answer_is_named_before_the_next_draft(
    cbi: TypedIn, world: World, families: list[Family]
) -> None:
    path = world.folder / "ask.xlsx"
    told(cbi, "-o", str(path))
    filled(path, {families[0].head: ("yes", None, None)})
    told(cbi, "--answers", str(path), "--yes")
    second_round(world)
    at_noon(world, "2022-09-20")
    _, out, err = cbi("issue", "KZ22-R2", "--dry-run", who="field1")
    (line,) = [line for line in out.splitlines() if line.startswith("Asked after KZ22-R1")]
    assert families[1].head in line, err
    assert families[0].head not in line


def test_an_export_of_the_form_is_read_by_its_names(
    cbi: TypedIn, world: World, families: list[Family]
) -> None:
    form = world.folder / "form.xlsx"
    told(cbi, "--form", str(form))
    survey = [[cell.value for cell in row] for row in load_workbook(form)["survey"].rows]
    names = [row[survey[0].index("name")] for row in survey[1:]]
    assert names == ["number", "here", "size", "phone"]
    words = "".join(str(value) for row in survey for value in row)
    assert not [number for family in families for number in family.numbers if number in words]
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["start", "number", "here", "size", "phone", "_id"])
    sheet.append(["2022-08-20", families[0].head, "yes", 4, None, 1])
    sheet.append(["2022-08-20", families[3].head.replace("-", " "), "no", None, None, 2])
    export = world.folder / "export.xlsx"
    book.save(export)
    taken = told(cbi, "--answers", str(export), "--yes")
    assert (taken["here"], taken["gone"], taken["sizes"]) == (1, 1, 0)


def test_who_may_not_and_what_cannot_be(
    cbi: TypedIn, world: World, families: list[Family]
) -> None:
    path = str(world.folder / "ask.xlsx")
    line = ("people", "reconfirm", ROUND)
    for who in ("auditor1", "finance1", "admin1", "manager1"):
        assert cbi(*line, "-o", path, who=who)[0] == 3, who
    assert cbi("people", "reconfirm", "NONE", "-o", path, who="field1")[0] == 4
    assert cbi(*line, "-o", path, who="field1")[0] == 0
    assert cbi(*line, "-o", str(world.folder / "b.xlsx"), "--answers", path, who="field1")[0] == 2
    assert cbi(*line, "--answers", path, who="field1")[0] == 2
    other = Workbook()
    other.worksheets[0].append(["Name", "Phone"])
    other.save(world.folder / "other.xlsx")
    assert cbi(*line, "--answers", str(world.folder / "other.xlsx"), "--yes", who="field1")[0] == 6
