"""What waits for whom, with the line to type: nothing is kept of it, all is read from the ledger.

Who asks is told what they may do themselves; what they began and another must go on with is theirs
to wait for, and is left out, unless they ask for everybody's.
"""

import shlex
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from cbi.base.clock import DAY_US, date_at
from cbi.distribution.dispatch import distributions
from cbi.distribution.extension import extensions
from cbi.field.conflicts import FieldConflict, conflicts
from cbi.finance.decisions.awaited import awaited
from cbi.finance.decisions.unsettled import to_settle
from cbi.finance.intake.statements import statements
from cbi.finance.reconciliation.exceptions import exceptions
from cbi.finance.reconciliation.uncovered import unreconciled
from cbi.finance.settling.payers import kept_from_paying
from cbi.ledger.paying import approval_of as settlement_approval
from cbi.ledger.settling import settlement
from cbi.ledger.vouchers.approving import approval_of as draft_of
from cbi.ledger.vouchers.failed_lookups import GUESSES_MAX
from cbi.ledger.vouchers.late import late_sales
from cbi.ledger.vouchers.states import OPEN_IN_SQL
from cbi.operators.accounts import operators
from cbi.operators.confirming import standings
from cbi.operators.log import entries
from cbi.operators.operator_session import Operator
from cbi.operators.permissions import PERMISSIONS, may
from cbi.operators.training import plan_done
from cbi.people.complaints.complaints import CONFIDENTIAL, complaints
from cbi.people.privacy.retention import due_for_erasure
from cbi.people.records.held_changes import held_changes
from cbi.people.records.reading import waiting_lists
from cbi.people.registration.sampling import sample, samples
from cbi.people.sanctions.screening import is_due, undecided
from cbi.people.sanctions.subjects import asked, list_digests, unnamed
from cbi.programmes.approvals import USUAL, standing
from cbi.programmes.batches import batches
from cbi.reports.monitoring.drawing import monitoring_samples
from cbi.storage.transactions import ReadTransaction

BACKUP_DAYS: Final = 7
HASH_SHOWN: Final = 8
GUESSES_IN_ALL: Final = 3 * GUESSES_MAX
"""So many unknown codes in a day are told, though no store has enough of them for itself."""
ZONE: Final = "UTC"


class WaitingWork(NamedTuple):
    """Something that waits: `what` is a key of `waiting.json`, `line` what to type after `cbi`.

    `action` is the permission it takes; `begun_by` began it, where another must go on with it;
    `given_by` have said yes, where it takes several. `since` in microseconds UTC, None where it has
    no beginning.
    """

    what: str
    object: str
    things: int
    line: str
    action: str
    since: int | None = None
    begun_by: str | None = None
    given_by: tuple[str, ...] = ()

    @property
    def roles(self) -> list[str]:
        """Who may do it."""
        return sorted(PERMISSIONS[self.action])


class _Unpaid(NamedTuple):
    number: str
    made_at: int
    made_by: str
    due_on: str | None
    currency: str


class _Guessed(NamedTuple):
    store: str
    codes: int
    since: int


class _Unprinted(NamedTuple):
    number: str
    vouchers: int


def waiting_work(tx: ReadTransaction, at: int, *, zone: str = ZONE) -> list[WaitingWork]:
    """All that waits for anybody, by the room it waits in. `at` is microseconds UTC."""
    found = [
        *_accounts(tx), *_trainings(tx), *_sanctions(tx), *_people(tx),
        *_rounds(tx, date_at(at, zone)), *_vouchers(tx, at), *_distribution(tx),
        *_finance(tx), *_payments(tx, date_at(at, zone)), *_complaints(tx, date_at(at, zone)),
        *_guesses(tx, at), *_care(tx, at, zone),
    ]
    return sorted(found, key=lambda one: one.since or at)


def work_of(found: list[WaitingWork], operator: Operator, *, apart: bool) -> list[WaitingWork]:
    """What of it this operator may go on with; `apart`: not with what they began themselves."""
    return [
        one for one in found
        if may(operator.roles, one.action) and not (apart and one.begun_by == operator.name)
        and operator.name not in one.given_by
    ]


