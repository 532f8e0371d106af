"""Approving a batch looks again: vouchers are made for those alone to whom they are due now.

Between a draft and its approval people die, are suspended, take their consent back or turn out to
be one. What fell out since is shown with its reason and left off the list; the list that is
approved has a hash of its own, and the log tells both. Nobody gains by an approval what was not
drafted: then the draft is refused, and a new one shows it to whoever approves.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cbi.base.errors import CbiError, Conflict
from cbi.issuance.eligibility import Due, Owed, aid_given, amounts, due_now
from cbi.issuance.standing_in import stand_ins
from cbi.ledger.vouchers import approving
from cbi.operators.operator_session import OperatorSession
from cbi.people.households.household_aid import aid_rows, put_aid
from cbi.people.matching.beneficiaries import homes_of, why_not
from cbi.programmes import batches
from cbi.programmes.batches import BatchView, DraftLine, lines_of
from cbi.programmes.rounds import round_of
from cbi.storage.transactions import ReadTransaction


@dataclass(frozen=True, slots=True)
class FellOut:
    """What somebody on a draft gets no longer or less of, in minor units, and why in one word."""

    beneficiary: str
    category: str
    was_minor: int
    is_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class LookedAgain:
    """A draft as it is due now: the list to approve, who fell out, and who would gain."""

    batch: str
    round: str
    lines: tuple[DraftLine, ...]
    fell_out: tuple[FellOut, ...]
    gains: tuple[Owed, ...]

    @property
    def amount_minor(self) -> int:
        """The sum of what is left on the list."""
        return sum(line.amount_minor for line in self.lines)

    @property
    def refusal(self) -> CbiError | None:
        """Why this can't be approved, or None."""
        if self.gains:
            return Conflict(
                "issuance.approval-gains", batch=self.batch, round=self.round,
                who=", ".join(sorted({number for number, _ in self.gains})[:5]),
            )
        if not self.lines:
            return Conflict("issuance.nobody-left", batch=self.batch)
        return None


def looked_again(session: OperatorSession, number: str) -> LookedAgain | None:
    """What approving a draft would do now; None if it is no draft any more.

    Raises:
        NotFound: no such batch.
    """
    session.require("ledger.read")
    with session.ledger.read() as tx:
        found = batches.batch(tx, number)
        if found.state != "draft":
            return None
        return _looked(tx, found, lines_of(tx, found.id))[0]


def approve_as_due(session: OperatorSession, number: str) -> BatchView:
    """Turn a draft into vouchers for those to whom they are due now.

    Raises:
        Conflict: somebody would gain by it, nobody is left on it, or a household has had the
            round's aid; and as for `cbi.ledger.vouchers.approving.approve`.
        NotAllowed, Unusable: as for `cbi.ledger.vouchers.approving.approve`.
    """

    def look(
        tx: ReadTransaction, found: BatchView, drafted: Sequence[DraftLine]
    ) -> approving.DueLines:
        seen, due = _looked(tx, found, drafted)
        if seen.refusal is not None:
            raise seen.refusal
        if due is None:
            return approving.DueLines(seen.lines)
        given = aid_given(due, seen.lines, found.round, found.id)
        rows = aid_rows(tx, given, session.ledger.following)
        return approving.DueLines(seen.lines, lambda tx: put_aid(tx, rows))

    return approving.approve(session, number, look)


def _looked(
    tx: ReadTransaction, found: BatchView, drafted: Sequence[DraftLine]
) -> tuple[LookedAgain, Due | None]:
    barred = why_not(tx, {line.beneficiary for line in drafted})
    if all(line.part > 1 for line in drafted):
        return _top_up(found, drafted, {**_stood_in(tx, found), **barred}), None
    due = due_now(tx, round_of(tx, found.round))
    was, now = _by_person(drafted), _by_person(due.lines)
    homes = {person.number: person.household for person in due.people}
    listed = set(homes_of(tx, was).values())
    gains = tuple(
        (who, category) for who in now if homes[who] in listed
        for category, amount_minor, drafted_minor in _beside(now[who], was.get(who, ()))
        if amount_minor > drafted_minor
    )
    fell_out = tuple(
        FellOut(who, category, amount_minor, due_minor, barred.get(who, "not-due"))
        for who in was
        for category, amount_minor, due_minor in _beside(was[who], now.get(who, ()))
        if due_minor < amount_minor
    )
    lines = tuple(line for who in was for line in _in_order(was[who], now.get(who, ())))
    return LookedAgain(found.number, found.round, lines, fell_out, gains), due


def _stood_in(tx: ReadTransaction, found: BatchView) -> dict[str, str]:
    """Top-ups in place of a household's aid that somebody else was given meanwhile."""
    return {
        one.beneficiary: "stood-in" for stood in stand_ins(tx) for one in stood.people
        if stood.twice and one.serial == found.number
    }


def _top_up(
    found: BatchView, drafted: Sequence[DraftLine], barred: dict[str, str]
) -> LookedAgain:
    """A top-up follows no rule of the round: it falls out with its person alone."""
    return LookedAgain(
        found.number, found.round,
        tuple(line for line in drafted if line.beneficiary not in barred),
        tuple(
            FellOut(line.beneficiary, line.category, line.amount_minor, 0,
                    barred[line.beneficiary])
            for line in drafted if line.beneficiary in barred
        ), (),
    )


def _by_person(lines: Iterable[DraftLine]) -> dict[str, list[DraftLine]]:
    """The lines of each, in the order of a list, where a person's lines stand together."""
    found: dict[str, list[DraftLine]] = {}
    for line in lines:
        found.setdefault(line.beneficiary, []).append(line)
    return found


def _beside(
    these: Sequence[DraftLine], those: Sequence[DraftLine]
) -> Iterator[tuple[str, int, int]]:
    """What a person gets by these lines of each category, and what by those, in minor units."""
    others = amounts(those)
    for (who, category), amount_minor in amounts(these).items():
        yield category, amount_minor, others.get((who, category), 0)


def _in_order(drafted: Sequence[DraftLine], due: Sequence[DraftLine]) -> Iterator[DraftLine]:
    """What is due of what was drafted for a person, category by category as it was drafted."""
    for category in dict.fromkeys(line.category for line in drafted):
        yield from (line for line in due if line.category == category)
