"""The books as they stood: every table tells what it told then, and files made of it are the same.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cbi.base.clock import instant_on
from cbi.context.rooms import ledger_metadata
from cbi.finance.decisions.deciding import decide
from cbi.finance.grants.grants import Funded, add_grant, add_rate, fund_round
from cbi.finance.grants.tables import Grant
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.reconciliation.withdrawing import withdraw
from cbi.finance.rewinding import Stood, rewound
from cbi.finance.settling.contracts import TermsSaid, set_terms
from cbi.finance.settling.settlements import pay, settle
from cbi.finance.workbook.plain import write_plain
from cbi.finance.workbook.workbook import Wanted, make_workbook
from cbi.ledger.periods import close_period
from cbi.ledger.vouchers.changes import block, extend, void
from cbi.ledger.vouchers.reversing import reverse
from cbi.operators.places import add_retailers
from cbi.places import Retailer
from cbi.programmes.programmes import change_programme, programme
from cbi.reports.as_of import AsOf, as_of
from cbi.reports.journal import write_journal
from cbi.reports.journal_forms import FORMS
from cbi.storage import ReadTransaction
from tests.conftest import ZONE, World
from tests.finance.bills import bought, line, taken_in
from tests.finance.test_grants import another_round
from tests.lived import live
from tests.office import computed
from tests.vouchers import Paper, in_hand

TABLES = {
    "voucher": "id", "entry": "voucher, seq", "settlement": "id", "settlement_line": "entry",
    "payment": "id", "decision": "id", "acceptance": "entry", "statement": "id",
    "exception": "id", "log": "seq", "seal": "size", "period": "code", "leaf": "position",
    "offline_claim": "id", "retailer": "code", "donor_grant": "code",
    "grant_rate": "currency, other, month", "round_grant": "round, place",
    "contract_terms": "retailer, number",
}
"""What is told as it stood, and its order."""


def told(tx: ReadTransaction) -> dict[str, list[tuple[object, ...]]]:
    """Every row of these tables, column by column of the name."""
    return {name: [tuple(row) for row in tx.tuples(
        f"SELECT {', '.join(columns(name))} FROM {name} ORDER BY {order}",
    )] for name, order in TABLES.items()}


def columns(table: str) -> list[str]:
    return [column.name for column in ledger_metadata().tables[table].columns]


def as_they_were(world: World, asked: str) -> Iterator[tuple[AsOf, ReadTransaction]]:
    """The books as of a seal or date."""
    with world.ledger.read() as tx:
        seen = as_of(tx, asked, world.clock(), ZONE)
        yield seen, rewound(tx, seen.stood)


def test_as_of_now_nothing_is_missing(world: World) -> None:
    live(world)
    with world.ledger.read() as tx:
        then = rewound(tx, Stood(world.clock()))
        assert told(then) == told(tx)
        assert told(tx)["period"]


def money_for(world: World, code: str, round_code: str, month: str, discount: int) -> None:
    """A grant in dollars that pays for a round, a month's rate, and a retailer's terms."""
    manager = world.session("manager1")
    add_grant(manager, Grant(
        code=code, donor=f"Donor of {code}", programme="KZ22", currency="USD",
        budget_minor=5_000_000, valid_from="2022-08-01", valid_until="2022-12-31", made_by="",
        made_at=0,
    ))
    add_rate(manager, "USD", "KZT", month, ("470.15", "the bank's table"))
    fund_round(manager, round_code, [Funded(code, share=1)])
    set_terms(manager, TermsSaid(
        retailer="magnum", currency="KZT", valid_from=f"{month}-01", contract=f"C-{code}",
        contract_date="2022-07-01", discount_rate=discount,
    ))


def worked(world: World) -> list[Paper]:
    """August: sales, a bill that is reconciled, decided, settled and paid; the month is closed."""
    money_for(world, "G1", "KZ22-R1", "2022-08", 1_000)
    papers = in_hand(world, [1_500_000] * 6)
    world.clock.now = instant_on("2022-08-25", 9, ZONE)
    for number, paper in enumerate(papers[:4], 1):
        bought(world, paper, 900_000, str(number))
    bought(world, papers[4], 1_000_000, "9", day="2022-08-21")
    taken_in(world, [
        line(papers[0].serial, "9000", "1"), line(papers[1].serial, "9500", "2"),
        line(papers[2].serial, "8000", "3"), line("KZ22-R1-900001", "150"),
        line(papers[3].serial, "9000", "4"),
    ])
    finance = world.session("finance1")
    reconcile(finance, "MAGNUM-S1")
    decide(finance, ["MAGNUM-S1/3"], "waive", "agreed by telephone")
    decide(finance, ["MAGNUM-S1/4"], "reject", "not ours")
    decide(finance, ["MAGNUM-S1/2"], "later", "they will look")
    pay(world.session("finance2"), settle(finance, "MAGNUM-S1").number, "BANK 7")
    taken_in(world, [line(papers[5].serial, "100", "77")], name="other.csv")
    reconcile(finance, "MAGNUM-S2")
    world.clock.now = instant_on("2022-09-02", 9, ZONE)
    close_period(world.session("controller1"), "2022-08")
    return papers


def went_on(world: World, papers: list[Paper]) -> None:
    """September: everything that can happen to what stood in August's books."""
    world.clock.now = instant_on("2022-09-05", 9, ZONE)
    finance, manager = world.session("finance1"), world.session("manager1")
    with world.ledger.read() as tx:
        sold = tx.value("SELECT v.serial FROM voucher v WHERE v.id = :id", id=_id(tx, papers[3]))
        seq = tx.value("SELECT max(seq) FROM entry WHERE voucher = :id AND kind = 'redeem'",
                       id=_id(tx, papers[3]))
    reverse(manager, f"{sold}/{seq}", "the goods came back")
    bought(world, papers[5], 300_000, "77", day="2022-08-30")
    taken_in(world, [line(papers[4].serial, "10000", "9", day="21.08.2022")], name="third.csv")
    reconcile(finance, "MAGNUM-S3")
    reconcile(finance, "MAGNUM-S1")
    decide(finance, ["MAGNUM-S1/2"], "accept", "the till took 9 000")
    settle(finance, "MAGNUM-S1")
    withdraw(finance, "MAGNUM-S2", "typed wrong")
    block(world.session("field1"), papers[0].serial, "said to be lost")
    void(manager, papers[1].serial, "left the country")
    extend(manager, papers[2].serial, "2022-12-31", "the shop was closed")
    change_programme(world.session("admin1"), "KZ22", "a new grant", budget_minor=10**11,
                     lateness_days=9)
    add_retailers(world.session("admin1"), [Retailer("new", "New shop", None)])
    another_round(world)
    money_for(world, "G2", "KZ22-R2", "2022-09", 2_000)
    settle(finance, "MAGNUM-S3")


