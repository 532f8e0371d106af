"""Making two numbers one, and parting them again: which stays, and what becomes of the rest.

The number that stays is the one with a family, the head's, the one that holds vouchers, the one
approved earlier; so that nobody loses aid by it. Who goes leaves the household, which counts one
fewer, has no head any more if that was the head, and whose proxies end with the head. The decision
keeps what stood there before, and undoing it puts all of that back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cbi.base.clock import date_at
from cbi.base.errors import Conflict, UsageError
from cbi.operators.operator_session import OperatorSession
from cbi.people.households.counting import COUNTED, approved_members, counted_members
from cbi.people.households.household_aid import take_along
from cbi.people.matching.decision_lines import Line
from cbi.people.matching.review import PairView, kept_number, pair
from cbi.people.privacy.proxies import begin_again, end_proxies_in
from cbi.people.records.history import FactChange, put_changes
from cbi.people.records.reading import PersonFacts, living_facts
from cbi.storage.transactions import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True)
class Side:
    """One of two numbers, and what hangs on it. `others` of its household are enrolled and live;
    `open_vouchers` are those of its `vouchers` on which something remains."""

    facts: PersonFacts
    others: tuple[str, ...]
    vouchers: int
    open_vouchers: int
    proxies: int


@dataclass(frozen=True, slots=True)
class Merging:
    """What making two numbers one would do: `home` is the household of the number that goes, and
    counts `size` people afterwards."""

    keeps: Side
    goes: Side
    home: str
    size: int

    @property
    def one_home(self) -> bool:
        """Whether both are of one household."""
        return self.keeps.facts.household == self.home

    @property
    def headless(self) -> bool:
        """Whether a household is left without its head."""
        return self.goes.facts.head and not self.one_home


def foresee(
    tx: ReadTransaction, one: str, other: str, keep: str | None = None
) -> Merging | None:
    """What deciding that a pair is the same person would do; None if both are one already.

    Raises:
        NotFound: they were never found alike.
        UsageError: `keep` is neither of the two.
        Conflict: one of them was erased.
    """
    found = pair(tx, one, other)
    return merging(tx, found, keep)


def merging(tx: ReadTransaction, found: PairView, keep: str | None) -> Merging | None:
    """The same for a pair that was read."""
    one, other = kept_number(tx, found.first), kept_number(tx, found.second)
    if one == other:
        return None
    first, second = _side(tx, one, other), _side(tx, other, one)
    keeps = _chosen(tx, first, second, keep)
    goes = second if keeps is first else first
    return Merging(keeps, goes, goes.facts.household, _size_after(tx, keeps, goes))


def merge(
    tx: WriteTransaction, session: OperatorSession, plan: Merging, line: Line, now: int
) -> Line:
    """Let one number go into the other; the line of the decision, with what stood there before."""
    keeps, goes = plan.keeps.facts, plan.goes.facts
    tx.run(
        "UPDATE person SET merged_into = :keeps WHERE number = :goes",
        keeps=keeps.number, goes=goes.number,
    )
    take_along(tx, plan.home, [goes.number])
    head_moved = goes.head and plan.one_home
    if goes.head:
        tx.run(
            "UPDATE household SET head = :head WHERE number = :home",
            head=keeps.number if head_moved else None, home=plan.home,
        )
        end_proxies_in(tx, session, plan.home, now)
    _resize(tx, session, goes.number, plan.home, (goes.household_size, plan.size), line.reason)
    return Line(
        line.decision, line.reason, keeps.number, goes.number, head_moved,
        plan.home, goes.household_size, plan.size, goes.head,
    )


class MergeDecision(NamedTuple):
    """The decision that made two numbers one, and what it found of the household; see
    `DuplicateDecision`."""

    keeps: str
    goes: str
    head_moved: int
    home: str
    home_size: int
    home_left: int
    home_headed: int
    decided_at: int


def part(
    tx: WriteTransaction, session: OperatorSession, last: MergeDecision, reason: str
) -> Line:
    """Make two numbers two again, and their household what it was.

    Raises:
        Conflict: what was decided has since been built upon.
    """
    keeps, goes, home = last.keeps, last.goes, last.home
    living = counted_members(tx, home)
    parted = tx.run(
        "UPDATE person SET merged_into = NULL WHERE number = :goes AND merged_into = :keeps",
        goes=goes, keeps=keeps,
    )
    if parted != 1:
        raise Conflict("duplicates.built-upon", keeps=keeps, goes=goes)
    size = int(tx.value("SELECT size FROM household WHERE number = :home", home=home))
    before = _size_again(tx, last, size, living)
    _resize(tx, session, goes, home, (size, before), reason)
    if last.home_headed and tx.run(
        "UPDATE household SET head = :goes WHERE number = :home"
        " AND coalesce(head, '') = :now"
        " AND number = (SELECT household FROM person WHERE number = :goes)",
        goes=goes, home=home, now=keeps if last.head_moved else "",
    ):
        begin_again(tx, session, home, last.decided_at)
    return Line(
        "undo", reason, keeps, goes, bool(last.head_moved), home, size, before,
        bool(last.home_headed),
    )


class _VouchersHeld(NamedTuple):
    vouchers: int
    open_vouchers: int


def _side(tx: ReadTransaction, number: str, other: str) -> Side:
    facts = living_facts(tx, number)
    held = tx.read_one(
        _VouchersHeld, "SELECT count(*) AS vouchers, coalesce(sum(CASE WHEN state IN"
        " ('issued', 'active', 'blocked') AND spent_minor < face_minor THEN 1 ELSE 0 END), 0)"
        " AS open_vouchers FROM voucher WHERE beneficiary = :number", number=number,
    ) or _VouchersHeld(0, 0)
    return Side(
        facts,
        tuple(one for one in counted_members(tx, facts.household) if one not in (number, other)),
        int(held.vouchers), int(held.open_vouchers),
        int(tx.value(
            "SELECT count(*) FROM proxy WHERE household = :home AND ended_at IS NULL",
            home=facts.household,
        )) if facts.head else 0,
    )


def _chosen(tx: ReadTransaction, first: Side, second: Side, keep: str | None) -> Side:
    if keep is None:
        return min((first, second), key=_weight)
    named = kept_number(tx, living_facts(tx, keep).number)
    for side in (first, second):
        if side.facts.number == named:
            return side
    raise UsageError(
        "duplicates.keep-neither", keep=keep, first=first.facts.number,
        second=second.facts.number,
    )


def _weight(side: Side) -> tuple[bool, int, bool, int, bool, int, int, str]:
    """Smaller is better to keep: aid that is due or held hangs on it."""
    one = side.facts
    return (
        one.status not in COUNTED, -len(side.others), not one.head,
        -side.vouchers, one.approved_at is None, one.approved_at or 0, one.enrolled_at, one.number,
    )


def _size_after(tx: ReadTransaction, keeps: Side, goes: Side) -> int:
    """How many the household of who goes counts then: one fewer, if that place was counted.

    Two numbers of one household may have been counted as the one person that they are, unless
    every place of it is taken by an enrolled member.
    """
    one = goes.facts
    size = one.household_size
    if one.status not in COUNTED:
        return size
    one_home = keeps.facts.household == one.household
    if one_home and len(counted_members(tx, one.household)) < size:
        return size
    return max(1, size - 1)


def _size_again(
    tx: ReadTransaction, last: MergeDecision, size: int, living: Sequence[str]
) -> int:
    """How many a household counts once a number of it is somebody of their own again; `living` are
    those who lived there until then. Where nobody did, the last place was nobody's: it is theirs.
    Who left that last place behind, and finds somebody in it, brings one.
    """
    gives = last.home_size - last.home_left
    if not living and size == 1:
        return min(99, max(1, gives))
    if living and last.home_size == 1 and last.keeps not in living:
        gives += approved_members(tx, last.home) > size
    return int(min(99, size + gives))


def _resize(
    tx: WriteTransaction, session: OperatorSession, about: str, home: str, sizes: tuple[int, int],
    reason: str
) -> None:
    was, became = sizes
    if was == became:
        return
    tx.run("UPDATE household SET size = :size WHERE number = :home", size=became, home=home)
    change = FactChange(about, "size", str(was), str(became))
    put_changes(tx, session, [change], reason=reason, date=date_at(session.clock(), "UTC"))
