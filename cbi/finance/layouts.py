"""Where a retailer's statement has what we need: its heading row and columns, in any layout. Pure.

A statement begins with the shop's letterhead and ends with totals and signatures; its headings are
the shop's own words in its own language. The heading row is the one that names both the voucher and
the amount, and most of the rest.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from cbi.base.errors import BadFile, UsageError
from cbi.base.plugins import STATEMENT_LAYOUTS, plugin_unfit, plugins
from cbi.files import Cell, Table, column_letter

HEADING_ROWS_MAX = 60
NEEDED = ("voucher", "amount")

SYNONYMS: dict[str, frozenset[str]] = {
    "voucher": frozenset({
        "номер ваучера", "ваучер", "ваучер номер", "код ваучера", "серийный номер",
        "серийный номер ваучера", "серия и номер", "серия", "код", "штрихкод", "штрих код",
        "voucher", "voucher number", "number voucher", "voucher code", "voucher serial",
        "voucher serial number", "voucher id", "serial", "serial number", "code", "coupon",
        "ваучер нөмірі", "ваучердің нөмірі", "ваучер коды", "сериялық нөмірі", "сериялық нөмір",
    }),
    "amount": frozenset({
        "сумма", "сумма по ваучеру", "сумма ваучера", "сумма покупки", "сумма к оплате",
        "сумма операции", "стоимость", "списано", "amount", "amount claimed", "claimed amount",
        "voucher amount", "amount due", "sum", "value", "сома", "сомасы", "ваучер сомасы",
        "төлем сомасы",
    }),
    "date": frozenset({
        "дата", "дата покупки", "дата продажи", "дата операции", "дата чека", "дата и время",
        "дата время", "date", "purchase date", "sale date", "transaction date", "date of purchase",
        "date and time", "date time", "күні", "күн", "сатып алу күні", "күні мен уақыты",
    }),
    "store": frozenset({
        "магазин", "филиал", "торговая точка", "точка", "адрес магазина", "адрес", "store", "shop",
        "branch", "outlet", "location", "store name", "store code", "дүкен", "сауда нүктесі",
        "филиалы",
    }),
    "receipt": frozenset({
        "чек", "номер чека", "чек номер", "кассовый чек", "фискальный чек",
        "номер фискального чека", "receipt", "receipt number", "number receipt", "receipt id",
        "fiscal receipt", "cheque", "чек нөмірі", "чектің нөмірі", "түбіртек", "түбіртек нөмірі",
    }),
}

_NUMBER = {"№": "номер", "#": "number", "no": "number", "nr": "number", "n": "number"}
_WORDS = re.compile(r"[№#]|\w+")
_ASIDE = re.compile(r"\([^)]*\)")
_FOREIGN_MONEY = frozenset({"usd", "eur", "руб"})


@dataclass(frozen=True, slots=True)
class StatementLayout:
    """Where the headings are (an index into the table's rows), and each field's column index."""

    heading: int
    columns: Mapping[str, int]
    money: frozenset[str] = frozenset()
    """What the country writes for its currency, in small letters."""

    def letters(self) -> dict[str, str]:
        """The fields' columns as the spreadsheet names them."""
        return {field: column_letter(index) for field, index in self.columns.items()}


def find_layout(
    table: Table, columns: Mapping[str, str] | None = None, money: frozenset[str] = frozenset()
) -> StatementLayout:
    """The layout of a statement. `columns` says which heading a field has, where no synonym does.

    `money` is what the country writes for its currency.

    Raises:
        BadFile: no row names both a voucher and an amount.
        UsageError: there is no such field.
    """
    synonyms = _synonyms(columns or {}, money)
    best: StatementLayout | None = None
    for index, row in enumerate(table.rows[:HEADING_ROWS_MAX]):
        found = _fields(row.cells, synonyms, money)
        if all(field in found for field in NEEDED) and (
            best is None or len(found) > len(best.columns)
        ):
            best = StatementLayout(index, found, money)
    if best is None:
        raise BadFile(
            "finance.no-heading", file=table.file, rows=min(HEADING_ROWS_MAX, len(table.rows))
        )
    return best


def heading_words(text: object, money: frozenset[str] = frozenset()) -> str:
    """A heading without what does not tell it from another: case, signs, brackets, currencies."""
    plain = _ASIDE.sub(" ", str(text or "").casefold().replace("ё", "е"))
    words = [_NUMBER.get(word, word) for word in _WORDS.findall(plain)]
    telling = [word for word in words if word not in money and word not in _FOREIGN_MONEY]
    return " ".join(telling or words)


def _synonyms(columns: Mapping[str, str], money: frozenset[str]) -> dict[str, frozenset[str]]:
    for field in columns:
        if field not in SYNONYMS:
            raise UsageError("finance.field-unknown", field=field, known=", ".join(SYNONYMS))
    named = {field: frozenset({heading_words(text, money)}) for field, text in columns.items()}
    taken = frozenset().union(*named.values())
    return {field: named.get(field, words - taken) for field, words in _known().items()}


@cache
def _known() -> Mapping[str, frozenset[str]]:
    """Our synonyms and those that other packages bring; of a heading with two, ours holds."""
    known = dict(SYNONYMS)
    ours = frozenset().union(*SYNONYMS.values())
    for name, layout in plugins(STATEMENT_LAYOUTS).items():
        for field, headings in dict(layout).items():
            if field not in SYNONYMS:
                raise plugin_unfit(STATEMENT_LAYOUTS, name, f"{field}?")
            known[field] |= frozenset(map(heading_words, headings)) - ours
    return known


def _fields(
    cells: tuple[Cell, ...], synonyms: Mapping[str, frozenset[str]], money: frozenset[str]
) -> dict[str, int]:
    """The fields that a row's cells name; of two columns with one meaning the first is read."""
    found: dict[str, int] = {}
    for index, cell in enumerate(cells):
        words = heading_words(cell, money) if isinstance(cell, str) else ""
        for field, known in synonyms.items():
            if words in known and field not in found:
                found[field] = index
                break
    return found
