"""The letter and the act: amounts are the ledger's, in the retailer's words, of nobody's life."""

import json
from pathlib import Path

import pypdfium2
import pytest
from openpyxl import load_workbook

from cbi.base.clock import DAY_US, date_at
from cbi.finance.decisions.deciding import decide
from cbi.finance.identities import retailer_balances
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.settling.settlements import pay, settle
from cbi.ledger.vouchers.changes import hand_over
from tests.conftest import ZONE, World
from tests.finance.bills import allow, bought, line, taken_in
from tests.finance.conftest import AUGUST, Told
from tests.lines import Typed, typed_by
from tests.vouchers import in_hand, issued


@pytest.fixture
def cbi(world: World, capsys: pytest.CaptureFixture[str]) -> Typed:
    return typed_by(world, capsys, "finance1")


@pytest.fixture
def billed(world: World) -> World:
    """A bill with most of what can be wrong: two lines match, others are disputed or open."""
    a, b, c, d, e, f = in_hand(world, [1_500_000] * 6)
    allow(world)
    bought(world, a, 1_000_050, "1")
    bought(world, b, 900_000, "2")
    bought(world, c, 500_000, "3")
    bought(world, d, 400_000, "4", store="other-almaty-1")
    bought(world, e, 300_000, "5")
    taken_in(world, [
        line(a.serial, "10000,50", "1"), line(b.serial, "9500", "2"), line(c.serial, "4000", "3"),
        line(d.serial, "4000", "4"), line(f.serial, "777", "9"),
        line("KZ22-R1-999999", "150"), line(a.serial, "10000,50", "1"),
    ], how=AUGUST)
    finance = world.session("finance1")
    reconcile(finance, "MAGNUM-S1")
    decide(finance, ["MAGNUM-S1/2"], "accept", "the roll of Aigul Ospanova says 9 000")
    decide(finance, ["MAGNUM-S1/5", "MAGNUM-S1/7"], "reject", "never taken")
    decide(finance, ["MAGNUM-S1/4"], "ask", "where is this from?")
    return world


def pdf_text(path: Path) -> str:
    """The words of a PDF, page after page."""
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def written(cbi: Typed, *words: str) -> dict[str, int]:
    code, out, err = cbi("--json", *words)
    assert code == 0, err
    made = json.loads(out)
    assert isinstance(made, dict)
    return made


def test_a_letter_says_what_is_accepted_disputed_open_and_by_when_to_answer(
    billed: World, cbi: Typed
) -> None:
    path = billed.folder / "letter.xlsx"
    made = written(cbi, "statement", "letter", "MAGNUM-S1", "-o", str(path), "--answer-by",
                   "2999-09-30", "--contract", "12 of 1 July 2022", "--organisation", "Fund Umit")
    accepted, disputed = 1_000_050 + 900_000, 50_000 + 77_700 + 1_000_050
    open_minor = 400_000 + 400_000 + 15_000
    assert (made["accepted_minor"], made["disputed_minor"], made["open_minor"]) == (
        accepted, disputed, open_minor)
    assert made["claimed_minor"] == accepted + disputed + open_minor
    sheet = load_workbook(path).active
    assert sheet is not None
    rows = [[cell for cell in row if cell is not None] for row in sheet.values if any(row)]
    said = "\n".join(str(cell) for row in rows for cell in row)
    for wanted in ("Your bill MAGNUM-S1", "12 of 1 July 2022", "Fund Umit", "30 Sep 2999",
                   "the bill says only 4,000\u00a0tenge", "is no voucher of this programme",
                   "Please send us a copy of the receipt", "stands in row 6 of your file"):
        assert wanted in said
    assert ["Accepted for payment", 2, 19000.5] in rows
    assert ["Not accepted", 3, 11277.5] in rows


