"""Duplicates in a real vault: found by keyed hashes, queued, decided, remembered, undone."""

import random
from collections import Counter
from typing import Any

import pytest

from cbi.base.errors import Conflict, NotAllowed, NotFound, UsageError
from cbi.operators.log import entries
from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.beneficiaries import eligible
from cbi.people.matching.blocking import Group, Places, pairs_among
from cbi.people.matching.bulk import bulk
from cbi.people.matching.deciding import decide, decisions, undo
from cbi.people.matching.duplicates import Aside, find_duplicates, side_by_side
from cbi.people.matching.queueing import queue_alike
from cbi.people.matching.review import pairs
from cbi.people.persons import approve, enrol, erase, facts_of
from cbi.people.records.record import BirthDate, Document, NewPerson, PersonalData, WrittenName
from tests.conftest import World
from tests.people.given import CONSENT, SECRETS, ZAHRA, somebody, zahra
from tests.rows import all_rows

DAY = BirthDate("12.05.1990", "1990-05-12")


def person(source: str, *names: WrittenName, **more: Any) -> NewPerson:
    """Somebody with these names; the rest as told."""
    told = {"city": "almaty", "source_ref": source, "consent": CONSENT}
    kept = {name: more.pop(name) for name in list(more) if name in NewPerson.__slots__}
    return NewPerson(data=PersonalData(names=names, **more), **{**told, **kept})


def najib(source: str, **more: Any) -> NewPerson:
    return person(source, WrittenName("Najib Ahmadzai", "Ghulam Sarwar"), birth=DAY, **more)


def najib_in_dari(source: str, **more: Any) -> NewPerson:
    return person(source, WrittenName("نجیب احمدزی", "غلام سرور", "Arab"), birth=DAY, **more)


@pytest.fixture
def twice(world: World) -> tuple[OperatorSession, str, str]:
    """Najib, enrolled twice, among others, and nobody has looked for duplicates."""
    session = world.session("field1")
    numbers = enrol(session, [
        najib("a:1"), *(somebody(number) for number in range(20)), najib_in_dari("b:1"),
    ]).numbers
    first, last = sorted((numbers[0], numbers[-1]))
    return session, first, last


@pytest.fixture
def two(world: World, twice: tuple[OperatorSession, str, str]) -> tuple[OperatorSession, str, str]:
    """The same, approved."""
    with world.ledger.read() as tx:
        everybody = [row["number"] for row in all_rows(tx, "SELECT number FROM person")]
    approve(world.session("manager1"), everybody)
    return twice


def test_one_person_is_found_in_another_script_while_asking(world: World) -> None:
    session = world.session("field1")
    (number,) = enrol(session, [najib("a:1")]).numbers
    (found,) = find_duplicates(session, najib_in_dari("b:1").data)
    assert (found.number, found.match.strength) == (number, "likely")
    assert find_duplicates(session, najib("a:1").data, Aside(number=number)) == []
    assert find_duplicates(session, somebody(1).data) == []


def test_who_may_not_read_may_not_ask(world: World) -> None:
    for name in ("auditor1", "cashier1", "finance1"):
        with pytest.raises(NotAllowed):
            find_duplicates(world.session(name), ZAHRA)
        with pytest.raises(NotAllowed):
            bulk(world.session(name))


def test_members_of_a_household_are_not_each_others_duplicates(world: World) -> None:
    session = world.session("field1")
    family = [
        person(
            f"f:{given}", WrittenName(f"{given} Stanikzai", "Baryalai"), birth=born,
            phones=("+77015550142",), household_ref="list:9", head=given == "Baryalai",
        )
        for given, born in (
            ("Baryalai", BirthDate("1960", "1960", "year")), ("Hasan", DAY), ("Husain", DAY),
            ("Zarmina", BirthDate("01.01.1995", "1995-01-01")),
            ("Karima", BirthDate("01.01.1995", "1995-01-01")),
        )
    ]
    enrol(session, family)
    assert bulk(session).pairs == ()


def test_bulk_queues_what_it_finds_once(twice: tuple[OperatorSession, str, str]) -> None:
    session, first, second = twice
    found = bulk(session)
    assert [(pair.first, pair.second, pair.strength) for pair in found.pairs] == [
        (first, second, "likely")
    ]
    assert found.new == 1
    assert bulk(session).new == 0
    with session.ledger.read() as tx:
        (pair,) = pairs(tx)
    assert (pair.first, pair.second, pair.state) == (first, second, "open")
    assert "birth-day" in pair.evidence


