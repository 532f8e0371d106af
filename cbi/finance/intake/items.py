"""What families bought: a shop's export of its receipts' items, by kinds of goods. Never typed.

Only items on receipts that a statement bills are taken; other customers' are counted and let go. A
kind is told by the words of a name (`data/goods.json`, or a file of the programme's own), and what
vouchers are not for, tobacco say, is named line by line.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from cbi.base.data import data_folder
from cbi.base.errors import BadFile, UsageError
from cbi.files import Problem, Row, Table, column_letter, read_bytes, read_tables, text_of
from cbi.finance.intake.statements import statement
from cbi.finance.intake.store_names import StoreNames
from cbi.finance.reading.structure.headings import heading_of
from cbi.finance.reading.values.amounts import AmountStyle, signed_amount, style_of
from cbi.finance.reading.values.cells import receipt_text
from cbi.finance.reading.values.receipts import receipt_key
from cbi.finance.tables import Statement
from cbi.operators.operator_session import OperatorSession
from cbi.places.profile import profile_of
from cbi.storage import ReadTransaction

HEADINGS_WITHIN = 40
OTHER = "other"
_WORD = re.compile(r"[^\W\d_]+")
_DECOYS = ("-price", "-count", "-tax", "-face", "-running")
_NEEDED = {"item": "-item", "receipt": "receipt", "amount": "amount"}


class ReceiptItem(NamedTuple):
    """A good on a receipt; below zero where it was brought back. `store` is a code, or empty."""

    row: int
    receipt: str
    store: str
    name: str
    kind: str
    amount_minor: int
    is_excluded: bool


@dataclass(frozen=True, slots=True)
class Goods:
    """By kind, the words of its goods, of which one with a star may go on (`хлеб*`); and of which
    kinds vouchers are not for."""

    kinds: Mapping[str, tuple[str, ...]]
    excluded: frozenset[str]

    def kind_of(self, name: str) -> str:
        """The kind of a good by its name: of its first word that any kind knows. Pure."""
        for word in _WORD.findall(name.casefold().replace("ё", "е")):
            for kind, known in self.kinds.items():
                if any(word.startswith(one[:-1]) if one.endswith("*") else word == one
                       for one in known):
                    return kind
        return OTHER


@dataclass(slots=True)
class ItemsRead:
    """A statement's items; `strangers` are rows of receipts that it does not bill."""

    statement: str
    currency: str
    items: list[ReceiptItem] = field(default_factory=list)
    strangers: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def by_kind(self) -> list[tuple[str, int, int]]:
        """Each kind with its lines and its sum, the largest first."""
        lines, sums = Counter[str](), Counter[str]()
        for one in self.items:
            lines[one.kind] += 1
            sums[one.kind] += one.amount_minor
        return [(kind, lines[kind], sums[kind])
                for kind in sorted(lines, key=lambda one: (-sums[one], one))]

    @property
    def excluded(self) -> list[ReceiptItem]:
        """What vouchers are not for, in the order of the file."""
        return [one for one in self.items if one.is_excluded]

    def as_csv(self) -> bytes:
        """What is kept of it: the statement's own items, for programs to read."""
        made = io.StringIO(newline="")
        rows = csv.writer(made)
        rows.writerow(["receipt", "store", "item", "kind", "amount_minor", "excluded"])
        rows.writerows(
            (one.receipt, one.store, f"'{one.name}" if one.name[:1] in "=+-@" else one.name,
             one.kind, one.amount_minor, int(one.is_excluded)) for one in self.items
        )
        return made.getvalue().encode()


def goods(path: Path | None = None) -> Goods:
    """The kinds of goods and what vouchers are not for.

    Raises:
        BadFile: the file is no such list.
    """
    place = path or data_folder() / "goods.json"
    try:
        told = json.loads(read_bytes(place))
        kinds = {str(kind): tuple(str(word).casefold() for word in words)
                 for kind, words in told["kinds"].items()}
        excluded = frozenset(map(str, told["excluded"]))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadFile("items.goods-unread", file=str(place)) from error
    if not excluded <= kinds.keys() or not all(map(all, kinds.values())):
        raise BadFile("items.goods-unread", file=str(place))
    return Goods(kinds, excluded)


