"""Taking in a retailer's statement: any layout, every problem with its place, once."""

from datetime import date
from pathlib import Path

import pytest

from cbi.base.errors import BadFile, Conflict, NotAllowed, NotFound, UsageError
from cbi.files.values import Problem
from cbi.finance.intake.previewing import HowToRead, StatementPreview, preview
from cbi.finance.intake.statements import carry_out, statement, statements
from cbi.finance.reading.structure.headings import heading_words
from tests.conftest import World
from tests.countries import KZ
from tests.finance.bills import allow, bill, line, taken_in
from tests.rows import all_rows
from tests.vouchers import FIRST_DAY, in_hand


def shown(
    world: World, path: Path, how: HowToRead | None = None, retailer: str = "magnum",
) -> StatementPreview:
    return preview(world.session("finance1"), path, retailer, how)


def placed(problems: tuple[Problem, ...]) -> list[tuple[str, int | None, str | None]]:
    return [(one.code, one.row, one.column) for one in problems]


def test_the_samples_layout_is_read_and_put_on_record_as_it_was_shown(world: World) -> None:
    papers = in_hand(world, [1_500_000, 1_500_000], handed_at=FIRST_DAY)
    path = bill(world.folder, [
        line(papers[0].serial, "15 000,00", "000412"),
        line(papers[1].code, "9000", "413", day="2022-08-25"),
        line("KZ22-R1-999999", "100"), line("KZ22-R1-1-2", "100"),
    ], total="24 200,00")
    seen = shown(world, path)
    assert placed(seen.problems) == []
    assert placed(seen.warnings) == [("finance.days-unlikely", 7, None)]  # the clock is behind it
    assert seen.columns == {"date": "B", "store": "C", "receipt": "D", "voucher": "E",
                            "amount": "F"}
    assert seen.named == {"voucher": 2, "unknown": 1, "mistyped": 1}
    assert (seen.period_from, seen.period_until) == ("2022-08-20", "2022-08-25")
    with world.ledger.read() as tx:
        assert all_rows(tx, "SELECT 1 FROM statement") == []
    made = carry_out(world.session("finance1"), seen)
    assert made.number == "MAGNUM-S1"
    assert (made.line_count, made.claimed_minor, made.stated_minor) == (4, 2_420_000, 2_420_000)
    with world.ledger.read() as tx:
        rows = all_rows(tx, "SELECT * FROM claim ORDER BY line")
        assert statements(tx) == [made]
        assert [entry["action"] for entry in all_rows(
            tx, "SELECT action FROM log ORDER BY seq DESC "
                                                     "LIMIT 1")] == ["statement.import"]
    assert [row["shown"] for row in rows] == [
        papers[0].serial, papers[1].serial, "KZ22-R1-999999", "KZ22-R1-1-2",
    ]
    assert [row["file_row"] for row in rows] == [6, 7, 8, 9]
    assert rows[0]["store"] == "magnum-almaty-1"


def test_no_code_is_kept_anywhere(world: World) -> None:
    paper, = in_hand(world, [1_500_000], handed_at=FIRST_DAY)
    slip = paper.code[:-1] + ("7" if paper.code[-1] != "7" else "8")
    taken_in(world, [line(paper.code, "100"), line(slip, "100")])
    with world.ledger.read() as tx:
        kept = str(all_rows(
            tx, "SELECT * FROM claim"
        )) + str(all_rows(tx, "SELECT * FROM statement"))
        kept += str(all_rows(tx, "SELECT * FROM log"))
    assert paper.code not in kept
    assert slip not in kept
    assert slip[:8] not in kept


def test_the_same_file_again_is_refused_with_its_statements_number(world: World) -> None:
    made = taken_in(world, [line("KZ22-R1-000001", "100")])
    path = world.folder / "bill.csv"
    renamed = path.rename(world.folder / "other name.csv")
    with pytest.raises(Conflict) as refused:
        shown(world, renamed)
    assert refused.value.code == "finance.statement-known"
    assert refused.value.facts == {"statement": made.number}


def test_a_preview_carried_out_twice_takes_it_in_once(world: World) -> None:
    seen = shown(world, bill(world.folder, [line("KZ22-R1-000001", "100")]))
    carry_out(world.session("finance1"), seen)
    with pytest.raises(Conflict, match="statement-known"):
        carry_out(world.session("finance1"), seen)
    with world.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM claim") == 1


