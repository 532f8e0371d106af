"""Households: joining, leaving, splitting, another head, and who collects."""

from collections.abc import Callable
from typing import Any

import pytest

from cbi.base.errors import Conflict, NotAllowed, NotFound, UsageError
from cbi.operators.log import entries
from cbi.people.households.households import Household
from cbi.people.persons import (
    ProxyPerson,
    approve,
    change_head,
    end_proxy,
    enrol,
    held_changes,
    household,
    join,
    name_proxy,
    proxies,
    set_point,
    set_size,
    set_status,
    split,
)
from cbi.people.records.history import past_changes
from cbi.people.records.reading import person_key
from tests.conftest import World
from tests.people.given import somebody, zahra
from tests.rows import all_rows

WHY: dict[str, Any] = {"reason": "married Karim", "date": "2022-08-19"}
SON = ProxyPerson("Nasir Haidari", "P7654321", "son")


@pytest.fixture
def family(world: World) -> tuple[str, ...]:
    """Zahra, head of four, and three more; and one who lives alone."""
    return enrol(world.session("field1"), [
        zahra(), *(somebody(one, household_ref="kobo:77", head=False) for one in (1, 2, 3)),
        somebody(4),
    ]).numbers


def at_home(world: World, number: str) -> Household:
    with world.ledger.read() as tx:
        return household(tx, number)


def test_a_household_is_found_by_its_number_or_a_members(
    world: World, family: tuple[str, ...],
) -> None:
    found = at_home(world, family[2])
    assert found == at_home(world, found.number) == at_home(world, found.number.lower())
    assert (found.head, found.size, len(found.members)) == (family[0], 4, 4)
    with world.ledger.read() as tx:
        with pytest.raises(NotFound, match="household-unknown"):
            household(tx, "H-000-000-000")
        with pytest.raises(UsageError, match="household-number-unreadable"):
            household(tx, "the Haidaris")


def test_who_joins_brings_a_place_and_who_leaves_takes_it_along(
    world: World, family: tuple[str, ...],
) -> None:
    old = at_home(world, family[0]).number
    joined = join(world.session("field1"), family[3], at_home(world, family[4]).number, **WHY)
    assert (joined.size, set(joined.members)) == (2, {family[3], family[4]})
    assert joined.head == family[4]
    assert at_home(world, old).size == 3
    with pytest.raises(Conflict, match="household-already"):
        join(world.session("field1"), family[3], joined.number, **WHY)


def test_who_was_counted_before_brings_no_place(world: World, family: tuple[str, ...]) -> None:
    target = at_home(world, family[4]).number
    set_size(world.session("field1"), target, 2, **WHY)
    assert join(world.session("field1"), family[3], target, size=2, **WHY).size == 2
    with pytest.raises(Conflict, match="size-below-members"):
        join(world.session("field1"), family[2], target, size=2, **WHY)
    assert at_home(world, family[2]).number != target


def test_a_family_splits(world: World, family: tuple[str, ...]) -> None:
    fresh = split(world.session("field1"), family[2:4], head=family[3], **WHY)
    assert (fresh.head, fresh.size, set(fresh.members)) == (family[3], 2, set(family[2:4]))
    left = at_home(world, family[0])
    assert (left.head, left.size, set(left.members)) == (family[0], 2, set(family[:2]))


@pytest.mark.parametrize(("people", "head", "code"), [
    ([0, 1, 2, 3], 0, "people.split-of-all"),
    ([3, 4], 3, "people.split-of-two"),
    ([2, 3], 1, "people.head-not-among"),
])  # fmt: skip
def test_a_split_that_cannot_be_moves_nobody(
    world: World, family: tuple[str, ...], people: list[int], head: int, code: str,
) -> None:
    with pytest.raises((Conflict, UsageError)) as refused:
        split(
            world.session("field1"), [family[one] for one in people], head=family[head], **WHY
        )
    assert refused.value.code == code
    assert at_home(world, family[0]).size == 4


def test_a_household_whose_head_left_has_none_until_one_is_named(
    world: World, family: tuple[str, ...],
) -> None:
    split(world.session("field1"), [family[0]], head=family[0], **WHY)
    assert at_home(world, family[1]).head is None
    assert change_head(world.session("field1"), family[1], family[2], **WHY).head == family[2]
    with pytest.raises(Conflict, match="head-already"):
        change_head(world.session("field1"), family[1], family[2], **WHY)
    with pytest.raises(Conflict, match="head-of-another"):
        change_head(world.session("field1"), family[1], family[0], **WHY)