def test_nobody_is_approved_for_whom_duplicates_were_not_looked_for(
    world: World, twice: tuple[OperatorSession, str, str],
) -> None:
    session, first, second = twice
    done = approve(world.session("manager1"), [second])
    assert (done.numbers, done.pairs) == ((second,), 1)
    with session.ledger.read() as tx:
        (pair,) = pairs(tx)
        assert (pair.first, pair.second, pair.strength) == (first, second, "likely")
        assert second not in {one.number for one in eligible(tx)}
    assert approve(world.session("manager1"), [second]).pairs == 0


def test_pairs_are_the_same_however_many_are_summed_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance, places = random.Random(5), Places({f"B{one}": 1950 + one % 7 for one in range(60)})
    for one in range(60):
        places.of(f"B{one}")
    groups = [
        Group(bytes([turn % 256]) * 16, kind, len(members), members)
        for turn in range(400)
        for kind in [chance.choice(["pair", "year", "phone", "birth", "document", "part"])]
        for members in [chance.sample(range(60), chance.randint(2, 18))]
    ]

    def found(most: int) -> dict[int, float]:
        monkeypatch.setattr("cbi.people.matching.blocking.SUMMED_AT_ONCE", most)
        return pairs_among(groups, 60, places)

    whole = found(10**9)
    assert len(whole) > 100
    assert found(500) == pytest.approx(whole, rel=1e-5)


def test_bulk_looks_at_a_list_against_everybody(two: tuple[OperatorSession, str, str]) -> None:
    session, first, second = two
    assert bulk(session, []).pairs == ()
    (found,) = bulk(session, [second]).pairs
    assert (found.first, found.second) == (first, second)


def test_an_undecided_likely_pair_gets_no_voucher(two: tuple[OperatorSession, str, str]) -> None:
    session, first, second = two
    with session.ledger.read() as tx:
        assert not {first, second} & {one.number for one in eligible(tx)}
    decide(session, first, second, "later", reason="asked for the tazkira")
    with session.ledger.read() as tx:
        assert not {first, second} & {one.number for one in eligible(tx)}
    decide(session, first, second, "different", reason="cousins, both were here")
    with session.ledger.read() as tx:
        assert {first, second} <= {one.number for one in eligible(tx)}


def test_what_was_decided_different_never_comes_back(two: tuple[OperatorSession, str, str]) -> None:
    session, first, second = two
    bulk(session)
    decide(session, second, first, "different", reason="cousins")
    assert bulk(session).pairs == ()
    assert find_duplicates(session, najib("a:1").data, Aside(number=first)) == []
    with session.ledger.read() as tx:
        (pair,) = pairs(tx)
    assert (pair.state, pair.decided_by) == ("different", "field1")
    with pytest.raises(Conflict, match="decided-already"):
        decide(session, first, second, "same", reason="after all")


def test_the_same_person_keeps_one_number_and_the_other_leads_to_it(
    two: tuple[OperatorSession, str, str],
) -> None:
    session, first, second = two
    bulk(session)
    done = decide(session, first, second, "same", reason="same tazkira seen", keep=second)
    assert (done.keeps, done.goes) == (second, first)
    with session.ledger.read() as tx:
        assert facts_of(tx, first).merged_into == second
        there = {one.number for one in eligible(tx)}
    assert second in there
    assert first not in there
    (found,) = {one.number for one in find_duplicates(session, najib("c:1").data)}
    assert found == second
    assert bulk(session).pairs == ()


def test_without_a_word_the_approved_number_stays(world: World) -> None:
    session = world.session("field1")
    numbers = enrol(session, [najib("a:1"), najib_in_dari("b:1")]).numbers
    approve(world.session("manager1"), [numbers[1]])
    bulk(session)
    assert decide(session, numbers[0], numbers[1], "same", reason="seen").keeps == numbers[1]


def test_undoing_parts_them_again_with_a_reason(two: tuple[OperatorSession, str, str]) -> None:
    session, first, second = two
    bulk(session)
    decide(session, first, second, "same", reason="same face")
    with pytest.raises(UsageError):
        undo(session, first, second, reason=" ")
    assert undo(session, first, second, reason="twins after all").pair.state == "open"
    with session.ledger.read() as tx:
        assert facts_of(tx, first).merged_into is None
        assert facts_of(tx, second).merged_into is None
    told = [(one.decision, one.reason) for one in decisions(session, first, second)]
    assert told == [("same", "same face"), ("undo", "twins after all")]
    with pytest.raises(Conflict, match="nothing-decided"):
        undo(session, first, second, reason="once more")


