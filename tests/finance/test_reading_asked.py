"""What a statement is refused or asked for: another currency, another firm, days, columns."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from cbi.base.errors import Conflict, UsageError
from cbi.finance.intake.previewing import HowToRead, preview
from cbi.finance.intake.several import one_way
from cbi.finance.intake.statements import carry_out, statements
from cbi.finance.reconciliation.exceptions import exceptions
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.settling.settlements import settle
from cbi.places.places import correct_retailer
from cbi.places.values import Retailer
from tests.conftest import World
from tests.countries import KZ
from tests.finance.bills import HEADINGS, LETTERHEAD, bill, bought, line
from tests.finance.conftest import AUGUST
from tests.lines import typed_by
from tests.vouchers import in_hand


def written(world: World, rows: list[str], name: str = "bill.csv") -> Path:
    path = world.folder / name
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def numbered(world: World, retailer: str, digits: str) -> str:
    """A retailer's tax number of these digits and the one that checks them, put on record."""
    number = f"{digits}{KZ.retailer_number.check_digit(digits)}"
    with world.ledger.write() as tx:
        correct_retailer(tx, Retailer(retailer, retailer.title(), number))
    return number


@pytest.mark.parametrize(("head", "heading"), [
    (["Валюта: RUB"], HEADINGS),
    (["Все суммы в рублях"], HEADINGS),
    ([], HEADINGS.replace("Сумма", "Сумма, USD")),
])
def test_a_bill_in_another_currency_is_refused_and_nothing_is_written(
    world: World, head: list[str], heading: str
) -> None:
    paper, = in_hand(world, [1_500_000])
    row = ";".join(("1", *line(paper.serial, "1000", "1")))
    path = written(world, [*LETTERHEAD, *head, heading, row])
    with pytest.raises(Conflict, match="another-currency"):
        preview(world.session("finance1"), path, "magnum", AUGUST)
    with world.ledger.read() as tx:
        assert statements(tx) == []


def test_a_bill_of_anothers_stores_says_whose_they_are(world: World) -> None:
    paper, = in_hand(world, [1_500_000])
    for stores, expected in ((["other-almaty-1"], "finance.stores-anothers"),
                             (["other-almaty-1", "Corner"], "finance.stores-unknown")):
        path = bill(world.folder, [line(paper.serial, "1000", "1", store=one) for one in stores])
        seen = preview(world.session("finance1"), path, "magnum", AUGUST)
        told = {one.code: one.facts for one in seen.warnings if "stores" in one.code}
        assert [*told] == [expected]
        assert told[expected]["theirs"] == ("other" if expected.endswith("anothers") else "")


def test_another_firms_tax_number_is_refused_and_ones_own_is_not(world: World) -> None:
    paper, = in_hand(world, [1_500_000])
    ours = numbered(world, "magnum", "99014000012")
    theirs = numbered(world, "other", "05064000777")
    row = ";".join(("1", *line(paper.serial, "1000", "1")))
    for number, named in ((theirs, True), (ours, False)):
        path = written(world, ["ТОО", f"Поставщик, БИН {number}", HEADINGS, row])
        if named:
            with pytest.raises(Conflict, match="another-firm") as refused:
                preview(world.session("finance1"), path, "magnum", AUGUST)
            assert refused.value.facts["theirs"] == "other"
        else:
            assert len(preview(world.session("finance1"), path, "magnum", AUGUST).lines) == 1
    payer = written(world, [f"Плательщик: фонд, БИН {theirs}", f"БИН {ours}", HEADINGS, row])
    assert len(preview(world.session("finance1"), payer, "magnum", AUGUST).lines) == 1


@pytest.mark.parametrize("formatted", [True, False])
def test_days_of_a_workbook_that_counts_from_1904_are_the_days_they_show(
    world: World, formatted: bool
) -> None:
    paper, = in_hand(world, [1_500_000])
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADINGS.split(";"))
    sheet.append([1, date(2022, 8, 20), "magnum-almaty-1", "1", paper.serial, 1000])
    if not formatted:
        sheet["B2"].value = (date(2022, 8, 20) - date(1904, 1, 1)).days
        sheet["B2"].number_format = "General"
    path = world.folder / "mac.xlsx"
    book.save(path)
    seen = preview(world.session("finance1"), path, "magnum")
    assert [one.date for one in seen.lines] == ["2022-08-20"]


