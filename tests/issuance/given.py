"""A small crowd for tests of issuing: families in two cities, enrolled, approved, consenting."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from zlib import crc32

from cbi.base.clock import instant_on
from cbi.issuance.approving import approve_as_due
from cbi.issuance.drafting import draft_round
from cbi.people.persons import approve as approve_people
from cbi.people.persons import enrol
from cbi.people.records.record import BirthDate, Document, NewPerson, PersonalData, WrittenName
from cbi.programmes.rounds import CategoryTerms, EntitlementRule, Round, add_round
from tests.conftest import ROLES, ZONE, World
from tests.people.given import CONSENT
from tests.rows import all_rows

OUTSIDER = "outsider1"
ROLES.setdefault(OUTSIDER, set())
"""Somebody who is signed in and has no role that may do what is tried."""


class Family(NamedTuple):
    """Beneficiary numbers of a household, its head first."""

    city: str
    numbers: tuple[str, ...]

    @property
    def head(self) -> str:
        return self.numbers[0]


FAMILIES = (
    # city, household size, members on the list, language
    ("almaty", 4, 2, "fa"), ("almaty", 1, 1, "ps"), ("almaty", 2, 2, "ru"), ("astana", 3, 1, "kk"),
)


def enrolled(world: World, families: Sequence[tuple[str, int, int, str]] = FAMILIES,
             *, label: str = "L") -> list[Family]:
    """Families on the list and approved by another."""
    people = [
        a_person(f"{label}{at}-{place}", city=city, language=language, household_size=size,
                 household_ref=f"{label}:{at}", head=place == 0)
        for at, (city, size, on_list, language) in enumerate(families)
        for place in range(on_list)
    ]
    numbers = iter(enrol(world.session("field1"), people).numbers)
    found = [
        Family(city, tuple(next(numbers) for _ in range(on_list)))
        for city, _, on_list, _ in families
    ]
    approve_people(world.session("manager1"), [number for one in found for number in one.numbers])
    return found


def a_person(label: str, **told: object) -> NewPerson:
    """An invented person with names in three scripts and a document that ends in the label; born on
    another day than the others, so that nobody takes them for one.
    """
    turn = crc32(label.encode())
    data = PersonalData(
        names=(
            WrittenName(f"Gul {label}", "Wali", "Latn"), WrittenName("گل میرزایی", "ولی", "Arab"),
            WrittenName(f"Гуль {label}", "Вали", "Cyrl"),
        ),
        documents=(Document("passport", f"P{label.replace('-', '').upper():0>7}"),),
        birth=BirthDate("", f"{1950 + turn % 50}-{1 + turn % 12:02}-{2 + turn % 26:02}"),
    )
    facts: dict[str, Any] = {
        "data": data, "sex": "f", "consent": CONSENT, "source_ref": f"list:{label}",
    } | told
    return NewPerson(**facts)


def second_round(
    world: World, rules: Sequence[EntitlementRule] | None = None, *, code: str = "KZ22-R2",
    terms: Sequence[CategoryTerms] = (), valid_from: str = "2022-10-01",
) -> Round:
    """A later round; without rules it gives the food of the first."""
    rules = rules or [EntitlementRule("food", 1_500_000, "person")]
    return add_round(
        world.session("manager1"), code, "KZ22", valid_from, "2022-11-15", entitlements=rules,
        retailers={rule.category: ["magnum"] for rule in rules}, terms=terms,
    )


def issued_to(world: World, city: str | None = None, *, round_code: str = "KZ22-R1") -> str:
    """Vouchers for everybody who may receive; the batch's number."""
    made = draft_round(world.session("field1"), round_code, city)
    return approve_as_due(world.session("manager1"), made.number).number


def serials_of(world: World, batch: str, *, beneficiary: str | None = None) -> list[str]:
    with world.ledger.read() as tx:
        rows = all_rows(tx,
            "SELECT serial, beneficiary FROM voucher JOIN batch ON batch.id = voucher.batch"
            " WHERE batch.number = :number ORDER BY serial", number=batch,
        )
    return [row["serial"] for row in rows if beneficiary in (None, row["beneficiary"])]


def state_of(world: World, serial: str) -> str:
    with world.ledger.read() as tx:
        return str(tx.value("SELECT state FROM voucher WHERE serial = :serial", serial=serial))


def log_of(world: World, action: str) -> list[dict[str, Any]]:
    with world.ledger.read() as tx:
        return all_rows(tx, "SELECT * FROM log WHERE action = :action ORDER BY seq", action=action)


def at_noon(world: World, day: str, hour: int = 12) -> None:
    """Moves the world's clock to an hour of a day."""
    world.clock.now = instant_on(day, hour, ZONE)