def test_three_records_of_one_person_end_in_one_number(world: World) -> None:
    session = world.session("field1")
    numbers = enrol(session, [
        najib("a:1"), najib_in_dari("b:1"),
        person("c:1", WrittenName("Наджиб Ахмадзай", "Гулам Сарвар", "Cyrl"), birth=DAY),
    ]).numbers
    one, two, three = sorted(numbers)
    assert len(bulk(session).pairs) == 3
    decide(session, one, two, "same", reason="x", keep=one)
    assert decide(session, two, three, "same", reason="x", keep=one).settled == 1
    with session.ledger.read() as tx:
        kept = [facts_of(tx, number).merged_into for number in (one, two, three)]
    assert kept == [None, one, one]
    assert states(session) == {"same": 3}
    undo(session, two, three, reason="not he")
    with session.ledger.read() as tx:
        assert facts_of(tx, three).merged_into is None
    assert states(session) == {"same": 1, "open": 2}


def states(session: Any) -> dict[str, int]:
    with session.ledger.read() as tx:
        return dict(Counter(pair.state for pair in pairs(tx)))


@pytest.fixture
def three(world: World) -> tuple[OperatorSession, str, str, str]:
    """Najib thrice, each pair in the queue: the numbers in order."""
    session = world.session("field1")
    numbers = enrol(session, [
        najib("a:1"), najib_in_dari("b:1"),
        person("c:1", WrittenName("Наджиб Ахмадзай", "Гулам Сарвар", "Cyrl"), birth=DAY),
    ]).numbers
    approve(world.session("manager1"), numbers)
    bulk(session)
    first, second, third = sorted(numbers)
    return session, first, second, third


def test_who_is_different_from_the_number_that_goes_is_different_from_the_one_that_stays(
    three: tuple[OperatorSession, str, str, str],
) -> None:
    session, kept, goes, cousin = three
    decide(session, goes, cousin, "different", reason="cousins")
    assert states(session) == {"different": 1, "open": 2}
    decide(session, kept, goes, "same", reason="one tazkira", keep=kept)
    assert states(session) == {"different": 2, "same": 1}
    with session.ledger.read() as tx:
        assert {kept, cousin} <= {one.number for one in eligible(tx)}
    assert bulk(session).pairs == ()
    assert {one.number for one in find_duplicates(session, najib("d:1").data, Aside(number=kept))} \
        == set()
    last = decisions(session, kept, cousin)[-1]
    assert (last.decision, last.reason) == ("different", f"{goes} ≠ {cousin}")


def test_a_pair_that_was_never_found_is_settled_too(world: World) -> None:
    session = world.session("field1")
    kept, goes = sorted(enrol(session, [najib("a:1"), najib_in_dari("b:1")]).numbers)
    bulk(session)
    (cousin,) = enrol(session, [najib("c:1")]).numbers
    queue_alike(session, cousin, [
        one for one in find_duplicates(session, najib("c:1").data, Aside(number=cousin))
        if one.number == goes
    ])
    decide(session, goes, cousin, "different", reason="cousins")
    decide(session, kept, goes, "same", reason="one tazkira", keep=kept)
    assert bulk(session).pairs == ()
    assert states(session) == {"different": 2, "same": 1}


def test_parting_them_takes_back_what_was_settled_with_it(
    three: tuple[OperatorSession, str, str, str],
) -> None:
    session, kept, goes, cousin = three
    decide(session, goes, cousin, "different", reason="cousins")
    decide(session, kept, goes, "same", reason="one tazkira", keep=kept)
    undo(session, kept, goes, reason="two tazkiras after all")
    assert states(session) == {"different": 1, "open": 2}
    assert [one.decision for one in decisions(session, kept, cousin)] == ["different", "undo"]


def test_taking_back_what_followed_leaves_what_it_followed_from(
    three: tuple[OperatorSession, str, str, str],
) -> None:
    session, kept, goes, cousin = three
    decide(session, goes, cousin, "different", reason="cousins")
    decide(session, kept, goes, "same", reason="one tazkira", keep=kept)
    undo(session, kept, cousin, reason="to be asked")
    assert states(session) == {"different": 1, "same": 1, "open": 1}


def test_different_holds_for_every_number_of_a_person(
    three: tuple[OperatorSession, str, str, str],
) -> None:
    session, kept, goes, cousin = three
    decide(session, kept, goes, "same", reason="one tazkira", keep=kept)
    assert decide(session, kept, cousin, "different", reason="cousins").settled == 1
    assert states(session) == {"different": 2, "same": 1}


