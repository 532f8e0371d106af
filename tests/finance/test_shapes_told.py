"""What a shop's file tells otherwise than by a row under headings, each alone: the right value."""

import random

import pytest

from cbi.files import Cell, Row, Table
from cbi.finance.intake.store_names import StoreNames
from cbi.finance.reading.lines.line_parts import Reading
from cbi.finance.reading.lines.titles import stores_explained
from cbi.finance.reading.shapes.reshaping import ordinary
from cbi.finance.reading.structure.contents import ColumnReading
from cbi.finance.reading.understanding import Understood, understood
from cbi.finance.reading.values.cells import is_card, looks_like_voucher, voucher_named
from cbi.finance.reading.values.kinds import is_no_sale, kind_of
from cbi.ledger.vouchers.codes import make_codes, show_code

STORES = StoreNames([
    (name, name.casefold().replace(" ", "-"))
    for name in ("Magnum Almaty 1", "Magnum Almaty 2", "Magnum Astana 1")
])
TOLD = ColumnReading("KZT", frozenset(), lambda text: bool(STORES.whole(text)))


def table(*rows: tuple[Cell, ...], sheet: str = "1") -> Table:
    told = [Row(number, cells) for number, cells in enumerate(rows, 1)]
    return Table("x.xlsx", sheet, rows=told, digest="")


def read(*tables: Table) -> Understood:
    return understood(tables, {}, Reading(
        currency="KZT", money=frozenset(), lookup=lambda: b"k" * 32, rounds=("KZ22-R1",),
        is_store=TOLD.is_store, in_short=lambda text: bool(STORES.told(text)),
    ))


def lines(many: int) -> list[tuple[str, int]]:
    return [(f"KZ22-R1-{number:06d}", 9000 + 10 * number) for number in range(1, many + 1)]


@pytest.mark.parametrize(("text", "store"), [
    ("Магнум Алматы 1", "magnum-almaty-1"), ("Магнум Олмаота 2", "magnum-almaty-2"),
    ("مگنوم آستانه ۱", "magnum-astana-1"), ("ماغنوم ألماتي 1", "magnum-almaty-1"),
    ("Алматы-2", "magnum-almaty-2"), ("Ким Л. (Магнум Астана 1)", "magnum-astana-1"),
    ("Магнум Алматы", ""), ("Магнум Алматы 3", ""), ("Итого", ""),
])
def test_a_store_is_known_in_any_script_and_never_guessed(text: str, store: str) -> None:
    assert STORES.told(text) == store


def test_a_code_without_any_figure_is_one() -> None:
    code = next(one for one in make_codes(4000, random.Random(1).randbytes)
                if not any(map(str.isdigit, one)))
    assert looks_like_voucher(show_code(code))
    assert looks_like_voucher(code)
    assert not looks_like_voucher("Магнум Алматы один")


@pytest.mark.parametrize("text", [
    "№ KZ22-R1-000007", "#KZ22-R1-000007", "ваучер № R1-7", "Voucher R1-7", "R1-7",
])
def test_what_only_says_that_a_number_follows_is_no_part_of_it(text: str) -> None:
    named = voucher_named(text, lambda: b"k" * 32, ("KZ22-R1",))
    assert (named.kind, named.shown) == ("serial", "KZ22-R1-000007")
    assert looks_like_voucher(text)


def test_a_bank_card_is_no_voucher_and_an_activation_no_sale() -> None:
    assert is_card("4400 43** **** 8305")
    assert not is_card("KZ22-R1-000001")
    assert is_no_sale("Активация карты")
    assert not is_no_sale("Возврат на карту")


def test_what_explains_a_till_or_an_address_names_its_store() -> None:
    told = table(("SWK00412207", None, "Magnum Almaty 1"), ("Branch Magnum Almaty 2: 102A Mamyr",),
                 ("Magnum Astana 1", 5000))
    assert stores_explained(told.rows, TOLD.is_store) == {
        "SWK00412207": "Magnum Almaty 1", "102A Mamyr": "Branch Magnum Almaty 2",
    }


