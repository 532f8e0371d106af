"""Handing over: from here on a voucher can be spent, and there is evidence of who got it how.

A queue does not wait for one bad serial: what cannot be handed over comes back as a list with the
reason for each, and the good ones are handed over in one transaction. So a day without connection
is done from the printed list, and its workbook tells afterwards what did not fit: handed over
twice, voided meanwhile.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from cbi.base.clock import date_at, instant_on, minute_at
from cbi.base.errors import CbiError, Conflict, NotFound, UsageError
from cbi.base.ids import new_ids
from cbi.distribution.hand_facts import HandFacts
from cbi.distribution.handover_lists import ACKNOWLEDGED, Item, read_hand_list
from cbi.distribution.naming import discreet
from cbi.files import Problem
from cbi.issuance.due_rules import VOUCHED_FOR
from cbi.issuance.eligibility import refuse_for
from cbi.ledger.vouchers.changes import hand_over_in, read_day
from cbi.ledger.vouchers.issuing import round_zone
from cbi.ledger.vouchers.reading import Voucher, by_serial
from cbi.operators.log import record, record_by
from cbi.operators.operator_session import Operator, OperatorSession
from cbi.programmes.rounds import programme_of
from cbi.storage.listed import SLICE
from cbi.storage.transactions import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True)
class HandOverHow:
    """How vouchers were handed over, where a list's own rows say nothing else.

    `day` (ISO text) is when, for a day without connection; None is now. `despite` is why vouchers
    are given for people who may not receive, and `second` the manager who answers for it too and
    has shown with a passphrase of their own who they are; they are the witness then.
    """

    witness: str | None = None
    acknowledged: str = "signature"
    day: str | None = None
    despite: str | None = None
    second: Operator | None = None


AS_USUAL = HandOverHow()


@dataclass(frozen=True, slots=True)
class HandOverProblem:
    """One item that was not handed over and why; `row` where it came from a file.

    A code is never repeated whole: `item` shows a serial, or a code's last four characters.
    """

    item: str
    error: CbiError
    row: int | None = None
    sheet: str | None = None
    column: str | None = None

    def describe(self, language: str = "en") -> str:
        """One plain line: where, what, what to do next."""
        place = Problem.of(self.error, sheet=self.sheet, row=self.row, column=self.column)
        return place.describe(language)


@dataclass(frozen=True, slots=True)
class HandOverResult:
    """What was handed over, serials in order, and what was not.

    `known` are on a list and were handed over by the same operator before: a list that comes a
    second time changes nothing.
    """

    given: tuple[str, ...] = ()
    problems: tuple[HandOverProblem, ...] = ()
    known: tuple[str, ...] = ()


class HandOverEvidence(NamedTuple):
    """One hand-over on record. The instant in microseconds UTC."""

    given_by: str
    witness: str | None
    acknowledged: str
    given_at: int


@dataclass(frozen=True, slots=True)
class GivenVoucher:
    """A voucher that is handed over, and what goes on record with it."""

    voucher: Voucher
    given_by: str
    acknowledged: str
    witness: str | None = None
    despite: str | None = None


@dataclass(slots=True)
class _Sorted:
    """Items sorted into vouchers to hand over, by serial, what was done before, and problems."""

    good: dict[str, GivenVoucher] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    problems: list[HandOverProblem] = field(default_factory=list)


def hand_over_codes_or_serials(
    session: OperatorSession, items: Sequence[str], how: HandOverHow = AS_USUAL
) -> HandOverResult:
    """Hand over the vouchers named by serials or codes; the good ones, in one transaction.

    Raises:
        UsageError: nothing named, the way it was acknowledged is unknown, the witness is the
            operator, or the day is none or still to come.
        NotFound: the witness is no operator.
    """
    return _hand_over(session, [Item(text) for text in items], how, None)


def hand_over_list(
    session: OperatorSession, path: Path, how: HandOverHow = AS_USUAL
) -> HandOverResult:
    """Hand over the vouchers of a list: any with a column of serials (or codes), or the
    distribution workbook with its rows ticked.

    Raises:
        BadFile: it can't be read, or has no such column.
        UsageError, NotFound: as for `hand_over_codes_or_serials`.
    """
    session.require("voucher.hand-over")
    read = read_hand_list(path)
    if read.ticked and not read.items:
        raise UsageError("issuance.nothing-ticked", file=path.name)
    return _hand_over(session, read.items, how, read.digest)


def hand_over_evidence(tx: ReadTransaction, serial: str) -> list[HandOverEvidence]:
    """Every hand-over of a voucher on record, the first one first."""
    return tx.read(
        HandOverEvidence,
        "SELECT given_by, witness, acknowledged, given_at FROM hand_over"
        " JOIN voucher ON voucher.id = hand_over.voucher WHERE voucher.serial = :serial"
        " ORDER BY given_at, hand_over.id", serial=serial.strip().upper(),
    )


def _hand_over(
    session: OperatorSession, items: Sequence[Item], how: HandOverHow, digest: bytes | None
) -> HandOverResult:
    session.require("voucher.hand-over")
    how = _second_checked(replace(how, witness=(how.witness or "").strip() or None))
    if not items:
        raise UsageError("issuance.nothing-to-hand-over")
    if how.acknowledged not in ACKNOWLEDGED:
        raise UsageError(
            "issuance.acknowledged-unknown", text=how.acknowledged, known=", ".join(ACKNOWLEDGED)
        )

    def work(tx: WriteTransaction) -> HandOverResult:
        _check_witness(tx, session, how.witness)
        sorting = _Sorting(tx, session, how, from_list=digest is not None)
        found = sorting.sorted(items)
        serials = sorted(found.good)
        if serials:
            hand_over_in(tx, session, serials, occurred_at=sorting.occurred_at(serials))
            put_on_record(tx, session, [found.good[serial] for serial in serials], digest)
        return HandOverResult(
            tuple(serials), tuple(found.problems), tuple(sorted(found.known))
        )

    return session.ledger.transact(work)


class _Sorting:
    """Every item judged by itself; one named twice is handed over once."""

    def __init__(
        self, tx: WriteTransaction, session: OperatorSession, how: HandOverHow, *, from_list: bool
    ) -> None:
        self.tx, self.session, self.how, self.from_list = tx, session, how, from_list
        self.facts = HandFacts(tx, session)
        self.now = session.clock()
        self.day = None if how.day is None else read_day(how.day)

    def sorted(self, items: Sequence[Item]) -> _Sorted:
        found = _Sorted()
        for start in range(0, len(items), SLICE):
            part = items[start : start + SLICE]
            self.facts.gather([item.text for item in part if item.error is None])
            self._sort(part, found)
        return found

    def _sort(self, items: Sequence[Item], found: _Sorted) -> None:
        for item in items:
            try:
                if item.error is not None:
                    raise item.error
                voucher = self.facts.voucher(item.text)
                if voucher.serial in found.good or voucher.serial in found.known:
                    raise Conflict("issuance.named-twice", serial=voucher.serial)
                if self._done_before(voucher):
                    found.known.add(voucher.serial)
                    continue
                found.good[voucher.serial] = self._judged(voucher, item)
            except (NotFound, Conflict, UsageError) as error:
                found.problems.append(HandOverProblem(
                    discreet(item.text), error, item.row, item.sheet, item.column
                ))

    def occurred_at(self, serials: Sequence[str]) -> int | None:
        """When it happened: noon of the day named, in the round's zone; None is now."""
        if self.day is None:
            return None
        zone = round_zone(self.tx, by_serial(self.tx, serials[0]).round)
        today = date_at(self.now, zone)
        if self.day > today:
            raise UsageError("issuance.day-to-come", day=self.day)
        return None if self.day == today else instant_on(self.day, 12, zone)

    def _judged(self, voucher: Voucher, item: Item) -> GivenVoucher:
        check_waiting(self.tx, voucher, self.now)
        self._check_day(voucher)
        self._check_taken_out(voucher)
        acknowledged = item.acknowledged or self.how.acknowledged
        witness = self.how.witness if self.how.despite else item.witness or self.how.witness
        if item.witness:
            _check_witness(self.tx, self.session, item.witness)
        check_proxy(self.tx, voucher, acknowledged)
        return GivenVoucher(
            voucher, self.session.operator.name, acknowledged, witness, self._despite(voucher)
        )

    def _despite(self, voucher: Voucher) -> str | None:
        """Why it is given for somebody who may not receive; None for whoever may."""
        why = self.facts.barred(voucher)
        if self.how.despite is None or why is None:
            refuse_for(why, voucher.beneficiary, voucher.serial)
            return None
        owner = programme_of(self.tx, voucher.round)
        if not owner.despite_allowed:
            raise Conflict(
                "issuance.despite-forbidden", serial=voucher.serial, programme=owner.code,
                beneficiary=voucher.beneficiary,
            )
        return self.how.despite

    def _check_day(self, voucher: Voucher) -> None:
        """Nobody was handed a voucher before it was issued: the day is a slip."""
        if self.day is None:
            return
        issued = date_at(self.facts.issued_at(voucher), self.facts.zone(voucher))
        if self.day < issued:
            raise Conflict(
                "issuance.handed-over-before-issued", serial=voucher.serial, day=self.day,
                issued=issued,
            )

    def _check_taken_out(self, voucher: Voucher) -> None:
        """Who has sheets out that day gives these alone; one issued since then was never in a bag.
        """
        giver = self.session.operator.name
        day = self.day or date_at(self.now, self.facts.zone(voucher))
        opened_at = self.facts.opened_at(voucher, day)
        if opened_at is None or self.tx.value(
            "SELECT 1 FROM entry WHERE voucher = :voucher AND seq = 1 AND recorded_at > :opened_at"
            " UNION SELECT 1 FROM distribution_taken t JOIN distribution d ON d.id = t.distribution"
            " WHERE t.voucher = :voucher AND d.day = :day", voucher=voucher.id, day=day,
            opened_at=opened_at,
        ):
            return
        batch = self.tx.value("SELECT number FROM batch WHERE id = :batch", batch=voucher.batch)
        raise Conflict("issuance.not-taken-out", serial=voucher.serial, day=day, batch=batch,
                       distributor=giver)

    def _done_before(self, voucher: Voucher) -> bool:
        """Handed over by the same operator: scanned, or on this list before it was corrected."""
        if not self.from_list or voucher.state in ("issued", "void", "expired"):
            return False
        return self.facts.last_giver(voucher) == self.session.operator.name


