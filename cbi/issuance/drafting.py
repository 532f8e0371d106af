"""Drafting a batch: who may receive in a round, what for how much, and whether it may be.

A preview shows all of it and moves nothing. Whoever already holds this round's voucher of a
category is left out and counted, so that issuing twice issues nothing twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from cbi.base.clock import date_at
from cbi.base.errors import CbiError, Conflict
from cbi.base.money import show_amount
from cbi.issuance.comparing import Comparison, compare, drafted_minor, spoken_by
from cbi.issuance.eligibility import due_now
from cbi.issuance.entitlements import Entitled, Share, households_without_head, shares
from cbi.issuance.reach import without_store
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.languages import Spoken
from cbi.programmes.batch_tables import Batch, BatchLine
from cbi.programmes.batches import BatchView, DraftLine, draft
from cbi.programmes.programmes import issued_net_minor, programme
from cbi.programmes.rounds import EntitlementRule, Round, round_of
from cbi.programmes.tables import Programme
from cbi.storage.transactions import ReadTransaction


@dataclass(frozen=True, slots=True)
class Preview:
    """What drafting would write down. Amounts in minor units of `currency`.

    `people` may receive; `left_out` are vouchers of this round they hold already. `bound_minor` is
    what the programme's vouchers bind of its budget, `drafted_minor` what open drafts would.
    `held_by` are open drafts of this round that hold some of the same people and categories.
    `over_since` is the round's last day once it is past. `idle_rules` give nobody anything.
    `comparison` is with the round before, if there was one; `spoken` counts people by language.
    `unborn` are born after the year in which the round begins. `without_store` can't be spent where
    its people live.
    """

    round: str
    programme: str
    currency: str
    city: str | None
    people: int
    lines: tuple[DraftLine, ...]
    entitled: tuple[Entitled, ...]
    left_out: int
    households_without_head: tuple[str, ...]
    budget_minor: int
    bound_minor: int
    drafted_minor: int
    held_by: tuple[str, ...]
    over_since: str | None
    idle_rules: tuple[EntitlementRule, ...]
    comparison: Comparison | None
    spoken: tuple[Spoken, ...] = ()
    unborn: tuple[str, ...] = ()
    without_store: tuple[Share, ...] = ()

    @property
    def amount_minor(self) -> int:
        """The sum of all lines."""
        return sum(line.amount_minor for line in self.lines)

    @property
    def left_minor(self) -> int:
        """What the budget would still have after this; negative when it does not suffice."""
        return self.budget_minor - self.bound_minor - self.drafted_minor - self.amount_minor

    @property
    def shares(self) -> tuple[Share, ...]:
        """Vouchers and amounts by city and category."""
        return shares(self.lines)

    @property
    def refusal(self) -> CbiError | None:
        """Why this can't be drafted, or None."""
        where = ", ".join(filter(None, (self.round, self.city)))
        if self.over_since:
            return Conflict("issuance.round-over", last=self.over_since, round=self.round)
        if not self.lines:
            return self._nothing(where)
        if self.held_by:
            return Conflict("issuance.draft-open", batch=self.held_by[0], round=self.round)
        if self.left_minor < 0:
            return Conflict(
                "issuance.budget-exceeded", programme=self.programme,
                short=show_amount(-self.left_minor, self.currency),
                budget=show_amount(self.budget_minor, self.currency),
                bound=show_amount(self.bound_minor + self.drafted_minor, self.currency),
                asked=show_amount(self.amount_minor, self.currency),
            )
        return None

    def _nothing(self, where: str) -> CbiError:
        """Why nobody would get anything."""
        if not self.people:
            return Conflict("issuance.nobody-eligible", where=where)
        if self.left_out:
            return Conflict("issuance.all-issued", vouchers=self.left_out, where=where)
        headless = len(self.households_without_head)
        if headless and all(rule.per != "person" for rule in self.idle_rules):
            return Conflict("issuance.nothing-due-headless", households=headless, where=where)
        return Conflict("issuance.nothing-due", where=where, round=self.round)


def preview(session: OperatorSession, round_code: str, city: str | None = None) -> Preview:
    """What `draft_round` would write down, refused or not.

    Raises:
        NotFound: no such round or city.
    """
    session.require("batch.draft")
    with session.ledger.read() as tx:
        found = round_of(tx, round_code)
        owner = programme(tx, found.programme)
        today = date_at(session.clock(), owner.zone)
        return _preview(tx, found, owner, city, over=today > found.valid_until)


def draft_round(session: OperatorSession, round_code: str, city: str | None = None) -> BatchView:
    """Draft a batch for everybody who may receive in a round, in all cities or one.

    Raises:
        NotFound: no such round or city.
        Conflict: the round is over, nobody may receive, all have been issued to, an open draft
            holds the same people, or the budget does not suffice.
    """
    return draft(session, *_to_draft(session, round_code, city))


def _to_draft(
    session: OperatorSession, round_code: str, city: str | None
) -> tuple[str, Sequence[DraftLine]]:
    """The round's code and its lines; why each is due is let go before they are written."""
    made = preview(session, round_code, city)
    if made.refusal is not None:
        raise made.refusal
    return made.round, made.lines


def _preview(
    tx: ReadTransaction, found: Round, owner: Programme, city: str | None, *, over: bool
) -> Preview:
    due = due_now(tx, found, city)
    lines = due.lines
    headless: tuple[str, ...] = ()
    if any(rule.per != "person" for rule in found.entitlements):
        headless = tuple(households_without_head(due.people))
    return Preview(
        round=found.code, programme=owner.code, currency=owner.currency, city=city,
        people=len(due.people), lines=lines, entitled=due.entitled, left_out=due.left_out,
        households_without_head=headless, budget_minor=owner.budget_minor,
        bound_minor=issued_net_minor(tx, owner.code), drafted_minor=drafted_minor(tx, owner.code),
        held_by=_held_by(tx, found.code, lines), over_since=found.valid_until if over else None,
        idle_rules=_idle(found.entitlements, due.entitled),
        comparison=compare(tx, found, lines, cities=None if city is None else {city}),
        spoken=spoken_by(tx, lines), unborn=due.unborn,
        without_store=without_store(tx, found, shares(lines)),
    )


def _idle(
    rules: Sequence[EntitlementRule], who: Sequence[Entitled]
) -> tuple[EntitlementRule, ...]:
    """Rules that give nobody anything: often a slip in an age, a size or a flag."""
    gave = {rule for one in who for rule, _ in one.rules}
    return tuple(rule for rule in rules if rule not in gave)


def _held_by(tx: ReadTransaction, round_code: str, lines: Sequence[DraftLine]) -> tuple[str, ...]:
    drafted = tx.all(
        select(Batch.number, BatchLine.beneficiary, BatchLine.category)
        .join(BatchLine, col(BatchLine.batch) == Batch.id)
        .where(Batch.round == round_code, col(Batch.state).in_(("draft", "issuing")))
    )
    wanted = {(line.beneficiary, line.category) for line in lines} if drafted else set()
    return tuple(sorted(
        {number for number, who, category in drafted if (who, category) in wanted}
    ))