def test_a_household_is_no_smaller_than_its_members_who_are_there(
    world: World, family: tuple[str, ...],
) -> None:
    with pytest.raises(Conflict, match="size-below-members"):
        set_size(world.session("field1"), family[0], 3, **WHY)
    set_status(world.session("field1"), family[1], "left", "moved abroad", "2022-08-19")
    assert set_size(world.session("field1"), family[0], 3, **WHY).size == 3
    with pytest.raises(UsageError, match="size-impossible"):
        set_size(world.session("field1"), family[0], 100, **WHY)


def test_changes_are_on_record_with_their_reason_for_those_they_touched(
    world: World, family: tuple[str, ...],
) -> None:
    session = world.session("field1")
    split(session, family[2:4], head=family[3], **WHY)
    with world.ledger.read() as tx:
        (change,) = past_changes(tx, family[2], person_key(session, family[2]))
        log = str(entries(tx))
    assert (change.kind, change.reason, change.date) == ("household", "married Karim", "2022-08-19")
    assert change.changed_by == "field1"
    assert "Karim" not in log


def test_a_household_names_who_collects_and_takes_it_back(
    world: World, family: tuple[str, ...],
) -> None:
    session = world.session("field1")
    mark = name_proxy(session, family[0], SON)
    (named,) = proxies(session, family[0], purpose="hand-over")
    assert named.person == SON
    assert repr(named.person) == "ProxyPerson(***)"
    end_proxy(session, mark[-8:])
    assert proxies(session, family[0], purpose="hand-over") == []
    with pytest.raises(NotFound, match="proxy-unknown"):
        end_proxy(session, mark)


def test_a_proxy_ends_with_the_head_who_named_it(world: World, family: tuple[str, ...]) -> None:
    session = world.session("field1")
    name_proxy(session, family[0], SON)
    change_head(session, family[0], family[1], **WHY)
    assert proxies(session, family[0], purpose="hand-over") == []
    name_proxy(session, family[1], SON)
    split(session, [family[1]], head=family[1], **WHY)
    assert proxies(session, family[1], purpose="hand-over") == []


def test_only_a_head_names_a_proxy_and_whole(world: World, family: tuple[str, ...]) -> None:
    session = world.session("field1")
    with pytest.raises(Conflict, match="not-a-head"):
        name_proxy(session, family[1], SON)
    with pytest.raises(UsageError, match="proxy-incomplete"):
        name_proxy(session, family[0], ProxyPerson("Nasir", " ", "son"))


def test_a_proxys_name_stands_nowhere_in_the_clear(world: World, family: tuple[str, ...]) -> None:
    name_proxy(world.session("field1"), family[0], SON)
    with world.ledger.read() as tx:
        told = str(all_rows(tx, "SELECT * FROM proxy")) + str(entries(tx))
    assert "Nasir" not in told
    assert "P7654321" not in told


def test_a_household_collects_at_a_point(world: World, family: tuple[str, ...]) -> None:
    set_point(world.session("field1"), family[0], "  School   No 3 ")
    with world.ledger.read() as tx:
        points = {row["point"] for row in all_rows(tx, "SELECT point FROM household")}
    assert points == {"School No 3", None}
    with pytest.raises(UsageError, match="point-long"):
        set_point(world.session("field1"), family[0], "x" * 41)