def test_figures_beside_each_other_are_no_code_in_four_cells() -> None:
    told = table(*[(number, 4011 + number, 50, 4061 + number) for number in range(30)])
    assert ordinary(told, TOLD).rows == told.rows


def test_a_sheet_of_sums_bills_nothing_and_is_compared_by_sheet_and_in_all() -> None:
    heads = ("Ваучер", "Сумма")
    made = read(
        table(heads, *lines(4), sheet="16.08"), table(heads, *lines(9)[4:], sheet="17.08"),
        table(("Дата", "Чеков", "Сумма"), ("16.08", 4, 36100), ("17.08", 5, 45360),
              ("Всего", 9, 81450), sheet="Свод"),
    )
    assert made.read.claimed_minor == 8_145_000
    assert [(one.code, one.sheet, one.row) for one in made.read.warnings] == [
        ("finance.sheet-left", "Свод", None), ("finance.total-differs-sheet", "Свод", 3),
    ]


def test_a_line_whose_parts_do_not_come_to_its_amount_is_told() -> None:
    rows = [(serial, 1000, amount - 1000, amount)
            for serial, amount in lines(10)]
    rows[6] = (rows[6][0], 1500, *rows[6][2:])
    made = read(table(("Ваучер", "Еда", "Другое", "Сумма"), *rows))
    assert [(one.code, one.row) for one in made.read.warnings] == [("finance.parts-differ", 8)]


def test_a_total_under_a_stores_own_column_is_checked() -> None:
    rows = [(serial, *((amount, None) if number % 2 else (None, amount)), amount)
            for number, (serial, amount) in enumerate(lines(8))]
    made = read(table(("Ваучер", "Магнум Алматы 1", "Магнум Алматы 2", "Итого"), *rows,
                      ("Всего", 36200, 36150, 72360)))
    assert [(one.code, one.column) for one in made.read.warnings] == [
        ("finance.total-differs", "C")]
    assert {line.store for line in made.read.lines} == {"Магнум Алматы 1", "Магнум Алматы 2"}


def test_what_came_back_on_a_masked_voucher_is_taken_off_its_sale() -> None:
    rows = [(f"A1-{4143 + 31 * number}", f"**** **** **** 3S{number}W", 9000 + 10 * number)
            for number in range(8)]
    made = read(table(("Чек", "Сертификат", "Сумма"), *rows, ("A1-9999", rows[2][1], -450)))
    assert [line.amount_minor for line in made.read.lines][2] == 857_000
    assert [(one.kind, one.amount_minor) for one in made.read.left] == [("netted", 0)]


def test_a_count_of_lines_beside_their_sum_is_no_voucher() -> None:
    rows = [("17", *line) for line in lines(5)]
    made = read(table(("Терминал", "Ваучер", "Сумма"), *rows, ("Batch total", 5, 45150)))
    assert len(made.read.lines) == 5
    assert made.read.stated_minor == 4_515_000


def test_a_return_beside_its_voucher_is_one_and_a_list_of_stores_is_over_no_line() -> None:
    told = read(table(
        ("А - Magnum Almaty 1",), ("В - Magnum Astana 1",), ("Талон", "Сумма"), *lines(6),
        ("KZ22-R1-000003 СТОРНО", 30),
    ))
    assert [line.amount_minor for line in told.read.lines][2] == 900_000
    assert {line.store for line in told.read.lines} == {None}


def test_headings_days_and_returns_in_french_and_german() -> None:
    french = read(table(
        ("Date", "Magasin", "N° bon", "Total ticket", "Réglé par bon"),
        *(("16 août 2022", "Magnum Almaty 1", name, 9500, amount)
          for name, amount in lines(6)),
    ))
    assert sum(line.amount_minor for line in french.read.lines) == 5_421_000
    assert {line.date for line in french.read.lines} == {"2022-08-16"}
    german = read(table(
        ("Datum", "Gutschein-Nr.", "Betrag KZT", "Bemerkung"),
        *(("3. Dezember 2022", name, amount, None) for name, amount in lines(6)),
    ))
    assert sum(line.amount_minor for line in german.read.lines) == 5_421_000
    assert {line.date for line in german.read.lines} == {"2022-12-03"}


