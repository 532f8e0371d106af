"""Who may not receive counts once, under the first reason that must be cleared away."""

from cbi.people.matching.beneficiaries import eligible
from cbi.people.privacy.consent import withdraw_consent
from cbi.people.registration.approving import approve
from cbi.people.registration.enrolling import enrol
from cbi.people.registration.status import set_status
from cbi.people.waiting import REASONS, waiting
from tests.conftest import World
from tests.people.given import somebody


def test_everybody_is_either_eligible_or_waiting_for_one_reason(world: World) -> None:
    field, manager = world.session("field1"), world.session("manager1")
    people = [somebody(number) for number in range(1, 7)]
    people.append(somebody(7, consent=None, city="astana"))
    numbers = enrol(field, people).numbers
    with world.ledger.read() as tx:
        assert waiting(tx) == {"not-approved": 7}
    approve(manager, [number for place, number in enumerate(numbers) if place != 4])
    set_status(field, numbers[0], "left", "moved away", "2022-08-10")
    set_status(field, numbers[4], "dead", "told by a neighbour", "2022-08-10")
    withdraw_consent(field, numbers[1], date="2022-08-11")
    with world.ledger.write() as tx:
        tx.run(
            "INSERT INTO duplicate_pair (first, second, state, strength, evidence, found_at)"
            " VALUES (:first, :second, 'open', 'likely', 'name', 0)",
            first=min(numbers[2:4]), second=max(numbers[2:4]),
        )
    with world.ledger.read() as tx:
        assert waiting(tx) == {"not-active": 2, "no-consent": 2, "duplicate-undecided": 2}
        assert waiting(tx, city="astana") == {"no-consent": 1}
        assert [one.number for one in eligible(tx)] == [numbers[5]]
        assert set(waiting(tx)) <= set(REASONS)