def test_a_letter_names_no_person_no_other_retailer_and_none_of_our_own_words(
    billed: World, cbi: Typed
) -> None:
    for name in ("letter.xlsx", "letter.pdf"):
        path = billed.folder / name
        written(cbi, "statement", "letter", "MAGNUM-S1", "-o", str(path))
        if path.suffix == ".pdf":
            said = pdf_text(path)
        else:
            said = "\n".join(str(cell) for sheet in load_workbook(path) for row in sheet.values
                             for cell in row)
        for secret in ("Ospanova", "other-almaty", "never taken", "finance1", "cashier2"):
            assert secret not in said, name


def test_a_letter_in_russian_is_a_pdf_with_the_same_sums(billed: World, cbi: Typed) -> None:
    path = billed.folder / "letter.pdf"
    written(cbi, "statement", "letter", "MAGNUM-S1", "-o", str(path), "--language", "ru")
    said = " ".join(pdf_text(path).replace("\u00a0", " ").split())
    for wanted in ("Ваш реестр MAGNUM-S1: результат сверки", "19 000,50", "11 277,50",
                   "Просим ответить до", "не ваучер этой программы"):
        assert wanted in said


def test_what_is_settled_already_is_told_as_it_was_settled(told: Told, cbi: Typed) -> None:
    made = written(cbi, "statement", "letter", "MAGNUM-S1", "-o", str(told.folder / "one.xlsx"))
    with told.ledger.read() as tx:
        accepted = tx.value(
            "SELECT sum(accepted_minor) FROM settlement WHERE number = 'MAGNUM-P1'")
    assert made["accepted_minor"] == accepted
    assert made["claimed_minor"] == (
        made["accepted_minor"] + made["disputed_minor"] + made["open_minor"])


def test_a_letter_is_refused_in_words_where_none_can_be_written(
    world: World, cbi: Typed
) -> None:
    paper, = in_hand(world, [1_500_000])
    bought(world, paper, 100_000, "1")
    taken_in(world, [line(paper.serial, "1000", "1")], how=AUGUST)
    out = str(world.folder / "letter.pdf")
    assert "cbi reconcile MAGNUM-S1" in cbi("statement", "letter", "MAGNUM-S1", "-o", out)[2]
    reconcile(world.session("finance1"), "MAGNUM-S1")
    assert "no day to answer by" in cbi(
        "statement", "letter", "MAGNUM-S1", "-o", out, "--answer-by", "2001-01-01")[2]
    assert "neither a PDF" in cbi(
        "statement", "letter", "MAGNUM-S1", "-o", str(world.folder / "letter.doc"))[2]
    assert "no letters in" in cbi(
        "statement", "letter", "MAGNUM-S1", "-o", out, "--language", "fr")[2]
    assert cbi("statement", "letter", "MAGNUM-S1", "-o", out, who="cashier1")[0] == 3
    assert not Path(out).exists()
    written(cbi, "statement", "letter", "MAGNUM-S1", "-o", out)
    assert "no answer is needed" in pdf_text(Path(out))


def test_an_act_opens_moves_and_closes_as_the_settlements_and_payments_do(
    told: Told, cbi: Typed
) -> None:
    with told.ledger.read() as tx:
        balance, = retailer_balances(tx, retailer="magnum")
    days = ("--from", "2000-01-01", "--until", "2999-12-31")
    path = told.folder / "act.xlsx"
    assert "is to come" in cbi("settlement", "act", "magnum", *days, "-o", str(path))[2]
    today = date_at(told.clock.now, ZONE)
    days = ("--from", "2000-01-01", "--until", today)
    made = written(cbi, "settlement", "act", "magnum", *days, "-o", str(path),
                   "--organisation", "Fund Umit", "--organisation-number", "990140000123")
    assert made["opening_minor"] == 0
    assert made["closing_minor"] == balance.payable_minor
    assert made["paid_minor"] == balance.paid_minor
    assert made["accepted_minor"] == balance.accepted_minor
    assert made["returned_minor"] == balance.deducted_minor > 0
    told.clock.now += 9 * DAY_US
    tomorrow, later_on = date_at(told.clock.now - 8 * DAY_US, ZONE), date_at(told.clock.now, ZONE)
    later = written(cbi, "settlement", "act", "magnum", "--from", tomorrow, "--until", later_on,
                    "-o", str(told.folder / "later.pdf"))
    assert (later["opening_minor"], later["closing_minor"]) == (
        made["closing_minor"], made["closing_minor"])
    told.clock.now += 60 * DAY_US
    autumn = date_at(told.clock.now, ZONE)  # no bill of these days: the signatures are widest
    assert written(cbi, "settlement", "act", "magnum", "--from", autumn, "--until", autumn, "-o",
                   str(told.folder / "autumn.xlsx"))["closing_minor"] == made["closing_minor"]
    said = " ".join(
        str(cell) for sheet in load_workbook(path) for row in sheet.values for cell in row if cell)
    for wanted in ("Fund Umit", "990140000123", "Payment BANK-1 for MAGNUM-P1", "MAGNUM-S2",
                   "Returns taken off in MAGNUM-P2",
                   "Owed at the end"):
        assert wanted in said