def check_waiting(tx: ReadTransaction, voucher: Voucher, now: int) -> None:
    """Only a voucher that was issued and not yet handed over, and whose time is not up."""
    before = hand_over_evidence(tx, voucher.serial) if voucher.state == "active" else []
    if before:
        when = minute_at(before[-1].given_at, round_zone(tx, voucher.round))
        raise Conflict(
            "issuance.handed-over-by", serial=voucher.serial, by=before[-1].given_by, when=when
        )
    if voucher.state != "issued":
        known = {"active": "handed-over-already", "blocked": "handed-over-blocked",
                 "void": "handed-over-void", "expired": "handed-over-expired"}
        raise Conflict(f"issuance.{known[voucher.state]}", serial=voucher.serial)
    if voucher.closes_at <= now:
        raise Conflict(
            "issuance.handed-over-late", serial=voucher.serial, last=voucher.valid_until
        )


def _check_witness(tx: ReadTransaction, session: OperatorSession, witness: str | None) -> None:
    """A witness is another operator, so that no outsider's name stands in the ledger."""
    if witness is None:
        return
    if witness == session.operator.name:
        raise UsageError("issuance.witness-is-giver", operator=witness)
    if tx.value("SELECT 1 FROM operator WHERE name = :name", name=witness) is None:
        raise NotFound("issuance.witness-unknown", operator=witness)