def test_every_problem_is_told_with_its_place_and_keeps_the_statement_out(world: World) -> None:
    path = bill(world.folder, [
        line("KZ22-R1-000001", "сто"), line("", "100"), line("KZ22-R1-000002", ""),
        line("KZ22-R1-000003", "-500"), line("KZ22-R1-000004", "100", day="31.02.2022"),
        line("KZ22-R1-000005", "100"),
    ], total="200")
    seen = shown(world, path)
    assert placed(seen.problems) == [
        ("base.amount-unreadable", 6, "F"), ("finance.voucher-missing", 7, "E"),
        ("finance.amount-missing", 8, "F"),
    ]
    assert placed(seen.warnings) == [
        ("files.cell-date", 10, "B"), ("finance.total-unchecked", 12, "F"),
        ("finance.return-alone", 9, None),
    ]
    with pytest.raises(BadFile) as refused:
        carry_out(world.session("finance1"), seen)
    assert refused.value.facts["problems"] == 3


def test_a_total_that_differs_is_a_warning_and_is_kept(world: World) -> None:
    path = bill(world.folder, [line("KZ22-R1-000001", "100")], total="150")
    seen = shown(world, path)
    assert placed(seen.warnings) == [("finance.total-differs", 7, "F")]
    assert carry_out(world.session("finance1"), seen).stated_minor == 15_000


def test_a_statement_without_a_total_says_so(world: World) -> None:
    seen = shown(world, bill(world.folder, [line("KZ22-R1-000001", "100")]))
    assert placed(seen.warnings) == [("finance.total-missing", None, None)]


@pytest.mark.parametrize(
    "text",
    [
        "Voucher No.,Amount (KZT),Date\nKZ22-R1-000001,\"1,500.00\",2022-08-20\nTotal,1500,\n",
        "Ваучер нөмірі;Сомасы, теңге;Күні\nKZ22-R1-000001;1500;20.08.2022\nБарлығы;1500;\n",
        "Letter\n\nDate\tShop\tReceipt #\tSerial number\tAmount\n"
        "2022-08-20\tNorth\t17\tKZ22-R1-000001\t1500\n\t\t\t\t1500\n",
        "Сумма, тг|Дата чека|Код ваучера\n1 500,00|20.08.2022|KZ22-R1-000001\n1500||\n",
        "#|Дата|№ чека|№ ваучера|Сумма\n#id|#date|#code|#voucher|#value\n"
        "1|20.08.2022|17|KZ22-R1-000001|1500\nВсего||||1500\n",
    ],
)
def test_other_layouts_are_read_alike(world: World, text: str) -> None:
    path = world.folder / "other.csv"
    path.write_text(text, "utf-8")
    seen = shown(world, path)
    assert placed(seen.problems) == []
    assert (seen.claimed_minor, seen.stated_minor, len(seen.lines)) == (150_000, 150_000, 1)
    assert seen.period_from == "2022-08-20"


def test_an_xlsx_statement_keeps_numbers_dates_and_text(world: World) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Shop"], [], ["№", "Дата", "Магазин", "Чек", "Номер ваучера", "Сумма"],
                [1, date(2022, 8, 20), "magnum-almaty-1", 412, "KZ22-R1-000001", 1500.5],
                [None, None, None, None, "Итого:", 1500.5], ["Директор ____"]):
        sheet.append(row)
    book.save(world.folder / "bill.xlsx")
    seen = shown(world, world.folder / "bill.xlsx")
    assert placed(seen.problems + seen.warnings) == []
    read = seen.lines[0]
    assert (read.date, read.receipt, read.amount_minor) == ("2022-08-20", "412", 150_050)
    assert seen.stated_minor == 150_050


def test_a_store_by_any_of_its_names_is_known(world: World) -> None:
    with world.ledger.write() as tx:
        tx.run("UPDATE store SET names = :names WHERE code = 'magnum-almaty-2'",
               names='{"en": "Magnum, Apple St., 12", "ru": "Magnum, ул. Яблоневая, 12"}')
    taken_in(world, [line("KZ22-R1-000001", "100", store="МАГНУМ"),
                     line("KZ22-R1-000002", "100", store="Magnum, УЛ. Яблоневая 12")])
    with world.ledger.read() as tx:
        rows = all_rows(tx, "SELECT store FROM claim ORDER BY line")
    assert [row["store"] for row in rows] == ["МАГНУМ", "magnum-almaty-2"]