def _accounts(tx: ReadTransaction) -> Iterator[WaitingWork]:
    waits = [one.name for one in operators(tx) if one.confirmation == "waits"]
    known = standings(tx) if waits else None
    for name in waits:
        begun = next(iter(sorted(known.of(name).behind)), None) if known else None
        yield WaitingWork("account", name, 1, f"operator confirm {name}", "operator.confirm",
                          begun_by=begun)


def _trainings(tx: ReadTransaction) -> Iterator[WaitingWork]:
    """Who holds a role that a programme honours only after a training that they have not had."""
    for one in plan_done(tx):
        for name in one.missing if one.asked else ():
            line = f"training add {name} --topic {shlex.quote(one.topic)} --trainer NAME"
            yield WaitingWork("training", f"{name} ({one.topic})", 1, line, "training.keep")


def _sanctions(tx: ReadTransaction) -> Iterator[WaitingWork]:
    """What a programme's policy on sanctions asks for and is not done."""
    if not asked(tx):
        return
    if not list_digests(tx):
        yield WaitingWork("sanctions-list", "", 1, "sanctions load FILE --list LABEL",
                          "sanctions.screen")
    elif is_due(tx):
        yield WaitingWork("sanctions-screen", "", 1, "sanctions screen", "sanctions.screen")
    if count := undecided(tx):
        yield WaitingWork("sanctions-decide", "", count, "sanctions list --undecided",
                          "sanctions.decide")
    for name in unnamed(tx):
        yield WaitingWork("sanctions-name", name, 1, f"sanctions name operator {name} NAME",
                          "sanctions.screen")


def _people(tx: ReadTransaction) -> Iterator[WaitingWork]:
    for one in waiting_lists(tx):
        named = f"--list {one.list[:HASH_SHOWN]}" if one.list else one.number
        yield WaitingWork(
            "people" if one.list else "person", one.list[:HASH_SHOWN] or one.number, one.people,
            f"people approve {named}", "people.approve", one.enrolled_at, one.enrolled_by,
        )
    for held in held_changes(tx):
        yield WaitingWork("change", held.person, 1, f"people approve {held.person}",
                          "people.approve", held.asked_at, held.asked_by)
    pairs = int(tx.value("SELECT count(*) FROM duplicate_pair WHERE state = 'open'"))
    if pairs:
        yield WaitingWork("duplicates", "", pairs, "duplicates list --state open",
                          "duplicate.decide")
    for number in samples(tx):
        drawn = sample(tx, number)
        if left := drawn.counts["open"]:
            yield WaitingWork("sample", number, left, f"people sample show {number}",
                              "people.check", drawn.drawn_at)
    for monitored in monitoring_samples(tx):
        if monitored.open:
            yield WaitingWork("monitoring", monitored.number, monitored.open,
                              f"monitoring form {monitored.number} -o {monitored.number}.xlsx",
                              "monitoring.take", monitored.drawn_at)


def _complaints(tx: ReadTransaction, today: str) -> Iterator[WaitingWork]:
    """Complaints without an answer: those whose day is over one by one, the others together."""
    open_ones = complaints(tx, open_only=True, confidential=True)
    for one in open_ones:
        if one.due_on < today:
            yield WaitingWork("complaint-late", one.number, 1, f"complaint show {one.number}",
                              one.action, one.taken_at)
    for apart in (False, True):
        in_time = [one for one in open_ones
                   if one.due_on >= today and (one.kind == CONFIDENTIAL) is apart]
        if in_time:
            yield WaitingWork(
                "complaints-confidential" if apart else "complaints", in_time[0].due_on,
                len(in_time), f"complaint list --open{' --kind staff' if apart else ''}",
                in_time[0].action, min(one.taken_at for one in in_time),
            )


