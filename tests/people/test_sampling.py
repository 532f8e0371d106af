"""The in-person check: drawn again by anyone, and never checked by who enrolled."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.base.errors import Conflict, NotAllowed, NotFound, UsageError
from cbi.people.persons import (
    approve,
    draw_sample,
    enrol,
    record_check,
    sample,
    samples,
    set_status,
)
from cbi.people.registration.sampling import drawn
from tests.conftest import World
from tests.people.given import somebody
from tests.rows import all_rows

TODAY = "2022-08-20"


@pytest.fixture
def numbers(world: World) -> tuple[str, ...]:
    return enrol(
        world.session("field1"),
        [somebody(one, city="astana" if one >= 30 else "almaty") for one in range(40)],
    ).numbers


@given(
    st.sets(st.text("0123456789", min_size=1), min_size=1, max_size=60), st.text(),
    st.integers(5, 15),
)
def test_the_same_seed_draws_the_same_people_whatever_their_order(
    numbers: set[str], seed: str, share: int,
) -> None:
    listed = sorted(numbers)
    first = drawn(listed, seed, share)
    assert drawn(listed[::-1], seed, share) == first
    assert len(first) == -(-len(numbers) * share // 100)
    assert set(first) <= numbers


def test_a_sample_can_be_drawn_again_from_what_it_says_of_itself(
    world: World, numbers: tuple[str, ...],
) -> None:
    made = draw_sample(world.session("manager1"), share_percent=10)
    assert (made.number, made.frame_count, len(made.members)) == ("CHECK-1", 40, 4)
    assert [one.person for one in made.members] == drawn(numbers, made.seed, 10)
    with world.ledger.read() as tx:
        assert sample(tx, "check-1") == made
        assert samples(tx) == ["CHECK-1"]


def test_every_draw_differs_unless_a_seed_is_agreed_on(
    world: World, numbers: tuple[str, ...],
) -> None:
    session = world.session("manager1")
    assert draw_sample(session).seed != draw_sample(session).seed
    same = [draw_sample(session, seed="said aloud").members for _ in range(2)]
    assert same[0] == same[1]


def test_a_sample_is_of_one_city_or_of_those_who_receive(
    world: World, numbers: tuple[str, ...],
) -> None:
    session = world.session("manager1")
    assert draw_sample(session, city="astana").frame_count == 10
    with pytest.raises(Conflict, match="nobody-to-draw"):
        draw_sample(session, frame="eligible")
    approve(session, numbers[:7])
    assert draw_sample(session, frame="eligible").frame_count == 7
    set_status(world.session("field1"), numbers[0], "left", "x", TODAY)
    assert draw_sample(session).frame_count == 39


@pytest.mark.parametrize(("told", "code"), [
    ({"share_percent": 4}, "people.share-impossible"),
    ({"share_percent": 16}, "people.share-impossible"),
    ({"frame": "friends"}, "people.frame-unknown"),
])  # fmt: skip
def test_a_sample_that_cannot_be_is_not_drawn(
    world: World, numbers: tuple[str, ...], told: dict[str, Any], code: str,
) -> None:
    with pytest.raises(UsageError) as refused:
        draw_sample(world.session("manager1"), **told)
    assert refused.value.code == code


def test_what_a_visit_found_is_recorded_and_the_last_word_counts(
    world: World, numbers: tuple[str, ...],
) -> None:
    made = draw_sample(world.session("manager1"))
    person = made.members[0].person
    record_check(world.session("field2"), made.number, person, "not-found", date=TODAY)
    told = record_check(
        world.session("field2"), made.number, person, "seen", date=TODAY, note="opened the door"
    )
    assert (told.members[0].result, told.members[0].checked_by) == ("seen", "field2")
    assert told.counts == {"seen": 1, "differs": 0, "refused": 0, "not-found": 0, "open": 3}
    with world.ledger.read() as tx:
        rows = all_rows(tx, "SELECT * FROM verification_result")
    assert len(rows) == 2
    assert "door" not in str(rows)


def test_whoever_enrolled_a_person_does_not_check_them(
    world: World, numbers: tuple[str, ...],
) -> None:
    made = draw_sample(world.session("manager1"))
    told = (made.number, made.members[0].person, "seen")
    with pytest.raises(NotAllowed, match="duties-apart"):
        record_check(world.session("field1"), *told, date=TODAY)
    assert record_check(world.session("field1"), *told, date=TODAY, apart=False).counts["seen"] == 1


def test_only_who_was_drawn_is_checked(world: World, numbers: tuple[str, ...]) -> None:
    made = draw_sample(world.session("manager1"))
    other = next(n for n in numbers if n not in {one.person for one in made.members})
    session = world.session("field2")
    with pytest.raises(NotFound, match="not-in-sample"):
        record_check(session, made.number, other, "seen", date=TODAY)
    with pytest.raises(NotFound, match="sample-unknown"):
        record_check(session, "CHECK-9", other, "seen", date=TODAY)
    with pytest.raises(UsageError, match="result-unknown"):
        record_check(session, made.number, made.members[0].person, "fine", date=TODAY)


@pytest.mark.parametrize("name", ["field1", "auditor1", "finance1", "cashier1", "admin1"])
def test_only_a_manager_draws(world: World, numbers: tuple[str, ...], name: str) -> None:
    with pytest.raises(NotAllowed):
        draw_sample(world.session(name))


def test_an_auditor_records_no_visit(world: World, numbers: tuple[str, ...]) -> None:
    made = draw_sample(world.session("manager1"))
    with pytest.raises(NotAllowed):
        record_check(world.session("auditor1"), made.number, made.members[0].person, "seen",
                     date=TODAY)
