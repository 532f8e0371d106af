"""Rounds: one distribution cycle of a programme, with its dates, entitlements and retailers.

What a round gives and at which retailers is fixed once it is made: vouchers are bound to it. Its
last day alone can become later, by two operators (`cbi.distribution.extension`). A category has one
rule or several, whose amounts add up, and terms for what they come to.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TypedDict, Unpack

from sqlalchemy import update
from sqlmodel import col, select

from cbi.base.canonical import canonical_json
from cbi.base.clock import typed_day
from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.base.money import AMOUNT_MINOR_MAX
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.programmes import add_once, checked_code, programme
from cbi.programmes.tables import CategoryTermsRow, Entitlement, Programme, RoundRetailer, RoundRow
from cbi.storage.transactions import ReadTransaction, WriteTransaction

CATEGORY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
PER = ("person", "household", "member")
AGE_MAX, SIZE_MAX = 150, 99
DENOMINATIONS_MAX = 12


@dataclass(frozen=True, slots=True)
class EntitlementRule:
    """What a category gives, in minor units: per person, per household, or per member.

    It may hold only for households of `size_from` to `size_to` people, for people aged `age_from`
    to `age_to` (both whole), or for people with a vulnerability `flag`; several rules of one
    category add up. A household's and members' amounts go to the head.
    """

    category: str
    amount_minor: int
    per: str
    size_from: int | None = None
    size_to: int | None = None
    age_from: int | None = None
    age_to: int | None = None
    flag: str | None = None

    @property
    def about_people(self) -> bool:
        """Whether it looks at people's ages or flags, not at a household's size alone."""
        return self.flag is not None or self.age_from is not None or self.age_to is not None


@dataclass(frozen=True, slots=True)
class CategoryTerms:
    """What a category's amounts are made into, in minor units.

    `cap_minor` is the most that one household gets, `round_to_minor` the step that an amount is
    rounded down to; with `denominations_minor` it is split into vouchers of these values.
    """

    category: str
    cap_minor: int | None = None
    round_to_minor: int | None = None
    denominations_minor: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """One distribution cycle: its dates (both days count whole), rules and retailers."""

    code: str
    programme: str
    valid_from: str
    valid_until: str
    in_parts: bool
    entitlements: tuple[EntitlementRule, ...]
    retailers: Mapping[str, tuple[str, ...]]
    terms: tuple[CategoryTerms, ...]
    made_by: str
    made_at: int
    cancelled_at: int | None = None


class RoundTerms(TypedDict, total=False):
    """A round's terms: whether in parts, the rules, and the retailers that take each category."""

    in_parts: bool
    entitlements: Sequence[EntitlementRule]
    retailers: Mapping[str, Sequence[str]]
    terms: Sequence[CategoryTerms]


def add_round(
    session: OperatorSession, code: str, programme: str, valid_from: str, valid_until: str,
    **given: Unpack[RoundTerms],
) -> Round:
    """Make a round of a programme; its rules never change after.

    `valid_from` and `valid_until` are calendar dates (ISO text) in the programme's zone.

    Raises:
        NotFound: no such programme or retailer.
        UsageError: a code, date, rule or category that cannot be.
        Conflict: the code is taken.
    """
    session.require("round.add")
    first, last = _dates(valid_from, valid_until)
    rules = _rules(given.get("entitlements", ()))
    made = Round(
        code=checked_code(code), programme=programme, valid_from=first, valid_until=last,
        in_parts=given.get("in_parts", True), entitlements=tuple(rules),
        retailers=_takers(rules, given.get("retailers", {})),
        terms=tuple(_terms(rules, given.get("terms", ()))),
        made_by=session.operator.name, made_at=session.clock(),
    )
    return session.ledger.transact(lambda tx: _make(tx, session, made))


def terms_digest(made: Round) -> str:
    """What the log keeps of a round, so that a term changed later shows: SHA-256 of all of it."""
    told = json.loads(json.dumps(asdict(made)))
    return hashlib.sha256(canonical_json(told)).hexdigest()


def round_of(tx: ReadTransaction, code: str) -> Round:
    """One round.

    Raises:
        NotFound: no such round.
    """
    row = tx.first(select(RoundRow).where(RoundRow.code == code.strip().upper()))
    if row is None:
        raise NotFound("programme.round-unknown", round=code)
    return _round_from(tx, row)


