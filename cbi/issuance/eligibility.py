"""Who may receive in a round and what is due to them now: the one place that says so.

Drafting asks it, and approving asks it again, because people die, leave and are merged in between.
A top-up, a replacement, a hand-over and the distribution list ask of single people why not.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import select

from cbi.base.errors import Conflict
from cbi.issuance.entitlements import Entitled, entitled, lines_for
from cbi.ledger.tables import VoucherRow
from cbi.people.households.household_aid import AidHad, aid_had, counted_before, merged
from cbi.people.matching.beneficiaries import Beneficiary, barred, eligible
from cbi.programmes.batches import DraftLine
from cbi.programmes.programmes import programme
from cbi.programmes.rounds import Round
from cbi.storage.transactions import ReadTransaction

Owed = tuple[str, str]
"""A beneficiary's number and a category."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is due in a round now: who may receive, what each is entitled to, and the vouchers of it
    that nobody holds yet; `left_out` are those they hold. `unborn` are born after the year in which
    the round begins: they get nothing of it."""

    people: tuple[Beneficiary, ...]
    entitled: tuple[Entitled, ...]
    lines: tuple[DraftLine, ...]
    left_out: int
    unborn: tuple[str, ...] = ()


def due_now(tx: ReadTransaction, found: Round, city: str | None = None) -> Due:
    """What is due in a round as people and households are now; in one city (its code) or all."""
    owner = programme(tx, found.programme)
    year = int(found.valid_from[:4])
    every_one = tuple(eligible(tx, city=city, language=owner.language))
    people = tuple(one for one in every_one if (one.birth_year or year) <= year)
    who = entitled(
        people, found.entitlements, found.terms, year=year, had=aid_had(tx, found.code),
        counted=counted_before(tx, found.code),
    )
    every = lines_for(who, found.terms)
    held = held_in(tx, found.code)
    lines = tuple(line for line in every if (line.beneficiary, line.category) not in held)
    unborn = tuple(one.number for one in every_one if (one.birth_year or year) > year)
    return Due(people, tuple(who), lines, len(every) - len(lines), unborn)


def held_in(tx: ReadTransaction, round_code: str) -> set[Owed]:
    """Who holds a round's vouchers of a category; whose number went into another, that one too."""
    found = set(tx.all(
        select(VoucherRow.beneficiary, VoucherRow.category).distinct()
        .where(VoucherRow.round == round_code)
    ))
    kept = merged(tx) if found else {}
    return found | {(kept[who], category) for who, category in found if who in kept}


def refuse_barred(tx: ReadTransaction, number: str, serial: str) -> None:
    """Refuse to give out somebody's voucher.

    Raises:
        Conflict: they are dead, gone, suspended, erased, merged or without consent.
    """
    refuse_for(barred(tx, [number]).get(number), number, serial)


def refuse_for(why: str | None, number: str, serial: str) -> None:
    """The same where it is known why, in one word, or that nothing stands in the way."""
    if why is not None:
        raise Conflict(f"issuance.not-given-{why}", serial=serial, beneficiary=number)


def amounts(lines: Iterable[DraftLine]) -> dict[Owed, int]:
    """What each beneficiary gets of each category, in minor units."""
    sums: dict[Owed, int] = defaultdict(int)
    for line in lines:
        sums[line.beneficiary, line.category] += line.amount_minor
    return dict(sums)


def aid_given(
    due: Due, lines: Sequence[DraftLine], round_code: str, batch: bytes
) -> list[AidHad]:
    """Which households get their aid of the round with these lines."""
    of_household = [one for one in due.entitled if one.of_household]
    categories = {one.category for one in of_household}
    given = amounts(line for line in lines if line.category in categories)
    return [
        AidHad(round_code, one.beneficiary.household, one.category, one.beneficiary.number, batch,
               amount_minor, one.people)
        for one in of_household
        if (amount_minor := given.get((one.beneficiary.number, one.category)))
    ]
