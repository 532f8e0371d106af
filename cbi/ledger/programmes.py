"""Programmes and their rounds: the frame that vouchers are issued in.

What a round gives, until when and at which retailers is fixed once it is made: vouchers are bound
to it. Only a programme's duties can be changed later, with a reason, and the log keeps it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.base.money import AMOUNT_MINOR_MAX
from cbi.operators.desk import Desk
from cbi.operators.log import record
from cbi.storage.faults import Refused
from cbi.storage.transactions import Reading, Record, Writing

CODE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*\Z")
CODE_LENGTH_MAX = 24
CATEGORY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
CURRENCY = re.compile(r"[A-Z]{3}\Z")
PER = ("person", "household", "member")


@dataclass(frozen=True, slots=True)
class Programme:
    """A funded project. `zone` is an IANA name; amounts are minor units of `currency`."""

    code: str
    name: str
    short_name: str
    currency: str
    zone: str
    budget_minor: int
    duties_apart: bool
    reversal_alone_max_minor: int
    web_address: str | None
    hotline: str
    made_by: str
    made_at: int


class ProgrammeMore(TypedDict, total=False):
    """What a programme may say besides.

    `reversal_alone_max_minor`: the most that one operator alone may reverse of their own
    redemptions, 0 unless given. `web_address` stands before the code in the QR square.
    """

    short_name: str
    web_address: str | None
    hotline: str
    reversal_alone_max_minor: int
    duties_apart: bool


@dataclass(frozen=True, slots=True)
class EntitlementRule:
    """What one category gives, in minor units: per person, per household, or per member."""

    category: str
    amount_minor: int
    per: str


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
    made_by: str
    made_at: int


class RoundTerms(TypedDict):
    """A round's terms: whether in parts, the rules, and the retailers that take each category."""

    in_parts: bool
    entitlements: Sequence[EntitlementRule]
    retailers: Mapping[str, Sequence[str]]


def add_programme(
    desk: Desk, *, code: str, name: str, currency: str, zone: str, budget_minor: int,
    **more: Unpack[ProgrammeMore],
) -> Programme:
    """Make a programme.

    Raises:
        UsageError: a code, currency, zone or amount that cannot be.
        Conflict: the code is taken.
    """
    desk.require("programme.add")
    row: Record = {
        "code": _code(code), "name": _named(name, code), "currency": _currency(currency),
        "zone": _zone(zone), "budget_minor": _amount(budget_minor, "budget"),
        "short_name": more.get("short_name") or name.strip(),
        "duties_apart": int(more.get("duties_apart", True)),
        "reversal_alone_max_minor": _amount(
            more.get("reversal_alone_max_minor", 0), "reversal threshold"
        ),
        "web_address": more.get("web_address") or None, "hotline": more.get("hotline", ""),
        "made_by": desk.operator.name, "made_at": desk.clock(),
    }
    if not row["duties_apart"]:
        desk.require("operator.manage")

    def work(tx: Writing) -> Programme:
        if tx.value("SELECT 1 FROM programme WHERE code = :code", code=row["code"]):
            raise Conflict("programme.programme-taken", programme=row["code"])
        _insert(tx, "programme", row, Conflict("programme.programme-taken", programme=row["code"]))
        record(
            tx, operator=desk.operator.name, action="programme.add", object=row["code"],
            at=row["made_at"], origin=desk.origin,
            detail={"currency": row["currency"], "budget_minor": row["budget_minor"],
                    "duties_apart": row["duties_apart"]},
        )
        return _programme_of(row)

    return desk.ledger.transact(work)


def programmes(tx: Reading) -> list[Programme]:
    """All programmes by code."""
    return [_programme_of(row) for row in tx.rows("SELECT * FROM programme ORDER BY code")]


def programme(tx: Reading, code: str) -> Programme:
    """One programme.

    Raises:
        NotFound: no such programme.
    """
    return _known(tx, code)


