"""The forms and the sample stand in the repository as the code writes them."""

import json
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cbi.base.data import data_folder
from cbi.files import read_table
from cbi.finance.reading.structure import contents
from cbi.finance.reading.structure.layouts import find_layout
from cbi.messages.catalogue import texts
from cbi.places.reading import CityReader
from cbi.practice.forms import FORMS, EmptyForm, write_sample_people, write_templates
from cbi.practice.people_list import HEADINGS
from cbi.practice.sample import (
    sample_cities,
    sample_folder,
    sample_programme,
    sample_retailers,
    sample_stores,
)
from tests.countries import KZ


def test_writing_forms_again_gives_the_same_bytes_and_what_the_repository_has(
    tmp_path: Path,
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        write_templates(folder)
    for form in FORMS:
        name = f"{form.name}.xlsx"
        assert (first / name).read_bytes() == (second / name).read_bytes()
        for sheet in (form.sheet, "Help"):
            kept = read_table(data_folder() / "templates" / name, sheet=sheet)
            assert kept.rows == read_table(first / name, sheet=sheet).rows


def test_writing_the_people_list_again_gives_what_the_repository_has(tmp_path: Path) -> None:
    workbook, plain = write_sample_people(tmp_path)
    assert plain.read_bytes() == (sample_folder() / "people.csv").read_bytes()
    again = tmp_path / "again"
    again.mkdir()
    assert write_sample_people(again)[0].read_bytes() == workbook.read_bytes()
    kept, made = read_table(sample_folder() / "people.xlsx"), read_table(workbook)
    assert kept.rows == made.rows
    assert len(kept.rows) == 1236


def test_the_people_list_keeps_texts_as_texts_and_dates_as_dates() -> None:
    rows = read_table(sample_folder() / "people.xlsx").rows
    assert rows[0].cells == HEADINGS
    columns = {heading: index for index, heading in enumerate(HEADINGS)}
    births = [row.cells[columns["Date of birth"]] for row in rows[1:]]
    assert sum(isinstance(birth, date) for birth in births) > 700
    for heading in ("Phone", "Tazkira No.", "Passport No.", "Refugee certificate No."):
        assert all(isinstance(row.cells[columns[heading]], str | None) for row in rows[1:])


def test_workbook_and_csv_hold_the_same_people() -> None:
    book = read_table(sample_folder() / "people.xlsx").rows
    plain = read_table(sample_folder() / "people.csv").rows
    name = HEADINGS.index("Full name (Latin)")
    assert [row.cells[name] for row in book] == [row.cells[name] or None for row in plain]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_every_column_of_a_form_is_explained_in_both_languages(form: EmptyForm) -> None:
    for language in ("en", "ru"):
        for _, word in form.columns:
            assert texts(language, "template").get(f"{form.name}-{word}")
    assert form.needed <= {word for _, word in form.columns}
    assert set(form.examples) == {word for _, word in form.columns}


def test_the_statements_form_filled_in_is_read_as_a_statement(tmp_path: Path) -> None:
    book = load_workbook(data_folder() / "templates" / "retailer-statement.xlsx")
    sheet = book.worksheets[0]
    for number in range(1, 4):
        sheet.cell(8 + number, 1, number)
        for column, told in enumerate((
            f"2022-08-1{number}", "magnum-almaty-1", f"10{number}", f"KZ22-R1-00000{number}",
            1000 * number + 50,
        ), 2):
            sheet.cell(8 + number, column, told)
    book.save(tmp_path / "filled.xlsx")
    table = read_table(tmp_path / "filled.xlsx")
    layout = find_layout(table, {}, contents.ColumnReading("KZT", KZ.money, lambda _text: False))
    assert layout is not None
    assert table.rows[layout.heading].number == 8
    assert set(layout.columns) == {"date", "store", "receipt", "voucher", "amount"}


def test_every_city_of_the_people_list_is_one_of_the_samples() -> None:
    reader = CityReader(sample_cities())
    for row in read_table(sample_folder() / "people.csv").rows[1:]:
        found = reader.find(str(row.cells[1]), "2022-08-01")
        assert found.code is not None
        assert not found.outside


def test_the_programme_fits_its_places_and_its_budget() -> None:
    programme = sample_programme()
    stores = {store.code: store for store in sample_stores()}
    retailers = {retailer.code for retailer in sample_retailers()}
    assert set(programme.paper_stores) <= set(stores)
    assert [made.code for made in programme.rounds] == ["KZ22-R1", "KZ22-R2"]
    assert programme.rounds[0].valid_from == "2022-08-16"
    for made in programme.rounds:
        assert {rule.category for rule in made.entitlements} == set(made.retailers)
        assert all(set(takers) <= retailers for takers in made.retailers.values())
    most = sum(
        rule.amount_minor * 1200 for made in programme.rounds for rule in made.entitlements
        if rule.per == "person"
    )
    assert most < programme.budget_minor
    assert set(programme.consent_texts) == {"en", "ru", "kk", "fa", "ps"}


def test_templates_texts_stand_in_english_and_russian() -> None:
    folder = Path(__file__).parents[2] / "cbi" / "messages" / "texts"
    english, russian = (
        json.loads((folder / language / "template.json").read_text("utf-8"))
        for language in ("en", "ru")
    )
    assert set(english) == set(russian)
