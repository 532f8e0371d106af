"""Changes of somebody approved wait for a second person, and the old facts count; as typed."""

import json
from dataclasses import replace

import pytest

from cbi.base.errors import NotAllowed
from cbi.operators.operator_session import Operator
from cbi.people.matching.beneficiaries import eligible
from cbi.people.persons import approve, enrol, facts_of, household
from tests.conftest import World
from tests.lines import TypedIn
from tests.people.given import holders, somebody, zahra

REASON = ("--reason", "passport shown")
OTHER = (
    "--name", "Karim Popal", "--document", "passport P7654321", "--sex", "m", "--birth", "1970",
)


@pytest.fixture
def number(world: World) -> str:
    """Zahra, head of four, approved."""
    (made,) = enrol(world.session("field1"), [zahra()]).numbers
    approve(world.session("manager1"), [made])
    return made


def counted(world: World, number: str) -> tuple[str, int | None, int, frozenset[str]]:
    """What a round's rules count of a person."""
    with world.ledger.read() as tx:
        (one,) = (one for one in eligible(tx) if one.number == number)
    return one.sex, one.birth_year, one.household_size, one.flags


def size_of(world: World, number: str) -> int:
    with world.ledger.read() as tx:
        return household(tx, number).size


def test_who_was_approved_stays_until_a_second_person_says_otherwise(
    cbi: TypedIn, world: World, number: str,
) -> None:
    before = counted(world, number)
    code, said, _ = cbi("people", "edit", number, *OTHER, *REASON, who="field1")
    assert code == 0
    assert f"cbi people approve {number}" in said
    assert counted(world, number) == before
    shown = cbi("people", "show", number)[1]
    assert "Zahra Haidari" in shown
    assert "Karim Popal" in shown
    code, said, _ = cbi("people", "approve")
    assert "identity: name, document, birth-year" in said
    assert cbi("people", "approve", number, who="field1")[0] == 3
    assert "hold from now on: 2" in cbi("people", "approve", number)[1]
    assert counted(world, number)[:2] == ("m", 1970)
    shown = cbi("people", "show", number)[1]
    assert "Karim Popal" in shown
    assert "Zahra Haidari" not in shown
    assert holders(world.session("field1"), zahra().data) == [number]  # by the phone, which stayed


def test_who_asked_for_a_change_does_not_approve_it(
    cbi: TypedIn, world: World, number: str,
) -> None:
    both = replace(
        world.session("field2"), operator=Operator("field2", frozenset({"field", "manager"}))
    )
    cbi("people", "edit", number, *OTHER, *REASON, who="field2")
    with pytest.raises(NotAllowed, match="duties-apart"):
        approve(both, [number])
    assert approve(both, [number], apart=False).changes == 2


def test_a_change_is_refused_and_nothing_of_it_stays(
    cbi: TypedIn, world: World, number: str,
) -> None:
    before = counted(world, number)
    cbi("people", "edit", number, *OTHER, *REASON, who="field1")
    assert cbi("people", "approve", number, "--refuse", "another man", who="field1")[0] == 3
    assert cbi("people", "approve", number, "--refuse", "another man")[0] == 0
    assert cbi("people", "approve", number, "--refuse", "another man")[0] == 4
    cbi("people", "approve", number)
    assert counted(world, number) == before
    assert "Karim" not in cbi("people", "show", number)[1]


def test_what_says_nothing_of_who_it_is_changes_at_once(
    cbi: TypedIn, world: World, number: str,
) -> None:
    cbi("people", "edit", number, "--notes", "ground floor", "--birth", "1990-05-12", *REASON,
        who="field1")
    assert "1990-05-12" in cbi("people", "show", number)[1]
    with world.ledger.read() as tx:
        assert facts_of(tx, number).version == 2


def test_a_record_that_moved_on_meanwhile_is_asked_for_again(
    cbi: TypedIn, world: World, number: str,
) -> None:
    cbi("people", "edit", number, *OTHER, *REASON, who="field1")
    cbi("people", "edit", number, "--notes", "ground floor", *REASON, who="field1")
    code, _, err = cbi("people", "approve", number)
    assert code == 5
    assert "--refuse" in err
    with world.ledger.read() as tx:
        assert facts_of(tx, number).sex == "f"