def set_duties_apart(desk: Desk, programme: str, apart: bool, reason: str) -> Programme:
    """Say whether duties are kept apart in a programme; the log keeps the reason.

    Raises:
        NotFound: no such programme.
        UsageError: no reason.
        Conflict: it is so already.
    """
    desk.require("operator.manage")
    if not reason.strip():
        raise UsageError("programme.reason-missing")

    def work(tx: Writing) -> Programme:
        found = _known(tx, programme)
        changed = tx.run(
            "UPDATE programme SET duties_apart = :apart"
            " WHERE code = :code AND duties_apart <> :apart",
            apart=int(apart), code=found.code,
        )
        if changed != 1:
            raise Conflict("programme.duties-already", programme=found.code)
        record(
            tx, operator=desk.operator.name, action="programme.duties-apart", object=found.code,
            at=desk.clock(), origin=desk.origin,
            detail={"apart": int(apart), "reason": reason.strip()},
        )
        return _known(tx, found.code)

    return desk.ledger.transact(work)


def add_round(
    desk: Desk, code: str, programme: str, valid_from: str, valid_until: str,
    **terms: Unpack[RoundTerms],
) -> Round:
    """Make a round of a programme; its rules never change after.

    `valid_from` and `valid_until` are calendar dates (ISO text) in the programme's zone.

    Raises:
        NotFound: no such programme or retailer.
        UsageError: a code, date, rule or category that cannot be.
        Conflict: the code is taken.
    """
    desk.require("round.add")
    made = _code(code)
    first, last = _dates(valid_from, valid_until)
    rules = _rules(terms["entitlements"])
    takers = _takers(rules, terms["retailers"])
    now = desk.clock()

    def work(tx: Writing) -> Round:
        owner = _known(tx, programme)
        taken = Conflict("programme.round-taken", round=made)
        if tx.value("SELECT 1 FROM round WHERE code = :code", code=made):
            raise taken
        _check_retailers(tx, takers)
        _insert(tx, "round", {
            "code": made, "programme": owner.code, "valid_from": first, "valid_until": last,
            "in_parts": int(terms["in_parts"]), "next_serial": 1, "next_batch": 1,
            "made_by": desk.operator.name, "made_at": now,
        }, taken)
        tx.insert("entitlement", [{"round": made, **asdict(rule)} for rule in rules])
        tx.insert("round_retailer", [
            {"round": made, "category": category, "retailer": retailer}
            for category, retailers in takers.items() for retailer in retailers
        ])
        record(
            tx, operator=desk.operator.name, action="round.add", object=made, at=now,
            origin=desk.origin,
            detail={"programme": owner.code, "valid_from": first, "valid_until": last},
        )
        return round_of(tx, made)

    return desk.ledger.transact(work)


def round_of(tx: Reading, code: str) -> Round:
    """One round.

    Raises:
        NotFound: no such round.
    """
    row = tx.row("SELECT * FROM round WHERE code = :code", code=code.strip().upper())
    if row is None:
        raise NotFound("programme.round-unknown", round=code)
    return _round_from(tx, row)


def rounds(tx: Reading, programme: str | None = None) -> list[Round]:
    """All rounds by code, or one programme's."""
    if programme is None:
        found = tx.rows("SELECT * FROM round ORDER BY code")
    else:
        found = tx.rows(
            "SELECT * FROM round WHERE programme = :code ORDER BY code",
            code=programme.strip().upper(),
        )
    return [_round_from(tx, row) for row in found]


def issued_net_minor(tx: Reading, programme: str) -> int:
    """What a programme's vouchers bind of its budget: issued less expired and void."""
    return int(tx.value(
        "SELECT coalesce(sum(voucher.face_minor - voucher.closed_minor), 0) FROM voucher"
        " JOIN round ON round.code = voucher.round WHERE round.programme = :code",
        code=programme,
    ))


def _known(tx: Reading, code: str) -> Programme:
    row = tx.row("SELECT * FROM programme WHERE code = :code", code=code.strip().upper())
    if row is None:
        raise NotFound("programme.programme-unknown", programme=code)
    return _programme_of(row)