def test_what_was_decided_different_cannot_become_one_by_a_third(
    three: tuple[OperatorSession, str, str, str],
) -> None:
    session, one, two, third = three
    decide(session, one, third, "different", reason="cousins")
    decide(session, one, two, "same", reason="x", keep=one)
    undo(session, two, third, reason="looked again")
    with pytest.raises(Conflict, match="contradicts"):
        decide(session, two, third, "same", reason="x")


def test_the_head_that_goes_leaves_the_house_to_the_one_that_stays(world: World) -> None:
    session = world.session("field1")
    numbers = enrol(session, [
        najib("a:1", household_ref="h", head=True),
        najib_in_dari("b:1", household_ref="h", head=False),
    ]).numbers
    bulk(session)
    decide(session, numbers[0], numbers[1], "same", reason="x", keep=numbers[1])
    with session.ledger.read() as tx:
        assert facts_of(tx, numbers[1]).head
    undo(session, *numbers, reason="x")
    with session.ledger.read() as tx:
        assert facts_of(tx, numbers[0]).head


def test_a_pair_that_was_never_found_cannot_be_decided(world: World) -> None:
    session = world.session("field1")
    numbers = enrol(session, [somebody(1), somebody(2)]).numbers
    with pytest.raises(NotFound, match="pair-unknown"):
        decide(session, numbers[0], numbers[1], "same", reason="x")
    with pytest.raises(UsageError, match="one-number"):
        decide(session, numbers[0], numbers[0], "same", reason="x")
    with pytest.raises(UsageError, match="word-unknown"):
        decide(session, numbers[0], numbers[1], "perhaps", reason="x")


def test_side_by_side_tells_every_spelling(two: tuple[OperatorSession, str, str]) -> None:
    session, first, second = two
    bulk(session)
    told = side_by_side(session, second, first)
    assert told.match.strength == "likely"
    assert any({"Ahmadzai", "احمدزی"} <= set(spellings) for spellings in told.spellings)


def test_whoever_is_erased_is_nobodys_duplicate(
    two: tuple[OperatorSession, str, str], world: World,
) -> None:
    session, first, second = two
    bulk(session)
    erase(world.session("admin1"), first, "asked")
    with pytest.raises(Conflict, match="erased"):
        side_by_side(session, first, second)
    with pytest.raises(Conflict, match="erased"):
        decide(session, first, second, "different", reason="x")
    assert find_duplicates(session, najib("c:1").data, Aside(number=second)) == []


def test_neither_queue_nor_log_holds_a_name(world: World) -> None:
    session = world.session("field1")
    again = zahra(source_ref="again", household_ref="kobo:78")
    numbers = enrol(session, [zahra(), again]).numbers
    assert bulk(session).pairs[0].strength == "certain"
    decide(session, numbers[0], numbers[1], "different", reason="Zahra of the other street")
    find_duplicates(session, ZAHRA)
    with session.ledger.read() as tx:
        rows = all_rows(tx, "SELECT * FROM duplicate_pair") + all_rows(tx,
            "SELECT * FROM duplicate_decision"
        ) + [{"log": str(line)} for line in entries(tx)]
    told = str(rows)
    assert not [secret for secret in SECRETS if secret in told]


def test_a_document_alone_leads_to_its_holder(world: World) -> None:
    session = world.session("field1")
    (number,) = enrol(session, [zahra()]).numbers
    papers = (Document("tazkira", "1399050200123"),)
    found = find_duplicates(
        session, PersonalData(names=(WrittenName("Somebody Else"),), documents=papers)
    )
    assert [one.number for one in found] == [number]


def test_a_short_list_reads_its_own_keys_alone_and_finds_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = world.session("field1")
    enrol(session, [najib("a:1"), *(somebody(number) for number in range(250))])
    listed = enrol(session, [najib_in_dari("b:1"), somebody(777)]).numbers

    def everything(*_: Any) -> Any:
        raise AssertionError("all postings were read")

    with monkeypatch.context() as patched:
        patched.setattr("cbi.people.matching.bulk.groups_of", everything)
        short = bulk(session, listed)
    whole = bulk(session)
    assert [pair.strength for pair in short.pairs] == ["likely"]
    assert [(pair.first, pair.second) for pair in short.pairs] == [
        (pair.first, pair.second) for pair in whole.pairs if {pair.first, pair.second} & {*listed}
    ]
