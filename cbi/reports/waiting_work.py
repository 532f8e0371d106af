"""What waits for a person, the most pressing first: the progress page names it with its command."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sqlmodel import col, select

from cbi.finance.reconciliation.exceptions import exceptions
from cbi.ledger.vouchers.late import late_sales
from cbi.ledger.vouchers.states import OPEN_IN_SQL
from cbi.operators.roster import operators
from cbi.programmes.batch_tables import Batch
from cbi.programmes.loosening import loosened
from cbi.programmes.tables import Programme, RoundRow
from cbi.storage import ReadTransaction


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for somebody: `what` is a key of `progress.json` after `waits-`.

    Of a loosened rule `operator` is who loosened it, `since` the instant (microseconds UTC), and
    `count` or `amount_minor` what it had been.
    """

    what: str
    object: str
    count: int = 0
    amount_minor: int = 0
    operator: str = ""
    since: int | None = None


class _Unpaid(NamedTuple):
    """A settlement that is not paid yet."""

    number: str
    payable_minor: int


class _Held(NamedTuple):
    """How many vouchers, of which round, and how much they hold."""

    round: str
    vouchers: int
    amount_minor: int


def waiting_work(tx: ReadTransaction, found: Programme, at: int) -> Iterable[Waiting]:
    """What waits for a person, the most pressing first."""
    for account in operators(tx):
        if account.confirmation == "waits":
            yield Waiting("account", account.name)
    yield from _loosened(tx, found)
    yield from _expiring(tx, found, at)
    late = late_sales(tx, waiting=True, programme=found.code)
    if late:
        yield Waiting("late", found.code, len(late), sum(one.amount_minor for one in late))
    for batch in tx.all(
        select(Batch).join(RoundRow, col(RoundRow.code) == Batch.round)
        .where(Batch.state == "draft", RoundRow.programme == found.code).order_by(Batch.number)
    ):
        yield Waiting("batch", batch.number, batch.voucher_count, batch.amount_minor)
    open_ones: dict[str, list[int]] = {}
    for one in exceptions(tx, undecided=True):
        if one.currency == found.currency:
            open_ones.setdefault(one.statement, []).append(one.at_risk_minor)
    for statement, risks in sorted(open_ones.items()):
        yield Waiting("exceptions", statement, len(risks), sum(risks))
    for unpaid in tx.read(
        _Unpaid, "SELECT s.number, s.payable_minor - coalesce(sum(p.amount_minor), 0) "
        "AS payable_minor FROM settlement s JOIN statement t ON t.id = s.statement "
        "LEFT JOIN payment p ON p.settlement = s.id WHERE t.currency = :currency "
        "GROUP BY s.number, s.payable_minor "
        "HAVING s.payable_minor > coalesce(sum(p.amount_minor), 0) ORDER BY s.number",
        currency=found.currency,
    ):
        yield Waiting("payment", unpaid.number, 0, int(unpaid.payable_minor))


def _loosened(tx: ReadTransaction, found: Programme) -> Iterable[Waiting]:
    """Duty rules that are looser than they were."""
    for one in loosened(tx, found.code):
        if one.until is None:
            amount = one.was if one.rule.endswith("_minor") else 0
            yield Waiting(
                f"loosened-{one.rule.replace('_', '-')}", found.code, one.was - amount, amount,
                operator=one.operator, since=one.since,
            )


def _expiring(tx: ReadTransaction, found: Programme, at: int) -> Iterable[Waiting]:
    """Vouchers whose time is up but which are not closed, and those that wait to be given."""
    expired = tx.read(
        _Held, "SELECT v.round, count(*) AS vouchers, "
        "sum(v.face_minor - v.spent_minor) AS amount_minor "
        "FROM voucher v JOIN round r ON r.code = v.round WHERE r.programme = :code "
        f"AND v.state IN {OPEN_IN_SQL} AND v.closes_at <= :at "
        "AND v.spent_minor < v.face_minor GROUP BY v.round", code=found.code, at=at,
    )
    if expired:
        yield Waiting("expire", found.code, sum(one.vouchers for one in expired),
                      sum(int(one.amount_minor) for one in expired))
    for given in tx.read(
        _Held, "SELECT v.round, count(*) AS vouchers, sum(v.face_minor) AS amount_minor "
        "FROM voucher v "
        "JOIN round r ON r.code = v.round WHERE r.programme = :code AND v.state = 'issued' "
        "AND v.closes_at > :at GROUP BY v.round ORDER BY v.round", code=found.code, at=at,
    ):
        yield Waiting("hand-over", given.round, given.vouchers, int(given.amount_minor))