def _rounds(tx: ReadTransaction, today: str) -> Iterator[WaitingWork]:
    """Rounds that are not over and of which nothing was drafted, once people are approved."""
    people = int(tx.value("SELECT count(*) FROM person WHERE approved_at IS NOT NULL "
                          "AND erased_at IS NULL AND merged_into IS NULL"))
    for (code,) in tx.tuples(
        "SELECT code FROM round r WHERE valid_until >= :today AND cancelled_at IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM batch b WHERE b.round = r.code) ORDER BY code", today=today,
    ) if people else ():
        yield WaitingWork("round", code, people, f"issue {code}", "batch.draft")


def _vouchers(tx: ReadTransaction, at: int) -> Iterator[WaitingWork]:
    for batch in batches(tx):
        if batch.state == "issuing":
            yield WaitingWork("batch-unfinished", batch.number, batch.voucher_count,
                              f"batch approve {batch.number}", "batch.approve", batch.drafted_at,
                              batch.drafted_by)
        if batch.state == "draft":
            stands = standing(tx, draft_of(batch))
            several = stands.people > USUAL
            yield WaitingWork("batch-several" if several else "batch", batch.number,
                              stands.left if several else batch.voucher_count,
                              f"batch approve {batch.number}", "batch.approve", batch.drafted_at,
                              batch.drafted_by, stands.given_by)
    for paper in tx.read(
        _Unprinted, "SELECT b.number, count(*) AS vouchers FROM voucher v "
        "JOIN batch b ON b.id = v.batch "
        "LEFT JOIN printed_voucher p ON p.voucher = v.id WHERE p.voucher IS NULL "
        "AND v.state = 'issued' AND b.state = 'approved' AND v.closes_at > :at "
        "GROUP BY b.number ORDER BY b.number", at=at,
    ):
        yield WaitingWork("print", paper.number, paper.vouchers,
                          f"print {paper.number} -o {paper.number}.pdf", "batch.print")
    for wish in extensions(tx, open_only=True):
        yield WaitingWork("extension", f"{wish.number} ({wish.object})", 1,
                          f"extend {wish.number} --approve", "voucher.extend", wish.asked_at,
                          wish.asked_by)
    late = late_sales(tx, waiting=True)
    if late:
        yield WaitingWork("late", "", len(late), "late list", "late.decide")
    over = int(tx.value(
        f"SELECT count(*) FROM voucher WHERE state IN {OPEN_IN_SQL} AND closes_at <= :at "
        "AND spent_minor < face_minor", at=at,
    ))
    if over:
        yield WaitingWork("expire", "", over, "expire", "voucher.expire")


def _distribution(tx: ReadTransaction) -> Iterator[WaitingWork]:
    for one in distributions(tx, open_only=True, limit=1000):
        yield WaitingWork("distribution", one.number, one.out, f"distribution close {one.number}",
                          "distribution.close", one.opened_at, one.distributor)
    laptops: dict[str, list[FieldConflict]] = {}
    for conflict in conflicts(tx):
        laptops.setdefault(conflict.laptop, []).append(conflict)
    for laptop, found in sorted(laptops.items()):
        yield WaitingWork("field-conflicts", laptop, len(found), f"field conflicts {laptop}",
                          "field.decide", found[0].taken_at, found[0].holder)


def _finance(tx: ReadTransaction) -> Iterator[WaitingWork]:
    known = statements(tx)
    for one in known:
        if one.reconciled_at is None and one.withdrawn_at is None:
            yield WaitingWork("reconcile", one.number, 1, f"reconcile {one.number}",
                              "statement.import", one.imported_at)
    undecided: dict[str, list[bytes]] = {}
    found = exceptions(tx, undecided=True)
    for view in found:
        undecided.setdefault(view.statement, []).append(view.id)
    said = awaited(tx, found)
    for number, ids in sorted(undecided.items()):
        line = f"exception list --undecided --statement {number}"
        if fresh := [one for one in ids if one not in said]:
            yield WaitingWork("exceptions", number, len(fresh), line, "exception.decide")
        if begun := [said[one].given_by for one in ids if one in said]:
            all_said = tuple(name for name in begun[0] if all(name in names for names in begun))
            yield WaitingWork("exceptions-several", number, len(begun), line, "exception.decide",
                              given_by=all_said)
    if uncovered := unreconciled(tx):
        yield WaitingWork("offline", "", uncovered, "till conflicts", "statement.import")
    for one in to_settle(tx, known):
        if one.number not in undecided:
            yield WaitingWork("settle", one.number, 1, f"settle {one.number}", "settlement.make",
                              one.reconciled_at)
    lines = int(tx.value("SELECT count(*) FROM bank_line l WHERE NOT EXISTS "
                         "(SELECT 1 FROM bank_end e WHERE e.line = l.id)"))
    if lines:
        yield WaitingWork("bank", "", lines, "bank list --waiting", "bank.import")


