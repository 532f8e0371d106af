"""The rules about people: whole after a busy day, and each broken by hand is seen."""

from typing import Any

import pytest

from cbi.people.persons import (
    approve,
    correct,
    enrol,
    erase,
    give_consent,
    set_flags,
    split,
    withdraw_consent,
)
from cbi.people.rules import FLAGS_RULE, RULES, broken
from tests.conftest import World
from tests.ledger.tampering import tampering
from tests.people.given import CONSENT, ZAHRA, somebody, zahra


@pytest.fixture
def numbers(world: World) -> tuple[str, ...]:
    """A busy day."""
    from dataclasses import replace

    session = world.session("field1")
    numbers = enrol(session, [
        zahra(), somebody(1, household_ref="kobo:77", head=False), somebody(2), somebody(3),
    ]).numbers
    set_flags(session, numbers[0], ["disability", "pregnant"])
    set_flags(session, numbers[3], ["disability"])
    approve(world.session("manager1"), numbers)
    correct(session, numbers[0], replace(ZAHRA, notes="x"), reason="x")
    withdraw_consent(session, numbers[1], date="2022-08-20")
    give_consent(session, numbers[1], CONSENT)
    split(session, [numbers[0]], head=numbers[0], reason="x", date="2022-08-20")
    erase(world.session("admin1"), numbers[3], "asked for it")
    return numbers


def found(world: World) -> dict[str, Any]:
    with world.ledger.read() as tx:
        return {name: numbers for name, numbers in broken(tx).items() if numbers}


def test_every_rule_holds_after_a_busy_day(world: World, numbers: tuple[str, ...]) -> None:
    assert found(world) == {}


@pytest.mark.parametrize(("rule", "broken_by"), [
    ("records-there", "UPDATE person SET version = 9 WHERE number = :number"),
    ("consent-follows", "UPDATE person SET consent = 0 WHERE number = :number"),
    ("households-whole", "UPDATE person SET household = 'H-0' WHERE number = :number"),
    ("households-whole", "UPDATE household SET head = 'B-0' WHERE head = :number"),
    ("merged-into-somebody", "UPDATE person SET merged_into = 'B-0' WHERE number = :number"),
    ("erased-on-record", "UPDATE person SET erased_at = 1, consent = 0 WHERE number = :number"),
])  # fmt: skip
def test_a_rule_broken_by_hand_is_seen(
    world: World, numbers: tuple[str, ...], rule: str, broken_by: str,
) -> None:
    with world.ledger.write() as tx:
        assert tx.run(broken_by, number=numbers[0]) == 1
    assert rule in found(world)


@pytest.mark.parametrize("change", [
    "INSERT INTO person_flag (person, flag, set_by, set_at) VALUES ('{0}', 'orphan', 'field1', 1)",
    "INSERT INTO person_flag (person, flag, set_by, set_at) VALUES ('{1}', 'orphan', 'field1', 1)",
    "INSERT INTO person_flag (person, flag, set_by, set_at) VALUES ('{3}', 'disability', 'f', 1)",
    "UPDATE person_flag SET person = '{1}'", "UPDATE person_flag SET flag = 'orphan' "
    "WHERE flag = 'pregnant'", "UPDATE person_flag SET set_by = 'field2'",
    "UPDATE person_flag SET set_at = set_at + 1", "DELETE FROM person_flag",
    "DELETE FROM person_flag WHERE flag = 'pregnant'",
])  # fmt: skip
def test_a_flag_planted_changed_or_taken_out_is_seen(
    world: World, numbers: tuple[str, ...], change: str,
) -> None:
    """A flag may earn a voucher; of its row no digest is kept, the log says who gave which."""
    with tampering(world) as run:
        run(change.format(*numbers))
    assert set(found(world)) == {FLAGS_RULE}


def test_every_rule_has_its_words(world: World) -> None:
    from cbi.messages.catalogue import texts

    for language in ("en", "ru"):
        told = texts(language, "people")
        for name in (*RULES, FLAGS_RULE):
            assert told[f"rule-{name}"]
            assert told[f"broken-{name}"]