def rounds(tx: ReadTransaction, programme: str | None = None) -> list[Round]:
    """All rounds by code, or one programme's."""
    asked = select(RoundRow).order_by(RoundRow.code)
    if programme is not None:
        asked = asked.where(RoundRow.programme == programme.strip().upper())
    return [_round_from(tx, row) for row in tx.all(asked)]


def _make(tx: WriteTransaction, session: OperatorSession, made: Round) -> Round:
    owner = programme(tx, made.programme)
    taken = Conflict("programme.round-taken", round=made.code)
    if tx.first(select(RoundRow.code).where(RoundRow.code == made.code)):
        raise taken
    _check_retailers(tx, made.retailers)
    add_once(tx, RoundRow(
        code=made.code, programme=owner.code, valid_from=made.valid_from,
        valid_until=made.valid_until, in_parts=made.in_parts, next_serial=1, next_batch=1,
        made_by=made.made_by, made_at=made.made_at,
    ), taken)
    tx.add(
        *(
            Entitlement(round=made.code, line=line, **asdict(rule))
            for line, rule in enumerate(made.entitlements, 1)
        ),
        *(
            CategoryTermsRow(
                round=made.code, category=terms.category, cap_minor=terms.cap_minor,
                round_to_minor=terms.round_to_minor,
                denominations=" ".join(map(str, terms.denominations_minor)),
            )
            for terms in made.terms
        ),
        *(
            RoundRetailer(round=made.code, category=category, retailer=retailer)
            for category, retailers in made.retailers.items() for retailer in retailers
        ),
    )
    kept = round_of(tx, made.code)  # what is compared later: retailers and codes as they are stored
    record_by(
        tx, session, action="round.add", object=kept.code, at=kept.made_at,
        detail={"programme": kept.programme, "valid_from": kept.valid_from,
                "valid_until": kept.valid_until, "terms": terms_digest(kept)},
    )
    return kept


def programme_of(tx: ReadTransaction, round_code: str) -> Programme:
    """The programme that a round belongs to.

    Raises:
        NotFound: no such round.
    """
    found = tx.first(
        select(Programme).join(RoundRow, col(RoundRow.programme) == Programme.code)
        .where(RoundRow.code == round_code.strip().upper())
    )
    if found is None:
        raise NotFound("programme.round-unknown", round=round_code)
    return found


def extend_round_in(tx: WriteTransaction, session: OperatorSession, code: str, day: str) -> Round:
    """Let a round last until a later day (ISO text), within a caller's transaction.

    Vouchers issued from then on have that day; those issued before are extended by their lines.

    Raises:
        NotFound: no such round.
        UsageError: the day is not later than the present one.
    """
    found = round_of(tx, code)
    if day <= found.valid_until:
        raise UsageError("programme.round-not-longer", round=found.code, until=found.valid_until)
    tx.change(
        update(RoundRow).where(col(RoundRow.code) == found.code), {RoundRow.valid_until: day}
    )
    longer = round_of(tx, found.code)
    record_by(
        tx, session, action="round.extend", object=found.code,
        detail={"was": found.valid_until, "until": day, "terms": terms_digest(longer)},
    )
    return longer


def _round_from(tx: ReadTransaction, row: RoundRow) -> Round:
    rules = tx.all(
        select(Entitlement).where(Entitlement.round == row.code).order_by(col(Entitlement.line))
    )
    takers: dict[str, tuple[str, ...]] = {rule.category: () for rule in rules}
    for category, retailer in tx.all(
        select(RoundRetailer.category, RoundRetailer.retailer)
        .where(RoundRetailer.round == row.code)
        .order_by(RoundRetailer.category, RoundRetailer.retailer)
    ):
        takers[category] = (*takers.get(category, ()), retailer)
    terms = tx.all(
        select(CategoryTermsRow).where(CategoryTermsRow.round == row.code)
        .order_by(CategoryTermsRow.category)
    )
    return Round(
        code=row.code, programme=row.programme, valid_from=row.valid_from,
        valid_until=row.valid_until, in_parts=row.in_parts,
        entitlements=tuple(_rule_of(one) for one in rules), retailers=takers,
        terms=tuple(_terms_of(one) for one in terms), made_by=row.made_by, made_at=row.made_at,
        cancelled_at=row.cancelled_at,
    )


