"""A household through what happens to its members: merged, dead, gone and back; as typed."""

import json
import re

import pytest

from cbi.people.persons import ProxyPerson, approve, enrol, household, name_proxy
from tests.conftest import World
from tests.lines import TypedIn
from tests.people.given import somebody
from tests.people.test_duplicates import najib, najib_in_dari

REASON = ("--reason", "told at the desk")
FAMILY = {"household_ref": "list:fam", "household_size": 3}


@pytest.fixture
def family_and_single(world: World, cbi: TypedIn) -> tuple[str, str, list[str]]:
    """Najib heads a family of three, enrolled and approved last; alone he stands first, too."""
    session = world.session("field1")
    (single,) = enrol(session, [najib_in_dari("b:1", household_size=1, head=True)]).numbers
    approve(world.session("manager1"), [single])
    head, *others = enrol(session, [
        najib("a:1", head=True, **FAMILY),
        somebody(1, head=False, **FAMILY), somebody(2, head=False, **FAMILY),
    ]).numbers
    approve(world.session("manager1"), [head, *others])
    name_proxy(session, head, ProxyPerson("Omid Popal", "passport P123", "son"))
    cbi("duplicates", "search", who="field1")
    return single, head, others


def home_of(world: World, number: str) -> tuple[str | None, int, int]:
    with world.ledger.read() as tx:
        found = household(tx, number)
        proxies = tx.value(
            "SELECT count(*) FROM proxy WHERE household = :home AND ended_at IS NULL",
            home=found.number,
        )
    return found.head, found.size, proxies


def test_the_head_of_a_family_stays_when_two_records_become_one(
    cbi: TypedIn, world: World, family_and_single: tuple[str, str, list[str]],
) -> None:
    single, head, _ = family_and_single
    code, said, _ = cbi("--yes", "duplicates", "decide", single, head, "same", *REASON)
    assert code == 0
    assert f"Stays  {head}" in said
    assert f"Goes   {single}" in said
    assert f"--keep {single}" in said
    assert home_of(world, head) == (head, 3, 1)


def test_keep_decides_says_what_is_lost_and_undoing_brings_all_of_it_back(
    cbi: TypedIn, world: World, family_and_single: tuple[str, str, list[str]]
) -> None:
    single, head, others = family_and_single
    before = home_of(world, head), home_of(world, single)
    code, said, _ = cbi(
        "--yes", "duplicates", "decide", single, head, "same", "--keep", single, *REASON
    )
    assert code == 0
    assert "counts 2 people instead of 3" in said
    assert "has no head then" in said
    assert "The proxies of" in said
    assert home_of(world, others[0]) == (None, 2, 0)
    assert cbi("duplicates", "undo", single, head, *REASON)[0] == 0
    assert (home_of(world, head), home_of(world, single)) == before


def test_undoing_leaves_a_head_who_was_named_since(
    cbi: TypedIn, world: World, family_and_single: tuple[str, str, list[str]],
) -> None:
    single, head, others = family_and_single
    cbi("--yes", "duplicates", "decide", single, head, "same", "--keep", single, *REASON)
    assert cbi(
        "people", "households", "head", others[0], others[0], *REASON, who="field1"
    )[0] == 0
    assert cbi("duplicates", "undo", single, head, *REASON)[0] == 0
    assert home_of(world, others[0]) == (others[0], 3, 0)


def test_whoever_erases_a_head_is_told_how_the_household_gets_another(
    cbi: TypedIn, family_and_single: tuple[str, str, list[str]],
) -> None:
    _, head, _ = family_and_single
    code, out, _ = cbi("--yes", "people", "erase", head, "--reason", "asked", who="admin1")
    assert code == 0
    line = re.search(r"cbi (people households head \S+ \S+) --reason", out)
    assert line is not None
    assert cbi(*line[1].split(), *REASON, who="field1")[0] == 0