def test_days_with_two_readings_are_asked_and_read_as_was_said(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.clock.now += 30 * 86_400_000_000
    paper, other = in_hand(world, [1_500_000] * 2)
    path = bill(world.folder, [line(paper.serial, "1000", "1", day="08/09/2022"),
                               line(other.serial, "1000", "2", day="09/08/2022")])
    with pytest.raises(UsageError, match="dates-two-readings"):
        preview(world.session("finance1"), path, "magnum")
    for order, days in (("dmy", ["2022-09-08", "2022-08-09"]),
                        ("mdy", ["2022-08-09", "2022-09-08"])):
        seen = preview(world.session("finance1"), path, "magnum", HowToRead(dates=order))
        assert [one.date for one in seen.lines] == days
    cbi = typed_by(world, capsys, "finance1")
    words = ("statement", "import", str(path), "--retailer", "magnum", "--dry-run")
    assert "--dates mdy" in cbi(*words)[2]
    assert cbi(*words, "--dates", "dmy")[0] == 0
    assert cbi(*words, "--dates", "ymd")[0] == 2


def test_columns_that_were_named_are_known_in_the_retailers_next_file(world: World) -> None:
    a, b = in_hand(world, [1_500_000] * 2)
    heads = "День;Бумага;Деньги;Остальное"
    first = written(world, [heads, f"20.08.2022;{a.serial};1000;7"])
    second = written(world, [heads, f"21.08.2022;{b.serial};2000;8"], "second.csv")
    session = world.session("finance1")
    how = HowToRead(period_from="2022-08-01", period_until="2022-08-31",
                    columns={"voucher": "Бумага", "amount": "Деньги"})
    carry_out(session, preview(session, first, "magnum", how))
    seen = preview(session, second, "magnum", AUGUST)
    assert (seen.columns["voucher"], seen.columns["amount"]) == ("B", "C")
    assert [one.amount_minor for one in seen.lines] == [200_000]


def test_several_vouchers_in_one_cell_are_told_with_their_place_and_one_among_words_is_read(
    world: World,
) -> None:
    one, other = in_hand(world, [1_500_000, 1_500_000])
    path = written(world, [
        *LETTERHEAD, HEADINGS,
        f"1;20.08.2022;magnum-almaty-1;1;{one.serial}, {other.serial};2000",
        f"2;20.08.2022;magnum-almaty-1;2;Ваучер {one.serial}, чек 2;1000",
    ])
    seen = preview(world.session("finance1"), path, "magnum", AUGUST)
    told, = seen.problems
    assert told.code == "finance.several-vouchers"
    assert (told.row, told.facts["vouchers"]) == (
        len(LETTERHEAD) + 2, f"{one.serial}, {other.serial}"
    )
    assert [line.named.shown for line in seen.lines] == [one.serial]


def test_a_line_of_several_vouchers_is_split_as_the_tills_took_it(world: World) -> None:
    one, other, third = in_hand(world, [1_500_000] * 3)
    bought(world, one, 130_000, "1")
    bought(world, other, 70_000, "1")
    bought(world, one, 70_000, "2")
    bought(world, third, 130_000, "2")
    coded = "-".join(third.code[at : at + 4] for at in range(0, 16, 4))
    path = written(world, [
        *LETTERHEAD, HEADINGS,
        f"1;20.08.2022;magnum-almaty-1;1;{one.serial}, {other.serial};2000",
        f"2;20.08.2022;magnum-almaty-1;2;{one.serial} + {coded};2000",
        f"3;20.08.2022;magnum-almaty-1;1;{one.serial}, {other.serial};2500",
    ])
    seen = preview(world.session("finance1"), path, "magnum", AUGUST)
    assert [(one.serial, one.line.amount_minor, one.line.row) for one in seen.resolved] == [
        (one.serial, 130_000, 6), (other.serial, 70_000, 6),
        (one.serial, 70_000, 7), (third.serial, 130_000, 7),
    ]
    assert [one.code for one in seen.problems] == ["finance.several-vouchers"]
    assert third.code[:4] not in str(seen.problems + seen.warnings)
    assert seen.claimed_minor + seen.left_minor == 650_000
    assert (seen.claimed_minor, len(seen.left)) == (400_000, 1)


def test_a_sum_that_comes_about_in_two_ways_is_none() -> None:
    assert one_way([[1, 2], [3]], 4) == (1, 3)
    assert one_way([[1, 2], [3, 2]], 4) == ()
    assert one_way([[1], []], 1) == ()
    assert one_way([[1] * 100, [1] * 100], 2) == ()


def test_a_receipt_of_less_than_vouchers_paid_on_it_is_told(world: World) -> None:
    one, other, third = in_hand(world, [1_500_000] * 3)
    for paper, amount, receipt in ((one, 200_000, "1"), (other, 150_000, "1"),
                                   (third, 100_000, "2"), (one, 100_000, "3"),
                                   (other, 100_000, "4"), (third, 90_000, "5")):
        bought(world, paper, amount, receipt)
    path = written(world, [
        *LETTERHEAD, f"{HEADINGS};Сумма чека",
        f"1;20.08.2022;magnum-almaty-1;1;{one.serial};2000;3000",
        f"2;20.08.2022;magnum-almaty-1;1;{other.serial};1500;3000",
        f"3;20.08.2022;magnum-almaty-1;2;{third.serial};1000;1000",
        f"4;20.08.2022;magnum-almaty-1;3;{one.serial};1000;1000,50",
        f"5;20.08.2022;magnum-almaty-1;4;{other.serial};1000;",
        f"6;20.08.2022;magnum-almaty-1;5;{third.serial};900;950",
    ])
    desk = world.session("finance1")
    seen = preview(desk, path, "magnum", AUGUST)
    assert [line.purchase_minor for line in seen.lines] == [
        300_000, 300_000, 100_000, 100_050, None, 95_000]
    made = reconcile(desk, carry_out(desk, seen).number)
    assert {name: tally.count for name, tally in made.lines.items() if tally.count} == {
        "matched": 4, "receipt-over": 2}
    with world.ledger.read() as tx:
        told = exceptions(tx, statement="MAGNUM-S1", rule="receipt-over")
    assert "3\u00a0000" in told[0].words("en")
    assert "3\u00a0500" in told[0].words("ru")
    assert settle(desk, "MAGNUM-S1").accepted_minor == 390_000


def test_a_column_that_is_mostly_less_than_what_is_billed_is_no_purchase(world: World) -> None:
    papers = in_hand(world, [1_500_000] * 3)
    path = written(world, [
        *LETTERHEAD, f"{HEADINGS};Сумма чека",
        *(f"{at};20.08.2022;magnum-almaty-1;{at};{paper.serial};2000;300"
          for at, paper in enumerate(papers, 1)),
    ])
    seen = preview(world.session("finance1"), path, "magnum", AUGUST)
    assert [line.purchase_minor for line in seen.lines] == [None] * 3


def test_a_voucher_above_the_headings_is_refused_not_lost(world: World) -> None:
    first, second = in_hand(world, [1_500_000, 1_500_000])
    rows = [";".join(("1", *line(paper.serial, "1000", "1"))) for paper in (first, second)]
    path = written(world, [*LETTERHEAD, rows[0], HEADINGS, rows[1]])
    with pytest.raises(UsageError, match="line-above") as refused:
        preview(world.session("finance1"), path, "magnum", AUGUST)
    assert refused.value.facts["row"] == len(LETTERHEAD) + 1


def test_two_vouchers_a_row_are_a_line_each_or_asked_never_half_read(world: World) -> None:
    first, second = in_hand(world, [1_500_000, 1_500_000])
    row = f"17.08.2022;{first.serial};1000;{second.serial};2000"
    numbered_alike = ["Дата;Ваучер 1;Сумма 1;Ваучер 2;Сумма 2", row, "Итого;;1000;;2000"]
    seen = preview(world.session("finance1"), written(world, numbered_alike), "magnum", AUGUST)
    assert [(one.row, one.amount_minor, one.date) for one in seen.lines] == [
        (2, 100_000, "2022-08-17"), (2, 200_000, "2022-08-17")]
    assert seen.stated_minor == 300_000
    with pytest.raises(UsageError, match="columns-near"):
        preview(world.session("finance1"), written(world, [
            "Дата;Первый ваучер;Его сумма;Второй ваучер;Его сумма", row,
        ]), "magnum", AUGUST)


def test_a_line_that_the_shop_calls_declined_is_kept_out_by_name(world: World) -> None:
    paper, = in_hand(world, [1_500_000])
    row = ";".join(("1", *line(paper.serial, "1000", "1")))
    rows = [HEADINGS + ";Статус", row + ";Успешно", row + ";Отказ банка"]
    path = written(world, [*LETTERHEAD, *rows])
    seen = preview(world.session("finance1"), path, "magnum", AUGUST)
    assert [one.amount_minor for one in seen.lines] == [100_000]
    assert [(one.kind, one.amount_minor) for one in seen.left] == [("declined", 0)]
    assert "finance.row-declined" in {one.code for one in seen.warnings}
    assert carry_out(world.session("finance1"), seen).claimed_minor == 100_000


def test_a_row_of_words_among_lines_is_told_under_the_headings_it_is_one_of_them(
    world: World,
) -> None:
    papers = in_hand(world, [1_500_000] * 6)
    bills = [";".join(("1", *line(one.serial, "1000", str(at)))) for at, one in enumerate(papers)]
    under = ";день;название;номер;серия;тенге"
    rows = [*LETTERHEAD, HEADINGS, under, *bills, ";сегодня;magnum-a;ещё;ваучер;три тысячи"]
    seen = preview(world.session("finance1"), written(world, rows), "magnum", AUGUST)
    assert len(seen.lines) == 6
    assert [one.row for one in seen.problems] == [len(rows)]
