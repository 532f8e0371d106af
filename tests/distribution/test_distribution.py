"""The distribution list: the one paper with names, for staff; in the order of the sheets."""

from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pypdfium2
import pytest

from cbi.base.errors import Conflict, NotAllowed, UsageError
from cbi.distribution.handover import hand_over_codes_or_serials
from cbi.distribution.lists import Listed, Which, distribution_list
from cbi.distribution.printing import PrintOptions, print_batch
from cbi.issuance.drafting import draft_round
from cbi.messages import LANGUAGES, text
from cbi.people.persons import approve as approve_people
from cbi.people.persons import enrol, erase, set_point
from cbi.people.records.record import Document, PersonalData, WrittenName
from tests.conftest import World
from tests.issuance.given import (
    OUTSIDER,
    Family,
    a_person,
    enrolled,
    issued_to,
    log_of,
    serials_of,
)
from tests.office import computed_all, of_a_file

ROUND = "KZ22-R1"


@pytest.fixture
def families(world: World) -> list[Family]:
    return enrolled(world)


@pytest.fixture
def batch(world: World, families: list[Family]) -> str:
    return issued_to(world)


def write(world: World, batch: str, path: Path, *, who: str = "field1", **how: Any) -> Listed:
    return distribution_list(world.session(who), batch, path, **how)


def pages(path: Path) -> list[str]:
    return [page.get_textpage().get_text_bounded().replace("\u00a0", " ")
            for page in pypdfium2.PdfDocument(path)]


def sheets(path: Path, language: str = "en") -> dict[str, list[dict[Any, Any]]]:
    """Each sheet's rows under its headings."""
    found = {}
    for sheet in openpyxl.load_workbook(path).worksheets:
        rows = list(sheet.iter_rows(values_only=True))
        head = next(at for at, row in enumerate(rows)
                    if text("voucher.serial", language) in row)
        found[sheet.title] = [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]
    return found


def home_of(world: World, number: str) -> str:
    with world.ledger.read() as tx:
        return str(tx.value("SELECT household FROM person WHERE number = :number", number=number))


def test_each_city_has_pages_with_names_serials_and_a_box_to_sign(
    world: World, batch: str, tmp_path: Path,
) -> None:
    made = write(world, batch, tmp_path / "l.pdf")
    assert (made.people, made.vouchers, made.pages, made.missing) == (6, 10, 2, {})
    first, second = pages(made.path)
    for told in ("Gul L0-0 (Wali)", "0L00", "Signature or thumbprint", "Page 1 of 2",
                 "people 5, vouchers 8, 135,000 tenge"):
        assert told in first
    assert "people 1, vouchers 2" in second


def test_names_stand_in_the_script_of_their_bearer_and_in_latin(
    world: World, batch: str, tmp_path: Path,
) -> None:
    made = write(world, batch, tmp_path / "l.xlsx")
    rows = [row for sheet in sheets(made.path).values() for row in sheet]
    names = {row["Beneficiary"]: (row["Name"], row["Name in Latin letters"]) for row in rows}
    assert len(names) == 6
    own = [name for name, _ in names.values()]
    assert sum("گل" in name for name in own) == 3
    assert sum("Гуль" in name for name in own) == 3
    assert all(latin.startswith("Gul ") for _, latin in names.values())


def test_a_name_without_latin_letters_is_written_in_them(world: World, tmp_path: Path) -> None:
    person = a_person("c1", city="almaty", data=PersonalData(
        names=(WrittenName("Зарина Рахими", "", "Cyrl"),),
        documents=(Document("tazkira", "1399050200123"),),
    ))
    numbers = enrol(world.session("field1"), [person]).numbers
    approve_people(world.session("manager1"), list(numbers))
    (row, *_) = sheets(write(world, issued_to(world), tmp_path / "l.xlsx").path)["x"]
    assert (row["Name in Latin letters"], row["Document ends"]) == ("Zarina Rakhimi", "0123")


def test_the_list_and_the_stack_are_in_one_order_with_the_same_numbers(
    world: World, families: list[Family], batch: str, tmp_path: Path
) -> None:
    set_point(world.session("field1"), home_of(world, families[1].head), "School 5")
    listed = sheets(write(world, batch, tmp_path / "l.xlsx").path)
    order = [row["Serial"] for rows in listed.values() for row in rows]
    print_batch(world.session("field1"), batch, tmp_path / "v.pdf",
                options=PrintOptions(plain=True))
    stack = [word for page in pages(tmp_path / "v.pdf")[1:] for word in page.split()
             if word.startswith("KZ22-R1-0")][::2]
    assert order == stack
    assert [[row["No."] for row in rows] for rows in listed.values()] == [
        [1, 1, 2, 3, 3, 4], [1, 1], [1, 1]]