def _payments(tx: ReadTransaction, today: str) -> Iterator[WaitingWork]:
    """Settlements that are not paid, with the days that their contracts leave or are over."""
    for one in tx.read(
        _Unpaid, "SELECT s.number, s.made_at, s.made_by, s.due_on, t.currency FROM settlement s "
        "JOIN statement t ON t.id = s.statement WHERE s.payable_minor > ("
        "SELECT coalesce(sum(p.amount_minor), 0) FROM payment p "
        "WHERE p.settlement = s.id) ORDER BY s.number",
    ):
        made = settlement(tx, one.number)
        stands = standing(tx, settlement_approval(tx, made, one.currency))
        if stands.left > 1:
            yield WaitingWork("settlement-several", one.number, stands.left,
                              f"settlement approve {one.number}", "settlement.approve", one.made_at,
                              one.made_by, stands.given_by)
            continue
        days = (date.fromisoformat(one.due_on) - date.fromisoformat(today)).days \
            if one.due_on else 0
        what = "pay" if not one.due_on else "pay-by" if days > 0 else \
            "pay-late" if days else "pay-today"
        kept = kept_from_paying(tx, made.statement, made.retailer, one.made_by)
        said = stands.given_by if stands.left else ()
        yield WaitingWork(what, one.number, abs(days) or 1, f"pay {one.number} --reference REF",
                          "settlement.pay", one.made_at, one.made_by,
                          tuple(sorted({*said, *kept})))


def _guesses(tx: ReadTransaction, at: int) -> Iterator[WaitingWork]:
    """Unknown codes of the last day: at one store enough to close a till, or many in all."""
    per_store = tx.read(
        _Guessed, "SELECT store, count(*) AS codes, min(at) AS since FROM guess WHERE at > :since "
        "GROUP BY store ORDER BY store", since=at - DAY_US,
    )
    for one in per_store:
        if one.codes >= GUESSES_MAX:
            line = f"till list --store {one.store}" if one.store else "till list"
            yield WaitingWork("guesses", one.store or "–", one.codes, line, "till.pair", one.since)
    whole = sum(one.codes for one in per_store)
    if whole >= GUESSES_IN_ALL and all(one.codes < GUESSES_MAX for one in per_store):
        yield WaitingWork("guesses-all", "", whole, "till list", "till.pair",
                          min(one.since for one in per_store))


_BACKED_UP = ("ledger.backed-up", "ledger.backup")
"""What the log says of a backup that stands; the second is what earlier builds wrote, and all that
they wrote."""


def _care(tx: ReadTransaction, at: int, zone: str) -> Iterator[WaitingWork]:
    due = due_for_erasure(tx, date_at(at, zone))
    if due:
        yield WaitingWork("retention", "", len(due), "people erase --due", "people.erase")
    last = [line for deed in _BACKED_UP for line in entries(tx, action=deed, limit=1)]
    since = max(line.at for line in last) if last else tx.value("SELECT min(at) FROM log")
    if since is not None and at - since > BACKUP_DAYS * DAY_US:
        days = (at - since) // DAY_US
        yield WaitingWork("backup" if last else "backup-never", "", days, "backup FILE",
                          "ledger.backup", since)