@pytest.mark.parametrize(("heading", "written"), [
    ("Voucher number", "R1-{:04d}"), ("Voucher number (R1-)", "{}"),
    ("Voucher number", "R1-{:05d}"),
])
def test_numbers_that_a_column_writes_alike_are_serials(heading: str, written: str) -> None:
    rows = [("17.08.2022", "Magnum Almaty 1", str(4100 + 7 * number),
             written.format(number), 9000 + number / 4) for number in range(1, 9)]
    head = ("Date", "Store", "Receipt number", heading, "Amount due")
    made = read(table(head, *rows)).read
    assert [line.named.shown for line in made.lines] == [serial for serial, _ in lines(8)]
    assert not made.problems


def test_one_number_with_some_of_its_zeros_has_lost_a_figure() -> None:
    rows = [("R1-1", 9010), ("R1-2", 9020), ("R1-0003", 9030), ("R1-4", 9040)]
    made = read(table(("Voucher number", "Amount due"), *rows)).read
    assert [line.named.kind for line in made.lines] == ["serial", "serial", "mistyped", "serial"]


@pytest.mark.parametrize(("headings", "amounts"), [
    (("Voucher no", "Basket, tiyn", "Voucher part, tiyn"), [9010, 9020, 9030]),
    (("Voucher no", "store_tiyn", "amount_tiyn"), [9010, 9020, 9030]),
])
def test_sums_in_the_smallest_unit_beside_others_in_it(
    headings: tuple[str, ...], amounts: list[int]
) -> None:
    rows = [(serial, amount + 700, amount) for serial, amount in lines(3)]
    made = read(table((*headings, "Date"), *((*row, "17.08.2022") for row in rows))).read
    assert [line.amount_minor for line in made.lines] == amounts


def test_last_months_sheet_is_asked_about_and_kept_by_name() -> None:
    head = ("Voucher no", "Amount due")
    august = table(head, *lines(4), ("Total", 36_100), sheet="August")
    july: list[tuple[Cell, ...]] = [head, *((f"R0-{number}", 5000) for number in range(11, 15))]
    made = read(table(*july, sheet="July"), august).read
    assert made.claimed_minor == 3_610_000
    assert [(one.code, one.sheet) for one in made.problems] == [
        ("finance.sheet-of-another-round", "July")]
    assert (len(made.left), made.left_minor) == (4, 2_000_000)
    assert not made.warnings
    alone = read(table(*july)).read
    assert (len(alone.lines), alone.problems) == (4, [])


@pytest.mark.parametrize(("kind", "said"), [
    ("ПРД", "sale"), ("ВЗВ", "return"), ("АНН", "return"), ("ПРЖ", None),
])
def test_kinds_of_three_letters(kind: str, said: str | None) -> None:
    assert kind_of(kind) == said


def test_a_line_in_another_currency_is_left_with_its_amount() -> None:
    rows = [(serial, amount, "RUB" if serial.endswith("2") else "KZT")
            for serial, amount in lines(4)]
    made = read(table(("Voucher no", "Amount due", "Currency"), *rows)).read
    assert [one.code for one in made.problems] == ["finance.line-currency"]
    assert (made.claimed_minor, made.left_minor) == (2_708_000, 902_000)


def test_a_foreign_voucher_that_paid_among_goods_is_a_line_of_its_own() -> None:
    rows: list[tuple[Cell, ...]] = [("Операция / товар", "Кол-во", "Сумма")]
    ours = [f"R1-{number}" for number in range(2, 9)]
    for number, voucher in enumerate((*ours, "ZH-06201"), 1):
        rows += [(f"Продажа, чек A1-00410{number} от 17.08.2022", None, None),
                 ("Рис 800 г", 1, 400), ("Чай 100 г", 1, 500 + 137 * number),
                 (f"Оплата: ваучер {voucher}", None, 900 + 137 * number)]
    made = read(table(*rows)).read
    assert (len(made.lines), made.claimed_minor) == (8, 1_213_200)
    assert [line.named.kind for line in made.lines].count("serial") == len(ours)