def _programme_of(row: Record) -> Programme:
    named = {field.name: row[field.name] for field in fields(Programme)}
    return Programme(**{**named, "duties_apart": bool(row["duties_apart"])})


def _round_from(tx: Reading, row: Record) -> Round:
    code = row["code"]
    rules = tx.rows(
        "SELECT category, amount_minor, per FROM entitlement WHERE round = :code"
        " ORDER BY category", code=code,
    )
    takers: dict[str, tuple[str, ...]] = {rule["category"]: () for rule in rules}
    for pair in tx.rows(
        "SELECT category, retailer FROM round_retailer WHERE round = :code"
        " ORDER BY category, retailer", code=code,
    ):
        takers[pair["category"]] = (*takers.get(pair["category"], ()), pair["retailer"])
    return Round(
        code=code, programme=row["programme"], valid_from=row["valid_from"],
        valid_until=row["valid_until"], in_parts=bool(row["in_parts"]),
        entitlements=tuple(EntitlementRule(**rule) for rule in rules), retailers=takers,
        made_by=row["made_by"], made_at=row["made_at"],
    )


def _insert(tx: Writing, table: str, row: Record, taken: Conflict) -> None:
    """Another office may have taken the code between our look and our insert."""
    try:
        tx.insert(table, [row])
    except Refused as refused:
        raise taken from refused


def _check_retailers(tx: Reading, takers: Mapping[str, Sequence[str]]) -> None:
    known = {row["code"] for row in tx.rows("SELECT code FROM retailer")}
    for retailers in takers.values():
        for retailer in retailers:
            if retailer not in known:
                raise NotFound("programme.retailer-unknown", retailer=retailer)


def _code(text: str) -> str:
    code = text.strip()
    if len(code) > CODE_LENGTH_MAX or not CODE.match(code):
        raise UsageError("programme.code-unreadable", text=text)
    return code


def _named(name: str, code: str) -> str:
    if not name.strip():
        raise UsageError("programme.name-missing", programme=code)
    return name.strip()


def _currency(text: str) -> str:
    if not CURRENCY.match(text):
        raise UsageError("programme.currency-unreadable", text=text)
    return text


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError("programme.zone-unknown", zone=text) from error
    return text


def _amount(amount_minor: int, what: str) -> int:
    if not 0 <= amount_minor <= AMOUNT_MINOR_MAX:
        raise UsageError("programme.amount-out-of-range", what=what, amount_minor=amount_minor)
    return amount_minor


def _dates(first: str, last: str) -> tuple[str, str]:
    try:
        days = [date.fromisoformat(text.strip()) for text in (first, last)]
    except ValueError as error:
        raise UsageError("programme.date-unreadable", first=first, last=last) from error
    if days[0] > days[1]:
        raise UsageError("programme.dates-backwards", first=first, last=last)
    return days[0].isoformat(), days[1].isoformat()


def _rules(given: Sequence[EntitlementRule]) -> list[EntitlementRule]:
    if not given:
        raise UsageError("programme.entitlement-missing")
    seen: set[str] = set()
    for rule in given:
        if not CATEGORY.match(rule.category):
            raise UsageError("programme.category-unreadable", text=rule.category)
        if rule.per not in PER:
            raise UsageError("programme.per-unknown", text=rule.per)
        if not 0 < rule.amount_minor <= AMOUNT_MINOR_MAX:
            raise UsageError("programme.entitlement-amount", category=rule.category)
        if rule.category in seen:
            raise UsageError("programme.category-twice", category=rule.category)
        seen.add(rule.category)
    return list(given)


def _takers(
    rules: Sequence[EntitlementRule], given: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """The retailers of every category, each once; a category that nobody takes is a slip."""
    categories = {rule.category for rule in rules}
    for category in given:
        if category not in categories:
            raise UsageError("programme.category-without-rule", category=category)
    takers = {category: list(dict.fromkeys(given.get(category, ()))) for category in categories}
    for category, retailers in sorted(takers.items()):
        if not retailers:
            raise UsageError("programme.category-without-retailer", category=category)
    return dict(sorted(takers.items()))
