"""Approval by another, status, consent, corrections: and who may receive after each."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cbi.base.errors import CbiError, Conflict, NotAllowed, NotFound, UsageError
from cbi.operators.log import entries
from cbi.people.matching.beneficiaries import eligible
from cbi.people.persons import (
    NewFacts,
    approve,
    approve_list,
    change_facts,
    consents,
    correct,
    enrol,
    facts_of,
    give_consent,
    set_flags,
    set_size,
    set_status,
    unseal,
    withdraw_consent,
)
from cbi.people.records.reading import person_key
from cbi.people.records.record import BirthDate, Document, WrittenName
from cbi.people.registration import approving
from cbi.people.registration.correcting import past_records
from cbi.storage.database import Database
from tests.conftest import World
from tests.people.given import CONSENT, ZAHRA, holders, somebody, zahra
from tests.rows import all_rows

LIST = "ab" * 32
TODAY = "2022-08-20"


@pytest.fixture
def numbers(world: World) -> tuple[str, ...]:
    return enrol(world.session("field1"), [zahra(), somebody(1)], list_hash=LIST).numbers


def receiving(world: World, city: str | None = None) -> set[str]:
    with world.ledger.read() as tx:
        return {one.number for one in eligible(tx, city=city)}


def pair(world: World, numbers: tuple[str, ...], state: str, strength: str) -> None:
    first, second = sorted(numbers)
    decided = None if state == "open" else 1
    with world.ledger.write() as tx:
        tx.insert("duplicate_pair", [{
            "first": first, "second": second, "state": state, "strength": strength,
            "evidence": "[]", "found_at": 1, "decided_by": decided and "field1",
            "decided_at": decided,
        }])


def test_nobody_receives_before_another_operator_approved(
    world: World, numbers: tuple[str, ...],
) -> None:
    assert receiving(world) == set()
    done = approve(world.session("manager1"), [numbers[0].lower()])
    assert (done.numbers, done.before) == ((numbers[0],), 0)
    assert receiving(world) == {numbers[0]}
    assert approve(world.session("manager2"), numbers).before == 1
    assert receiving(world) == set(numbers)
    assert receiving(world, "astana") == set()
    assert receiving(world, "almaty") == set(numbers)
    with world.ledger.read() as tx:
        assert facts_of(tx, numbers[0]).approved_by == "manager1"


def test_what_receives_is_what_rounds_need_to_know(world: World, numbers: tuple[str, ...]) -> None:
    set_flags(world.session("field1"), numbers[0], ["disability", " Elderly "])
    approve_list(world.session("manager1"), LIST)
    with world.ledger.read() as tx:
        found = {one.number: one for one in eligible(tx)}
    told = found[numbers[0]]
    assert (told.city, told.language, told.head, told.household_size) == ("almaty", "fa", True, 4)
    assert (told.sex, told.birth_year) == ("f", 1990)
    assert told.flags == {"disability", "elderly"}


def test_a_whole_list_is_approved_by_the_beginning_of_its_hash(
    world: World, numbers: tuple[str, ...],
) -> None:
    enrol(world.session("field1"), [somebody(9)], list_hash="abab" + "0" * 60)
    with pytest.raises(UsageError, match="list-hash-short"):
        approve_list(world.session("manager1"), "abab")
    with pytest.raises(NotFound, match="list-unknown"):
        approve_list(world.session("manager1"), "99" * 32)
    assert set(approve_list(world.session("manager1"), LIST[:10].upper()).numbers) == set(numbers)
    assert receiving(world) == set(numbers)
    with world.ledger.read() as tx:
        (line,) = entries(tx, action="people.approve")
    assert line.object == LIST
    assert line.detail["people"] == 2
    assert len(str(line.detail["approved"])) == 64


def test_a_long_list_is_approved_some_households_at_a_time_and_goes_on_after_a_kill(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    homes = ("a", "b", "a", "c", "b", "a")
    numbers = enrol(
        world.session("field1"),
        [somebody(place, household_ref=f"kobo:{home}", head=place in (0, 1, 3))
         for place, home in enumerate(homes)],
        list_hash=LIST,
    ).numbers
    monkeypatch.setattr(approving, "SLICE", 2)

    def killed(self: Database) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Database, "give_way", killed)
        with pytest.raises(KeyboardInterrupt):
            approve_list(world.session("manager1"), LIST)
    first = receiving(world)
    done = approve_list(world.session("manager2"), LIST)
    assert (set(done.numbers), done.before) == (set(numbers) - first, len(first))
    assert (len(first), len(done.sizes)) in ((1, 2), (2, 2), (3, 2))
    assert receiving(world) == set(numbers)
    with world.ledger.read() as tx:
        lines = list(entries(tx, action="people.approve"))
        home_of = {number: facts_of(tx, number).household for number in numbers}
    assert {home_of[number] for number in first}.isdisjoint(
        home_of[number] for number in done.numbers
    )
    assert sum(int(str(line.detail["people"])) for line in lines) == 6
    assert sum(int(str(line.detail["counted"])) for line in lines) == 6
    assert {line.object for line in lines} == {LIST}


def test_who_said_a_size_on_a_long_list_approves_nobody_of_it(
    world: World, numbers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(approving, "SLICE", 1)
    both = world.session("manager1")
    both = replace(both, operator=replace(both.operator, roles=frozenset({"manager", "field"})))
    with world.ledger.read() as tx:
        homes = sorted((facts_of(tx, number).household, number) for number in numbers)
    set_size(both, homes[-1][0], 6, reason="counted at the door", date=TODAY)
    with pytest.raises(NotAllowed, match="duties-apart"):
        approve_list(both, LIST)
    assert receiving(world) == set()


def test_an_ambiguous_list_approves_nobody(world: World, numbers: tuple[str, ...]) -> None:
    enrol(world.session("field1"), [somebody(9)], list_hash=LIST[:8] + "0" * 56)
    with pytest.raises(Conflict, match="list-ambiguous"):
        approve_list(world.session("manager1"), LIST[:8])
    assert receiving(world) == set()


@pytest.mark.parametrize("name", ["field2", "finance1", "auditor1", "admin1", "cashier1"])
def test_only_managers_approve(world: World, numbers: tuple[str, ...], name: str) -> None:
    with pytest.raises(NotAllowed):
        approve(world.session(name), numbers)
    with pytest.raises(NotAllowed):
        approve_list(world.session(name), LIST)


def test_whoever_enrolled_does_not_approve(world: World, numbers: tuple[str, ...]) -> None:
    both = world.session("manager1")
    both = replace(both, operator=replace(both.operator, name="field1"))
    attempts: tuple[Callable[[], object], ...] = (
        lambda: approve(both, numbers), lambda: approve_list(both, LIST),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowed, match="duties-apart"):
            attempt()
    assert receiving(world) == set()
    assert len(approve(both, numbers, apart=False).numbers) == 2


def test_approving_names_whom_it_does_not_know_and_then_approves_nobody(
    world: World, numbers: tuple[str, ...],
) -> None:
    with pytest.raises(NotFound, match="person-unknown"):
        approve(world.session("manager1"), [*numbers, "B-000-000-000"])
    with pytest.raises(UsageError, match="nobody-named"):
        approve(world.session("manager1"), [])
    assert receiving(world) == set()


@pytest.mark.parametrize("status", ["suspended", "left", "dead"])
def test_whoever_is_away_receives_nothing_until_a_manager_says_so(
    world: World, numbers: tuple[str, ...], status: str,
) -> None:
    approve(world.session("manager1"), numbers)
    set_status(world.session("field2"), numbers[0], status, "told by a neighbour", TODAY)
    assert receiving(world) == {numbers[1]}
    with pytest.raises(NotAllowed):
        set_status(world.session("field2"), numbers[0], "active", "came back", TODAY)
    with pytest.raises(Conflict, match="status-already"):
        set_status(world.session("manager1"), numbers[0], status, "again", TODAY)
    set_status(world.session("manager1"), numbers[0], "active", "came back", TODAY)
    assert receiving(world) == set(numbers)


@pytest.mark.parametrize(("status", "reason", "date", "code"), [
    ("gone", "r", TODAY, "people.status-unknown"),
    ("left", " ", TODAY, "people.reason-missing"),
    ("left", "r", "20/08/2022", "people.date-unreadable"),
    ("left", "r", "2022-08-23", "people.date-ahead"),
])  # fmt: skip
def test_a_status_needs_a_word_a_reason_and_a_day(
    world: World, numbers: tuple[str, ...], status: str, reason: str, date: str, code: str,
) -> None:
    with pytest.raises(UsageError) as refused:
        set_status(world.session("field1"), numbers[0], status, reason, date)
    assert refused.value.code == code


def test_consent_withdrawn_stops_the_next_voucher_and_every_row_stays(
    world: World, numbers: tuple[str, ...],
) -> None:
    approve(world.session("manager1"), numbers)
    withdraw_consent(world.session("field1"), numbers[0], date=TODAY)
    assert receiving(world) == {numbers[1]}
    with pytest.raises(Conflict, match="no-consent"):
        withdraw_consent(world.session("field1"), numbers[0], date=TODAY)
    give_consent(
        world.session("field1"), numbers[0], replace(CONSENT, version="2022-2", date=TODAY)
    )
    assert receiving(world) == set(numbers)
    with world.ledger.read() as tx:
        told = [(one.kind, one.version) for one in consents(tx, numbers[0])]
    assert told == [("given", "2022-1"), ("withdrawn", "2022-1"), ("given", "2022-2")]


def test_without_consent_nobody_receives(world: World) -> None:
    (number,) = enrol(world.session("field1"), [somebody(3, consent=None)]).numbers
    approve(world.session("manager1"), [number])
    assert receiving(world) == set()
    give_consent(world.session("field1"), number, CONSENT)
    assert receiving(world) == {number}


@pytest.mark.parametrize(("state", "strength", "blocked"), [
    ("open", "certain", True), ("open", "likely", True), ("later", "likely", True),
    ("open", "possible", False), ("different", "certain", False),
])  # fmt: skip
def test_an_undecided_likely_duplicate_blocks_both(
    world: World, numbers: tuple[str, ...], state: str, strength: str, blocked: bool,
) -> None:
    approve(world.session("manager1"), numbers)
    pair(world, numbers, state, strength)
    assert receiving(world) == (set() if blocked else set(numbers))


def test_whoever_was_merged_into_another_receives_nothing(
    world: World, numbers: tuple[str, ...],
) -> None:
    approve(world.session("manager1"), numbers)
    with world.ledger.write() as tx:
        tx.run(
            "UPDATE person SET merged_into = :kept WHERE number = :number",
            kept=numbers[0], number=numbers[1],
        )
    assert receiving(world) == {numbers[0]}


def test_a_correction_keeps_what_was_sealed_before(world: World, numbers: tuple[str, ...]) -> None:
    session, number = world.session("field2"), numbers[0]
    corrected = replace(
        ZAHRA, names=(WrittenName("Zohra Haidari"),), birth=BirthDate("1991", "1991", "year"),
        documents=(Document("passport", "P1234567"),),
    )
    facts = correct(session, number, corrected, reason="Zohra's passport says so")
    assert (facts.version, facts.birth_year) == (2, 1991)
    person = unseal(session, [number], purpose="test")[number]
    assert person.data == corrected
    assert (person.facts, person.source) == ({"Occupation": "tailor"}, "Kobo-7788")
    with world.ledger.read() as tx:
        past = past_records(tx, number, person_key(session, number))
    assert [one.data for one in past] == [ZAHRA, corrected]
    assert past[1].reason == "Zohra's passport says so"


def test_a_corrected_person_is_found_by_the_new_document_and_no_longer_by_the_old(
    world: World, numbers: tuple[str, ...],
) -> None:
    session, number = world.session("field1"), numbers[0]
    correct(
        session, number, replace(ZAHRA, documents=(Document("passport", "P1234567"),)), reason="x"
    )
    old, new = (
        replace(ZAHRA, documents=(document,), phones=())
        for document in (ZAHRA.documents[0], Document("passport", "P1234567"))
    )
    assert holders(session, old) == []
    assert holders(session, new) == [number]


def test_a_correction_that_changes_nothing_or_cannot_be_is_refused(
    world: World, numbers: tuple[str, ...],
) -> None:
    session = world.session("field1")
    for data, reason, code in (
        (ZAHRA, "x", "nothing-changed"), (replace(ZAHRA, names=()), "x", "name-missing"),
        (replace(ZAHRA, notes="y"), " ", "reason-missing"),
    ):
        with pytest.raises(UsageError, match=code):
            correct(session, numbers[0], data, reason=reason)
    with pytest.raises(NotAllowed):
        correct(world.session("manager1"), numbers[0], replace(ZAHRA, notes="y"), reason="x")


def test_two_corrections_at_once_do_not_lose_one(
    world: World, numbers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest, done = correct.__globals__["seal"], list[bool]()

    def overtaken(*args: Any) -> Any:
        if not done:
            done.append(True)
            correct(world.session("field2"), numbers[0], replace(ZAHRA, notes="first"), reason="x")
        return honest(*args)

    monkeypatch.setattr("cbi.people.registration.correcting.seal", overtaken)
    with pytest.raises(Conflict, match="corrected-meanwhile"):
        correct(world.session("field1"), numbers[0], replace(ZAHRA, notes="second"), reason="x")
    person = unseal(world.session("field1"), numbers[:1], purpose="test")[numbers[0]]
    assert person.data.notes == "first"


def test_a_person_moves_to_another_city(world: World, numbers: tuple[str, ...]) -> None:
    approve(world.session("manager1"), numbers)
    facts = change_facts(
        world.session("field1"), numbers[0], NewFacts(city="astana", language="ru"),
        reason="found work", date=TODAY,
    )
    assert (facts.city, facts.language) == ("astana", "ru")
    assert receiving(world, "astana") == {numbers[0]}
    for new, code in (
        (NewFacts(city="nowhere"), "people.city-unknown"),
        (NewFacts(sex="x"), "people.sex-unreadable"),
        (NewFacts(language="tlh"), "people.language-unknown"),
        (NewFacts(city="astana"), "people.nothing-changed"),
        (NewFacts(), "people.nothing-changed"),
    ):
        with pytest.raises(CbiError) as refused:
            change_facts(world.session("field1"), numbers[0], new, reason="x", date=TODAY)
        assert refused.value.code == code


def test_an_auditor_changes_nothing(world: World, numbers: tuple[str, ...]) -> None:
    session, number = world.session("auditor1"), numbers[0]
    for attempt in (
        lambda: set_status(session, number, "left", "x", TODAY),
        lambda: change_facts(session, number, NewFacts(city="astana"), reason="x", date=TODAY),
        lambda: give_consent(session, number, CONSENT),
        lambda: withdraw_consent(session, number, date=TODAY),
        lambda: set_flags(session, number, ["x"]),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_flags_are_categories_and_no_stories(world: World, numbers: tuple[str, ...]) -> None:
    session = world.session("field1")
    with pytest.raises(UsageError, match="flag-unreadable"):
        set_flags(session, numbers[0], ["lost her husband"])
    assert set_flags(session, numbers[0], ["b", "a", "a"]) == ["a", "b"]
    assert set_flags(session, numbers[0], []) == []


def test_reasons_stand_sealed_and_not_in_the_log(world: World, numbers: tuple[str, ...]) -> None:
    set_status(world.session("field1"), numbers[0], "dead", "Zahra died in hospital", TODAY)
    with world.ledger.read() as tx:
        told = str(entries(tx)) + str(all_rows(tx, "SELECT * FROM person_change"))
    assert "hospital" not in told