def _second_checked(how: HandOverHow) -> HandOverHow:
    """Whoever may not receive is given something by two people alone, the second a manager."""
    if how.despite is None:
        return how
    if not how.despite.strip():
        raise UsageError("ledger.reason-missing")
    if how.second is None or "manager" not in how.second.roles:
        raise UsageError("issuance.despite-alone")
    return replace(how, despite=how.despite.strip(), witness=how.second.name)


def check_proxy(tx: ReadTransaction, voucher: Voucher, acknowledged: str) -> None:
    """Somebody who collects for a household is on record for it, with a document."""
    if acknowledged == "proxy" and not has_proxy(tx, voucher.beneficiary):
        raise Conflict(
            "issuance.proxy-not-named", serial=voucher.serial, beneficiary=voucher.beneficiary
        )


def has_proxy(tx: ReadTransaction, beneficiary: str) -> bool:
    """Whether somebody may collect for this person's household."""
    return tx.value(
        "SELECT 1 FROM proxy JOIN person ON person.household = proxy.household"
        " WHERE person.number = :number AND proxy.ended_at IS NULL LIMIT 1", number=beneficiary,
    ) is not None


def put_on_record(
    tx: WriteTransaction, session: OperatorSession, given: Sequence[GivenVoucher],
    digest: bytes | None,
) -> list[bytes]:
    """Keep the evidence, a row each, and one line in the log; the rows' ids, in order."""
    now = session.clock()
    ids = new_ids(len(given), now, session.entropy)
    tx.insert("hand_over", [
        {
            "id": evidence, "voucher": one.voucher.id, "given_by": one.given_by,
            "witness": one.witness, "acknowledged": one.acknowledged, "given_at": now,
            "list_hash": digest, "despite": one.despite,
        }
        for evidence, one in zip(ids, given, strict=True)
    ])
    detail: dict[str, str | int] = {"vouchers": len(given)}
    detail |= Counter(one.acknowledged for one in given)
    givers = {one.given_by for one in given} - {session.operator.name}
    if givers:
        detail["given_by"] = ", ".join(sorted(givers))
    witnesses = sorted({one.witness for one in given if one.witness})
    if witnesses:
        detail["witness"] = ", ".join(witnesses)
    despite = [one for one in given if one.despite]
    told: dict[str, str | int] = {}
    if despite:
        told["despite"] = despite[0].despite or ""
        told["serials"] = ", ".join(one.voucher.serial for one in despite)
        detail |= told
    if digest is not None:
        detail["list"] = digest.hex()
    record_by(
        tx, session, action="voucher.hand-over", object=given[0].voucher.serial, at=now,
        detail=detail,
    )
    if despite:
        record(
            tx, operator=witnesses[0], action=VOUCHED_FOR, object=given[0].voucher.serial, at=now,
            detail=told, origin=session.origin,
        )
    return ids