def test_two_numbers_in_one_household_are_counted_once(cbi: TypedIn, world: World) -> None:
    session = world.session("field1")
    full = {"household_ref": "list:full", "household_size": 2}
    head, again = enrol(session, [
        najib("a:1", head=True, **full), najib_in_dari("b:1", head=False, **full)
    ]).numbers
    session.ledger.transact(lambda tx: tx.insert("duplicate_pair", [{
        "first": min(head, again), "second": max(head, again), "state": "open",
        "strength": "likely", "evidence": "name", "found_at": 1,
    }]))
    assert cbi("--yes", "duplicates", "decide", head, again, "same", *REASON)[0] == 0
    assert home_of(world, head) == (head, 1, 0)
    assert cbi("duplicates", "undo", head, again, *REASON)[0] == 0
    assert home_of(world, head) == (head, 2, 0)


def test_a_household_counts_down_with_who_dies_or_leaves_and_up_with_who_is_back(
    cbi: TypedIn, world: World, family_and_single: tuple[str, str, list[str]]
) -> None:
    _, head, others = family_and_single
    code, said, _ = cbi("people", "status", others[0], "dead", *REASON, who="field1")
    assert code == 0
    assert "counts 2 people now, 3 before" in said
    said = cbi("people", "households", "show", head)[1]
    living, gone = said.splitlines()
    assert others[0] not in living
    assert others[1] in living
    assert others[0] in gone
    cbi("people", "status", others[0], "left", *REASON, who="field1")
    assert home_of(world, head)[1] == 2
    assert cbi("people", "status", others[0], "active", *REASON)[0] == 0
    assert home_of(world, head)[1] == 3
    cbi("people", "status", others[0], "suspended", *REASON)
    assert home_of(world, head)[1] == 3


def test_the_size_can_be_said_or_kept_when_somebody_leaves(
    cbi: TypedIn, world: World, family_and_single: tuple[str, str, list[str]],
) -> None:
    single, head, others = family_and_single
    said = cbi("people", "status", others[0], "left", "--keep-size", *REASON)[1]
    assert "still counts 3" in said
    assert home_of(world, head)[1] == 3
    assert cbi("people", "status", others[0], "active", *REASON)[0] == 0
    assert home_of(world, head)[1] == 3
    assert cbi("people", "status", others[1], "left", "--size", "1", *REASON)[0] == 5
    cbi("people", "status", single, "dead", *REASON)
    assert home_of(world, single)[1] == 1
    cbi("people", "status", single, "active", *REASON)
    assert home_of(world, single)[1] == 1


def test_a_rule_by_size_follows_who_is_left(
    cbi: TypedIn, world: World, family_and_single: tuple[str, str, list[str]],
) -> None:
    single, head, others = family_and_single
    cbi("--yes", "duplicates", "decide", single, head, "same", *REASON)
    line = (
        "round", "add", "KZ22-R9", "--programme", "KZ22", "--from", "2022-09-01", "--until",
        "2022-10-31", "--entitlement", "food:5000:household:size=3+",
        "--retailer", "food:magnum",
    )
    assert cbi(*line)[0] == 0
    paid = [json.loads(cbi("round", "preview", "KZ22-R9", "--json")[1])]
    cbi("people", "status", others[0], "left", *REASON)
    paid.append(json.loads(cbi("round", "preview", "KZ22-R9", "--json")[1]))
    assert [one["amount_minor"] for one in paid] == [500_000, 0]


def test_the_help_of_a_round_tells_every_condition_of_a_rule(cbi: TypedIn) -> None:
    said = cbi("round", "add", "--help")[1]
    for words in ("size=4+", "age=60+", "flag=disability", "member"):
        assert words in said


def test_a_proxy_said_twice_is_one_and_what_waits_is_not_called_nothing(
    cbi: TypedIn, world: World, family_and_single: tuple[str, str, list[str]]
) -> None:
    single, head, _ = family_and_single
    again = ("people", "households", "proxy", head, "--name", "Omid Popal",
             "--document", "passport P123", "--relation", "son")
    code, said, _ = cbi(*again, who="field1")
    assert (code, said.count("Omid Popal"), home_of(world, head)[2]) == (0, 1, 1)
    cbi("people", "edit", single, "--birth", "1971", *REASON, who="field1")
    code, said, _ = cbi("people", "approve")
    assert code == 0
    assert f"Waits for a second person, and the old counts until then: {single}" in said
    assert "Nothing to show" not in said