def test_flags_and_a_household_s_size_wait_too(cbi: TypedIn, world: World, number: str) -> None:
    said = cbi("people", "households", "size", number, "12", *REASON, who="field1")[1]
    assert "4 → 12" in said
    cbi("people", "households", "size", number, "9", *REASON, who="field1")
    cbi("people", "flags", number, "disability", who="field1")
    assert counted(world, number)[2:] == (4, frozenset())
    held = json.loads(cbi("people", "export", number, "--json", who="field1")[1])["waiting"]
    assert [(one["kind"], one.get("became")) for one in held] == [
        ("size", "9"), ("flags", "disability"),
    ]
    assert cbi("people", "approve", number)[0] == 0
    assert counted(world, number)[2:] == (9, frozenset({"disability"}))


def test_nobody_raises_a_household_by_enrolling_or_moving_people_into_it(
    cbi: TypedIn, world: World, number: str,
) -> None:
    session = world.session("field1")
    with world.ledger.read() as tx:
        home = household(tx, number).number
    enrol(session, [somebody(1, household_ref=f"number:{home}", head=False, household_size=12)])
    assert size_of(world, number) == 4
    assert "4 → 12" in cbi("people", "approve")[1]
    (alone,) = enrol(session, [somebody(2)]).numbers
    assert cbi("people", "households", "join", alone, home, *REASON, who="field1")[0] == 0
    assert size_of(world, number) == 4
    assert cbi("people", "approve", number)[0] == 0
    assert size_of(world, number) == 13


def test_a_size_said_with_a_status_waits_if_it_is_more(
    cbi: TypedIn, world: World, number: str,
) -> None:
    (child,) = enrol(world.session("field1"), [
        somebody(1, household_ref="kobo:77", head=False)
    ]).numbers
    said = cbi("people", "status", child, "left", "--size", "9", *REASON, who="field1")[1]
    assert "3 → 9" in said
    assert size_of(world, number) == 3


def test_what_is_said_again_as_it_stands_does_not_hide_what_waits(
    cbi: TypedIn, number: str,
) -> None:
    name = ("--name", "Karim Popal")
    code, said, told = cbi("people", "edit", number, *name, "--sex", "f", *REASON, who="field1")
    assert (code, told) == (0, "")
    assert "identity: name" in said
    assert cbi("people", "edit", number, "--sex", "f", *REASON, who="field1")[0] == 2


def test_the_option_that_a_missing_consent_version_names_is_taken(
    cbi: TypedIn, number: str,
) -> None:
    code, _, told = cbi("people", "consent", number, who="field1")
    assert code == 2
    assert "--consent-version 2022-1" in told
    assert cbi("people", "consent", number, "--consent-version", "2022-1", who="field1")[0] == 0


def test_the_first_approval_of_a_household_shows_and_approves_its_size(
    cbi: TypedIn, world: World,
) -> None:
    (made,) = enrol(world.session("field1"), [replace(zahra(), household_size=4)]).numbers
    with world.ledger.read() as tx:
        home = facts_of(tx, made).household
    cbi("people", "households", "size", home, "9", *REASON, who="field1")
    said = cbi("people", "approve")[1]
    assert "Households that wait: 1; people they count: 9; of them enrolled: 1" in said
    assert f"{home} counts 9, of whom 1 are enrolled" in said
    said = cbi("people", "approve", made)[1]
    assert "Households: 1; people they count: 9; of them enrolled: 1" in said
    assert f"{home} counts 9" in said
    with world.ledger.read() as tx:
        told = json.loads(tx.value("SELECT detail FROM log WHERE action = 'people.approve'"))
    assert told["counted"] == 9
    assert "Households that wait" not in cbi("people", "approve")[1]


def test_who_said_a_households_size_does_not_approve_the_first_of_it(
    cbi: TypedIn, world: World,
) -> None:
    (made,) = enrol(world.session("field1"), [replace(zahra(), household_size=4)]).numbers
    code, said, _ = cbi("people", "status", made, "suspended", "--size", "9", *REASON)
    assert code == 0, said
    code, _, err = cbi("people", "approve", made)
    assert (code, "another operator must do it" in err) == (3, True)
    with world.ledger.read() as tx:
        assert facts_of(tx, made).approved_at is None


def test_nor_who_enrolled_one_more_into_it(world: World) -> None:
    (made,) = enrol(world.session("field1"), [zahra()]).numbers
    both = replace(
        world.session("field2"), operator=Operator("field2", frozenset({"field", "manager"}))
    )
    home = f"number:{place_of(world, made)}"
    enrol(both, [replace(somebody(7), household_ref=home, household_size=9)])
    with pytest.raises(NotAllowed, match="duties-apart"):
        approve(both, [made])
    assert approve(world.session("manager1"), [made]).sizes[0].size == 9


def place_of(world: World, number: str) -> str:
    with world.ledger.read() as tx:
        return facts_of(tx, number).household
