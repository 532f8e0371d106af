"""The bank's statement: four forms read, lines matched and explained, nothing paid twice."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.base.errors import BadFile, CbiError, Conflict
from cbi.finance.bank.banking import carry_out, match, preview, set_aside
from cbi.finance.bank.books import bank_lines
from cbi.finance.bank.forms import HowToReadBank
from cbi.finance.bank.lines import Booked, Outgoing
from cbi.finance.bank.matching import OpenBooks, OpenSettlement, OpenTransfer, meant
from cbi.finance.bank.standards import read_camt, read_mt940
from cbi.finance.identities import check, retailer_balances
from cbi.finance.intake.previewing import HowToRead
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.settling.settlements import settle, transfer
from cbi.ledger.invariants import check_ledger
from cbi.storage import ConstraintViolation
from tests.cli.conftest import typing_in
from tests.conftest import World
from tests.finance.bills import bought, line, taken_in
from tests.rows import all_rows
from tests.vouchers import in_hand

AUGUST = HowToRead(period_from="2022-08-01", period_until="2022-08-31")
CSV = HowToReadBank()
MT940 = """:20:STMT
:25:KZ00BANK0000000001
:28C:1/1
:60F:C220901KZT100000,00
:61:2209020902D{amount}NTRFNONREF//{reference}
:86:?20Payment of {number}?32TOO Magnum
:61:2209030903C500,00NTRFX//IN-1
:86:returned
:62F:C220903KZT{closing}
-
"""
CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M</MsgId><CreDtTm>2022-09-03T10:00:00</CreDtTm></GrpHdr><Stmt><Id>S</Id>
<Acct><Id><IBAN>KZ00BANK0000000001</IBAN></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="KZT">100000.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2022-09-01</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="KZT">{closing}</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2022-09-03</Dt></Dt></Bal>
<Ntry><Amt Ccy="KZT">11000.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2022-09-02</Dt></BookgDt><NtryDtls>{details}</NtryDtls></Ntry>
<Ntry><Amt Ccy="KZT">7.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts>
<BookgDt><Dt>2022-09-03</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""
DETAIL = """<TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs>{amount}<RltdPties><Cdtr><Pty>
<Nm>TOO Magnum</Nm></Pty></Cdtr></RltdPties><RmtInf><Ustrd>for {number}</Ustrd></RmtInf></TxDtls>
"""
ONE_C = """1CClientBankExchange
ВерсияФормата=1.02
Кодировка=Windows
СекцияРасчСчет
РасчСчет=KZ00BANK0000000001
НачальныйОстаток=100000.00
КонечныйОстаток=92000.00
КонецРасчСчет
СекцияДокумент=ПлатежноеПоручение
НОМЕРДОКУМЕНТА=17
ДатаДокумента=02.09.2022
СуммаРасход=8000.00
ПолучательНаименование=ТОО "Magnum"
ПолучательБИК=
НазначениеПлатежа=Оплата по MAGNUM-P1
КонецДокумента
КонецФайла
"""


@pytest.fixture
def settled(world: World) -> World:
    """MAGNUM-P1 of 8,000 and MAGNUM-P2 of 3,000, taken in by finance1, settled by finance2."""
    a, b = in_hand(world, [1_500_000] * 2)
    for number, (paper, amount) in enumerate(((a, 800_000), (b, 300_000)), 1):
        bought(world, paper, amount, str(number))
        taken_in(world, [line(paper.serial, str(amount // 100), str(number))],
                 name=f"{number}.csv", how=AUGUST)
        reconcile(world.session("finance1"), f"MAGNUM-S{number}")
        settle(world.session("finance2"), f"MAGNUM-S{number}")
    return world


def table(world: World, *rows: str, name: str = "bank.csv") -> Path:
    path = world.folder / name
    path.write_text("\n".join(("Дата;Номер документа;Получатель;Назначение;Дебет;Кредит", *rows)),
                    "utf-8")
    return path


def written(world: World, words: str, name: str, encoding: str = "utf-8") -> Path:
    path = world.folder / name
    path.write_bytes(words.encode(encoding))
    return path


def take_in(world: World, path: Path, who: str = "finance1") -> list[str]:
    """Why each line was taken for what it was."""
    seen = preview(world.session(who), path, CSV)
    carry_out(world.session(who), seen)
    return [one.said.why for one in seen.seen]


def holds(world: World) -> tuple[int, int]:
    """Paid and payable, when every rule holds."""
    with world.ledger.read() as tx:
        assert [one for one in [*check(tx), *check_ledger(tx)] if one.wrong] == []
        found = retailer_balances(tx, retailer="magnum")[0]
        return found.paid_minor, found.payable_minor


@pytest.mark.parametrize("form", ["csv", "mt940", "1c", "camt"])
def test_a_line_of_each_form_pays_the_settlement_that_it_names(settled: World, form: str) -> None:
    path = {
        "csv": lambda: table(settled, "02.09.2022;17;ТОО Magnum;за MAGNUM-P1;8 000,00;",
                             "03.09.2022;18;Другой;возврат;;500,00"),
        "mt940": lambda: written(settled, MT940.format(
            amount="8000,00", reference="17", number="MAGNUM-P1", closing="92500,00"), "b.sta"),
        "1c": lambda: written(settled, ONE_C, "kl_to_1c.txt", "cp1251"),
        "camt": lambda: written(settled, CAMT.format(closing="89000.00", details=DETAIL.format(
            reference="17", number="MAGNUM-P1 and MAGNUM-P2", amount="")), "b.xml"),
    }[form]()
    assert take_in(settled, path) == ["named"]
    assert holds(settled) == ((1_100_000, 0) if form == "camt" else (800_000, 300_000))
    with settled.ledger.read() as tx:
        seen, = bank_lines(tx)
        assert all_rows(tx, "SELECT DISTINCT reference FROM payment") == [{"reference": "17"}]
    assert (seen.booked_on, seen.ended, "agnum" in seen.payee) == ("2022-09-02", "paid", True)
    with pytest.raises(Conflict, match=r"bank\.known"):
        preview(settled.session("finance1"), path, CSV)


def test_what_a_bank_remarks_on_a_whole_statement_is_said_of_no_line() -> None:
    """The library adds it to the last line: it would name a settlement that nobody paid there."""
    lines = MT940.format(amount="8000,00", reference="17", number="MAGNUM-P1", closing="92500,00")
    told = lines.removesuffix("-\n") + ":86:see also MAGNUM-P2\nand MAGNUM-P3\n-\n"
    plain, = read_mt940(lines.encode(), "b.sta")
    remarked, = read_mt940(told.encode(), "b.sta")
    assert remarked == plain
    assert [one.purpose for one in plain.lines] == ["Payment of MAGNUM-P1", "X returned"]
    assert len(read_mt940((told + told).encode(), "b.sta")) == 2


def test_what_a_payment_is_for_is_said_once() -> None:
    content = CAMT.format(closing="89000.00", details=DETAIL.format(
        reference="17", number="MAGNUM-P1", amount=""))
    found, = read_camt(content.encode(), "b.xml")
    assert [one.purpose for one in found.lines] == ["for MAGNUM-P1"]


def test_a_batch_is_taken_apart_only_where_its_parts_make_up_the_entry(settled: World) -> None:
    """Without amounts of their own, a library gives each payment the whole sum: twice too much."""
    parts = [("17", "MAGNUM-P1", "8000.00"), ("18", "MAGNUM-P2", "3000.00")]
    for amounts, want in ((True, [800_000, 300_000]), (False, [1_100_000])):
        details = "".join(
            DETAIL.format(reference=reference, number=number,
                          amount=f'<Amt Ccy="KZT">{amount}</Amt>' if amounts else "")
            for reference, number, amount in parts
        )
        path = written(settled, CAMT.format(closing="89000.00", details=details), f"{amounts}.xml")
        seen = preview(settled.session("finance1"), path, CSV).seen
        assert [one.line.amount_minor for one in seen] == want
    assert seen[0].said.waits


def test_a_bank_s_own_short_headings_are_known(settled: World) -> None:
    for out, into in (("Out", "In"), ("Money out", "Money in"), ("Paid out", "Paid in")):
        path = written(settled, f"Date;Reference;Payee;{out};{into};Purpose\n"
                       "2022-09-02;17;Magnum;8000,00;;MAGNUM-P1\n", f"{out}.csv")
        seen = preview(settled.session("finance1"), path, CSV).seen
        assert [one.line.amount_minor for one in seen] == [800_000]


@pytest.mark.parametrize(("words", "name"), [
    (MT940.format(amount="8000,00", reference="17", number="X", closing="92400,00"), "b.sta"),
    (CAMT.format(closing="89000.01", details=""), "b.xml"),
    (ONE_C.replace("КонечныйОстаток=92000", "КонечныйОстаток=92001"), "b.txt"),
])
def test_lines_that_do_not_lead_to_the_closing_balance_are_refused(
    settled: World, words: str, name: str,
) -> None:
    with pytest.raises(BadFile, match="does-not-add-up"):
        preview(settled.session("finance1"), written(settled, words, name), CSV)


def test_a_recorded_payment_is_shown_and_not_paid_again(settled: World) -> None:
    transfer(settled.session("finance1"), ["MAGNUM-P1"], "PAY-7", fee_minor=15_000)
    path = table(settled, "02.09.2022;PAY-7;ТОО Magnum;за ваучеры;8 150,00;")
    assert take_in(settled, path, who="finance2") == ["recorded"]
    assert holds(settled) == (800_000, 300_000)


def test_the_same_line_in_another_file_is_known(settled: World) -> None:
    one = "02.09.2022;17;ТОО Magnum;за MAGNUM-P1;8 000,00;"
    take_in(settled, table(settled, one))
    again = table(settled, one, "04.09.2022;18;ТОО Magnum;за MAGNUM-P2;1 000,00;", name="next.csv")
    assert take_in(settled, again) == ["known", "named"]
    assert holds(settled) == (900_000, 200_000)
    with pytest.raises(Conflict, match="lines-known"):
        preview(settled.session("finance1"), table(settled, one, "", name="third.csv"), CSV)


def test_what_is_not_sure_waits_for_a_person(
    settled: World, capsys: pytest.CaptureFixture[str],
) -> None:
    path = table(
        settled, "02.09.2022;17;ТОО Magnum;за ваучеры;5 000,00;",
        "02.09.2022;18;Аренда;офис;100 000,00;", "02.09.2022;19;ТОО Magnum;MAGNUM-P2;3 100,00;",
    )
    cbi = typing_in(settled, capsys)
    code, out, err = cbi("bank", "import", str(path), "--yes", who="finance1")
    assert (code, err) == (0, ""), err
    assert "none of this amount" in out
    assert "cbi bank list --waiting" in cbi("waiting", who="finance1")[1]
    assert json.loads(cbi("bank", "list", "--waiting", "--json", who="finance1")[1])[0]["line"] == (
        "BANK-1/1"
    )
    assert cbi("bank", "set-aside", "BANK-1/2", "--reason", "rent", who="finance1")[0] == 0
    assert cbi("bank", "match", "BANK-1/1", "MAGNUM-P1", "--yes", who="finance2")[0] == 3
    assert cbi("bank", "match", "BANK-1/1", "MAGNUM-P1", "--yes", who="finance1")[0] == 0
    assert cbi("bank", "match", "BANK-1/3", "MAGNUM-P2", "--yes", who="finance1")[0] == 5
    fee = ("bank", "match", "BANK-1/3", "MAGNUM-P2", "--fee", "100", "--yes")
    assert cbi(*fee, who="finance1")[0] == 0
    assert cbi(*fee, who="finance1")[0] == 5
    assert "bank" not in cbi("waiting", who="finance1")[1]
    assert holds(settled) == (800_000, 300_000)


def test_who_settled_does_not_pay_by_taking_the_banks_file_in(settled: World) -> None:
    path = table(settled, "02.09.2022;17;ТОО Magnum;за MAGNUM-P1;8 000,00;")
    assert take_in(settled, path, who="finance2") == ["another-hand"]
    assert holds(settled) == (0, 1_100_000)
    match(settled.session("finance1"), "BANK-1/1", ["MAGNUM-P1"])
    assert holds(settled) == (800_000, 300_000)


def test_what_was_shown_is_what_is_done(settled: World) -> None:
    path = table(settled, "02.09.2022;17;ТОО Magnum;за MAGNUM-P1;8 000,00;")
    seen = preview(settled.session("finance1"), path, CSV)
    transfer(settled.session("finance1"), ["MAGNUM-P1"], "PAY-7")
    with pytest.raises(Conflict, match="changed-meanwhile"):
        carry_out(settled.session("finance1"), seen)
    assert holds(settled) == (800_000, 300_000)


def test_the_database_itself_uses_a_payment_and_a_line_once(settled: World) -> None:
    take_in(settled, table(settled, "02.09.2022;17;ТОО Magnum;за MAGNUM-P1;8 000,00;",
                           "02.09.2022;18;Аренда;офис;5,00;"))
    with settled.ledger.read() as tx:
        matched = all_rows(tx, "SELECT * FROM bank_match")[0]
        ended = all_rows(tx, "SELECT * FROM bank_end")[0]
        other = tx.value("SELECT id FROM bank_line WHERE number = 2")
    for name, row in (("bank_match", {**matched, "line": other}), ("bank_end", ended)):
        with pytest.raises(ConstraintViolation), settled.ledger.write() as tx:
            tx.insert(name, [row])
    set_aside(settled.session("finance1"), "BANK-1/2", "rent")
    with settled.ledger.write() as tx:  # a payment that no line's end speaks of
        tx.insert("bank_match", [{"payment": b"P" * 16, "line": other, "place": 1}])
    with settled.ledger.read() as tx:
        assert [one.name for one in check(tx) if one.wrong] == ["bank-adds-up"]


@pytest.mark.parametrize(("words", "code"), [
    ("a;b\n1;2", "bank.no-headings"), ("Дата;Сумма;Сумма в валюте\n01.09.2022;5;5",
                                      "bank.column-two"),
    ("Дата;Дебет\n01.09.2022;пять", "bank.row-unreadable"),
    ("<!DOCTYPE x><Document/>", "bank.unreadable"), ("<html></html>", "bank.unreadable"),
    ("1CClientBankExchange\nСекцияДокумент=x\nСумма=5", "bank.unreadable"),
    (":20:A\n:25:B\n:60F:C220901KZT1,00\n", "bank.no-balances"),
])
def test_a_file_that_cannot_be_read_is_refused_by_name(
    world: World, words: str, code: str,
) -> None:
    with pytest.raises(CbiError) as refused:
        preview(world.session("finance1"), written(world, words, "b.txt"), CSV)
    assert refused.value.code == code


OPEN = st.lists(
    st.tuples(st.sampled_from(["magnum", "small"]), st.integers(1, 4), st.booleans()),
    min_size=1, max_size=6,
)
LINES = st.lists(st.tuples(
    st.sampled_from(["Magnum", "TOO Small", "Rent"]), st.integers(1, 9),
    st.sampled_from(["", "X-P1", "X-P2", "X-P1 X-P3", "PAY-1"]),
    st.sampled_from(["", "PAY-1", "9"]),
), max_size=8)


def test_whom_a_line_paid_is_kept_of_retailers_alone(settled: World) -> None:
    """A wage paid from the same account leaves no name in the ledger; what was shown says it."""
    path = table(settled, "02.09.2022;17;ТОО Magnum;за MAGNUM-P1;8 000,00;",
                 "03.09.2022;18;Invented Person;wage of August;500,00;")
    shown = preview(settled.session("finance1"), path, CSV)
    assert [one.line.line.payee for one in shown.seen] == ["ТОО Magnum", "Invented Person"]
    carry_out(settled.session("finance1"), shown)
    with settled.ledger.read() as tx:
        assert all_rows(tx, "SELECT payee, purpose, reference FROM bank_line ORDER BY number") == [
            {"payee": "ТОО Magnum", "purpose": "за MAGNUM-P1", "reference": "17"},
            {"payee": "", "purpose": "", "reference": "18"},
        ]
    assert holds(settled) == (800_000, 300_000)


@given(OPEN, LINES)
def test_whatever_the_lines_nothing_open_is_used_beyond_what_is_left(
    settlements: list[tuple[str, int, bool]], told: list[tuple[str, int, str, str]],
) -> None:
    books = OpenBooks(
        [OpenSettlement(f"X-P{number}", retailer, retailer.title(), "", left, may)
         for number, (retailer, left, may) in enumerate(settlements, 1)],
        [OpenTransfer("PAY-1", (b"1",), 3, 1)],
    )
    lines = [
        Outgoing(bytes([number]), number,
                 Booked("2022-09-02", -amount, reference, payee, "", words))
        for number, (payee, amount, words, reference) in enumerate(told, 1)
    ]
    said = meant(lines, books)
    paid = dict[Any, int]()
    for one, meaning in zip(lines, said, strict=True):
        if meaning.payments:
            paid["PAY-1"] = paid.get("PAY-1", 0) + 1
            assert one.amount_minor in (3, 4)
        left = one.amount_minor
        for number in meaning.settlements:
            of = books.settlements[int(number[3:]) - 1]
            assert of.may_pay
            part = min(left, of.left_minor - paid.get(number, 0))
            assert part > 0
            paid[number] = paid.get(number, 0) + part
            left -= part
        assert not meaning.settlements or left == 0
    assert paid.get("PAY-1", 0) <= 1
    assert all(value >= 0 for value in books.left.values())