def _rule_of(row: Entitlement) -> EntitlementRule:
    return EntitlementRule(
        category=row.category, amount_minor=row.amount_minor, per=row.per,
        size_from=row.size_from, size_to=row.size_to, age_from=row.age_from, age_to=row.age_to,
        flag=row.flag,
    )


def _terms_of(row: CategoryTermsRow) -> CategoryTerms:
    values = tuple(int(value) for value in row.denominations.split())
    return CategoryTerms(row.category, row.cap_minor, row.round_to_minor, values)


def _check_retailers(tx: ReadTransaction, takers: Mapping[str, Sequence[str]]) -> None:
    from cbi.places.places import retailers  # its tables cost every command that shows a round

    known = {retailer.code for retailer in retailers(tx)}
    for taking in takers.values():
        for retailer in taking:
            if retailer not in known:
                raise NotFound("programme.retailer-unknown", retailer=retailer)


def _dates(first: str, last: str) -> tuple[str, str]:
    try:
        days = [date.fromisoformat(typed_day(text)) for text in (first, last)]
    except ValueError as error:
        raise UsageError("programme.date-unreadable", first=first, last=last) from error
    if days[0] > days[1]:
        raise UsageError("programme.dates-backwards", first=first, last=last)
    return days[0].isoformat(), days[1].isoformat()


def _rules(given: Sequence[EntitlementRule]) -> list[EntitlementRule]:
    if not given:
        raise UsageError("programme.entitlement-missing")
    for number, rule in enumerate(given):
        if not CATEGORY.match(rule.category):
            raise UsageError("programme.category-unreadable", text=rule.category)
        if rule.per not in PER:
            raise UsageError("programme.per-unknown", text=rule.per)
        if not 0 < rule.amount_minor <= AMOUNT_MINOR_MAX:
            raise UsageError("programme.entitlement-amount", category=rule.category)
        _check_band(rule.size_from, rule.size_to, SIZE_MAX, rule.category)
        _check_band(rule.age_from, rule.age_to, AGE_MAX, rule.category)
        if rule.flag is not None and not CATEGORY.match(rule.flag):
            raise UsageError("programme.flag-unreadable", text=rule.flag)
        if rule in given[:number]:
            raise UsageError("programme.rule-twice", category=rule.category)
    return list(given)


def _check_band(low: int | None, high: int | None, most: int, category: str) -> None:
    start, end = 0 if low is None else low, most if high is None else high
    if not 0 <= start <= end <= most:
        raise UsageError("programme.band-unreadable", category=category, first=start, last=end)


def _terms(
    rules: Sequence[EntitlementRule], given: Sequence[CategoryTerms]
) -> list[CategoryTerms]:
    """Terms by category, those that say nothing left out."""
    categories = {rule.category for rule in rules}
    for terms in given:
        if terms.category not in categories:
            raise UsageError("programme.category-without-rule", category=terms.category)
        steps = [step for step in (terms.cap_minor, terms.round_to_minor) if step is not None]
        values = (*terms.denominations_minor, *steps)
        if any(not 0 < value <= AMOUNT_MINOR_MAX for value in values):
            raise UsageError("programme.entitlement-amount", category=terms.category)
        if len(terms.denominations_minor) > DENOMINATIONS_MAX:
            raise UsageError("programme.denominations-many", category=terms.category)
    if len({terms.category for terms in given}) != len(given):
        raise UsageError("programme.terms-twice")
    return sorted(given, key=lambda terms: terms.category)


def _takers(
    rules: Sequence[EntitlementRule], given: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """The retailers of every category, each once; a category that nobody takes is a slip."""
    categories = {rule.category for rule in rules}
    for category in given:
        if category not in categories:
            raise UsageError("programme.category-without-rule", category=category)
    takers = {
        category: tuple(dict.fromkeys(given.get(category, ()))) for category in sorted(categories)
    }
    for category, retailers in takers.items():
        if not retailers:
            raise UsageError("programme.category-without-retailer", category=category)
    return takers