def test_who_has_collected_is_no_longer_on_it_and_the_others_keep_their_numbers(
    world: World, families: list[Family], batch: str, tmp_path: Path
) -> None:
    head = families[0].head
    hand_over_codes_or_serials(world.session("field1"), serials_of(world, batch, beneficiary=head))
    rows = sheets(write(world, batch, tmp_path / "l.xlsx").path)
    (almaty, _) = rows.values()
    assert head not in {row["Beneficiary"] for row in almaty}
    assert next(row["No."] for row in almaty) == 2


def test_a_list_after_the_hand_over_says_who_has_received_and_when(
    world: World, families: list[Family], batch: str, tmp_path: Path
) -> None:
    head = families[0].head
    hand_over_codes_or_serials(world.session("field1"), serials_of(world, batch, beneficiary=head))
    made = write(world, batch, tmp_path / "l.xlsx", which=Which(received=True))
    (almaty, _) = sheets(made.path).values()
    assert {row["Beneficiary"]: row["Remark"] for row in almaty}[head] == "received 20 Aug 2022"
    assert {row["Remark"] for row in almaty if row["Beneficiary"] != head} == {None}
    assert next(row["No."] for row in almaty) == 1
    hand_over_codes_or_serials(world.session("field1"), [
        one for family in families for number in family.numbers if number != head
        for one in serials_of(world, batch, beneficiary=number)
    ])
    with pytest.raises(Conflict, match="nothing-to-list"):
        write(world, batch, tmp_path / "none.pdf")
    written = write(world, batch, tmp_path / "l.pdf", which=Which(received=True), language="ru")
    assert "получено 20.08.2022" in " ".join(" ".join(pages(written.path)).split())


def test_one_city_alone(world: World, batch: str, tmp_path: Path) -> None:
    made = write(world, batch, tmp_path / "l.xlsx", which=Which("astana"))
    assert (made.people, made.vouchers, made.pages) == (1, 2, None)


def test_when_all_is_handed_over_there_is_no_list(world: World, batch: str, tmp_path: Path) -> None:
    hand_over_codes_or_serials(world.session("field1"), serials_of(world, batch))
    with pytest.raises(Conflict, match="nothing-to-list"):
        write(world, batch, tmp_path / "l.pdf")
    assert not (tmp_path / "l.pdf").exists()


def test_a_draft_has_no_list(world: World, families: list[Family], tmp_path: Path) -> None:
    made = draft_round(world.session("field1"), ROUND)
    with pytest.raises(Conflict, match="batch-not-approved"):
        write(world, made.number, tmp_path / "l.pdf")


def test_reading_the_names_is_logged_with_its_purpose_and_the_file_is_the_owners(
    world: World, batch: str, tmp_path: Path
) -> None:
    made = write(world, batch, tmp_path / "l.pdf")
    (line,) = [one for one in log_of(world, "people.read") if batch in one["detail"]]
    assert line["operator"] == "field1"
    assert made.path.stat().st_mode & 0o077 == 0


def test_a_password_locks_the_list_and_a_workbook_cannot_be_locked(
    world: World, batch: str, tmp_path: Path,
) -> None:
    made = write(world, batch, tmp_path / "l.pdf", password="maple-river-9")
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(made.path)
    with pytest.raises(UsageError, match="list-unlockable"):
        write(world, batch, tmp_path / "l.xlsx", password="maple-river-9")
    assert not (tmp_path / "l.xlsx").exists()


def test_an_erased_person_stands_there_by_number_alone(
    world: World, families: list[Family], batch: str, tmp_path: Path,
) -> None:
    erase(world.session("admin1"), families[3].head, "asked for it")
    rows = sheets(write(world, batch, tmp_path / "l.xlsx", which=Which("astana")).path)["x"]
    assert {row["Name"] for row in rows} == {families[3].head}


@pytest.mark.parametrize("who", [OUTSIDER, "manager1", "cashier1", "finance1", "auditor1"])
def test_the_list_is_for_field_staff(world: World, batch: str, who: str, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        write(world, batch, tmp_path / "l.pdf", who=who)


@of_a_file
def test_the_workbook_totals_in_a_spreadsheet_program(
    world: World, batch: str, tmp_path: Path,
) -> None:
    made = [
        write(world, batch, tmp_path / f"{language}.xlsx", language=language).path
        for language in LANGUAGES
    ]
    for language, sheets in computed_all(made, tmp_path).items():
        totals = [
            row for rows in sheets.values() for row in rows if text("files.total", language) in row
        ]
        assert sorted(max(float(cell) for cell in row if cell.replace(".", "").isdigit())
                      for row in totals) == [35_000, 135_000], language
