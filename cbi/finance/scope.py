"""What a workbook is about: rounds and the statements that bill them, of one currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from cbi.base.errors import NotFound, UsageError
from cbi.finance.identities import Within
from cbi.finance.intake.statements import statement, statements
from cbi.finance.tables import Statement
from cbi.programmes.programmes import programme, programmes
from cbi.programmes.tables import Programme, RoundRetailer, RoundRow
from cbi.storage import ReadTransaction


@dataclass(frozen=True, slots=True)
class Scope:
    """Rounds (with their programmes) and statements of one currency; instants shown in `zone`.

    `filters` are what was asked for, by name: `statement`, `programme`, `round`.
    """

    currency: str
    zone: str
    programmes: tuple[Programme, ...]
    rounds: tuple[str, ...]
    statements: tuple[Statement, ...]
    filters: Mapping[str, str]

    @property
    def within(self) -> Within:
        """The same as a part of the identities."""
        return Within(
            frozenset(self.rounds), frozenset(one.number for one in self.statements)
        )

    def places(self) -> tuple[str, dict[str, str]]:
        """The rounds as places of a query, and their values."""
        values = {f"round{number}": code for number, code in enumerate(self.rounds)}
        return ", ".join(f":{name}" for name in values), values


def scope_of(
    tx: ReadTransaction, *, statement_number: str | None = None, programme_code: str | None = None,
    round_code: str | None = None,
) -> Scope:
    """A statement with the rounds its retailer takes; or a round, a programme, or everything, with
    the statements of the retailers that take part.

    Raises:
        NotFound: no such statement, programme or round, or no round at all.
        UsageError: everything is in several currencies, so a programme must be named.
    """
    if statement_number is not None:
        bill = statement(tx, statement_number)
        taken = select(RoundRetailer.round).where(RoundRetailer.retailer == bill.retailer)
        rounds = _rounds(
            tx, col(RoundRow.code).in_(taken), col(Programme.currency) == bill.currency
        )
        return _scope(tx, rounds, (bill,), {"statement": bill.number})
    if round_code is not None:
        code = round_code.strip().upper()
        found, filters = _rounds(tx, col(RoundRow.code) == code), {"round": code}
    elif programme_code is not None:
        code = programme(tx, programme_code).code
        found, filters = _rounds(tx, col(Programme.code) == code), {"programme": code}
    else:
        found, filters = _rounds(tx), {}
    takers = set(tx.all(
        select(RoundRetailer.retailer).where(col(RoundRetailer.round).in_(found)).distinct()
    ))
    currencies = set(found.values())
    bills = [
        one for one in statements(tx) if one.retailer in takers and one.currency in currencies
        and one.withdrawn_at is None
    ]
    return _scope(tx, found, bills, filters)


def _rounds(tx: ReadTransaction, *met: ColumnElement[bool]) -> dict[str, str]:
    """Rounds that meet all these, and their currencies."""
    return dict(tx.all(
        select(RoundRow.code, Programme.currency)
        .join(Programme, col(Programme.code) == RoundRow.programme)
        .where(*met).order_by(RoundRow.code)
    ))


def _scope(
    tx: ReadTransaction, rounds: Mapping[str, str], bills: Sequence[Statement],
    filters: Mapping[str, str],
) -> Scope:
    if not rounds:
        raise NotFound("finance.nothing-in-scope", asked=", ".join(filters.values()) or "–")
    currencies = sorted(set(rounds.values()))
    if len(currencies) > 1:
        raise UsageError("finance.programme-needed", known=", ".join(currencies))
    owners = set(tx.all(
        select(RoundRow.programme).where(col(RoundRow.code).in_(rounds)).distinct()
    ))
    taking_part = tuple(one for one in programmes(tx) if one.code in owners)
    return Scope(
        currencies[0], taking_part[0].zone, taking_part, tuple(rounds), tuple(bills), filters
    )
