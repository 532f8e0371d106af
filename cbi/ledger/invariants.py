"""The rules that always hold, each by its name: `cbi check` runs them all.

Rules of one voucher stand in `voucher_rules` and are run in one pass over all journals, which is
read as a stream; rules across vouchers stand in `ledger_rules` and `seal_rules`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from sqlmodel import col, select

from cbi.audit.rule_results import RuleResult, Violation
from cbi.ledger import account_rules, ledger_rules, logged_rules, seal_rules
from cbi.ledger.vouchers import late_rules, offline_rules
from cbi.ledger.vouchers.reading import SELECT_LINE, SELECT_VOUCHER, JournalLine, Voucher
from cbi.ledger.vouchers.voucher_rules import VOUCHER_RULES, Journal, RoundRules
from cbi.places.tables import StoreRow
from cbi.programmes.tables import Programme, RoundRetailer, RoundRow
from cbi.storage import ReadTransaction

__all__ = ["INVARIANTS", "RuleResult", "Violation", "check_ledger", "journals", "violations"]

LedgerRule = Callable[[ReadTransaction], Iterable[Violation]]

LEDGER_RULES: dict[str, LedgerRule] = {
    "file-sound": ledger_rules.file_sound,
    "rules-stand": ledger_rules.rules_stand,
    "receipts-add-up": ledger_rules.receipts_add_up,
    "late-accepted": late_rules.late_accepted,
    "offline-adds-up": offline_rules.offline_adds_up,
    "replaced-whole": ledger_rules.replaced_whole,
    "batches-are-their-lists": ledger_rules.batches_are_their_lists,
    "settled-once": ledger_rules.settled_once,
    "settlements-hold": ledger_rules.settlements_hold,
    "periods-follow": ledger_rules.periods_follow,
    "log-chained": ledger_rules.log_is_chained,
    "rows-as-said": ledger_rules.rows_as_said,
    "made-as-logged": logged_rules.made_as_logged,
    "clock-confirmed": logged_rules.clock_confirmed,
    "accounts-confirmed": account_rules.accounts_confirmed,
    "seals-hold": seal_rules.seals_hold,
    "leaves-are-their-rows": seal_rules.leaves_are_their_rows,
    "nothing-left-out": seal_rules.nothing_left_out,
}
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading something raises when a tamperer left it in no shape that the program writes."""

INVARIANTS = (*VOUCHER_RULES, *LEDGER_RULES)
"""The names of all rules, in the order in which they are told."""


def check_ledger(
    tx: ReadTransaction, told: Callable[[int], None] | None = None,
    keys: Mapping[str, bytes] | None = None,
) -> list[RuleResult]:
    """Run every rule; the outcome of each, in order. `told` hears how many vouchers are done.

    With `keys`, every line is also held to the machine that vouches for it.
    """
    found: dict[str, list[Violation]] = {name: [] for name in INVARIANTS}
    for name, violation in violations(tx, told, keys):
        found[name].append(violation)
    return [RuleResult(name, tuple(wrong)) for name, wrong in found.items()]


def violations(
    tx: ReadTransaction, told: Callable[[int], None] | None = None,
    keys: Mapping[str, bytes] | None = None,
) -> Iterator[tuple[str, Violation]]:
    """What is wrong, one by one, each with the name of its rule: vouchers first, then the rest."""
    for number, journal in enumerate(journals(tx, keys), 1):
        for name, rule in VOUCHER_RULES.items():
            try:
                for violation in rule(journal):
                    yield name, violation
            except UNREADABLE as error:
                yield name, _unreadable(journal.at(), error)
        if told is not None:
            told(number)
    for name, ledger_rule in LEDGER_RULES.items():
        try:
            for violation in ledger_rule(tx):
                yield name, violation
        except UNREADABLE as error:
            yield name, _unreadable(name, error)


def _unreadable(where: str, error: Exception) -> Violation:
    return Violation(where, "check.unreadable", {"detail": type(error).__name__})


def journals(tx: ReadTransaction, keys: Mapping[str, bytes] | None = None) -> Iterator[Journal]:
    """Each voucher with its lines, by id, in one pass; what lacks its other half comes alone."""
    settings, stores = _settings(tx), _stores(tx)
    vouchers = tx.read_each(Voucher, f"{SELECT_VOUCHER} ORDER BY id")
    lines = tx.read_each(JournalLine, f"{SELECT_LINE} ORDER BY voucher, seq")
    voucher, line = next(vouchers, None), next(lines, None)
    while voucher is not None or line is not None:
        now = min(row_id for row_id in (
            None if voucher is None else voucher.id, None if line is None else line.voucher,
        ) if row_id is not None)
        row: Voucher | None = None
        if voucher is not None and voucher.id == now:
            row, voucher = voucher, next(vouchers, None)
        own: list[JournalLine] = []
        while line is not None and line.voucher == now:
            own.append(line)
            line = next(lines, None)
        setting = None if row is None else settings.get(str(row.round))
        yield Journal(row, own, setting, stores, keys)


def _settings(tx: ReadTransaction) -> dict[str, RoundRules]:
    takers: dict[str, dict[str, set[str]]] = {}
    for code, category, retailer in tx.all(
        select(RoundRetailer.round, RoundRetailer.category, RoundRetailer.retailer)
    ):
        takers.setdefault(code, {}).setdefault(category, set()).add(retailer)
    return {
        code: RoundRules(zone, bool(in_parts), {
            category: frozenset(names) for category, names in takers.get(code, {}).items()
        })
        for code, in_parts, zone in tx.all(
            select(RoundRow.code, RoundRow.in_parts, Programme.zone)
            .join(Programme, col(Programme.code) == RoundRow.programme)
        )
    }


def _stores(tx: ReadTransaction) -> dict[str, str]:
    return dict(tx.all(select(StoreRow.code, StoreRow.retailer)))