def test_an_act_of_the_days_between_starts_with_what_was_owed(world: World, cbi: Typed) -> None:
    a, b = in_hand(world, [1_500_000] * 2)
    bought(world, a, 1_000_000, "1")
    bought(world, b, 250_000, "2")
    taken_in(world, [line(a.serial, "10000", "1")], how=AUGUST)
    reconcile(world.session("finance1"), "MAGNUM-S1")
    settle(world.session("finance1"), "MAGNUM-S1")
    first = world.clock.now
    world.clock.now += 3 * DAY_US
    pay(world.session("finance2"), "MAGNUM-P1", "BANK-1")
    taken_in(world, [line(b.serial, "2500", "2")], name="two.csv", how=AUGUST)
    reconcile(world.session("finance1"), "MAGNUM-S2")
    settle(world.session("finance1"), "MAGNUM-S2")
    since = date_at(first + 2 * DAY_US, ZONE)
    today = date_at(world.clock.now, ZONE)
    made = written(cbi, "settlement", "act", "magnum", "--from", since, "--until", today,
                   "-o", str(world.folder / "act.pdf"), "--language", "ru")
    assert (made["opening_minor"], made["accepted_minor"], made["paid_minor"],
            made["closing_minor"]) == (1_000_000, 250_000, 1_000_000, 250_000)
    said = " ".join(pdf_text(world.folder / "act.pdf").replace("\u00a0", " ").split())
    for wanted in ("Акт сверки", "Сальдо на начало", "две тысячи пятьсот", "БИН"):
        assert wanted in said


def test_an_act_is_refused_in_words_where_none_can_be_made(world: World, cbi: Typed) -> None:
    out = str(world.folder / "act.pdf")
    days = ("--from", "2022-08-31", "--until", "2022-08-01")
    assert "must be dates" in cbi("settlement", "act", "magnum", *days, "-o", out)[2]
    days = ("--from", "2022-08-01", "--until", "2022-08-31")
    assert "cbi retailer list" in cbi("settlement", "act", "nobody", *days, "-o", out)[2]
    assert "has billed nothing" in cbi("settlement", "act", "magnum", *days, "-o", out)[2]


def test_a_line_that_changed_since_it_was_looked_at_says_so(world: World, cbi: Typed) -> None:
    paper, = issued(world, [1_500_000])
    taken_in(world, [line(paper.serial, "1000", "1")], how=AUGUST)
    reconcile(world.session("finance1"), "MAGNUM-S1")
    world.clock.now += 3 * DAY_US
    hand_over(world.session("field1"), [paper.serial])
    bought(world, paper, 100_000, "1", day="2022-08-23")
    path = world.folder / "letter.pdf"
    made = written(cbi, "statement", "letter", "MAGNUM-S1", "-o", str(path))
    assert made["open_minor"] == 100_000
    assert "Something changed after our check" in " ".join(pdf_text(path).split())