def _id(tx: ReadTransaction, paper: Paper) -> bytes:
    found = tx.value("SELECT id FROM voucher WHERE serial = :serial", serial=paper.serial)
    assert isinstance(found, bytes)
    return found


def closing(world: World) -> str:
    """The seal of August."""
    with world.ledger.read() as tx:
        return str(tx.value("SELECT to_size FROM period WHERE code = '2022-08'"))


@pytest.mark.parametrize("asked", ["seal", "2022-09-02"])
def test_what_came_later_is_in_no_table(world: World, asked: str) -> None:
    papers = worked(world)
    asked = closing(world) if asked == "seal" else asked
    with world.ledger.read() as tx:
        before = told(tx)
    went_on(world, papers)
    for seen, then in as_they_were(world, asked):
        assert seen.stood is not None
        after = told(then)
    closes = columns_of_no_report()
    assert len(after["log"]) <= len(before["log"])
    before["log"] = before["log"][:len(after["log"])]
    for name, rows in before.items():
        assert [without(row, closes.get(name, ())) for row in after[name]] == [
            without(row, closes.get(name, ())) for row in rows], name


def columns_of_no_report() -> dict[str, tuple[int, ...]]:
    """The instants between which a voucher opens and closes stand in no book: their dates do."""
    names = columns("voucher")
    return {"voucher": (names.index("opens_at"), names.index("closes_at"))}


def without(row: tuple[object, ...], places: tuple[int, ...]) -> tuple[object, ...]:
    return tuple(cell for place, cell in enumerate(row) if place not in places)


def made(world: World, folder: str, asked: str, language: str = "en") -> dict[str, bytes]:
    """Every book of the whole ledger as of a seal, byte for byte."""
    place = world.folder / folder
    place.mkdir()
    with world.ledger.read() as tx:
        seen = as_of(tx, asked, world.clock(), ZONE)
        for form in FORMS:
            for daily in (False, True):
                write_journal(tx, place / f"{form}-{daily}", form=form, daily=daily, seen=seen)
    wanted = Wanted(stood=seen.stood)
    book = make_workbook(world.session("finance1"), place / "book.xlsx", wanted,
                         language=language)
    assert book.balanced
    assert seen.stood is not None
    assert book.cut_off_at == seen.stood.at
    write_plain(world.session("finance1"), place / "book.xlsx", wanted, "en")
    return {one.name: one.read_bytes() for one in sorted(place.iterdir())}


def test_a_closed_months_books_are_the_same_bytes_whatever_is_corrected_later(
    world: World,
) -> None:
    papers = worked(world)
    asked = closing(world)
    before = made(world, "before", asked)
    assert len(before) == 2 * len(FORMS) + 7
    assert made(world, "russian", asked, "ru")["book.xlsx"] != before["book.xlsx"]
    went_on(world, papers)
    after = made(world, "after", asked)
    assert [name for name in before if before[name] != after[name]] == []
    with world.ledger.read() as tx:
        assert programme(tx, "KZ22").lateness_days == 9
        now = as_of(tx, None, world.clock(), ZONE)
        write_journal(tx, world.folder / "now", seen=now)
    assert (world.folder / "now").read_bytes() != before["beancount-False"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_spreadsheet_program_computes_a_book_as_of_then_as_balanced(
    world: World, tmp_path: Path
) -> None:
    """No voucher was void then: a sheet without rows is as it was made."""
    papers = worked(world)
    went_on(world, papers)
    made(world, "then", closing(world))
    sheets = computed(world.folder / "then" / "book.xlsx", tmp_path)
    assert ["Check", "balanced"] in [row[:2] for row in sheets["Cover"]]