def test_headings_that_nobody_knows_can_be_named(world: World) -> None:
    path = world.folder / "odd.csv"
    path.write_text("Бумага;Причитается;Когда\nKZ22-R1-000001;100;20.08.2022\n", "utf-8")
    with pytest.raises(BadFile, match="no-heading"):
        shown(world, path)
    how = HowToRead(columns={"voucher": "бумага", "amount": "B"}, period_from="2022-08-01",
                    period_until="2022-08-31")
    seen = shown(world, path, how)
    assert seen.claimed_minor == 10_000
    assert (seen.period_from, seen.period_until) == ("2022-08-01", "2022-08-31")
    with pytest.raises(UsageError, match="field-unknown"):
        shown(world, path, HowToRead(columns={"colour": "бумага"}))


def test_without_dates_the_period_must_be_said(world: World) -> None:
    path = world.folder / "dateless.csv"
    path.write_text("voucher,amount\nKZ22-R1-000001,100\n", "utf-8")
    with pytest.raises(UsageError, match="period-needed"):
        shown(world, path)
    with pytest.raises(UsageError, match="period-backwards"):
        shown(world, path, HowToRead(period_from="2022-09-01", period_until="2022-08-01"))
    with pytest.raises(UsageError, match="date-unreadable"):
        shown(world, path, HowToRead(period_from="August", period_until="2022-08-01"))


def test_headings_without_lines_are_no_statement(world: World) -> None:
    with pytest.raises(BadFile, match="no-lines"):
        shown(world, bill(world.folder, [], total="0"))


def test_only_finance_takes_statements_in_and_only_a_known_retailers(world: World) -> None:
    path = bill(world.folder, [line("KZ22-R1-000001", "100")])
    with pytest.raises(NotAllowed):
        preview(world.session("manager1"), path, "magnum")
    with pytest.raises(NotFound, match="retailer-unknown"):
        shown(world, path, retailer="nobody")
    with pytest.raises(Conflict, match="takes-nothing"):
        shown(world, path, retailer="other")
    allow(world)
    assert shown(world, path, retailer="Other").retailer == "other"
    with world.ledger.read() as tx, pytest.raises(NotFound, match="statement-unknown"):
        statement(tx, "MAGNUM-S1")


def test_a_retailer_in_two_currencies_is_asked_which(world: World) -> None:
    with world.ledger.write() as tx:
        row = all_rows(tx, "SELECT * FROM programme")[0]
        tx.insert("programme", [{**row, "code": "UZ22", "currency": "UZS"}])
        row = all_rows(tx, "SELECT * FROM round")[0]
        tx.insert("round", [{**row, "code": "UZ22-R1", "programme": "UZ22"}])
        tx.insert("round_retailer", [{"round": "UZ22-R1", "category": "food",
                                      "retailer": "magnum"}])
    path = bill(world.folder, [line("KZ22-R1-000001", "100")])
    with pytest.raises(UsageError, match="currency-needed"):
        shown(world, path)
    assert shown(world, path, HowToRead(currency="uzs")).currency == "UZS"


def test_claims_cannot_be_changed(world: World) -> None:
    taken_in(world, [line("KZ22-R1-000001", "100")])
    for attack in ("UPDATE claim SET amount_minor = 1", "DELETE FROM claim"):
        with pytest.raises(Exception, match=r"append-only|permission|right"), \
                world.ledger.write() as tx:
            tx.run(attack)


@pytest.mark.parametrize(
    ("heading", "words"),
    [("Сумма, тенге", "сумма"), ("№ ваучера", "номер ваучера"), ("Amount (KZT)", "amount"),
     (" Чек\n№ ", "чек номер"), ("Тенге", "тенге"), (None, "")],
)
def test_a_heading_is_stripped_of_its_dress(heading: str, words: str) -> None:
    assert heading_words(heading, KZ.money) == words


def test_an_amount_with_two_readings_is_a_problem_until_the_shops_mark_is_known(
    world: World,
) -> None:
    path = world.folder / "commas.csv"
    path.write_text(
        'voucher,amount,date\nKZ22-R1-000001,"1,500",2022-08-20\nTotal,"1,500",\n', "utf-8")
    seen = shown(world, path)
    assert placed(seen.problems) == [
        ("base.amount-two-readings", 2, "B"), ("base.amount-two-readings", 3, "B")]
    read = preview(world.session("finance1"), path, "magnum", HowToRead(decimal="."))
    assert (read.problems, read.claimed_minor, read.stated_minor) == ((), 150_000, 150_000)
