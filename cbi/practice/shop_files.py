"""The files that shops send: lists of collected paper vouchers, and the retailer's statement.

They look as such files do: letterhead lines before the headings, the retailer's own language, dates
and amounts now as values, now as text, and a total below.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from cbi.base.money import plain_amount
from cbi.practice.bills import Bill
from cbi.practice.shops import Purchase

LIST_HEADINGS = ("Date", "Time", "Receipt", "Receipt total", "Code", "Amount")
STATEMENT_HEADINGS = ("№", "Дата", "Магазин", "Чек", "Номер ваучера", "Сумма")
_WIDTHS = (6, 12, 44, 10, 20, 14)


def write_shop_list(path: Path, purchases: Iterable[Purchase]) -> None:
    """The list of one shop that collects paper: a row for each voucher, codes as printed.

    Raises:
        BadFile: the file cannot be written.
    """
    from cbi.files.workbook import Column, Sheet, write_workbook
    from cbi.ledger.vouchers.codes import show_code

    rows = (
        (one.day, one.clock, one.receipt, one.receipt_total_minor, show_code(one.code),
         one.amount_minor)
        for one in purchases
    )
    kinds = ("date", "text", "text", "amount", "text", "amount")
    columns = [Column(heading, kind) for heading, kind in zip(LIST_HEADINGS, kinds, strict=True)]
    write_workbook(path, [Sheet("Vouchers", columns, rows)], title="Collected vouchers")


def write_statement(
    path: Path, bill: Bill, *, retailer: str, stores: Mapping[str, str], period: tuple[str, str],
    by_hand: frozenset[str] = frozenset(),
) -> None:
    """The retailer's statement in Russian, headings in row 8, the total in the last line but one.

    `retailer` is its name, `stores` the stores' names by code, `period` the first and last day (ISO
    text); the lines of stores `by_hand` have dates and amounts as text.

    Raises:
        BadFile: the file cannot be written.
    """
    from cbi.files.workbook import Column, Sheet, write_workbook

    kinds = ("count", "date", "text", "text", "text", "amount")
    columns = [
        Column(heading, kind, width=width)
        for heading, kind, width in zip(STATEMENT_HEADINGS, kinds, _WIDTHS, strict=True)
    ]
    sheet = Sheet(
        "Реестр", columns, _statement_rows(bill, stores, by_hand),
        title=letterhead(retailer, period),
    )
    write_workbook(path, [sheet], title="Реестр принятых ваучеров")


def letterhead(retailer: str, period: tuple[str, str]) -> tuple[str, ...]:
    """Six lines; with the empty one after them the headings stand in row 8."""
    first, last = (_russian_date(day) for day in period)
    return (
        f"ТОО «{retailer}» (учебный пример)", f"Реестр принятых ваучеров за {first} – {last}",
        "Договор № ПРИМЕР-22 от 01.08.2022", "Плательщик: программа помощи CBI 2022",
        "Валюта: тенге (KZT), без НДС", "Составлено по данным касс и собранным ваучерам",
    )


def _statement_rows(
    bill: Bill, stores: Mapping[str, str], by_hand: frozenset[str]
) -> Iterator[Sequence[object]]:
    from cbi.files.workbook import Typed

    for line in bill.lines:
        day: object = line.day
        amount: object = line.amount_minor
        if line.store in by_hand:
            day = Typed("text", _russian_date(line.day))
            amount = Typed("text", f"{plain_amount(line.amount_minor, 'KZT')},00")
        name = stores.get(line.store, line.store)
        yield line.number, day, name, line.receipt, line.voucher, amount
    yield None, None, None, None, "Итого:", bill.claimed_minor
    yield None, None, "Главный бухгалтер ____________ (подпись)", None, None, None


def _russian_date(day: str) -> str:
    return date.fromisoformat(day).strftime("%d.%m.%Y")