@pytest.mark.parametrize("name", ["manager1", "auditor1", "cashier1", "admin1"])
def test_only_field_staff_change_households(
    world: World, family: tuple[str, ...], name: str,
) -> None:
    session = world.session(name)
    for attempt in (
        lambda: join(session, family[3], family[4], **WHY),
        lambda: split(session, [family[3]], head=family[3], **WHY),
        lambda: change_head(session, family[0], family[1], **WHY),
        lambda: set_size(session, family[0], 5, **WHY),
        lambda: set_point(session, family[0], "x"),
        lambda: name_proxy(session, family[0], SON),
        lambda: end_proxy(session, "0" * 8),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert at_home(world, family[0]).size == 4


def test_whoever_reads_no_personal_data_reads_no_proxy(
    world: World, family: tuple[str, ...],
) -> None:
    with pytest.raises(NotAllowed):
        proxies(world.session("auditor1"), family[0], purpose="x")


def approved(world: World, *numbers: str) -> None:
    approve(world.session("manager1"), list(numbers))


def test_the_dead_and_the_gone_bring_no_place_to_another_household(
    world: World, family: tuple[str, ...],
) -> None:
    approved(world, *family)
    alone = at_home(world, family[4]).number
    for number, word in ((family[3], "dead"), (family[2], "left")):
        set_status(world.session("field1"), number, word, "told so", "2022-08-19")
        assert join(world.session("field1"), number, alone, **WHY).size == 1
    assert at_home(world, family[0]).size == 2
    gone = split(world.session("field1"), [family[3]], head=family[3], **WHY)
    assert join(world.session("field1"), family[3], alone, **WHY).size == gone.size == 1
    assert set_status(
        world.session("manager1"), family[2], "active", "is back", "2022-08-19"
    ).household_size == 2


def test_who_comes_back_to_the_home_they_left_empty_counts_once(
    world: World, family: tuple[str, ...],
) -> None:
    approved(world, *family)
    alone = at_home(world, family[4]).number
    join(world.session("field1"), family[4], at_home(world, family[0]).number, **WHY)
    assert join(world.session("field1"), family[4], alone, **WHY).size == 1
    join(world.session("field1"), family[4], at_home(world, family[0]).number, **WHY)
    assert join(world.session("field1"), family[4], alone, size=9, **WHY).size == 1
    with world.ledger.read() as tx:
        assert [(one.was, one.became) for one in held_changes(tx)] == [("1", "9")]


def test_who_was_parted_after_leaving_comes_back_once_beside_who_waits_there(
    world: World, family: tuple[str, ...],
) -> None:
    approved(world, *family)
    set_status(world.session("field1"), family[2], "left", "told so", "2022-08-19")
    apart = split(world.session("field1"), [family[2]], head=family[2], **WHY).number
    child = enrol(world.session("field1"), [
        somebody(8, household_ref=f"number:{apart}", head=False)
    ]).numbers[0]
    back = set_status(world.session("manager1"), family[2], "active", "is back", "2022-08-19")
    assert back.household_size == at_home(world, child).size == 1
    with world.ledger.read() as tx:
        assert [(one.was, one.became) for one in held_changes(tx)] == [("1", "2")]


def test_a_size_that_nobody_approved_counts_for_no_one_who_joins(
    world: World, family: tuple[str, ...],
) -> None:
    large = enrol(world.session("field1"), [somebody(7, household_size=9)]).numbers[0]
    approved(world, *family)
    joined = join(world.session("field1"), family[4], at_home(world, large).number, **WHY)
    assert joined.size == 1
    with world.ledger.read() as tx:
        assert [(one.was, one.became) for one in held_changes(tx)] == [("1", "10")]
    ghost = enrol(world.session("field1"), [
        somebody(8, household_ref=f"number:{at_home(world, family[0]).number}", head=False)
    ]).numbers[0]
    apart = split(world.session("field1"), [family[1], ghost], head=family[1], **WHY)
    assert apart.size == 1


def test_who_is_enrolled_into_a_household_is_not_counted_beside_its_dead(
    world: World, family: tuple[str, ...],
) -> None:
    approved(world, *family)
    home = at_home(world, family[0]).number
    for number in family[2:4]:
        set_status(world.session("field1"), number, "dead", "told so", "2022-08-19")
    enrol(world.session("field1"), [somebody(8, household_ref=f"number:{home}", head=False)])
    with world.ledger.read() as tx:
        assert [(one.was, one.became) for one in held_changes(tx)] == [("2", "3")]


def test_a_number_that_went_into_another_neither_moves_nor_heads(
    world: World, family: tuple[str, ...],
) -> None:
    approved(world, *family)
    merged_into(world, family[1], family[4])
    home, other = at_home(world, family[0]).number, at_home(world, family[4]).number
    acts: tuple[Callable[[], object], ...] = (
        lambda: join(world.session("field1"), family[1], other, **WHY),
        lambda: split(world.session("field1"), [family[1]], head=family[1], **WHY),
        lambda: change_head(world.session("field1"), home, family[1], **WHY),
    )
    for act in acts:
        with pytest.raises(Conflict, match="another-number"):
            act()


def merged_into(world: World, goes: str, keeps: str | None) -> None:
    world.ledger.transact(lambda tx: tx.run(
        "UPDATE person SET merged_into = :keeps WHERE number = :goes", keeps=keeps, goes=goes
    ))


def test_nobody_unapproved_keeps_the_place_of_who_died(
    world: World, family: tuple[str, ...],
) -> None:
    approved(world, *family)
    home = at_home(world, family[0]).number
    ghosts = [
        somebody(turn, household_ref=f"number:{home}", head=False) for turn in (8, 9)
    ]
    enrol(world.session("field1"), ghosts)
    said = set_status(world.session("field1"), family[1], "dead", "told so", "2022-08-19")
    assert said.household_size == 3


def test_a_size_waits_where_the_one_who_was_approved_has_gone_into_another(
    world: World, family: tuple[str, ...],
) -> None:
    approved(world, *family)
    alone = at_home(world, family[4]).number
    merged_into(world, family[4], family[0])
    enrol(world.session("field1"), [somebody(8, household_ref=f"number:{alone}", head=False)])
    assert set_size(world.session("field1"), alone, 9, **WHY).size == 1
    with world.ledger.read() as tx:
        assert [(one.was, one.became) for one in held_changes(tx)] == [("1", "9")]