def read_items(
    session: OperatorSession, number: str, path: Path, known: Goods
) -> ItemsRead:
    """The items of a shop's export that stand on receipts of a statement; nothing is written.

    Raises:
        NotFound: no such statement.
        BadFile: it cannot be read, or no row heads a receipt's, a good's and a sum's column.
    """
    session.require("finance.read")
    with session.ledger.read() as tx:
        about = statement(tx, number)
        reader = _Reader(
            ItemsRead(about.number, about.currency), known, profile_of(tx).money,
            StoreNames.of(tx, about.retailer), _billed(tx, about),
        )
    tables = read_tables(path)
    if not sum(reader.take(table) for table in tables):
        raise BadFile("items.columns-missing", file=tables[0].file)
    return reader.read


def _billed(tx: ReadTransaction, about: Statement) -> dict[str, set[str]]:
    """By receipt, the stores at which the statement bills it; empty where it names none."""
    found: dict[str, set[str]] = {}
    for receipt, store in tx.tuples(
        "SELECT DISTINCT receipt, coalesce(store, '') FROM claim "
        "WHERE statement = :statement AND receipt IS NOT NULL", statement=about.id,
    ):
        found.setdefault(receipt_key(receipt), set()).add(store)
    return found


@dataclass(slots=True)
class _Reader:
    """Goes through an export's sheets."""

    read: ItemsRead
    known: Goods
    money: frozenset[str]
    stores: StoreNames
    billed: Mapping[str, set[str]]

    def take(self, table: Table) -> bool:
        """A sheet's items; whether it has the columns for them."""
        for place, row in enumerate(table.rows[:HEADINGS_WITHIN]):
            columns = self._columns(row)
            if columns is not None:
                body = table.rows[place + 1 :]
                style = style_of(
                    (one.at(columns["amount"]) for one in body), self.read.currency, self.money)
                for one in body:
                    self._line(table, one, columns, style)
                return True
        return False

    def _columns(self, row: Row) -> dict[str, int] | None:
        """Where a heading row has what is needed, and the store where it has it."""
        points = [heading_of(text_of(cell), self.money).points for cell in row.cells]
        found = {}
        for name, told in (*_NEEDED.items(), ("store", "store")):
            fits = [(one.get(told, 0), -index) for index, one in enumerate(points)
                    if one.get(told) and not (name == "amount" and any(
                        decoy in one for decoy in _DECOYS))]
            if fits:
                found[name] = -max(fits)[1]
        needed = [found[name] for name in _NEEDED if name in found]
        return found if len(needed) == len(set(needed)) == len(_NEEDED) else None

    def _line(
        self, table: Table, row: Row, columns: Mapping[str, int], style: AmountStyle
    ) -> None:
        name = text_of(row.at(columns["item"])).strip()
        receipt = receipt_text(row.at(columns["receipt"]))
        if not name or not receipt:
            return  # a sum or a footer
        told = text_of(row.at(columns["store"])) if "store" in columns else ""
        store = self.stores.told(told)
        there = self.billed.get(receipt_key(receipt), set())
        if not there or (told and "" not in there and store not in there):
            self.read.strangers += 1
            return
        try:
            amount = signed_amount(
                row.at(columns["amount"]), self.read.currency, style.decimal, self.money)
        except UsageError as error:
            self.read.problems.append(Problem.of(
                error, sheet=table.sheet, row=row.number, column=column_letter(columns["amount"])))
            return
        kind = self.known.kind_of(name)
        self.read.items.append(ReceiptItem(
            row.number, receipt, store, name, kind, amount, kind in self.known.excluded))
