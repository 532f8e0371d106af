"""A batch beside the round before it: who is new, who dropped out, who gets more or less.

People are told by beneficiary number, amounts are what a person gets in all categories together.
The round before is the programme's last one that began earlier and issued vouchers.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlmodel import col, func, select

from cbi.issuance.entitlements import Share, shares
from cbi.issuance.reach import without_store
from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.beneficiaries import unsaid_language
from cbi.people.records.languages import Spoken, spoken
from cbi.programmes.batch_tables import Batch
from cbi.programmes.batches import BatchView, DraftLine, batch, lines_of
from cbi.programmes.programmes import issued_net_minor, programme
from cbi.programmes.rounds import Round, round_of
from cbi.programmes.tables import RoundRow
from cbi.storage.transactions import ReadTransaction


@dataclass(frozen=True, slots=True)
class AmountChange:
    """What one beneficiary got in the round before and gets now, in minor units."""

    beneficiary: str
    was_minor: int
    is_minor: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A list of vouchers beside the round `before`; numbers in order."""

    before: str
    new: tuple[AmountChange, ...]
    dropped: tuple[AmountChange, ...]
    more: tuple[AmountChange, ...]
    less: tuple[AmountChange, ...]
    same: int


@dataclass(frozen=True, slots=True)
class BatchPreview:
    """A batch as its approver should see it.

    `bound_minor` is what the programme's vouchers bind of its budget, `drafted_minor` what open
    drafts would, this one among them while it is one; `spoken` counts people by language;
    `without_store` can't be spent where its people live.
    """

    batch: BatchView
    shares: tuple[Share, ...]
    comparison: Comparison | None
    budget_minor: int
    bound_minor: int
    drafted_minor: int
    spoken: tuple[Spoken, ...]
    without_store: tuple[Share, ...] = ()

    @property
    def left_minor(self) -> int:
        """What the budget has left when all drafts are approved."""
        return self.budget_minor - self.bound_minor - self.drafted_minor


def batch_preview(session: OperatorSession, number: str) -> BatchPreview:
    """A batch with its sums, the budget and the round before.

    Raises:
        NotFound: no such batch.
    """
    session.require("ledger.read")
    with session.ledger.read() as tx:
        found = batch(tx, number)
        lines = lines_of(tx, found.id)
        cities = {line.city for line in lines}
        owner, about = programme(tx, found.programme), round_of(tx, found.round)
        given = shares(lines)
        return BatchPreview(
            batch=found, shares=given, without_store=without_store(tx, about, given),
            comparison=compare(tx, about, lines, cities=cities, batch_id=found.id),
            budget_minor=owner.budget_minor, bound_minor=issued_net_minor(tx, owner.code),
            drafted_minor=drafted_minor(tx, owner.code), spoken=spoken_by(tx, lines),
        )


def spoken_by(tx: ReadTransaction, lines: Sequence[DraftLine]) -> tuple[Spoken, ...]:
    """How many people get vouchers in each language, and whether it was said of them."""
    languages = {line.beneficiary: line.language for line in lines}
    unsaid = unsaid_language(tx, languages)
    return spoken((language, number not in unsaid) for number, language in languages.items())


def compare(
    tx: ReadTransaction, this: Round, lines: Sequence[DraftLine], *,
    cities: Collection[str] | None = None, batch_id: bytes = b"",
) -> Comparison | None:
    """These lines beside the round before; None if there is none.

    What this round gave the same people in other batches counts with the lines. Only who got
    something in one of `cities` can drop out; None is everywhere. `batch_id` is the batch that
    the lines are, if they are one.
    """
    before = _round_before(tx, this)
    if before is None:
        return None
    was, was_in = _given(tx, before, b"")
    now, _ = _given(tx, this.code, batch_id)
    here = Counter({line.beneficiary: 0 for line in lines})
    for line in lines:
        here[line.beneficiary] += line.amount_minor
    changes = [
        AmountChange(one, was.get(one, 0), here[one] + now.get(one, 0)) for one in sorted(here)
    ]
    old = [one for one in changes if one.was_minor]
    return Comparison(
        before=before, new=tuple(one for one in changes if not one.was_minor),
        dropped=tuple(
            AmountChange(one, was[one], 0) for one in sorted(was)
            if one not in here and one not in now
            and (cities is None or was_in[one] in cities)
        ),
        more=tuple(one for one in old if one.is_minor > one.was_minor),
        less=tuple(one for one in old if one.is_minor < one.was_minor),
        same=sum(one.is_minor == one.was_minor for one in old),
    )


def drafted_minor(tx: ReadTransaction, programme_code: str) -> int:
    """What a programme's open drafts come to, in minor units."""
    drafted = tx.first(
        select(func.sum(Batch.amount_minor))
        .join(RoundRow, col(RoundRow.code) == Batch.round)
        .where(RoundRow.programme == programme_code, Batch.state == "draft")
    )
    return int(drafted or 0)


def _round_before(tx: ReadTransaction, this: Round) -> str | None:
    found: str | None = tx.value(
        "SELECT code FROM round WHERE programme = :programme AND code <> :code"
        " AND valid_from <= :first AND made_at <= :made_at"
        " AND EXISTS (SELECT 1 FROM voucher WHERE voucher.round = round.code)"
        " ORDER BY valid_from DESC, made_at DESC LIMIT 1",
        programme=this.programme, code=this.code, first=this.valid_from, made_at=this.made_at,
    )
    return found


class GivenInRound(NamedTuple):
    """What a round issued to somebody, and where."""

    beneficiary: str
    city: str
    amount_minor: int


def _given(
    tx: ReadTransaction, round_code: str, without: bytes
) -> tuple[Mapping[str, int], Mapping[str, str]]:
    """What a round issued to each beneficiary, replacements not counted, and in which city."""
    given = tx.read(
        GivenInRound,
        "SELECT beneficiary, max(city) AS city, sum(face_minor) AS amount_minor FROM voucher"
        " WHERE round = :code AND generation = 0 AND batch <> :without GROUP BY beneficiary",
        code=round_code, without=without,
    )
    return ({one.beneficiary: int(one.amount_minor) for one in given},
            {one.beneficiary: one.city for one in given})
